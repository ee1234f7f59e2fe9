"""What a lead's message in the group shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.ids import LeadId
    from bot.domain.lead import Status, StoredLead


class Lateness(StrEnum):
    """Why a card says that it is late."""

    TELEGRAM = "telegram"
    """Telegram could not be reached, or refused the chat."""
    BUSY = "busy"
    """Many leads came at once and were paced."""
    STOPPED = "stopped"
    """Leadbell was not running, or its machine slept."""
    INDIAMART = "indiamart"
    """IndiaMART did not answer. This and what follows made the poll run overdue."""
    NO_CONNECTION = "no_connection"
    """IndiaMART could not be reached."""
    KEY_REFUSED = "key_refused"
    KEY_BLOCKED = "key_blocked"
    KEY_SHARED = "key_shared"
    """Another program used the key, so that IndiaMART called our calls too early."""
    NOT_STORED = "not_stored"
    """Our disk was full, or the database did not take it."""
    WITHHELD = "withheld"
    """IndiaMART answered, but gave no leads."""

    @property
    def is_of_poll(self) -> bool:
        """Whether the lead reached us late, and not the group."""
        return self not in {Lateness.TELEGRAM, Lateness.BUSY}


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLead:
    """The buyer's last lead before this one, as the card tells it."""

    lead_id: LeadId
    kind: str
    enquired_at: datetime | None
    product: str | None
    status: Status
    owner_name: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What a member wrote about a lead."""

    who: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that a lead's message in the group shows. The delays are facts fixed at the first posting."""

    stored: StoredLead
    reached_after: timedelta | None = None
    """From the enquiry to our database; None where IndiaMART gave no time."""
    late_by: timedelta | None = None
    late_reason: Lateness | None = None
    nth: int = 1
    """Which lead of this buyer it is, catalogue views not counted."""
    earlier: EarlierLead | None = None
    known_to: str | None = None
    """Who had one of the buyer's earlier leads last, and is still in the team; set while nobody has this one."""
    is_given: bool = False
    """Its owner was given it by a route, and has done nothing with it yet."""
    claimed_after: timedelta | None = None
    """From the enquiry to the present owner's claim."""
    note: Note | None = None
    """The latest."""
    won_value: int | None = None
    """Rupees."""
    lost_reason: str | None = None
    """One of `LostReason`, or what somebody wrote."""
    template: str | None = None
    """The WhatsApp greeting for leads of this kind, if an admin set one."""
    undo_id: int | None = None
    """The last change, as long as it can be undone."""
    is_masked: bool = False
    """Whether the buyer's numbers and addresses are hidden from whoever reads this."""
