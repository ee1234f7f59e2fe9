"""What buttons under lists and figures carry: which page, list or chart comes next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.chart import ChartKind


@dataclass(frozen=True, slots=True)
class TurnPage:
    """Turn a remembered view to the page older, or newer, than the key."""

    view_id: int
    older: bool
    key: int


@dataclass(frozen=True, slots=True)
class OpenList:
    """List the leads behind a number: a remembered view, from its newest page on."""

    view_id: int


@dataclass(frozen=True, slots=True)
class TurnCallout:
    """Turn a callout to this page; the first is 0."""

    callout_id: int
    page: int


@dataclass(frozen=True, slots=True)
class TurnOpenList:
    """Turn the list of unclaimed leads to the page that begins with this key."""

    account_id: int
    key: int


@dataclass(frozen=True, slots=True)
class TurnMyList:
    """Turn a person's list to the page that begins with this key."""

    account_id: int
    user_id: int
    key: int


@dataclass(frozen=True, slots=True)
class CancelReminder:
    """Take a reminder back; the list it stands in begins with this key."""

    reminder_id: int
    key: int


class StatsPage(Enum):
    SUMMARY = auto()
    PEOPLE = auto()
    RESULTS = auto()
    TRADE = auto()


@dataclass(frozen=True, slots=True)
class ShowStats:
    """Turn the answer to /stats to this page."""

    view_id: int
    page: StatsPage


@dataclass(frozen=True, slots=True)
class SendChart:
    """Send a chart of what the answer to /stats is about."""

    view_id: int
    chart: ChartKind
