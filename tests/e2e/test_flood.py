"""Sixty leads at once under Telegram's flood limit, scaled down from a minute to three seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.sandbox.botapi import FloodRate, Limits
from tests.e2e.stage import staged

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.english  # no words are looked at

LIMITS = Limits(group=FloodRate(20, 3), private=FloodRate(1, 0.05))
SETTINGS = {"TELEGRAM_GROUP_RATE": "20/3"}


async def test_sixty_leads_at_once_can_all_be_reached_from_the_group(tmp_path: Path) -> None:
    async with staged(tmp_path, SETTINGS, limits=LIMITS) as stage:
        stage.simulator.seller.arrive_many(60)
        await stage.service.start()
        await stage.drained()
        assert stage.lost == set()
        assert stage.repeated == 0
        assert len(stage.town.api.flood.violations) <= 2
        assert len(stage.town.group.by_bot) == 1 + 6 + 3  # the greeting, six cards, three lists of up to twenty
        assert await stage.service.stop() == 0


@pytest.mark.parametrize("penalty", [0, 1])
async def test_another_bot_in_the_group_costs_two_refused_calls_at_most(penalty: float, tmp_path: Path) -> None:
    """Telegram may allow less than it says: its refusal is obeyed to the second, and nothing is lost."""
    limits = Limits(group=FloodRate(10, 3), private=FloodRate(1, 0.05), penalty=penalty)
    async with staged(tmp_path, SETTINGS, limits=limits) as stage:
        await stage.service.start()
        await stage.is_up()
        stage.simulator.seller.arrive_many(60)
        await stage.drained()
        assert stage.lost == set()
        assert stage.repeated == 0
        assert len(stage.town.api.flood.violations) <= 2
        assert not any(refused.was_warned for refused in stage.town.api.flood.violations)


async def test_a_kill_in_the_middle_of_a_flood_breaks_no_limit(tmp_path: Path) -> None:
    async with staged(tmp_path, SETTINGS, limits=LIMITS) as stage:
        for _burst in range(3):
            stage.simulator.seller.arrive_many(15)
            await stage.service.start()
            await stage.is_up()
            await stage.drained(within=0.7)
            await stage.service.kill()
        await stage.service.start()
        await stage.drained()
        assert stage.lost == set()
        assert stage.repeated <= 3
        assert len(stage.town.api.flood.violations) <= 2
