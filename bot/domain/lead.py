"""A lead: one row from IndiaMART, understood; and what the team did with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.ids import AccountId, BuyerId, LeadId, LeadNumber, UserId


class Kind:
    """QUERY_TYPE values we know. A kind is a plain `str`, because unknown ones must pass through."""

    ENQUIRY: Final = "W"
    BUYLEAD: Final = "B"
    CALL: Final = "P"
    WHATSAPP: Final = "WA"
    CATALOGUE_VIEW: Final = "BIZ"

    KNOWN: Final = (ENQUIRY, BUYLEAD, CALL, WHATSAPP, CATALOGUE_VIEW)


MISSED_CALL_SECONDS: Final = 10
"""A call this short was hardly answered: call back first (IndiaMART names no figure; this one is ours)."""


class Origin(StrEnum):
    """How a lead came in."""

    PULL = "pull"
    PUSH = "push"
    IMPORT = "import"


class Status(StrEnum):
    NEW = "new"
    CLAIMED = "claimed"
    CONTACTED = "contacted"
    QUOTED = "quoted"
    WON = "won"
    LOST = "lost"
    JUNK = "junk"


REACHED: Final = frozenset({Status.CONTACTED, Status.QUOTED, Status.WON, Status.LOST})
"""Who is told that a lead is one of these hears that its buyer was spoken to."""


class SealCause(StrEnum):
    """Why a lead was sealed."""

    WISH = "wish"
    """Of the buyer."""
    AGE = "age"
    """Nobody had touched it for as long as RETENTION says."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time asked of IndiaMART; aware UTC, whole seconds, `start` before `end`."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: Window) -> bool:
        return self.start < other.end and other.start < self.end

    def joined(self, other: Window) -> Window:
        """Both, and what lies between them."""
        return Window(min(self.start, other.start), max(self.end, other.end))


class Lead(NamedTuple):
    """One row from IndiaMART, understood. Empty values are None; texts are stripped and hold no HTML.

    Phones are E.164 (`+919000000031`) where they could be read, else the text as it was sent.

    A named tuple, because thousands are made at once: a frozen dataclass of so many fields takes several times as long.
    """

    kind: str
    query_id: str | None = None
    enquired_at: datetime | None = None
    name: str | None = None
    company: str | None = None
    mobile: str | None = None
    mobile_alt: str | None = None
    phone: str | None = None
    phone_alt: str | None = None
    email: str | None = None
    email_alt: str | None = None
    address: str | None = None
    city: str | None = None
    state: str | None = None
    pincode: str | None = None
    country: str | None = None
    """ISO 3166 alpha-2, upper case."""
    product: str | None = None
    category: str | None = None
    subject: str | None = None
    message: str | None = None
    """Without the pairs that were read into the fields below."""
    quantity: str | None = None
    order_value_min: int | None = None
    order_value_max: int | None = None
    """Rupees. Equal where one figure was given."""
    requirement: str | None = None
    call_seconds: int | None = None
    receiver_mobile: str | None = None
    """The seller's number that rang, on calls."""
    member_since: str | None = None
    """Since when the buyer has been on IndiaMART, as it was sent (v1)."""
    raw: str = "{}"
    """The row as IndiaMART sent it, JSON text."""

    @property
    def identity(self) -> str:
        """What makes two rows of an account the same lead."""
        if self.query_id:
            return f"{self.kind}:{self.query_id}"
        when = "" if self.enquired_at is None else str(int(self.enquired_at.timestamp()))
        # What the buyer's form added to the message was read out of it, and is a part of what was said.
        figures = " ".join(str(one) for one in (self.quantity, self.order_value_min, self.order_value_max) if one)
        parts = (
            *(self.kind, when, next(iter(self.phones), None), self.email),
            *(self.name, self.company, self.product, self.message, figures),
        )
        digest = hashlib.sha256("\x1f".join(part or "" for part in parts).encode(errors="surrogatepass"))
        return f"{self.kind}#{digest.hexdigest()[:32]}"

    @property
    def phones(self) -> tuple[str, ...]:
        """Every number of the buyer, each once, the mobile first."""
        if self.mobile and not (self.mobile_alt or self.phone or self.phone_alt):  # nearly always
            return (self.mobile,)
        return tuple(dict.fromkeys(filter(None, (self.mobile, self.mobile_alt, self.phone, self.phone_alt))))

    @property
    def is_missed_call(self) -> bool:
        return self.kind == Kind.CALL and self.call_seconds is not None and self.call_seconds < MISSED_CALL_SECONDS


class StoredLead(NamedTuple):
    """A lead in the database: what was read, and what the team did with it. A named tuple for the same reason."""

    lead_id: LeadId
    account_id: AccountId
    number: LeadNumber
    lead: Lead
    origin: Origin
    stored_at: datetime
    buyer_id: BuyerId | None = None
    status: Status = Status.NEW
    owner_id: UserId | None = None
    owner_name: str | None = None
    claimed_at: datetime | None = None
    won_value: int | None = None
    """Rupees."""
    lost_reason: str | None = None
    """One of `LostReason`, or what somebody wrote."""
    is_left_alone: bool = False
    """The buyer asked not to be called."""
    sealed_for: SealCause | None = None
    """Why nothing of the buyer is here any more."""

    @property
    def is_withheld(self) -> bool:
        """Whether nobody is shown the buyer's number any more."""
        return self.is_left_alone or self.sealed_for is not None


class LostReason(StrEnum):
    """Why a lead was lost, as a button says it."""

    PRICE = "price"
    ELSEWHERE = "elsewhere"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    SMALL = "small"
    CURIOUS = "curious"
    UNSUITABLE = "unsuitable"
