"""The buyer as a contact: what an address book needs, and never more than Telegram takes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.views.vcard import MOST_BYTES, vcard
from bot.domain.ids import AccountId, LeadId, LeadNumber
from bot.domain.lead import Kind, Lead, Origin, StoredLead


def card_of(**facts: Any) -> str:
    lead = Lead(kind=Kind.ENQUIRY, **facts)
    now = datetime(2024, 1, 3, tzinfo=UTC)
    return vcard(
        StoredLead(
            lead_id=LeadId(1234),
            account_id=AccountId(1),
            number=LeadNumber(1234),
            lead=lead,
            origin=Origin.PULL,
            stored_at=now,
        )
    )


def test_a_buyer_reads_like_this_in_an_address_book() -> None:
    assert card_of(
        name="Asha Testwala",
        company="Testwala; Sons, Kochi",
        mobile="+919000000031",
        phone="+911200000001",
        email="asha.testwala@example.com",
        city="Ernakulam",
        state="Kerala",
        pincode="683000",
        country="IN",
        product="Pump\\Motor",
    ).split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:;Asha Testwala;;;",
        "FN:Asha Testwala",
        "TEL;TYPE=CELL:+919000000031",
        "TEL;TYPE=VOICE:+911200000001",
        "EMAIL;TYPE=INTERNET:asha.testwala@example.com",
        "ORG:Testwala\\; Sons\\, Kochi",
        "ADR;TYPE=WORK:;;;Ernakulam;Kerala;683000;IN",
        "NOTE:IndiaMART #1234 · Pump\\\\Motor",
        "END:VCARD",
        "",
    ]


def test_a_buyer_without_a_name_gets_one() -> None:
    assert "FN:Testwala\r\n" in card_of(company="Testwala")
    assert "FN:IndiaMART buyer\r\n" in card_of(mobile="+919000000031")


def test_a_text_that_is_no_number_is_in_no_address_book() -> None:
    shown = card_of(
        name="Asha", mobile="98XXXXXX17", phone="call @durov", mobile_alt="9.19E+11", phone_alt="+911200000001"
    )
    assert [line for line in shown.splitlines() if line.startswith("TEL")] == ["TEL;TYPE=VOICE:+911200000001"]


def test_a_name_that_shows_nothing_is_no_name_in_an_address_book() -> None:
    assert "FN:Testwala\r\n" in card_of(name="\u3164", company="Testwala")


TEXTS = st.none() | st.text() | st.sampled_from(["पानी" * 3000, "\r\nTEL:1", "😀" * 9000, "\ud800"])


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
@example("पा" * 900, "पा" * 900, "पा" * 900, "पा" * 900, "पा" * 900)
def test_no_text_breaks_out_of_its_line_or_makes_it_too_large(
    name: str | None, company: str | None, email: str | None, address: str | None, product: str | None
) -> None:
    text = card_of(
        name=name, company=company, email=email, address=address, product=product, mobile="+919000000031", phone=name
    )
    assert len(text.encode()) <= MOST_BYTES
    assert "TEL;TYPE=CELL:+919000000031\r\n" in text
    assert all(
        re.match(r"(BEGIN|VERSION|N|FN|TEL;|EMAIL;|ORG|ADR;|NOTE|END)", line) for line in text.split("\r\n")[:-1]
    )
