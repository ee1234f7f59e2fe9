"""Why a press changed nothing: short enough for an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.render import text, work
from bot.i18n import _
from bot.services.claims import Refusal

if TYPE_CHECKING:
    from bot.services.claims import Changed

_NAME: Final = 60


def gone() -> str:
    return _("This lead is not here any more.")


def taken(lead_id: int, owner: str | None) -> str:
    return _("{name} was first: #{number} is taken.").format(name=_short(owner), number=lead_id)


def cannot_undo() -> str:
    return _("Only who made the last change may undo it, within a minute, and only if nothing was changed since.")


def refusal(changed: Changed) -> str:
    """All but a lead that is gone."""
    if changed.why is Refusal.NOT_YOURS:
        return _("{name} has this lead. Only {name} and admins may change it.").format(name=_short(changed.owner_name))
    return {
        Refusal.UNCLAIMED: _("Nobody has this lead."),
        Refusal.CLOSED: _("A lead that is won, lost or junk is not released. Set another status first."),
        Refusal.SAME: _("It is so already."),
        Refusal.STRANGER: _("I have not seen that person in the group."),
    }.get(changed.why or Refusal.CANNOT, _("That cannot be set."))


def _short(name: str | None) -> str:
    return text.shorten(work.name(name), _NAME)
