"""Of a lasting trouble what the team notices: a sentence for the group, nobody's fault and no setting in it."""

from __future__ import annotations

from typing import Final

from bot.domain.notice import Fault
from bot.i18n import _

NO_LEADS: Final = frozenset(
    {
        Fault.WRONG_KEY,
        Fault.KEY_BLOCKED,
        Fault.REFUSED,
        Fault.API_DOWN,
        Fault.NO_CONNECTION,
        Fault.DISK,
        Fault.DATABASE,
    }
)
"""What keeps new leads from coming."""


def started(which: Fault | None) -> str:
    if which in NO_LEADS:
        return _(
            "New leads do not come through at the moment: none is lost, but until they do please look into the "
            "Lead Manager at seller.indiamart.com."
        )
    return {
        Fault.UNREADABLE: _(
            "Some enquiries could not be read: please look into the Lead Manager at seller.indiamart.com, "
            "so that none is missed."
        ),
        Fault.KEY_UNTRIED: _("New leads come as soon as IndiaMART may be asked."),
        Fault.KEY_SHARED: _("New leads come later than usual at the moment; none is lost."),
        Fault.NOT_READY: _("The leads of earlier days may take a day to come; new ones come as usual."),
        Fault.CLOCK_WRONG: _("Times on the cards may be wrong at the moment."),
        Fault.CHAT_REFUSED: _("New leads could not be posted here; none is lost."),
        Fault.TOPIC_GONE: _("New leads are posted here for now, because their topic is gone."),
        Fault.BOT_SHARED: _("The bot may not react to commands and buttons at the moment; no lead is lost."),
        Fault.WEBHOOK: _("The bot does not react to commands and buttons at the moment; no lead is lost."),
        Fault.UNDELIVERED: _("The bot does not react to commands and buttons at the moment; no lead is lost."),
        Fault.TELEGRAM: _("The bot may not react to commands and buttons at the moment; no lead is lost."),
        Fault.BACKUP: _("The nightly backup is missing at the moment; no lead is lost."),
    }.get(which or Fault.REFUSED, _("Something does not work as it should at the moment; no lead is lost."))


def ended(which: Fault | None) -> str:
    if which in NO_LEADS:
        return _("New leads come through again, and so do those that came meanwhile.")
    return {
        Fault.UNREADABLE: _("Every enquiry can be read again."),
        Fault.KEY_UNTRIED: _("IndiaMART was asked, and new leads come here."),
        Fault.KEY_SHARED: _("New leads come in time again."),
        Fault.NOT_READY: _("The leads of earlier days are coming now."),
        Fault.CLOCK_WRONG: _("Times on the cards are right again."),
        Fault.CHAT_REFUSED: _("New leads are posted here again, and so are those that waited."),
        Fault.TOPIC_GONE: _("New leads are posted in their topic again."),
        Fault.BOT_SHARED: _("The bot reacts to commands and buttons again."),
        Fault.WEBHOOK: _("The bot reacts to commands and buttons again."),
        Fault.UNDELIVERED: _("The bot reacts to commands and buttons again."),
        Fault.TELEGRAM: _("The bot reacts to commands and buttons again."),
        Fault.BACKUP: _("The nightly backup is made again."),
    }.get(which or Fault.REFUSED, _("Everything works as it should again."))
