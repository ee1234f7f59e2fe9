"""Telegram brings updates to our address: the real web server between the sandbox's Bot API and the real bot."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.chat import webhook
from bot.chat.application import ChatApplication
from bot.clock import Clock
from bot.config.addresses import Listen
from bot.health.metrics import Metrics
from bot.health.troubles import Activity, Cause, Troubles
from bot.store import webhooks
from bot.web import server, telegram
from tests.chat.conftest import SWIFT, gather
from tests.languages import heard
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox.botapi.people import BotUser
    from bot.web.telegram import WebhookAddresses
    from tests.chat.conftest import Team

NOWHERE = "http://127.0.0.1:9"
HEADER = telegram.SECRET


@dataclass
class Hooked:
    team: Team
    url: str
    addresses: WebhookAddresses
    metrics: Metrics

    @property
    def source(self) -> webhook.WebhookSource:
        assert self.team.chat.webhook is not None
        return self.team.chat.webhook

    def counted(self, result: str) -> float:
        found = self.metrics.registry.get_sample_value("leadbell_webhook_calls_total", {"result": result})
        return 0.0 if found is None else found

    async def post(self, body: bytes, secret: str | None, *, bot_id: int | None = None, method: str = "POST") -> int:
        headers = {} if secret is None else {HEADER: secret}
        url = f"{self.url}/telegram/{bot_id or self.source.bot_id}"
        async with self.team.town.http.request(method, url, data=body, headers=headers) as response:
            return response.status

    def is_set(self, bot: BotUser | None = None) -> bool:
        found = bot or self.team.town.world.bot
        return found.updates.webhook == f"{self.url}/telegram/{found.id}"


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[tuple[str, WebhookAddresses, Metrics]]:
    addresses, metrics = telegram.WebhookAddresses(), Metrics(Troubles(Clock()))
    routes = telegram.routes(addresses, metrics.webhook)
    async with server.serve(Listen("127.0.0.1", 0), routes, metrics.troubles) as url:
        yield url, addresses, metrics


@contextlib.asynccontextmanager
async def opened(path: Path, *, base: str = "", look: float = 60.0) -> AsyncIterator[Hooked]:
    async with (
        served() as (url, addresses, metrics),
        gather(path, more={"TELEGRAM_WEBHOOK_URL": base or url}, delays=replace(SWIFT, look=look)) as team,
    ):
        hooked = Hooked(team, url, addresses, metrics)
        put(hooked, team.chat)
        yield hooked


def put(hooked: Hooked, chat: ChatApplication) -> None:
    assert chat.webhook is not None
    hooked.addresses.put(chat.webhook.bot_id, chat.webhook.secret, chat.webhook.take)


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncIterator[Hooked]:
    async with opened(tmp_path) as hooked:
        await until(hooked.is_set)
        yield hooked


def update(update_id: int, user_id: int, text: str) -> bytes:
    person = {"id": user_id, "is_bot": False, "first_name": "X"}
    message: dict[str, Any] = {
        "message_id": 77,
        "date": 1,
        "chat": {"id": user_id, "type": "private"},
        "from": person,
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
    }
    return json.dumps({"update_id": update_id, "message": message}).encode()


def open_causes(team: Team) -> set[Cause]:
    return {one.cause for one in team.shared.troubles.current if one.work is Activity.UPDATES}


async def test_commands_presses_and_members_come_by_the_webhook_and_nobody_polls(hooked: Hooked) -> None:
    team = hooked.team
    (lead_id,) = await team.has(team.lead(1))
    card = await team.card(lead_id)
    assert heard("is yours", (await team.town.asha.presses(card, "✋ Claim")).text)
    assert "LED Clock" in (await team.answers(team.town.ravi, team.group, "/today@leadbell_bot")).text
    assert len((await team.town.asha.asks_inline("", team.town.asha.chat)).results) == 1
    assert "chat_member" in team.town.world.updates.allowed
    assert team.town.api.calls.of("getUpdates") == []
    await until(lambda: hooked.counted("taken") >= 3)


@pytest.mark.parametrize("secret", [None, "", "wrong", "ü"])
async def test_without_the_secret_nothing_is_taken_and_nothing_told(hooked: Hooked, secret: str | None) -> None:
    body = update(5, hooked.team.town.asha.id, "/today")
    assert await hooked.post(body, secret) == 404
    assert await hooked.post(body, hooked.source.secret, bot_id=4711) == 404
    assert await hooked.post(b"", hooked.source.secret, method="GET") == 404
    assert hooked.counted("refused") == 3
    assert hooked.counted("taken") == 0


async def test_a_secret_is_the_same_after_a_restart_and_tells_no_token(hooked: Hooked) -> None:
    token = hooked.team.town.world.bot.token
    again = ChatApplication(hooked.team.services.settings, hooked.team.shared, delays=SWIFT)
    assert again.webhook is not None
    assert again.webhook.secret == hooked.source.secret
    assert hooked.source.secret not in token
    assert token.partition(":")[2] not in hooked.source.secret


async def test_what_is_brought_twice_is_handled_once(hooked: Hooked) -> None:
    asha = hooked.team.town.asha
    await hooked.team.answers(asha, asha.chat, "/help")  # only then may the bot write there
    body = update(12345, asha.id, "/help")
    assert [await hooked.post(body, hooked.source.secret) for _time in range(2)] == [200, 200]
    await hooked.team.said(asha.chat, 1)
    await hooked.team.rests()
    assert len(asha.chat.by_bot) == 2


async def test_what_cannot_be_read_is_taken_so_that_it_stops_nobody(hooked: Hooked) -> None:
    for body in (b"no json", b'{"update_id": "odd", "message": {"message_id": "x", "chat": 7}}', b"[]"):
        assert await hooked.post(body, hooked.source.secret) == 200
    assert await hooked.post(b"x" * 300_000, hooked.source.secret) == 413
    team = hooked.team
    assert heard("no lead", (await team.answers(team.town.asha, team.town.asha.chat, "/lead 5")).text)


async def test_a_webhook_that_telegram_lost_is_set_again(tmp_path: Path) -> None:
    async with opened(tmp_path, look=0.02) as hooked:
        await until(hooked.is_set)
        await hooked.team.town.call("deleteWebhook")
        await until(hooked.is_set)
        asha = hooked.team.town.asha
        assert heard("no lead", (await hooked.team.answers(asha, asha.chat, "/lead 5")).text)


async def test_a_new_address_that_telegram_does_not_take_at_once_is_set_later(hooked: Hooked) -> None:
    """The old one, which it still calls, is ours until then."""
    team, base = hooked.team, f"{hooked.url}/new"
    team.town.api.faults.refuse(400, "Bad Request: bad webhook: failed to resolve host", "setWebhook")
    settings = team.services.settings.changed({"TELEGRAM_WEBHOOK_URL": base})
    later = ChatApplication(settings, team.shared, delays=replace(SWIFT, look=0.02))
    later.attach(replace(team.services, settings=settings))
    async with later.running():
        await until(lambda: team.town.world.updates.webhook == f"{base}/telegram/{hooked.source.bot_id}")


async def test_an_address_that_telegram_never_took_keeps_nobody_from_asking_instead(hooked: Hooked) -> None:
    team = hooked.team
    async with team.database.transaction() as connection:
        await webhooks.note(connection, hooked.source.bot_id, f"{hooked.url}/new", team.services.clock.now())
    settings = team.services.settings.changed({"TELEGRAM_WEBHOOK_URL": ""})
    polling = ChatApplication(settings, team.shared, delays=SWIFT)
    polling.attach(replace(team.services, settings=settings))
    async with polling.running():
        await until(lambda: team.town.world.updates.has_poller)


async def test_an_address_that_telegram_took_while_another_was_noted_stays_ours(hooked: Hooked) -> None:
    team, first, second = hooked.team, f"{hooked.url}/first", f"{hooked.url}/second"
    async with team.database.transaction() as connection:
        for address in (first, second):
            await webhooks.note(connection, 7, address, team.services.clock.now())
        await webhooks.settle(connection, 7, first)
        assert await webhooks.noted(connection, 7) == {first, second}
        await webhooks.settle(connection, 7, second)
        assert await webhooks.noted(connection, 7) == {second}


async def test_another_programs_webhook_is_left_alone_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, look=0.02) as hooked:
        await until(hooked.is_set)
        foreign = f"{NOWHERE}/crm/secret-word"
        await hooked.team.town.call("setWebhook", url=foreign)
        await until(lambda: Cause.WEBHOOK in open_causes(hooked.team))
        assert hooked.team.town.world.updates.webhook == foreign
        assert "secret-word" not in caplog.text
        await hooked.team.town.call("deleteWebhook")
        await until(hooked.is_set)
        await until(lambda: not open_causes(hooked.team))


async def test_an_address_that_telegram_does_not_reach_is_told_with_its_reason(tmp_path: Path) -> None:
    async with opened(tmp_path, base=NOWHERE, look=0.02) as hooked:
        town = hooked.team.town
        await until(lambda: town.world.updates.webhook.startswith(NOWHERE))
        town.asha.says(town.asha.chat, "/help")
        await until(lambda: Cause.UNDELIVERED in open_causes(hooked.team))
        (trouble,) = hooked.team.shared.troubles.current
        assert "Connection refused" in trouble.reason


async def test_without_the_setting_our_own_webhook_is_removed_and_what_waits_comes(
    hooked: Hooked, caplog: pytest.LogCaptureFixture
) -> None:
    """However the service that set it ended: what it told Telegram stands in the database."""
    caplog.set_level(logging.INFO)
    team = hooked.team
    hooked.addresses.remove(hooked.source.bot_id)  # it is killed
    team.town.asha.says(team.town.asha.chat, "/lead 5")
    await until(lambda: hooked.counted("refused"))
    settings = team.services.settings.changed({"TELEGRAM_WEBHOOK_URL": ""})
    polling = ChatApplication(settings, team.shared, delays=SWIFT)
    polling.attach(replace(team.services, settings=settings))
    async with polling.running():
        assert heard("no lead", (await team.said(team.town.asha.chat, 0)).text)
    assert not team.town.world.updates.webhook
    assert "The webhook at 127.0.0.1 is removed" in caplog.text


async def test_a_stop_leaves_it_set_and_what_it_cut_off_is_brought_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "HANDLED_WITHIN", 30)
    async with contextlib.AsyncExitStack() as stack:
        hooked = await stack.enter_async_context(opened(tmp_path))
        town = hooked.team.town
        await until(hooked.is_set)
        await hooked.team.answers(town.asha, town.asha.chat, "/help")
        town.api.faults.hang("setMessageReaction", times=None)
        (lead_id,) = await hooked.team.has(hooked.team.lead(1))
        card = await hooked.team.card(lead_id)
        town.asha.says(hooked.team.group, "wants two", reply_to=card)
        await town.world.wait_for(lambda: town.api.calls.of("setMessageReaction"))
        updates = town.world.updates
        stopping = asyncio.create_task(stack.aclose())
        await until(lambda: hooked.counted("not_now"))
        assert [one["message"]["text"] for one in updates.waiting] == ["wants two"]
        assert hooked.is_set()
        await stopping


async def test_what_takes_long_is_handled_as_a_whole_only_once_it_is_done(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several processes the one that has begun it keeps it until then, lest it is lost with that one."""
    monkeypatch.setattr(webhook, "HANDLED_WITHIN", 0.05)
    town, source, brought = hooked.team.town, hooked.source, list[bytes]()

    async def take(body: bytes) -> bool:
        brought.append(body)
        return await source.take(body)

    hooked.addresses.put(source.bot_id, source.secret, take)
    (lead_id,) = await hooked.team.has(hooked.team.lead(1))
    card = await hooked.team.card(lead_id)
    hanging = town.api.faults.hang("setMessageReaction", times=None)
    town.asha.says(hooked.team.group, "wants two", reply_to=card)
    await town.world.wait_for(lambda: town.api.calls.of("setMessageReaction"))
    assert not await source.take(brought[-1], is_whole=True)
    assert await source.take(brought[-1])
    town.api.faults.lift(hanging)
    await until(lambda: hooked.team.chat.application.update_processor.current_concurrent_updates == 0)
    assert await source.take(brought[-1], is_whole=True)


async def test_each_bot_has_its_own_address_and_secret_and_one_that_nobody_speaks_through_has_none(
    hooked: Hooked,
) -> None:
    team, world = hooked.team, hooked.team.town.world
    second = world.new_bot("Gupta", "gupta_bot")
    settings = team.services.settings.changed({"TELEGRAM_BOT_TOKEN": second.token})
    other = ChatApplication(settings, team.shared, delays=SWIFT)
    put(hooked, other)
    async with other.running(), team.beside("Gupta Tools", team.town.vikram, chat=other):
        await until(lambda: hooked.is_set(second))
        assert await hooked.post(b"{}", hooked.source.secret, bot_id=second.id) == 404
    assert not second.updates.webhook
    assert hooked.is_set()
