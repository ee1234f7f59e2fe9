"""Finding leads by words (FTS5, every word a prefix) and by numbers (phones backwards, lead number, QUERY_ID)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.store import fetch
from bot.store.entries import reversed_digits
from bot.store.positions import ID_MASK
from bot.store.words import fold, is_searchable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.models import AccountId
    from bot.store.database import Connection

MOST_WORDS: Final = 24
LONGEST_WORD: Final = 64
LEAST_DIGITS: Final = 5
"""Fewer last digits of a phone than this would match half the book."""
LONGEST_LEAD_NUMBER: Final = 10
WHOLE_NUMBER: Final = 10
"""So many digits are a number as it is dialled, not the end of one: a 0 or 00 in front of it is no part of it."""

# One statement serves every combination of filters: a filter that was not given is NULL.
_FILTERS: Final = """
      AND leads.account_id = :account_id
      AND (:kind IS NULL OR leads.kind = :kind)
      AND (:status IS NULL OR leads.status = :status)
      AND (NOT :is_open OR leads.owner_id IS NULL AND leads.status = 'new')
      AND (:owners IS NULL OR leads.owner_id IN (SELECT value FROM json_each(:owners)))
"""

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
        UNION SELECT position FROM leads WHERE account_id = :account_id AND lead_id = :number
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

NOBODY: Final = "[]"
"""Owners that no lead can have; looking for them would read every lead."""

PEOPLE: Final = "SELECT user_id, name, username FROM people WHERE account_id = :account_id ORDER BY user_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What to look for; everything given has to match."""

    words: tuple[str, ...] = ()
    number: str | None = None
    """One run of digits that may be a phone, a lead number or a QUERY_ID; `words` then lack it."""
    number_as_words: tuple[str, ...] = ()
    """The same run as it would stand in a text."""
    city: str | None = None
    kind: str | None = None
    status: str | None = None
    is_open: bool = False
    owners: str | None = None
    """JSON array of user ids."""

    @property
    def is_empty(self) -> bool:
        filters = (self.city, self.kind, self.status, self.owners)
        return not (self.words or self.number or self.is_open or any(one is not None for one in filters))


async def find(
    connection: Connection, account_id: AccountId, terms: Terms, *, low: int, high: int, limit: int, upwards: bool
) -> list[int]:
    """Positions of matching leads in [low, high), newest first; with `upwards` those nearest to `low`."""
    if terms.owners == NOBODY:
        return []
    bounds = {"account_id": account_id, "low": low, "high": high, "limit": limit}
    filters = {"kind": terms.kind, "status": terms.status, "is_open": terms.is_open, "owners": terms.owners}
    found: set[int] = set()
    for statement, parameters in _searches(terms, upwards=upwards):
        found.update(
            row["position"] for row in await fetch.rows(connection, statement, {**bounds, **filters, **parameters})
        )
    nearest = sorted(found, reverse=not upwards)[:limit]
    return sorted(nearest, reverse=True)


def _searches(terms: Terms, *, upwards: bool) -> list[tuple[str, Mapping[str, object]]]:
    words = WORDS_UPWARDS if upwards else WORDS
    match = _match(terms.words, terms.city)
    if terms.number is None:
        if match is None:
            return [(FILTERS_ONLY_UPWARDS if upwards else FILTERS_ONLY, {})]
        return [(words, {"match": match})]
    searches: list[tuple[str, Mapping[str, object]]] = [
        (NUMBERS_UPWARDS if upwards else NUMBERS, _numbers(terms.number) | {"match": match})
    ]
    as_words = _match(terms.number_as_words + terms.words, terms.city)
    return searches if as_words is None else [*searches, (words, {"match": as_words})]


def _numbers(digits: str) -> dict[str, object]:
    """All that a run of digits can be; None matches nothing."""
    dialled = digits.lstrip("0") if len(digits) >= WHOLE_NUMBER else ""
    return {
        "reversed": reversed_digits(digits) if len(digits) >= LEAST_DIGITS else None,
        "dialled": reversed_digits(dialled) if len(dialled) >= LEAST_DIGITS and dialled != digits else None,
        "digits": digits,
        "number": int(digits) if len(digits) <= LONGEST_LEAD_NUMBER else None,
    }


def _match(words: Sequence[str], city: str | None) -> str | None:
    """An FTS5 expression in which every word is a quoted prefix, so that nothing typed is syntax."""
    parts = [f'"{phrase}" *' for phrase in _phrases(words)]
    if city is not None:
        parts += [f'city : "{phrase}" *' for phrase in _phrases(city.split())]
    return " AND ".join(parts) or None


def _phrases(words: Sequence[str]) -> list[str]:
    """Each word as the index spells it; one such as "mono-perc" becomes several that have to follow each other."""
    spelled = (" ".join(fold(word).split())[:LONGEST_WORD] for word in words)
    return [phrase for phrase in spelled if is_searchable(phrase)][:MOST_WORDS]


async def owners_named(connection: Connection, account_id: AccountId, name: str) -> list[int]:
    """User ids of people one of whose names, or whose username, begins with `name`."""
    wanted = _name(name)
    return [
        row["user_id"]
        for row in await fetch.rows(connection, PEOPLE, {"account_id": account_id})
        if wanted and any(f" {_name(own or '')}".find(f" {wanted}") >= 0 for own in (row["name"], row["username"]))
    ]


def _name(text: str) -> str:
    return " ".join(fold(text).casefold().split())
