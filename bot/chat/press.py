"""A press of a button, and what its presser sees: every press is answered, in time and always."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, TelegramError

from bot.chat.auth import is_private
from bot.chat.errors import translate
from bot.chat.views import answers
from bot.domain.sight import Reader
from bot.errors import LeadbellError, StoreError
from bot.health.troubles import Activity, cause_of
from bot.i18n import _
from bot.store.database import written_within
from bot.team.access import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any

    from telegram import CallbackQuery

    from bot.chat.context import LeadbellContext
    from bot.domain.person import Person
    from bot.health.troubles import Troubles
    from bot.services import Services

log = logging.getLogger(__name__)

PATIENCE: Final = 0.8
"""Seconds a press waits for what it started; the work goes on."""
WRITTEN_WITHIN: Final = 0.5
"""Seconds within which all transactions of a press begin; else nothing more is stored, and the presser is told so."""
LONGEST_ALERT: Final = 200


@dataclass(slots=True, eq=False)
class Hearing:
    """Whether what a press comes to may still be said to its presser alone: it is answered only once."""

    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Press:
    """One that is being served: the button's query, and who pressed."""

    query: CallbackQuery
    person: Person
    role: Role
    context: LeadbellContext
    hearing: Hearing

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def reader(self) -> Reader:
        """Of what is written where the button stands."""
        message = self.query.message
        return replace(self.alone, is_alone=message is not None and is_private(message.chat))

    @property
    def alone(self) -> Reader:
        """Of the answer to the press."""
        return Reader(user_id=self.person.user_id, is_alone=True)

    @property
    def services(self) -> Services:
        return self.context.services


@dataclass(frozen=True, slots=True)
class PressReply:
    """A passing notice, an alert to be closed, or nothing."""

    text: str = ""
    is_alert: bool = False
    aloud: str | None = None
    """Instead of `text`, where it cannot be heard by the presser alone; empty where nobody else is to hear it."""
    on_heard: Callable[[], None] | None = None
    """Told once the presser can have read it, in whichever way."""

    def heard(self) -> None:
        if self.on_heard is not None:
            self.on_heard()


QUIET: Final = PressReply()


def alert(text: str) -> PressReply:
    return PressReply(text, is_alert=True)


async def reply(
    query: CallbackQuery,
    work: Coroutine[Any, Any, PressReply],
    troubles: Troubles,
    *,
    hearing: Hearing,
    later: Callable[[PressReply], Awaitable[None]],
) -> None:
    """Answer within a second: with what the work says, or with what to do where it takes longer.

    A press can be answered only once, and Telegram may not take even that: the work goes on all the same, and `later`
    says what went wrong. `hearing` tells the work which it will be.
    """
    task = asyncio.create_task(_safely(work, troubles), name="press")
    try:
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            hearing.is_open = False
            await _tell(query, PressReply(_("This takes a moment. If nothing changes, please press again.")), troubles)
        elif await _tell(query, task.result(), troubles):
            task.result().heard()
            return
        said = await task
        if said.is_alert and said.aloud != "":
            await later(said)
    finally:
        task.cancel()


async def _safely(work: Coroutine[Any, Any, PressReply], troubles: Troubles) -> PressReply:
    try:
        with written_within(WRITTEN_WITHIN):
            said = await work
    except StoreError as error:
        troubles.failed(Activity.PRESS, error)
        log.warning("a press could not be stored: %s", type(error).__name__)  # its words are in the presser's language
        return alert(answers.not_stored(error))
    except TelegramError as error:
        failure = translate(error)
        troubles.count(Activity.PRESS, cause_of(failure))
        log.warning("a press could not be served: %s", failure)
    except LeadbellError as error:
        log.warning("a press could not be served: %s", type(error).__name__)
        return alert(str(error))
    except Exception as error:
        troubles.failed(Activity.PRESS, error)
        log.exception("a press could not be served: %s", type(error).__name__)
    else:
        troubles.worked(Activity.PRESS)
        return said
    return alert(press_again())


def press_again() -> str:
    return _("That did not work just now. Please press again in a moment.")


async def _tell(query: CallbackQuery, said: PressReply, troubles: Troubles) -> bool:
    """Whether Telegram took it."""
    try:
        await query.answer(said.text[:LONGEST_ALERT] or None, show_alert=said.is_alert)
    except BadRequest:
        return False  # it is too old to be answered
    except TelegramError as error:
        failure = translate(error)
        troubles.count(Activity.PRESS, cause_of(failure))
        log.warning("a press could not be answered: %s", failure)
        return False
    return True
