"""The figures behind the charts."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.clock import from_epoch
from bot.store.stats import QUARTER

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from bot.domain.working_time import WorkingTime
    from bot.lookup.stats import Stats, StatsQuery, StatsReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartFacts:
    report: StatsReport
    by_day: dict[date, Counter[str]] = field(default_factory=dict)
    """Leads by kind, of every day of the span from the first lead on."""
    by_hour: tuple[tuple[int, ...], ...] = ()
    """Leads of each hour of each weekday; Monday is the first."""
    open: tuple[tuple[float, ...], ...] = ()
    """Which share of each hour of each weekday is working time."""
    unclaimed: tuple[int, ...] = ()
    """By age, as `StatsReport.to_call`."""


async def facts(found: Stats, query: StatsQuery, working: WorkingTime, zone: ZoneInfo) -> ChartFacts:
    report = await found.report(query, has_trade=False, is_compared=False)
    quarters, unclaimed = await found.quarters(query)
    # Of years there are a hundred thousand.
    by_day, by_hour = await asyncio.to_thread(_sorted, quarters, zone)
    first = min(by_day, default=None)
    last = (query.span.until - timedelta(seconds=1)).astimezone(zone).date()
    if first is not None:
        for day in range((last - first).days + 1):
            by_day.setdefault(first + timedelta(days=day), Counter())
    return ChartFacts(
        report=report,
        by_day=dict(sorted(by_day.items())),
        by_hour=by_hour,
        open=_open(working),
        unclaimed=unclaimed,
    )


def _sorted(
    quarters: list[tuple[int, str, int]], zone: ZoneInfo
) -> tuple[dict[date, Counter[str]], tuple[tuple[int, ...], ...]]:
    by_day: dict[date, Counter[str]] = {}
    by_hour = [[0] * 24 for _weekday in range(7)]
    for quarter, kind, number in quarters:
        local = from_epoch(quarter * QUARTER).astimezone(zone)
        by_day.setdefault(local.date(), Counter())[kind] += number
        by_hour[local.weekday()][local.hour] += number
    return by_day, tuple(map(tuple, by_hour))


def _open(working: WorkingTime) -> tuple[tuple[float, ...], ...]:
    """As an ordinary week has it."""
    return tuple(tuple(working.share(weekday, hour) for hour in range(24)) for weekday in range(7))
