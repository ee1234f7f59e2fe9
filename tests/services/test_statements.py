"""How many statements a use case takes does not depend on how many rows it is about."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot import app
from bot.delivery import outbox_reader
from bot.domain.ids import ChatPlace, LeadId, LeadNumber, UserId
from bot.domain.lead import Status
from bot.domain.person import Person
from bot.domain.sight import Numbers, Reader, SightRule
from bot.files.rows import LeadRow
from bot.indiamart.answer import Unreadable
from bot.intake.imports import Imports
from bot.lookup.lists import ListQuery, Lookup, Period
from bot.serving import Beginnings
from bot.store import accounts, escalations, exports, leads, outbox
from bot.store.audit import Seen
from bot.store.outbox_messages import Draft, MessageKind
from bot.store.positions import position_of
from bot.team.audit import Audit
from tests import databases
from tests.services.played import HandClock, lead, leads_answer
from tests.services.test_delivery_parked import put
from tests.services.world import GROUP, World, assemble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.team.claims import Claims

INDIA = ZoneInfo("Asia/Kolkata")
RAVI = Person(UserId(1), "Ravi")
FEW, MANY = 3, 130
"""More than a page, a block of rows, and what a list shows."""


class Statements:
    """Of one database, as it executes them."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, statement: str) -> None:
        self.seen.append(" ".join(statement.split()))


@pytest.fixture
def clock() -> HandClock:
    hand = HandClock()
    hand.wall = datetime(2026, 1, 7, 11, 0, tzinfo=INDIA)
    return hand


def lookup(world: World) -> Lookup:
    return world.services.lookup


def claims(world: World) -> Claims:
    return world.services.claims


def rows(world: World, number: int, **fields: Any) -> list[Any]:
    moment = world.clock.now()
    return [lead(str(n), **({"enquired_at": moment - timedelta(seconds=n)} | fields)) for n in range(1, number + 1)]


async def has(world: World, number: int, **fields: Any) -> None:
    """Leads without a card, and with nothing waiting to be said of them."""
    await world.bring(*rows(world, number, **fields))
    async with world.database.transaction() as connection:
        await connection.execute("DELETE FROM outbox")


async def are_posted(world: World, number: int) -> None:
    """As `has`; the cards stand in the group, and escalation looks at them."""
    await has(world, number)
    async with world.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO cards (lead_id, account_id, chat_id, message_id, posted_at, nth, earlier_lead_id) "
            "SELECT lead_id, account_id, -1001, lead_id, 0, 1, lead_id FROM leads"
        )
        await connection.execute(
            "INSERT INTO escalations (lead_id, account_id, clock_at) SELECT lead_id, account_id, :now FROM leads",
            {"now": int(world.clock.now().timestamp())},
        )


async def today(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await has(world, number)
    found = lookup(world)
    return lambda: found.page(found.of_period(Period.TODAY))


async def turned(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await has(world, number)
    found = lookup(world)
    last = (await found.page(ListQuery())).leads[0]
    key = position_of(last.lead, last.lead_id, last.stored_at)
    return lambda: found.page(ListQuery(), older_than=key)


def searched(words: str) -> Callable[[World, int], Awaitable[Callable[[], Awaitable[object]]]]:
    async def prepare(world: World, number: int) -> Callable[[], Awaitable[object]]:
        await has(world, number)
        await claims(world).claim(LeadId(1), RAVI)
        found = lookup(world)
        return lambda: found.page(ListQuery(words=words, asker=RAVI.user_id))

    return prepare


async def sighted(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await has(world, number)
    rule = SightRule(Numbers.CLAIM, frozenset({RAVI.user_id}))
    found = Audit(world.database, world.account_id, world.clock, rule, lambda: None)
    async with world.database.reading() as connection:
        shown = await leads.many(connection, world.account_id, [LeadId(n) for n in range(1, number + 1)])
    return lambda: found.sight(shown, Reader(user_id=RAVI.user_id, is_alone=True), Seen.INLINE)


async def silenced(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await are_posted(world, number)
    async with world.database.transaction() as connection:
        await connection.execute("UPDATE all_leads SET buyer_id = (SELECT min(buyer_id) FROM all_leads)")
    for lead_id in range(1, number + 1):
        await world.services.reminders.add(LeadId(lead_id), RAVI, world.clock.now() + timedelta(hours=lead_id))
    return lambda: world.services.do_not_call.note(LeadId(1), RAVI, is_admin=False)


async def opened(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await has(world, number)
    return world.services.work.open_leads


async def mine(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await has(world, number)
    reminders = world.services.reminders
    for lead_id in range(1, number + 1):
        await claims(world).claim(LeadId(lead_id), RAVI)
        await reminders.add(LeadId(lead_id), RAVI, world.clock.now() + timedelta(hours=lead_id))
    work = world.services.work
    return lambda: work.mine(RAVI.user_id)


async def opened_further(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await has(world, number)
    work = world.services.work
    page = await work.open_leads()
    return lambda: work.open_leads(page.after or 1)


async def mine_further(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await mine(world, number)
    work = world.services.work
    return lambda: work.mine(RAVI.user_id, 1)


async def masked(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await are_posted(world, number)
    return world.services.cards.mask


async def statistics(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await are_posted(world, number)
    for lead_id in range(1, number + 1):
        person = Person(UserId(lead_id), f"Person {lead_id}")
        await claims(world).claim(LeadId(lead_id), person)
        await claims(world).set_status(LeadId(lead_id), Status.WON, person, is_admin=False, won_value=5)
    return world.services.stats.report


async def status(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await world.bring(*rows(world, number))
    for _row in range(number):
        await put(world, what="hologram")
    report = world.services.report
    return report.status


async def history(world: World, number: int) -> Callable[[], Awaitable[object]]:
    """Of a buyer's, who wrote as often as the team noted and changed something."""
    await has(world, number, mobile="+919000000031")
    notes = world.services.notes
    for n in range(number):
        person = Person(UserId(n + 1), f"Person {n}")
        await notes.add(LeadId(1), person, f"note {n}")
        await claims(world).set_status(LeadId(1), Status.QUOTED if n % 2 else Status.CONTACTED, person, is_admin=True)

    async def use() -> object:
        return await notes.history(LeadId(1)), await notes.others(LeadId(1)), await world.cards.card(1)

    return use


async def inline(world: World, number: int) -> Callable[[], Awaitable[object]]:
    """The cards of an inline answer, of claimed and unclaimed leads of returning buyers, with notes."""
    await has(world, number, mobile="+919000000031")
    notes = world.services.notes
    for lead_id in range(1, number + 1):
        await notes.add(LeadId(lead_id), RAVI, "a note")
        if lead_id % 2:
            await claims(world).claim(LeadId(lead_id), RAVI)

    async def use() -> object:
        found = await world.cards.cards(range(1, number + 1))
        assert len(found) == number
        return found

    return use


async def called_out(world: World, number: int) -> int:
    await are_posted(world, number)
    async with world.database.transaction() as connection:
        return await escalations.call_out(
            connection, world.account_id, escalations.EscalationStep.GROUP, [LeadId(n) for n in range(1, number + 1)],
            is_last=False, now=world.clock.now(),
        )  # fmt: skip


async def callout_page(world: World, number: int) -> Callable[[], Awaitable[object]]:
    callout_id, escalation = await called_out(world, number), world.services.escalation
    return lambda: escalation.callout(callout_id, 0)


async def look(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await are_posted(world, number)
    world.clock.pass_(minutes=11)
    return world.services.escalation.look


async def fire(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await has(world, 1)
    reminders = world.services.reminders
    for _reminder in range(number):
        await reminders.add(LeadId(1), RAVI, world.clock.now())
    return reminders.fire


async def poll(world: World, number: int) -> Callable[[], Awaitable[object]]:
    bad = [Unreadable(raw=str(n), reason="no kind") for n in range(number)]
    answer = leads_answer(*rows(world, number))
    world.indiamart.answers.append(type(answer)(outcome=answer.outcome, leads=answer.leads, unreadable=tuple(bad)))
    await world.poller.due_in()
    return world.poll


async def push(world: World, number: int) -> Callable[[], Awaitable[object]]:
    """A push is one lead; the buyer wrote often before."""
    await has(world, number, mobile="+919000000031")
    return lambda: world.bring(lead("9999", mobile="+919000000031"))


async def backfilled(world: World, number: int) -> Callable[[], Awaitable[object]]:
    async def use() -> None:
        async with world.database.transaction() as connection:
            await world.ingest.old(connection, rows(world, number))

    return use


async def imported(world: World, number: int) -> Callable[[], Awaitable[object]]:
    imports = Imports(world.database, world.account_id, world.clock)
    return lambda: imports.take([LeadRow(one) for one in rows(world, number)])


async def burst(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await world.bring(*rows(world, number + 50))
    return lambda: outbox_reader.condense(world.database, world.account_id, None, world.clock.now())


def posted(
    what: MessageKind, body: Callable[[int], dict[str, Any]], lead_id: int | None = None
) -> Callable[[World, int], Awaitable[Callable[[], Awaitable[object]]]]:
    """One message, from the outbox to the chat."""

    async def prepare(world: World, number: int) -> Callable[[], Awaitable[object]]:
        if what is MessageKind.CALLOUT:
            await called_out(world, number)
        else:
            await has(world, number, mobile="+919000000031")
        async with world.database.transaction() as connection:
            draft = Draft(what=what, turn=0, lead_id=None if lead_id is None else LeadId(lead_id), body=body(number))
            await outbox.add(connection, world.account_id, [draft], world.clock.now())
            row = await outbox.following(connection, world.account_id, None, world.clock.now())
        assert row is not None
        return lambda: world.composer.send(ChatPlace(GROUP.chat_id), row)

    return prepare


async def exported(world: World, number: int) -> Callable[[], Awaitable[object]]:
    await has(world, number)

    async def use() -> object:
        async with world.database.reading() as connection:
            return await exports.stretch(
                connection, world.account_id, low=0, high=2**63 - 1, newest=LeadNumber(number), limit=1000
            )

    return use


async def remembered(world: World, number: int) -> Callable[[], Awaitable[object]]:
    found = lookup(world)

    async def use() -> None:
        for n in range(number):
            found.remember(ListQuery(words=f"word {n}"))
        await found.written()

    return use


async def parked_told(world: World, number: int) -> Callable[[], Awaitable[object]]:
    for _row in range(number):
        await put(world, what="hologram")
    async with world.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO parked (account_id, turn, what, body, queued_at, reason, version, parked_at) "
            "SELECT account_id, turn, what, body, queued_at, 'unknown_kind', '0', 0 FROM outbox"
        )
        await connection.execute("DELETE FROM outbox")

    async def use() -> object:
        await world.parking.release()
        return await world.parking.tell()

    return use


async def begun(world: World, number: int) -> Callable[[], Awaitable[object]]:
    async with world.database.transaction() as connection:
        added = [await accounts.add(connection, f"shop-{n}") for n in range(number)]
    shared, settings = world.parts.shared, world.services.settings
    intakes = [await app.intake(settings, shared, None, account_id) for account_id in added]
    together = Beginnings(shared)
    return lambda: asyncio.gather(*(together.of(one) for one in intakes))


USES = {
    "/today": today,
    "a page turned": turned,
    "a search for a word": searched("clock"),
    "a search for the end of a phone": searched("90000"),
    "a search by filters": searched("kind:W status:open since:7d"),
    "a search by person": searched("by:ravi"),
    "a search for a long word": searched("testwala"),
    "an inline look-up with its audit": sighted,
    "do not call": silenced,
    "/open": opened,
    "/open, turned": opened_further,
    "/mine": mine,
    "/mine, turned": mine_further,
    "/stats": statistics,
    "/status": status,
    "a lead's history, and its card": history,
    "an inline answer": inline,
    "a page of a callout": callout_page,
    "looking for what is to be called out": look,
    "reminders that are due": fire,
    "cards to be masked": masked,
    "a poll": poll,
    "a push": push,
    "a backfill": backfilled,
    "an import": imported,
    "a burst": burst,
    "a list posted": posted(MessageKind.LISTING, lambda n: {"heading": "burst", "lead_ids": list(range(1, n + 1))}),
    "a callout posted": posted(MessageKind.CALLOUT, lambda _n: {"callout_id": 1}),
    "a card posted": posted(MessageKind.CARD, lambda _n: {}, lead_id=1),
    "an export": exported,
    "views remembered": remembered,
    "accounts that begin together": begun,
    "parked messages told and released": parked_told,
}


async def statements(path: Path, clock: HandClock, name: str, number: int) -> list[str]:
    counted = Statements()
    async with databases.opened(path, counted) as database:
        world = await assemble(database, clock)
        use = await USES[name](world, number)
        counted.seen.clear()
        await use()
        seen = list(counted.seen)
        if not databases.is_postgres():
            assert await world.rows("PRAGMA foreign_key_check") == []
        return seen


@pytest.mark.parametrize("name", USES)
async def test_a_use_case_takes_as_many_statements_for_many_rows_as_for_few(
    name: str, tmp_path: Path, clock: HandClock
) -> None:
    few = await statements(tmp_path / "few.db", clock, name, FEW)
    many = await statements(tmp_path / "many.db", clock, name, MANY)
    assert len(many) == len(few), [one for one in many if many.count(one) != few.count(one)][:5]
    assert len(few) > (not databases.is_postgres())  # where BEGIN is one of them


async def test_the_statements_that_are_counted_are_those_of_every_connection(tmp_path: Path) -> None:
    counted = Statements()
    async with databases.opened(tmp_path / "leads.db", counted) as database:
        async with database.transaction() as connection:
            await connection.execute("SELECT 'the writer'")
            await connection.execute_many("DELETE FROM runs WHERE run_id = :run_id", [{"run_id": 1}, {"run_id": 2}])
        async with database.reading() as connection:
            await connection.fetch_all("SELECT 'a reader'")
    for name in ("'the writer'", "'a reader'"):
        assert counted.seen.count(f"SELECT {name}") == 1
    assert counted.seen.count("DELETE FROM runs WHERE run_id = :run_id") == 1
