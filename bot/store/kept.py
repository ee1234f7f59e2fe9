"""All that is kept about one buyer, table by table, as it stands: for whoever asks what is known about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.clock import from_epoch
from bot.i18n import shown
from bot.store import audit, odd_bodies, sealing
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.ids import AccountId, BuyerId
    from bot.store.database import Connection
    from bot.store.odd_bodies import LookedThrough

_TIMES: Final = ("at", "enquired_at", "stored_at", "claimed_at", "posted_at", "edited_at", "contact_at", "made_at",
                 "due_at", "fired_at", "cancelled_at", "seen_at", "received_at", "since", "claimed_before",
                 "claimed_after")  # fmt: skip
DEEPEST: Final = 20
"""Of what stands within each other in a row."""
_OURS: Final = frozenset({"account_id", "position", "identity", "buyer_id", "digest", "seal_id"})
"""Columns that say nothing but how the rows hang together."""
_OF_LEADS: Final = """
    SELECT {table}.* FROM {table}
    WHERE {table}.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))
        AND +{table}.account_id = :account_id
    ORDER BY {table}.lead_id, {table}.{key}
"""
_BY_PEOPLE: Final = """
    SELECT {table}.*, people.name AS person FROM {table}
    LEFT JOIN people ON people.account_id = {table}.account_id AND people.user_id = {table}.user_id
    WHERE {table}.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))
        AND +{table}.account_id = :account_id
    ORDER BY {table}.lead_id, {table}.{key}
"""
TABLES: Final = {
    table: statement.replace("{key}", key).replace("{table}", table)
    for table, key, statement in (
        ("leads", "lead_id", _OF_LEADS),
        ("cards", "lead_id", _OF_LEADS),
        ("response_times", "lead_id", _OF_LEADS),
        ("lead_routes", "lead_id", _OF_LEADS),
        ("private_cards", "user_id, {table}.message_id", _BY_PEOPLE),
        ("changes", "change_id", _BY_PEOPLE),
        ("notes", "note_id", _BY_PEOPLE),
        ("reminders", "reminder_id", _BY_PEOPLE),
        ("audit", "audit_id", _BY_PEOPLE.replace("+{table}", "{table}")),  # by its index
        ("outbox", "outbox_id", _OF_LEADS),
        ("parked", "parked_id", _OF_LEADS),
    )
}

# Exports and backups name a span of leads.
TAKEN_ALONG: Final = f"""
    SELECT audit.at, audit.act, audit.machine, seen.lead_id FROM leads AS seen
        JOIN audit ON audit.lead_id IS NULL AND {audit.TAKEN}
    WHERE seen.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +seen.account_id = :account_id
    ORDER BY audit.at, audit.audit_id, seen.lead_id
"""  # noqa: S608 - constants of this package
CONTACTS: Final = """
    SELECT contact FROM buyer_contacts
    WHERE account_id = :account_id AND buyer_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:buyer_ids))
    ORDER BY contact
"""
DO_NOT_CALL: Final = """
    SELECT do_not_call.at, people.name AS person FROM do_not_call
    LEFT JOIN people ON people.account_id = do_not_call.account_id AND people.user_id = do_not_call.user_id
    WHERE do_not_call.account_id = :account_id
        AND do_not_call.buyer_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:buyer_ids))
    ORDER BY do_not_call.at, do_not_call.buyer_id
"""


async def about(
    connection: Connection, account_id: AccountId, buyer_ids: Sequence[BuyerId], looked: LookedThrough
) -> dict[str, Any]:
    """By table, rows as they stand, times in ISO 8601; tables without a row left out."""
    lead_ids = await sealing.leads_of(connection, account_id, buyer_ids)
    of_leads = {"account_id": account_id, "lead_ids": listed(lead_ids)}
    of_buyers = {"account_id": account_id, "buyer_ids": listed(buyer_ids)}
    contacts = await connection.fetch_all(CONTACTS, of_buyers)
    found: dict[str, Any] = {"contacts": [row["contact"] for row in contacts]}
    found["do_not_call"] = await _rows(connection, DO_NOT_CALL, of_buyers)
    for table, statement in TABLES.items():
        found[table] = await _rows(connection, statement, of_leads)
    found["audit"] += await _rows(connection, TAKEN_ALONG, of_leads)
    for table, rows in (await odd_bodies.telling(connection, account_id, looked)).items():
        found[table] = list(map(_shown, rows))
    return {table: rows for table, rows in found.items() if rows}


async def _rows(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_shown(dict(row)) for row in await connection.fetch_all(statement, parameters)]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items() if name not in _OURS and value is not None}


def _value(name: str, value: Any) -> Any:
    if name in _TIMES and isinstance(value, int):
        return from_epoch(value).isoformat()
    if name == "raw":
        return _read(value)
    return shown(value) if name == "reason" and isinstance(value, str) else value


def _read(raw: str) -> Any:
    """A row as IndiaMART sent it; as text where it is no JSON, or too deep to be drawn."""
    try:
        row = json.loads(raw)
    except (TypeError, ValueError, RecursionError):
        return raw
    return row if _is_flat(row, DEEPEST) else raw


def _is_flat(value: Any, deepest: int) -> bool:
    inside = list(value.values()) if isinstance(value, dict) else value
    return not isinstance(inside, list) or (deepest > 0 and all(_is_flat(one, deepest - 1) for one in inside))
