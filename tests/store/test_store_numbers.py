from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.lead import Lead

    Leads = Callable[..., Lead]


@pytest.mark.parametrize(
    "spelling",
    [
        "+91-90000 00031", "9000000031", "090000 00031", "00919000000031", "0091 90000-00031", "+919000000031",
        "919000000031", "90000 00031", "(+91) 90000 00031", "+91 (90000) 00031", "00031", "0000031", "000 31",
        "९००००००००३१".replace("००००००००", "०००००००"), "\u202a+91 90000 00031\u202c", "90000\u00a000031",
        "+91 09000000031", "+91-0-9000000031", "+(91)-(0)-9000000031", "+91 (0) 90000 00031", "+91-91-9000000031",
        "+91‑90000‑00031", "90000–00031", "90000/00031", "919000000031.0", "9,000,000,031",
        "tel:+919000000031", "tel:+91-90000-00031", "https://wa.me/919000000031", "wa.me/919000000031?text=Hello%20you",
    ],
)  # fmt: skip
async def test_a_phone_is_found_in_any_spelling(shelf: Any, lead: Leads, spelling: str) -> None:
    await shelf.add(lead("7", mobile="+919000000031"), lead("8", mobile="+919000000032", phone="+918888800001"))
    assert await shelf.found(spelling) == ["7"]
    assert await shelf.found(f"{spelling} nobody") == []


@pytest.mark.parametrize("spelling", ["0120-0000001", "0120 0000001", "01200000001", "+91 120 0000001", "00001"])
async def test_a_landline_is_found_in_any_spelling(shelf: Any, lead: Leads, spelling: str) -> None:
    await shelf.add(lead("7", phone="+911200000001"))
    assert await shelf.found(spelling) == ["7"]


@pytest.mark.parametrize(
    ("stored", "spelling"),
    [
        ("+914212220017", "+91 (0421) 2220017"),
        ("+914212220017", "+91-0421-2220017"),
        ("+914212220017", "0421/2220017"),
        ("+442079460000", "+44 (0)20 7946 0000"),
    ],
)
async def test_a_trunk_zero_behind_the_countrys_code_is_no_digit(
    shelf: Any, lead: Leads, stored: str, spelling: str
) -> None:
    await shelf.add(lead("7", phone=stored), lead("8", phone="+914212220018"))
    assert await shelf.found(spelling) == ["7"]


async def test_two_numbers_with_a_stroke_between_are_not_one(shelf: Any, lead: Leads) -> None:
    await shelf.add(lead("7", mobile="+919000000031"), lead("8", message="size 10/20"))
    assert await shelf.found("10/20") == ["8"]
    assert await shelf.found("9000000031/90") == []
    assert await shelf.found("9000000031 tel:") == []


async def test_a_short_landline_is_found_with_its_trunk_zero(shelf: Any, lead: Leads) -> None:
    await shelf.add(lead("7", phone="+91112345678"), lead("8", phone="0112345678"))
    assert await shelf.found("011-2345678") == ["8", "7"]


async def test_four_last_digits_are_too_few_and_every_number_of_a_lead_counts(shelf: Any, lead: Leads) -> None:
    await shelf.add(lead("7", mobile="+919000000031", mobile_alt="+918888877777", phone_alt="ext 54321"))
    assert await shelf.found("0031") == []
    for digits in ("00031", "77777", "54321"):
        assert await shelf.found(digits) == ["7"]


async def test_a_lead_is_found_by_its_number_and_by_its_query_id(shelf: Any, lead: Leads) -> None:
    await shelf.add(
        *(lead(f"264000{number:04}", enquired_at=shelf.now - timedelta(hours=number)) for number in range(9))
    )
    first = ["2640000008"]
    assert await shelf.found("#1") == await shelf.found("1") == await shelf.found("# 1") == first
    assert await shelf.found("2640000008") == first
    assert await shelf.found("26400") == []
    assert await shelf.found("#99") == []


async def test_a_lead_number_is_looked_for_in_the_texts_too(shelf: Any, lead: Leads) -> None:
    await shelf.add(lead("700"), lead("800", product="2 hp pump", enquired_at=shelf.now - timedelta(days=1)))
    assert await shelf.found("2 hp") == ["800"]
    assert await shelf.found("2") == ["700", "800"]


async def test_a_number_and_words_have_to_match_together(shelf: Any, lead: Leads) -> None:
    await shelf.add(
        lead("701", mobile="+919000000031", name="Ravi"),
        lead("702", mobile="+919000000031", name="Asha"),
        lead("703", name="Ravi", message="call 90000 00031"),
    )
    assert await shelf.found("ravi 9000000031") == ["701"]
    assert await shelf.found("90000 00031 ravi") == ["703", "701"]


async def test_more_than_four_hundred_leads_of_one_number_are_all_found(shelf: Any, lead: Leads) -> None:
    await shelf.add(*(lead(str(number), mobile="+919000000031", city="Surat") for number in range(450)))
    assert len(await shelf.places("00031")) == len(await shelf.places("00031 city:surat")) == 450
