"""Takes leads out of what finds them: the search index and the list of phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.store.connections import listed
from bot.store.positions import position_of
from bot.store.prepared_leads import reversed_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.ids import AccountId
    from bot.domain.lead import StoredLead
    from bot.store.connections import Row
    from bot.store.database import Connection

FORGET_WORDS: Final = """
    DELETE FROM lead_search WHERE rowid IN (
        SELECT position FROM all_leads
        WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id)
"""

FORGET_PHONES: Final = """
    DELETE FROM lead_phones
    WHERE account_id = :account_id AND reversed IN (SELECT value FROM json_each(:phones))
        AND position IN (SELECT CAST(value AS BIGINT) FROM json_each(:places))
"""

FORGET_WORDS_POSTGRES: Final = FORGET_WORDS.replace("rowid", "position")

# FTS5 marks what is deleted, and drops the words themselves when it merges. What was merged into one is without them.
BEGIN_PURGING: Final = "INSERT INTO lead_search (lead_search, rank) VALUES ('merge', -:pages)"
GO_ON_PURGING: Final = "INSERT INTO lead_search (lead_search, rank) VALUES ('merge', :pages)"
TOTAL_CHANGES: Final = "SELECT total_changes() AS number"
NOTHING_MERGED: Final = 2
"""Fewer changes than this is what FTS5 makes where nothing is left to be merged."""
PAGES_AT_ONCE: Final = 500
"""Of the index, to a transaction: some hundredths of a second."""


async def forget(connection: Connection, account_id: AccountId, found: Sequence[StoredLead]) -> None:
    """Nothing finds these leads by their words or numbers any more. Until `purge` has come to its end the words still
    lie in the file.
    """
    own = {"account_id": account_id}
    places = listed(position_of(one.lead, one.lead_id, one.stored_at) for one in found)
    phones = listed(reversed_digits(phone) for one in found for phone in one.lead.phones)
    forget_words = FORGET_WORDS_POSTGRES if connection.is_postgres else FORGET_WORDS
    await connection.execute(forget_words, own | {"lead_ids": listed(one.lead_id for one in found)})
    await connection.execute(FORGET_PHONES, own | {"places": places, "phones": phones})


async def purge(connection: Connection, *, is_begun: bool, pages: int = PAGES_AT_ONCE) -> bool:
    """One step of writing the index anew without what was forgotten before the first step. True where more is to do.

    Each step may be a transaction of its own, and others may write meanwhile. The pages that become free are
    overwritten with zeros (`PRAGMA secure_delete`); what the write-ahead log holds goes at its next checkpoint.
    PostgreSQL has no such steps: `VACUUM` takes the words, with the rows.
    """
    if connection.is_postgres:
        return False
    before = _number(await connection.fetch_one(TOTAL_CHANGES))
    await connection.execute(GO_ON_PURGING if is_begun else BEGIN_PURGING, {"pages": pages})
    return _number(await connection.fetch_one(TOTAL_CHANGES)) - before >= NOTHING_MERGED


def _number(row: Row | None) -> int:
    return 0 if row is None else int(row["number"])
