"""Answers to presses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.sandbox.botapi.queries import CallbackAnswer
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.method_context import MethodContext
    from bot.sandbox.botapi.parameters import Parameters

TEXT_LENGTH: Final = 200


def answer_callback_query(context: MethodContext, p: Parameters) -> bool:
    """A second answer is taken and shown to nobody."""
    text, url = p.text("text"), p.text("url")
    if len(text) > TEXT_LENGTH:
        raise bad("MESSAGE_TOO_LONG")
    link = rf"(?:https?://)?(?:t\.me|telegram\.me)/{context.bot.username}\?start=[\w-]{{0,64}}"
    if url and not re.fullmatch(link, url, re.IGNORECASE):
        raise bad("URL_INVALID")
    context.world.queries.answer_press(
        context.bot, p.text("callback_query_id"), CallbackAnswer(text, p.flag("show_alert"), url)
    )
    return True
