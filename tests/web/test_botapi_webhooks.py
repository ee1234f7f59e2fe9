"""Webhooks in the sandbox: set, taken away, asked about; updates come by POST, in order, until they are taken."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(slots=True)
class Listener:
    """A bot's own web server; answers with the next of `statuses`, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    tried: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.tried.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.got.append(update)
        return web.Response(status=status)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    found = Listener()
    application = web.Application()
    application.router.add_post("/hook", found.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield found
    await runner.cleanup()


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened(webhook_pause=0.01) as town:
        yield town


async def info(town: Town) -> dict[str, Any]:
    found: dict[str, Any] = (await town.call("getWebhookInfo"))[1]["result"]
    return found


async def test_updates_come_in_order_with_the_secret(town: Town, listener: Listener) -> None:
    town.asha.says(town.group, "before")
    await town.call("setWebhook", url=listener.url, secret_token="s3cret_-")
    for number in range(5):
        town.asha.says(town.group, f"{number}")
    await town.world.wait_for(lambda: len(listener.got) == 6)
    assert listener.texts == ["before", "0", "1", "2", "3", "4"]
    assert set(listener.secrets) == {"s3cret_-"}
    await town.world.wait_for(lambda: not town.world.updates.waiting)
    assert await info(town) == {
        "url": listener.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 40,
    }


async def test_a_refused_update_comes_again_before_the_next(town: Town, listener: Listener) -> None:
    listener.statuses += [500, 404, 302]
    await town.call("setWebhook", url=listener.url)
    for text in ("one", "two"):
        town.asha.says(town.group, text)
    await town.world.wait_for(lambda: len(listener.got) == 2)
    assert [update["message"]["text"] for update in listener.tried] == ["one"] * 4 + ["two"]
    said = await info(town)
    assert said["last_error_message"] == "Wrong response from the webhook: 302 Found"  # it is kept
    assert said["last_error_date"] > 0


async def test_a_webhook_that_nobody_serves_is_told_of_and_nothing_is_lost(town: Town, listener: Listener) -> None:
    await town.call("setWebhook", url="http://127.0.0.1:9/hook")
    town.asha.says(town.group, "one")
    await town.world.wait_for(lambda: town.world.updates.hook.last_error)
    said = await info(town)
    assert (said["pending_update_count"], said["last_error_message"]) == (1, "Connection refused")
    await town.call("setWebhook", url=listener.url)
    assert "last_error_message" not in await info(town)
    await town.world.wait_for(lambda: listener.texts == ["one"])


async def test_while_a_webhook_is_set_nobody_may_poll(town: Town, listener: Listener) -> None:
    poll = asyncio.create_task(town.call("getUpdates", timeout=10))
    await town.world.wait_for(lambda: town.world.updates.has_poller)
    await town.call("setWebhook", url=listener.url)
    assert (await poll)[1]["description"] == "Conflict: terminated by setWebhook request"
    status, body = await town.call("getUpdates")
    assert (status, "while webhook is active" in body["description"]) == (409, True)
    await town.call("deleteWebhook")
    town.asha.says(town.group, "polled")
    assert [update["message"]["text"] for update in await town.updates()] == ["polled"]
    assert listener.got == []


async def test_what_waits_can_be_dropped_and_kinds_chosen(town: Town, listener: Listener) -> None:
    town.asha.says(town.group, "old")
    wish = {"allowed_updates": ["message", "chat_member"], "max_connections": 1000}
    await town.call("setWebhook", url=listener.url, drop_pending_updates=True, **wish)
    town.asha.edits(town.asha.says(town.group, "new"), "newer")
    town.vikram.joins(town.group)
    await town.world.wait_for(lambda: len(listener.got) == 3)
    assert [next(iter(update.keys() - {"update_id"})) for update in listener.got] == [
        "message",
        "chat_member",
        "message",
    ]
    said = await info(town)
    assert (said["allowed_updates"], said["max_connections"]) == (["chat_member", "message"], 100)
    await town.call("setWebhook", url="")
    assert (await info(town))["url"] == ""


async def test_it_is_served_again_after_the_sandbox_was_down(town: Town, listener: Listener) -> None:
    await town.call("setWebhook", url=listener.url)
    await town.api.go_down()
    town.asha.says(town.group, "meanwhile")
    await town.api.come_up()
    await town.world.wait_for(lambda: listener.texts == ["meanwhile"])


async def test_each_bot_has_its_own_webhook(town: Town, listener: Listener) -> None:
    other = town.world.new_bot("Other", "other_bot")
    await town.call("setWebhook", other, url=listener.url, secret_token="other")
    town.asha.starts()
    town.asha.starts(bot=other)
    await town.world.wait_for(lambda: listener.got)
    assert (listener.texts, listener.secrets) == (["/start"], ["other"])
    assert len(await town.updates()) == 1


@pytest.mark.parametrize("url", ["hook", "ftp://example.com/", "http://", "https://exa mple.com/", "http://host:port/"])
async def test_what_is_no_address_is_refused(town: Town, url: str) -> None:
    status, body = await town.call("setWebhook", url=url)
    assert (status, body["description"]) == (400, "Bad Request: invalid webhook URL specified")


@pytest.mark.parametrize("secret", ["with blank", "ümlaut", "x" * 257])
async def test_a_bad_secret_is_refused(town: Town, secret: str) -> None:
    status, body = await town.call("setWebhook", url="https://example.com/", secret_token=secret)
    assert (status, body["description"]) == (400, "Bad Request: secret token contains unallowed characters")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.com/hook", "An HTTPS URL must be provided for webhook"),
        ("https://example.com:8080/hook", "Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://127.0.0.1/hook", "IP address 127.0.0.1 is reserved"),
        ("https://192.168.1.7:8443/hook", "IP address 192.168.1.7 is reserved"),
        ("https://leadbell/hook", "Failed to resolve host: Name or service not known"),
        ("https://example.com:8443/hook", ""),
    ],
)
async def test_telegrams_own_server_takes_public_https_only(url: str, said: str) -> None:
    async with opened(is_local=False) as town:
        status, body = await town.call("setWebhook", url=url)
        assert (status, body.get("description")) == (
            (400, f"Bad Request: bad webhook: {said}") if said else (200, None)
        )
