"""Filters, statuses, kinds, spans and amounts in the languages' own words; English is `test_query`'s."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain import durations, money, route_words
from bot.domain.route_words import Target
from bot.domain.words import all as words
from bot.lookup import query

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 1, 7, 15, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("સ્ટેટસ:ખુલ્લી", {"is_open": True}),
        ("સ્ટેટસ:મળ્યો", {"status": "won"}),
        ("પ્રકાર:કૉલ", {"kind": "P"}),
        ("shaher:surat", {"city": "surat"}),
        ("શહેર:સુરત", {"city": "સુરત"}),
        ("રકમ>૫૦ હજાર", {"least": 50_001}),
        ("value>=1 લાખ", {"least": 100_000}),
        ("મિસ્ડ કૉલ", {"is_missed": True}),
        ("स्टेटस:खुली", {"is_open": True}),
        ("status:कोटेशन", {"status": "quoted"}),
        ('स्टेटस:"ऑर्डर मिला"', {"status": "won"}),
        ("टाइप:कॉल", {"kind": "P"}),
        ("शहर:लखनऊ", {"city": "लखनऊ"}),
        ("रकम>५० हज़ार", {"least": 50_001}),
        ("रकम>=२ करोड़", {"least": 20_000_000}),
        ("मिस्ड कॉल", {"is_missed": True}),
        ("स्टेटस:घेतली", {"status": "claimed"}),
        ('स्टेटस:"हातून गेली"', {"status": "lost"}),
        ("प्रकार:इन्क्वायरी", {"kind": "W"}),
        ("शहर:पुणे", {"city": "पुणे"}),
        ("रक्कम>=१.५ कोटी", {"least": 15_000_000}),
        ("ஸ்டேட்டஸ்:ஓபன்", {"is_open": True}),
        ("நிலை:இழந்தது", {"status": "lost"}),
        ("வகை:கால்", {"kind": "P"}),
        ("ஊர்:சேலம்", {"city": "சேலம்"}),
        ("தொகை>=௨ லட்சம்", {"least": 200_000}),
        ("மிஸ்டு கால்", {"is_missed": True}),
        ("స్టేటస్:ఓపెన్", {"is_open": True}),
        ("స్టేటస్:ఆర్డర్", {"status": "won"}),
        ("రకం:ఎంక్వైరీ", {"kind": "W"}),
        ("ఊరు:గుంటూరు", {"city": "గుంటూరు"}),
        ("విలువ>=2 కోట్లు", {"least": 20_000_000}),
        ("మిస్డ్ కాల్", {"is_missed": True}),
    ],
)
def test_a_filter_is_understood_in_other_words(typed: str, terms: Mapping[str, Any]) -> None:
    found = query.read(typed, NOW)
    assert found.bad_filters == ()
    assert {name: getattr(found.terms, name) for name in terms} == terms
    assert found.terms.words == ()


def test_yesterday_and_a_length_of_time_are_understood_in_other_words() -> None:
    midnight = NOW.replace(hour=0)
    assert query.read("ક્યારથી:કાલ", NOW).since == midnight - timedelta(days=1)
    assert query.read("since:૭દિવસ", NOW).since == NOW - timedelta(days=7)
    assert query.read("முதல்:நேற்று", NOW).since == midnight - timedelta(days=1)
    assert query.read("నుంచి:నిన్న", NOW).since == midnight - timedelta(days=1)
    assert query.read("since:2வாரம்", NOW).since == NOW - timedelta(days=14)
    assert {query.read(f"by:{one}", NOW).owner for one in ("હું", "நான்", "నేను")} == {query.ME}
    assert query.read("कबसे:कल", NOW).since == midnight - timedelta(days=1)
    assert query.read("by:माझ्याकडे", NOW).owner == query.ME
    assert durations.read("३० मिनट") == timedelta(minutes=30)


def test_what_is_no_filter_is_a_word() -> None:
    assert query.read("ભાવ:surat http://x.in", NOW).terms.words == ("ભાવ:surat", "http://x.in")


def test_amounts_and_destinations_are_understood_in_other_words() -> None:
    assert money.rupees("₹૧.૫ લાખ") == (150_000, 150_000)
    assert money.rupees("૨ કરોડ") == (20_000_000, 20_000_000)
    assert route_words.read("શહેર:સુરત -> અહીં").target is Target.HERE


def alternatives(pattern: str) -> list[str]:
    """What stands between a pattern's outer bars."""
    depth, found = 0, [""]
    for character in pattern:
        depth += (character in "([") - (character in ")]")
        if character == "|" and not depth:
            found.append("")
        else:
            found[-1] += character
    return found


@pytest.mark.parametrize("table", ["filters", "statuses", "kinds", "spans", "days", "parts", "units", "money"])
def test_no_word_of_a_language_means_two_things(table: str) -> None:
    """Of what is spelled out; what a pattern leaves open is not tried."""
    merged = words.merged(getattr(one, table) for one in words.LANGUAGES)
    for language in words.LANGUAGES:
        for key, pattern in getattr(language, table).items():
            for spelling in alternatives(words.spelled(pattern)):
                if re.fullmatch(r"[\w\u0900-\u0dff ]+", spelling):
                    assert words.meant(merged, spelling) == key, spelling
