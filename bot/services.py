"""What a service is made of: what a process has once, what an account has, and what the chat's handlers are handed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.priority import Priority

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from bot.clock import Clock, TrustedClock
    from bot.config import Settings
    from bot.config.values import Secret
    from bot.delivery.alarm import Speaker
    from bot.delivery.chats import Chats
    from bot.delivery.composer import Composer
    from bot.delivery.dispatcher import OutboxDispatcher
    from bot.delivery.pacing import BotPace, Pacer
    from bot.delivery.parking import Parking
    from bot.delivery.sender import Sender
    from bot.delivery.worker import OutboxWorker
    from bot.domain.ids import AccountId
    from bot.domain.working_time import WorkingTime
    from bot.health.faults import Faults
    from bot.health.holding import Hold, Holding
    from bot.health.instances import Instances
    from bot.health.metrics import Attempts, Metrics
    from bot.health.pruning import Pruning
    from bot.health.readiness import AccountAtWork
    from bot.health.status import StatusReporter
    from bot.health.troubles import Troubles
    from bot.health.watchdog import Watchdog
    from bot.indiamart.http_session import Session
    from bot.intake.call_budget import CallBudget
    from bot.intake.ingest import Ingest
    from bot.intake.key_check import KeyCheck, KeyCheckResult
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
    from bot.store.database import Database
    from bot.team.access import Access
    from bot.team.attendance import Attendances
    from bot.team.audit import Audit
    from bot.team.cards import Cards
    from bot.team.charts import Charts
    from bot.team.claims import Claims
    from bot.team.digests import Digests
    from bot.team.do_not_call import DoNotCall
    from bot.team.erasure import Erasure
    from bot.team.escalation import Escalation
    from bot.team.given_leads import GivenLeads
    from bot.team.greetings import Templates
    from bot.team.notes import Notes
    from bot.team.own_settings import OwnSettings
    from bot.team.reminders import Reminders
    from bot.team.routes import Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a process has once, however many accounts it serves."""

    version: str
    database: Database
    machine_clock: Clock
    """The pace of calls goes by it, as in every run before its first call."""
    clock: TrustedClock
    metrics: Metrics
    instances: Instances | Holding
    watchdog: Watchdog
    pruning: Pruning
    polls: PollSchedule
    outbox: OutboxDispatcher
    refusals: Refusals
    sealed: asyncio.Event
    """Set when there is something to erase."""
    paces: dict[Secret, BotPace]
    """Of each bot, by its token."""
    session: Session | None = None
    """The way out to IndiaMART, of all accounts; None where a test plays it."""
    holding: Holding | None = None
    """Which bots this process has; None where one process has all: on SQLite."""

    @property
    def troubles(self) -> Troubles:
        return self.metrics.troubles


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulling:
    """Leads are fetched from IndiaMART."""

    budget: CallBudget
    poller: LeadPoller
    key_check: KeyCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """How an account's leads come in: enough for polling without a chat, as `check` and `backfill` do."""

    shared: Shared
    database: Database
    """Every service of the account writes through it."""
    settings: Settings
    account_id: AccountId
    faults: Faults
    ingest: Ingest
    pulling: Pulling | None
    """None where no key is set: leads then come by push only."""
    is_paused: bool = False
    """Nothing is fetched and nothing posted for it."""
    hold: Hold | None = None
    """Of its bot, where several processes share them."""

    @property
    def poller(self) -> LeadPoller | None:
        return None if self.pulling is None else self.pulling.poller


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """How what is to be said reaches an account's people."""

    chats: Chats
    pacer: Pacer
    sender: Sender
    attempts: Attempts
    composer: Composer
    parking: Parking
    worker: OutboxWorker

    def opens_in(self) -> float:
        """Seconds until a card may go out."""
        return self.pacer.opens_in(self.chats.place.chat_id, Priority.CARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a handler may ask for. Built in `bot.app`, anew when the account's settings change."""

    clock: Clock
    settings: Settings
    account_id: AccountId
    is_paused: bool
    access: Access
    attendances: Attendances
    audit: Audit
    audit_trail: AuditTrail
    cards: Cards
    charts: Charts
    chats: Chats
    claims: Claims
    buyer_reports: BuyerReports
    erasure: Erasure
    digest_reports: DigestReports
    digests: Digests
    do_not_call: DoNotCall
    delivery: OutboxWorker
    escalation: Escalation
    given_leads: GivenLeads
    lookup: Lookup
    notes: Notes
    own_settings: OwnSettings
    poller: LeadPoller | None
    """None where leads only come by push."""
    reminders: Reminders
    report: StatusReporter
    routes: Routes
    sender: Sender
    stats: Stats
    templates: Templates
    troubles: Troubles
    try_key: Callable[[Settings], Awaitable[KeyCheckResult | None]]
    """Whether IndiaMART takes the key of these; None where they have none."""
    note_untried: Callable[[], Awaitable[None]]
    """A key that was set could not be tried."""
    work: WorkLists
    working: WorkingTime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountParts:
    """Everything that serves one account."""

    intake: Intake
    outbound: Outbound
    services: Services
    inbox: PushInbox | None
    """None where push is off."""
    at_work: AccountAtWork
    speaker: Speaker

    @property
    def is_paused(self) -> bool:
        return self.intake.is_paused

    @property
    def account_id(self) -> AccountId:
        return self.intake.account_id

    @property
    def shared(self) -> Shared:
        return self.intake.shared
