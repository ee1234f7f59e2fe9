"""Reads what somebody wrote behind /stats: a span, a person, a kind, in any order: `ravi month`, `BuyLeads 30 days`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain import durations
from bot.domain.lead import Kind
from bot.domain.report_span import A_WEEK, ReportSpan, SpanName
from bot.lookup.query import KIND_WORDS, nearest
from bot.lookup.stats import StatsQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.ids import UserId
    from bot.domain.person import Person

LONGEST_WORDS: Final = 12
_SPANS: Final[dict[str, Callable[[datetime, ZoneInfo], ReportSpan]]] = {
    SpanName.TODAY: ReportSpan.today,
    SpanName.YESTERDAY: ReportSpan.yesterday,
    SpanName.MONTH: ReportSpan.month,
    "week": lambda now, zone: ReportSpan.of(A_WEEK, now, zone),
}
_FILTERS: Final = ("kind:", "by:")
NAMES: Final = (SpanName.TODAY, SpanName.YESTERDAY, "7d", SpanName.MONTH)


@dataclass(frozen=True, slots=True)
class BadWord:
    typed: str
    near: str = ""
    """What was probably meant."""
    has_no_unit: bool = False


def read(text: str, now: datetime, zone: ZoneInfo, team: Sequence[Person]) -> tuple[StatsQuery, list[BadWord]]:
    """Words that are not understood, or say a second time what was said, are named."""
    span: ReportSpan | None = None
    kind, user_id = "", None
    bad: list[BadWord] = []
    for words, meant in _understood(text.split()[:LONGEST_WORDS], now, zone, team):
        if isinstance(meant, ReportSpan) and span is None:
            span = meant
        elif isinstance(meant, str) and not kind:
            kind = meant
        elif isinstance(meant, int) and user_id is None:
            user_id = meant
        else:
            bad.append(_bad(words, team))
    return StatsQuery(span=span or ReportSpan.of(A_WEEK, now, zone), kind=kind, user_id=user_id), bad


def _understood(
    words: list[str], now: datetime, zone: ZoneInfo, team: Sequence[Person]
) -> Iterator[tuple[str, ReportSpan | UserId | str | None]]:
    """As many words as mean something together, from the left."""
    at = 0
    while at < len(words):
        for end in range(len(words), at, -1):
            said = " ".join(words[at:end])
            meant = _meaning(said, now, zone, team)
            if meant is not None:
                break
        else:
            end, said, meant = at + 1, words[at], None
        yield said, meant
        at = end


def _meaning(said: str, now: datetime, zone: ZoneInfo, team: Sequence[Person]) -> ReportSpan | UserId | str | None:
    lowered = said.casefold()
    if lowered in _SPANS:
        return _SPANS[lowered](now, zone)
    length = durations.read_positive(said)
    if isinstance(length, timedelta):
        return ReportSpan.of(length, now, zone)
    return _kind(lowered) or _person(lowered.removeprefix("by:"), team)


def _kind(lowered: str) -> str | None:
    """`kind:B`, `BuyLeads`, `calls`."""
    named = lowered.removeprefix("kind:")
    if lowered != named and named.upper() in Kind.KNOWN:
        return named.upper()
    return KIND_WORDS.get(named) or KIND_WORDS.get(named.removesuffix("s")) or _KINDS.get(named)


_KINDS: Final = {"enquiries": Kind.ENQUIRY, "inquiry": Kind.ENQUIRY, "inquiries": Kind.ENQUIRY}


def _person(lowered: str, team: Sequence[Person]) -> UserId | None:
    """By the whole name, @username, or a first name that only one has."""
    for names in (_whole, _first):
        found = [one.user_id for one in team if lowered in names(one)]
        if found:
            return found[0] if len(found) == 1 or names is _whole else None
    return None


def _whole(one: Person) -> tuple[str, ...]:
    return (one.name.casefold(), f"@{one.username}".casefold()) if one.username else (one.name.casefold(),)


def _first(one: Person) -> tuple[str, ...]:
    return tuple(one.name.casefold().split()[:1])


def _bad(said: str, team: Sequence[Person]) -> BadWord:
    if said.isdecimal():
        return BadWord(said, has_no_unit=True)
    known = [*NAMES, "week", *KIND_WORDS, *(one.name for one in team), *(name for one in team for name in _first(one))]
    typed = said
    for one in _FILTERS:
        typed = typed.removeprefix(one)
    return BadWord(said, nearest(typed, known))
