"""Routes: a search and where the leads go that it finds. Pure words; who decides by them is `delivery.routing`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.ids import ChatId, LeadId, UserId

MOST_ROUTES: Final = 50
MOST_PEOPLE: Final = 20
"""Of one route."""
GENERAL: Final = 1
"""The thread id of a forum group's General, in which messages are sent without one."""


class DestinationKind(StrEnum):
    """These words stand in the database."""

    PLACE = "place"
    """A topic, or another chat."""
    PEOPLE = "people"
    """One, or several in turn."""
    MUTE = "mute"
    """Stored and listed only."""


class RouteReason(StrEnum):
    """Why a lead that a route took went where it did. These words stand in the database."""

    PLACE = "place"
    MUTE = "mute"
    TURN = "turn"
    """It was their turn."""
    KNOWN = "known"
    """They had the buyer before."""
    NOBODY = "nobody"
    """Nobody of them was there: to all."""
    OLD = "old"
    """From a gap, a backfill or a file: nobody is given those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    kind: DestinationKind
    chat_id: ChatId | None = None
    """Of a place; None is the account's chat."""
    thread_id: int | None = None
    title: str = ""
    """Of a place, as people call it."""
    user_ids: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    route_id: int
    query: str
    destination: Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedLead:
    """What was decided about a lead."""

    lead_id: LeadId
    route_id: int
    reason: RouteReason
    chat_id: ChatId | None = None
    thread_id: int | None = None
    given_to: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How somebody stands whose turn it may be."""

    user_id: UserId
    open_leads: int = 0
    last_given: int = 0
    """The number of the lead they were given last: a higher one came later. 0: none yet."""


def next_in_turn(there: Iterable[Hand]) -> Hand | None:
    """Whoever has the fewest open leads; of those who has been without the longest; then in the given order."""
    return min(there, key=lambda one: (one.open_leads, one.last_given), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What somebody said about when they are there."""

    user_id: UserId
    hours: str | None = None
    away_since: datetime | None = None
    away_until: datetime | None = None
    """None: until they are back."""

    def is_away(self, now: datetime) -> bool:
        return self.away_since is not None and (self.away_until is None or now < self.away_until)
