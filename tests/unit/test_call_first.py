from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.call_first import MOST, CallReason, Waiting, first, high_value


def waiting(lead_id: int, **facts: Any) -> Waiting:
    values: dict[str, Any] = {"buyer_id": lead_id, "waits": timedelta(hours=1)}
    return Waiting(lead_id=lead_id, **values | facts)


def ids(*found: Waiting, high: int | None = 100) -> list[int]:
    return [one.lead_id for one in first(found, high)]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_missed_call": True}, CallReason.MISSED_CALL),
        ({"is_last_day": True}, CallReason.LAST_DAY),
        ({"value": 100}, CallReason.VALUE),
        ({"is_returning": True}, CallReason.RETURNING),
        ({"has_asked_twice": True}, CallReason.ASKED_TWICE),
        ({"value": 99}, CallReason.WAITS),
    ],
)
def test_each_rule_gives_its_reason(facts: dict[str, Any], reason: CallReason) -> None:
    others = waiting(2, waits=timedelta(days=9))
    (found,) = (one for one in first([waiting(1, **facts), others], 100) if one.lead_id == 1)
    assert found.reasons == (reason,)


def test_the_weightier_reason_goes_first() -> None:
    rules = ("has_asked_twice", "is_returning", "is_last_day", "is_missed_call")
    found = [waiting(number, **{rule: True}) for number, rule in enumerate(rules)]
    assert ids(*found, waiting(9, waits=timedelta(days=30))) == [3, 2, 1]


def test_of_the_same_reason_unclaimed_ones_then_more_reasons_then_longer_waits_go_first() -> None:
    claimed = waiting(1, is_missed_call=True, is_claimed=True, is_returning=True, waits=timedelta(days=3))
    two = waiting(2, is_missed_call=True, is_returning=True)
    long = waiting(3, is_missed_call=True, waits=timedelta(days=2))
    assert ids(claimed, long, two) == [2, 3, 1]


def test_a_buyer_stands_there_once() -> None:
    assert ids(waiting(1, buyer_id=7, has_asked_twice=True), waiting(2, buyer_id=7, is_missed_call=True)) == [2]
    assert ids(waiting(1, buyer_id=None), waiting(2, buyer_id=None)) == [1, 2]


def test_who_waits_longest_is_said_to() -> None:
    (found,) = first([waiting(1, is_missed_call=True)], None)
    assert found.reasons == (CallReason.MISSED_CALL, CallReason.WAITS)


def test_a_high_value_is_one_of_the_upper_quarter_where_enough_leads_tell() -> None:
    assert high_value([1_000] * 7) is None
    assert high_value([10, 20, 30, 40, 50, 60, 70, 80]) == 70


WAITING = st.builds(
    waiting,
    st.integers(1, 50),
    buyer_id=st.none() | st.integers(1, 5),
    is_missed_call=st.booleans(),
    is_last_day=st.booleans(),
    value=st.none() | st.integers(0, 200),
    waits=st.timedeltas(timedelta(0), timedelta(days=30)),
)


@given(st.lists(WAITING, max_size=20))
def test_there_are_at_most_three_each_with_a_reason(found: list[Waiting]) -> None:
    chosen = first(found, 100)
    assert len(chosen) <= MOST
    assert all(one.reasons for one in chosen)
    assert bool(chosen) is bool(found)
