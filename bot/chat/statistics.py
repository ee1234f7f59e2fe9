"""/stats: the answer, its pages, and the charts that its buttons bring."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from bot.chat import lead_messages
from bot.chat.press import QUIET, PressReply, alert
from bot.chat.replies import send_photo
from bot.chat.views import text
from bot.chat.views.list_codes import StatsPage
from bot.chat.views.message import RenderedMessage, said
from bot.domain import durations
from bot.i18n import _
from bot.lookup import stats_words
from bot.lookup.lists import ListQuery

if TYPE_CHECKING:
    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.views.list_codes import SendChart, ShowStats
    from bot.lookup.stats import StatsQuery
    from bot.lookup.stats_words import BadWord

_SHOWN: Final = 40
_LONGEST: Final = 200


async def stats(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    words = asked.text[:_LONGEST]
    query, bad = await _read(words, context.services.clock.now(), context)
    if bad:
        return said(*await _refused(bad, context))
    return await _page(query, _remembered(words, context), StatsPage.SUMMARY, context)


async def turn(show: ShowStats, press: Press) -> PressReply:
    found = await _recalled(show.view_id, press.context)
    if found is None or press.query.message is None:
        return alert(_("This answer is too old to be turned. Please send /stats again."))
    await lead_messages.put(press, await _page(found, show.view_id, show.page, press.context))
    return QUIET


async def send_chart(wanted: SendChart, press: Press) -> PressReply:
    """Drawing it takes longer than a press may wait for its answer."""
    message, context = press.query.message, press.context
    found = await _recalled(wanted.view_id, context)
    if found is None or message is None:
        return alert(_("This answer is too old to be turned. Please send /stats again."))
    charts = context.services.charts
    facts = await charts.facts(found)

    async def draw() -> None:
        for photo in await charts.draw(facts, wanted.chart):
            send_photo(message, photo, context)

    context.behind(draw())
    return PressReply(_("The chart comes below."))


async def _page(query: StatsQuery, view_id: int, page: StatsPage, context: LeadbellContext) -> RenderedMessage:
    report = await context.services.stats.report(query, has_trade=page is StatsPage.TRADE)
    return context.views.stats(report, page, view_id)


async def _read(words: str, now: datetime, context: LeadbellContext) -> tuple[StatsQuery, list[BadWord]]:
    services = context.services
    return stats_words.read(words, now, services.settings.timezone, await services.claims.people())


def _remembered(words: str, context: LeadbellContext) -> int:
    """With the day, so that a page that is turned after midnight is about the same time."""
    today = context.services.clock.now().astimezone(context.services.settings.timezone).date()
    return context.services.lookup.remember(ListQuery(words=words, day=today.isoformat()))


async def _recalled(view_id: int, context: LeadbellContext) -> StatsQuery | None:
    asked = await context.services.lookup.recall(view_id)
    if asked is None or asked.day is None:
        return None
    zone, now = context.services.settings.timezone, context.services.clock.now()
    day = datetime.fromisoformat(asked.day).date()
    end = datetime.combine(day, time.max, zone)
    query, bad = await _read(asked.words, min(now, end), context)
    return None if bad else query


async def _refused(bad: list[BadWord], context: LeadbellContext) -> list[str]:
    lines = []
    for one in bad:
        shown = f"“{text.shorten(text.line(one.typed), _SHOWN)}”"
        if one.has_no_unit:
            lines.append(_("{text} has no unit.").format(text=shown))
        elif one.near:
            lines.append(_("{text} is not understood. Did you mean {near}?").format(text=shown, near=one.near))
        else:
            lines.append(_("{text} is not understood.").format(text=shown))
    names = [one.name for one in await context.services.claims.people()]
    lines.append(
        _("A time: {names}. {examples}").format(names=", ".join(stats_words.NAMES), examples=durations.good_ones())
    )
    lines.append(_("A kind: BuyLeads, enquiries, calls, WhatsApp, or kind:B."))
    if names:
        lines.append(_("A person: {names}.").format(names=text.shorten(", ".join(names), _LONGEST)))
    return lines
