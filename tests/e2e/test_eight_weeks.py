"""The demo's weeks of trade, counted once more by hand from what `leadbell export` writes."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import from_epoch
from bot.commands import exporting
from bot.config import Settings
from bot.domain.digest_times import DigestKind
from bot.domain.ids import UserId
from bot.domain.report_span import ReportSpan
from bot.domain.working_time import WorkingTime
from bot.lifecycle import service
from bot.lookup import charts
from bot.lookup.digest import DigestReports
from bot.lookup.stats import Stats, StatsQuery
from bot.sandbox.demo import demo_world
from bot.sandbox.eight_weeks import HurriedClock
from bot.store.figures import Figure
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.lookup.charts import ChartFacts
    from bot.lookup.digest import DigestReport

pytestmark = pytest.mark.english  # figures, and no words

INDIA, NEW_YORK = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")
DAYS = 8
SUNDAY = 6
CALLED = {"contacted", "quoted", "won", "lost"}


@dataclass
class Trade:
    """What is exported, when each card was posted, and how the service counts it in each zone."""

    rows: list[dict[str, Any]]
    posted: dict[int, datetime]
    holiday: date
    now: datetime
    facts: dict[ZoneInfo, ChartFacts]
    digests: dict[ZoneInfo, list[DigestReport]]

    def span(self, zone: ZoneInfo) -> list[dict[str, Any]]:
        """Days of that zone."""
        first = self.now.astimezone(zone).date() - timedelta(days=DAYS)
        return [row for row in self.rows if self.local(row, zone).date() >= first]

    def local(self, row: dict[str, Any], zone: ZoneInfo) -> datetime:
        return datetime.fromisoformat(row["enquired_at"]).astimezone(zone)

    def worked(self, start: datetime, end: datetime) -> float:
        """Seconds, day by day: half past nine to seven, neither on Sundays nor on the holiday."""
        seconds, day = 0.0, start.astimezone(INDIA).date()
        while day <= end.astimezone(INDIA).date():
            if day.weekday() != SUNDAY and day != self.holiday:
                opens, closes = (datetime.combine(day, at, INDIA) for at in (time(9, 30), time(19)))
                seconds += max((min(end, closes) - max(start, opens)).total_seconds(), 0)
            day += timedelta(days=1)
        return seconds


@pytest.fixture
async def trade(tmp_path: Path) -> Trade:
    """Over the end of a month, a holiday, a Sunday and its nights."""
    clock = HurriedClock()
    today = clock.now().astimezone(INDIA).date()
    begins = next(day for n in range(3, 40) if (day := today + timedelta(days=n)).day == 27)
    clock.ahead = (datetime.combine(begins, time(9), INDIA) - clock.now()).total_seconds()
    holiday = begins + timedelta(days=2 if (begins + timedelta(days=1)).weekday() == SUNDAY else 1)
    async with demo_world(clock, port=0) as demo:
        settings = Settings.from_values(demo.settings | {"HOLIDAYS": holiday.isoformat()})
        async with service(settings, clock) as registry:
            parts = registry.main
            demo.weeks.join(lambda: registry.main)
            demo.weeks.days = DAYS
            await demo.weeks.play()
            now = clock.now()
            facts, digests = {}, {}
            for zone in (INDIA, NEW_YORK):
                counted = Stats(parts.shared.database, parts.services.account_id, clock, zone)
                query = StatsQuery(span=ReportSpan.of(timedelta(days=DAYS + 1), now, zone))
                working = WorkingTime(settings.working_hours, settings.holidays, zone)
                drawn, report = await charts.facts(counted, query, working, zone), await counted.report(query)
                assert (drawn.report.people, drawn.report.kinds) == (report.people, report.kinds)
                facts[zone] = replace(drawn, report=report)
                own = DigestReports(
                    parts.shared.database, parts.services.account_id, clock, working, zone, times=settings.digest
                )
                digests[zone] = [
                    await own.report(kind, slot_at=now - timedelta(days=days))
                    for kind, days in itertools.product(DigestKind, range(4))
                ]
            async with parts.shared.database.reading() as connection:
                cards = await connection.fetch_all("""
                    SELECT number, cards.posted_at FROM cards JOIN leads ON leads.lead_id = cards.lead_id
                """)
        await exporting.export_file(settings, tmp_path / "all.jsonl", since=None, until=None, force=False, clock=clock)
    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    return Trade(rows, {row["number"]: from_epoch(row["posted_at"]) for row in cards}, holiday, now, facts, digests)


async def test_they_go_on_after_a_setting_was_changed() -> None:
    """The account is served anew then, by other parts."""
    clock = HurriedClock()
    today = clock.now().astimezone(INDIA)
    monday = (today + timedelta(days=7 - today.weekday())).replace(hour=9, minute=0)
    clock.ahead = (monday - clock.now()).total_seconds()
    async with demo_world(clock, port=0) as demo, service(Settings.from_values(demo.settings), clock) as registry:
        before = registry.main
        demo.weeks.join(lambda: registry.main)
        [admin] = before.intake.settings.telegram_admins
        await before.services.own_settings.put("HOLIDAYS", "2020-12-25", UserId(admin))
        await until(lambda: registry.main is not before)
        assert demo.weeks.service is registry.main
        demo.weeks.days = 1
        known = {record.query_id for record in demo.simulator.seller.records}
        await demo.weeks.play()
        came = {record.query_id for record in demo.simulator.seller.records} - known
        async with before.shared.database.reading() as connection:
            rows = await connection.fetch_all("SELECT query_id, stored_at - enquired_at AS late FROM leads")
        assert came
        late = {row["query_id"]: row["late"] for row in rows}
        assert max(late[query_id] for query_id in came) < 11 * 60  # each is fetched when it comes


async def test_stats_and_charts_are_what_the_export_says(trade: Trade) -> None:
    for zone in (INDIA, NEW_YORK):
        rows, facts = trade.span(zone), trade.facts[zone]
        assert len(rows) >= 20
        assert len({trade.local(row, zone).month for row in rows}) == 2
        _check_charts(trade, rows, facts, zone)
        for report in trade.digests[zone]:
            _check_digest(trade, report)
        _check_results(rows, facts)
    _check_people(trade)


def _check_digest(trade: Trade, report: DigestReport) -> None:
    def within(row: dict[str, Any], column: str) -> bool:
        return bool(row.get(column)) and report.since <= datetime.fromisoformat(row[column]) < report.until

    came = [row for row in trade.rows if within(row, "enquired_at")]
    assert report.numbers[Figure.CAME].n == len(came)
    assert {kind: number.n for kind, number in report.kinds} == Counter(row["kind"] for row in came)
    assert report.numbers[Figure.OPEN].n == sum(row["status"] == "new" for row in trade.rows)
    assert report.numbers[Figure.TO_CALL].n == sum(row["status"] == "claimed" for row in trade.rows)
    if Figure.CLAIMED in report.numbers:
        assert report.numbers[Figure.CLAIMED].n == sum(within(row, "claimed_at") for row in trade.rows)


def _check_charts(trade: Trade, rows: list[dict[str, Any]], facts: ChartFacts, zone: ZoneInfo) -> None:
    by_day = Counter((trade.local(row, zone).date(), row["kind"]) for row in rows)
    assert {(day, kind): n for day, found in facts.by_day.items() for kind, n in found.items()} == by_day
    by_hour = Counter((trade.local(row, zone).weekday(), trade.local(row, zone).hour) for row in rows)
    drawn = {(day, hour): n for day, hours in enumerate(facts.by_hour) for hour, n in enumerate(hours) if n}
    assert drawn == by_hour
    waiting = [(trade.now - trade.local(row, zone)).total_seconds() for row in trade.rows if row["status"] == "new"]
    limits = [0, 3600, 86400, 3 * 86400, 7 * 86400, 10**9]
    assert facts.unclaimed == tuple(
        sum(low <= age < high for age in waiting) for low, high in itertools.pairwise(limits)
    )


def _check_results(rows: list[dict[str, Any]], facts: ChartFacts) -> None:
    report = facts.report
    assert dict(report.counts.by_kind) == Counter(row["kind"] for row in rows)
    assert {status.value: n for status, n in report.counts.by_status} == Counter(row["status"] for row in rows)
    assert report.result.value == sum(row.get("won_value") or 0 for row in rows)
    assert dict(report.lost) == Counter(row["lost_reason"] for row in rows if row["status"] == "lost")
    for kind, result in report.kinds:
        own = [row["status"] for row in rows if row["kind"] == kind]
        assert (result.leads, result.claimed) == (len(own), sum(status != "new" for status in own))
        assert (result.contacted, result.won) == (sum(status in CALLED for status in own), own.count("won"))
    named = Counter(row["product"] for row in rows if row.get("product"))
    assert [one.leads for one in report.products] == [n for _name, n in named.most_common(5)]
    assert all(named[one.name] == one.leads for one in report.products)


def _check_people(trade: Trade) -> None:
    rows = trade.span(INDIA)
    for one in trade.facts[INDIA].report.people:
        own = [row for row in rows if row.get("owner") == one.name]
        assert (one.claimed, one.result.won) == (len(own), sum(row["status"] == "won" for row in own))
        took = [
            trade.worked(trade.posted[row["lead"]], datetime.fromisoformat(row["claimed_at"]))
            for row in own
        ]  # fmt: skip
        if not took:
            continue
        assert one.claim is not None
        assert one.claim.number == len(took)
        assert one.claim.median.total_seconds() == pytest.approx(median(took), abs=1)
        assert one.claim.quick == sum(seconds < 300 for seconds in took)
