"""What can go wrong, and what is to go wrong next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.sandbox.simulator.pull_request import Result


class SimulatorFault(StrEnum):
    """One thing that takes the place of an answer."""

    WRONG_KEY = "wrong_key"
    INVALID_KEY = "invalid_key"
    """`Invalid Key`, and no more (second hand)."""
    WRONG_OR_EXPIRED_KEY = "wrong_or_expired_key"
    """One text for both (second hand)."""
    EXPIRED_KEY = "expired_key"
    KEY_REGENERATED = "key_regenerated"
    """As a wrong key: IndiaMART does not tell the difference."""
    BLOCKED = "blocked"
    TOO_SOON = "too_soon"
    NOT_READY = "not_ready"
    REFUSED = "refused"
    """The 400 about dates."""
    SERVER_ERROR = "server_error"
    """CODE 500, over HTTP 200."""
    HTTP_502 = "http_502"
    HTTP_403 = "http_403"
    HTTP_429 = "http_429"
    """The gateway's refusal, with the too-soon body."""
    TRUNCATED = "truncated"
    """A whole HTTP answer whose JSON stops half-way."""
    CUT_OFF = "cut_off"
    """Fewer bytes than announced, then the connection ends."""
    WRONG_TYPE = "wrong_type"
    """JSON, but neither an array nor an object."""
    EMPTY_BODY = "empty_body"
    HTML_PAGE = "html_page"
    """HTML with HTTP 200."""
    HUGE = "huge"
    """50 MB of rows, streamed."""
    HANG = "hang"
    """Connected, and no answer until `release()`, the client's end or the simulator's."""
    HANG_HALFWAY = "hang_halfway"
    """The same after half the body."""
    RESET = "reset"


WORDED: Final = {
    SimulatorFault.WRONG_KEY: Result.WRONG_KEY,
    SimulatorFault.KEY_REGENERATED: Result.WRONG_KEY,
    SimulatorFault.INVALID_KEY: Result.INVALID_KEY,
    SimulatorFault.WRONG_OR_EXPIRED_KEY: Result.WRONG_OR_EXPIRED,
    SimulatorFault.EXPIRED_KEY: Result.EXPIRED,
    SimulatorFault.BLOCKED: Result.BLOCKED,
    SimulatorFault.TOO_SOON: Result.TOO_SOON,
    SimulatorFault.NOT_READY: Result.NOT_READY,
    SimulatorFault.REFUSED: Result.BAD_DATES,
    SimulatorFault.SERVER_ERROR: Result.THEIR_FAULT,
}
"""Faults that IndiaMART itself puts into words, over HTTP 200."""


@dataclass(frozen=True, slots=True)
class Canned:
    """Given bytes in place of an answer."""

    body: bytes = field(repr=False)
    status: int = 200
    content_type: str = "application/json"


@dataclass(slots=True)
class SimulatorFaults:
    """A queue for the next calls, then a standing fault, if one is switched on. None in the queue is no fault."""

    standing: SimulatorFault | None = None
    _queue: deque[SimulatorFault | Canned | None] = field(default_factory=deque)

    def switch_on(self, fault: SimulatorFault) -> None:
        self.standing = fault

    def switch_off(self) -> None:
        """No fault from here on; what was queued is forgotten too."""
        self.standing = None
        self._queue.clear()

    def queue(self, *faults: SimulatorFault | Canned | None) -> None:
        """One for each of the next calls."""
        self._queue.extend(faults)

    def can(self, body: bytes, status: int = 200, content_type: str = "application/json", *, times: int = 1) -> None:
        """Answer the next calls with these bytes."""
        self.queue(*[Canned(body, status, content_type)] * times)

    def take(self) -> SimulatorFault | Canned | None:
        """The fault of this call."""
        return self._queue.popleft() if self._queue else self.standing
