"""What a call to IndiaMART can come to: one type for v1, v2 and the network between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.domain.lead import Lead, Window


class Outcome(StrEnum):
    """Everything an answer can be. The last two are the doing of the network on the way there."""

    LEADS = "leads"
    NOTHING = "nothing"
    TOO_SOON = "too_soon"
    BLOCKED = "blocked"
    BAD_KEY = "bad_key"
    NOT_READY = "not_ready"
    REFUSED = "refused"
    THEIR_FAULT = "their_fault"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    """The body ended early: JSON cut off, or fewer bytes than announced."""
    TOO_LARGE = "too_large"
    """Over a budget, of bytes, marks or rows: asked for again in a shorter window."""
    HUNG = "hung"
    """Connected, then no whole answer in time."""
    NO_CONNECTION = "no_connection"
    """Could not connect in time: the IP may need white-listing by IndiaMART (2018 document)."""
    UNREACHABLE = "unreachable"
    """Refused, reset, DNS, TLS."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that is no lead: kept raw, reported once."""

    raw: str
    reason: str
    count: int = 1
    """Of how many rows this tells: see `rows.read_all`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. Rows count even when the answer is cut short; coverage moves only if `is_complete`."""

    outcome: Outcome
    leads: Sequence[Lead] = ()
    """In any order."""
    unreadable: tuple[Unreadable, ...] = ()
    unknown_names: tuple[str, ...] = ()
    """Of columns that nobody has described yet: they are kept in the rows, and told to the admins."""
    announced: int | None = None
    """Rows IndiaMART says the window holds; None where it did not say."""
    wait: float | None = None
    """Seconds IndiaMART wants us to wait, read from its own words."""
    ready_from: datetime | None = None
    """Of history that is not ready: from when on leads are there at once, by IndiaMART's own words; aware UTC."""
    message: str = ""
    """IndiaMART's own words, shortened, without the key."""
    is_asked_otherwise: bool = False
    """Refused for the form it was asked in; the next call asks in another."""
    server_time: datetime | None = None
    """The HTTP `Date`, aware UTC: the one outside witness of what time it is."""

    @property
    def is_complete(self) -> bool:
        """Whether everything in the window is in hand."""
        if self.outcome is Outcome.NOTHING:
            return True
        if self.outcome is not Outcome.LEADS:
            return False
        return self.announced is None or self.announced <= self.rows

    @property
    def rows(self) -> int:
        """How many came, readable or not."""
        return len(self.leads) + sum(one.count for one in self.unreadable)


class LeadSource(Protocol):
    """Where leads are pulled from."""

    @property
    def floor(self) -> timedelta:
        """The least time between two calls that IndiaMART allows."""

    @property
    def longest_window(self) -> timedelta:
        """The longest window one call may ask for."""

    async def fetch(self, window: Window) -> Answer:
        """Ask for one window. Never raises for anything a server or a network can do."""

    async def sample(self, now: datetime) -> Answer:
        """One call that shows whether the key works, and leads of late: v1's without times, v2's of the last day."""
