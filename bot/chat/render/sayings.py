"""Answers to people that hold no lead. Those to strangers and to presses are short enough for an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence


def welcome(*, is_known: bool) -> list[str]:
    """To whoever pressed Start in a private chat."""
    if not is_known:
        return [_("Hello, this is Leadbell."), *_about(), *_let_in()]
    return [
        _("Hello, you are in."),
        *_about(),
        _("Leads can be looked up here as well: try /today or /search. /help shows everything."),
    ]


def help_(commands: Sequence[tuple[str, str]], username: str, *, is_known: bool) -> list[str]:
    """`commands` are pairs of usage and description; `username` is the bot's, for lookups from any chat."""
    lines = [*_about(), ""] if commands else _about()
    lines += [f"{usage} - {description}" for usage, description in commands]
    if not is_known:
        return [*lines, *_let_in()]
    if username:
        lines.append(_("@{bot} words - the same search from any other chat").format(bot=username))
    return lines


def _about() -> list[str]:
    return [_("Leadbell brings IndiaMART leads into the sales team's group, seconds after IndiaMART has them.")]


def _let_in() -> list[str]:
    return [
        _(
            "Only members of the sales group can look at leads. Ask your team to add you to the group, "
            "then press /start here again."
        )
    ]


def stranger() -> str:
    return _("Sorry, this bot is only for the members of its sales group.")


def anonymous() -> str:
    return _('You write as the group. Please switch "Remain anonymous" off for this, so that we know who you are.')


def old_button() -> str:
    return _("This button is old. Please open the lead or the list again.")


def lead_missing(number: int) -> str:
    return _("There is no lead #{number}. Try /search, or /today for the newest ones.").format(number=number)


def pointer(lead: str, sign: str) -> str:
    """`lead` is its number, with markup."""
    return _("{sign} Here is {lead}.").format(sign=sign, lead=lead)


def given(lead: str, to: str, by: str) -> str:
    """To whom an admin gave a lead. All with markup."""
    return _("👥 {name}, {admin} gave you {lead}. A reply to this is noted on it.").format(name=to, admin=by, lead=lead)
