"""What of a body tells of somebody, and what of it is others'."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.body_parts import BodyParts, parted

ASHA: Final = {"UNIQUE_QUERY_ID": "1", "SENDER_NAME": "Asha"}
RAVI: Final = {"UNIQUE_QUERY_ID": "2", "SENDER_NAME": "Ravi"}


def tells(text: str) -> bool:
    return "Asha" in text


def split(body: Any) -> tuple[Any, Any]:
    parts = parted(json.dumps(body), tells)
    return json.loads(parts.theirs), json.loads(parts.rest or "null")


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ([ASHA, RAVI, ASHA], [RAVI]),
        ({"CODE": 200, "RESPONSE": [RAVI, ASHA]}, {"CODE": 200, "RESPONSE": [RAVI]}),
        ({"RESPONSE": json.dumps([RAVI, ASHA])}, {"RESPONSE": json.dumps([RAVI])}),
        ({"0": RAVI, "1": ASHA}, [RAVI]),
        ([[RAVI, ASHA]], [[RAVI]]),
        ([{"LEAD": RAVI}, {"LEAD": ASHA}], [{"LEAD": RAVI}]),
        ([RAVI, "Asha 9000000031"], [RAVI]),
        ([RAVI, {**ASHA, "ITEMS": [{"NAME": "pump"}, {"NAME": "pipe"}]}], [RAVI]),
    ],
)
def test_rows_are_told_apart_wherever_they_stand(body: Any, rest: Any) -> None:
    theirs, left = split(body)
    assert (tells(json.dumps(theirs)), "Ravi" in json.dumps(theirs)) == (True, False)
    assert left == rest


@pytest.mark.parametrize("body", [ASHA, [ASHA], {"RESPONSE": ASHA}, {"CODE": 200, "RESPONSE": [ASHA, ASHA]}])
def test_where_all_is_theirs_nothing_is_left(body: Any) -> None:
    assert split(body)[1] is None


@pytest.mark.parametrize(
    "body",
    [
        "SENDER_NAME=Asha&SENDER_MOBILE=9000000031",
        json.dumps({"MESSAGE": "for Asha", "RESPONSE": [RAVI, ASHA]}),
        "[" * 100_000 + '"Asha"',
        '[{"SENDER_NAME":"Ravi"},{"SENDER_NAME":"Ra',
    ],
)
def test_what_cannot_be_taken_apart_is_theirs_as_a_whole(body: str) -> None:
    told = tells(body)
    assert parted(body, tells) == (BodyParts(body, "") if told else BodyParts("", body))


def test_of_a_body_that_was_cut_off_the_whole_rows_are_told_apart() -> None:
    body = f'{{"RESPONSE":[{json.dumps(ASHA)},{json.dumps(RAVI)},{{"UNIQUE_QUERY_ID":"3'
    parts = parted(body, tells)
    assert json.loads(parts.theirs) == [ASHA]
    assert parts.rest == body.replace(json.dumps(ASHA), "{}")


def test_half_a_character_can_be_written() -> None:
    parts = parted(json.dumps([ASHA | {"X": "\ud83d"}, RAVI | {"X": "\ud83d"}]), tells)
    assert json.loads(parts.rest.encode()) == [RAVI | {"X": "\ud83d"}]
    assert json.loads(parts.theirs.encode()) == [ASHA | {"X": "\ud83d"}]


BODIES: Final = st.recursive(
    st.sampled_from(["Asha", "Ravi", 7, None]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from("abc"), inside, max_size=3),
    max_leaves=12,
)


@given(BODIES)
def test_what_is_left_never_tells_and_all_of_theirs_is_told(body: Any) -> None:
    written = json.dumps(body)
    parts = parted(written, tells)
    assert not tells(parts.rest)
    assert tells(parts.theirs) == tells(written)
    assert parts.theirs.count("Asha") == written.count("Asha")
