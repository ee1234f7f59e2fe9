"""What is written behind /stats."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import UserId
from bot.domain.person import Person
from bot.domain.report_span import SpanName
from bot.lookup import stats_words
from bot.lookup.stats_words import BadWord

ZONE = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 11, 29, 18, 0, tzinfo=ZONE)
WEEK = timedelta(days=7)
TEAM = (
    Person(UserId(1), "Ravi Kumar", "ravi_k"),
    Person(UserId(2), "Asha"),
    Person(UserId(3), "Meena Shah"),
    Person(UserId(4), "Meena Rao"),
)


@pytest.mark.parametrize(
    ("typed", "name", "kind", "user_id"),
    [
        ("", WEEK, "", None),
        ("today", SpanName.TODAY, "", None),
        ("Yesterday", SpanName.YESTERDAY, "", None),
        ("month", SpanName.MONTH, "", None),
        ("week", WEEK, "", None),
        ("ravi", WEEK, "", 1),
        ("ravi month", SpanName.MONTH, "", 1),
        ("month Ravi Kumar", SpanName.MONTH, "", 1),
        ("@ravi_k 30 days", timedelta(days=30), "", 1),
        ("by:asha kind:b", WEEK, "B", 2),
        ("BuyLeads", WEEK, "B", None),
        ("calls today", SpanName.TODAY, "P", None),
        ("kind:whatsapp 12h", timedelta(hours=12), "WA", None),
        ("enquiries 1h 30m", timedelta(minutes=90), "W", None),
        ("meena rao", WEEK, "", 4),
    ],
)
def test_span_person_and_kind_in_any_order(
    typed: str, name: SpanName | timedelta, kind: str, user_id: int | None
) -> None:
    query, bad = stats_words.read(typed, NOW, ZONE, TEAM)
    assert (query.span.name, query.kind, query.user_id, bad) == (name, kind, user_id, [])


@pytest.mark.parametrize(
    ("typed", "bad"),
    [
        ("mnth", BadWord("mnth", "month")),
        ("ravvi", BadWord("ravvi", "ravi")),
        ("by:ravvi today", BadWord("by:ravvi", "ravi")),
        ("buyleed", BadWord("buyleed", "buylead")),
        ("30", BadWord("30", has_no_unit=True)),
        ("today month", BadWord("month", "month")),
        ("xyzzy", BadWord("xyzzy")),
    ],
)
def test_a_bad_word_is_named_with_what_was_meant(typed: str, bad: BadWord) -> None:
    assert stats_words.read(typed, NOW, ZONE, TEAM)[1] == [bad]


def test_a_name_that_two_have_is_none() -> None:
    _query, (bad,) = stats_words.read("meena", NOW, ZONE, TEAM)
    assert (bad.typed, bad.near) == ("meena", "Meena Shah, Meena Rao")
