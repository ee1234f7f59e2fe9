"""Reminders and callouts: they fit, say who is meant, and have a button for whatever they ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.chat.views import Views
from bot.chat.views.callback_data import decode
from bot.chat.views.lead_codes import ClaimFromCallout
from bot.chat.views.list_codes import TurnCallout
from bot.clock import IST
from bot.delivery.messenger import Callout, DueReminder
from bot.domain.ids import AccountId, LeadId, LeadNumber, UserId
from bot.domain.lead import Kind, Lead, Origin, Status, StoredLead
from bot.sandbox.botapi import keyboards, wording

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=IST)
WORDS = Views(ZoneInfo("Asia/Kolkata"), lambda: "lead_test_bot", lambda: NOW)
ENQUIRED = datetime(2024, 1, 5, 18, 14, tzinfo=IST)
LEAD = Lead(
    kind=Kind.ENQUIRY, name="Asha <T>", city="Surat", product="LED Clock", enquired_at=ENQUIRED, mobile="+919000000031"
)
HUGE = '<b>&"A\\😀' * 1000


def stored(number: int, lead: Lead = LEAD, **facts: Any) -> StoredLead:
    return StoredLead(
        lead_id=LeadId(number),
        account_id=AccountId(1),
        number=LeadNumber(number),
        lead=lead,
        origin=Origin.PULL,
        stored_at=ENQUIRED,
        **facts,
    )


def due(**facts: Any) -> DueReminder:
    values: dict[str, Any] = {"stored": stored(7), "user_id": UserId(5), "person_name": "Ravi & Co"}
    return DueReminder(**values | facts)


def callout(*leads: StoredLead, **facts: Any) -> Callout:
    unclaimed = sum(one.owner_id is None for one in leads)
    values: dict[str, Any] = {
        "callout_id": 3,
        "is_for_admins": False,
        "leads": leads,
        "total": len(leads),
        "unclaimed": unclaimed,
    }
    return Callout(**values | facts)


def read(message: Any) -> Any:
    found = wording.inner_text({"message_text": message.text, "parse_mode": "HTML"})
    return replace(found, text=found.text.replace("\u00a0", " "))


def labels(message: Any) -> list[list[str]]:
    keyboards.read(message.reply_markup)
    return [[button["text"] for button in row] for row in message.reply_markup["inline_keyboard"]]


def codes(message: Any) -> list[object]:
    return [decode(button["callback_data"]) for row in message.reply_markup["inline_keyboard"] for button in row]


def test_a_reminder_mentions_whoever_set_it_and_says_what_for() -> None:
    found = read(WORDS.reminder(due(text="ask for <the> drawing")))
    assert found.text.split("\n") == [
        "⏰ Ravi & Co: ask for <the> drawing",
        "🟢 /lead_7 · LED Clock",
        "Asha <T>, Surat · 5 Jan 2024",
        "📞 +91 90000 00031",
        "📝 A reply to this is noted on #7.",
    ]
    assert '<a href="tg://user?id=5">Ravi &amp; Co</a>' in WORDS.reminder(due()).text


def test_a_reminder_that_comes_late_says_for_when_it_was() -> None:
    assert (
        read(WORDS.reminder(due(meant_for=ENQUIRED))).text.split("\n")[-2] == "This was meant for 5 Jan 2024, 6:14 pm."
    )


def test_a_reminder_has_what_reaches_the_buyer() -> None:
    message = WORDS.reminder(due(template="Namaste {name}"))
    assert labels(message) == [["💬 WhatsApp", "📋 Copy"]]
    assert "Namaste" in str(message.reply_markup and message.reply_markup["inline_keyboard"][0][0]["url"])
    assert WORDS.reminder(due(stored=stored(7, Lead(kind=Kind.ENQUIRY)))).reply_markup is None


def test_a_callout_of_one_lead_reads_like_this() -> None:
    message = WORDS.callout(callout(stored(7)))
    assert read(message).text.split("\n") == [
        "✋ 1 lead is still unclaimed",
        "",
        "🟢 /lead_7 · LED Clock",
        "Asha <T>, Surat · waits 786 d 17 h",
    ]
    assert codes(message) == [ClaimFromCallout(7, 3, 0)]


def test_missed_calls_say_what_is_to_be_done_until_each_is_returned() -> None:
    call = LEAD._replace(kind=Kind.CALL, call_seconds=4)
    claimed = stored(2, call, owner_id=UserId(5), owner_name="Ravi", status=Status.CLAIMED)
    message = WORDS.callout(callout(stored(1, call), claimed, is_of_missed=True, unclaimed=2))
    shown = read(message).text
    assert shown.startswith("📵 2 missed calls: nobody has called back")
    assert "fewer BuyLeads" in shown
    assert codes(message) == [ClaimFromCallout(1, 3, 0)]
    over = read(WORDS.callout(callout(claimed, is_of_missed=True, unclaimed=0))).text
    assert over.startswith("✅ Every call here has been returned")


@pytest.mark.parametrize(("days", "is_last"), [(0, False), (1, False), (2, True), (3, False)])
def test_a_buylead_says_that_it_is_its_last_day(days: int, *, is_last: bool) -> None:
    words = Views(ZoneInfo("Asia/Kolkata"), lambda: "lead_test_bot", lambda: ENQUIRED + timedelta(days=days))
    message = words.callout(callout(stored(1, LEAD._replace(kind=Kind.BUYLEAD))))
    assert ("last day" in read(message).text) is is_last


def test_a_page_has_a_claim_button_for_each_unclaimed_lead_and_turns_both_ways() -> None:
    claimed = stored(2, status=Status.CLAIMED, owner_id=UserId(5), owner_name="Ravi")
    message = WORDS.callout(callout(stored(1), claimed, stored(3), total=30, unclaimed=29, page=1, pages=3))
    assert labels(message) == [["✋ Claim #1", "✋ Claim #3"], ["‹ Back", "More ›"]]
    assert codes(message) == [
        ClaimFromCallout(1, 3, 1),
        ClaimFromCallout(3, 3, 1),
        TurnCallout(3, 0),
        TurnCallout(3, 2),
    ]
    assert "Ravi" in read(message).text
    assert read(message).text.endswith("Page 2 of 3")


def test_a_missed_call_says_to_call_back_first() -> None:
    missed = stored(4, Lead(kind=Kind.CALL, call_seconds=3, mobile="+919000000031"))
    assert "📵 Missed call, call back first" in read(WORDS.callout(callout(missed))).text


def test_admins_and_a_finished_callout_are_told_so() -> None:
    assert read(WORDS.callout(callout(stored(1), is_for_admins=True))).text.startswith("❗ 1 lead waits")
    done = WORDS.callout(callout(stored(1, status=Status.CLAIMED, owner_id=UserId(5))))
    assert read(done).text.startswith("✅ Everything here has been claimed")
    assert done.reply_markup is None


@pytest.mark.parametrize("wanted", ["html", "plain"])
def test_whatever_they_hold_they_fit(wanted: str) -> None:
    lead = Lead(kind=HUGE[:300], name=HUGE, company=HUGE, city=HUGE, product=HUGE, mobile=HUGE, country="IN")
    facts = due(stored=stored(1, lead), person_name=HUGE, text=HUGE, meant_for=ENQUIRED)
    ten = callout(*(stored(10**9 + n, lead, owner_name=HUGE) for n in range(10)), page=1, pages=3)
    if wanted == "html":
        for message in (WORDS.reminder(facts), WORDS.callout(ten)):
            assert read(message).text
    else:
        for message in (WORDS.reminder(facts, is_plain=True).plain, WORDS.callout(ten).plain):
            assert len(message.text.encode("utf-16-le")) // 2 <= 4096
            assert message.reply_markup is None
