"""What a presser sees: every press is answered, in time and always."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, TelegramError

from bot.chat.failures import translate
from bot.errors import LeadbellError
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from telegram import CallbackQuery

log = logging.getLogger(__name__)

PATIENCE: Final = 5.0
"""Seconds a press waits for what it started (Telegram forgets it after about 15); the work goes on."""
LONGEST_ALERT: Final = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """A passing notice, an alert to be closed, or nothing."""

    text: str = ""
    is_alert: bool = False


QUIET: Final = Reply()


def alert(text: str) -> Reply:
    return Reply(text, is_alert=True)


async def reply(query: CallbackQuery, work: Coroutine[Any, Any, Reply]) -> None:
    """Answer with what the work says, or with a word of patience where it has to wait for its turn."""
    task = asyncio.create_task(_safely(work), name="press")
    try:
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            await _tell(query, Reply(_("Telegram makes me wait a little; it is on its way.")))
            await task
        else:
            await _tell(query, task.result())
    finally:
        task.cancel()


async def _safely(work: Coroutine[Any, Any, Reply]) -> Reply:
    try:
        return await work
    except TelegramError as error:
        log.warning("a press could not be served: %s", translate(error))
    except LeadbellError as error:
        log.warning("a press could not be served: %s", error)
        return alert(str(error))
    except Exception as error:
        log.exception("a press could not be served: %s", type(error).__name__)
    return alert(_("That did not work just now. Please press again in a moment."))


async def _tell(query: CallbackQuery, said: Reply) -> None:
    # Too old to be answered: then nobody waits any more.
    with suppress(BadRequest):
        await query.answer(said.text[:LONGEST_ALERT] or None, show_alert=said.is_alert)
