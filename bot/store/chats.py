"""Facts about chats: groups that moved to another id, and when writing calls were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import ChatId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.store.database import Connection

MOVE: Final = """
    INSERT INTO moves (old_chat_id, new_chat_id, moved_at) VALUES (:old, :new, :now)
    ON CONFLICT (old_chat_id) DO UPDATE SET new_chat_id = excluded.new_chat_id
"""

MOVES: Final = "SELECT old_chat_id, new_chat_id FROM moves"

SENT: Final = "INSERT INTO sends (chat_id, sent_at) VALUES (:chat_id, :sent_at)"

FORGET_SENDS: Final = "DELETE FROM sends WHERE sent_at < :before"

SENDS: Final = "SELECT chat_id, sent_at FROM sends WHERE sent_at >= :since ORDER BY sent_at"


async def move(connection: Connection, old: ChatId, new: ChatId, now: datetime) -> None:
    await connection.execute(MOVE, {"old": old, "new": new, "now": to_epoch(now)})


async def moves(connection: Connection) -> dict[ChatId, ChatId]:
    """The new id by the old one."""
    return {ChatId(row["old_chat_id"]): ChatId(row["new_chat_id"]) for row in await connection.fetch_all(MOVES)}


async def sent(connection: Connection, calls: Sequence[tuple[ChatId, float]], forget_before: float) -> None:
    """Record writing calls, (chat, time); times are fractions of a second since 1970."""
    await connection.execute(FORGET_SENDS, {"before": forget_before})
    await connection.execute_many(SENT, [{"chat_id": chat_id, "sent_at": sent_at} for chat_id, sent_at in calls])


async def sends(connection: Connection, since: float) -> list[tuple[ChatId, float]]:
    """(chat, time) of writing calls, oldest first."""
    return [(ChatId(row["chat_id"]), row["sent_at"]) for row in await connection.fetch_all(SENDS, {"since": since})]
