"""Leads come in and stand in the group as cards."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.lead import Kind
from tests.languages import worded

if TYPE_CHECKING:
    from bot.sandbox.botapi import Message
    from tests.chat.team.conftest import Office

CARD = """\
🟢 Enquiry · 550 W Mono PERC PV Solar Module
Asha Testwala, Testwala & Sons
📞 +91 90000 00031
✉️ asha.testwala@example.com
📍 Ernakulam, Kerala 683000
🕕 6:14 pm, reached us after 12 min
I am interested in 550 W Mono PERC PV Solar Module
📦 500 piece · 💰 ₹3,000-10,000 · Business use
#1 · W 2640000001"""


def spaced(card: Message) -> str:
    """Its text, with ordinary blanks between numbers and units."""
    return card.text.replace("\u00a0", " ")


@pytest.mark.english
async def test_a_lead_is_shown_as_the_team_knows_it(office: Office) -> None:
    lead = office.lead(quantity="500 piece", order_value_min=3000, order_value_max=10000, requirement="Business Use")
    card = await office.receives(lead)
    assert spaced(card) == CARD
    assert card.buttons == worded([["✋ Claim", "💬 WhatsApp", "📋 Copy"], ["⏰ Remind", "👤 Contact", "⋯ More"]])
    assert not card.has_preview


async def test_the_number_becomes_a_link_on_a_phone(office: Office) -> None:
    card = await office.receives(office.lead())
    numbers = [entity for entity in card.body.formatted.entities if entity.kind == "phone_number"]
    assert len(numbers) == 1


@pytest.mark.english
async def test_the_third_lead_of_a_buyer_says_so(office: Office) -> None:
    await office.keeps(
        office.lead("1", enquired_at=office.clock.now() - timedelta(days=40)),
        office.lead("2", enquired_at=office.clock.now() - timedelta(days=22), product="Solar inverter"),
    )
    card = await office.receives(office.lead("3"))
    assert "🔁 3rd lead from this buyer, last 12 Dec: Solar inverter" in spaced(card)


async def test_whatsapp_opens_with_name_and_product(office: Office) -> None:
    card = await office.receives(office.lead())
    link = urlsplit(card.button("WhatsApp")["url"])
    assert (link.netloc, link.path) == ("wa.me", "/919000000031")
    greeting = parse_qs(link.query)["text"][0]
    assert "Asha" in greeting
    assert "550 W Mono PERC" in greeting


async def test_copy_number_copies_it_as_it_is_dialled(office: Office) -> None:
    card = await office.receives(office.lead())
    assert card.button("Copy")["copy_text"] == {"text": "+919000000031"}


async def test_a_landline_has_no_whatsapp(office: Office) -> None:
    card = await office.receives(office.lead(mobile=None, phone="+911204000001"))
    assert card.buttons == worded([["✋ Claim", "📋 Copy"], ["⏰ Remind", "👤 Contact", "⋯ More"]])


async def test_a_lead_without_a_number_has_no_buttons_for_one(office: Office) -> None:
    card = await office.receives(office.lead(mobile=None))
    assert card.buttons == worded([["✋ Claim"], ["⏰ Remind", "⋯ More"]])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.BUYLEAD, "🛒 BuyLead"),
        (Kind.CALL, "📞 Call"),
        (Kind.WHATSAPP, "💬 WhatsApp enquiry"),
        (Kind.CATALOGUE_VIEW, "👀 Catalogue view"),
        ("XYZ", "XYZ"),
    ],
)
async def test_every_kind_says_what_it_is(office: Office, kind: str, words: str) -> None:
    assert worded(words) in (await office.receives(office.lead(kind=kind, call_seconds=105))).text.splitlines()[0]


@pytest.mark.english
async def test_a_very_short_call_asks_to_be_called_back(office: Office) -> None:
    call = office.lead(kind=Kind.CALL, call_seconds=3, receiver_mobile="+918000000001")
    card = await office.receives(call)
    assert "📵 Missed call, call back first" in card.text.splitlines()


async def test_a_foreign_buyer_has_a_flag(office: Office) -> None:
    card = await office.receives(
        office.lead(mobile="+27600000001", country="ZA", city="Durban", state=None, pincode=None)
    )
    assert "🇿🇦" in card.text


NASTY = [
    "<b>bold</b> & <script>alert(1)</script> </blockquote>",
    "&amp; &lt; &#x1F600; &nbsp; <a href='tg://user?id=1'>x</a>",
    "\u202eevil\u202c \u2066x\u2069 \x00\x01\x1b[31m",
    "\u200fمرحبا " * 900,
    "पानी का पंप चाहिए " * 300,
    "👩‍👩‍👧‍👦" * 1500,
    "<" * 5000,
    "&" * 10000,
    "\n" * 3000 + "end",
    "a" * 10000,
    "@everyone /start https://example.com #tag +91 98765 43210 x@example.com",
]


@pytest.mark.english  # no words are looked at
@pytest.mark.parametrize("text", NASTY)
async def test_whatever_a_buyer_writes_the_card_is_sent_as_it_is_with_its_number(office: Office, text: str) -> None:
    fields: dict[str, Any] = dict.fromkeys(
        ("name", "company", "email", "city", "state", "address", "product", "message", "quantity", "requirement"), text
    )
    card = await office.receives(office.lead(**fields))
    assert len(office.town.api.calls.of("sendMessage")) == 1, "it was refused and sent again as plain text"
    assert "+91 90000 00031" in card.text
    assert card.text.splitlines()[-1].startswith("#1 · W 2640000001")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", card.text)
    assert len(card.text.encode("utf-16-le")) // 2 <= 4096


async def test_a_long_message_can_be_unfolded(office: Office) -> None:
    card = await office.receives(office.lead(message="We need panels. " * 100))
    assert "<blockquote expandable>" in card.html


async def test_more_than_twelve_leads_at_once_become_six_cards_and_lists(office: Office) -> None:
    await office.queues(*office.leads(45))
    await office.town.world.wait_for(lambda: len(office.group.by_bot) >= 8)
    await office.settles()
    lists = [message for message in office.group.by_bot if "/lead_" in message.text]
    cards = [message for message in office.group.by_bot if message not in lists]
    assert (len(cards), [len(one.markup.buttons) for one in lists]) == (6, [20, 19])
    shown = [int(number) for message in lists for number in re.findall(r"/lead_(\d+)", message.text)]
    assert sorted(shown) == list(range(1, 40))


async def test_a_lists_button_brings_the_card_and_then_points_to_it(office: Office) -> None:
    await office.queues(*office.leads(25))
    await office.town.world.wait_for(lambda: len(office.group.by_bot) >= 7)
    listing = next(one for one in office.group.by_bot if "/lead_" in one.text)
    number = listing.markup.buttons[0]["text"]
    before = len(office.group.by_bot)
    await office.town.asha.presses(listing, number)
    await office.town.world.wait_for(lambda: len(office.group.by_bot) > before)
    card = office.group.last
    assert worded("📋 Copy") in words_of(card)
    await office.town.asha.presses(listing, number)
    await office.town.world.wait_for(lambda: len(office.group.by_bot) > before + 1)
    assert office.group.last.reply_to is card


def words_of(message: Message) -> list[str]:
    """Of every button."""
    return list(itertools.chain.from_iterable(message.buttons))
