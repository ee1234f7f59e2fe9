"""Builds the parts from the settings. What starts and stops them is `bot.app`'s business."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.clock import TrustedClock
from bot.delivery.alarm import Alarm
from bot.delivery.chats import Chats
from bot.delivery.composer import Composer
from bot.delivery.pacing import Pacer, cards_open_in
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
from bot.intake.ingest import Ingest
from bot.intake.key_check import KeyCheck
from bot.intake.poll_result import PollRecorder
from bot.intake.poller import LeadPoller, PollSettings
from bot.intake.push_inbox import PushInbox
from bot.intake.push_results import Refusals
from bot.lookup.lists import Lookup
from bot.lookup.stats import Stats
from bot.lookup.worklists import WorkLists
from bot.services import Services
from bot.store import accounts
from bot.store.database import Database
from bot.team.access import Access
from bot.team.audit import Audit
from bot.team.cards import Cards
from bot.team.claims import Claims
from bot.team.contacts import Contacts
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """How leads come in: enough for polling without a chat, as `check` and `backfill` do."""

    database: Database
    account_id: AccountId
    clock: TrustedClock
    metrics: Metrics
    faults: Faults
    ingest: Ingest
    poller: LeadPoller | None
    """None where no key is set: leads then come by push only."""
    key_try: KeyCheck | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a running service is made of."""

    intake: Intake
    services: Services
    inbox: PushInbox | None
    """None where push is off."""
    refusals: Refusals
    readiness: Readiness
    instances: Instances
    watchdog: Watchdog
    alarm: Alarm
    parking: Parking
    pruning: Pruning
    nightly: NightlyBackup


@asynccontextmanager
async def intake(settings: Settings, clock: Clock) -> AsyncIterator[Intake]:
    """The opened database and the way to IndiaMART."""
    async with Database(settings.database_path) as database, Session(settings.indiamart_way) as session:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection)
        metrics = Metrics(troubles=Troubles(clock))
        trusted = TrustedClock(clock)
        faults = Faults(account_id, trusted, settings.telegram_admins)
        ingest = Ingest(account_id, trusted, faults, metrics)
        found = Intake(
            database=database,
            account_id=account_id,
            clock=trusted,
            metrics=metrics,
            faults=faults,
            ingest=ingest,
            poller=None,
            key_try=None,
        )
        yield found if settings.indiamart_key is None else _with_poller(found, settings, session, clock)


def _with_poller(found: Intake, settings: Settings, session: Session, clock: Clock) -> Intake:
    """The pace goes by the machine's own clock, as in every run before its first call."""
    key, mobile = settings.indiamart_key, settings.indiamart_mobile
    leads = source(
        session,
        api=settings.indiamart_api,
        url=settings.indiamart_url,
        key="" if key is None else key.get_secret_value(),
        mobile=None if mobile is None else mobile.get_secret_value(),
        floor=settings.poll_floor,
    )
    budget = CallBudget(found.database, found.account_id, clock, leads.floor)
    recorder = PollRecorder(
        found.database,
        found.account_id,
        found.clock,
        budget=budget,
        ingest=found.ingest,
        faults=found.faults,
        longest_window=leads.longest_window,
        overlap=settings.overlap,
    )
    recorder.on_told = found.clock.hear
    polls = PollSettings(every=settings.poll_every, overlap=settings.overlap, lookback=settings.lookback)
    poller = LeadPoller(
        found.database,
        found.account_id,
        found.clock,
        leads,
        settings=polls,
        budget=budget,
        recorder=recorder,
        troubles=found.metrics.troubles,
    )
    key_try = KeyCheck(
        found.database,
        found.account_id,
        found.clock,
        leads,
        settings=polls,
        budget=budget,
        recorder=recorder,
        ingest=found.ingest,
    )
    return Intake(
        database=found.database,
        account_id=found.account_id,
        clock=found.clock,
        metrics=found.metrics,
        faults=found.faults,
        ingest=found.ingest,
        poller=poller,
        key_try=key_try,
    )


async def parts(settings: Settings, found: Intake, messenger: Messenger) -> Parts:
    """The services around an intake, speaking through `messenger`."""
    database, account_id, clock = found.database, found.account_id, found.clock
    chats = Chats(
        database, account_id, clock, ChatPlace(ChatId(settings.telegram_chat_id), settings.telegram_thread_id)
    )
    await chats.load()
    rate = settings.telegram_group_rate
    pacer = Pacer(database, account_id, clock, calls=rate.calls, span=rate.seconds)
    await pacer.load()
    attempts = Attempts()
    composer = Composer(
        database,
        account_id,
        clock,
        messenger,
        found.faults,
        found.metrics,
        attempts,
        escalates=bool(settings.escalate_after),
        rule=settings.sight,
    )
    parking = Parking(database, account_id, clock, found.faults)
    troubles = found.metrics.troubles
    sender = Sender(pacer, clock, troubles)
    delivery = OutboxWorker(
        database,
        account_id,
        clock,
        composer,
        chats=chats,
        sender=sender,
        faults=found.faults,
        parking=parking,
    )
    if found.poller is not None:
        found.poller.on_stored = delivery.wake
    has_push = settings.push_token is not None
    report = StatusReporter(
        database,
        account_id,
        clock,
        polls=found.poller,
        opens_in=cards_open_in(pacer, chats),
        api=None if found.poller is None else settings.indiamart_api,
        has_push=has_push,
    )
    report.troubles = troubles
    working = WorkingTime(settings.working_hours, settings.holidays, settings.timezone)
    services = Services(
        clock=clock,
        settings=settings,
        account_id=account_id,
        access=Access(database, account_id, clock, messenger, chats=chats, admins=settings.telegram_admins),
        cards=Cards(database, account_id, clock, chats, delivery.wake),
        chats=chats,
        audit=Audit(database, account_id, clock, settings.sight, delivery.wake),
        claims=Claims(database, account_id, clock, delivery.wake, settings.sight),
        contacts=Contacts(database, account_id, clock),
        delivery=delivery,
        escalation=Escalation(
            database,
            account_id,
            clock,
            steps=settings.escalate_after,
            working=working,
            admins=settings.telegram_admins,
            on_queued=delivery.wake,
        ),
        lookup=Lookup(database, account_id, clock, settings.timezone),
        notes=Notes(database, account_id, clock, delivery.wake),
        poller=found.poller,
        reminders=Reminders(database, account_id, clock, delivery.wake),
        report=report,
        sender=sender,
        stats=Stats(database, account_id, clock, settings.timezone),
        templates=Templates(database, account_id, clock),
        troubles=troubles,
        work=WorkLists(database, account_id, clock),
        working=working,
    )
    inbox = PushInbox(
        database, account_id, clock, ingest=found.ingest, faults=found.faults, on_stored=delivery.wake
    )  # fmt: skip
    instances = Instances(database, clock)
    watchdog = Watchdog(database, troubles, instances.beat)
    readiness = Readiness(
        database,
        account_id,
        clock,
        troubles,
        watchdog=watchdog,
        attempts=attempts,
        opens_in=cards_open_in(pacer, chats),
        poll_every=None if found.poller is None or has_push else settings.poll_every,
    )
    alarm = Alarm(troubles, clock, messenger, sender=sender, chats=chats, admins=settings.telegram_admins)
    return Parts(
        intake=found,
        services=services,
        inbox=inbox if has_push else None,
        refusals=Refusals(database, account_id, clock, found.metrics),
        readiness=readiness,
        instances=instances,
        watchdog=watchdog,
        alarm=alarm,
        parking=parking,
        pruning=Pruning(
            database,
            account_id,
            clock,
            _no_time if found.poller is None else found.poller.told_time,
            not_during={Fault.CLOCK_WRONG},
        ),
        nightly=NightlyBackup(database, account_id, clock, settings, faults=found.faults, troubles=troubles),
    )


def _no_time() -> None:
    """Nobody tells the time where leads only come by push."""
