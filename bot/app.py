"""The one place in which services are built. What starts and stops them is `bot.lifecycle`'s business.

There is one `Shared` in a process. What is an account's own is built in two steps, because leads are fetched before the
chat is there: its `Intake`, and around that, with a messenger, the rest of its
`AccountParts`. Tests build the same with other ends: a
clock, a source of leads, a messenger.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot import __version__
from bot.clock import TrustedClock
from bot.delivery.alarm import Alarm
from bot.delivery.chats import Chats
from bot.delivery.composer import Composer
from bot.delivery.pacing import Pacer
from bot.delivery.parking import Parking
from bot.delivery.sender import Sender
from bot.delivery.worker import OutboxWorker
from bot.domain.ids import ChatId, ChatPlace
from bot.domain.notice import Fault
from bot.domain.working_time import WorkingTime
from bot.health.faults import Faults
from bot.health.instances import Instances
from bot.health.metrics import Attempts, Metrics
from bot.health.nightly import NightlyBackup
from bot.health.pruning import Pruning
from bot.health.readiness import Readiness
from bot.health.status import StatusReporter
from bot.health.troubles import Troubles
from bot.health.watchdog import Watchdog
from bot.indiamart.client import Session, source
from bot.intake.call_budget import CallBudget
from bot.intake.coverage import PollSettings
from bot.intake.ingest import Ingest
from bot.intake.key_check import KeyCheck
from bot.intake.poll_result import PollRecorder
from bot.intake.poller import LeadPoller
from bot.intake.push_inbox import PushInbox
from bot.intake.push_results import Refusals
from bot.lookup.audit_trail import AuditTrail
from bot.lookup.buyer_report import BuyerReports
from bot.lookup.lists import Lookup
from bot.lookup.stats import Stats
from bot.lookup.worklists import WorkLists
from bot.services import AccountParts, Intake, Outbound, Pulling, Services, Shared
from bot.store import accounts
from bot.store.database import Database
from bot.team.access import Access
from bot.team.audit import Audit
from bot.team.cards import Cards
from bot.team.claims import Claims
from bot.team.contacts import Contacts
from bot.team.do_not_call import DoNotCall
from bot.team.erasure import Erasure
from bot.team.escalation import Escalation
from bot.team.greetings import Templates
from bot.team.notes import Notes
from bot.team.reminders import Reminders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.clock import Clock
    from bot.config import Settings
    from bot.delivery.messenger import Messenger
    from bot.domain.ids import AccountId
    from bot.indiamart.answer import LeadSource


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[Intake]:
    """The database, and the account's way in over the network."""
    async with Database(settings.database_path) as database, Session(settings.indiamart_way) as session:
        yield await intake(settings, share(database, clock), _source(settings, session))


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
    )


async def intake(settings: Settings, shared: Shared, leads: LeadSource | None) -> Intake:
    """`leads` is None where they only come by push."""
    async with shared.database.transaction() as connection:
        account_id = await accounts.open_account(connection)
    faults = Faults(account_id, shared.clock, settings.telegram_admins)
    ingest = Ingest(account_id, shared.clock, faults, shared.metrics)
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
    database, clock = shared.database, shared.clock
    budget = CallBudget(database, account_id, shared.machine_clock, leads.floor)
    recorder = PollRecorder(
        database,
        account_id,
        clock,
        budget=budget,
        ingest=ingest,
        faults=faults,
        longest_window=leads.longest_window,
        overlap=settings.overlap,
    )
    polls = PollSettings(every=settings.poll_every, overlap=settings.overlap, lookback=settings.lookback)
    poller = LeadPoller(
        database,
        account_id,
        clock,
        leads,
        settings=polls,
        budget=budget,
        recorder=recorder,
        troubles=shared.troubles,
    )
    key_check = KeyCheck(
        database, account_id, clock, leads, settings=polls, budget=budget, recorder=recorder, ingest=ingest
    )
    return Pulling(budget=budget, recorder=recorder, poller=poller, key_check=key_check)


async def build(found: Intake, messenger: Messenger) -> AccountParts:
    """Everything around an account's intake, speaking through `messenger`."""
    settings, shared, account_id = found.settings, found.shared, found.account_id
    database, clock, poller = shared.database, shared.clock, found.poller
    out = await _outbound(found, messenger)
    if poller is not None:
        poller.on_stored = out.worker.wake  # not before: it polls while there is no chat yet
    has_push = settings.push_token is not None
    inbox = PushInbox(
        database, account_id, clock, ingest=found.ingest, faults=found.faults, on_stored=out.worker.wake
    )  # fmt: skip
    services = _services(found, out, messenger)
    return AccountParts(
        intake=found,
        outbound=out,
        services=services,
        inbox=inbox if has_push else None,
        refusals=Refusals(database, account_id, clock, shared.metrics),
        readiness=Readiness(
            database,
            account_id,
            clock,
            shared.troubles,
            watchdog=shared.watchdog,
            attempts=out.attempts,
            opens_in=out.opens_in,
            poll_every=None if poller is None or has_push else settings.poll_every,
        ),
        alarm=Alarm(
            shared.troubles, clock, messenger, sender=out.sender, chats=out.chats, admins=settings.telegram_admins
        ),
        pruning=Pruning(
            database,
            account_id,
            clock,
            clock.told,
            not_during={Fault.CLOCK_WRONG},
            then=services.erasure.age,
        ),
        nightly=NightlyBackup(database, account_id, clock, settings, faults=found.faults, troubles=shared.troubles),
    )


async def _outbound(found: Intake, messenger: Messenger) -> Outbound:
    settings, shared, account_id = found.settings, found.shared, found.account_id
    database, clock = shared.database, shared.clock
    place = ChatPlace(ChatId(settings.telegram_chat_id), settings.telegram_thread_id)
    chats = Chats(database, account_id, clock, place)
    await chats.load()
    rate = settings.telegram_group_rate
    pacer = Pacer(database, account_id, clock, calls=rate.calls, span=rate.seconds)
    await pacer.load()
    sender, attempts = Sender(pacer, clock, shared.troubles), Attempts()
    composer = Composer(
        database,
        account_id,
        clock,
        messenger,
        found.faults,
        shared.metrics,
        attempts,
        escalates=bool(settings.escalate_after),
        rule=settings.sight,
    )
    parking = Parking(database, account_id, clock, found.faults, version=shared.version)
    worker = OutboxWorker(
        database, account_id, clock, composer, chats=chats, sender=sender, faults=found.faults, parking=parking
    )  # fmt: skip
    return Outbound(
        chats=chats,
        pacer=pacer,
        sender=sender,
        attempts=attempts,
        composer=composer,
        parking=parking,
        worker=worker,
    )


def _services(found: Intake, out: Outbound, messenger: Messenger) -> Services:
    settings, shared, account_id = found.settings, found.shared, found.account_id
    database, clock, wake, admins = shared.database, shared.clock, out.worker.wake, settings.telegram_admins
    working = WorkingTime(settings.working_hours, settings.holidays, settings.timezone)
    return Services(
        clock=clock,
        settings=settings,
        account_id=account_id,
        access=Access(database, account_id, clock, messenger, chats=out.chats, admins=admins),
        cards=Cards(database, account_id, clock, out.chats, wake),
        chats=out.chats,
        audit=Audit(database, account_id, clock, settings.sight, wake),
        audit_trail=AuditTrail(database, account_id, clock),
        claims=Claims(database, account_id, clock, wake, settings.sight),
        contacts=Contacts(database, account_id, clock),
        buyer_reports=BuyerReports(database, account_id, clock),
        erasure=Erasure(
            database,
            account_id,
            clock,
            retention=settings.retention,
            timezone=settings.timezone,
            on_queued=wake,
            troubles=shared.troubles,
        ),
        do_not_call=DoNotCall(database, account_id, clock, wake),
        delivery=out.worker,
        escalation=Escalation(
            database,
            account_id,
            clock,
            steps=settings.escalate_after,
            working=working,
            admins=admins,
            on_queued=wake,
        ),
        lookup=Lookup(database, account_id, clock, settings.timezone, settings.sight),
        notes=Notes(database, account_id, clock, wake),
        poller=found.poller,
        reminders=Reminders(database, account_id, clock, wake),
        report=StatusReporter(
            database,
            account_id,
            clock,
            shared.troubles,
            polls=found.poller,
            opens_in=out.opens_in,
            api=None if found.poller is None else settings.indiamart_api,
            has_push=settings.push_token is not None,
        ),
        sender=out.sender,
        stats=Stats(database, account_id, clock, settings.timezone),
        templates=Templates(database, account_id, clock),
        troubles=shared.troubles,
        work=WorkLists(database, account_id, clock),
        working=working,
    )
