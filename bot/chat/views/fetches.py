"""What /fetch says: that IndiaMART is being asked, what came of it, or when it will be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.views import labels, times
from bot.i18n import _, ngettext
from bot.indiamart.answer import Outcome

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.intake.fetch_report import PollSummary


def later(next_at: datetime | None, zone: ZoneInfo) -> str:
    if next_at is None:
        return _("IndiaMART allows no call yet. The next poll comes by itself.")
    return _("IndiaMART allows no call before that: the next poll is at {when}.").format(
        when=times.clock(next_at, zone)
    )


def asking() -> str:
    return _("Asking IndiaMART now. What comes of it is said here.")


def result(polled: PollSummary | None, next_at: datetime | None, zone: ZoneInfo) -> str:
    """None: it is not over yet."""
    said = _("IndiaMART has not answered yet; what comes stands here as cards.") if polled is None else _said(polled)
    if (polled is not None and polled.is_complete and not polled.is_owed) or next_at is None:
        return said
    return _("{said} It is asked again at {when}.").format(said=said, when=times.clock(next_at, zone))


def _said(polled: PollSummary) -> str:
    if polled.is_owed:
        return _("Just now older leads were fetched: {many}.").format(many=_many(polled.new))
    if polled.is_complete or polled.new:
        return _("IndiaMART answered: {many}.").format(many=_many(polled.new))
    return _failed(polled.outcome)


def _many(new: int) -> str:
    if not new:
        return _("nothing new")
    return ngettext("{n} new lead", "{n} new leads", new).format(n=labels.grouped(new))


def _failed(outcome: Outcome | None) -> str:
    known = {
        None: _("IndiaMART could not be asked just now."),
        Outcome.BAD_KEY: _("IndiaMART refused the key."),
        Outcome.BLOCKED: _("IndiaMART has blocked the key for now."),
        Outcome.TOO_SOON: _("IndiaMART says that it was asked too soon: another program may use the key."),
        Outcome.NOT_READY: _("IndiaMART has the leads not ready yet."),
        Outcome.REFUSED: _("IndiaMART refused the question."),
        Outcome.NO_CONNECTION: _("IndiaMART could not be reached."),
        Outcome.UNREACHABLE: _("IndiaMART could not be reached."),
        Outcome.HUNG: _("IndiaMART did not answer in time."),
    }
    return known.get(outcome) or _("IndiaMART gave no proper answer.")
