"""What is written to a bot that no service runs for: `leadbell check` and `leadbell setup` listen for so long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from telegram import Update
from telegram.constants import ChatType

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from telegram import Chat, User
    from telegram.ext import ExtBot

WANTED: Final = [Update.MESSAGE, Update.MY_CHAT_MEMBER, Update.CHANNEL_POST, Update.CALLBACK_QUERY]
LONGEST_POLL: Final = 10
"""Seconds."""
LOOK_AGAIN: Final = 0.5
"""Seconds between two looks at what is left there: Telegram answers at once while anything is."""
MOST_SEEN: Final = 100
"""Updates that Telegram shows before any is confirmed."""


class HeardKind(Enum):
    """What sort of chat it is."""

    GROUP = auto()
    PRIVATE = auto()
    CHANNEL = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardChat:
    """A chat in which something happened, and who did it."""

    chat_id: int
    kind: HeardKind
    title: str
    thread_id: int | None = None
    """The forum topic that was written in; None for General."""
    is_forum: bool = False
    is_written: bool = False
    """Somebody wrote; else the bot was added, or its rights were changed."""
    is_gone: bool = False
    """The bot was removed."""
    user_id: int | None = None
    """None for who is anonymous."""
    user_name: str = ""


class Listening:
    """How long it goes on."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = asyncio.get_running_loop().time() + seconds

    @property
    def left(self) -> float:
        return self._ends_at - asyncio.get_running_loop().time()

    def shorten(self, seconds: float) -> None:
        self._ends_at = min(self._ends_at, asyncio.get_running_loop().time() + seconds)


async def left_there(bot: ExtBot[None], span: Listening) -> AsyncGenerator[Update, None]:
    """What waits and what comes meanwhile, each once, and not confirmed: it is somebody else's to read. Nothing comes
    behind `MOST_SEEN`.
    """
    seen: set[int] = set()
    while (left := span.left) > 0:
        # Which kinds Telegram keeps is not changed either.
        found = await bot.get_updates(timeout=min(int(left) + 1, LONGEST_POLL))
        for update in found:
            if update.update_id not in seen:
                seen.add(update.update_id)
                yield update
        if found:
            await asyncio.sleep(LOOK_AGAIN)


async def updates(bot: ExtBot[None], span: Listening) -> AsyncGenerator[Update, None]:
    """What comes meanwhile, confirmed; the webhook of another program must be gone before."""
    offset: int | None = None
    try:
        while (left := span.left) > 0:
            timeout = min(int(left) + 1, LONGEST_POLL)
            for update in await bot.get_updates(offset=offset, timeout=timeout, allowed_updates=WANTED):
                offset = update.update_id + 1
                yield update
    finally:
        if offset is not None:
            await bot.get_updates(offset=offset, timeout=0, limit=1, allowed_updates=WANTED)


def heard(update: Update) -> HeardChat | None:
    """None for what happened in no chat, and for what a group's move to another id leaves behind."""
    chat, message = update.effective_chat, update.message
    if chat is None or update.callback_query is not None or (message and message.migrate_from_chat_id):
        return None
    if message is not None and message.migrate_to_chat_id is not None:
        return HeardChat(chat_id=message.migrate_to_chat_id, kind=HeardKind.GROUP, title=chat.title or "")
    member = update.my_chat_member
    user = _person(update)
    return HeardChat(
        chat_id=chat.id,
        kind=_kind(chat),
        title=chat.title or chat.full_name or "",
        thread_id=message.message_thread_id if message is not None and message.is_topic_message else None,
        is_forum=bool(chat.is_forum),
        is_written=message is not None and message.text is not None,
        is_gone=member is not None and member.new_chat_member.status in {"left", "kicked"},
        user_id=None if user is None else user.id,
        user_name="" if user is None else user.full_name,
    )


def _person(update: Update) -> User | None:
    """Not who writes as the group: that is nobody."""
    if update.message is not None and update.message.sender_chat is not None:
        return None
    user = update.effective_user
    return None if user is None or user.is_bot else user


def _kind(chat: Chat) -> HeardKind:
    return {ChatType.PRIVATE: HeardKind.PRIVATE, ChatType.CHANNEL: HeardKind.CHANNEL}.get(
        ChatType(chat.type), HeardKind.GROUP
    )
