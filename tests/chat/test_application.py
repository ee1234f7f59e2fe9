from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import time
import warnings
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ExtBot

from bot.chat import unfinished
from bot.chat.application import FINISH_SECONDS, LAST_SECONDS, ChatApplication
from bot.chat.handling import AT_ONCE
from bot.chat.updates_health import RetryDelays
from bot.clock import Clock
from bot.config import Settings
from bot.domain import budgets
from bot.health.troubles import Activity, Troubles
from bot.sandbox.botapi import town as towns
from bot.team.strangers import Strangers
from tests import databases
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from pathlib import Path

    from telegram import Update

    from bot.chat.command import Command
    from bot.chat.languages import Languages
    from bot.chat.served_accounts import ServedAccounts
    from bot.delivery.outgoing import Outgoing
    from bot.domain.ids import ChatId
    from bot.sandbox.botapi.town import Town
    from bot.services import Services, Shared

pytestmark = pytest.mark.english  # no words are looked at

SWIFT = RetryDelays(poll=20, first_retry=0.02, longest_retry=0.1, token_retry=0.1, calm=0.3)


@dataclass
class Handlers:
    """/ping answers, /slow answers when `gate` opens, /bad fails."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    slow: list[str] = field(default_factory=list)
    COMMANDS: tuple[Command, ...] = ()
    menus: int = 0
    menu_error: Exception | None = None

    def register(
        self, application: Application[Any, Any, Any, Any, Any, Any], _accounts: ServedAccounts, _troubles: Troubles
    ) -> None:
        for name in ("ping", "slow", "bad"):
            application.add_handler(CommandHandler(name, getattr(self, f"_{name}")))
        application.add_handler(CallbackQueryHandler(self._bad))

    async def set_account_menus(self, _bot: ExtBot[Any], _services: Services, _languages: Languages) -> None: ...

    async def set_menus(self, _bot: ExtBot[Any]) -> None:
        self.menus += 1
        if self.menu_error is not None:
            raise self.menu_error

    async def _ping(self, update: Update, _context: object) -> None:
        assert update.message is not None
        await update.message.reply_text("pong")

    async def _slow(self, update: Update, _context: object) -> None:
        assert update.message is not None
        self.slow.append("began")
        await self.gate.wait()
        await update.message.reply_text("at last")
        self.slow.append("ended")

    async def _bad(self, _update: Update, _context: object) -> None:
        buyer = "Asha Testwala"
        raise ValueError(buyer)


@dataclass
class Unpaced:
    """A sender whose chats have no pace."""

    calls: list[asyncio.Future[None]] = field(default_factory=list)

    def say(self, chat_id: ChatId, outgoing: Outgoing) -> bool:
        self.calls.append(asyncio.ensure_future(outgoing.call(chat_id)))
        return True

    async def stop(self, _seconds: float) -> None:
        await asyncio.gather(*self.calls)


@dataclass
class Shop:
    town: Town
    chat: ChatApplication
    handlers: Handlers
    services: Services

    def told(self, text: str) -> int:
        return sum(message.text == text for message in self.town.group.messages)

    async def pings(self) -> None:
        """Somebody asks and is answered."""
        before = self.told("pong")
        self.town.ravi.says(self.town.group, "/ping@leadbell_bot")
        await self.town.world.wait_for(lambda: self.told("pong") > before)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.chat.attach(self.services)
        async with self.chat.running():
            yield


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with towns.opened() as town, databases.opened(tmp_path / "leads.db") as database:
        handlers = Handlers()
        given = {
            "TELEGRAM_BOT_TOKEN": town.world.bot.token,
            "TELEGRAM_CHAT_ID": town.group.id,
            "TELEGRAM_API_URL": town.api.url,
            "PUSH_TOKEN": "p" * 40,
        }
        settings = Settings.from_values(given)
        access = SimpleNamespace(
            seen=SimpleNamespace(),
            is_home=lambda chat_id: chat_id == town.group.id,
            is_known=lambda user_id: user_id == town.ravi.id,
            strangers=Strangers(town.clock),
        )
        services = cast(
            "Services",
            SimpleNamespace(
                account_id=1,
                clock=Clock(),
                sender=Unpaced(),
                access=access,
                settings=settings,
                troubles=Troubles(Clock()),
            ),
        )
        own = {"clock": town.clock, "troubles": services.troubles, "database": database, "holding": None}
        shared = cast("Shared", SimpleNamespace(**own))
        yield Shop(
            town,
            ChatApplication(settings, shared, delays=SWIFT, handlers=handlers),
            handlers,
            services,
        )


def lines(caplog: pytest.LogCaptureFixture, part: str) -> int:
    return sum(part in record.getMessage() for record in caplog.records)


def failures(shop: Shop) -> int:
    """How often updates could not be fetched, one after the other."""
    return sum(one.times for one in shop.services.troubles.current if one.work is Activity.UPDATES)


async def took(ending: Awaitable[object]) -> float:
    began = time.monotonic()
    await ending
    return time.monotonic() - began


async def test_a_command_is_answered_and_the_menus_are_set_once(shop: Shop) -> None:
    async with shop.running():
        await shop.pings()
        await shop.pings()
    assert shop.handlers.menus == 1


async def test_member_changes_are_asked_for(shop: Shop) -> None:
    async with shop.running():
        await shop.pings()
        assert {"chat_member", "my_chat_member"} <= set(shop.town.world.updates.allowed)


async def test_failing_menus_stop_nothing(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.handlers.menu_error = ValueError("nobody thought of this")
    async with shop.running():
        await shop.pings()
    assert lines(caplog, "menu could not be set") == 1


async def test_telegram_down_at_the_start_is_told_once_and_over_once(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await shop.town.api.go_down()
    async with shop.running():
        await until(lambda: lines(caplog, "cannot be reached"))
        await until(lambda: failures(shop) > 4)
        await shop.town.api.come_up()
        await shop.pings()
    assert lines(caplog, "cannot be reached") == 1
    assert lines(caplog, "can be reached again") == 1


async def test_one_broken_poll_is_not_worth_a_word(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with shop.running():
        await shop.pings()
        shop.town.api.faults.reset("getUpdates")
        await shop.pings()
        await shop.pings()
    assert lines(caplog, "reached") == 0


async def test_a_revoked_token_is_told_once_and_polling_goes_on_when_it_is_back(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world = shop.town.world
    token = world.bot.token
    async with shop.running():
        await shop.pings()
        world.revoke_token()
        await until(lambda: lines(caplog, "refuses the bot token"))
        await until(lambda: failures(shop) > 3)
        world.bot.token = token
        await shop.pings()
    assert lines(caplog, "refuses the bot token") == 1
    assert lines(caplog, "takes the bot token again") == 1
    assert token.split(":")[1] not in caplog.text


async def test_a_wrong_token_at_the_start_ends_nothing_and_is_not_quoted(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = shop.town.world.bot.token
    shop.town.world.revoke_token()
    async with shop.running():
        await until(lambda: lines(caplog, "refuses the bot token"))
        shop.town.world.bot.token = token
        await shop.pings()
    assert token.split(":")[1] not in caplog.text


async def test_a_second_instance_is_told_once_and_polling_recovers(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with shop.running():
        await shop.pings()
        fault = shop.town.api.faults.conflict(times=None)
        shop.town.ravi.says(shop.town.group, "the open poll ends")
        await until(lambda: lines(caplog, "Another program"))
        await until(lambda: fault.struck > 3)
        shop.town.api.faults.lift(fault)

        def is_over() -> int:
            shop.town.ravi.says(shop.town.group, "the open poll ends")
            return lines(caplog, "No other program")

        await until(is_over)
    assert lines(caplog, "Another program") == 1
    assert lines(caplog, "No other program") == 1


async def test_a_stop_does_not_wait_for_the_open_poll(shop: Shop) -> None:
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(shop.running())
        await shop.pings()
        await until(lambda: shop.town.world.updates.has_poller)
        assert await took(stack.aclose()) < 10
    assert shop.town.world.updates.waiting == []


async def test_a_stop_while_telegram_is_away_is_as_quick(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    await shop.town.api.go_down()
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(shop.running())
        await until(lambda: lines(caplog, "cannot be reached"))
        assert await took(stack.aclose()) < 10


async def test_a_handler_that_runs_while_everything_stops_finishes(shop: Shop) -> None:
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(shop.running())
        shop.town.ravi.says(shop.town.group, "/slow@leadbell_bot")
        await until(lambda: shop.handlers.slow)
        asyncio.get_running_loop().call_later(0.5, shop.handlers.gate.set)
        await stack.aclose()
    assert shop.handlers.slow == ["began", "ended"]
    assert shop.told("at last") == 1
    assert shop.town.world.updates.waiting == []


async def test_handlers_that_never_end_are_given_up(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(shop.running())
        for _number in range(20):
            shop.town.ravi.says(shop.town.group, "/slow@leadbell_bot")
        await until(lambda: len(shop.handlers.slow) == 20)
        assert await took(stack.aclose()) < 10
    assert lines(caplog, "not finished") == 1


def waiting(shop: Shop) -> list[str]:
    """What Telegram would bring again."""
    return [one["message"]["text"] for one in shop.town.world.updates.waiting]


async def test_what_a_stop_cuts_off_is_brought_again_at_the_next_start(shop: Shop) -> None:
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(shop.running())
        await shop.pings()
        shop.town.ravi.says(shop.town.group, "/slow@leadbell_bot")
        await until(lambda: shop.handlers.slow)
        await stack.aclose()
    assert waiting(shop) == ["/slow@leadbell_bot"]


async def test_what_is_handled_is_confirmed_only_then_and_holds_up_nobody(shop: Shop) -> None:
    async with shop.running():
        shop.town.ravi.says(shop.town.group, "/slow@leadbell_bot")
        await until(lambda: shop.handlers.slow)
        await shop.pings()
        await shop.pings()
        assert waiting(shop)[0] == "/slow@leadbell_bot"
        shop.handlers.gate.set()
        await until(lambda: waiting(shop) == [])
    assert shop.told("pong") == 2
    assert shop.handlers.slow == ["began", "ended"]


async def test_what_never_ends_is_confirmed_in_the_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfinished, "HELD_FOR", 0.3)
    async with shop.running():
        shop.town.ravi.says(shop.town.group, "/slow@leadbell_bot")
        await until(lambda: shop.handlers.slow)
        await until(lambda: waiting(shop) == [])


async def test_what_a_stranger_wrote_is_confirmed_at_once(shop: Shop) -> None:
    async with shop.running():
        shop.town.vikram.says(shop.town.group, "/slow@leadbell_bot")
        await until(lambda: shop.handlers.slow)
        await until(lambda: waiting(shop) == [])


async def test_what_comes_behind_many_that_do_not_end_is_seen(shop: Shop) -> None:
    """Telegram shows a hundred before it has to be told that some need not be shown again."""
    async with shop.running():
        for _number in range(120):
            shop.town.ravi.says(shop.town.group, "/slow@leadbell_bot")
        await until(lambda: len(shop.handlers.slow) == 120)
        await shop.pings()


@pytest.mark.parametrize(("name", "places"), [("vikram", budgets.STRANGERS_OWN), ("ravi", AT_ONCE)])
async def test_what_waits_for_its_place_is_given_up_with_what_never_ends(shop: Shop, name: str, places: int) -> None:
    """It does not begin while everything closes, and nothing of it is left: of a stranger's, and of a member's."""
    processor = shop.chat.application.update_processor
    with warnings.catch_warnings(record=True) as warned:
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(shop.running())
            for _number in range(places + 20):
                getattr(shop.town, name).says(shop.town.group, "/slow@leadbell_bot")
            await until(lambda: processor.current_concurrent_updates == places + 20)
            await until(lambda: len(shop.handlers.slow) == places)
            await stack.aclose()
        assert shop.handlers.slow == ["began"] * places
        assert not any("process_update" in repr(task) for task in asyncio.all_tasks())
        gc.collect()
    assert warned == []


def test_all_that_a_stop_waits_for_is_under_three_seconds() -> None:
    """Handlers; then those given up, what they handed over, and the last word to Telegram."""
    assert FINISH_SECONDS + 3 * LAST_SECONDS < 3


async def test_one_waiting_handler_holds_up_nobody(shop: Shop) -> None:
    async with shop.running():
        shop.town.ravi.says(shop.town.group, "/slow@leadbell_bot")
        await until(lambda: shop.handlers.slow)
        await shop.pings()
        shop.handlers.gate.set()


async def test_a_failed_handler_is_told_to_the_person_and_its_content_to_nobody(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    async with shop.running():
        shop.town.ravi.says(shop.town.group, "/bad@leadbell_bot 9000000031")
        await shop.town.world.wait_for(lambda: any("went wrong" in m.text for m in shop.town.group.messages))
    assert lines(caplog, "An answer failed: ValueError") == 1
    assert "Testwala" not in caplog.text
    assert "9000000031" not in caplog.text


async def test_what_comes_twice_in_one_answer_is_handled_once(shop: Shop) -> None:
    for _time in range(2):
        shop.town.ravi.says(shop.town.group, "/ping@leadbell_bot")
    first, second = shop.town.world.updates.waiting
    shop.town.world.updates.waiting += [second, first, first]
    async with shop.running():
        await shop.town.world.wait_for(lambda: shop.told("pong") >= 2)
        await shop.pings()
        assert len(shop.town.api.calls.of("getUpdates")) < 10
    assert shop.told("pong") == 3


async def test_what_is_brought_again_after_it_was_confirmed_is_handled_once(shop: Shop) -> None:
    shop.town.ravi.says(shop.town.group, "/ping@leadbell_bot")
    [update] = shop.town.world.updates.waiting
    async with shop.running():
        await shop.town.world.wait_for(lambda: shop.told("pong") >= 1)
        shop.town.world.updates.waiting.append(update)
        await shop.pings()
    assert shop.told("pong") == 2


async def test_an_update_that_cannot_be_read_does_not_stop_those_behind_it(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    async with shop.running():
        await shop.pings()
        shop.town.world.updates.put("message", {"message_id": "odd", "chat": 7})
        await shop.pings()
    assert lines(caplog, "cannot be read") == 1


async def test_neither_does_one_without_a_number_though_it_can_never_be_confirmed(shop: Shop) -> None:
    async with shop.running():
        shop.town.world.updates.waiting.append({"message": {"message_id": 1}})
        await shop.pings()
        await shop.pings()
