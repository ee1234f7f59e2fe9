"""A pulled answer whose rows came in a shape that no row has, or of which none can be read."""

from __future__ import annotations

import json

import pytest

from bot.indiamart import v1, v2
from bot.indiamart.answer import Answer, Outcome

ROWS = [{"UNIQUE_QUERY_ID": str(number), "QUERY_TYPE": "W", "SENDER_NAME": "Asha"} for number in range(1, 4)]
TEXTS = [json.dumps(row) for row in ROWS]
ESCAPED = [text.replace("Asha", "don\\'t") for text in TEXTS]
QUOTED = [text.replace('"', "'") for text in TEXTS]


def envelope(rows: object, total: object = None) -> bytes:
    return json.dumps({"CODE": 200, "MESSAGE": "", "TOTAL_RECORDS": total, "RESPONSE": rows}).encode()


def written(rows: list[str]) -> bytes:
    return f'{{"CODE": 200, "TOTAL_RECORDS": {len(rows)}, "RESPONSE": [{", ".join(rows)}]}}'.encode()


def ids(answer: Answer) -> list[str | None]:
    return [lead.query_id for lead in answer.leads]


@pytest.mark.parametrize(
    "rows",
    [
        TEXTS,
        [json.dumps(text) for text in TEXTS],
        [{"LEAD": row} for row in ROWS],
        [{"lead": text} for text in TEXTS],
        [{"number": place, "data": {"lead": row}} for place, row in enumerate(ROWS)],
        [ROWS],
        [[row] for row in ROWS],
        [[[ROWS[0]], TEXTS[1]], {"rows": [ROWS[2]]}],
        [ROWS[0], TEXTS[1], {"LEAD": ROWS[2]}],
    ],
)
@pytest.mark.parametrize("total", [None, 1, 3])
def test_rows_that_are_wrapped_are_read_as_pushed_ones_are(rows: object, total: int | None) -> None:
    answer = v2.read(200, envelope(rows, total))
    assert (ids(answer), answer.unreadable, answer.is_complete) == (["1", "2", "3"], (), True)
    assert ids(v1.read(200, json.dumps(rows).encode())) == ["1", "2", "3"]


def test_wrapped_rows_that_are_fewer_than_announced_are_cut_short() -> None:
    answer = v2.read(200, envelope([{"LEAD": row} for row in ROWS], 500))
    assert (ids(answer), answer.is_complete) == (["1", "2", "3"], False)


@pytest.mark.parametrize("response", [{"LEADS": ROWS}, json.dumps(ROWS), {"1": ROWS[0], "2": ROWS[1:]}])
def test_rows_in_the_place_of_an_array_are_leads_and_the_window_is_kept(response: object) -> None:
    answer = v2.read(200, envelope(response))
    assert (answer.outcome, ids(answer)) == (Outcome.MALFORMED, ["1", "2", "3"])


@pytest.mark.parametrize(
    "body",
    [
        written(ESCAPED),
        written(QUOTED),
        envelope([{"a": 1}, {"b": 2}]),
        envelope([{"QUERY_TYPE": "W"}, {"QUERY_TYPE": "B"}, {"QUERY_TYPE": "P"}], 3),
        envelope(["?", "!"]),
        envelope([[1], [2]]),
        written([f'{{"a": "{number}\\x4"}}' for number in range(200)]),
    ],
)
def test_an_answer_of_which_no_row_can_be_read_keeps_its_window_and_its_rows(body: bytes) -> None:
    answer = v2.read(200, body)
    assert (answer.outcome, answer.leads, answer.is_complete) == (Outcome.MALFORMED, (), False)
    assert answer.unreadable


@pytest.mark.parametrize("bad", [ESCAPED, QUOTED])
def test_v1s_rows_of_which_none_can_be_read_keep_their_window(bad: list[str]) -> None:
    answer = v1.read(200, f"[{','.join(bad)}]".encode())
    assert (answer.outcome, len(answer.unreadable), answer.is_complete) == (Outcome.MALFORMED, 3, False)


@pytest.mark.parametrize(
    "bad", [ESCAPED[:1], ESCAPED[:2], ESCAPED[:1] * 5, QUOTED[:1], ['"?"'], ['"?"', '"?"'], ["{}"]]
)
def test_a_bad_row_or_a_pair_of_one_buyers_holds_nothing_up(bad: list[str]) -> None:
    """Else a quiet night's only row would be asked for again for ever."""
    answer = v2.read(200, written(bad))
    assert (answer.outcome, answer.is_complete, len(answer.unreadable)) == (Outcome.LEADS, True, len(bad))


@pytest.mark.parametrize("bad", [ESCAPED, QUOTED, ["1", "2", "3"]])
def test_one_lead_among_rows_that_cannot_be_read_covers_the_window(bad: list[str]) -> None:
    answer = v2.read(200, written([*bad, TEXTS[0].replace('"1"', '"7"')]))
    assert (ids(answer), len(answer.unreadable), answer.is_complete) == (["7"], 3, True)
