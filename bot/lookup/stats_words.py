"""Reads what somebody wrote behind /stats: a span, a person, a kind, in any order: `ravi month`, `BuyLeads 30 days`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain import durations
from bot.domain.lead import Kind
from bot.domain.report_span import A_WEEK, ReportSpan, SpanName
from bot.domain.words.all import KINDS, SPANS, filter_in, meant
from bot.lookup.query import KIND_WORDS, Filter, nearest
from bot.lookup.stats import StatsQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.ids import UserId
    from bot.domain.person import Person

LONGEST_WORDS: Final = 12
MOST_NAMESAKES: Final = 3
WEEK: Final = "week"
_SPANS: Final[dict[str, Callable[[datetime, ZoneInfo], ReportSpan]]] = {
    SpanName.TODAY: ReportSpan.today,
    SpanName.YESTERDAY: ReportSpan.yesterday,
    SpanName.MONTH: ReportSpan.month,
    WEEK: lambda now, zone: ReportSpan.of(A_WEEK, now, zone),
}
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
    for words, said in _understood(text.split()[:LONGEST_WORDS], now, zone, team):
        if isinstance(said, ReportSpan) and span is None:
            span = said
        elif isinstance(said, str) and not kind:
            kind = said
        elif isinstance(said, int) and user_id is None:
            user_id = said
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
            together = " ".join(words[at:end])
            said = _meaning(together, now, zone, team)
            if said is not None:
                break
        else:
            end, together, said = at + 1, words[at], None
        yield together, said
        at = end


def _meaning(said: str, now: datetime, zone: ZoneInfo, team: Sequence[Person]) -> ReportSpan | UserId | str | None:
    lowered = said.casefold()
    if (span := meant(SPANS, said)) is not None:
        return _SPANS[span](now, zone)
    length = durations.read_positive(said)
    if isinstance(length, timedelta):
        return ReportSpan.of(length, now, zone)
    name, value = filter_in(lowered)
    return _kind(name, value) or (None if name == Filter.KIND else _person(value, team))


def _kind(name: str | None, value: str) -> str | None:
    """`kind:B`, `BuyLeads`, `calls`."""
    if name == Filter.KIND and value.upper() in Kind.KNOWN:
        return value.upper()
    return meant(KINDS, value)


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
    if namesakes := [one.name for one in team if said.casefold() in _first(one)]:
        return BadWord(said, ", ".join(namesakes[:MOST_NAMESAKES]))
    known = [*NAMES, WEEK, *KIND_WORDS, *(one.name for one in team), *(name for one in team for name in _first(one))]
    return BadWord(said, nearest(filter_in(said)[1], known))
