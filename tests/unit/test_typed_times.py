"""Times as people type them, said on Wednesday, 7 January 2026, at three in the afternoon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import typed_times
from bot.domain.typed_times import Moment, Preset, TimeProblem
from tests.typed import NOW, ZONE, read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fri 4pm", "Fri 9 Jan 16:00"),
        ("Friday at 4 PM", "Fri 9 Jan 16:00"),
        ("4pm fri", "Fri 9 Jan 16:00"),
        ("tomorrow 10", "Thu 8 Jan 10:00"),
        ("tomorrow", "Thu 8 Jan 10:00"),
        ("tomorrow evening at 7", "Thu 8 Jan 19:00"),
        ("tomorrow at 9 in the morning", "Thu 8 Jan 09:00"),
        ("day after tomorrow 3.30pm", "Fri 9 Jan 15:30"),
        ("in 2 hours", "Wed 7 Jan 17:00"),
        ("2h", "Wed 7 Jan 17:00"),
        ("1h30m", "Wed 7 Jan 16:30"),
        ("in an hour and 15 minutes", "Wed 7 Jan 16:15"),
        ("half an hour", "Wed 7 Jan 15:30"),
        ("in 2 days", "Fri 9 Jan 15:00"),
        ("in 2 days 4pm", "Fri 9 Jan 16:00"),
        ("25 Dec 11:00", "Fri 25 Dec 11:00"),
        ("Dec 25, 11am", "Fri 25 Dec 11:00"),
        ("25/12/2026 16:30", "Fri 25 Dec 16:30"),
        ("2026-12-25 16:30", "Fri 25 Dec 16:30"),
        ("2nd Feb", "Mon 2 Feb 10:00"),
        ("25th 4 pm", "Sun 25 Jan 16:00"),
        ("wed 4pm", "Wed 7 Jan 16:00"),
        ("wed 2pm", "Wed 14 Jan 14:00"),
        ("next fri", "Fri 16 Jan 10:00"),
        ("next week", "Mon 12 Jan 10:00"),
        ("16:00", "Wed 7 Jan 16:00"),
        ("4", "Wed 7 Jan 16:00"),
        ("10", "Thu 8 Jan 10:00"),
        ("today 9pm", "Wed 7 Jan 21:00"),
        ("tonight", "Wed 7 Jan 20:00"),
        ("noon", "Thu 8 Jan 12:00"),
        ("12 am", "Thu 8 Jan 00:00"),
        ("mon 04:30", "Mon 12 Jan 04:30"),
        ("25/12/26 11:00", "Fri 25 Dec 11:00"),
        ("25-12-2026 11:00", "Fri 25 Dec 11:00"),
        ("1 month", "Fri 6 Feb 15:00"),
        ("in 2 months 11 am", "Sun 8 Mar 11:00"),
        ("1 year", "Thu 7 Jan 15:00"),
        ("half hour", "Wed 7 Jan 15:30"),
        ("a quarter of an hour", "Wed 7 Jan 15:15"),
        ("3mo", "Tue 7 Apr 15:00"),
        ("eod", "Wed 7 Jan 18:00"),
        ("by EOD", "Wed 7 Jan 18:00"),
        ("end of the day", "Wed 7 Jan 18:00"),
        ("tomorrow eod", "Thu 8 Jan 18:00"),
        ("close of business", "Wed 7 Jan 18:00"),
        ("after lunch", "Thu 8 Jan 14:00"),
        ("tomorrow after lunch at 3", "Thu 8 Jan 15:00"),
        ("before lunch 11", "Thu 8 Jan 11:00"),
        ("post-lunch", "Thu 8 Jan 14:00"),
        ("tomorrow second half", "Thu 8 Jan 15:00"),
        ("month end", "Sat 31 Jan 10:00"),
        ("end of this month 4pm", "Sat 31 Jan 16:00"),
        ("eom", "Sat 31 Jan 10:00"),
        ("end of march", "Tue 31 Mar 10:00"),
        ("feb end", "Sat 28 Feb 10:00"),
        ("eow", "Fri 9 Jan 18:00"),
        ("end of the week 4pm", "Fri 9 Jan 16:00"),
        ("this weekend", "Sat 10 Jan 10:00"),
    ],
)
def test_english_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kal 10 baje", "Thu 8 Jan 10:00"),
        ("kal", "Thu 8 Jan 10:00"),
        ("kal subah", "Thu 8 Jan 10:00"),
        ("parso", "Fri 9 Jan 10:00"),
        ("aaj shaam 5 baje", "Wed 7 Jan 17:00"),
        ("aaj 9 baje", "Wed 7 Jan 21:00"),
        ("shaam ko", "Wed 7 Jan 18:00"),
        ("sade 10 baje", "Thu 8 Jan 10:30"),
        ("kal paune 4 baje", "Thu 8 Jan 15:45"),
        ("saat baje", "Wed 7 Jan 19:00"),
        ("2 ghante baad", "Wed 7 Jan 17:00"),
        ("dedh ghante mein", "Wed 7 Jan 16:30"),
        ("2 din baad 4 baje", "Fri 9 Jan 16:00"),
        ("somvar 11 baje", "Mon 12 Jan 11:00"),
        ("25 tarikh 11 baje", "Sun 25 Jan 11:00"),
        ("1 mahine baad", "Fri 6 Feb 15:00"),
        ("adha ghanta", "Wed 7 Jan 15:30"),
        ("aadhe ghante mein", "Wed 7 Jan 15:30"),
        ("pauna ghanta", "Wed 7 Jan 15:45"),
        ("sava ghante baad", "Wed 7 Jan 16:15"),
        ("dhai ghante bad", "Wed 7 Jan 17:30"),
        ("shaam tak", "Wed 7 Jan 18:00"),
        ("kal shaam ko 5 baje", "Thu 8 Jan 17:00"),
        ("somvar ko", "Mon 12 Jan 10:00"),
        ("kal lunch ke baad", "Thu 8 Jan 14:00"),
        ("khane se pehle", "Thu 8 Jan 12:00"),
        ("din ke end", "Wed 7 Jan 18:00"),
        ("mahine ke end", "Sat 31 Jan 10:00"),
        ("is mahine ke aakhir tak", "Sat 31 Jan 10:00"),
        ("hafte ke end", "Fri 9 Jan 18:00"),
        ("आधा घंटा", "Wed 7 Jan 15:30"),
        ("दो घंटे बाद", "Wed 7 Jan 17:00"),
        ("महीने के अंत", "Sat 31 Jan 10:00"),
        ("कल शाम को", "Thu 8 Jan 18:00"),
        ("कल 10 बजे", "Thu 8 Jan 10:00"),
        ("शाम 5 बजे", "Wed 7 Jan 17:00"),
    ],
)
def test_hindi_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("typed", ["today 10 am", "aaj subah 9 baje", "5 jan", "7 Jan 2pm", "1 Dec 2025", "1/12/25"])
def test_a_time_that_is_over_is_asked_back(typed: str) -> None:
    assert read(typed) == TimeProblem.PAST


@pytest.mark.parametrize(
    "typed",
    [
        "", "  ", "asha", "may", "today", "aaj", "in 2", "25", "0", "4:75", "13pm", "31 feb", "10-11", "10 or 11",
        "fri sat", "5pm 6pm", "raat 12 baje", "in 2 hours 4pm", "99999999 days", "fri 4pm 5", "😀", "next month",
        "call 4", "call in 2", "send 5 m cable", "send 5 m", "ask about 2 days delivery",
        "thodi der mein",
    ],
)  # fmt: skip
def test_a_time_that_is_not_clear_is_asked_back(typed: str) -> None:
    assert read(typed) == TimeProblem.UNCLEAR


def test_a_time_years_ahead_is_asked_back() -> None:
    assert read("1 Mar 2028") == TimeProblem.FAR
    assert read("9999 weeks") == TimeProblem.FAR


def test_what_follows_the_time_is_what_to_be_reminded_of() -> None:
    at = datetime(2026, 1, 9, 16, tzinfo=ZONE).astimezone(UTC)
    assert typed_times.parse("Fri 4pm - send the Drawing, on A4", NOW, ZONE) == Moment(at, "send the Drawing, on A4")


@pytest.mark.parametrize(
    ("typed", "meant", "what"),
    [
        ("call on friday at 4", "Fri 9 Jan 16:00", "call"),
        ("Call him back fri 4pm about the pump", "Fri 9 Jan 16:00", "Call him back about the pump"),
        ("call at 4", "Wed 7 Jan 16:00", "call"),
        ("call in 2 hours", "Wed 7 Jan 17:00", "call"),
        ("phone karna 2 ghante baad", "Wed 7 Jan 17:00", "phone karna"),
        ("send quote eod", "Wed 7 Jan 18:00", "send quote"),
        ("remind me to call Asha on monday", "Mon 12 Jan 10:00", "call Asha"),
        ("call after lunch", "Thu 8 Jan 14:00", "call"),
        ("visit on 5 dec", "Sat 5 Dec 10:00", "visit"),
        ("payment month end", "Sat 31 Jan 10:00", "payment"),
        ("shaam ko call karo", "Wed 7 Jan 18:00", "call karo"),
    ],
)
def test_what_to_be_reminded_of_may_stand_before_the_time(typed: str, meant: str, what: str) -> None:
    assert read(typed) == meant
    found = typed_times.parse(typed, NOW, ZONE)
    assert isinstance(found, Moment)
    assert found.text == what


@pytest.mark.parametrize(
    ("typed", "meant", "what"),
    [
        ("tomorrow call asha at 4pm", "Thu 8 Jan 16:00", "call asha"),
        ("kal Asha ko shaam 5 baje phone karna", "Thu 8 Jan 17:00", "Asha phone karna"),
        ("कल आशा को शाम 4 बजे फोन करना", "Thu 8 Jan 16:00", "आशा फोन करना"),
        ("fri call him 4pm", "Fri 9 Jan 16:00", "call him"),
        ("kal hi 4 baje", "Thu 8 Jan 16:00", ""),
        ("tomorrow call him at 4", "Thu 8 Jan 16:00", "call him"),
        ("tomorrow call him in the evening", "Thu 8 Jan 18:00", "call him"),
        ("tonight call him at 9", "Wed 7 Jan 21:00", "call him"),
        ("call asha tomorrow about rates at 4pm", "Thu 8 Jan 16:00", "call asha about rates"),
        ("in 2 days call him 4pm", "Fri 9 Jan 16:00", "call him"),
        ("4pm call him tomorrow", "Thu 8 Jan 16:00", "call him"),
        ("5 baje call karna kal", "Thu 8 Jan 17:00", "call karna"),
        ("4pm call on friday about pumps", "Fri 9 Jan 16:00", "call about pumps"),
        ("4pm call him in 2 days", "Fri 9 Jan 16:00", "call him"),
        ("9 baje call karna raat ko", "Wed 7 Jan 21:00", "call karna"),
        ("repu atanini 4 gantalaku call", "Thu 8 Jan 16:00", "atanini call"),
    ],
)
def test_the_other_half_of_a_time_may_stand_behind_what_is_to_be_done(typed: str, meant: str, what: str) -> None:
    assert read(typed) == meant
    found = typed_times.parse(typed, NOW, ZONE)
    assert isinstance(found, Moment)
    assert found.text == what


@pytest.mark.parametrize(
    "typed",
    [
        "fri 4pm ask about monday delivery", "fri 4pm call, meeting at 6pm", "tomorrow send 2.50 mm wire",
        "tomorrow send 24 hrs delivery terms", "tomorrow call mani", "4pm ask about monday's order",
        "tomorrow send 5 m cable", "in 2 hours ask about friday delivery",
    ],
)  # fmt: skip
def test_a_word_of_time_that_is_about_something_else_is_left_in_the_text(typed: str) -> None:
    found = typed_times.parse(typed, NOW, ZONE)
    assert isinstance(found, Moment)
    assert found.text in typed
    assert len(found.text.split()) >= len(typed.split()) - 3


@pytest.mark.parametrize(
    "typed",
    [
        "2 pumps friday", "5 pumps fri 4pm", "10 lakh ka quotation kal 4 baje", "tomorrow 2 pumps 4pm",
        "4pm ask about friday delivery", "4pm call asha 6pm", "in 2 hours call at 4pm", "tomorrow call fri 4pm",
        "tomorrow call at 4 about pumps", "tomorrow send night lamp quote",
        "kal char-paanch baje", "sat baje", "kal barah-ek baje", "tomorrow call o'clock",
    ],
)  # fmt: skip
def test_a_second_time_that_may_be_meant_is_asked_back(typed: str) -> None:
    assert read(typed) == TimeProblem.UNCLEAR


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kal chhah baje", "Thu 8 Jan 18:00"),
        ("kal gyara baje", "Thu 8 Jan 11:00"),
        ("kal dus baje", "Thu 8 Jan 10:00"),
        ("kale agyar vage", "Thu 8 Jan 11:00"),
        ("udya akara vajta", "Thu 8 Jan 11:00"),
        ("naalai munu manikku", "Thu 8 Jan 15:00"),
        ("naalai ombathu manikku", "Thu 8 Jan 09:00"),
        ("repu rendu gantalki", "Thu 8 Jan 14:00"),
        ("repu aru gantalaku", "Thu 8 Jan 18:00"),
    ],
)
def test_hours_are_read_as_they_are_spelled_in_a_hurry(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "10th next month", "5th next month", "agle mahine 5 tarikh ko 11 baje", "पुढच्या महिन्यात 5 तारखेला",
        "next to next week", "2 days ago", "2 din pehle", "yesterday 4pm", "4pm yesterday", "2 days before 25 jan",
        "1 hour before 4pm", "day after friday", "day before friday", "call him last fri",
    ],
)  # fmt: skip
def test_a_word_that_moves_or_turns_the_time_is_asked_back(typed: str) -> None:
    assert read(typed, datetime(2026, 1, 3, 15, 0, tzinfo=ZONE)) == TimeProblem.UNCLEAR


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("day after tom 4pm", "Fri 9 Jan 16:00"),
        ("the day after tmr", "Fri 9 Jan 10:00"),
        ("day after tommorrow", "Fri 9 Jan 10:00"),
        ("day after kal", "Fri 9 Jan 10:00"),
        ("avala ellundi", "Sat 10 Jan 10:00"),
    ],
)
def test_the_day_after_is_not_the_day(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1630 hrs", "Wed 7 Jan 16:30"),
        ("0930 hours", "Thu 8 Jan 09:30"),
        ("tomorrow 1030 hrs", "Thu 8 Jan 10:30"),
        ("16.30 hrs", "Wed 7 Jan 16:30"),
        ("16:30 hours", "Wed 7 Jan 16:30"),
        ("1.25 hours", "Wed 7 Jan 16:15"),
        ("0.25 hours", "Wed 7 Jan 15:15"),
        ("1.5 hours", "Wed 7 Jan 16:30"),
        ("1:30 hours", TimeProblem.UNCLEAR),
        ("2.15 hrs", TimeProblem.UNCLEAR),
        ("2/3 days", TimeProblem.UNCLEAR),
    ],
)
def test_hours_of_the_clock_and_lengths_are_told_apart(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "12 midnight", "fri midnight", "midnight", "kal aadhi raat", "मध्यरात्री 12 वाजता", "noon 11", "afternoon 11:30",
        "dopahar 11 baje", "dopahar 10 baje", "after lunch 10", "shaam 12 baje", "evening 12:30",
    ],
)  # fmt: skip
def test_a_part_of_the_day_that_does_not_have_the_hour_is_asked_back(typed: str) -> None:
    assert read(typed) == TimeProblem.UNCLEAR


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("noon 12:30", "Thu 8 Jan 12:30"),
        ("tomorrow afternoon 1", "Thu 8 Jan 13:00"),
        ("dopahar 12 baje", "Thu 8 Jan 12:00"),
        ("raat 11 baje", "Wed 7 Jan 23:00"),
        ("kal shaam 8 baje", "Thu 8 Jan 20:00"),
        ("tomorrow noon 11 am", "Thu 8 Jan 11:00"),
    ],
)
def test_a_part_of_the_day_says_which_half_an_hour_is_of(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fri 9 jan 4pm", "Fri 9 Jan 16:00"),
        ("Friday 4 Dec, 4:00 pm", "Fri 4 Dec 16:00"),
        ("9 jan friday", "Fri 9 Jan 10:00"),
        ("fri 9th 4pm", "Fri 9 Jan 16:00"),
        ("शुक्रवार 9 जनवरी 4 बजे", "Fri 9 Jan 16:00"),
        ("thu 9 jan 4pm", TimeProblem.UNCLEAR),
        ("next fri 9 jan", TimeProblem.UNCLEAR),
        ("fri sat 9 jan", TimeProblem.UNCLEAR),
        ("tomorrow 8 jan", TimeProblem.UNCLEAR),
    ],
)
def test_a_date_may_name_its_weekday(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("4 maybe", "Wed 7 Jan 16:00"),
        ("10 marble slabs", "Thu 8 Jan 10:00"),
        ("8 junction box", "Thu 8 Jan 08:00"),
        ("4 may", "Mon 4 May 10:00"),
        ("10 march", "Tue 10 Mar 10:00"),
        ("2 febuary", "Mon 2 Feb 10:00"),
        ("5 decembar", "Sat 5 Dec 10:00"),
        ("25 janvari", "Sun 25 Jan 10:00"),
        ("5 sept.", "Sat 5 Sep 10:00"),
        ("3 julai", "Fri 3 Jul 10:00"),
        ("15 augst", "Sat 15 Aug 10:00"),
    ],
)
def test_a_month_is_a_word_of_its_own(typed: str, meant: str) -> None:
    assert read(typed) == meant


def test_a_month_end_that_is_over_means_the_next() -> None:
    assert read("month end", datetime(2026, 1, 31, 15, 0, tzinfo=ZONE)) == "Sat 28 Feb 10:00"
    assert read("month end", datetime(2028, 2, 3, 15, 0, tzinfo=ZONE)) == "Tue 29 Feb 10:00"


def test_the_zone_is_the_accounts() -> None:
    found = typed_times.parse("tomorrow 10", datetime(2026, 3, 7, 12, tzinfo=UTC), ZoneInfo("America/New_York"))
    assert found == Moment(datetime(2026, 3, 8, 14, tzinfo=UTC))  # the clocks change that night


def test_the_presets_are_an_hour_three_hours_and_tomorrow_at_ten() -> None:
    assert typed_times.preset(Preset.HOUR, NOW, ZONE) == NOW + timedelta(hours=1)
    assert typed_times.preset(Preset.THREE_HOURS, NOW, ZONE) == NOW + timedelta(hours=3)
    assert typed_times.preset(Preset.TOMORROW, NOW, ZONE) == datetime(2026, 1, 8, 10, tzinfo=ZONE)


_WORDS = st.sampled_from(
    [
        "in",
        "on",
        "at",
        "fri",
        "kal",
        "parso",
        "10",
        "4pm",
        "25",
        "dec",
        "dec/",
        "25/12",
        "2026-12-25",
        "tonight",
        "raat",
        "subah",
        "next",
        "agle",
        "hours",
        "2",
        "ghante",
        "baad",
        ":",
        "-",
        ",",
        "sade",
        "paune",
        "dedh",
        "baje",
        "tomorrow",
        "99",
        "0",
        "12",
        "week",
        "1h30m",
        "ek",
        "do",
        "me",
    ]
)
_NOWS = st.integers(1704067200, 1893456000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.text() | st.lists(_WORDS).map(" ".join), _NOWS, st.sampled_from(["Asia/Kolkata", "Europe/London", "UTC"]))
def test_whatever_is_typed_gives_a_coming_time_or_a_question(typed: str, now: datetime, zone: str) -> None:
    found = typed_times.parse(typed, now, ZoneInfo(zone))
    assert isinstance(found, TimeProblem) or now < found.at <= now + typed_times.FARTHEST


def test_four_thousand_characters_are_read_at_once() -> None:
    for typed in ("1h" * 2000, "on " * 1300, "in " + "9" * 4000, "2 hours " * 500, "," * 4000):
        assert len(typed) > 3000
        typed_times.parse(typed, NOW, ZONE)
