"""The real bot, services and database between the sandbox's people and nothing: leads are put in by the test."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot import app
from bot.chat import command_menus, press
from bot.chat.application import ChatApplication
from bot.chat.press import PATIENCE, WRITTEN_WITHIN
from bot.chat.updates_health import RetryDelays
from bot.config import Settings
from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Kind, Lead, Origin
from bot.i18n import ENGLISH, LANGUAGES
from bot.sandbox.botapi import NO_LIMITS
from bot.sandbox.botapi import town as towns
from bot.sandbox.botapi.chats import MemberStatus
from bot.store import accounts, adding, edits, prepared_leads
from bot.store.database import NOTED_WITHIN
from bot.team import cards
from tests import databases
from tests.clocks import until_next
from tests.each_language import in_a_language, pytest_generate_tests
from tests.languages import spoken
from tests.waiting import handled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.chat.application import Handlers
    from bot.sandbox.botapi import Limits
    from bot.sandbox.botapi.chats import Chat as Room
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import HumanUser
    from bot.sandbox.botapi.town import Town
    from bot.services import Services, Shared
    from bot.store.database import Database

__all__ = ["in_a_language", "pytest_generate_tests"]

SWIFT = RetryDelays(poll=20, first_retry=0.02, longest_retry=0.1, token_retry=0.1, calm=0.3)


class Afternoon(towns.WoundClock):
    """It is three in the afternoon in India, so that a minute ago was today."""

    def __init__(self) -> None:
        super().__init__()
        self._later = until_next(time(15), super().now())

    def now(self) -> datetime:
        return super().now() + self._later

    def set_on(self, by: timedelta) -> None:
        self._later += by


@dataclass
class Team:
    """Ravi made the sales group, Asha is in it, Vikram is not; Meera is not in it either, and an admin."""

    town: Town
    services: Services
    database: Database
    meera: HumanUser
    chat: ChatApplication
    shared: Shared
    room: Room | None = None
    """The account's group, where it is not the town's."""

    @property
    def group(self) -> Room:
        return self.room or self.town.group

    @contextlib.asynccontextmanager
    async def beside(
        self, name: str, *members: HumanUser, chat: ChatApplication | None = None, **more: str
    ) -> AsyncIterator[Team]:
        """Another account, with a group of its own; of the same bot unless another is given."""
        room = self.town.world.add_group(name, list(members), bot_role=MemberStatus.ADMINISTRATOR)
        own = {"TELEGRAM_CHAT_ID": str(room.id), "PUSH_TOKEN": "q" * 40, "TELEGRAM_GROUP_RATE": "1000/1"}
        settings, chat = self.services.settings.of_account(own | more), chat or self.chat
        async with self.database.transaction() as connection:
            account_id = await accounts.add(connection, name)
        assert account_id is not None
        intake = await app.intake(settings, self.shared, None, account_id)
        services = (await app.build(intake, chat.messenger(settings))).services
        chat.attach(services)
        self.shared.outbox.add(account_id, services.delivery)
        yield replace(self, services=services, chat=chat, room=room)
        chat.detach(account_id)
        self.shared.outbox.remove(account_id)
        await services.delivery.stop(1)

    async def has(self, *rows: Lead) -> list[LeadId]:
        """These leads are stored, and nothing is posted."""
        now = self.services.clock.now()
        async with self.database.transaction() as connection:
            added = await adding.add(
                connection, self.services.account_id, prepared_leads.of_all(rows), origin=Origin.PULL, now=now
            )
        return [one.lead_id for one in added]

    def lead(self, number: int, **fields: Any) -> Lead:
        values: dict[str, Any] = {
            "kind": Kind.ENQUIRY,
            "query_id": str(2640000000 + number),
            "enquired_at": self.services.clock.now() - timedelta(seconds=1000 - number),
            "name": f"Buyer {number}",
            "mobile": f"+9190000{number:05}",
            "city": "Ernakulam",
            "product": "LED Clock",
        }
        return Lead(**(values | fields))

    async def card(self, lead_id: LeadId) -> Message:
        """The lead's card in the group."""
        before = len(self.group.by_bot)
        await self.services.cards.show(lead_id)
        return await self.said(self.group, before)

    async def said(self, room: Room, number: int) -> Message:
        """The bot's message with this number in the room, as soon as it is there; 0 is the first."""
        await self.town.world.wait_for(lambda: len(room.by_bot) > number)
        return room.by_bot[number]

    async def has_started(self, person: HumanUser) -> bool:
        return await self.services.access.seen.has_started(UserId(person.id))

    async def answers(self, person: HumanUser, room: Room, text: str, **how: Any) -> Message:
        """What the bot says to this; exactly one message."""
        asked = person.says(room, text, **how)
        await self.town.world.wait_for(lambda: self._since(asked))
        (answer,) = self._since(asked)
        return answer

    def _since(self, asked: Message) -> list[Message]:
        """What the bot said later; a question that this answers is deleted meanwhile."""
        return [one for one in asked.chat.by_bot if one.message_id > asked.message_id]

    async def settles(self) -> None:
        """Until everything has been said that was handed over."""
        await self.town.world.wait_for(lambda: self.services.sender.is_idle)

    async def rests(self) -> None:
        """Until everything that people did has been handled, and is answered."""
        await handled(self.town.world, self.chat, self.services.sender)

    async def looks(self) -> None:
        """What comes round by itself comes now, and says what it has to say."""
        assert self.chat.application.job_queue is not None
        for job in self.chat.application.job_queue.jobs():
            await job.run(self.chat.application)
        await self.rests()

    async def ignores(self, room: Room) -> None:
        """Nothing comes of what was just done."""
        before = len(room.by_bot)
        await self.rests()
        assert len(room.by_bot) == before


@contextlib.asynccontextmanager
async def gather(
    path: Path,
    *,
    bot_role: MemberStatus = MemberStatus.ADMINISTRATOR,
    on_statement: Callable[[str], None] | None = None,
    numbers: str = "open",
    more: Mapping[str, str] | None = None,
    delays: RetryDelays = SWIFT,
    limits: Limits = NO_LIMITS,
    handlers: Handlers | None = None,
) -> AsyncIterator[Team]:
    """`more` settings, by name. How fast the bot may speak is the sender's own matter, and has tests of its own."""
    async with (
        towns.opened(
            bot_role=bot_role, limits=limits, language=spoken(), webhook_pause=0.05, clock=Afternoon()
        ) as town,
        databases.opened(path / "leads.db", on_statement=on_statement) as database,
    ):
        meera = town.world.add_person("Meera")
        settings = Settings.from_values(
            {
                "TELEGRAM_BOT_TOKEN": town.world.bot.token,
                "TELEGRAM_CHAT_ID": town.group.id,
                "TELEGRAM_ADMINS": meera.id,
                "TELEGRAM_API_URL": town.api.url,
                "TELEGRAM_GROUP_RATE": "1000/1",
                "NUMBERS": numbers,
                "DIGEST": "off",
                "PUSH_TOKEN": "p" * 40,
                "BOT_LANGUAGE": spoken(),
                **(more or {}),
            }
        )
        shared = app.share(database, town.clock)
        chat = ChatApplication(settings, shared, delays=delays, handlers=handlers)
        intake = await app.intake(settings, shared, None)
        services = (await app.build(intake, chat.messenger(settings))).services
        chat.attach(services)
        shared.outbox.add(intake.account_id, services.delivery)
        team = Team(town, services, database, meera, chat, shared)
        delivering = asyncio.create_task(shared.outbox.run())
        try:
            async with chat.running():
                await town.world.wait_for(lambda: town.world.profile.menus)
                yield team
        finally:
            await services.delivery.stop(1)
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine or a slow disk takes its time: only what is about time says how long a press or a note about who
    acts may take, how long a card may be on its way to where it is written down, or an edit waits.
    """
    monkeypatch.setattr(press, "PATIENCE", 10)
    monkeypatch.setattr(press, "WRITTEN_WITHIN", 8)
    monkeypatch.setattr("bot.store.database.NOTED_WITHIN", 8)
    monkeypatch.setattr(cards, "LOOKS", 160)
    monkeypatch.setattr(edits, "APART", timedelta(0))
    monkeypatch.setattr(command_menus, "LANGUAGES", (ENGLISH,))


@pytest.fixture
def all_menus(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is in life: Telegram is told the commands in each language. Half of what a test's start says to it."""
    monkeypatch.setattr(command_menus, "LANGUAGES", LANGUAGES)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is in life."""
    monkeypatch.setattr(press, "PATIENCE", PATIENCE)
    monkeypatch.setattr(press, "WRITTEN_WITHIN", WRITTEN_WITHIN)
    monkeypatch.setattr("bot.store.database.NOTED_WITHIN", NOTED_WITHIN)


@pytest.fixture
def gathered(tmp_path: Path) -> Callable[..., contextlib.AbstractAsyncContextManager[Team]]:
    return functools.partial(gather, tmp_path)


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    async with gather(tmp_path) as team:
        yield team
