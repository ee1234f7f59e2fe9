"""A pulled body of several documents, one behind the other: each is read, and all of them have to be whole."""

from __future__ import annotations

import json

import pytest

from bot.indiamart import v1, v2
from bot.indiamart.answer import Answer, Outcome

NOTHING = "There are no leads in the given time duration."
LIMIT = "It is advised to hit this API once in every 5 minutes, but you have crossed this limit."


def rows(*numbers: int) -> list[dict[str, str]]:
    return [{"UNIQUE_QUERY_ID": str(number), "QUERY_TYPE": "W", "SENDER_NAME": "Asha"} for number in numbers]


def of(*numbers: int, total: int | None = None) -> str:
    told = len(numbers) if total is None else total
    return json.dumps({"CODE": 200, "MESSAGE": "", "TOTAL_RECORDS": told, "RESPONSE": rows(*numbers)})


def refusal(code: int, message: str) -> str:
    return json.dumps({"CODE": code, "STATUS": "FAILURE", "MESSAGE": message, "TOTAL_RECORDS": 0, "RESPONSE": []})


def found(answer: Answer) -> tuple[Outcome, list[str | None], int, bool]:
    return answer.outcome, [lead.query_id for lead in answer.leads], len(answer.unreadable), answer.is_complete


@pytest.mark.parametrize("between", ["", "\n", ",\r\n", "\0"])
def test_an_empty_answer_hides_no_lead_of_the_next(between: str) -> None:
    body = refusal(204, NOTHING) + between + of(1, 2, 3)
    assert found(v2.read(200, body.encode())) == (Outcome.LEADS, ["1", "2", "3"], 0, True)


def test_two_whole_answers_are_one() -> None:
    assert found(v2.read(200, (of(1) + of(2, 3)).encode())) == (Outcome.LEADS, ["1", "2", "3"], 0, True)
    bare = json.dumps(rows(1)) + "\n" + json.dumps(rows(2, 3))
    assert found(v1.read(200, bare.encode())) == (Outcome.LEADS, ["1", "2", "3"], 0, True)
    assert found(v1.read(200, f"[]{json.dumps(rows(1))}".encode())) == (Outcome.LEADS, ["1"], 0, True)


def test_nothing_said_twice_is_nothing() -> None:
    body = refusal(204, NOTHING) * 2
    assert found(v2.read(200, body.encode())) == (Outcome.NOTHING, [], 0, True)


@pytest.mark.parametrize(
    "body", [of(1) + of(2, total=500), of(2, total=500) + of(1), of(1, 2, total=1) + of(3, total=2)]
)
def test_an_answer_cut_short_is_not_made_whole_by_another(body: str) -> None:
    outcome, leads, _bad, is_complete = found(v2.read(200, body.encode()))
    assert (outcome, is_complete) == (Outcome.LEADS, False)
    assert len(leads) in {2, 3}


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (refusal(429, LIMIT), Outcome.TOO_SOON),
        (refusal(401, "CRM key is incorrect"), Outcome.BAD_KEY),
        (refusal(500, "Some Error Occured"), Outcome.THEIR_FAULT),
        (refusal(204, "Leads before X will be available after 24 hours from"), Outcome.NOT_READY),
    ],
)
def test_a_refusal_beside_leads_keeps_the_window(other: str, outcome: Outcome) -> None:
    for body in (of(1) + other, other + of(1), refusal(204, NOTHING) + other + of(1)):
        assert found(v2.read(200, body.encode())) == (outcome, ["1"], 0, False)


def test_what_a_refusal_beside_leads_says_is_obeyed() -> None:
    answer = v2.read(200, (of(1) + refusal(429, LIMIT)).encode())
    assert (answer.wait, answer.message) == (300.0, LIMIT)


def test_a_broken_row_of_the_second_answer_costs_no_other() -> None:
    broken = of(2, 3).replace('"Asha"', '"3\\x4"', 1)
    assert found(v2.read(200, (of(1) + broken).encode())) == (Outcome.LEADS, ["1", "3"], 1, True)
    assert found(v2.read(200, (refusal(204, NOTHING) + broken).encode())) == (Outcome.LEADS, ["3"], 1, True)


def test_an_empty_answer_that_is_broken_itself_hides_no_lead_of_the_next() -> None:
    empty = refusal(204, NOTHING).replace("[]", "[],")
    assert found(v2.read(200, (empty + of(1, 2)).encode())) == (Outcome.LEADS, ["1", "2"], 0, True)
    assert v2.read(200, empty.encode()).outcome is Outcome.MALFORMED


def test_a_second_answer_that_ends_early_keeps_the_window() -> None:
    for first in (of(1), refusal(204, NOTHING)):
        for cut in (5, 40, 100):
            answer = v2.read(200, (first + of(2, 3))[:-cut].encode())
            assert (answer.outcome, answer.is_complete) == (Outcome.TRUNCATED, False)


def test_what_says_nothing_beside_whole_answers_holds_them_up_only_where_their_number_is_not_said() -> None:
    assert v2.read(200, (of(1) + of(2) + '{"served": 7}').encode()).is_complete
    body = (of(1) + of(2).replace('"TOTAL_RECORDS": 1, ', "") + '{"served": 7}').encode()
    assert not v2.read(200, body).is_complete


def test_endless_documents_are_an_outcome() -> None:
    assert v2.read(200, of(1).encode() + b"{}" * 300_000).outcome is not Outcome.NOTHING
    assert not v2.read(200, refusal(204, NOTHING).encode() * 300).is_complete
    assert not v2.read(200, of(1).encode() * 300).is_complete
