"""Two sellers in one service, one with IndiaMART's v1 and one with v2, between Telegram's sandbox and the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot import serving
from bot.clock import Clock
from bot.config import Settings
from bot.lifecycle import service
from bot.sandbox.simulator.faults import SimulatorFault
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
LET_GO = "SELECT 1 FROM accounts WHERE let_go_at IS NOT NULL"


async def everything_stands(stage: Stage) -> None:
    await until(lambda: not stage.lost and stage.rows("SELECT count(*) FROM outbox") == [(0,)], 60)
    assert stage.strayed == set()
    assert stage.repeated == 0


async def remove_surat(folder: Path) -> None:
    async with databases.opened(folder / "leads.db") as database, database.transaction() as connection:
        account_id = await accounts.named(connection, "surat")
        assert account_id is not None
        await accounts.remove(connection, account_id, Clock().now())


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
        await remove_surat(tmp_path)
        await until(lambda: stage.rows(LET_GO), 30)
        calls = len(desk.seller.calls)
        stage.simulator.seller.arrive()
        desk.seller.arrive()
        await until(lambda: not stage.expected - set(stage.shown), 30)
        assert len(desk.seller.calls) == calls
        assert stage.strayed == set()


@pytest.mark.english  # no words are looked at
async def test_a_removed_account_is_let_go_when_its_call_has_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "FINISH_SECONDS", 60.0)  # so that a slow machine does not give the call up
    async with staged(tmp_path, POLLED_EVERY) as stage, service(Settings.from_values(stage.service.settings)) as shop:
        desk = await stage.beside("surat", is_v1=True)
        await until(lambda: desk.seller.calls, 30)
        desk.seller.faults.queue(SimulatorFault.HANG)
        await until(lambda: desk.seller.calls[-1].fault is SimulatorFault.HANG, 30)
        await remove_surat(tmp_path)
        await until(lambda: len(shop.accounts) == 1, 30)
        stage.simulator.seller.arrive()
        await until(lambda: stage.shown, 30)
        assert stage.rows(LET_GO) == []
        desk.seller.arrive()
        desk.seller.release()
        await until(lambda: stage.rows(LET_GO), 30)
        assert desk.seller.calls[-1].fault is SimulatorFault.HANG
