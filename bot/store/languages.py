"""The `languages` table: what a person's private chat with a bot is in. By bot, as the chat is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from bot.domain.ids import UserId
    from bot.store.database import Connection

GET: Final = "SELECT language, is_chosen FROM languages WHERE bot_id = :bot_id AND user_id = :user_id"

CHOOSE: Final = """
    INSERT INTO languages (bot_id, user_id, language, is_chosen) VALUES (:bot_id, :user_id, :language, 1)
    ON CONFLICT (bot_id, user_id) DO UPDATE SET language = excluded.language, is_chosen = 1
"""

GUESS: Final = """
    INSERT INTO languages (bot_id, user_id, language, is_chosen) VALUES (:bot_id, :user_id, :language, 0)
    ON CONFLICT (bot_id, user_id) DO UPDATE SET language = excluded.language WHERE languages.is_chosen = 0
"""


class PersonsLanguage(NamedTuple):
    language: str
    is_chosen: bool
    """By /language; else it is what their Telegram was in."""


async def get(connection: Connection, bot_id: int, user_id: UserId) -> PersonsLanguage | None:
    row = await connection.fetch_one(GET, {"bot_id": bot_id, "user_id": user_id})
    return None if row is None else PersonsLanguage(row["language"], bool(row["is_chosen"]))


async def choose(connection: Connection, bot_id: int, user_id: UserId, language: str) -> None:
    await connection.execute(CHOOSE, {"bot_id": bot_id, "user_id": user_id, "language": language})


async def guess(connection: Connection, bot_id: int, user_id: UserId, language: str) -> None:
    """What was chosen stays."""
    await connection.execute(GUESS, {"bot_id": bot_id, "user_id": user_id, "language": language})
