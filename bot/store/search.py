"""Finding leads by words (FTS5, every word a prefix) and by numbers (phones backwards, lead number, QUERY_ID)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.domain.lead import MISSED_CALL_SECONDS
from bot.store.connections import listed
from bot.store.matching import Pattern, pattern
from bot.store.positions import ID_MASK, lead_id_of
from bot.store.prepared_leads import reversed_digits
from bot.store.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.ids import AccountId
    from bot.store.database import Connection

LEAST_DIGITS: Final = 5
"""Fewer last digits of a phone than this would match half the book."""
LONGEST_LEAD_NUMBER: Final = 10
WHOLE_NUMBER: Final = 10
"""So many digits are a number as it is dialled, not the end of one: a 0 or 00 in front of it is no part of it."""

HOME: Final = "IN"
"""Nearly every lead is from there, and `leads_from_abroad` has the others."""
NO_LIMIT: Final = 2**62

_HAS_VALUE: Final = "coalesce(leads.order_value_max, leads.order_value_min) IS NOT NULL"

# One statement serves every combination of filters: a filter that was not given is NULL.
_FILTERS: Final = f"""
      AND leads.account_id = :account_id
      AND (:kind IS NULL OR leads.kind = :kind)
      AND (:status IS NULL OR leads.status = :status)
      AND (NOT :is_open OR leads.owner_id IS NULL AND leads.status = 'new')
      AND (NOT :is_missed OR leads.kind = 'P' AND leads.call_seconds < {MISSED_CALL_SECONDS})
      AND (:country IS NULL OR leads.country = :country)
      AND (:least IS NULL OR {_HAS_VALUE} AND coalesce(leads.order_value_max, {NO_LIMIT}) >= :least
          AND coalesce(leads.order_value_min, 0) <= :most)
      AND (:owners IS NULL OR leads.owner_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:owners)))
"""  # noqa: S608 - constants of this package

WORDS: Final = f"""
    SELECT lead_search.rowid AS position FROM lead_search
    CROSS JOIN leads ON leads.lead_id = lead_search.rowid & {ID_MASK}
    WHERE lead_search MATCH :match AND lead_search.rowid >= :low AND lead_search.rowid < :high {_FILTERS}
    ORDER BY lead_search.rowid DESC LIMIT :limit
"""  # noqa: S608 - constants of this package

WORDS_UPWARDS: Final = WORDS.replace("rowid DESC", "rowid ASC")

NUMBERS: Final = f"""
    WITH numbered AS (
        SELECT position FROM lead_phones
        WHERE account_id = :account_id AND reversed >= :reversed AND reversed < :reversed || ':'
        UNION SELECT position FROM lead_phones
        WHERE account_id = :account_id AND reversed >= :dialled AND reversed < :dialled || ':'
        UNION SELECT position FROM leads WHERE account_id = :account_id AND query_id = :digits
        UNION SELECT position FROM leads WHERE account_id = :account_id AND number = :number
    )
    SELECT numbered.position FROM numbered
    CROSS JOIN leads ON leads.lead_id = numbered.position & {ID_MASK}
    WHERE numbered.position >= :low AND numbered.position < :high {_FILTERS}
      AND (:match IS NULL OR EXISTS (
          SELECT 1 FROM lead_search WHERE lead_search MATCH :match AND lead_search.rowid = numbered.position))
    ORDER BY numbered.position DESC LIMIT :limit
"""  # noqa: S608 - constants of this package

NUMBERS_UPWARDS: Final = NUMBERS.replace("ORDER BY numbered.position DESC", "ORDER BY numbered.position ASC")

FILTERS_ONLY: Final = f"""
    SELECT leads.position FROM leads WHERE leads.position >= :low AND leads.position < :high {_FILTERS}
    ORDER BY leads.position DESC LIMIT :limit
"""  # noqa: S608 - constants of this package

FILTERS_ONLY_UPWARDS: Final = FILTERS_ONLY.replace("position DESC", "position ASC")


def _only(condition: str) -> str:
    """Of the leads that an index of their own has."""
    return FILTERS_ONLY.replace("ORDER BY", f"AND {condition} ORDER BY")


# What few leads have is looked for among those few.
FROM_ABROAD: Final = _only(f"leads.country = :country AND leads.country <> '{HOME}'")
FROM_ABROAD_UPWARDS: Final = FROM_ABROAD.replace("position DESC", "position ASC")
CALLS: Final = _only("leads.kind = 'P'")
CALLS_UPWARDS: Final = CALLS.replace("position DESC", "position ASC")
WITH_VALUE: Final = _only(_HAS_VALUE)
WITH_VALUE_UPWARDS: Final = WITH_VALUE.replace("position DESC", "position ASC")

TEXTS: Final = """
    SELECT position, name, company, city, state, product, message, email, email_alt FROM leads
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
"""

SPARE: Final = 5
"""Nearly all that begin as a long word does go on as it does; a few more than are wanted are looked at first."""
LOOKED_AT: Final = 200
"""So many are looked at before the long word itself is asked for."""

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
        "is_open": terms.is_open,
        "is_missed": terms.is_missed,
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
    statement: str
    parameters: Mapping[str, object]
    upwards: bool
    pattern: Pattern = NOTHING_TYPED

    among: str | None = None
    """A statement for all that the filters leave, which may be few."""

    async def places(self, connection: Connection, low: int, high: int, limit: int) -> list[int]:
        """At most `limit` in [low, high), in the order of the statement."""
        if self.among is not None:
            left = await self._ask(connection, "", low, high, LOOKED_AT, self.among)
            if len(left) < LOOKED_AT:
                return (await self._holding(connection, left))[:limit]
        if not self.pattern.is_cut:
            return await self._ask(connection, self.pattern.match, low, high, limit)
        found: list[int] = []
        for size in (limit + SPARE, LOOKED_AT):
            begun = await self._ask(connection, self.pattern.match, low, high, size)
            found += await self._holding(connection, begun)
            if len(found) >= limit or len(begun) < size:
                return found[:limit]
            low, high = (begun[-1] + 1, high) if self.upwards else (low, begun[-1])
        # Few of those that begin so go on as was typed: then the lists that FTS5 has to merge are short.
        return found + await self._ask(connection, self.pattern.whole_match, low, high, limit - len(found))

    async def _ask(
        self, connection: Connection, match: str, low: int, high: int, limit: int, statement: str | None = None
    ) -> list[int]:
        bounds = {"match": match or None, "low": low, "high": high, "limit": limit}
        rows = await connection.fetch_all(statement or self.statement, {**self.parameters, **bounds})
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
        statement=WORDS_UPWARDS if upwards else WORDS, parameters=shared, upwards=upwards, pattern=typed
    )  # fmt: skip
    if terms.number is None:
        if not typed:
            return [replace(by_words, statement=_filtering(terms)[upwards])]
        is_among_few = terms.is_missed or terms.has_value or terms.country not in {None, HOME}
        return [replace(by_words, among=_filtering(terms)[upwards]) if is_among_few else by_words]
    by_number = replace(
        by_words,
        statement=NUMBERS_UPWARDS if upwards else NUMBERS,
        parameters={**shared, **_numbers(terms.number, WHOLE_NUMBER if terms.is_guarded else LEAST_DIGITS)},
    )
    as_words = pattern(account_id, terms.number_as_words + terms.words, is_guarded=terms.is_guarded, **within)
    has_words = as_words and not as_words.is_withheld
    return [by_number, replace(by_words, pattern=as_words)] if has_words else [by_number]


def _filtering(terms: SearchTerms) -> tuple[str, str]:
    """The statement, and the same upwards: by the index that has the fewest leads."""
    if terms.country not in {None, HOME}:
        return FROM_ABROAD, FROM_ABROAD_UPWARDS
    if terms.is_missed:
        return CALLS, CALLS_UPWARDS
    return (WITH_VALUE, WITH_VALUE_UPWARDS) if terms.has_value else (FILTERS_ONLY, FILTERS_ONLY_UPWARDS)


def _numbers(digits: str, least: int) -> dict[str, object]:
    """All that a run of digits can be; None matches nothing. `least` is how many of its last digits name a phone."""
    dialled = digits.lstrip("0") if len(digits) >= WHOLE_NUMBER else ""
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
