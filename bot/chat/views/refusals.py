"""Why a press changed nothing: short enough for an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import changes, text
from bot.i18n import _
from bot.team.claims import Refusal

if TYPE_CHECKING:
    from bot.team.claims import ChangeResult

_NAME: Final = 60


def gone() -> str:
    return _("This lead is not here any more.")


def taken(lead_id: int, owner: str | None) -> str:
    return _("{name} was first: #{number} is taken.").format(name=_short(owner), number=lead_id)


def refusal(changed: ChangeResult) -> str:
    """All but a lead that is gone."""
    if changed.why is Refusal.NOT_YOURS:
        return _("{name} has this lead. Only {name} and admins may change it.").format(name=_short(changed.owner_name))
    return {
        Refusal.UNCLAIMED: _("Nobody has this lead."),
        Refusal.CLOSED: _("A lead that is won, lost or junk is not released. Set another status first."),
        Refusal.SAME: _("It is so already."),
        Refusal.STRANGER: _("I have not seen that person in the group."),
        Refusal.UNDONE: _("It is undone already."),
        Refusal.LATE: _("A change can be undone for a minute. Set the right status instead."),
        Refusal.OVERTAKEN: _("Somebody has changed it since, so it cannot be undone any more."),
        Refusal.NO_CHANGE: _("Only who made the last change may undo it."),
    }.get(changed.why or Refusal.CANNOT, _("That cannot be set."))


def _short(name: str | None) -> str:
    return text.shorten(changes.name(name), _NAME)
