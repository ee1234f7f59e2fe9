"""How the team did: what came and what became of it, how fast it was answered and by whom, and what it brought."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import UserId
from bot.domain.lead import REACHED, Kind, Status
from bot.domain.report_span import A_WEEK, ReportSpan
from bot.lookup import money
from bot.lookup.lists import Counts
from bot.store import people, stats
from bot.store.positions import position
from bot.store.stats import ANYBODY, Step, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.lookup.money import BuyLeads, Money
    from bot.store.database import Connection, Database
    from bot.store.stats import Outcome, Timed, Trade

TOP: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsQuery:
    """What somebody asked of."""

    span: ReportSpan
    kind: str = ""
    user_id: UserId | None = None
    """Only this person's."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took."""

    median: timedelta
    slowest_tenth: timedelta
    """One in ten took this long or longer."""
    number: int
    quick: int = 0
    """How many took less than five minutes."""

    @classmethod
    def of(cls, timed: Timed | None) -> Spread | None:
        if timed is None:
            return None
        return cls(timedelta(seconds=timed.median), timedelta(seconds=timed.slowest), timed.number, timed.quick)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTimes:
    """Whose part took how long, of leads that came in live; None where no lead got so far."""

    indiamart: Spread | None = None
    """Enquiry to stored."""
    leadbell: Spread | None = None
    """Stored to sent."""
    telegram: Spread | None = None
    """Sent to taken."""
    claim: Spread | None = None
    """Card to claim, in working time."""
    contact: Spread | None = None
    """Card to contacted, in working time."""


@dataclass(frozen=True, slots=True)
class Result:
    """How far leads came: each number holds those behind it."""

    leads: int = 0
    claimed: int = 0
    contacted: int = 0
    quoted: int = 0
    won: int = 0
    lost: int = 0
    value: int = 0
    """Rupees that were won."""

    @classmethod
    def of(cls, found: Iterable[Outcome]) -> Result:
        """Junk is no chance to win, and left out."""
        rows = [one for one in found if one.status is not Status.JUNK]

        def number(*statuses: Status) -> int:
            return sum(one.number for one in rows if one.status in statuses)

        return cls(
            leads=number(*Status),
            claimed=number(*(set(Status) - {Status.NEW})),
            contacted=number(*REACHED),
            quoted=number(Status.QUOTED, Status.WON),
            won=number(Status.WON),
            lost=number(Status.LOST),
            value=sum(one.value for one in rows),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStats:
    user_id: UserId
    name: str | None
    claimed: int = 0
    """Leads they claimed themselves."""
    contacted: int = 0
    result: Result = field(default_factory=Result)
    """Of the leads that are theirs now."""
    to_call: int = 0
    """Theirs, claimed and never contacted, of whatever age."""
    claim: Spread | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsReport:
    query: StatsQuery
    person_name: str | None = None
    counts: Counts
    result: Result
    before: Result
    """Of the span before."""
    all_before: int
    """Leads of the span before, junk included."""
    times: ResponseTimes = field(default_factory=ResponseTimes)
    times_before: ResponseTimes = field(default_factory=ResponseTimes)
    people: tuple[PersonStats, ...] = ()
    """Everybody; who claimed most first."""
    kinds: tuple[tuple[str, Result], ...] = ()
    lost: tuple[tuple[str, int], ...] = ()
    """A LostReason, `other`, or nothing where nobody said why."""
    to_call: tuple[int, ...] = ()
    """Claimed and never contacted, by age since the claim: `bot.store.stats.AGES`."""
    products: tuple[Trade, ...] = ()
    cities: tuple[Trade, ...] = ()
    money: Money | None = None
    buyleads: BuyLeads | None = None


class Stats:
    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        timezone: ZoneInfo,
        *,
        fee_per_year: int | None = None,
        buyleads_per_week: int | None = None,
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._timezone = timezone
        self._fee = fee_per_year
        self._buyleads = buyleads_per_week

    async def report(
        self, query: StatsQuery | None = None, *, has_trade: bool = True, is_compared: bool = True
    ) -> StatsReport:
        """Of leads that were enquired in the span; the last seven days where nothing else is asked for.

        Products and cities are read from the leads themselves: whoever does not show them does without.
        """
        now = self._clock.now()
        query = query or StatsQuery(span=ReportSpan.of(A_WEEK, now, self._timezone))
        span = query.span
        here = self._stretch(query, span.since, span.day_ends or span.until)
        earlier = self._stretch(query, span.earlier_since, span.earlier_until)
        async with self._database.reading() as connection:
            outcomes = await stats.outcomes(connection, here)
            times = await stats.times(connection, here)
            before = await stats.outcomes(connection, earlier) if is_compared else []
            times_before = await stats.times(connection, earlier) if is_compared else {}
            to_call = await stats.to_call(connection, here, to_epoch(now))
            team = await self._people(connection, here, outcomes, times, to_call)
            products = await stats.products(connection, here, TOP) if has_trade else []
            cities = await stats.cities(connection, here, TOP) if has_trade else []
            used = await self._used(connection, now)
        result = Result.of(outcomes)
        return StatsReport(
            query=query,
            person_name=next((one.name for one in team if one.user_id == query.user_id), None),
            counts=Counts.of((one.kind, one.status, one.number) for one in outcomes),
            result=result,
            before=Result.of(before),
            all_before=sum(one.number for one in before),
            times=_response_times(times),
            times_before=_response_times(times_before),
            people=team if query.user_id is None else tuple(one for one in team if one.user_id == query.user_id),
            kinds=_kinds(outcomes),
            lost=_lost(outcomes),
            to_call=tuple(map(sum, zip(*to_call.values(), strict=True))),
            products=tuple(products),
            cities=tuple(cities),
            # The fee is for all leads: of a part of them nobody knows what they cost.
            money=None if query.kind or query.user_id else money.of(self._fee, span.length, result.value),
            buyleads=None if self._buyleads is None else money.BuyLeads(self._buyleads, used),
        )

    async def quarters(self, query: StatsQuery) -> tuple[list[tuple[int, str, int]], tuple[int, ...]]:
        """When leads were enquired, by quarters of an hour since 1970 and kind; and how long the open ones of all
        times have waited.
        """
        here = self._stretch(query, query.span.since, query.span.day_ends or query.span.until)
        async with self._database.reading() as connection:
            found = await stats.quarters(connection, here)
            return found, await stats.open_leads(connection, self._account_id, self._clock.now())

    def _stretch(self, query: StatsQuery, since: datetime, until: datetime) -> Stretch:
        return Stretch(
            account_id=self._account_id,
            low=position(since),
            high=position(until),
            kind=query.kind,
            owner_id=query.user_id or ANYBODY,
        )

    async def _people(
        self,
        connection: Connection,
        here: Stretch,
        outcomes: list[Outcome],
        times: Mapping[tuple[Step, UserId], Timed],
        to_call: Mapping[UserId, tuple[int, ...]],
    ) -> tuple[PersonStats, ...]:
        """Who is in the team, and who did something in the span or has something to do."""
        did = await stats.doings(connection, here)
        named = dict(await people.team(connection, self._account_id))
        owned: dict[UserId, list[Outcome]] = {}
        for one in outcomes:
            if one.owner_id is not None:
                owned.setdefault(one.owner_id, []).append(one)
        everybody = named.keys() | owned.keys() | to_call.keys() | {user_id for _step, user_id in did}
        named |= await people.names(connection, self._account_id, everybody - named.keys())
        found = (
            PersonStats(
                user_id=user_id,
                name=named.get(user_id),
                claimed=did[Step.CLAIM, user_id],
                contacted=did[Step.CONTACT, user_id],
                result=Result.of(owned.get(user_id, ())),
                to_call=sum(to_call.get(user_id, ())),
                claim=Spread.of(times.get((Step.CLAIM, user_id))),
            )
            for user_id in everybody
        )
        return tuple(sorted(found, key=lambda one: (-one.claimed, -one.result.won, one.name or "", one.user_id)))

    async def _used(self, connection: Connection, now: datetime) -> int:
        """BuyLeads since IndiaMART's week began."""
        if self._buyleads is None:
            return 0
        week = Stretch(
            account_id=self._account_id, low=position(money.week_of(now)), high=position(now), kind=Kind.BUYLEAD
        )
        return sum(one.number for one in await stats.outcomes(connection, week))


def _response_times(found: Mapping[tuple[Step, UserId], Timed]) -> ResponseTimes:
    return ResponseTimes(**{step.value: Spread.of(found.get((step, UserId(ANYBODY)))) for step in Step})


def _kinds(outcomes: list[Outcome]) -> tuple[tuple[str, Result], ...]:
    by_kind = {kind: Result.of(one for one in outcomes if one.kind == kind) for kind in {one.kind for one in outcomes}}
    return tuple(sorted(by_kind.items(), key=lambda each: (-each[1].leads, each[0])))


def _lost(outcomes: list[Outcome]) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for one in outcomes:
        if one.status is Status.LOST:
            found[one.reason] += one.number
    return tuple(found.most_common())
