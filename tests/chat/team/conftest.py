"""The sales team at work: the real store, services and bot, with the sandbox Bot API at the other end of the wire."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot import app
from bot.chat.application import ChatApplication
from bot.clock import Clock
from bot.config import Settings
from bot.domain.lead import Kind, Lead, Origin
from bot.sandbox.botapi import NO_LIMITS, Limits, MemberStatus
from bot.sandbox.botapi.town import opened
from bot.store import adding, prepared_leads
from tests import databases
from tests.languages import spoken
from tests.waiting import handled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from bot.domain.ids import LeadId
    from bot.sandbox.botapi import Chat as Group
    from bot.sandbox.botapi import HumanUser, Message
    from bot.sandbox.botapi.town import Town
    from bot.services import AccountParts

EVENING: Final = datetime(2024, 1, 3, 12, 56, tzinfo=UTC)
"""3 January 2024, 6:26 pm in India: when the office opens its tests."""
ASKED: Final = datetime(2024, 1, 3, 12, 44, tzinfo=UTC)


class OfficeClock(Clock):
    """Starts on a fixed evening and runs on from there, so that "today" is the same whenever the tests run."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.ahead = timedelta()

    def now(self) -> datetime:
        return EVENING + self.ahead + timedelta(seconds=time.monotonic() - self._started)


def enquiry(query_id: str = "2640000001", **fields: Any) -> Lead:
    """Asha Testwala's, unless told otherwise."""
    values: dict[str, Any] = {
        "kind": Kind.ENQUIRY,
        "query_id": query_id,
        "enquired_at": ASKED,
        "name": "Asha Testwala",
        "company": "Testwala & Sons",
        "mobile": "+919000000031",
        "email": "asha.testwala@example.com",
        "city": "Ernakulam",
        "state": "Kerala",
        "pincode": "683000",
        "product": "550 W Mono PERC PV Solar Module",
        "message": "I am interested in 550 W Mono PERC PV Solar Module",
    }
    return Lead(**{**values, **fields})


def several(number: int, **fields: Any) -> list[Lead]:
    return [
        enquiry(
            str(2640000100 + index),
            name=f"Buyer {index}",
            mobile=f"+9190000{index:05}",
            enquired_at=ASKED - timedelta(minutes=number - index),
            **fields,
        )
        for index in range(1, number + 1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Ravi and Asha are in the group, Vikram is not. `boss` is an admin and not in the group."""

    town: Town
    boss: HumanUser
    clock: OfficeClock
    parts: AccountParts
    chat: ChatApplication

    @property
    def group(self) -> Group:
        return self.town.group

    def lead(self, query_id: str = "2640000001", **fields: Any) -> Lead:
        return enquiry(query_id, **fields)

    def leads(self, number: int, **fields: Any) -> list[Lead]:
        """The last one is the newest."""
        return several(number, **fields)

    async def keeps(self, *given: Lead) -> list[LeadId]:
        """Stored without being posted. Their numbers, the oldest enquiry first."""
        intake = self.parts.intake
        async with intake.shared.database.transaction() as connection:
            added = await adding.add(
                connection, intake.account_id, prepared_leads.of_all(given), origin=Origin.IMPORT, now=self.clock.now()
            )
        return [one.lead_id for one in added]

    async def queues(self, *given: Lead) -> None:
        """They come in live."""
        intake = self.parts.intake
        async with intake.shared.database.transaction() as connection:
            await intake.ingest.fresh(connection, given, origin=Origin.PUSH)
        self.parts.services.delivery.wake()

    async def receives(self, *given: Lead) -> Message:
        """The last card in the group once all are there."""
        before = len(self.group.by_bot)
        await self.queues(*given)
        await self.town.world.wait_for(lambda: len(self.group.by_bot) >= before + len(given))
        return self.group.by_bot[-1]

    async def answer(self, chat: Group, act: Callable[[], Any]) -> Message:
        """The bot's next message in the chat after the act."""
        before = len(chat.by_bot)
        act()
        await self.town.world.wait_for(lambda: len(chat.by_bot) > before)
        return chat.by_bot[before]

    async def asks(self, person: HumanUser, text: str, chat: Group | None = None) -> Message:
        """What the bot answers to what a person writes, in private unless a chat is named."""
        where = chat or person.chat
        return await self.answer(where, lambda: person.says(where, text))

    async def is_silent(self, chat: Group, act: Callable[[], Any]) -> bool:
        """Whether the bot says nothing there. What it is asked in between it answers in order."""
        before = len(chat.by_bot)
        act()
        await self.settles()
        return len(chat.by_bot) == before

    async def settles(self) -> None:
        """Until the bot has taken and handled everything that waits for it."""
        await handled(self.town.world, self.chat, self.parts.services.sender)


def settings_for(town: Town, boss: HumanUser, folder: Path, **changed: str) -> Settings:
    return Settings.from_values(
        {
            "TELEGRAM_BOT_TOKEN": town.world.bot.token,
            "TELEGRAM_CHAT_ID": str(town.group.id),
            "TELEGRAM_ADMINS": str(boss.id),
            "TELEGRAM_API_URL": town.api.url,
            "TELEGRAM_GROUP_RATE": "1000/0.01",
            "PUSH_TOKEN": "invented-push-token-for-tests-0123456789",
            "DATABASE_URL": databases.new_url(folder / "leads.db"),
            "HTTP_LISTEN": "127.0.0.1:0",
            "BOT_LANGUAGE": spoken(),
            **changed,
        }
    )


@asynccontextmanager
async def at_work(
    folder: Path, *, bot_role: MemberStatus = MemberStatus.ADMINISTRATOR, limits: Limits = NO_LIMITS, **changed: str
) -> AsyncIterator[Office]:
    async with opened(bot_role=bot_role, limits=limits, language=spoken()) as town:
        boss, clock = town.world.add_person("Boss"), OfficeClock()
        settings = settings_for(town, boss, folder, **changed)
        async with app.opened(settings, clock) as intake:
            chat = ChatApplication(settings, intake.shared)
            parts = await app.build(intake, chat.messenger(settings))
            chat.attach(parts.services)
            intake.shared.outbox.add(intake.account_id, parts.services.delivery)
            delivering = asyncio.create_task(intake.shared.outbox.run())
            async with chat.running():
                await town.world.wait_for(lambda: town.world.updates.has_poller)
                yield Office(town=town, boss=boss, clock=clock, parts=parts, chat=chat)
                await parts.services.delivery.stop(2)
            delivering.cancel()
            await asyncio.wait({delivering})


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with at_work(tmp_path) as office:
        yield office


@pytest.fixture
def opens(tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[Office]]:
    """For an office that is not as usual."""
    return lambda **changed: at_work(tmp_path, **changed)
