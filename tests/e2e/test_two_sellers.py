"""Two sellers in one service, one with IndiaMART's v1 and one with v2, between Telegram's sandbox and the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.clock import Clock
from bot.config import Settings
from bot.lifecycle import service
from bot.store import accounts
from tests import databases
from tests.claiming import claimed
from tests.e2e.stage import staged
from tests.languages import worded
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.stage import Stage

POLLED_EVERY = {"POLL_EVERY": "0.2s"}


async def everything_stands(stage: Stage) -> None:
    await until(lambda: not stage.lost and stage.rows("SELECT count(*) FROM outbox") == [(0,)], 60)
    assert stage.strayed == set()
    assert stage.repeated == 0


async def test_each_group_gets_its_sellers_leads_and_no_others_whichever_api_they_have(tmp_path: Path) -> None:
    async with staged(tmp_path, POLLED_EVERY) as stage:
        other = await stage.beside("surat", is_v1=True)
        for desk in stage.desks:
            desk.seller.arrive()
        async with service(Settings.from_values(stage.service.settings)):
            await everything_stands(stage)
            for desk in (*stage.desks, *stage.desks):
                desk.seller.arrive()
            await everything_stands(stage)
            (mine,) = [message for message in other.group.by_bot if worded("✋ Claim") in str(message.buttons)][:1]
            await claimed(stage.town.asha, mine)
            await until(lambda: stage.rows("SELECT count(*) FROM leads WHERE owner_id IS NOT NULL") == [(1,)])
        assert stage.rows("SELECT DISTINCT number FROM leads WHERE account_id = 2 ORDER BY number") == [
            (1,),
            (2,),
            (3,),
        ]
        owners = "SELECT accounts.name FROM leads JOIN accounts USING (account_id) WHERE owner_id IS NOT NULL"
        assert stage.rows(owners) == [("surat",)]


@pytest.mark.english  # no words are looked at
async def test_an_account_comes_and_goes_while_leads_pour_in(tmp_path: Path) -> None:
    async with staged(tmp_path, POLLED_EVERY) as stage, service(Settings.from_values(stage.service.settings)):
        for _lead in range(20):
            stage.simulator.seller.arrive()
        desk = await stage.beside("surat", is_v1=True)
        desk.seller.arrive()
        for _lead in range(20):
            stage.simulator.seller.arrive()
        await everything_stands(stage)
        async with databases.opened(tmp_path / "leads.db") as database, database.transaction() as connection:
            account_id = await accounts.named(connection, "surat")
            assert account_id is not None
            await accounts.remove(connection, account_id, Clock().now())
        await until(lambda: stage.rows("SELECT 1 FROM accounts WHERE let_go_at IS NOT NULL"), 30)
        calls = len(desk.seller.calls)
        stage.simulator.seller.arrive()
        desk.seller.arrive()
        await until(lambda: not stage.expected - set(stage.shown), 30)
        assert len(desk.seller.calls) == calls
        assert stage.strayed == set()
