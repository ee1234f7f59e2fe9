"""A database in which two accounts have rows in every table, alike in all but their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.clock import to_epoch
from bot.domain.lead import Origin
from bot.store import (
    accounts,
    adding,
    prepared_leads,
)
from tests.store.conftest import NOW, make_lead
from tests.store.own_rows import OWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from bot.domain.ids import AccountId
    from bot.store.database import Database
    from tests.store.own_rows import Column, Kept

SECOND: Final = to_epoch(NOW)
SPAN: Final = """
    INSERT INTO audit (account_id, at, act, low, high, machine) VALUES (:account_id, :at, 'export', 0, :high, 'asha')
"""
CLAIMED: Final = """
    UPDATE all_leads SET owner_id = 77, status = 'claimed', claimed_at = :at, won_value = 5 WHERE batch = 1
"""

# What a column of this name, or of one table, has to hold to be read; any other is filled by its type.
VALUES: Final[dict[str, Any]] = {
    "status_before": "new", "status_after": "claimed", "late": "telegram", "late_reason": "telegram",
    "step": "group", "cause": "wish", "origin": "pull", "user_id": 77, "owner_before": None, "chat_id": -1001,
    "low": None, "high": None, "undoes": None, "fault": ("api_down", "store_full"), "kind": ("W", "P"),
    "raw": "{}", "shows_number": 1,
    "changes.act": "claim", "audit.act": "lookup", "parked.reason": "not_built", "views.query": '{"words": "asha"}',
    "destination": "place", "user_ids": "[77]", "lead_routes.reason": "turn",
    "route_changes.before": "[]", "route_changes.after": "[]", "set_by": 77, "given_to": 77,
    "outbox.body": "{}", "parked.body": "{}", "sealed_rows.body": "{}", "is_secret": 0, "is_urgent": 0,
    "is_swept": 1, "account_settings.name": ("NUMBERS", "TIMEZONE"), "setting_changes.name": "TIMEZONE",
}  # fmt: skip


# Filled beside what they belong to.
BESIDE: Final = frozenset(
    {"accounts", "buyers", "buyer_contacts", "all_leads", "lead_phones", "lead_search", "lead_portions"}
)


def fill(kept: Kept, account_id: int, turn: int) -> None:
    """One more row of the account's in every table; with turn 0 what may be left out is."""
    for name in kept.tables:
        if name not in BESIDE:
            _insert(kept, name, account_id, turn)


def _insert(kept: Kept, name: str, account_id: int, turn: int) -> None:
    table = kept.tables[name]
    refers = {"lead_id": ("all_leads", "lead_id"), **table.parents}
    row = {}
    for key, column in table.columns.items():
        if key in refers and key != "account_id":
            parent, _key = refers[key]
            row[key] = None if parent == name else kept.keys(parent, account_id)[turn]
        elif not column.is_given:
            row[key] = _value(name, key, column, account_id, turn)
    try:
        kept.ask(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({', '.join(f':{key}' for key in row)})", **row)
    except Exception as error:
        raise AssertionError(f"say in VALUES what a row of {name} holds: {error}") from error


def _value(table: str, name: str, column: Column, account_id: int, turn: int) -> Any:
    if name == "account_id":
        return account_id
    for known in (f"{table}.{name}", name):
        if known in VALUES:
            return _in_turn(VALUES[known], turn, is_key=column.is_key)
    if name == "what":
        return ("card", "edit")[turn]
    if turn == 0 and not column.is_needed and not column.is_key:
        return None
    if name == "view_id":
        return 1000 * account_id + turn
    of_kind = {"BLOB": b"asha %d" % turn, "TEXT": f"asha {turn}"}
    return of_kind[column.kind] if column.kind in of_kind else SECOND + turn


def _in_turn(found: Any, turn: int, *, is_key: bool) -> Any:
    if isinstance(found, tuple):
        return found[turn]
    return found + turn if is_key and isinstance(found, int) else found


async def write(database: Database, kept_in: Callable[[], AbstractContextManager[Kept]]) -> tuple[AccountId, AccountId]:
    """The first account's last rows come after all of the second's: so no number of the first's tells of those."""
    async with database.transaction() as connection:
        first, second = [await accounts.open_account(connection, name) for name in ("main", "other")]
    for account_id, turn in ((first, 0), (second, 0), (second, 1), (first, 1)):
        lead = make_lead(str(turn), name="Asha", product="pump", city="Surat", mobile=f"+91900000003{turn}")
        async with database.transaction() as connection:
            ready = prepared_leads.of_all([lead._replace(email="asha@b.example")])
            await adding.add(connection, account_id, ready, origin=Origin.PULL, now=NOW, batch=1 if turn else None)
        with kept_in() as kept:
            kept.ask("INSERT INTO seal_keys (key) VALUES (:key) ON CONFLICT DO NOTHING", key=b"\0")
            fill(kept, account_id, turn)
            kept.ask(SPAN, account_id=account_id, at=SECOND, high=2**63 - 1)
    with kept_in() as kept:
        kept.ask(CLAIMED, at=SECOND)
        assert kept.strangers() == []
    return first, second


def without(kept: Kept, account_id: AccountId) -> None:
    """As if the account had never been known, but for the numbers that were given out."""
    if "lead_search" not in kept.tables:
        words = "SELECT position FROM all_leads WHERE account_id = :account_id"
        kept.ask(f"DELETE FROM lead_search WHERE rowid IN ({words})", account_id=account_id)
    owned = {name: kept.own(name) for name in kept.tables}
    for name in sorted(owned, key=lambda name: owned[name] == OWN):
        kept.ask(f"DELETE FROM {name} WHERE {owned[name]}", account_id=account_id)
