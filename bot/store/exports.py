"""All leads in the order of their enquiries, a stretch at a time, with what the team did: for taking them elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bot.domain.card import Note
from bot.store.leads import LEAD_COLUMNS, stored

if TYPE_CHECKING:
    from bot.domain.ids import AccountId, LeadNumber
    from bot.domain.lead import StoredLead
    from bot.store.connections import Row
    from bot.store.database import Connection

COUNT: Final = """
    SELECT count(*) AS number FROM leads WHERE account_id = :account_id AND position >= :low AND position < :high
"""

STRETCH: Final = f"""
    SELECT {LEAD_COLUMNS}, owners.name AS owner_name,
        notes.text AS note, authors.name AS author, leads.position AS position
    FROM leads
    LEFT JOIN people AS owners ON owners.account_id = leads.account_id AND owners.user_id = leads.owner_id
    LEFT JOIN notes ON notes.note_id = (
        SELECT note_id FROM notes WHERE notes.lead_id = leads.lead_id ORDER BY note_id DESC LIMIT 1)
    LEFT JOIN people AS authors ON authors.account_id = notes.account_id AND authors.user_id = notes.user_id
    WHERE leads.account_id = :account_id AND leads.position >= :low AND leads.position < :high
        AND leads.number <= :newest
    ORDER BY leads.position LIMIT :limit
"""  # noqa: S608 - the names are this project's own


class ExportedLead(NamedTuple):
    """A lead, and the latest note on it."""

    position: int
    stored: StoredLead
    note: Note | None


async def count(connection: Connection, account_id: AccountId, *, low: int, high: int) -> int:
    row = await connection.fetch_one(COUNT, {"account_id": account_id, "low": low, "high": high})
    return 0 if row is None else int(row["number"])


async def stretch(
    connection: Connection, account_id: AccountId, *, low: int, high: int, newest: LeadNumber, limit: int
) -> list[ExportedLead]:
    """Leads from position `low` up to just below `high`, the oldest first; none that was stored after `newest`."""
    bounds = {"low": low, "high": high, "newest": newest, "limit": limit}
    return [_kept(row) for row in await connection.fetch_all(STRETCH, {"account_id": account_id, **bounds})]


def _kept(row: Row) -> ExportedLead:
    note = None if row["note"] is None else Note(row["author"], row["note"])
    return ExportedLead(row["position"], stored(row), note)
