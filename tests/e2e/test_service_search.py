"""Whatever is typed of a lead finds it: by the numbers on the buttons, so that no words are looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_service_lookups import FIELDS, asked, hers, in_a_language, shop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.e2e.shop import Shop

__all__ = ["in_a_language", "shop"]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.english]


def words_of(fields: Iterable[str]) -> list[str]:
    return [word for field in fields for word in re.split(r"[@. ]", field) if len(word) >= 4]


@pytest.mark.parametrize("prefix", sorted({word[:4] for word in words_of(FIELDS.values())}))
async def test_a_lead_is_found_by_four_letters_of_any_word(shop: Shop, prefix: str) -> None:
    answer = await asked(shop, f"/search {prefix}")
    assert "#" + hers(shop)[1:] in {button["text"] for button in answer.markup.buttons}


@pytest.mark.parametrize(
    "typed", ["9000054321", "+91-90000 54321", "90000 54321", "091 90000-54321", "54321", "(+91) 90000-54321"]
)
async def test_a_lead_is_found_by_its_phone_however_it_is_typed(shop: Shop, typed: str) -> None:
    answer = await asked(shop, f"/search {typed}")
    assert [button["text"] for button in answer.markup.buttons] == [hers(shop)]


async def test_a_lead_is_found_by_both_its_numbers(shop: Shop) -> None:
    record = shop.simulator.seller.records[-1]
    for words in (record.query_id, hers(shop)):
        answer = await asked(shop, f"/search {words}")
        assert hers(shop) in [button["text"] for button in answer.markup.buttons]
