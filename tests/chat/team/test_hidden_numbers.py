"""Look-ups from other chats: whoever reads along there learns no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.chat.team.conftest import Office


@pytest.mark.parametrize("chat_type", ["private", "group", "supergroup", "channel", None])
async def test_the_phone_is_masked_everywhere_else(office: Office, chat_type: str | None) -> None:
    await office.keeps(
        office.lead(
            mobile_alt="+919000000032",
            phone="+911204000001",
            message="Call me on 9000000031 or +91 90000-00031 or 90000 00032",
            subject="9000000031",
            name="Asha 9000000031",
        )
    )
    answer = await office.town.asha.asks_inline("asha", chat_type=chat_type)
    shown = "".join(f"{one.title}\n{one.description}\n{one.text}\n{one.wire}" for one in answer.results)
    digits = "".join(one for one in shown if one.isdigit())
    assert answer.results
    for number in ("9000000031", "9000000032", "1204000001"):
        assert number not in digits
    assert answer.is_personal
    assert answer.cache_time <= 30


TWO_NUMBERS = [
    "9000000031 9000000032",
    "9000000031 / 9000000032",
    "9000000031\n683000",
    "+91 90000 00031 683000 10",
    "90000,00031",
    "90000_00031",
    "90000 – 00031",
    "90000\u200b00031",
    "९०००००००३१",
    "9.0.0.0.0.0.0.0.3.1",
]


@pytest.mark.english  # no words are looked at
@pytest.mark.no_cover
@pytest.mark.parametrize("text", TWO_NUMBERS)
@pytest.mark.parametrize("field", ["message", "mobile_alt"])
async def test_numbers_written_side_by_side_are_masked_too(office: Office, text: str, field: str) -> None:
    await office.keeps(office.lead(**{field: text}))
    answer = await office.town.asha.asks_inline("asha", chat_type="supergroup")
    digits = "".join(str(int(one)) for one in answer.results[0].text if one.isdecimal())
    assert "9000000031" not in digits
    assert "9000000032" not in digits


async def test_a_number_shown_in_private_is_not_cached_for_a_group(office: Office) -> None:
    await office.keeps(office.lead())
    await office.town.asha.asks_inline("asha", chat_type="sender")
    answer = await office.town.asha.asks_inline("asha", chat_type="supergroup")
    assert "90000 00031" not in answer.results[0].text


@pytest.mark.english  # no words are looked at
@pytest.mark.no_cover
@pytest.mark.parametrize("text", ["<b>&</b>" * 700, "😀" * 3000, "a" * 10000, "\n" * 2000 + "x"])
async def test_huge_leads_are_answered(office: Office, text: str) -> None:
    await office.keeps(*office.leads(60, message=text, company=text, product=text, city=text))
    answer = await office.town.asha.asks_inline("", chat_type="sender")
    assert 1 <= len(answer.results) <= 50
