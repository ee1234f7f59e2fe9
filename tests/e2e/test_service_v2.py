"""The whole service with today's API: what IndiaMART sends, and what the group reads of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from bot.chat.views.text import units
from tests.e2e.shop import in_words, opened, sample, undelayed
from tests.languages import heard, worded

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("200_w_p_b_2024", "200_biz_and_wa", "200_w_2022_19_fields", "200_doc_style_nulls_2021")
LEADS = tuple(sample(f"v2_{name}.json") for name in NAMES)
NOTHING = sample("v2_204_no_leads.json"), sample("v2_200_empty_response.json")

CARDS = """\
🛒 BuyLead · Mineral Water Bottle
Karim Example, Example Associates
📞 +91 90000 00034
📞 +91 90000 00035
📞 +91 120 000 0001
✉️ karim@example.com, office@example.com
📍 Noida, Uttar Pradesh 201300
🕛 3 Jan 2024, 12:01 pm
I want to buy Mineral Water Bottle.
📦 500 piece · 💰 ₹3,000-10,000 · Business use
#1 · B 620000004

🟢 Enquiry · 1 hp Submersible Pump
Meena Demo
📞 +91 90000 00033
✉️ meena@example.com
📍 New Delhi, Delhi
🕑 3 Jan 2024, 2:08 pm
I am interested in 1 hp Submersible Pump
#2 · W 2640000003

📞 Call
Ravi, Sample Enterprise
📞 +91 90000 00032
⏱ 1 min 45 s
📍 Purulia, West Bengal
🕠 3 Jan 2024, 5:36 pm
☎️ rang 80 4000 0002
#3 · P 154000002

🟢 Enquiry · 550 W Mono PERC PV Solar Module
Asha Testwala, Testwala & Sons
📞 +91 90000 00031
✉️ asha.testwala@example.com
📍 Ernakulam, Kerala 683000
🕕 3 Jan 2024, 6:14 pm
I am interested in 550 W Mono PERC PV Solar Module
#4 · W 2640000001

👀 Catalogue view · LED Clock
📞 +91 90000 00071
🕙 5 Jan 2026, 10:00 am
#5 · BIZ 930000071

💬 WhatsApp enquiry · LED Clock
Meena Demo
📞 +91 90000 00072
🕙 5 Jan 2026, 10:02 am
Price please
#6 · WA 2900000072

🟢 Enquiry · Fuel Pressure Regulator Sensor
Asha Testwala
📞 +91 90000 00031
📍 Dehradun, Uttarakhand
🕤 17 Sept 2022, 9:34 am
I want to buy Fuel Pressure Regulator Sensor.
Before purchasing I would like to know the price details.
Kindly send me price and other details.
Preferred Location: Suppliers from Local Area will be Preferred
📦 1 piece · 💰 ₹3,000-10,000 · Business use
#7 · W 2240000001

🟢 Enquiry · Dye Sublimation Ink
Asha, Testwala Industries
📞 +91 90000 00041
✉️ asha@example.com, asha.alt@example.com
📍 Meerut, Uttar Pradesh 250000
🕐 8 Dec 2021, 12:47 pm
I want to buy Dye Sublimation Ink.
#8 · W 2010000001"""
"""In order of posting; how long each took to reach us is left out, because the samples grow older."""


def alone(card: str) -> str:
    """Two answers hold a lead of one buyer each: whether the card knows the other depends on which comes first, the
    card or the next poll.
    """
    return "\n".join(line for line in card.split("\n") if not line.startswith("🔁"))


async def test_every_lead_of_the_samples_has_one_card_with_its_facts(tmp_path: Path) -> None:
    async with opened(tmp_path, *LEADS, *NOTHING, *LEADS) as shop:
        await shop.has_cards(8)
        await shop.polls(9)
        assert "\n\n".join(alone(undelayed(card)) for card in shop.cards) == in_words(shop.this_year(CARDS))
        assert shop.notices == []
        assert shop.town.api.calls.refused(400) == []


async def test_the_numbers_of_a_card_lead_to_the_buyer(tmp_path: Path) -> None:
    async with opened(tmp_path, LEADS[0]) as shop:
        await shop.has_cards(4)
        card = next(message for message in shop.group.by_bot if message.text.endswith("620000004"))
        whatsapp, copied = card.button("WhatsApp"), card.button("Copy")
        assert whatsapp["url"].startswith("https://wa.me/919000000034?text=")
        assert heard("Hello Karim Example,", unquote(whatsapp["url"]))
        assert copied["copy_text"] == {"text": "+919000000034"}
        await shop.asks(shop.town.ravi, "/start")
        await shop.town.ravi.presses(card, "Contact")
        await shop.until(lambda: shop.town.ravi.chat.last.body.kind == "contact")
        contact = shop.town.ravi.chat.last.body.fields
        assert (contact["first_name"], contact["phone_number"]) == ("Karim Example", "+919000000034")


ROW = json.loads(LEADS[0])["RESPONSE"][0]
ODD: dict[str, dict[str, Any]] = {
    "1": {"SENDER_NAME": '<b>&"A\\', "SENDER_COMPANY": "</b><script>&amp;", "QUERY_PRODUCT_NAME": "<i>&lt;"},
    "2": {"QUERY_MESSAGE": "ten thousand " * 770},
    "3": {"SENDER_NAME": "आशा", "QUERY_PRODUCT_NAME": "पानी की मोटर", "SENDER_CITY": "दिल्ली"},
    "4": {"SENDER_NAME": "Asha 👩‍🌾", "QUERY_MESSAGE": "🙏🏽 price? 👍 " * 400},
    "5": dict.fromkeys(ROW),
    "6": {"SENDER_NAME": "x" * 5000, "SENDER_COMPANY": "&" * 5000, "SENDER_CITY": "<" * 5000},
    "7": {"QUERY_TYPE": "SOMETHING NEW", "SENDER_MOBILE": "call me after five"},
}


def odd_body() -> bytes:
    rows: list[dict[str, Any]] = [
        {**ROW, "QUERY_TYPE": "W", **changed, "UNIQUE_QUERY_ID": query_id} for query_id, changed in ODD.items()
    ]
    rows[4]["QUERY_TYPE"] = "W"
    return json.dumps({"CODE": "200", "TOTAL_RECORDS": len(rows), "RESPONSE": rows}).encode()


async def test_odd_buyers_are_posted_as_they_wrote(tmp_path: Path) -> None:
    async with opened(tmp_path, odd_body()) as shop:
        await shop.has_cards(len(ODD))
        assert shop.card("1").splitlines()[:2] == [worded("🟢 Enquiry") + " · <i><", '<b>&"A\\, </b><script>&']
        assert "ten thousand ten thousand" in shop.card("2")
        assert units(shop.card("2")) > 4000
        assert shop.card("3").splitlines()[:2] == [worded("🟢 Enquiry") + " · पानी की मोटर", "आशा, Testwala & Sons"]
        assert "📍 दिल्ली, Kerala 683000" in shop.card("3")
        assert "Asha 👩‍🌾, Testwala & Sons" in shop.card("4")
        assert re.fullmatch(worded("🟢 Enquiry") + r"\n#\d · W 5", shop.card("5"))
        assert "📞 +91 90000 00031" in shop.card("6")
        assert shop.card("7").splitlines()[0].startswith("🔔 SOMETHING NEW · 550 W")
        # Nothing had to be sent a second time as plain text, and nothing is longer than Telegram takes.
        assert shop.town.api.calls.refused(400) == []
        assert max(map(units, shop.cards)) <= 4096
