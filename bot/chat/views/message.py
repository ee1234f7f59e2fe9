"""What is sent: words and what is under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Button = dict[str, object]
"""Telegram's InlineKeyboardButton, https://core.telegram.org/bots/api#inlinekeyboardbutton."""
ReplyMarkup = dict[str, Any]
"""Telegram's InlineKeyboardMarkup or ForceReply."""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """Telegram's HTML, unless it was asked for plainly; at most 4096 UTF-16 units after entities."""

    text: str
    reply_markup: ReplyMarkup | None = None
    """A keyboard, or what makes the app open a reply to this message."""

    @property
    def is_question(self) -> bool:
        return self.reply_markup is not None and "force_reply" in self.reply_markup
