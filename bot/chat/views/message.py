"""What is sent: words and what is under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.chat.views.text import bold, escaped, without_markup

Button = dict[str, object]
"""Telegram's InlineKeyboardButton, https://core.telegram.org/bots/api#inlinekeyboardbutton."""
ReplyMarkup = dict[str, Any]
"""Telegram's InlineKeyboardMarkup or ForceReply."""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """Telegram's HTML; at most 4096 UTF-16 units after entities."""

    text: str
    reply_markup: ReplyMarkup | None = None
    """A keyboard, or what makes the app open a reply to this message."""

    @property
    def is_question(self) -> bool:
        return self.reply_markup is not None and "force_reply" in self.reply_markup

    @property
    def plain(self) -> RenderedMessage:
        """The same words without markup and buttons, for where Telegram does not take it as it is."""
        return RenderedMessage(without_markup(self.text))


def said(*lines: str) -> RenderedMessage:
    return RenderedMessage("\n".join(map(escaped, lines)))


def titled(headline: str, *rest: str) -> RenderedMessage:
    """The first line stands out."""
    return RenderedMessage("\n".join((bold(headline), *map(escaped, rest))))
