"""`leadbell backfill`: history from IndiaMART, chunk by chunk inside the call budget, with a progress bar."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from bot import app
from bot.chat.views import faults
from bot.clock import Clock
from bot.commands import terminal
from bot.domain.notice import Fault
from bot.errors import LeadbellError
from bot.i18n import _, grouped, in_brackets, ngettext
from bot.indiamart.answer import Outcome
from bot.intake.coverage import OLDEST
from bot.intake.poll_result import FAULTS
from bot.intake.window_size import TOO_MUCH
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from bot.config import Settings
    from bot.indiamart.answer import Answer
    from bot.intake.ingest import Ingest
    from bot.intake.poller import LeadPoller


async def run(settings: Settings, days: int, account: str = MAIN, clock: Clock | None = None) -> None:
    """Fetch what is missing of the last `days`; the service may run at the same time, the budget is shared.

    What an interrupted run leaves is fetched by the service, or by the next run.
    """
    clock = clock or Clock()
    ingest: Ingest | None = None
    with terminal.stoppable(lambda: _kept(0 if ingest is None else ingest.stored)):
        async with app.opened(settings, clock, account) as intake:
            ingest = intake.ingest
            if intake.poller is None:
                raise LeadbellError(_("History is fetched with a key. Set INDIAMART_KEY; push brings only new leads."))
            since = clock.now() - min(timedelta(days=days), OLDEST)
            await intake.poller.want(since)
            with terminal.progress() as progress:
                await _fetch(intake.poller, progress)
    click.echo(_("Done. Old leads are found by /search; the group gets a short list."))


def _kept(new: int) -> str:
    many = ngettext("{n} new lead is kept", "{n} new leads are kept", new).format(n=grouped(new))
    return _("{many}. Run it again, or leadbell run, and the rest is fetched.").format(many=many)


async def _fetch(poller: LeadPoller, progress: Progress) -> None:
    first = await poller.backlog()
    bar = progress.add_task(_("history"), total=max(first.total_seconds(), 1.0))
    is_first, trouble = True, ""
    while is_first or await poller.is_behind():
        is_first = False
        await asyncio.sleep(await poller.due_in())
        answer = await poller.step()
        if answer is not None:
            trouble = _tell(answer, trouble, progress)
        if not trouble:
            await _show(poller, progress, bar)


def _tell(answer: Answer, before: str, progress: Progress) -> str:
    """Say what keeps history from coming, once while it stays the same. Its name, or nothing if all is well."""
    if answer.outcome is Outcome.BAD_KEY:
        raise LeadbellError(_("IndiaMART refuses the key{message}.").format(message=in_brackets(answer.message)))
    if answer.is_complete or answer.outcome in TOO_MUCH:
        return ""
    trouble = faults.name(FAULTS.get(answer.outcome, Fault.API_DOWN))
    if trouble != before:
        words = _("{trouble}. It is tried again and again; Ctrl-C stops, and leadbell run fetches what is left.")
        progress.console.print(words.format(trouble=trouble), highlight=False, markup=False)
    return trouble


async def _show(poller: LeadPoller, progress: Progress, bar: TaskID) -> None:
    backlog = (await poller.backlog()).total_seconds()
    total = progress.tasks[bar].total or 1.0
    # A first poll may show that more is missing than was known.
    progress.update(bar, total=max(total, backlog), completed=max(total, backlog) - backlog)
