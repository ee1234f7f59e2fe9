"""The `accounts` row: call budget, health, and how far back leads are wanted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.domain.ids import ChatId, UserId
    from bot.store.connections import Row
    from bot.store.database import Connection

MAIN: Final = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    account_id: AccountId
    name: str
    connected_at: datetime | None
    last_call_at: datetime | None
    hold_until: datetime | None
    last_outcome: str | None
    last_answer_at: datetime | None
    last_ok_at: datetime | None
    last_new: int
    wanted_from: datetime | None
    live_from: datetime | None
    longest_window: timedelta | None
    reread_at: datetime | None
    batch: int | None
    batch_listed: int
    is_served: bool = True
    """Neither paused nor removed."""


# After the highest of those that are there and those that are gone: buttons outlive their account.
_ADD: Final = """
    INSERT INTO accounts (account_id, name)
    SELECT 1 + max(given), :name FROM (
        SELECT account_id AS given FROM accounts UNION ALL SELECT gone_id FROM gone_accounts UNION ALL SELECT 0
    ) AS ids WHERE true
"""

OPEN: Final = f"{_ADD} ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING account_id"

ADD: Final = f"{_ADD} ON CONFLICT (name) DO NOTHING RETURNING account_id"

# Two that come at once would else get the same number.
ALONE_POSTGRES: Final = "SELECT pg_advisory_xact_lock(4815309183)"

# Others may refer to the row meanwhile: the stronger FOR UPDATE would hold up whoever adds to any of its tables.
LOCK_POSTGRES: Final = "SELECT 1 FROM accounts WHERE account_id = :account_id FOR NO KEY UPDATE"

NAMED: Final = "SELECT account_id FROM accounts WHERE name = :name"

GET: Final = "SELECT * FROM accounts WHERE account_id = :account_id"

TAKE_SLOT: Final = """
    UPDATE accounts SET last_call_at = :now, hold_until = NULL
    WHERE account_id = :account_id AND last_call_at IS :seen
    RETURNING account_id
"""

HOLD: Final = "UPDATE accounts SET hold_until = :until WHERE account_id = :account_id"

ANSWERED: Final = """
    UPDATE accounts SET last_outcome = :outcome, last_answer_at = :now,
        last_ok_at = CASE WHEN :is_ok = 1 THEN :now ELSE last_ok_at END,
        last_new = CASE WHEN :is_ok = 1 THEN :new ELSE last_new END
    WHERE account_id = :account_id
"""

WANT_FROM: Final = """
    UPDATE accounts SET wanted_from = :since
    WHERE account_id = :account_id AND (wanted_from IS NULL OR wanted_from > :since)
"""

LIVE_FROM: Final = "UPDATE accounts SET live_from = coalesce(live_from, :since) WHERE account_id = :account_id"

LIMIT_WINDOW: Final = "UPDATE accounts SET longest_window = :seconds WHERE account_id = :account_id"

REREAD: Final = "UPDATE accounts SET reread_at = :now WHERE account_id = :account_id"

BATCH: Final = "UPDATE accounts SET batch = :batch, batch_listed = :listed WHERE account_id = :account_id"

REVISION: Final = "SELECT revision FROM account_revision"

# Its row is locked till the end: who changes accounts at the same time does so one after the other.
NEXT_REVISION: Final = "UPDATE account_revision SET revision = revision + 1"

CHANGED: Final = """
    UPDATE accounts SET revision = (SELECT revision FROM account_revision) WHERE account_id = :account_id
"""

PAUSE: Final = "UPDATE accounts SET paused_at = coalesce(paused_at, :now) WHERE account_id = :account_id"

RESUME: Final = "UPDATE accounts SET paused_at = NULL WHERE account_id = :account_id"

LET_GO: Final = "UPDATE accounts SET let_go_at = :now WHERE account_id = :account_id AND removed_at IS NOT NULL"

IS_LET_GO: Final = "SELECT let_go_at IS NOT NULL AS is_let_go FROM accounts WHERE account_id = :account_id"

REMOVE: Final = "UPDATE accounts SET removed_at = coalesce(removed_at, :now) WHERE account_id = :account_id"

NOTE_SERVED: Final = """
    UPDATE accounts SET admins = :admins, chat_id = :chat_id, bot_id = :bot_id WHERE account_id = :account_id
"""

CONNECT: Final = """
    UPDATE accounts SET connected_at = :now WHERE account_id = :account_id AND connected_at IS NULL
    RETURNING account_id
"""


async def open_account(connection: Connection, name: str = MAIN) -> AccountId:
    """The account's id; made if it is not there."""
    if connection.is_postgres:
        known = await named(connection, name)
        if known is not None:
            return known
        await connection.execute(ALONE_POSTGRES)
    return AccountId(_one(await connection.fetch_one(OPEN, {"name": name}))["account_id"])


async def lock(connection: Connection, account_id: AccountId) -> None:
    """What is read after this and written in the same transaction, nobody else who locks the account changes between.
    SQLite lets only one write anyway. Whoever locks several goes by their ids.
    """
    if connection.is_postgres:
        await connection.execute(LOCK_POSTGRES, {"account_id": account_id})


async def named(connection: Connection, name: str) -> AccountId | None:
    row = await connection.fetch_one(NAMED, {"name": name})
    return None if row is None else AccountId(row["account_id"])


async def add(connection: Connection, name: str) -> AccountId | None:
    """None where one has that name."""
    if connection.is_postgres:
        await connection.execute(ALONE_POSTGRES)
    row = await connection.fetch_one(ADD, {"name": name})
    if row is None:
        return None
    account_id = AccountId(row["account_id"])
    await changed(connection, account_id)
    return account_id


async def pause(connection: Connection, account_id: AccountId, now: datetime) -> None:
    await connection.execute(PAUSE, {"account_id": account_id, "now": to_epoch(now)})
    await changed(connection, account_id)


async def resume(connection: Connection, account_id: AccountId) -> None:
    await connection.execute(RESUME, {"account_id": account_id})
    await changed(connection, account_id)


async def remove(connection: Connection, account_id: AccountId, now: datetime) -> None:
    """From now on it is not served; what it has is erased later, and nothing brings it back."""
    await connection.execute(REMOVE, {"account_id": account_id, "now": to_epoch(now)})
    await changed(connection, account_id)


async def let_go(connection: Connection, account_id: AccountId, now: datetime) -> None:
    """The running service does nothing for a removed account any more: it can be erased."""
    await connection.execute(LET_GO, {"account_id": account_id, "now": to_epoch(now)})


async def is_let_go(connection: Connection, account_id: AccountId) -> bool:
    row = await connection.fetch_one(IS_LET_GO, {"account_id": account_id})
    return row is None or bool(row["is_let_go"])


async def changed(connection: Connection, account_id: AccountId) -> None:
    """A running service takes it up."""
    await connection.execute(NEXT_REVISION)
    await connection.execute(CHANGED, {"account_id": account_id})


async def revision(connection: Connection) -> int:
    """Another one after every change of any account or its settings."""
    return int(_one(await connection.fetch_one(REVISION))["revision"])


async def get(connection: Connection, account_id: AccountId) -> Account:
    return read(_one(await connection.fetch_one(GET, {"account_id": account_id})))


def read(row: Row) -> Account:
    return Account(
        account_id=AccountId(row["account_id"]),
        name=row["name"],
        connected_at=_moment(row["connected_at"]),
        last_call_at=_moment(row["last_call_at"]),
        hold_until=_moment(row["hold_until"]),
        last_outcome=row["last_outcome"],
        last_answer_at=_moment(row["last_answer_at"]),
        last_ok_at=_moment(row["last_ok_at"]),
        last_new=row["last_new"],
        wanted_from=_moment(row["wanted_from"]),
        live_from=_moment(row["live_from"]),
        longest_window=None if row["longest_window"] is None else timedelta(seconds=row["longest_window"]),
        reread_at=_moment(row["reread_at"]),
        batch=row["batch"],
        batch_listed=row["batch_listed"],
        is_served=row["paused_at"] is None and row["removed_at"] is None,
    )


async def note_served(
    connection: Connection, account_id: AccountId, bot_id: int | None, chat_id: ChatId, admins: Collection[UserId]
) -> None:
    """By which bot and in which chat it is served from now on, and whom private chats show numbers as admins; read with
    what an account begins with.
    """
    parameters = {"account_id": account_id, "bot_id": bot_id, "chat_id": chat_id, "admins": json.dumps(sorted(admins))}
    await connection.execute(NOTE_SERVED, parameters)


async def take_slot(connection: Connection, account_id: AccountId, *, seen: datetime | None, now: datetime) -> bool:
    """Record a call before it is made. False if another process called since `seen` was read."""
    parameters = {"account_id": account_id, "seen": seen and to_epoch(seen), "now": to_epoch(now)}
    return await _changed(connection, TAKE_SLOT, parameters)


async def hold(connection: Connection, account_id: AccountId, until: datetime) -> None:
    """IndiaMART asked for no call before `until`."""
    await connection.execute(HOLD, {"account_id": account_id, "until": to_epoch(until)})


async def answered(
    connection: Connection, account_id: AccountId, outcome: str, *, is_ok: bool, new: int, now: datetime
) -> None:
    parameters = {"account_id": account_id, "outcome": outcome, "is_ok": int(is_ok), "new": new, "now": to_epoch(now)}
    await connection.execute(ANSWERED, parameters)


async def want_from(connection: Connection, account_id: AccountId, since: datetime) -> None:
    """Leads since then are wanted; an earlier wish stays."""
    await connection.execute(WANT_FROM, {"account_id": account_id, "since": to_epoch(since)})


async def live_from(connection: Connection, account_id: AccountId, since: datetime) -> None:
    """The account's own time begins then; only the first call counts. What is older is history."""
    await connection.execute(LIVE_FROM, {"account_id": account_id, "since": to_epoch(since)})


async def limit_window(connection: Connection, account_id: AccountId, longest: timedelta | None) -> None:
    seconds = None if longest is None else int(longest.total_seconds())
    await connection.execute(LIMIT_WINDOW, {"account_id": account_id, "seconds": seconds})


async def reread(connection: Connection, account_id: AccountId, now: datetime) -> None:
    await connection.execute(REREAD, {"account_id": account_id, "now": to_epoch(now)})


async def set_batch(connection: Connection, account_id: AccountId, batch: int | None, listed: int) -> None:
    """Which run of old leads is under way, and how many of it were listed in the group."""
    await connection.execute(BATCH, {"account_id": account_id, "batch": batch, "listed": listed})


async def connect(connection: Connection, account_id: AccountId, now: datetime) -> bool:
    """True the first time only."""
    return await _changed(connection, CONNECT, {"account_id": account_id, "now": to_epoch(now)})


async def _changed(connection: Connection, statement: str, parameters: Mapping[str, object]) -> bool:
    return await connection.fetch_one(statement, parameters) is not None


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else from_epoch(seconds)


def _one(row: Row | None) -> Row:
    if row is None:
        raise LookupError("the account is not there")
    return row
