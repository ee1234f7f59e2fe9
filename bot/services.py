"""What the handlers of the chat are handed: every use case, in one frozen dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.config import Settings
    from bot.delivery.chats import Chats
    from bot.delivery.sender import Sender
    from bot.delivery.worker import OutboxWorker
    from bot.domain.ids import AccountId
    from bot.domain.working_time import WorkingTime
    from bot.health.status import StatusReporter
    from bot.health.troubles import Troubles
    from bot.intake.poller import LeadPoller
    from bot.lookup.lists import Lookup
    from bot.lookup.stats import Stats
    from bot.lookup.worklists import WorkLists
    from bot.team.access import Access
    from bot.team.audit import Audit
    from bot.team.cards import Cards
    from bot.team.claims import Claims
    from bot.team.contacts import Contacts
    from bot.team.escalation import Escalation
    from bot.team.greetings import Templates
    from bot.team.notes import Notes
    from bot.team.reminders import Reminders


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a handler may ask for. Built once, in `bot.assembly`."""

    clock: Clock
    settings: Settings
    account_id: AccountId
    access: Access
    audit: Audit
    cards: Cards
    chats: Chats
    claims: Claims
    contacts: Contacts
    delivery: OutboxWorker
    escalation: Escalation
    lookup: Lookup
    notes: Notes
    poller: LeadPoller | None
    """None where leads only come by push."""
    reminders: Reminders
    report: StatusReporter
    sender: Sender
    stats: Stats
    templates: Templates
    troubles: Troubles
    work: WorkLists
    working: WorkingTime
