"""/stats: the answer, its pages, and the charts that its buttons bring."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from bot.charts import renderer
from bot.chat import lead_messages
from bot.chat.press import QUIET, PressReply, alert
from bot.chat.replies import answer, send_photo
from bot.chat.views import text
from bot.chat.views.list_codes import StatsPage
from bot.chat.views.message import RenderedMessage, said
from bot.domain import durations
from bot.domain.chart import ChartKind
from bot.domain.priority import Priority
from bot.errors import LeadbellError
from bot.i18n import _
from bot.lookup import stats_words
from bot.lookup.lists import ListQuery

if TYPE_CHECKING:
    from collections.abc import Hashable

    import telegram

    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.views.list_codes import SendChart, ShowStats
    from bot.domain.ids import ChatId, MessageId
    from bot.domain.photo import Photo
    from bot.lookup.stats import StatsQuery
    from bot.lookup.stats_words import BadWord

log = logging.getLogger(__name__)

IN_TIME: Final = 90.0
"""Seconds after an answer in which its picture may come: a chat that was busy is quiet again within a minute."""
A_MINUTE: Final = 60.0
_SHOWN: Final = 40
_LONGEST: Final = 200


async def stats(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
    """In words at once. Where there is something to draw, the chart that belongs to it follows."""
    words = asked.text[:_LONGEST]
    query, bad = await _read(words, context.services.clock.now(), context)
    if bad:
        return said(*await _refused(bad, context))
    report = await context.services.stats.report(query, has_trade=False)

    def follow(said_at: tuple[ChatId, MessageId]) -> None:
        context.behind(_picture(asked.message, said_at[0], query, context))

    message = context.views.stats(report, StatsPage.SUMMARY, _remembered(words, context))
    await answer(asked.message, message, context, on_sent=follow if report.counts.total else None)
    return None


async def _picture(asked: telegram.Message, to: ChatId, query: StatsQuery, context: LeadbellContext) -> None:
    """Nobody waits for it: what cannot be drawn in time, or would hold up others in this chat, is left out."""
    question = (to, query.span.name, query.kind, query.user_id)
    if not renderer.has_room() or _was_charted(question, context):
        return
    try:
        async with asyncio.timeout(IN_TIME):
            photo = await _drawn(query, context)
            if photo is not None:
                await _quiet(to, context)
                send_photo(asked, photo, context, to=to, turn=Priority.CHART)
                return
    except (TimeoutError, LeadbellError) as error:
        log.info("an answer stands without its chart (%s)", type(error).__name__)
    context.charted.pop(question, None)


async def _quiet(chat_id: ChatId, context: LeadbellContext) -> None:
    """It is not handed over before: whatever waits in a chat leaves those who press and look up there less room."""
    sender = context.services.sender
    for delay in iter(lambda: 1.0 if sender.waiting(chat_id) else sender.pacer.spare_in(chat_id), 0.0):
        await asyncio.sleep(min(delay, 1.0))


async def _drawn(query: StatsQuery, context: LeadbellContext) -> Photo | None:
    charts = context.services.charts
    facts = await charts.facts(query)
    wanted = ChartKind.DAYS if query.user_id is None else ChartKind.RESPONSE
    if wanted is ChartKind.RESPONSE and not any(one.claim for one in facts.report.people):
        return None
    (photo,) = await charts.draw(facts, wanted)
    return None if photo.png is None else photo


def _was_charted(question: Hashable, context: LeadbellContext) -> bool:
    now, charted = context.services.clock.monotonic(), context.charted
    for one in [one for one, at in charted.items() if now - at >= A_MINUTE]:
        del charted[one]
    if question in charted:
        return True
    charted[question] = now
    return False


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
