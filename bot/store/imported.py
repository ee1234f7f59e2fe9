"""What an import asks and adds beside the leads themselves: numbers that are known whatever their kind, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.store.connections import listed
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from bot.domain.ids import AccountId, LeadId
    from bot.store.database import Connection

NOBODY: Final = 0
"""Who wrote a note that stood in a sheet: no user has this id."""

KNOWN_IDS: Final = """
    SELECT DISTINCT query_id FROM leads
    WHERE account_id = :account_id AND query_id IN (SELECT value FROM json_each(:query_ids))
"""

ADD_NOTES: Final = """
    INSERT INTO notes (account_id, lead_id, user_id, at, text)
    SELECT account_id, lead_id, :nobody, :now, json_extract(value, '$[1]')
    FROM json_each(:notes) JOIN leads ON lead_id = CAST(json_extract(value, '$[0]') AS BIGINT)
    WHERE +account_id = :account_id
"""


async def known_ids(connection: Connection, account_id: AccountId, query_ids: Collection[str]) -> set[str]:
    """Which of IndiaMART's numbers belong to a lead already, of whatever kind."""
    parameters = {"account_id": account_id, "query_ids": listed(query_ids)}
    return {row["query_id"] for row in await connection.fetch_all(KNOWN_IDS, parameters)}


async def add_notes(
    connection: Connection, account_id: AccountId, notes: Mapping[LeadId, str], *, now: datetime
) -> None:
    kept = listed((lead_id, storable(text)) for lead_id, text in notes.items())
    parameters = {"account_id": account_id, "nobody": NOBODY, "now": to_epoch(now), "notes": kept}
    await connection.execute(ADD_NOTES, parameters)
