"""The whole service with the API of the 2018 document: what IndiaMART sends, and what the group reads of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.shop import in_words, opened, sample, undelayed

if TYPE_CHECKING:
    from pathlib import Path

LEADS = sample("v1_success_w_b_p_2022.json"), sample("v1_success_w_and_p_2020.json")
NOTHING = tuple(map(sample, ("v1_error_no_leads.json", "v1_legacy_response_null.json", "v1_success_empty_array.json")))

CARDS = """\
📞 Call
📞 +91 90000 00023
⏱ 1 min 25 s
🕚 29 Jun 2022, 11:10 am
☎️ rang 79000 00003
#1 · P 310000003

🛒 BuyLead · Oil Filled Submersible Pump
Karim Example, Example Associates
📞 +91 90000 00022
✉️ karim@example.com
📍 Ranchi, Jharkhand 834000
🕠 29 Jun 2022, 5:27 pm
I want to buy Oil Filled Submersible Pump.
Kindly send me price and other details.
📦 40 piece · 💰 ₹1.6-3.12 lakh · Business use
#2 · B 490000002

🟢 Enquiry · Solar Water Pumping System
Meena Demo, Demo Kirana Store
📞 +91 90000 00021
✉️ meena@example.com
📍 Junagadh, Gujarat 362000
🕢 29 Jun 2022, 7:30 pm
I am interested in Solar Water Pumping System
Probable Unit Price: Rs. 1 to 2 Lakh
#3 · W 4200000001

🟢 Enquiry · LED Clock
Ravi Sample
📞 +91 90000 00004
📍 Khagaria, Bihar
🕘 5 Feb 2020, 9:02 am
I am interested in LED Clock
🏷 On IndiaMART since 2020
#4 · W 1200000004

🟢 Enquiry · LED Clock
Asha Testwala, Testwala & Sons
📞 +91 90000 00003
✉️ asha.testwala@example.com, accounts@example.com
📍 Khagaria, Bihar
🕟 5 Feb 2020, 4:41 pm
I want to buy LED Clock.
Kindly send me price and other details.
Currency: INR - Indian Rupee
📦 4 piece · 💰 ₹1-2 lakh
🏷 On IndiaMART since 2018
#5 · W 1200000003

📞 Call
📞 +91 90000 00001
⏱ 1 min 54 s
🕠 5 Feb 2020, 5:23 pm
🏷 On IndiaMART since 2019
☎️ rang 80000 00002
#6 · P 200000002

📞 Call
📞 +91 90000 00001
⏱ 51 s
🕕 5 Feb 2020, 5:51 pm
🏷 On IndiaMART since 2019
🔁 2nd lead from this buyer, last 5 Feb: Call, open
☎️ rang 20 0000 0001
#7 · P 200000001"""
"""In order of posting; how long each took to reach us is left out, because the samples grow older."""


async def test_every_lead_of_the_samples_has_one_card_with_its_facts(tmp_path: Path) -> None:
    async with opened(tmp_path, *LEADS, *NOTHING, *LEADS, api="v1") as shop:
        await shop.has_cards(7)
        await shop.polls(9)
        assert "\n\n".join(map(undelayed, shop.cards)) == in_words(shop.this_year(CARDS))
        assert shop.notices == []
        assert {len(call.parameters["text"]) > 0 for call in shop.town.api.calls.of("sendMessage")} == {True}
        assert shop.town.api.calls.refused(400) == []


@pytest.mark.english  # no words are looked at
async def test_windows_join_without_a_gap(tmp_path: Path) -> None:
    async with opened(tmp_path, *NOTHING, api="v1", OVERLAP="5s") as shop:
        await shop.polls(6)
        pairs = zip(shop.windows, shop.windows[1:], strict=False)
        assert all(later.start <= earlier.end < later.end for earlier, later in pairs if later.end > earlier.end)
