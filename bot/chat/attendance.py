"""/away, /back and /hours: when people are there, so that nobody is given a lead who is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.chat.views import answers, routes
from bot.chat.views.message import RenderedMessage, said
from bot.chat.written import written_at
from bot.config.hours import working_hours
from bot.config.values import BadValueError
from bot.domain import typed_times
from bot.domain.hour_words import in_english
from bot.domain.plain_text import plain
from bot.domain.typed_times import TimeProblem
from bot.domain.words.all import IN_WORD, LANGUAGES, OFF, either, says, spelled
from bot.i18n import _
from bot.team.access import Role
from bot.team.attendance import UnknownName

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.domain.person import Person

    Work = Callable[[Person, str], Awaitable[RenderedMessage]]

_SOMEBODY: Final = re.compile(r"@(\w+)\s*(.*)", re.DOTALL)
_TILL: Final = re.compile(rf"^(?:{either(words.till for words in LANGUAGES)})(?![{IN_WORD}])\s*", re.IGNORECASE)
_LONGEST: Final = 200


async def away(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """`/away till fri 10am`, `/away` until they are back; admins also for others: `/away @ravi till mon`."""

    async def leave(whom: Person, typed: str) -> RenderedMessage:
        services, until = context.services, None
        if words := _TILL.sub("", spelled(typed)):
            found = typed_times.parse(
                words, written_at(asked.message, services.clock.now()), services.settings.timezone
            )
            if isinstance(found, TimeProblem):
                return said(answers.time_problem(found), _("For example: /away till fri 10am, or /away alone."))
            until = found.at
        await services.attendances.away(whom.user_id, until, _speaker(asked))
        return context.views.away(whom.name, until)

    return await _of(asked, context, leave)


async def back(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    async def come(whom: Person, typed: str) -> RenderedMessage:
        if typed:
            return said(_("For example: /back @ravi, or /back alone."))
        await context.services.attendances.back(whom.user_id, _speaker(asked))
        return context.views.back(whom.name)

    return await _of(asked, context, come)


async def hours(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """`/hours Mon-Fri 10:00-18:00`; alone it says what is set, and `off` goes back to the account's."""

    async def work(whom: Person, typed: str) -> RenderedMessage:
        attendances = context.services.attendances
        if not typed:
            known = await attendances.of(whom.user_id)
            return context.views.hours(whom.name, None if known is None else known.hours)
        is_off = says(OFF, typed)
        if not is_off:
            try:
                working_hours(typed[:_LONGEST])
            except BadValueError as error:
                return said(str(error), _("For example: /hours Mon-Fri 10:00-18:00, or /hours off."))
        kept = None if is_off else in_english(plain(typed[:_LONGEST]))
        await attendances.hours(whom.user_id, kept, _speaker(asked))
        return context.views.hours(whom.name, kept)

    return await _of(asked, context, work)


def _speaker(asked: CommandCall) -> Person:
    if asked.visitor.person is None:
        raise AssertionError("who speaks as the group was refused")
    return asked.visitor.person


async def _of(asked: CommandCall, context: LeadbellContext, work: Work) -> RenderedMessage:
    """Of whoever asks, or of whom an admin names."""
    if asked.visitor.person is None:
        return said(answers.anonymous())
    named = _SOMEBODY.fullmatch(asked.text)
    if named is None:
        return await work(asked.visitor.person, asked.text)
    whom = await context.services.attendances.named(named[1])
    if isinstance(whom, UnknownName):
        return said(routes.unknown_name(whom))
    if asked.visitor.role is not Role.ADMIN and whom.user_id != asked.visitor.person.user_id:
        return said(answers.admins_only())
    return await work(whom, named[2].strip())
