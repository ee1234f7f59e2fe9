"""Several processes on one database: each bot is served by exactly one, also when one is cut off or stands still.

Here they are registries of one process, each with a database, a session and a clock of its own.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot import app
from bot.commands.status import overview
from bot.config import Settings, marks
from bot.config.keyring import new_key
from bot.domain.ids import AccountId
from bot.errors import NotHeldError, SettingsError
from bot.health.holding import Holding, HoldTimes
from bot.intake.push_results import PushResult
from bot.sharing import Sharing
from bot.store import accounts
from tests import databases
from tests.services.fast_time import LoopClock
from tests.services.many import TOKEN, Town, group, key
from tests.services.played import lead, leads_answer
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.skipif(not databases.is_postgres(), reason="on SQLite one process has all")

TIMES = HoldTimes(beat=0.05, sure=0.6, ended=1.2, gone=0.7)
"""A fraction of what a service has."""
GIVEN = {
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "TELEGRAM_CHAT_ID": str(group(1)),
    "TELEGRAM_ADMINS": "77",
    "INDIAMART_KEY": key(1),
    "INDIAMART_URL": "http://127.0.0.1:9",
    "POLL_EVERY": "1s",
    "SECRET_KEY": new_key(),
}
PUSHED = Path(__file__).parent.parent / "samples" / "push_lead_b.json"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :run_id"


def token(number: int) -> str:
    """Of a bot of the account's own."""
    return TOKEN if number == 1 else f"71000001{number:02}:AAEinvented-for-tests-0123456789abcdef"


def bot_id(number: int) -> int:
    return int(token(number).partition(":")[0])


@dataclass
class Process:
    """A `leadbell run` among several."""

    town: Town
    holding: Holding
    sharing: Sharing
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    @property
    def served(self) -> set[int]:
        return set(self.town.registry.accounts)

    async def ends(self) -> None:
        """As on SIGTERM."""
        await self.holding.leave()
        await self.town.shared.outbox.stop(5)
        await self.holding.end()
        await self.stands_still()

    async def stands_still(self) -> None:
        """Nothing of it goes on. Its connections stay."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class Processes:
    """On one database."""

    def __init__(self, path: Path, stack: AsyncExitStack) -> None:
        self._path = path
        self._stack = stack
        self.all: list[Process] = []

    async def start(self, **settings: str) -> Process:
        files = Settings.from_values(GIVEN | settings)
        database = await self._stack.enter_async_context(databases.opened(self._path))
        clock = LoopClock()
        holding = Holding(database, clock, marks.made(files), times=TIMES)
        shared = replace(app.share(database, clock), holding=holding, instances=holding)
        town = Town(shared, files, clock)
        for number in range(1, 6):
            town.seller(key(number)).floor = timedelta(seconds=1)
        process = Process(town, holding, Sharing(shared, holding, town.registry, town.made))
        self._stack.push_async_callback(process.stands_still)
        process.tasks.append(asyncio.create_task(holding.run()))
        await holding.joined()
        await town.registry.start(await app.intake_of_main(files, shared))
        work = shared.polls.run(), shared.outbox.run(), town.registry.follow()
        sharing = process.sharing.run(), process.sharing.take_pushes(), process.sharing.take_updates()
        process.tasks += [asyncio.create_task(one) for one in (*work, *sharing)]
        self.all.append(process)
        return process

    async def serve(self, *numbers: int) -> None:
        """Until each of these accounts is served by exactly one."""
        await until(lambda: sorted(number for one in self.all for number in one.served) == sorted(numbers))


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    async with AsyncExitStack() as stack:
        yield Processes(tmp_path / "leads.db", stack)


async def add(process: Process, *numbers: int) -> None:
    """Each with a bot of its own."""
    for number in numbers:
        await process.town.add(number, TELEGRAM_BOT_TOKEN=token(number), POLL_EVERY="1s")


def posted(process: Process, number: int) -> list[str | None]:
    bot = process.town.bots.get(token(number))
    chat = None if bot is None else bot.chats.get(group(number))
    return [] if chat is None else [card.stored.lead.query_id for card in chat.cards]


async def test_each_bot_is_served_by_exactly_one_of_two_and_they_share_alike(processes: Processes) -> None:
    one = await processes.start()
    await add(one, 2, 3, 4)
    await processes.serve(1, 2, 3, 4)
    other = await processes.start()
    await until(lambda: len(other.served) == 2)
    await processes.serve(1, 2, 3, 4)
    await add(other, 5)
    await processes.serve(1, 2, 3, 4, 5)
    found = await overview(one.town.shared.database, one.town.files, one.town.clock)
    assert sorted(process.bots for process in found.processes) == [2, 3]
    assert sum(len(bot.accounts) for bot in found.bots if bot.process is not None) == 5


async def test_one_that_ends_hands_over_and_one_that_stands_still_is_replaced(processes: Processes) -> None:
    one, other = await processes.start(), await processes.start()
    await add(one, 2, 3, 4)
    await processes.serve(1, 2, 3, 4)
    await other.ends()
    await until(lambda: one.served == {1, 2, 3, 4})
    third = await processes.start()
    await until(lambda: len(third.served) == 2)
    held = set(one.holding.bots)
    await one.stands_still()
    await until(lambda: third.served == {1, 2, 3, 4})
    assert not one.holding.is_sure
    with pytest.raises(NotHeldError):
        async with one.town.parts(next(iter(one.served))).intake.database.transaction():
            pass
    again = asyncio.create_task(one.holding.run())
    one.tasks.append(again)  # it goes on, and notices
    for bot_id in held:
        with pytest.raises(NotHeldError):
            await one.holding.confirm(bot_id)


async def test_a_session_that_is_cut_is_opened_anew_and_rebuilds_nothing(processes: Processes) -> None:
    one = await processes.start()
    await add(one, 2)
    await processes.serve(1, 2)
    before, parts = one.holding.run_id, one.town.parts(2)
    async with one.town.shared.database.transaction() as connection:
        await connection.execute(CUT, {"run_id": before})
    await until(lambda: one.holding.run_id != before and one.holding.is_sure)
    await one.sharing.look()
    assert one.town.parts(2) is parts
    async with parts.intake.database.transaction():
        pass


async def test_a_lead_is_posted_once_though_its_bot_moves(processes: Processes) -> None:
    one = await processes.start()
    await add(one, 2)
    await processes.serve(1, 2)
    other = await processes.start()
    for process in (one, other):
        process.town.seller(key(2)).respond = lambda _window: leads_answer(lead("21"))
    await processes.serve(1, 2)
    await until(lambda: posted(one, 2) + posted(other, 2) == ["21"])
    mover = next(process for process in (one, other) if 2 in process.served)
    heir = other if mover is one else one
    await mover.ends()
    await until(lambda: heir.served == {1, 2})
    calls = len(heir.town.seller(key(2)).windows)
    await until(lambda: len(heir.town.seller(key(2)).windows) > calls)
    assert posted(one, 2) + posted(other, 2) == ["21"]


async def test_what_is_pushed_to_another_process_becomes_a_lead_at_the_one_that_has_the_bot(
    processes: Processes,
) -> None:
    one, other = await processes.start(), await processes.start()
    await one.town.add(2, TELEGRAM_BOT_TOKEN=token(2), PUSH_TOKEN="a-push-token-of-shop-2")
    await processes.serve(1, 2)
    right, wrong = (one, other) if 2 in one.served else (other, one)
    await until(lambda: wrong.town.registry.addresses.find(b"a-push-token-of-shop-2"))
    found = wrong.town.registry.addresses.find(b"a-push-token-of-shop-2")
    assert found is not None
    await found[1].receive(PUSHED.read_bytes(), "application/json")
    await until(lambda: len(posted(right, 2)) == 1)
    assert await right.town.rows("SELECT count(*) FROM pushes") == [(0,)]


async def test_a_push_finds_its_address_while_what_served_it_here_still_finishes(processes: Processes) -> None:
    one, address = await processes.start(), b"a-push-token-of-shop-2"
    await one.town.add(2, TELEGRAM_BOT_TOKEN=token(2), PUSH_TOKEN=address.decode())
    await processes.serve(1, 2)
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hangs(*_arguments: object, **_options: object) -> None:
        reached.set()
        await go_on.wait()

    one.town.chat(2, token(2)).post_card = hangs  # type: ignore[method-assign, assignment]  # Telegram takes its time
    addresses, poller = one.town.registry.addresses, one.town.parts(2).intake.poller
    assert poller is not None

    async def push(body: bytes) -> PushResult:
        found = addresses.find(address)
        assert found is not None
        return await found[1].receive(body)

    assert await push(PUSHED.read_bytes()) is PushResult.NEW
    await reached.wait()
    async with AsyncExitStack() as stack:
        leaving = asyncio.create_task(stack.enter_async_context(one.town.registry.leaving(bot_id(2))))
        await until(lambda: not one.town.shared.polls.has(AccountId(2), poller))
        assert 2 in one.served
        assert await push(PUSHED.read_bytes()) is PushResult.KNOWN  # until it is let go, it is ours
        go_on.set()
        await leaving
        assert 2 not in one.served
        assert await push(PUSHED.read_bytes()) is PushResult.HANDED_ON


async def test_a_removed_account_has_no_address_in_any_process(processes: Processes) -> None:
    one, other = await processes.start(), await processes.start()
    await one.town.add(2, TELEGRAM_BOT_TOKEN=token(2), PUSH_TOKEN="a-push-token-of-shop-2")
    found = [process.town.registry.addresses.find for process in (one, other)]
    await until(lambda: all(find(b"a-push-token-of-shop-2") for find in found))
    async with one.town.shared.database.transaction() as connection:
        await accounts.remove(connection, AccountId(2), one.town.clock.now())
    await until(lambda: not any(find(b"a-push-token-of-shop-2") for find in found))


async def test_a_process_with_other_settings_for_main_is_refused_and_told_which(processes: Processes) -> None:
    await processes.start()
    with pytest.raises(SettingsError, match=r"for main: ESCALATE_AFTER\."):
        await processes.start(ESCALATE_AFTER="off")


async def test_a_bots_trouble_is_told_where_it_is_served_and_the_services_own_where_main_is(
    processes: Processes,
) -> None:
    one, other = await processes.start(), await processes.start()
    await add(one, 2)
    await processes.serve(1, 2)
    bot_id = Settings.from_values(GIVEN | {"TELEGRAM_BOT_TOKEN": token(2)}).bot_id
    await until(lambda: one.served and other.served)
    mains, others = (one, other) if 1 in one.served else (other, one)
    assert [[about.account_id for about in process.town.registry.audiences(bot_id)] for process in (mains, others)] == [
        [1],
        [2],
    ]
    assert [len(process.town.registry.audiences(None)) for process in (mains, others)] == [1, 0]


async def test_a_removed_account_is_let_go_by_who_served_it(processes: Processes) -> None:
    one, _other = await processes.start(), await processes.start()
    await add(one, 2)
    await processes.serve(1, 2)
    async with one.town.shared.database.transaction() as connection:
        await accounts.remove(connection, AccountId(2), one.town.clock.now())
    await processes.serve(1)

    async def is_let_go() -> bool:
        async with one.town.shared.database.reading() as connection:
            return await accounts.is_let_go(connection, AccountId(2))

    await until(is_let_go)
