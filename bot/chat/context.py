"""What every handler is handed beside the update."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine, Hashable

    from telegram.ext import ExtBot

    from bot.chat.bot_api import BotApi
    from bot.chat.command import Command
    from bot.chat.menu_expiry import MenuExpiry
    from bot.chat.questions import OpenQuestions
    from bot.chat.served_accounts import ServedAccounts
    from bot.chat.views import Views
    from bot.services import Services


@dataclass(frozen=True, slots=True)
class LeadbellContext:
    """One for each account, as long as its bot speaks for it; handlers share nothing else."""

    bot: ExtBot[Any]
    api: BotApi
    services: Services
    accounts: ServedAccounts
    """All that this bot speaks for: only what a person is in at once looks there."""
    views: Views
    commands: tuple[Command, ...]
    menus: MenuExpiry
    questions: OpenQuestions
    background: set[asyncio.Task[None]] = field(default_factory=set)
    """What answers later, kept from being collected meanwhile."""
    charted: dict[Hashable, float] = field(default_factory=dict)
    """Which questions a picture followed within the last minute, and when (monotonic)."""

    def behind(self, work: Coroutine[Any, Any, None]) -> None:
        """Does what takes longer than a handler may."""
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    @property
    def bot_name(self) -> str:
        """The bot's username, without @."""
        return self.bot.username
