"""/fetch: asks IndiaMART now, and always says what came of it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from telegram.error import TelegramError

from bot.chat.errors import translate
from bot.chat.replies import answer
from bot.chat.views import status
from bot.chat.views.message import said
from bot.errors import StoreError
from bot.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    import telegram

    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.views.message import RenderedMessage
    from bot.intake.fetch_report import PollSummary
    from bot.intake.poller import LeadPoller

log = logging.getLogger(__name__)

SOON: Final = 2.0
"""Seconds. What is known by then is one message; else one says that IndiaMART is being asked, and another what came."""
PATIENCE: Final = 120.0
"""Seconds; the client gives a call up before."""


async def fetch(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
    """None: it is answered when the poll is over. The handler itself waits for nothing."""
    poller, zone = context.services.poller, context.services.settings.timezone
    if poller is None:
        return said(_("IndiaMART sends the leads by itself here, there is nothing to fetch."))
    report = await poller.fetch_now()
    if report.polled is None:
        return said(status.fetch_later(report.next_at, zone))
    context.behind(_report(asked.message, report.polled, poller, context))
    return None


async def _report(
    asked: telegram.Message, polled: asyncio.Future[PollSummary], poller: LeadPoller, context: LeadbellContext
) -> None:
    zone = context.services.settings.timezone
    try:
        if not await _over(polled, SOON):
            await answer(asked, said(status.fetch_asking()), context)
        known = polled.result() if await _over(polled, PATIENCE) else None
        await answer(asked, said(status.fetch_result(known, await _next_at(poller), zone)), context)
    except TelegramError as error:
        log.warning("what came of a poll could not be said: %s", translate(error))


async def _over(polled: asyncio.Future[PollSummary], seconds: float) -> bool:
    """Others wait for it, too, so that it is never cancelled from here."""
    await asyncio.wait({polled}, timeout=seconds)
    return polled.done()


async def _next_at(poller: LeadPoller) -> datetime | None:
    """None while the database cannot be read."""
    try:
        return await poller.next_at()
    except StoreError:
        return None
