"""The `outbox` table: what is still to be said, to whom and in which order. How it is said is delivery's business."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId, ChatId, LeadId
from bot.store.connections import listed
from bot.store.outbox_messages import LATEST, moment, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.card import Lateness
    from bot.store.database import Connection
    from bot.store.outbox_messages import Draft, OutboxRow


@dataclass(frozen=True, slots=True)
class WaitingMessages:
    rows: int
    oldest: datetime | None


_LOWEST: Final = -(2**63)

# A lead that is not the account's is refused as one that is not there. What is about a lead goes to where its card
# stands, or will.
ADD: Final = """
    INSERT INTO outbox (account_id, turn, what, lead_id, body, queued_at, due_at, late, chat_id, thread_id)
    SELECT :account_id, draft.turn, draft.what,
        CASE WHEN draft.lead_id IS NOT NULL THEN coalesce((
            SELECT all_leads.lead_id FROM all_leads
            WHERE all_leads.lead_id = draft.lead_id AND all_leads.account_id = :account_id
        ), -1) END,
        draft.body, :now, :now, draft.late,
        coalesce(draft.chat_id, (SELECT lead_routes.chat_id FROM lead_routes
            WHERE lead_routes.lead_id = draft.beside AND lead_routes.account_id = :account_id)),
        coalesce(draft.thread_id, (SELECT lead_routes.thread_id FROM lead_routes
            WHERE lead_routes.lead_id = draft.beside AND lead_routes.account_id = :account_id))
    FROM (
        SELECT key AS place, CAST(json_extract(value, '$[0]') AS BIGINT) AS chat_id,
            CAST(json_extract(value, '$[1]') AS BIGINT) AS turn, json_extract(value, '$[2]') AS what,
            CAST(json_extract(value, '$[3]') AS BIGINT) AS lead_id, json_extract(value, '$[4]') AS body,
            json_extract(value, '$[5]') AS late, CAST(json_extract(value, '$[6]') AS BIGINT) AS thread_id,
            CAST(json_extract(value, '$[7]') AS BIGINT) AS beside
        FROM json_each(:drafts)
    ) AS draft WHERE true ORDER BY draft.place
    ON CONFLICT (lead_id, what) WHERE lead_id IS NOT NULL DO UPDATE SET
        turn = CASE WHEN outbox.turn < excluded.turn THEN outbox.turn ELSE excluded.turn END
"""

# The plus keeps SQLite from sorting all that is due: nearly everything is.
NEXT: Final = """
    SELECT * FROM outbox
    WHERE account_id = :account_id AND chat_id IS :chat_id AND turn > :after AND +due_at <= :now
    ORDER BY turn, outbox_id LIMIT 1
"""

NEXT_DUE: Final = """
    SELECT outbox_id, due_at FROM outbox WHERE account_id = :account_id AND chat_id IS :chat_id
    ORDER BY due_at LIMIT 1
"""

NEXT_DUE_UP_TO: Final = """
    SELECT outbox_id, due_at FROM outbox
    WHERE account_id = :account_id AND chat_id IS :chat_id AND turn <= :turn ORDER BY due_at LIMIT 1
"""

ALL_ADDRESSES: Final = "SELECT DISTINCT account_id, chat_id FROM outbox"
ADDRESSES: Final = """
    SELECT DISTINCT account_id, chat_id FROM outbox
    WHERE account_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:account_ids))
"""

DONE: Final = "DELETE FROM outbox WHERE outbox_id = :outbox_id AND account_id = :account_id"

MARK_LATE: Final = """
    UPDATE outbox SET late = :late WHERE account_id = :account_id AND chat_id IS :chat_id AND late IS NULL
"""

# While a topic is closed the others of its chat go on.
PUT_OFF: Final = """
    UPDATE outbox SET due_at = :until, late = coalesce(late, :late)
    WHERE account_id = :account_id AND chat_id IS :chat_id AND thread_id IS :thread_id AND due_at < :until
"""

DISCARD: Final = """
    DELETE FROM outbox WHERE account_id = :account_id AND chat_id = :chat_id AND queued_at < :before
"""

HAS_CARD: Final = "SELECT 1 FROM outbox WHERE lead_id = :lead_id AND what = 'card' AND account_id = :account_id"

AWAIT_CARD_POSTGRES: Final = f"{HAS_CARD} FOR UPDATE"

REMOVE: Final = """
    DELETE FROM outbox WHERE outbox_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:outbox_ids))
        AND +account_id = :account_id AND turn IN (SELECT CAST(value AS BIGINT) FROM json_each(:turns))
    RETURNING outbox_id
"""

DEPTH: Final = "SELECT count(*) AS number FROM outbox WHERE account_id = :account_id"

OLDEST: Final = """
    SELECT queued_at AS oldest FROM outbox
    WHERE account_id = :account_id AND queued_at BETWEEN 0 AND :latest ORDER BY queued_at LIMIT 1
"""


async def add(connection: Connection, account_id: AccountId, drafts: Iterable[Draft], now: datetime) -> None:
    """Queue messages in the order given. A lead's card is queued once (by the unique index, whoever asks at the same
    time); asking again may only move it forward.
    """
    rows = [
        (
            *(one.chat_id, one.turn, one.what, one.lead_id, json.dumps(one.body) if one.body else "{}", one.late),
            *(one.thread_id, one.lead_id if one.beside is None else one.beside),
        )
        for one in _once_per_lead(drafts)
    ]
    if rows:
        parameters = {"account_id": account_id, "drafts": listed(rows), "now": to_epoch(now)}
        await connection.execute(ADD, parameters)


def _once_per_lead(drafts: Iterable[Draft]) -> Iterable[Draft]:
    """PostgreSQL refuses a statement that would come to one row twice."""
    found: dict[object, Draft] = {}
    for one in drafts:
        key = object() if one.lead_id is None else (one.lead_id, one.what)
        first = found.setdefault(key, one)
        if one.turn < first.turn:
            found[key] = replace(first, turn=one.turn)
    return found.values()


async def following(
    connection: Connection, account_id: AccountId, chat_id: ChatId | None, now: datetime, *, after: int | None = None
) -> OutboxRow | None:
    """What goes out next to this address, if anything is due; `after` leaves out what goes before such turns.

    Raises UnreadableRowError for a row that is none.
    """
    first = _LOWEST if after is None else after
    parameters = {"account_id": account_id, "chat_id": chat_id, "after": first, "now": to_epoch(now)}
    row = await connection.fetch_one(NEXT, parameters)
    return None if row is None else read(row)


async def next_due(
    connection: Connection, account_id: AccountId, chat_id: ChatId | None, *, up_to: int | None = None
) -> datetime | None:
    """When the first message for this address (of turns `up_to` this one) may go out.

    Raises UnreadableRowError where that is no time.
    """
    parameters = {"account_id": account_id, "chat_id": chat_id}
    if up_to is None:
        row = await connection.fetch_one(NEXT_DUE, parameters)
    else:
        row = await connection.fetch_one(NEXT_DUE_UP_TO, parameters | {"turn": up_to})
    return None if row is None else moment(row, "due_at")


async def waiting_chats(
    connection: Connection, account_ids: Iterable[AccountId] | None = None
) -> list[tuple[AccountId, ChatId | None]]:
    """For which chats of these accounts, or of all, something waits."""
    statement = ALL_ADDRESSES if account_ids is None else ADDRESSES
    rows = await connection.fetch_all(statement, {"account_ids": listed(account_ids or ())})
    return [(AccountId(row["account_id"]), None if row["chat_id"] is None else ChatId(row["chat_id"])) for row in rows]


async def done(connection: Connection, account_id: AccountId, outbox_id: int) -> None:
    await connection.execute(DONE, {"account_id": account_id, "outbox_id": outbox_id})


async def mark_late(connection: Connection, account_id: AccountId, chat_id: ChatId | None, reason: Lateness) -> None:
    """Everything that waits for this address is being held up; cards will say why."""
    await connection.execute(MARK_LATE, {"account_id": account_id, "chat_id": chat_id, "late": reason})


async def put_off(
    connection: Connection, account_id: AccountId, row: OutboxRow, until: datetime, reason: Lateness
) -> None:
    """Nothing for this row's topic goes out before then; cards will say why."""
    parameters = {"account_id": account_id, "chat_id": row.chat_id, "thread_id": row.thread_id, "late": reason}
    await connection.execute(PUT_OFF, parameters | {"until": to_epoch(until)})


async def discard(connection: Connection, account_id: AccountId, chat_id: ChatId, before: datetime) -> None:
    """Forget what was queued for a person before then."""
    parameters = {"account_id": account_id, "chat_id": chat_id, "before": to_epoch(before)}
    await connection.execute(DISCARD, parameters)


async def has_card(connection: Connection, account_id: AccountId, lead_id: LeadId) -> bool:
    """Whether the lead's card is still to be posted, or on its way."""
    return await connection.fetch_one(HAS_CARD, {"account_id": account_id, "lead_id": lead_id}) is not None


async def await_card(connection: Connection, account_id: AccountId, lead_id: LeadId) -> None:
    """Until nobody is about to record that the lead's card was posted: what is read after this is true until the end
    of the transaction. SQLite lets only one write anyway.
    """
    if connection.is_postgres:
        await connection.execute(AWAIT_CARD_POSTGRES, {"account_id": account_id, "lead_id": lead_id})


async def remove(
    connection: Connection, account_id: AccountId, outbox_ids: Sequence[int], turns: Sequence[int]
) -> set[int]:
    """Those of them that still have one of these turns: what somebody asked for meanwhile goes out."""
    parameters = {"account_id": account_id, "outbox_ids": listed(outbox_ids), "turns": listed(turns)}
    return {row["outbox_id"] for row in await connection.fetch_all(REMOVE, parameters)}


async def waiting(connection: Connection, account_id: AccountId) -> WaitingMessages:
    (depth,) = await connection.fetch_all(DEPTH, {"account_id": account_id})
    oldest = await connection.fetch_one(OLDEST, {"account_id": account_id, "latest": LATEST})
    return WaitingMessages(depth["number"], None if oldest is None else from_epoch(oldest["oldest"]))


def backoff(tries: int) -> timedelta:
    """5 s, 10 s, 20 s … 5 min."""
    return timedelta(seconds=min(5 * 2 ** min(tries, 10), 300))
