"""A call to the simulator: what was asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.lead import Window
    from bot.sandbox.simulator.faults import Canned, SimulatorFault
    from bot.sandbox.simulator.seller import Seller


class ApiVersion(StrEnum):
    V1 = "v1"
    V2 = "v2"


class Result(StrEnum):
    """What a call came to, the same for both versions."""

    LEADS = "leads"
    NOTHING = "nothing"
    TOO_SOON = "too_soon"
    BLOCKED = "blocked"
    WRONG_KEY = "wrong_key"
    INVALID_KEY = "invalid_key"
    WRONG_OR_EXPIRED = "wrong_or_expired"
    EXPIRED = "expired"
    NOT_READY = "not_ready"
    BAD_DATES = "bad_dates"
    OVER_7_DAYS = "over_7_days"
    OVER_365_DAYS = "over_365_days"
    THEIR_FAULT = "their_fault"
    NO_SUCH_PAGE = "no_such_page"
    """A path IndiaMART does not serve, or a method other than GET."""
    FAULT = "fault"
    """A fault that was switched on took the place of the answer; `PullCall.fault` says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A request, read. A window that cannot be served is None, with the reason in `refusal`."""

    version: ApiVersion
    key: str = field(repr=False)
    mobile: str | None = None
    window: Window | None = None
    is_by_day: bool = False
    """Whether the times were dates."""
    refusal: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullCall:
    """One call received."""

    at: datetime
    """Aware UTC, by the simulator's clock."""
    monotonic: float
    result: Result
    ask: PullRequest | None = None
    """None where the path was not IndiaMART's."""
    seller: Seller | None = None
    """None where the credentials fit nobody."""
    rows: int = 0
    fault: SimulatorFault | Canned | None = None

    @property
    def window(self) -> Window | None:
        """What was asked for, aware UTC."""
        return None if self.ask is None else self.ask.window


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a seller's account says to a call."""

    result: Result
    body: bytes
    rows: int = 0
