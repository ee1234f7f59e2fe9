"""Facts about chats: groups that moved to another id, and when writing calls were made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import AccountId, ChatId, ChatPlace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.store.database import Connection

MOVE: Final = """
    INSERT INTO moves (account_id, old_chat_id, new_chat_id, moved_at) VALUES (:account_id, :old, :new, :now)
    ON CONFLICT (account_id, old_chat_id) DO UPDATE SET new_chat_id = excluded.new_chat_id
"""

ALL_MOVES: Final = "SELECT account_id, old_chat_id, new_chat_id FROM moves"

SENT: Final = "INSERT INTO sends (account_id, chat_id, sent_at) VALUES (:account_id, :chat_id, :sent_at)"

FORGET_SENDS: Final = """
    DELETE FROM sends
    WHERE account_id = :account_id AND sent_at < :before AND (held_until IS NULL OR held_until < :before)
"""

HELD: Final = """
    INSERT INTO sends (account_id, chat_id, sent_at, held_until) VALUES (:account_id, :chat_id, :since, :until)
"""


async def move(connection: Connection, account_id: AccountId, old: ChatId, new: ChatId, now: datetime) -> None:
    await connection.execute(MOVE, {"account_id": account_id, "old": old, "new": new, "now": to_epoch(now)})


async def all_moves(connection: Connection) -> dict[AccountId, dict[ChatId, ChatId]]:
    """Of every account."""
    found: dict[AccountId, dict[ChatId, ChatId]] = {}
    for row in await connection.fetch_all(ALL_MOVES):
        found.setdefault(AccountId(row["account_id"]), {})[ChatId(row["old_chat_id"])] = ChatId(row["new_chat_id"])
    return found


LOSE_TOPIC: Final = """
    INSERT INTO lost_topics (account_id, chat_id, thread_id, lost_at) VALUES (:account_id, :chat_id, :thread_id, :now)
    ON CONFLICT DO NOTHING
"""


async def lose_topic(connection: Connection, account_id: AccountId, place: ChatPlace, now: datetime) -> None:
    parameters = {"chat_id": place.chat_id, "thread_id": place.thread_id, "now": to_epoch(now)}
    await connection.execute(LOSE_TOPIC, {"account_id": account_id} | parameters)


async def sent(
    connection: Connection, account_id: AccountId, calls: Sequence[tuple[ChatId, float]], forget_before: float
) -> None:
    """Record writing calls, (chat, time); times are fractions of a second since 1970."""
    await connection.execute(FORGET_SENDS, {"account_id": account_id, "before": forget_before})
    rows = [{"account_id": account_id, "chat_id": chat_id, "sent_at": sent_at} for chat_id, sent_at in calls]
    await connection.execute_many(SENT, rows)


async def held(connection: Connection, account_id: AccountId, holds: Sequence[tuple[ChatId, float, float]]) -> None:
    """Telegram asked for no call into these chats, (chat, since, until), in seconds since 1970."""
    rows = [
        {"account_id": account_id, "chat_id": chat_id, "since": since, "until": math.ceil(until)}
        for chat_id, since, until in holds
    ]
    await connection.execute_many(HELD, rows)
