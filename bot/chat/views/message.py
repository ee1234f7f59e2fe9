"""What is sent: words and the keyboard under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from telegram import ForceReply, InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """Telegram's HTML, unless it was asked for plainly; at most 4096 UTF-16 units after entities."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    question: ForceReply | None = None
    """Instead of a keyboard: the app opens a reply to this message."""
