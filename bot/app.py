"""The one place in which services are built. What starts and stops them is `bot.lifecycle`'s business.

There is one `Shared` in a process. What is an account's own is built in two steps, because leads are fetched before the
chat is there: its `Intake`, and around that, with a messenger, the rest of its `AccountParts`. Tests build the same
with other ends: a clock, a source of leads, a messenger. `own` is what each of an account's services is given first.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot import __version__
from bot.clock import TrustedClock
from bot.delivery.alarm import Alarm
from bot.delivery.chats import Chats
from bot.delivery.composer import Composer
from bot.delivery.dispatcher import OutboxDispatcher
from bot.delivery.pacing import Pacer
from bot.delivery.parking import Parking
from bot.delivery.routing import Routing
from bot.delivery.sender import Sender
from bot.delivery.worker import OutboxWorker
from bot.domain.ids import ChatId, ChatPlace
from bot.domain.working_time import WorkingTime
from bot.health.faults import Faults
from bot.health.instances import Instances
from bot.health.metrics import Attempts, Metrics
from bot.health.nightly import NightlyBackup
from bot.health.pruning import Pruning
from bot.health.readiness import Readiness
from bot.health.response_times import ResponseTimes
from bot.health.status import StatusReporter
from bot.health.troubles import Troubles
from bot.health.usual import UsualLeads
from bot.health.watchdog import Watchdog
from bot.indiamart.client import Session, source
from bot.intake.call_budget import CallBudget
from bot.intake.coverage import PollSettings
from bot.intake.ingest import Ingest
from bot.intake.key_check import KeyCheck
from bot.intake.poll_result import PollRecorder
from bot.intake.poll_schedule import PollSchedule
from bot.intake.poller import LeadPoller
from bot.intake.push_inbox import PushInbox
from bot.intake.push_results import Refusals
from bot.lookup.audit_trail import AuditTrail
from bot.lookup.buyer_report import BuyerReports
from bot.lookup.digest import DigestReports
from bot.lookup.lists import Lookup
from bot.lookup.stats import Stats
from bot.lookup.worklists import WorkLists
from bot.services import AccountParts, Intake, Outbound, Pulling, Services, Shared
from bot.store import accounts
from bot.store.database import Database
from bot.team.access import Access
from bot.team.audit import Audit
from bot.team.cards import Cards
from bot.team.charts import Charts
from bot.team.claims import Claims
from bot.team.digests import Digests
from bot.team.do_not_call import DoNotCall
from bot.team.erasure import Erasure
from bot.team.escalation import Escalation
from bot.team.greetings import Templates
from bot.team.notes import Notes
from bot.team.own_settings import OwnSettings
from bot.team.reminders import Reminders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.clock import Clock
    from bot.config import Settings
    from bot.delivery.messenger import Messenger
    from bot.domain.ids import AccountId
    from bot.indiamart.answer import LeadSource
    from bot.intake.key_check import KeyCheckResult


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, name: str = accounts.MAIN) -> AsyncIterator[Intake]:
    """The database, and the way in over the network of the account that these settings are."""
    async with Database(settings.database_path) as database, Session(settings.indiamart_way) as session:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection, name)
        yield await intake(settings, share(database, clock), _source(settings, session), account_id)


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


def share(database: Database, clock: Clock, *, version: str = __version__) -> Shared:
    trusted, metrics = TrustedClock(clock), Metrics(Troubles(clock))
    instances = Instances(database, trusted)
    return Shared(
        version=version,
        database=database,
        machine_clock=clock,
        clock=trusted,
        metrics=metrics,
        instances=instances,
        watchdog=Watchdog(database, metrics.troubles, instances.beat),
        pruning=Pruning(database, trusted, trusted.told),
        polls=PollSchedule(metrics.troubles),
        outbox=OutboxDispatcher(database, metrics.troubles),
        refusals=Refusals(database, trusted, metrics),
        sealed=asyncio.Event(),
    )


async def intake(
    settings: Settings, shared: Shared, leads: LeadSource | None, account_id: AccountId | None = None
) -> Intake:
    """`leads` is None where they only come by push; without an id it is the account `main`."""
    if account_id is None:
        async with shared.database.transaction() as connection:
            account_id = await accounts.open_account(connection)
    faults = Faults(account_id, shared.clock, settings.telegram_admins)
    routing = Routing(account_id, WorkingTime(settings.working_hours, settings.holidays, settings.timezone))
    ingest = Ingest(account_id, shared.clock, faults, shared.metrics, routing)
    return Intake(
        shared=shared,
        settings=settings,
        account_id=account_id,
        faults=faults,
        ingest=ingest,
        pulling=None if leads is None else _pulling(settings, shared, account_id, leads, faults, ingest),
    )


def _pulling(
    settings: Settings, shared: Shared, account_id: AccountId, leads: LeadSource, faults: Faults, ingest: Ingest
) -> Pulling:
    own = shared.database, account_id, shared.clock
    budget = CallBudget(shared.database, account_id, shared.machine_clock, leads.floor)
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


async def _try_key(found: Intake, proposed: Settings) -> KeyCheckResult | None:
    """One that cannot be tried now is tried by the next poll, and the admins hear how it went."""
    async with Session(proposed.indiamart_way) as session:
        leads = _source(proposed, session)
        if leads is None:
            return None
        pulling = _pulling(proposed, found.shared, found.account_id, leads, found.faults, found.ingest)
        tried = await pulling.key_check.run(is_new=True)
    if tried.answer is None:
        async with found.shared.database.transaction() as connection:
            await found.faults.key_untried(connection)
    return tried


async def build(found: Intake, messenger: Messenger) -> AccountParts:
    """Everything around an account's intake, speaking through `messenger`."""
    settings, shared, poller = found.settings, found.shared, found.poller
    own = shared.database, found.account_id, shared.clock
    working = WorkingTime(settings.working_hours, settings.holidays, settings.timezone)
    times = ResponseTimes(found.account_id, working, shared.metrics)
    reports = DigestReports(*own, working, settings.timezone)
    out = await _outbound(found, messenger, times, reports)
    if poller is not None:
        poller.on_stored = out.worker.wake  # not before: it polls while there is no chat yet
    has_push = settings.push_token is not None
    inbox = PushInbox(*own, ingest=found.ingest, faults=found.faults, on_stored=out.worker.wake)
    services = _services(found, out, messenger, working, times, reports)
    return AccountParts(
        intake=found,
        outbound=out,
        services=services,
        inbox=inbox if has_push else None,
        readiness=Readiness(
            *own,
            shared.troubles,
            watchdog=shared.watchdog,
            attempts=out.attempts,
            opens_in=out.opens_in,
            poll_every=None if poller is None or has_push else settings.poll_every,
        ),
        alarm=Alarm(
            shared.troubles,
            shared.clock,
            messenger,
            sender=out.sender,
            chats=out.chats,
            admins=settings.telegram_admins,
        ),
        nightly=NightlyBackup(*own, settings, faults=found.faults, troubles=shared.troubles),
    )


async def _outbound(found: Intake, messenger: Messenger, times: ResponseTimes, reports: DigestReports) -> Outbound:
    settings, shared = found.settings, found.shared
    own = shared.database, found.account_id, shared.clock
    chats = Chats(*own, ChatPlace(ChatId(settings.telegram_chat_id), settings.telegram_thread_id))
    await chats.load()
    rate = settings.telegram_group_rate
    pacer = Pacer(*own, calls=rate.calls, span=rate.seconds)
    await pacer.load()
    sender, attempts = Sender(pacer, shared.clock, shared.troubles), Attempts()
    composer = Composer(
        *own,
        messenger,
        found.faults,
        shared.metrics,
        attempts,
        escalates=bool(settings.escalate_after),
        rule=settings.sight,
        times=times,
        reports=reports,
    )
    parking = Parking(*own, found.faults, version=shared.version)
    worker = OutboxWorker(
        *own,
        composer,
        chats=chats,
        sender=sender,
        faults=found.faults,
        parking=parking,
        on_queued=partial(shared.outbox.wake, found.account_id),
    )
    return Outbound(
        chats=chats,
        pacer=pacer,
        sender=sender,
        attempts=attempts,
        composer=composer,
        parking=parking,
        worker=worker,
    )


def _services(
    found: Intake,
    out: Outbound,
    messenger: Messenger,
    working: WorkingTime,
    times: ResponseTimes,
    reports: DigestReports,
) -> Services:
    settings, shared, wake = found.settings, found.shared, out.worker.wake
    own = shared.database, found.account_id, shared.clock
    stats = Stats(
        *own,
        settings.timezone,
        fee_per_year=settings.fee_per_year,
        buyleads_per_week=settings.buyleads_per_week,
    )
    charts = Charts(stats, working, settings.timezone, messenger)
    return Services(
        clock=shared.clock,
        settings=settings,
        account_id=found.account_id,
        access=Access(*own, messenger, chats=out.chats, admins=settings.telegram_admins),
        cards=Cards(*own, out.chats, wake),
        charts=charts,
        chats=out.chats,
        audit=Audit(*own, settings.sight, wake),
        audit_trail=AuditTrail(*own),
        claims=Claims(*own, wake, times, settings.sight),
        buyer_reports=BuyerReports(*own),
        erasure=Erasure(
            *own,
            retention=settings.retention,
            timezone=settings.timezone,
            on_queued=wake,
            on_sealed=shared.sealed.set,
        ),
        digest_reports=reports,
        digests=Digests(
            *own,
            times=settings.digest,
            working=working,
            timezone=settings.timezone,
            admins=settings.telegram_admins,
            reports=reports,
            charts=charts,
            on_queued=wake,
        ),
        do_not_call=DoNotCall(*own, wake),
        delivery=out.worker,
        escalation=Escalation(
            *own, steps=settings.escalate_after, working=working, admins=settings.telegram_admins, on_queued=wake
        ),
        lookup=Lookup(*own, settings.timezone, settings.sight),
        notes=Notes(*own, wake),
        own_settings=OwnSettings(*own, settings),
        poller=found.poller,
        reminders=Reminders(*own, wake),
        report=StatusReporter(
            *own,
            shared.troubles,
            polls=found.poller,
            usual=UsualLeads(found.account_id, working, settings.timezone),
            opens_in=out.opens_in,
            api=None if found.poller is None else settings.indiamart_api,
            has_push=settings.push_token is not None,
        ),
        sender=out.sender,
        stats=stats,
        templates=Templates(*own),
        troubles=shared.troubles,
        try_key=partial(_try_key, found),
        work=WorkLists(*own),
        working=working,
    )
