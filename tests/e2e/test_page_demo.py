"""The demo's world, without the service."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import pytest_asyncio

from bot.config.catalogue import BY_NAME, ENTRIES
from bot.errors import LeadbellError
from bot.sandbox.botapi.town import WoundClock
from bot.sandbox.demo import FLOOD_WAIT, PORT, DemoWorld, demo_world
from bot.sandbox.second_seller import TYPED
from bot.sandbox.simulator.dirty_rows import SMUDGES
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.trades import PUMPS, SOLAR
from tests import waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.sandbox.botapi import Chat

pytestmark = pytest.mark.english  # the demo is in English


@pytest_asyncio.fixture
async def demo() -> AsyncIterator[DemoWorld]:
    async with demo_world(WoundClock(), port=0) as world:
        yield world


async def ask(demo: DemoWorld, *, until: Callable[[], bool], **control: Any) -> None:
    """Uses one of the page's controls, as the page does."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{demo.page_url}page/live") as page:
        await page.send_json({"type": "control", **control})
        await waiting.until(until)


def test_the_settings_are_named_as_the_service_knows_them(demo: DemoWorld) -> None:
    assert set(demo.settings) <= set(BY_NAME)
    assert {"TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "INDIAMART_KEY"} <= set(demo.settings)


async def test_leads_are_waiting_and_all_ask_a_seller_of_solar_goods(demo: DemoWorld) -> None:
    records = demo.simulator.seller.records
    assert 3 <= len(records) <= 19
    assert {record.product for record in records} <= {product.name for product in SOLAR} | {""}
    oldest = min(record.enquired_at for record in records)
    assert timedelta() < datetime.now(UTC) - oldest < timedelta(hours=24)


async def test_the_second_seller_has_the_old_api_a_bot_of_its_own_and_topics(demo: DemoWorld) -> None:
    second = demo.second
    assert set(second.settings) <= {one.name for one in ENTRIES if not one.is_service}
    assert second.settings["INDIAMART_MOBILE"] == second.seller.mobile != demo.simulator.seller.mobile
    assert second.bot.token != demo.settings["TELEGRAM_BOT_TOKEN"]
    assert [topic.name for topic in second.group.topics.values()] == ["General", "BuyLeads", "Calls"]
    groups = demo.world.chats.values()
    both = [one.name for one in demo.world.people.values() if all(group.has(one) for group in groups)]
    neither = [one.name for one in demo.world.people.values() if not any(group.has(one) for group in groups)]
    assert (both, neither) == (["Asha"], ["Vikram"])


async def test_the_second_sellers_leads_come_once_its_routes_are_made(demo: DemoWorld) -> None:
    second = demo.second
    async with aiohttp.ClientSession() as session:
        await say(session, demo, second.bot.token, second.group.id, "Leadbell is connected")
        for _who, _topic, command in TYPED:
            await demo.world.wait_for(partial(has_heard, second.group, command))
            assert second.seller.records == []
            await say(session, demo, second.bot.token, second.group.id, "A route.", second.group.last.thread_id)
    await demo.world.wait_for(lambda: second.seller.records)
    assert {record.product for record in second.seller.records} <= {product.name for product in PUMPS} | {""}


def has_heard(group: Chat, text: str) -> bool:
    return group.last.text == text


async def test_a_lead_comes_to_the_seller_whose_group_is_open(demo: DemoWorld) -> None:
    second, before = demo.second, len(demo.simulator.seller.records)
    await ask(demo, name="call", chat_id=second.group.id, until=lambda: len(second.seller.records) == 1)
    assert len(demo.simulator.seller.records) == before


async def test_one_buyer_came_back_before_the_demo_began(demo: DemoWorld) -> None:
    mobiles = [record.mobile for record in demo.simulator.seller.records if record.mobile]
    assert len(set(mobiles)) < len(mobiles)


@pytest.mark.parametrize(("name", "count"), [("new_enquiry", 1), ("call", 1), ("same_buyer", 1), ("twenty_leads", 20)])
async def test_a_lead_control_makes_leads_arrive(demo: DemoWorld, name: str, count: int) -> None:
    seller = demo.simulator.seller
    before = len(seller.records)
    await ask(demo, name=name, until=lambda: len(seller.records) == before + count)


def has_records(demo: DemoWorld, number: int) -> bool:
    return len(demo.simulator.seller.records) >= number


async def test_some_leads_are_as_untidy_as_real_ones_and_none_is_unreadable(demo: DemoWorld) -> None:
    seller = demo.simulator.seller
    for _press in range(10):
        enough = len(seller.records) + 20
        await ask(demo, name="twenty_leads", until=partial(has_records, demo, enough))
    dirty = [record for record in seller.records if record.dirt]
    assert 2 <= len(dirty) <= 30
    assert {dirt for record in dirty for dirt in record.dirt} <= set(SMUDGES)


async def test_indiamart_goes_down_and_comes_up_again(demo: DemoWorld) -> None:
    await ask(demo, name="indiamart_down", on=True, until=lambda: not demo.simulator.is_up)
    await ask(demo, name="indiamart_down", on=False, until=lambda: demo.simulator.is_up)


async def test_the_key_is_refused_while_the_switch_is_on(demo: DemoWorld) -> None:
    faults = demo.simulator.faults
    await ask(demo, name="wrong_key", on=True, until=lambda: faults.standing is SimulatorFault.WRONG_KEY)
    await ask(demo, name="wrong_key", on=False, until=lambda: faults.standing is None)


async def test_telegram_refuses_while_the_switch_is_on(demo: DemoWorld) -> None:
    await ask(demo, name="telegram_flood", on=True, until=lambda: any(demo.api.faults))
    refused = await say_as_first(demo)
    assert (refused["error_code"], refused["parameters"]["retry_after"]) == (429, FLOOD_WAIT)
    await ask(demo, name="telegram_flood", on=False, until=lambda: not any(demo.api.faults))
    assert (await say_as_first(demo))["ok"]


async def say(
    session: aiohttp.ClientSession, demo: DemoWorld, token: str, chat_id: object, text: str, topic: int | None = None
) -> dict[str, Any]:
    url = f"{demo.settings['TELEGRAM_API_URL']}/bot{token}/sendMessage"
    message = {"chat_id": chat_id, "text": text} | ({} if topic is None else {"message_thread_id": topic})
    async with session.post(url, json=message) as response:
        answer: dict[str, Any] = await response.json()
    return answer


async def say_as_first(demo: DemoWorld) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session:
        token, chat_id = demo.settings["TELEGRAM_BOT_TOKEN"], demo.settings["TELEGRAM_CHAT_ID"]
        return await say(session, demo, token, chat_id, "A lead came in")


async def test_each_fault_says_what_comes_of_it(demo: DemoWorld) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{demo.page_url}page/live") as page:
        hello = await page.receive_json(timeout=5)
    hints = {one["name"]: one["hint"].replace("\u00a0", " ") for one in hello["controls"] if one["is_switch"]}
    assert hints["indiamart_down"].startswith("The groups hear of it after 30 min; /status shows it now.")
    assert "in private" in hints["wrong_key"]
    assert f"{FLOOD_WAIT} s" in hints["telegram_flood"]
    assert [one["label"] for one in hello["controls"] if not one["is_switch"]] == [
        *("New enquiry", "20 leads at once", "A call", "Same buyer again", "Eight weeks of work in a minute"),
    ]


async def test_a_phone_in_the_network_is_told_where_to_look() -> None:
    async with demo_world(WoundClock(), port=0, host="0.0.0.0", names=["shop.local"]) as demo:  # noqa: S104 - what is tested
        assert demo.page_url.startswith("http://127.0.0.1:")
        assert demo.others[0].startswith("http://shop.local:")
        assert not any("0.0.0.0" in one for one in demo.others)  # noqa: S104
        assert "127.0.0.1" in demo.settings["TELEGRAM_API_URL"]


@pytest.mark.parametrize("host", ["203.0.113.9", "no such host"])
async def test_an_address_of_another_machine_is_no_place_to_listen(host: str) -> None:
    with pytest.raises(LeadbellError, match=re.escape(f"{host} is no address of this machine")):
        async with demo_world(WoundClock(), port=0, host=host):
            pass


async def test_a_second_demo_takes_another_port() -> None:
    with ExitStack() as taken:
        with suppress(OSError):  # somebody else has it: as good
            taken.enter_context(socket.create_server(("127.0.0.1", PORT)))
        async with demo_world(WoundClock()) as demo:
            assert f":{PORT}/" not in demo.page_url


async def test_nothing_of_the_demo_stays_on_the_disk() -> None:
    async with demo_world(WoundClock(), port=0) as demo:
        settings = demo.settings
        assert has_folder(settings)
    assert not has_folder(settings)


def has_folder(settings: dict[str, str]) -> bool:
    return Path(settings["DATABASE_URL"].removeprefix("sqlite:///")).parent.is_dir()
