"""Finding leads by words (every word a prefix) and by numbers (phones backwards, lead number, QUERY_ID).

What is asked of each engine stands in `search_statements`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.store.connections import listed
from bot.store.matching import LEAST_DIGITS, NATIONAL, Pattern, pattern
from bot.store.positions import lead_id_of
from bot.store.prepared_leads import reversed_digits
from bot.store.search_statements import (  # fmt: skip
    CALLS,
    FILTERS_ONLY,
    FROM_ABROAD,
    HOME,
    NO_LIMIT,
    NUMBERS,
    NUMBERS_POSTGRES,
    TEXTS,
    WITH_VALUE,
    WORDS,
    WORDS_POSTGRES,
)
from bot.store.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.ids import AccountId
    from bot.store.database import Connection
    from bot.store.search_statements import BothWays

LONGEST_LEAD_NUMBER: Final = 10

SPARE: Final = 5
"""Nearly all that begin as a long word does go on as it does; a few more than are wanted are looked at first."""
LOOKED_AT: Final = 200
"""So many are looked at before the long word itself is asked for."""
GROWTH: Final = 4
"""By which more is asked for where portions overlap."""

NOTHING_TYPED: Final = Pattern()

NOBODY: Final = "[]"
"""Owners that no lead can have; looking for them would read every lead."""

PEOPLE: Final = "SELECT user_id, name, username FROM people WHERE account_id = :account_id ORDER BY user_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTerms:
    """What to look for; everything given has to match."""

    words: tuple[str, ...] = ()
    number: str | None = None
    """One run of digits that may be a phone, a lead number or a QUERY_ID; `words` then lack it."""
    phone: str | None = None
    """The digits of the whole number that the run is, where it has others before or between."""
    number_as_words: tuple[str, ...] = ()
    """The same run as it would stand in a text."""
    city: str | None = None
    product: str | None = None
    kind: str | None = None
    country: str | None = None
    """ISO 3166 alpha-2."""
    least: int | None = None
    most: int | None = None
    """Rupees. An order whose value, or a part of its range, lies between; one without a value does not."""
    is_missed: bool = False
    """A call that nobody took."""
    status: str | None = None
    is_open: bool = False
    owners: str | None = None
    """JSON array of user ids."""
    is_guarded: bool = False
    """A number is found by all of it, not by a part; an e-mail address not at all."""

    @property
    def is_empty(self) -> bool:
        filters = (self.city, self.product, self.kind, self.country, self.least, self.most, self.status, self.owners)
        is_any = self.is_open or self.is_missed or any(one is not None for one in filters)
        return not (self.words or self.number or is_any)

    @property
    def has_value(self) -> bool:
        return self.least is not None or self.most is not None


async def find(
    connection: Connection, account_id: AccountId, terms: SearchTerms, *, low: int, high: int, limit: int, upwards: bool
) -> list[int]:
    """Positions of matching leads in [low, high), newest first; with `upwards` those nearest to `low`."""
    if terms.owners == NOBODY:
        return []
    shared = {
        "account_id": account_id,
        "kind": terms.kind,
        "status": terms.status,
        "is_open": int(terms.is_open),
        "is_missed": int(terms.is_missed),
        "country": terms.country,
        "least": (terms.least or 0) if terms.has_value else None,
        "most": NO_LIMIT if terms.most is None else terms.most,
        "owners": terms.owners,
    }
    found: set[int] = set()
    for search in _searches(account_id, terms, shared, upwards=upwards):
        found.update(await search.places(connection, low, high, limit))
    nearest = sorted(found, reverse=not upwards)[:limit]
    return sorted(nearest, reverse=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    statement: BothWays
    postgres: BothWays | None = None
    """PostgreSQL's sibling, where there is one."""
    parameters: Mapping[str, object]
    upwards: bool
    pattern: Pattern = NOTHING_TYPED

    among: BothWays | None = None
    """A statement for all that the filters leave, which may be few."""

    async def places(self, connection: Connection, low: int, high: int, limit: int) -> list[int]:
        """At most `limit` in [low, high), in the order of the statement."""
        if self.among is not None:
            left = await self._ask(connection, self.among, low, high, LOOKED_AT)
            if len(left) < LOOKED_AT:
                return (await self._holding(connection, left))[:limit]
        if not connection.is_postgres:
            return await self._by_beginnings(connection, low, high, limit)
        if self.postgres is WORDS_POSTGRES:
            return await self._by_portions(connection, low, high, limit)
        return await self._ask(connection, self.postgres or self.statement, low, high, limit, self.pattern.query)

    async def _by_beginnings(self, connection: Connection, low: int, high: int, limit: int) -> list[int]:
        """By those that FTS5 has lists of."""
        match = self.pattern.match
        if not self.pattern.is_cut:
            return await self._ask(connection, self.statement, low, high, limit, match)
        found: list[int] = []
        for size in (limit + SPARE, LOOKED_AT):
            begun = await self._ask(connection, self.statement, low, high, size, match)
            found += await self._holding(connection, begun)
            if len(found) >= limit or len(begun) < size:
                return found[:limit]
            low, high = (begun[-1] + 1, high) if self.upwards else (low, begun[-1])
        # Few of those that begin so go on as was typed: then the lists that FTS5 has to merge are short.
        rest = limit - len(found)
        return found + await self._ask(connection, self.statement, low, high, rest, self.pattern.whole_match)

    async def _by_portions(self, connection: Connection, low: int, high: int, limit: int) -> list[int]:
        """Portions overlap where leads were stored in another order than that of their enquiries."""
        bounds = {"match": self.pattern.query, "low": low, "high": high, "limit": limit}
        size = limit
        while True:
            rows = await connection.fetch_all(WORDS_POSTGRES[self.upwards], {**self.parameters, **bounds, "size": size})
            found = sorted({row["position"] for row in rows}, reverse=not self.upwards)
            if len(rows) == size:
                # Nearer ones than that were all seen.
                edge = (min if self.upwards else max)(rows[-1]["position"], rows[-1]["beyond"])
                found = [place for place in found if (place <= edge if self.upwards else place >= edge)]
            if len(rows) < size or len(found) >= limit:
                return found[:limit]
            size *= GROWTH

    async def _ask(
        self, connection: Connection, statement: BothWays, low: int, high: int, limit: int, match: str = ""
    ) -> list[int]:
        bounds = {"match": match or None, "low": low, "high": high, "limit": limit}
        rows = await connection.fetch_all(statement[self.upwards], {**self.parameters, **bounds})
        return [row["position"] for row in rows]

    async def _holding(self, connection: Connection, places: Sequence[int]) -> list[int]:
        """Those of the leads that have the words as they were typed, in the same order."""
        these = {"lead_ids": listed(lead_id_of(place) for place in places)}
        rows = await connection.fetch_all(TEXTS, {**self.parameters, **these})
        holding = {row["position"] for row in rows if self.pattern.holds(row)}
        return [place for place in places if place in holding]


def _searches(
    account_id: AccountId, terms: SearchTerms, shared: Mapping[str, object], *, upwards: bool
) -> list[_Search]:
    """Each finds a part of what is looked for."""
    within = {"city": terms.city, "product": terms.product}
    typed = pattern(account_id, terms.words, is_guarded=terms.is_guarded, **within)
    if typed.is_withheld:
        return []
    by_words = _Search(
        statement=WORDS, postgres=WORDS_POSTGRES, parameters=shared, upwards=upwards, pattern=typed
    )  # fmt: skip
    if terms.number is None:
        if not typed:
            return [replace(by_words, statement=_filtering(terms), postgres=None)]
        is_among_few = terms.is_missed or terms.has_value or terms.country not in {None, HOME}
        return [replace(by_words, among=_filtering(terms)) if is_among_few else by_words]
    by_number = replace(
        by_words,
        statement=NUMBERS,
        postgres=NUMBERS_POSTGRES,
        parameters={
            **shared,
            **_numbers(terms.number, terms.phone, NATIONAL if terms.is_guarded else LEAST_DIGITS),
        },
    )
    as_words = pattern(account_id, terms.number_as_words + terms.words, is_guarded=terms.is_guarded, **within)
    has_words = as_words and not as_words.is_withheld
    return [by_number, replace(by_words, pattern=as_words)] if has_words else [by_number]


def _filtering(terms: SearchTerms) -> BothWays:
    """By the index that has the fewest leads."""
    if terms.country not in {None, HOME}:
        return FROM_ABROAD
    if terms.is_missed:
        return CALLS
    return WITH_VALUE if terms.has_value else FILTERS_ONLY


def as_dialled(digits: str, phone: str | None) -> str:
    """The end of a phone that a whole number as it is dialled is; empty for a few digits."""
    return phone or (digits.lstrip("0") if len(digits) >= NATIONAL else "")


def _numbers(digits: str, phone: str | None, least: int) -> dict[str, object]:
    """All that a run of digits can be; None matches nothing. `least` is how many of its last digits name a phone."""
    dialled = as_dialled(digits, phone)
    return {
        "reversed": reversed_digits(digits) if len(digits) >= least else None,
        "dialled": reversed_digits(dialled) if len(dialled) >= least and dialled != digits else None,
        "digits": digits,
        "number": int(digits) if len(digits) <= LONGEST_LEAD_NUMBER else None,
    }


async def owners_named(connection: Connection, account_id: AccountId, name: str) -> list[int]:
    """User ids of people one of whose names, or whose username, begins with `name`."""
    wanted = _name(name)
    return [
        row["user_id"]
        for row in await connection.fetch_all(PEOPLE, {"account_id": account_id})
        if wanted and any(f" {_name(own or '')}".find(f" {wanted}") >= 0 for own in (row["name"], row["username"]))
    ]


def _name(text: str) -> str:
    return " ".join(fold(text).casefold().split())
