"""Use cases, one file each. No Telegram, SQL or HTTP here: the store keeps, the messenger speaks, a source fetches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.config import Settings
    from bot.delivery.sender import Sender
    from bot.health.troubles import Troubles
    from bot.models import AccountId
    from bot.services.access import Access
    from bot.services.cards import Cards
    from bot.services.chats import Chats
    from bot.services.claims import Claims
    from bot.services.contacts import Contacts
    from bot.services.delivery import Delivery
    from bot.services.escalation import Escalation
    from bot.services.hours import WorkingTime
    from bot.services.lookup import Lookup
    from bot.services.notes import Notes
    from bot.services.poller import Poller
    from bot.services.reminders import Reminders
    from bot.services.report import Report
    from bot.services.stats import Stats
    from bot.services.templates import Templates
    from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a handler may ask for. Built once, in `bot.app`."""

    clock: Clock
    settings: Settings
    account_id: AccountId
    access: Access
    cards: Cards
    chats: Chats
    claims: Claims
    contacts: Contacts
    delivery: Delivery
    escalation: Escalation
    lookup: Lookup
    notes: Notes
    poller: Poller | None
    """None where leads only come by push."""
    reminders: Reminders
    report: Report
    sender: Sender
    stats: Stats
    templates: Templates
    troubles: Troubles
    work: Work
    working: WorkingTime
