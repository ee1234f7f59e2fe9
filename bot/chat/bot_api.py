"""Writing calls to the Bot API as plain data. python-telegram-bot reads what comes in; what goes out needs no objects.

docs/decisions/018 says what that buys.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from telegram import InputFile
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from yarl import URL

from bot.chat.transport import AiohttpRequest

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.chat.views.message import RenderedMessage
    from bot.domain.photo import Photo

NO_PREVIEW: Final = {"is_disabled": True}
"""LinkPreviewOptions of every message."""

LONGEST_WAIT: Final = 10.0**8
"""Seconds; a wait beyond three years is not meant."""
_ERRORS: Final[dict[int, type[TelegramError]]] = {
    HTTPStatus.BAD_REQUEST: BadRequest,
    HTTPStatus.UNAUTHORIZED: InvalidToken,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: InvalidToken,
    HTTPStatus.CONFLICT: Conflict,
}


class BotApi:
    """The calls of one bot, over the same connections as the library's own."""

    def __init__(self, bot: ExtBot[Any]) -> None:
        if not isinstance(bot.request, AiohttpRequest):
            raise TypeError("the bot has another transport")
        self._bot = bot
        self._request = bot.request

    async def call(self, method: str, **parameters: object) -> Any:
        """The result as JSON says it. What is None is left out. Raises TelegramError as the library's own calls do."""
        given = {name: _written(value) for name, value in parameters.items() if value is not None}
        status, payload = await self._request.post_form(f"{self._bot.base_url}/{method}", _form(given))
        answer = AiohttpRequest.parse_json_payload(payload)
        if status < HTTPStatus.MULTIPLE_CHOICES and answer.get("ok") is not False:
            return answer["result"]
        raise refusal(int(answer.get("error_code", status)), answer)


def refusal(status: int, answer: dict[str, Any]) -> TelegramError:
    """What Telegram's no means, in the library's words: https://core.telegram.org/bots/api#making-requests."""
    described, details = answer.get("description"), answer.get("parameters")
    message = described if isinstance(described, str) else f"HTTP status {status}"
    if isinstance(details, dict):
        if isinstance(moved := details.get("migrate_to_chat_id"), int):
            return ChatMigrated(moved)
        if isinstance(wait := details.get("retry_after"), int | float):
            return RetryAfter(timedelta(seconds=max(0, min(wait, LONGEST_WAIT))))
    known = _ERRORS.get(status)
    return NetworkError(f"{message} ({status})") if known is None else known(message)


def as_parameters(message: RenderedMessage, *, plain: bool = False) -> dict[str, Any]:
    """What every call that writes a text says of it."""
    drawn = message.plain if plain else message
    return {
        "text": drawn.text,
        "parse_mode": None if plain else ParseMode.HTML,
        "reply_markup": drawn.reply_markup,
        "link_preview_options": NO_PREVIEW,
    }


def photo_parameters(photo: Photo) -> dict[str, Any]:
    """Of `sendPhoto`, which the library makes: of all that is posted, only pictures are files."""
    return {
        "photo": InputFile(photo.png or b"", "chart.png", attach=True),
        "caption": photo.text,
        "parse_mode": ParseMode.HTML,
    }


def reply_to(message_id: int | None, *, must_stand: bool = False) -> dict[str, object] | None:
    """ReplyParameters; a reply to a message that is gone is sent all the same, unless that `must_stand`."""
    return None if message_id is None else {"message_id": message_id, "allow_sending_without_reply": not must_stand}


def _form(given: dict[str, str | int]) -> bytes:
    """As `urllib.parse.urlencode` would have it, in an eighth of the time."""
    return URL.build(query=given).raw_query_string.encode()


def _written(value: object) -> str | int:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else orjson.dumps(value).decode()
