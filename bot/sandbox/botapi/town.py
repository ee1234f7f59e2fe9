"""A small ready-made world behind a running server: what most tests begin with. No client library in it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.clock import Clock
from bot.sandbox.botapi.chats import Chat, MemberStatus
from bot.sandbox.botapi.server import BotApiServer
from bot.sandbox.botapi.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.botapi.limits import Limits
    from bot.sandbox.botapi.people import BotUser, HumanUser


class WoundClock(Clock):
    """Real time, and what it is wound on by: monotonic seconds only."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


@dataclass(frozen=True, slots=True)
class Town:
    """Ravi made the group, Asha is in it, Vikram is not."""

    clock: WoundClock
    world: World
    api: BotApiServer
    http: aiohttp.ClientSession
    ravi: HumanUser
    asha: HumanUser
    vikram: HumanUser
    group: Chat

    async def call(self, method: str, bot: BotUser | None = None, /, **parameters: Any) -> tuple[int, dict[str, Any]]:
        """A call as it goes over the wire, of the first bot if none is named: HTTP status and body."""
        url = f"{self.api.base_url}{(bot or self.world.bot).token}/{method}"
        async with self.http.post(url, json=parameters) as response:
            return response.status, await response.json()

    async def says(self, text: str, **parameters: Any) -> dict[str, Any]:
        """The bot writes HTML to the group; the answer's body."""
        words = {"chat_id": self.group.id, "text": text, "parse_mode": "HTML"}
        return (await self.call("sendMessage", **(words | parameters)))[1]

    async def updates(self, bot: BotUser | None = None, /, **parameters: Any) -> list[dict[str, Any]]:
        """What waits for the bot, confirmed at once."""
        found: list[dict[str, Any]] = (await self.call("getUpdates", bot, **parameters))[1]["result"]
        if found:
            await self.call("getUpdates", bot, offset=found[-1]["update_id"] + 1)
        return found


@asynccontextmanager
async def opened(
    *,
    bot_role: MemberStatus = MemberStatus.ADMINISTRATOR,
    limits: Limits | None = None,
    clock: WoundClock | None = None,
    language: str = "en",
    **options: Any,
) -> AsyncIterator[Town]:
    """`options` are the server's."""
    clock = clock or WoundClock()
    world = World(clock)
    world.language = language
    ravi, asha = world.add_person("Ravi"), world.add_person("Asha", username="asha_t")
    vikram = world.add_person("Vikram")
    group = world.add_group("Sharma Solar", [ravi, asha], bot_role=bot_role)
    async with BotApiServer(world, limits=limits, **options) as api, aiohttp.ClientSession() as http:
        yield Town(clock, world, api, http, ravi, asha, vikram, group)
