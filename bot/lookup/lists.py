"""Finding leads: by period, by words, by number; newest first, paged by key. Read-only but for remembered views."""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.domain.ids import UserId
from bot.domain.lead import Kind, Status, StoredLead
from bot.domain.sight import OPEN, SightRule
from bot.lookup import query as terms
from bot.store import figures, leads, people, search, views
from bot.store.figures import Counted, Figure
from bot.store.positions import position
from bot.store.write_behind import WriteBehind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.errors import StoreError
    from bot.lookup.query import BadFilter, ParsedQuery
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

PAGE: Final = 10
MOST_HITS: Final = 100
"""A search is counted so far; of more it is only said that there are more."""
LOWEST: Final = 0
HIGHEST: Final = 2**63 - 1
REMEMBERED: Final = 24 * 3600.0
"""Seconds until a view that is still in use is dated anew."""
MOST_REMEMBERED: Final = 10_000


class Period(StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a list shows: a period, the words of /search, one run's old leads, or what a figure counts."""

    period: Period | None = None
    day: str | None = None
    """The local date on which a period was asked for (ISO), so that a page turned after midnight stays the same."""
    words: str = ""
    asker: int | None = None
    """Who is "me" in `by:me`."""
    batch: int | None = None
    figure: Figure | None = None
    """The leads behind a number of a digest; what follows says of which."""
    since: int | None = None
    """Epoch seconds, as is `until`."""
    until: int | None = None
    person: int | None = None
    who: str = ""
    """The person's name."""
    label: str | None = None

    @property
    def counted(self) -> Counted:
        span = Counted(
            person=None if self.person is None else UserId(self.person),
            label=self.label,
        )
        return replace(
            span,
            since=span.since if self.since is None else self.since,
            until=span.until if self.until is None else self.until,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    total: int
    by_kind: tuple[tuple[str, int], ...]
    by_status: tuple[tuple[Status, int], ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Status, int]]) -> Counts:
        """Rows of kind, status and number."""
        by_kind: Counter[str] = Counter()
        by_status: Counter[Status] = Counter()
        for kind, status, number in rows:
            by_kind[kind] += number
            by_status[status] += number
        statuses = tuple((status, by_status[status]) for status in Status if by_status[status])
        return cls(by_kind.total(), tuple(by_kind.most_common()), statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPage:
    """Up to a page of leads, newest first. `newer` and `older` are the keys to turn it with; None = no such page."""

    query: ListQuery
    leads: tuple[StoredLead, ...]
    newer: int | None = None
    older: int | None = None
    counts: Counts | None = None
    hits: int | None = None
    """How many leads a search found, counted up to one more than MOST_HITS, or how many are behind a figure; None where
    nobody asked.
    """


class Lookup:
    def __init__(
        self, database: Database, account_id: AccountId, clock: Clock, timezone: ZoneInfo, rule: SightRule = OPEN
    ) -> None:
        self._rule = rule
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._timezone = timezone
        self._remembered: dict[int, float] = {}  # when views were last written down, monotonic
        self._views = WriteBehind(database, self._keep, self._forget)

    def of_period(self, period: Period) -> ListQuery:
        """The query behind /today, /yesterday and /week as of now."""
        return ListQuery(period=period, day=self._clock.now().astimezone(self._timezone).date().isoformat())

    async def page(
        self,
        query: ListQuery,
        *,
        older_than: int | None = None,
        newer_than: int | None = None,
        size: int = PAGE,
        is_counted: bool = False,
    ) -> LeadPage:
        """The newest page, or the one next to a key of an earlier page. `is_counted` also says how many there are."""
        low, high = self._bounds(query)
        upwards = newer_than is not None
        if newer_than is not None:
            low = max(low, newer_than + 1)
        if older_than is not None:
            high = min(high, older_than)
        counts_hits = is_counted and (bool(query.words) or query.figure is not None)
        # The newest page begins with what is counted.
        is_one_look = counts_hits and query.figure is None and older_than is None and not upwards
        limit = MOST_HITS + 1 if is_one_look else size + 1
        async with self._database.reading() as connection:
            if query.words or query.figure is not None:
                places = await self._found(connection, query, low=low, high=high, limit=limit, upwards=upwards)
            else:
                turn = leads.newer if upwards else leads.older
                places = await turn(connection, self._account_id, low=low, high=high, limit=limit, batch=query.batch)
            has_more = len(places) > size
            shown = (places[-size:] if upwards else places[:size]) if has_more else places
            found = await leads.at(connection, self._account_id, shown)
            counts = await self._counts(connection, query)
            hits = await self._hits(connection, query) if counts_hits and not is_one_look else None
        if not shown and (older_than is not None or newer_than is not None):
            # What stood there no longer matches (a status changed): the newest page is never a dead end.
            return await self.page(query, size=size, is_counted=is_counted)
        has_newer = has_more if upwards else older_than is not None
        has_older = upwards or has_more
        return LeadPage(
            query=query,
            leads=tuple(found),
            newer=shown[0] if shown and has_newer else None,
            older=shown[-1] if shown and has_older else None,
            counts=counts,
            hits=len(places) if is_one_look else hits,
        )

    async def lead(self, lead_id: int) -> StoredLead | None:
        """The account's lead; None for one that is not here."""
        async with self._database.reading() as connection:
            return await leads.get(connection, self._account_id, lead_id)

    def remember(self, query: ListQuery) -> int:
        """A number that stands for the query in page buttons. It is written down behind."""
        encoded = encode(query)
        view_id, now = views.number(self._account_id, encoded), self._clock.monotonic()
        if now - self._remembered.get(view_id, float("-inf")) >= REMEMBERED:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[view_id] = now
            self._views.add(encoded)
        return view_id

    async def written(self) -> None:
        """Until every view is written down."""
        await self._views.written()

    async def _keep(self, connection: Connection, encoded: Iterable[str]) -> None:
        await views.remember(connection, self._account_id, encoded, self._clock.now())

    def _forget(self, error: StoreError) -> None:
        log.warning(
            "what a list shows could not be kept, so that its page buttons will be old: %s", type(error).__name__
        )
        self._remembered.clear()

    async def recall(self, view_id: int) -> ListQuery | None:
        """None where the view is too old."""
        waiting = {views.number(self._account_id, encoded): encoded for encoded in self._views.waiting}
        if view_id in waiting:
            return decode(waiting[view_id])
        async with self._database.reading() as connection:
            encoded = await views.recall(connection, self._account_id, view_id)
        return None if encoded is None else decode(encoded)

    async def bad_filters(self, query: ListQuery) -> tuple[BadFilter, ...]:
        """Parts of the words that look like filters and could not be understood, or name a kind or a person of none."""
        if not any(sign in query.words for sign in ":=<>≤≥"):
            return ()
        wanted = terms.read(query.words, self._clock.now())
        async with self._database.reading() as connection:
            found = [*wanted.bad_filters, *await self._unknown(connection, wanted, query.asker)]
        return tuple(found)

    async def _unknown(self, connection: Connection, wanted: ParsedQuery, asker: int | None) -> list[BadFilter]:
        found, kind = [], wanted.terms.kind
        if kind is not None and kind not in Kind.KNOWN and not await leads.has_kind(connection, self._account_id, kind):
            found.append(terms.unknown_kind(kind))
        if wanted.owner is not None and not await self._owners(connection, wanted.owner, asker):
            team = await people.team(connection, self._account_id)
            found.append(terms.unknown_person(wanted.owner, [name for _user_id, name in team]))
        return found

    async def _found(
        self, connection: Connection, query: ListQuery, *, low: int, high: int, limit: int, upwards: bool
    ) -> list[int]:
        if query.figure is not None:
            asked = (connection, self._account_id, query.figure, query.counted, self._clock.now())
            return await figures.places(*asked, low=low, high=high, limit=limit, upwards=upwards)
        wanted = terms.read(query.words, self._clock.now().astimezone(self._timezone))
        if wanted.is_empty:
            return []
        # Nobody is to find out a number, or an address, by asking for parts of it.
        sought = replace(wanted.terms, is_guarded=not self._rule.is_open)
        if wanted.owner is not None:
            sought = terms.owned_by(sought, await self._owners(connection, wanted.owner, query.asker))
        if wanted.since is not None:
            low = max(low, position(wanted.since))
        return await search.find(connection, self._account_id, sought, low=low, high=high, limit=limit, upwards=upwards)

    async def _owners(self, connection: Connection, name: str, asker: int | None) -> list[int]:
        if name.lower() == terms.ME and asker is not None:
            return [asker]
        return await search.owners_named(connection, self._account_id, name)

    async def _hits(self, connection: Connection, query: ListQuery) -> int:
        if query.figure is not None:
            asked = (connection, self._account_id, query.figure, query.counted, self._clock.now())
            return (await figures.count(*asked))[0]
        found = await self._found(connection, query, low=LOWEST, high=HIGHEST, limit=MOST_HITS + 1, upwards=False)
        return len(found)

    async def _counts(self, connection: Connection, query: ListQuery) -> Counts | None:
        if query.period is None:
            return None
        low, high = self._bounds(query)
        return Counts.of(await leads.counts(connection, self._account_id, low=low, high=high))

    def _bounds(self, query: ListQuery) -> tuple[int, int]:
        """Positions [low, high) of the query's period in the account's zone."""
        if query.period is None:
            return LOWEST, HIGHEST
        today = datetime.fromisoformat(query.day or self.of_period(query.period).day or "").date()
        days = {Period.TODAY: (0, 1), Period.YESTERDAY: (-1, 0), Period.WEEK: (-6, 1)}
        first, last = (
            datetime.combine(today + timedelta(days=offset), time(), self._timezone) for offset in days[query.period]
        )
        return position(first), position(last)


def encode(query: ListQuery) -> str:
    values = ((field.name, getattr(query, field.name), field.default) for field in fields(query))
    return json.dumps({name: value for name, value, default in sorted(values) if value != default})


def decode(encoded: str) -> ListQuery:
    values = json.loads(encoded)
    if "period" in values:
        values["period"] = Period(values["period"])
    if "figure" in values:
        values["figure"] = Figure(values["figure"])
    return ListQuery(**values)
