"""/open and /mine: lists to work from. /stats: how it goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.chat.render.message import Message
from bot.i18n import _

if TYPE_CHECKING:
    from bot.chat.context import LeadbellContext
    from bot.chat.route import Asked
    from bot.models import UserId

_SPAN: Final = re.compile(r"([0-9]{1,4})\s*([dwm]?)[a-z]*", re.IGNORECASE | re.ASCII)
_DAYS: Final = {"": 1, "d": 1, "w": 7, "m": 30}
USUAL: Final = 7


async def open_(_asked: Asked, context: LeadbellContext) -> Message:
    return context.words.unclaimed(await context.services.work.open_leads())


async def mine(asked: Asked, context: LeadbellContext) -> Message:
    user_id = asked.visitor.user_id
    return context.words.anonymous() if user_id is None else await mine_of(user_id, 0, context)


async def mine_of(user_id: UserId, key: int, context: LeadbellContext) -> Message:
    """The page that begins with the key."""
    page = await context.services.work.mine(user_id, key)
    people = await context.services.claims.people()
    name = next((one.name for one in people if one.user_id == user_id), None)
    return context.words.mine(page, user_id, name, key)


async def stats(asked: Asked, context: LeadbellContext) -> Message:
    days = span(asked.text)
    if days is None:
        return Message(_("Write how far back behind the command, for example /stats 7d or /stats 30d."))
    return context.words.stats(await context.services.stats.report(days))


def span(typed: str) -> int | None:
    """Days; None for what is no span."""
    if not typed:
        return USUAL
    found = _SPAN.fullmatch(typed)
    days = 0 if found is None else int(found[1]) * _DAYS[found[2].lower()]
    return days or None
