"""What Telegram's errors mean for a delivery: the one place that decides."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import DeliveryError, DeliveryTrouble

_OWN_FAULT: Final = (
    "can't parse entities",
    "can't parse inline keyboard",
    "can't parse reply keyboard",
    "message is too long",
    "message_too_long",
    "entities_too_long",
    "media_caption_too_long",
    "caption is too long",
    "message text is empty",
    "text must be non-empty",
    "text must be encoded in utf-8",
    "entity_bounds_invalid",
    "button_",
    "inline keyboard",
    "reply_markup_too_long",
    "reply markup is too long",
)
_TOPIC_GONE: Final = ("thread not found", "topic_deleted", "topic_id_invalid")
_MESSAGE_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message can't be deleted",
    "message to be replied not found",
    "message to reply not found",
    "message_id_invalid",
)
_STATUS: Final = re.compile(r"Bad Gateway|\(\d{3}\)|is not the Bot API's")
"""Somebody has answered, if not as Telegram does. The library has the same error for both."""
_UNCHANGED: Final = "message is not modified"
_TOO_LARGE: Final = ("request entity too large", "content too large")


def is_unchanged(error: TelegramError) -> bool:
    """The message looks already as it was to look: success."""
    return isinstance(error, BadRequest) and _UNCHANGED in error.message.lower()


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def translate(error: TelegramError) -> DeliveryError:
    """The order matters: to python-telegram-bot BadRequest and TimedOut are NetworkErrors too."""
    if isinstance(error, RetryAfter):
        return DeliveryError(DeliveryTrouble.FLOOD, error.message, retry_after=seconds(error))
    if isinstance(error, ChatMigrated):
        return DeliveryError(DeliveryTrouble.MOVED, error.message, moved_to=error.new_chat_id)
    if isinstance(error, InvalidToken):
        # The library's own text quotes the token.
        return DeliveryError(DeliveryTrouble.TOKEN, "Unauthorized")
    return DeliveryError(_trouble(error), error.message, is_of_the_way=is_of_the_way(error))


def is_of_the_way(error: TelegramError) -> bool:
    """Whether no answer came, of whatever kind."""
    return isinstance(error, TimedOut) or (type(error) is NetworkError and _STATUS.search(error.message) is None)


def _trouble(error: TelegramError) -> DeliveryTrouble:
    if isinstance(error, Forbidden):
        return DeliveryTrouble.CHAT
    if isinstance(error, BadRequest):
        return _bad_request(error.message)
    if not isinstance(error, TimedOut) and isinstance(error, NetworkError) and _has(error.message, _TOO_LARGE):
        return DeliveryTrouble.MESSAGE
    return DeliveryTrouble.TEMPORARY  # TimedOut, NetworkError, Conflict, and what the library may invent


def _bad_request(message: str) -> DeliveryTrouble:
    if _has(message, _OWN_FAULT):
        return DeliveryTrouble.MESSAGE
    if _has(message, _TOPIC_GONE):
        return DeliveryTrouble.TOPIC
    return DeliveryTrouble.MISSING if _has(message, _MESSAGE_GONE) else DeliveryTrouble.CHAT


def _has(message: str, parts: tuple[str, ...]) -> bool:
    lowered = message.lower()
    return any(part in lowered for part in parts)
