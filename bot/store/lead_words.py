"""The words by which leads are found, as each engine's index holds them.

SQLite has FTS5. PostgreSQL has a tsvector for each lead, with a GIN index: docs/decisions/031 says why its words begin
with a letter for the lead's portion.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.store import prepared_leads
from bot.store.spelling import alike, tag, tagged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.ids import AccountId
    from bot.store.database import Connection
    from bot.store.prepared_leads import PreparedLead

PORTION_BITS: Final = 13
"""An account's leads of 8,192 numbers in a row are a portion: so many of one word are gathered in a millisecond."""
FIRST_LETTER: Final = 0x100
LAST_PORTION: Final = 0xD7FF - FIRST_LETTER
"""What 450 million leads fill; all later ones share it."""
ANY_PORTION: Final = "?"
"""Where a query has the letter of the portion that is searched: in no word."""

WEIGHTS: Final = {"city": "A", "product": "B", "name": "D", "company": "D", "state": "D", "email": "C", "message": "D"}
"""PostgreSQL tells four kinds of text apart; the longest comes last, as it counts places only so far."""
MOST_PLACES: Final = 16_383
PLACES_OF_A_WORD: Final = 255
LONGEST_LEXEME: Final = 65
"""Letters: one more than a word that is looked for has."""

ADD: Final = (
    f"INSERT INTO lead_search (rowid, {', '.join(prepared_leads.INDEXED)})"  # noqa: S608 - names of this package
    f" VALUES (:rowid, {', '.join(f':{name}' for name in prepared_leads.INDEXED)})"
)

ADD_POSTGRES: Final = """
    WITH found AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS JSON)) AS found (position BIGINT, portion BIGINT, words TEXT)
    ), added AS (
        INSERT INTO lead_search (position, account_id, words)
        SELECT position, :account_id, CAST(words AS TSVECTOR) FROM found
    )
    INSERT INTO lead_portions (account_id, portion, low, high)
    SELECT :account_id, portion, min(position), max(position) FROM found GROUP BY portion
    ON CONFLICT (account_id, portion) DO UPDATE SET
        low = least(lead_portions.low, excluded.low), high = greatest(lead_portions.high, excluded.high)
"""


class WordsOfLead(NamedTuple):
    position: int
    number: int
    entry: PreparedLead


async def add(connection: Connection, account_id: AccountId, found: Sequence[WordsOfLead]) -> None:
    """In the order of their positions: FTS5 writes a segment for every rowid that is lower than the one before it."""
    if not connection.is_postgres:
        await connection.execute_many(ADD, [indexed(account_id, one.position, one.entry) for one in found])
        return
    rows = [
        {"position": one.position, "portion": portion(one.number), "words": vector(account_id, one)} for one in found
    ]
    await connection.execute(ADD_POSTGRES, {"account_id": account_id, "rows": json.dumps(rows)})


def indexed(account_id: AccountId, position: int, entry: PreparedLead) -> Mapping[str, object]:
    """The lead's row in FTS5's table."""
    own = tag(account_id)
    return {"rowid": position, **{name: tagged(own, text) for name, text in entry.words.items()}}


def portion(number: int) -> int:
    return min(number >> PORTION_BITS, LAST_PORTION)


def vector(account_id: AccountId, lead: WordsOfLead) -> str:
    """As PostgreSQL reads a tsvector. A gap between two texts keeps what was typed together from going across."""
    own = tag(account_id) + chr(FIRST_LETTER + portion(lead.number))
    places: dict[str, list[str]] = {}
    first = 1
    for name, weight in WEIGHTS.items():
        words = lead.entry.words[name].split()
        for place, word in enumerate(words, first):
            places.setdefault(alike(word)[:LONGEST_LEXEME], []).append(f"{min(place, MOST_PLACES)}{weight}")
        first += len(words) + 1
    return " ".join(f"'{own}{word}':{','.join(at[:PLACES_OF_A_WORD])}" for word, at in places.items())
