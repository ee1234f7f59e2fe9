from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.hours import digest_times
from bot.config.values import BadValueError
from bot.domain.digest_times import DigestAudience, DigestKind, DigestTime, slots

DEFAULT = digest_times("09:15, 19:00, Mon 09:30")
ZONES = [ZoneInfo(name) for name in ("Asia/Kolkata", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe")]


def test_times_are_read_as_people_write_them() -> None:
    assert [(one.clock, one.weekday, one.kind) for one in DEFAULT] == [
        (time(9, 15), None, DigestKind.MORNING),
        (time(19), None, DigestKind.EVENING),
        (time(9, 30), 0, DigestKind.WEEKLY),
    ]
    assert digest_times("9.15 am; 7pm; monday 9:30am") == DEFAULT
    assert digest_times("off") == ()
    assert digest_times("19:00 admins, 20:00 for group") == (
        DigestTime(time(19), None, (DigestAudience.ADMINS,)),
        DigestTime(time(20), None, (DigestAudience.GROUP,)),
    )


@pytest.mark.parametrize("text", ["soon", "Mon", "25:00", "24:00", "Mon-Fri 09:15", "09:15 boss", ",", "9:15-19:00"])
def test_what_is_no_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadValueError, match="time"):
        digest_times(text)


@given(st.sampled_from(ZONES), st.integers(0, 365 * 24 * 60), st.integers(1, 600))
def test_each_slot_comes_once_however_often_one_looks(zone: ZoneInfo, start: int, minutes: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    end = begin + timedelta(days=3)
    whole = slots(DEFAULT, begin, end, zone)
    looked, at = [], begin
    while at < end:
        following = min(at + timedelta(minutes=minutes), end)
        looked += slots(DEFAULT, at, following, zone)
        at = following
    assert looked == whole
    assert len({(one.audience, one.kind, one.wall) for one in whole}) == len(whole)
