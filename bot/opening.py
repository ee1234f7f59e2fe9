"""What a process opens once, and how an account's leads come in: enough for commands that speak to nobody."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot import __version__
from bot.clock import TrustedClock
from bot.config import marks
from bot.delivery.dispatcher import OutboxDispatcher
from bot.delivery.routing import Routing
from bot.domain.working_time import WorkingTime
from bot.health.faults import Faults
from bot.health.holding import Holding
from bot.health.instances import Instances
from bot.health.metrics import Metrics
from bot.health.pruning import Pruning
from bot.health.troubles import Troubles
from bot.health.watchdog import Watchdog
from bot.indiamart.client import Session, source
from bot.intake.call_budget import CallBudget
from bot.intake.coverage import PollSettings
from bot.intake.ingest import Ingest
from bot.intake.key_check import KeyCheck
from bot.intake.poll_result import PollRecorder
from bot.intake.poll_schedule import PollSchedule
from bot.intake.poller import LeadPoller
from bot.intake.push_results import Refusals
from bot.services import Intake, Pulling, Shared
from bot.store import account_settings, accounts, engines
from bot.store.fenced import FencedDatabase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.clock import Clock
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.indiamart.answer import LeadSource
    from bot.intake.key_check import KeyCheckResult
    from bot.store.database import Database


@asynccontextmanager
async def sharing(settings: Settings, clock: Clock, *, is_service: bool = False) -> AsyncIterator[Shared]:
    """The database, and the way out over the network."""
    async with engines.database(settings.database_url) as database, Session(settings.indiamart_way) as session:
        yield share(database, clock, session=session, files=settings if is_service else None)


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, name: str = accounts.MAIN) -> AsyncIterator[Intake]:
    """The database, and the way in over the network of the account that these settings are."""
    async with sharing(settings, clock) as shared:
        async with shared.database.transaction() as connection:
            account_id = await accounts.open_account(connection, name)
        yield await intake(settings, shared, lead_source(settings, shared), account_id)


async def intake_of_main(files: Settings, shared: Shared) -> Intake:
    """As a service begins. What was set in the database wins over what its files say, as far as it is any good."""
    async with shared.database.transaction() as connection:
        account_id = await accounts.open_account(connection)
        settings, is_paused = await account_settings.of_main(connection, files, shared.clock.now())
    return await intake(settings, shared, lead_source(settings, shared), account_id, is_paused=is_paused)


def lead_source(settings: Settings, shared: Shared) -> LeadSource | None:
    """None where leads only come by push."""
    return None if shared.session is None else _source(settings, shared.session)


def _source(settings: Settings, session: Session) -> LeadSource | None:
    key, mobile = settings.indiamart_key, settings.indiamart_mobile
    if key is None:
        return None
    return source(
        session,
        api=settings.indiamart_api,
        url=settings.indiamart_url,
        key=key.get_secret_value(),
        mobile=None if mobile is None else mobile.get_secret_value(),
        floor=settings.poll_floor,
    )


def share(
    database: Database,
    clock: Clock,
    *,
    version: str = __version__,
    session: Session | None = None,
    files: Settings | None = None,
) -> Shared:
    """With `files` it is a service, which may be one of several on one database; without, a command beside it."""
    trusted, metrics = TrustedClock(clock), Metrics(Troubles(clock))
    holding = None if database.is_file or files is None else Holding(database, trusted, marks.made(files))
    instances = holding or Instances(database, trusted)
    return Shared(
        version=version,
        database=database,
        machine_clock=clock,
        clock=trusted,
        metrics=metrics,
        instances=instances,
        watchdog=Watchdog(database, metrics.troubles, instances.beat),
        pruning=Pruning(database, trusted, trusted.told),
        polls=PollSchedule(metrics.troubles, clock, on_look=metrics.poll_lateness.observe),
        outbox=OutboxDispatcher(database, metrics.troubles),
        refusals=Refusals(database, trusted, metrics),
        sealed=asyncio.Event(),
        paces={},
        session=session,
        holding=holding,
    )


async def intake(
    settings: Settings,
    shared: Shared,
    leads: LeadSource | None,
    account_id: AccountId | None = None,
    *,
    is_paused: bool = False,
) -> Intake:
    """`leads` is None where they only come by push; `account_id` is None for `main`."""
    if account_id is None:
        async with shared.database.transaction() as connection:
            account_id = await accounts.open_account(connection)
    hold = None if shared.holding is None else shared.holding.bots.get(settings.bot_id or 0)
    database = shared.database if hold is None else FencedDatabase(shared.database, hold.check)
    faults = Faults(account_id, shared.clock, settings.telegram_admins)
    routing = Routing(account_id, WorkingTime(settings.working_hours, settings.holidays, settings.timezone))
    ingest = Ingest(account_id, shared.clock, faults, shared.metrics, routing)
    return Intake(
        shared=shared,
        database=database,
        settings=settings,
        account_id=account_id,
        faults=faults,
        ingest=ingest,
        pulling=None if leads is None else _pulling(settings, shared, database, account_id, leads, faults, ingest),
        is_paused=is_paused,
        hold=hold,
    )


def _pulling(
    settings: Settings,
    shared: Shared,
    database: Database,
    account_id: AccountId,
    leads: LeadSource,
    faults: Faults,
    ingest: Ingest,
) -> Pulling:
    own = database, account_id, shared.clock
    budget = CallBudget(database, account_id, shared.machine_clock, leads.floor)
    recorder = PollRecorder(
        *own,
        budget=budget,
        ingest=ingest,
        faults=faults,
        longest_window=leads.longest_window,
        overlap=settings.overlap,
    )
    polls = PollSettings(every=settings.poll_every, overlap=settings.overlap, lookback=settings.lookback)
    poller = LeadPoller(*own, leads, settings=polls, budget=budget, recorder=recorder, troubles=shared.troubles)
    key_check = KeyCheck(*own, leads, settings=polls, budget=budget, recorder=recorder, ingest=ingest)
    return Pulling(budget=budget, poller=poller, key_check=key_check)


async def try_key(found: Intake, proposed: Settings) -> KeyCheckResult | None:
    """Whether IndiaMART takes the key of these; None where they have none."""
    async with Session(proposed.indiamart_way) as session:
        leads = _source(proposed, session)
        if leads is None:
            return None
        ends = found.database, found.account_id, leads, found.faults, found.ingest
        pulling = _pulling(proposed, found.shared, *ends)
        return await pulling.key_check.run(is_new=True)


async def note_untried(found: Intake) -> None:
    """A key that was set and could not be tried is tried by the next poll, and the admins hear how it went."""
    async with found.database.transaction() as connection:
        await found.faults.key_untried(connection)
