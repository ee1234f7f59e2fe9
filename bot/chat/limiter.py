"""Answers to people take their turn in the same queue as everything else that is written into a chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.chat.failures import seconds
from bot.models import ChatId
from bot.services.messenger import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.services.pacing import Pacer

    Outcome = bool | dict[str, Any] | list[dict[str, Any]]

PACED: Final = "paced"
"""As `rate_limit_args`: this call has had its turn already."""
LONGEST_WAIT: Final = 60.0
"""An answer later than this helps nobody: then the call fails instead of being tried again."""
_WRITING: Final = re.compile("send(?!ChatAction)|editMessage|deleteMessage|copyMessage|forwardMessage")


class PacedLimiter(BaseRateLimiter[str]):
    """Lets everything pass until it is given a pacer."""

    def __init__(self) -> None:
        self.pacer: Pacer | None = None

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Outcome]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Outcome:
        chat_id = _chat_id(data)
        if self.pacer is None or chat_id is None or rate_limit_args == PACED or not _WRITING.match(endpoint):
            return await callback(*args, **kwargs)
        try:
            return await self._in_turn(self.pacer, chat_id, callback, args, kwargs)
        except RetryAfter as error:
            if seconds(error) > LONGEST_WAIT:
                raise
        return await self._in_turn(self.pacer, chat_id, callback, args, kwargs)

    @staticmethod
    async def _in_turn(
        pacer: Pacer,
        chat_id: ChatId,
        callback: Callable[..., Coroutine[Any, Any, Outcome]],
        args: Any,
        kwargs: dict[str, Any],
    ) -> Outcome:
        await pacer.slot(chat_id, Turn.ANSWER)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            pacer.hold(chat_id, seconds(error))
            raise


def _chat_id(data: dict[str, Any]) -> ChatId | None:
    try:
        return ChatId(int(data["chat_id"]))
    except (KeyError, TypeError, ValueError):
        return None
