"""A body with broken rows gives all its other rows, and says by their number whether that was all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.indiamart import broken_json, v1, v2
from bot.indiamart.answer import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Way = Callable[[str], str]

WAYS: dict[str, Way] = {
    "a bad escape": lambda row: row.replace("need", "size 3\\x4"),
    "half an escape": lambda row: row.replace("need", "\\u12 need"),
    "unescaped quotation marks": lambda row: row.replace("need", '"3" Gate Valve" need'),
    "a trailing comma": lambda row: f"{row[:-1]},}}",
    "no closing brace": lambda row: row[:-1],
    "a brace too many": lambda row: row.replace('"W",', '"W"},'),
    "a quotation mark lost": lambda row: row.replace('"Asha"', '"Asha'),
    "a value lost": lambda row: row.replace('"Asha"', ""),
    "a colon lost": lambda row: row.replace('"SENDER_NAME":', '"SENDER_NAME"'),
    "single quotation marks": lambda row: row.replace('"', "'"),
}


def row(number: int, **more: object) -> str:
    values = {"UNIQUE_QUERY_ID": str(3_300_000_000 + number), "QUERY_TYPE": "W", "SENDER_NAME": "Asha"}
    return json.dumps(values | {"QUERY_MESSAGE": 'need {"a": 1}, [b] },{ "x": \\ c'} | more)


def body(
    rows: Sequence[str], total: int | None = None, *, between: str = ", ", head: str = "", end: str = "]}"
) -> bytes:
    told = len(rows) if total is None else total
    return f'{{"CODE": 200, {head}"TOTAL_RECORDS": {told}, "RESPONSE": [{between.join(rows)}{end}'.encode()


def ids(answer: Answer) -> set[str | None]:
    return {lead.query_id for lead in answer.leads}


def all_but(*places: int) -> set[str]:
    return {str(3_300_000_000 + number) for number in range(10) if number not in places}


@pytest.mark.parametrize("place", [0, 4, 9])
@pytest.mark.parametrize("way", WAYS)
def test_one_broken_row_costs_no_other(way: str, place: int) -> None:
    rows = [row(number) for number in range(10)]
    rows[place] = WAYS[way](rows[place])
    answer = v2.read(200, body(rows))
    assert (answer.outcome, answer.is_complete) == (Outcome.LEADS, True)
    assert ids(answer) == all_but(place)
    assert [(one.raw, one.reason) for one in answer.unreadable] == [(rows[place], "a row is no JSON")]


@pytest.mark.parametrize("text", [",{}", "},{}", "{},{}", '{ "MOB": 1', "], [", "{'MOB': 2}"])
def test_what_looks_like_json_in_the_text_of_a_broken_row_is_its_own(text: str) -> None:
    rows = [row(number) for number in range(3)]
    rows[1] = WAYS["a trailing comma"](row(1, SUBJECT=text))
    answer = v2.read(200, body(rows))
    assert [one.raw for one in answer.unreadable] == [rows[1]]
    assert answer.is_complete


def test_an_empty_row_behind_a_broken_one_is_another() -> None:
    answer = v2.read(200, body([WAYS["a trailing comma"](row(0)), "{}", row(2)]))
    assert (len(answer.leads), len(answer.unreadable), answer.is_complete) == (1, 2, True)


def test_broken_rows_side_by_side_are_each_kept() -> None:
    rows = [row(number) for number in range(10)]
    for place, way in zip(range(3, 6), ("a bad escape", "a trailing comma", "a value lost"), strict=True):
        rows[place] = WAYS[way](rows[place])
    answer = v2.read(200, body(rows))
    assert ids(answer) == all_but(3, 4, 5)
    assert [one.raw for one in answer.unreadable] == rows[3:6]
    assert answer.is_complete


@pytest.mark.parametrize(("between", "end"), [(", ", ",]}"), (" ", "]}"), (",,", "]}"), (", ", '], "STATUS": "S",}')])
def test_commas_too_many_or_too_few_between_rows_cost_nothing(between: str, end: str) -> None:
    answer = v2.read(200, body([row(number) for number in range(10)], between=between, end=end))
    assert (ids(answer), answer.unreadable, answer.is_complete) == (all_but(), (), True)


def test_an_envelope_that_is_broken_itself_still_says_its_figures() -> None:
    answer = v2.read(200, body([row(number) for number in range(10)], head='"MESSAGE": "3\\x4", '))
    assert (answer.outcome, ids(answer), answer.is_complete) == (Outcome.LEADS, all_but(), True)


def test_a_body_that_ends_early_gives_its_whole_rows_and_is_truncated() -> None:
    whole = body([row(number) for number in range(10)])
    answer = v2.read(200, whole[:-30])
    assert (answer.outcome, ids(answer), answer.unreadable, answer.is_complete) == (
        Outcome.TRUNCATED,
        all_but(9),
        (),
        False,
    )


@pytest.mark.parametrize(("total", "is_complete"), [(10, True), (11, False), (9, True), ("", True)])
def test_a_body_with_broken_rows_is_complete_unless_a_larger_number_is_announced(
    total: int | str, *, is_complete: bool
) -> None:
    """Its rows' end is there. One that says no number, or too small a one, would else be asked for again for ever."""
    rows = [row(number) for number in range(10)]
    rows[2] = WAYS["a bad escape"](rows[2])
    answer = v2.read(200, body(rows).replace(b'"TOTAL_RECORDS": 10', f'"TOTAL_RECORDS": "{total}"'.encode()))
    assert (answer.outcome, answer.is_complete) == (Outcome.LEADS, is_complete)
    assert ids(answer) == all_but(2)


@pytest.mark.parametrize("total", ["10", None])
def test_v1_says_the_number_in_its_rows(total: str | None) -> None:
    rows = [row(number, TOTAL_COUNT=total) for number in range(10)]
    rows[2] = WAYS["a trailing comma"](rows[2])
    answer = v1.read(200, f"[{','.join(rows)}]".encode())
    assert (ids(answer), len(answer.unreadable)) == (all_but(2), 1)
    assert (answer.outcome, answer.is_complete) == (Outcome.LEADS, True)


@pytest.mark.parametrize("name", ["total_count", "totalCount", "Total Count"])
def test_a_broken_row_says_the_number_however_its_name_is_spelled(name: str) -> None:
    rows = [row(0), WAYS["a trailing comma"](row(1, **{name: "500"}))]
    answer = v1.read(200, f"[{','.join(rows)}]".encode())
    assert (len(answer.leads), answer.announced, answer.is_complete) == (1, 500, False)


@pytest.mark.parametrize("name", ["total_records", "totalRecords"])
def test_a_broken_envelope_says_the_number_however_its_name_is_spelled(name: str) -> None:
    answer = v2.read(200, f'{{"code": 200, "message": "3\\x4", "{name}": 500, "response": [{row(1)}]}}'.encode())
    assert (len(answer.leads), answer.announced, answer.is_complete) == (1, 500, False)


def test_a_window_whose_only_row_is_broken_is_covered_where_its_number_is_said() -> None:
    answer = v1.read(200, f"[{WAYS['a trailing comma'](row(1, TOTAL_COUNT='1'))}]".encode())
    assert (answer.outcome, answer.is_complete, len(answer.unreadable)) == (Outcome.LEADS, True, 1)


@pytest.mark.parametrize("text", ["", "[", "{", "<html>[1]</html>", '{"CODE": 200', '{"RESPONSE": [', "nonsense]"])
def test_what_has_no_rows_is_not_salvaged(text: str) -> None:
    assert broken_json.read(text) is None


def test_refusals_stay_refusals_however_their_json_is_broken() -> None:
    answer = v2.read(
        200, b'{"CODE": 429, "MESSAGE": "It is advised to hit this API once in every 5 minutes", "RESPONSE": [],}'
    )
    assert not answer.leads
    assert not answer.is_complete


@given(st.lists(st.sampled_from(sorted(WAYS)) | st.none(), min_size=1, max_size=12))
def test_whatever_rows_are_broken_the_others_are_leads(ways: list[str | None]) -> None:
    rows = [WAYS[way](row(number)) if way else row(number) for number, way in enumerate(ways)]
    answer = v2.read(200, body(rows))
    assert ids(answer) == {str(3_300_000_000 + number) for number, way in enumerate(ways) if way is None}
    assert [one.raw for one in answer.unreadable] == [one for one, way in zip(rows, ways, strict=True) if way]
    assert answer.is_complete == (None in ways or len(ways) < 3)


@given(st.text(), st.integers(0, 300))
def test_any_text_in_the_place_of_a_row_is_survived(text: str, cut: int) -> None:
    rows = [row(0), text, row(1)]
    for content in (body(rows, 3), body(rows, 3)[:cut], f"[{','.join(rows)}]".encode()):
        assert isinstance(v2.read(200, content), Answer)
        assert isinstance(v1.read(200, content), Answer)
