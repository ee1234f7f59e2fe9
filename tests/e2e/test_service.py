"""The whole service as a process between the two servers: starts, stops, zones, and Telegram's bad days."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stage import staged
from tests.languages import heard

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_group_is_greeted_once_for_ever(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        for _start in range(2):
            await stage.service.start()
            await stage.is_up()
            await stage.simulator.called(len(stage.simulator.calls) + 1)
            assert await stage.service.stop() == 0
        greetings = [text for text in stage.town.group.texts if heard("Leadbell is connected", text)]
        assert len(greetings) == 1
        assert heard("next at", greetings[0])


@pytest.mark.english  # no words are looked at
@pytest.mark.usefixtures("true_starts")
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
async def test_windows_are_right_in_any_process_zone(tmp_path: Path, zone: str) -> None:
    async with staged(tmp_path, {"TZ": zone}) as stage:
        record = stage.simulator.seller.arrive()
        await stage.service.start()
        await stage.drained()
        assert stage.shown == {(record.kind, record.query_id): 1}
        window = stage.simulator.seller.windows[0]
        call = stage.simulator.seller.calls[0]
        assert abs(call.at - window.end) < timedelta(seconds=5)
        # Its two ends are read off the clock one after the other.
        assert timedelta(0) <= window.end - window.start - timedelta(hours=24) <= timedelta(seconds=2)


@pytest.mark.english  # what is looked at is the log
@pytest.mark.usefixtures("true_starts")
async def test_leads_come_while_telegram_is_away_and_follow_when_it_is_back(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.town.api.go_down()
        stage.simulator.seller.arrive_many(5)
        await stage.service.start()
        await stage.service.says("Telegram cannot be reached")
        await stage.simulator.called(3)
        assert len(stage.rows("SELECT lead_id FROM leads ORDER BY lead_id")) == 5
        await stage.town.api.come_up()
        await stage.drained()
        assert stage.lost == set()


@pytest.mark.sqlite  # a server's wait forty seconds before they believe in a second: tests/unit/test_updates_health.py
@pytest.mark.english  # what is looked at is the log
@pytest.mark.usefixtures("true_starts")
async def test_a_revoked_token_and_a_second_bot_are_said_in_words(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.town.api.faults.conflict(times=2)
        await stage.service.start()
        await stage.service.says("Another program fetches this bot's updates")
        stage.town.world.revoke_token()
        await stage.service.says("Telegram refuses the bot token")
        before = len(stage.simulator.calls)
        await stage.simulator.called(before + 2)


@pytest.mark.english  # no words are looked at
@pytest.mark.usefixtures("true_starts")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly_with_a_message_in_flight(tmp_path: Path, number: signal.Signals) -> None:
    async with staged(tmp_path) as stage:
        stage.town.api.faults.slow("sendMessage", seconds=1.0, times=None)
        stage.simulator.seller.arrive_many(3)
        await stage.service.start()
        await stage.town.world.wait_for(lambda: bool(stage.town.api.calls.of("sendMessage")))
        assert stage.service.process is not None
        stage.service.process.send_signal(number)
        assert await stage.service.ends(within=10) == 0
        stage.town.api.faults.clear()
        await stage.service.start()
        await stage.drained()
        assert (stage.lost, stage.repeated) == (set(), 0)
        assert "Traceback" not in stage.service.log
