"""A digest fits a phone's screen, says what is open first, and opens every number."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.views import Views
from bot.chat.views.callback_data import decode
from bot.chat.views.digest import MOST_PEOPLE
from bot.chat.views.lead_codes import ShowLead
from bot.chat.views.list_codes import OpenList
from bot.clock import IST
from bot.domain.call_first import CallReason
from bot.domain.digest_times import DigestKind
from bot.domain.ids import AccountId, LeadId, LeadNumber
from bot.domain.lead import Kind, Lead, Origin, StoredLead
from bot.domain.sight import Numbers, SightRule
from bot.lookup.digest import DigestReport, FirstCall, Number, PersonFigures
from bot.sandbox.botapi import keyboards, wording
from bot.store.figures import Figure

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=IST)
ZONE = ZoneInfo("Asia/Kolkata")
WORDS = Views(ZONE, lambda: "lead_test_bot", lambda: NOW)
LEAD = Lead(kind=Kind.CALL, name="Asha <T> 9000000031", product="LED Clock", call_seconds=3, mobile="+919000000031")


def report(kind: DigestKind = DigestKind.MORNING, n: int = 3, **facts: Any) -> DigestReport:
    stored = StoredLead(LeadId(1), AccountId(1), LeadNumber(1), LEAD, Origin.PULL, NOW)
    numbers = {figure: Number(n, 100 + at, 85_000 if figure is Figure.WON else 0) for at, figure in enumerate(Figure)}
    values: dict[str, Any] = {
        "kind": kind,
        "since": NOW - timedelta(hours=14),
        "until": NOW,
        "numbers": numbers,
        "oldest": NOW - timedelta(hours=14),
        "first": [FirstCall(stored, (CallReason.MISSED_CALL, CallReason.WAITS), timedelta(hours=14))] if n else [],
        "to_call": [("Ravi & Co", Number(n, 300))],
        "kinds": [(Kind.ENQUIRY, Number(n, 301))],
    }
    if kind is DigestKind.WEEKLY:
        values["first"] = []
        values["earlier"] = {figure: Number(n + 1, 200 + at) for at, figure in enumerate(Figure)}
        values["people"] = [PersonFigures(f"P{at}", *[Number(n, 400 + at)] * 3) for at in range(9)]
        values["reasons"] = [("price", Number(n, 302))]
    return DigestReport(**values | facts)


def shown(message: Any) -> str:
    found = wording.inner_text({"message_text": message.text, "parse_mode": "HTML"})
    return str(found.text).replace("\u00a0", " ")


def codes(message: Any) -> list[object]:
    keyboards.read(message.reply_markup)
    return [decode(button["callback_data"]) for row in message.reply_markup["inline_keyboard"] for button in row]


def test_what_is_open_stands_first_and_whom_to_call_has_a_button() -> None:
    message = WORDS.digest(report())
    lines = shown(message).splitlines()
    assert lines[0] == "☀️ Mon 2 Mar"
    assert lines[2] == "✋ 3 unclaimed, oldest 14 h"
    assert "Asha <T> 9000000031 · missed call · waits 14 h" in lines
    assert codes(message)[0] == ShowLead(1)


def test_every_number_of_a_button_opens_its_list_and_all_others_are_links() -> None:
    for kind in DigestKind:
        drawn = report(kind)
        message = WORDS.digest(drawn)
        opened = {code.view_id for code in codes(message) if isinstance(code, OpenList)}
        linked = {int(one) for one in re.findall(r"\?start=list_(\d+)", message.text)}
        want = {one.view_id for one in drawn.numbers.values()}
        assert opened == want
        assert {300, 301} <= linked
        if kind is DigestKind.WEEKLY:
            assert {302, *(400 + at for at in range(MOST_PEOPLE))} <= linked
            assert {drawn.earlier[one].view_id for one in (Figure.CAME, Figure.WON, Figure.LOST)} <= linked


def test_nothing_to_say_is_one_line() -> None:
    for kind in DigestKind:
        drawn = report(kind, 0, earlier={}, people=[])
        message = WORDS.digest(drawn)
        assert message.reply_markup is None
        assert "\n" not in message.text


def test_one_that_comes_late_says_when_it_was_meant() -> None:
    assert "This was meant for 7:00 am." in shown(WORDS.digest(report(slot_at=NOW.replace(hour=7, minute=0))))
    assert "meant for" not in shown(WORDS.digest(report(slot_at=NOW - timedelta(minutes=1))))


def test_it_fits_a_phones_screen() -> None:
    for kind in DigestKind:
        message: Any = WORDS.digest(report(kind, 99_999))
        assert len(shown(message).splitlines()) <= 25
        assert len(message.reply_markup["inline_keyboard"]) <= 3


def test_where_numbers_come_with_a_claim_the_digest_shows_none() -> None:
    guarded = Views(ZONE, lambda: "lead_test_bot", lambda: NOW, SightRule(Numbers.CLAIM))
    assert "9000000031" not in guarded.digest(report()).text
    assert "9000000031" in WORDS.digest(report()).text
    weekly = report(DigestKind.WEEKLY, reasons=[("9000000031 is off", Number(3, 302))])
    assert "9000000031" not in shown(guarded.digest(weekly))
    assert "31 is off" in shown(guarded.digest(weekly))
    assert "9000000031 is off" in shown(WORDS.digest(weekly))
