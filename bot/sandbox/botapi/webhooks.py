"""Webhooks: what waits for a bot is POSTed to its address, in order, again and again until it is taken."""

from __future__ import annotations

import asyncio
import errno
import os
import re
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import aiohttp

from bot.clock import to_epoch
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.sandbox.botapi.people import BotUser
    from bot.sandbox.botapi.updates import Webhook

SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
PORTS: Final = frozenset({80, 88, 443, 8443})
LONGEST_PAUSE: Final = 60.0
_TIMEOUT: Final = 60.0


def check(url: str, *, is_local: bool) -> None:
    """Refuses an address as Telegram does; a Bot API server of one's own, in local mode, takes nearly any."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        raise bad("invalid webhook URL specified") from None
    if scheme not in {"http", "https"} or not host or re.search(r"\s", url):
        raise bad("invalid webhook URL specified")
    if not is_local:
        _check_public(scheme, host, port or 443)


def _check_public(scheme: str, host: str, port: int) -> None:
    if scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if host == "localhost" or _is_private(host):
        raise bad(f"bad webhook: IP address {'127.0.0.1' if host == 'localhost' else host} is reserved")
    if "." not in host or host.endswith((".invalid", ".local")):
        raise bad("bad webhook: Failed to resolve host: Name or service not known")


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


class WebhookSender:
    """`pause` seconds after the first failure, twice as long after each further one."""

    def __init__(self, clock: Clock, *, pause: float = 1.0, timeout: float = _TIMEOUT) -> None:
        self._clock = clock
        self._pause = pause
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._tasks: dict[BotUser, asyncio.Task[None]] = {}

    def start(self, bot: BotUser) -> None:
        self.stop(bot)
        self._tasks[bot] = asyncio.create_task(self._work(bot, bot.updates.hook))

    def stop(self, bot: BotUser) -> None:
        task = self._tasks.pop(bot, None)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for bot in tuple(self._tasks):
            self.stop(bot)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, bot: BotUser, hook: Webhook) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        pause = self._pause
        async with aiohttp.ClientSession(timeout=self._timeout, headers=headers) as http:
            while True:
                update = await bot.updates.next()
                error, wait = await _post(http, bot.updates.webhook, update)
                if not error:
                    bot.updates.confirm(update)
                    pause = self._pause
                    continue
                hook.last_error, hook.last_error_at = error, to_epoch(self._clock.now())
                await asyncio.sleep(pause if wait is None else wait)
                pause = min(pause * 2, LONGEST_PAUSE)


async def _post(http: aiohttp.ClientSession, url: str, update: dict[str, object]) -> tuple[str, float | None]:
    """What went wrong, in Telegram's words, and how long the other side asked to wait; empty where it was taken."""
    try:
        async with http.post(url, json=update, allow_redirects=False) as response:
            if 200 <= response.status < 300:
                return "", None
            wait = None
            with suppress(KeyError, ValueError):
                wait = float(response.headers["Retry-After"])
            return f"Wrong response from the webhook: {response.status} {response.reason}", wait
    except aiohttp.ClientConnectorDNSError:
        return "Failed to resolve host: Name or service not known", None
    except aiohttp.ClientConnectorError as error:
        return os.strerror(error.os_error.errno or errno.ECONNREFUSED), None
    except TimeoutError:
        return "Read timeout expired", None
    except aiohttp.ClientError:
        return "Webhook connection closed", None
