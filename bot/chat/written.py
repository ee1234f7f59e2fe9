"""What somebody wrote to the bot, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.chat.views.text import typed

if TYPE_CHECKING:
    from datetime import datetime

    import telegram

KEPT: Final = timedelta(hours=24)
"""By Telegram, of what it could not bring (Bot API, getUpdates)."""


def words(message: telegram.Message) -> str:
    """Also what stands below a picture."""
    return typed(message.text or message.caption or "")


def written_at(message: telegram.Message, now: datetime) -> datetime:
    """From which a typed time counts: "tomorrow", written before midnight, is read after it where the service was away.

    By Telegram's clock, unless one of the two must be wrong.
    """
    return message.date if timedelta(0) <= now - message.date <= KEPT else now
