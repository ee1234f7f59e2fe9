"""What Prometheus and a load balancer are told, from the running service over a real socket."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.chat.views import Views
from bot.clock import Clock
from bot.config import Settings
from bot.config.addresses import Listen
from bot.health.metrics import Metrics
from bot.health.troubles import Troubles
from bot.lifecycle import service
from bot.patience import Patience
from bot.sandbox.botapi import town as towns
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.server import Simulator
from bot.web import metrics as web_metrics
from bot.web import server
from tests import databases
from tests.ports import free_port
from tests.waiting import until
from tests.web.test_web_push import SAMPLE, TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.registry import Registry
    from bot.sandbox.botapi.town import Town
    from bot.services import Services

FLOOR = timedelta(seconds=0.2)
READ = {"leadbell_outbox_depth", "leadbell_outbox_age_seconds", "leadbell_stored_leads", "leadbell_account_faults"}
"""Some of what stands in the database."""


@dataclass(frozen=True)
class Running:
    town: Town
    simulator: Simulator
    registry: Registry
    url: str

    @property
    def services(self) -> Services:
        return self.registry.main.services

    async def metrics(self) -> dict[str, float]:
        async with self.town.http.get(f"{self.url}/metrics") as response:
            assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            lines = (await response.text()).splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}

    async def shows(self, name: str, at_least: float) -> dict[str, float]:
        """The numbers, as soon as this one has come so far."""
        found: dict[str, float] = {}

        async def is_there() -> bool:
            nonlocal found
            found = await self.metrics()
            return found.get(name, 0) >= at_least

        await until(is_there)
        return found

    async def ready(self) -> tuple[int, list[str]]:
        async with self.town.http.get(f"{self.url}/readyz") as response:
            return response.status, (await response.json()).get("reasons", [])

    async def becomes(self, status: int, reasons: list[str]) -> None:
        async def is_so() -> bool:
            return await self.ready() == (status, reasons)

        await until(is_so)


@asynccontextmanager
async def running(path: Path, **more: str) -> AsyncIterator[Running]:
    port = free_port()
    async with towns.opened() as town, Simulator(floor=FLOOR) as simulator:
        values = {
            "TELEGRAM_BOT_TOKEN": town.world.bot.token,
            "TELEGRAM_CHAT_ID": town.group.id,
            "TELEGRAM_API_URL": town.api.url,
            "TELEGRAM_GROUP_RATE": "1000/1",
            "INDIAMART_KEY": simulator.seller.api_key,
            "INDIAMART_URL": simulator.url,
            "POLL_EVERY": "0.2s",
            "DATABASE_URL": databases.new_url(path / "leads.db"),
            "HTTP_LISTEN": f"127.0.0.1:{port}",
        }
        async with service(Settings.from_values(values | more), town.clock) as registry:
            await until(registry.has_main)
            yield Running(town, simulator, registry, f"http://127.0.0.1:{port}")


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as one:
        yield one


async def test_polls_are_counted_by_outcome(one: Running) -> None:
    await one.shows('leadbell_polls_total{outcome="nothing"}', 1)
    one.simulator.faults.queue(SimulatorFault.HTTP_502)
    found = await one.shows('leadbell_polls_total{outcome="their_fault"}', 1)
    assert found['leadbell_polls_total{outcome="bad_key"}'] == 0


async def test_leads_are_counted_by_kind_and_route_once_each(tmp_path: Path) -> None:
    async with running(tmp_path, PUSH_TOKEN=TOKEN) as one:
        one.simulator.seller.arrive("W")
        one.simulator.seller.arrive("NEW-KIND")
        for _again in range(2):
            await one.town.http.post(f"{one.url}/indiamart/{TOKEN}", data=SAMPLE)
        await one.shows('leadbell_leads_total{kind="W",route="pull"}', 1)
        found = await one.shows('leadbell_sends_total{result="ok"}', 4)
        counted = {name: number for name, number in found.items() if name.startswith("leadbell_leads_total")}
        assert counted == {
            'leadbell_leads_total{kind="W",route="pull"}': 1,
            'leadbell_leads_total{kind="other",route="pull"}': 1,
            'leadbell_leads_total{kind="B",route="push"}': 1,
        }
        assert found["leadbell_stored_leads"] == 3


async def test_the_way_of_a_lead_is_split_into_three_parts(one: Running) -> None:
    one.town.api.faults.slow("sendMessage", seconds=1.2, times=None)
    one.simulator.seller.arrive("W", at=one.town.clock.now() - timedelta(seconds=100))
    found = await one.shows('leadbell_lead_delay_seconds_count{part="telegram"}', 1)
    assert 100 <= found['leadbell_lead_delay_seconds_sum{part="indiamart"}'] < 115
    assert found['leadbell_lead_delay_seconds_sum{part="leadbell"}'] < 5
    assert 1.2 <= found['leadbell_lead_delay_seconds_sum{part="telegram"}'] < 3
    assert found['leadbell_lead_delay_seconds_bucket{le="60.0",part="indiamart"}'] == 0
    assert found['leadbell_lead_delay_seconds_bucket{le="120.0",part="indiamart"}'] == 1


async def test_what_waits_shows_its_depth_and_its_age(one: Running) -> None:
    await one.shows('leadbell_sends_total{result="ok"}', 1)
    one.town.api.faults.refuse(403, "Forbidden: bot was kicked from the group chat", "sendMessage", times=None)
    one.simulator.seller.arrive("W")
    found = await one.shows('leadbell_sends_total{result="chat"}', 1)
    assert found["leadbell_outbox_depth"] >= 1
    await one.shows("leadbell_outbox_age_seconds", 1)


@pytest.mark.sqlite  # a server's columns take no words for numbers
async def test_messages_that_cannot_be_built_are_counted_by_reason_and_hold_nobody_up(
    one: Running, tmp_path: Path
) -> None:
    await one.shows('leadbell_sends_total{result="ok"}', 1)
    one.town.api.faults.refuse(403, "Forbidden: bot was kicked from the group chat", "sendMessage", times=None)
    one.simulator.seller.arrive("W")
    one.simulator.seller.arrive("B")
    await one.shows("leadbell_outbox_depth", 2)
    await one.shows('leadbell_sends_total{result="chat"}', 1)  # nothing that was built before is still on its way
    await asyncio.to_thread(
        databases.by_hand,
        tmp_path / "leads.db",
        "INSERT INTO outbox (account_id, turn, what, queued_at, due_at) VALUES (1, 0, 'hologram', 0, 0)",
    )
    await asyncio.to_thread(
        databases.by_hand,
        tmp_path / "leads.db",
        "UPDATE all_leads SET order_value_min = 'much', order_value_max = 'more' WHERE lead_id = 1",
    )
    one.town.api.faults.clear()
    one.services.delivery.revive(one.services.chats.place.chat_id)
    await one.shows('leadbell_sends_total{result="ok"}', 2)  # the other lead's card
    found = await one.shows('leadbell_parked_messages{reason="not_built"}', 1)
    assert found['leadbell_parked_messages{reason="unknown_kind"}'] == 1
    words = Views(one.services.settings.timezone, lambda: "bot", one.town.clock.now)
    status = words.status(await one.services.report.status(), is_technical=False)
    assert "2 messages could not be built" in status.text


async def test_numbers_name_nobody(one: Running) -> None:
    lead = one.simulator.seller.arrive("W")
    await one.shows('leadbell_leads_total{kind="W",route="pull"}', 1)
    async with one.town.http.get(f"{one.url}/metrics") as response:
        text = await response.text()
    assert lead.mobile[-5:] not in text
    assert one.simulator.seller.api_key not in text


async def test_alive_is_said_whatever_else_is_broken(one: Running) -> None:
    await one.simulator.go_down()
    async with one.town.http.get(f"{one.url}/healthz") as response:
        assert (response.status, (await response.json())["status"]) == (200, "alive")


async def test_ready_after_the_first_good_answer(tmp_path: Path) -> None:
    async with running(tmp_path, INDIAMART_KEY="a-key-nobody-knows") as one:
        await one.becomes(503, ["no_poll_yet"])
    async with running(tmp_path) as one:
        await one.becomes(200, [])


async def test_not_ready_while_the_key_is_refused(one: Running) -> None:
    await one.shows('leadbell_polls_total{outcome="nothing"}', 1)
    await one.becomes(200, [])
    one.simulator.faults.switch_on(SimulatorFault.WRONG_KEY)
    await one.becomes(503, ["polls_fail"])
    one.simulator.faults.switch_off()


async def test_push_makes_up_for_a_refused_key(tmp_path: Path) -> None:
    async with running(tmp_path, PUSH_TOKEN=TOKEN) as one:
        one.simulator.faults.switch_on(SimulatorFault.WRONG_KEY)
        await one.shows('leadbell_polls_total{outcome="bad_key"}', 1)
        assert await one.ready() == (200, [])


async def test_a_short_trouble_with_telegram_is_none_of_readiness(one: Running) -> None:
    await one.becomes(200, [])
    await one.shows('leadbell_sends_total{result="ok"}', 1)
    one.town.api.faults.server_error("sendMessage", times=None)
    one.simulator.seller.arrive("W")
    await one.shows('leadbell_sends_total{result="temporary"}', 1)
    assert await one.ready() == (200, [])


async def test_a_database_that_is_gone_is_a_reason(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.becomes(200, [])
        await asyncio.to_thread(
            databases.by_hand, tmp_path / "leads.db", "ALTER TABLE faults RENAME TO away"
        )  # while it writes
        await one.becomes(503, ["database"])
        found = await one.metrics()
        assert found["leadbell_accounts"] == 1
        assert found['leadbell_failures_total{cause="database",work="other"}'] == 1
        assert not READ.intersection(name.partition("{")[0] for name in found)
        await asyncio.to_thread(databases.by_hand, tmp_path / "leads.db", "ALTER TABLE away RENAME TO faults")
        await one.becomes(200, [])
        assert READ.issubset(name.partition("{")[0] for name in await one.metrics())


async def test_a_server_that_hangs_keeps_no_count_of_the_processs_own_back(tmp_path: Path) -> None:
    metrics = Metrics(Troubles(Clock()))
    async with databases.opened(tmp_path / "leads.db") as database:
        hanging = databases.Hanging(database)
        routes = web_metrics.routes(metrics, hanging, Clock(), list, patience=Patience(0.01))
        async with (
            server.serve(Listen("127.0.0.1", 0), routes, metrics.troubles) as url,
            aiohttp.ClientSession() as http,
            http.get(f"{url}/metrics") as response,
        ):
            said = await response.text()
        assert 'leadbell_failures_total{cause="database",work="other"} 1.0' in said
        assert "leadbell_stored_leads" not in said
        hanging.goes_on.set()
