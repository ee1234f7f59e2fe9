"""A digest: how it stands and what was done, in numbers whose leads can be listed, and whom to call first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain import call_first
from bot.domain.buyleads import is_last_day
from bot.domain.call_first import Waiting
from bot.domain.digest_times import DigestKind
from bot.domain.ids import LeadId
from bot.domain.lead import Status
from bot.domain.report_span import A_DAY, A_WEEK, ReportSpan
from bot.lookup.digest_spans import DigestSpans
from bot.lookup.lists import HIGHEST, LOWEST, ListQuery, encode
from bot.store import digests, figures, leads, people, standing, views
from bot.store.figures import Figure
from bot.store.positions import position

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.domain.call_first import CallReason
    from bot.domain.digest_times import DigestAudience, DigestTime
    from bot.domain.ids import AccountId, UserId
    from bot.domain.lead import StoredLead
    from bot.domain.working_time import WorkingTime
    from bot.store.database import Connection, Database

MOST_WAITING: Final = 300
"""Leads that are looked at for whom to call first: the newest."""
MOST_VALUES: Final = 1000
VALUES_OF: Final = 8 * A_WEEK
STANDING: Final = (Figure.OPEN, Figure.MISSED, Figure.OVERDUE, Figure.TO_CALL)
"""What is open, in the order in which it is told."""
URGENT: Final = (Figure.OPEN, Figure.MISSED, Figure.OVERDUE)
"""What a holiday's digest comes for."""
OF_A_DAY: Final = (Figure.CAME, Figure.CLAIMED, Figure.CONTACTED, Figure.WON)
OF_A_WEEK: Final = (Figure.CAME, Figure.CLAIMED, Figure.CONTACTED, Figure.WON, Figure.LOST)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that can be opened: `view_id` stands for exactly those leads."""

    n: int
    view_id: int
    value: int = 0
    """Rupees, of what was won."""


@dataclass(frozen=True, slots=True)
class PersonFigures:
    name: str
    claimed: Number
    contacted: Number
    won: Number


@dataclass(frozen=True, slots=True)
class FirstCall:
    stored: StoredLead
    reasons: tuple[CallReason, ...]
    waits: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReport:
    kind: DigestKind
    since: datetime
    """What came and was done is counted from then on, and before `until`."""
    until: datetime
    slot_at: datetime | None = None
    """For when it was meant; None where somebody asked."""
    numbers: Mapping[Figure, Number]
    oldest: datetime | None
    """Since when the unclaimed lead that has waited longest waits."""
    kinds: Sequence[tuple[str, Number]] = ()
    """Of what came."""
    first: Sequence[FirstCall] = ()
    to_call: Sequence[tuple[str, Number]] = ()
    """Who has claimed leads that nobody has called, the most first."""
    earlier: Mapping[Figure, Number] = field(default_factory=dict)
    """The week before."""
    reasons: Sequence[tuple[str, Number]] = ()
    """Why leads were lost."""
    people: Sequence[PersonFigures] = ()

    @property
    def is_empty(self) -> bool:
        return not any(number.n for number in self.numbers.values())


class DigestReports:
    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        working: WorkingTime,
        timezone: ZoneInfo,
        *,
        times: Sequence[DigestTime],
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._zone = timezone
        self._spans = DigestSpans(working, timezone, times)

    def kind_now(self) -> DigestKind:
        """Which of a day's two is nearer."""
        return DigestKind.at(self._clock.now().astimezone(self._zone).time())

    async def has_urgent(self) -> bool:
        """Whether something is open for which people are told on a holiday."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            counted = figures.Counted()
            return any([(await figures.count(connection, self._account_id, one, counted, now))[0] for one in URGENT])

    def span(
        self, kind: DigestKind, slot_at: datetime | None = None, audience: DigestAudience | None = None
    ) -> ReportSpan:
        return self._spans.of(kind, self._clock.now(), slot_at, audience)

    async def report(
        self, kind: DigestKind, *, slot_at: datetime | None = None, audience: DigestAudience | None = None
    ) -> DigestReport:
        """How it stands now, and what was done in its span."""
        now = self._clock.now()
        span = self.span(kind, slot_at, audience)
        async with self._database.reading() as connection:
            asking = _Asking(connection, self._account_id, now, span.since, span.until)
            numbers = {figure: await asking.number(figure) for figure in STANDING}
            done = OF_A_WEEK if kind is DigestKind.WEEKLY else OF_A_DAY
            numbers |= {figure: await asking.number(figure) for figure in done}
            if kind is DigestKind.MORNING:
                tomorrow = self._spans.midnight(now.astimezone(self._zone).date() + A_DAY)
                numbers[Figure.REMINDERS] = await asking.number(Figure.REMINDERS, since=now, until=tomorrow)
            weekly = kind is DigestKind.WEEKLY
            report = DigestReport(
                kind=kind,
                since=span.since,
                until=span.until,
                slot_at=slot_at,
                numbers=numbers,
                oldest=await asking.oldest() if numbers[Figure.OPEN].n else None,
                kinds=await asking.by_label(Figure.CAME),
                first=() if weekly else await self._first(connection, now),
                to_call=await asking.by_person(Figure.TO_CALL) if numbers[Figure.TO_CALL].n else (),
                earlier=await asking.before(span) if weekly else {},
                reasons=await asking.by_label(Figure.LOST) if weekly else (),
                people=await asking.people() if weekly else (),
            )
        async with self._database.transaction() as connection:
            await views.remember(connection, self._account_id, asking.asked, now)
        return report

    async def _first(self, connection: Connection, now: datetime) -> list[FirstCall]:
        since, own = position(now - standing.RECENT), (connection, self._account_id)
        found = await leads.at(*own, await digests.waiting(*own, since=since, limit=MOST_WAITING))
        values = await digests.values(*own, since=position(now - VALUES_OF), limit=MOST_VALUES)
        buyers = await digests.buyers(*own, [one.lead_id for one in found], within=int(A_WEEK.total_seconds()))
        waiting = [_waiting(one, *buyers.get(one.lead_id, (0, 0)), now) for one in found]
        by_id = {one.lead_id: one for one in found}
        return [
            FirstCall(by_id[LeadId(one.lead_id)], one.reasons, one.waits)
            for one in call_first.first(waiting, call_first.high_value(values))
        ]


def _waiting(stored: StoredLead, lately: int, before: int, now: datetime) -> Waiting:
    lead = stored.lead
    return Waiting(
        lead_id=stored.lead_id,
        buyer_id=stored.buyer_id,
        waits=now - min(lead.enquired_at or stored.stored_at, now),
        is_claimed=stored.status is Status.CLAIMED,
        is_missed_call=lead.is_missed_call,
        is_last_day=is_last_day(lead, now),
        value=lead.order_value_max or lead.order_value_min,
        is_returning=before > 0,
        has_asked_twice=lately > 0,
    )


class _Asking:
    """Counts, each with a view that lists the same leads, and keeps what was asked, so that the views can be opened."""

    def __init__(
        self, connection: Connection, account_id: AccountId, now: datetime, since: datetime, until: datetime
    ) -> None:
        self._connection = connection
        self._account_id = account_id
        self._now = now
        self._since = to_epoch(since)
        self._until = to_epoch(until)
        self.asked: list[str] = []

    def _query(self, figure: Figure, since: datetime | None = None, until: datetime | None = None) -> ListQuery:
        if since is not None and until is not None:
            return ListQuery(figure=figure, since=to_epoch(since), until=to_epoch(until))
        return (
            ListQuery(figure=figure)
            if figure in STANDING
            else ListQuery(figure=figure, since=self._since, until=self._until)
        )

    def _opened(self, n: int, query: ListQuery, value: int = 0) -> Number:
        encoded = encode(query)
        self.asked.append(encoded)
        return Number(n, views.number(self._account_id, encoded), value)

    async def number(self, figure: Figure, *, since: datetime | None = None, until: datetime | None = None) -> Number:
        query = self._query(figure, since, until)
        found = await figures.count(self._connection, self._account_id, figure, query.counted, self._now)
        return self._opened(found[0], query, found[1] if figure is Figure.WON else 0)

    async def before(self, span: ReportSpan) -> dict[Figure, Number]:
        return {one: await self.number(one, since=span.earlier_since, until=span.earlier_until) for one in OF_A_WEEK}

    async def by_label(self, figure: Figure) -> list[tuple[str, Number]]:
        query = self._query(figure)
        found = await figures.by_label(self._connection, self._account_id, figure, query.counted, self._now)
        return [(label, self._opened(n, replace(query, label=label))) for label, n in found]

    async def by_person(self, figure: Figure) -> list[tuple[str, Number]]:
        found = await self._of_people(figure)
        names = await people.names(self._connection, self._account_id, found)
        return [
            (names.get(user_id, ""), self._of_person(figure, n, user_id, names.get(user_id, "")))
            for user_id, n in found.items()
        ]

    async def people(self) -> list[PersonFigures]:
        """The whole team, and whoever did something; who did most first."""
        done = {one: await self._of_people(one) for one in (Figure.CLAIMED, Figure.CONTACTED, Figure.WON)}
        counted = self._query(Figure.WON).counted
        values = await figures.won_by(self._connection, self._account_id, counted, self._now)
        names = dict(await people.team(self._connection, self._account_id))
        others = {user_id for found in done.values() for user_id in found} - names.keys()
        names |= await people.names(self._connection, self._account_id, others)

        def number(figure: Figure, user_id: UserId) -> Number:
            value = values.get(user_id, 0) if figure is Figure.WON else 0
            return self._of_person(figure, done[figure].get(user_id, 0), user_id, names.get(user_id, ""), value)

        found = [
            PersonFigures(names.get(one, ""), *(number(figure, one) for figure in done))
            for one in names.keys() | others
        ]
        return sorted(found, key=lambda one: (-one.claimed.n, -one.contacted.n, -one.won.n, one.name))

    async def _of_people(self, figure: Figure) -> dict[UserId, int]:
        counted = self._query(figure).counted
        return await figures.by_person(self._connection, self._account_id, figure, counted, self._now)

    def _of_person(self, figure: Figure, n: int, user_id: UserId, name: str, value: int = 0) -> Number:
        return self._opened(n, replace(self._query(figure), person=user_id, who=name), value)

    async def oldest(self) -> datetime | None:
        """Since when the unclaimed lead that has waited longest waits."""
        asked = (self._connection, self._account_id, Figure.OPEN, figures.Counted(), self._now)
        places = await figures.places(*asked, low=LOWEST, high=HIGHEST, limit=1, upwards=True)
        found = await leads.at(self._connection, self._account_id, places)
        return found[0].lead.enquired_at or found[0].stored_at if found else None
