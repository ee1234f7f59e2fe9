"""/open and /mine: lists to work from. /stats: how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import text
from bot.chat.views.message import RenderedMessage
from bot.chat.views.text import HTML
from bot.domain import durations
from bot.lookup.stats import USUAL

if TYPE_CHECKING:
    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.domain.ids import UserId

_SHOWN: Final = 40


async def open_(_asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    return context.words.unclaimed(await context.services.work.open_leads())


async def mine(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    user_id = asked.visitor.user_id
    return context.words.anonymous() if user_id is None else await mine_of(user_id, 0, context)


async def mine_of(user_id: UserId, key: int, context: LeadbellContext, *, is_own: bool = True) -> RenderedMessage:
    """The page that begins with the key. Others in the group may turn it too."""
    page = await context.services.work.mine(user_id, key)
    people = await context.services.claims.people()
    name = next((one.name for one in people if one.user_id == user_id), None)
    return context.words.mine(page, user_id, name, key, is_own=is_own)


async def stats(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    length = durations.read_positive(asked.text) if asked.text else USUAL
    if isinstance(length, durations.DurationProblem):
        shown = f"“{text.shorten(text.line(asked.text), _SHOWN)}”"
        return RenderedMessage(HTML.plain(durations.refusal(length, shown)))
    return context.words.stats(await context.services.stats.report(length))
