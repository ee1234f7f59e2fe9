"""Leads that come late: because Telegram was away, or because Leadbell was. Their cards say so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import ChatId
from tests.e2e.shop import Shop, prepared
from tests.languages import heard, worded

if TYPE_CHECKING:
    from pathlib import Path


async def comes_up(shop: Shop) -> None:
    await shop.town.api.come_up()
    shop.services.delivery.revive(ChatId(shop.group.id))


async def stored(shop: Shop, count: int) -> None:
    """Until so many leads are in the database; the report counts them."""
    while (await shop.services.report.status()).leads < count:
        await shop.polls(1)


@pytest.mark.parametrize(("minutes", "is_said"), [(4, False), (11, True)])
async def test_leads_go_on_being_fetched_while_telegram_is_away(tmp_path: Path, minutes: int, is_said: bool) -> None:  # noqa: FBT001 - a column of the table
    async with prepared(tmp_path) as shop:
        await shop.town.api.go_down()
        async with shop.serving():
            for count in (1, 2, 3):
                shop.simulator.seller.arrive("W")
                await stored(shop, count)
            await shop.moves_on(timedelta(minutes=minutes))
            await comes_up(shop)
            await shop.has_cards(3)
            late = worded(f"Posted {minutes} min late: Telegram could not be reached or did not take the message")
            assert [late.replace("\u00a0", " ") in text for text in shop.cards] == [is_said] * 3
            assert len(shop.group.texts) == 4


async def test_leads_of_the_time_leadbell_was_off_follow_and_say_so(tmp_path: Path) -> None:
    async with prepared(tmp_path, POLL_EVERY="5m") as shop:
        async with shop.serving():
            await shop.simulator.called(1)
            await shop.idle()
            await shop.until(lambda: shop.group.texts)
        shop.clock.ahead += timedelta(hours=3)
        early = shop.simulator.seller.arrive("W", at=shop.clock.now() - timedelta(hours=2))
        late = shop.simulator.seller.arrive("W", at=shop.clock.now() - timedelta(seconds=20))
        async with shop.serving():
            await shop.has_cards(2)
            assert heard("Leadbell was not running", shop.card(early.query_id))
            assert "🐢" in shop.card(early.query_id)
            assert "🐢" not in shop.card(late.query_id)
            assert len(shop.group.texts) == 3  # one greeting for both starts


@pytest.mark.english  # no words are looked at
async def test_a_restart_repeats_nothing(tmp_path: Path) -> None:
    async with prepared(tmp_path) as shop:
        shop.simulator.seller.arrive_many(5)
        for _start in range(3):
            async with shop.serving():
                await shop.has_cards(5)
                await shop.polls(3)
        assert len(shop.group.texts) == 6
