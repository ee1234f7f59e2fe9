"""When a digest is due, for whom, and which one. Typed times are read by `config.hours`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

NOON: Final = time(12)
_DAY: Final = timedelta(days=1)


class DigestKind(StrEnum):
    MORNING = "morning"
    EVENING = "evening"
    WEEKLY = "weekly"

    @classmethod
    def at(cls, clock: time) -> DigestKind:
        """Of a day's two."""
        return cls.MORNING if clock < NOON else cls.EVENING


class DigestAudience(StrEnum):
    GROUP = "group"
    ADMINS = "admins"
    """In their private chats."""


@dataclass(frozen=True, slots=True)
class DigestTime:
    """A time of day; with a weekday (Monday is 0) it is the week's digest."""

    clock: time
    weekday: int | None = None
    audiences: tuple[DigestAudience, ...] = tuple(DigestAudience)

    @property
    def kind(self) -> DigestKind:
        return DigestKind.at(self.clock) if self.weekday is None else DigestKind.WEEKLY


@dataclass(frozen=True, slots=True)
class DigestSlot:
    """One digest for one audience. It is known by what the clock on the wall shows: an hour that comes twice, or a
    zone that is set anew, gives no second one.
    """

    audience: DigestAudience
    kind: DigestKind
    wall: str
    """The local date and time, ISO."""
    at: datetime


def slots(times: Iterable[DigestTime], since: datetime, until: datetime, zone: ZoneInfo) -> list[DigestSlot]:
    """Those after `since`, up to `until`; the earliest first."""
    found = (slot for one in times for slot in _of(one, since, until, zone) if since < slot.at <= until)
    return sorted(found, key=lambda slot: (slot.at, slot.audience, slot.kind))


def _of(one: DigestTime, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[DigestSlot]:
    day, last = since.astimezone(zone).date() - _DAY, until.astimezone(zone).date()
    while day <= last:
        if one.weekday in {None, day.weekday()}:
            wall = datetime.combine(day, one.clock)
            at = wall.replace(tzinfo=zone).astimezone(UTC)
            for audience in one.audiences:
                yield DigestSlot(audience, one.kind, wall.isoformat(timespec="minutes"), at)
        day += _DAY
