"""Answers to people that hold no lead. Those to strangers and to presses are short enough for an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.command import Purpose
from bot.chat.views import changes, text
from bot.chat.views.message import RenderedMessage, titled
from bot.chat.views.text import bold, escaped
from bot.domain.typed_times import TimeProblem
from bot.errors import StoreBusyError, StoreFullError
from bot.i18n import _, ngettext
from bot.team.claim_rules import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.command import Command
    from bot.domain.ids import LeadNumber
    from bot.errors import StoreError
    from bot.team.claim_rules import ChangeResult


def welcome(*, is_known: bool) -> RenderedMessage:
    """To whoever pressed Start in a private chat."""
    if not is_known:
        return titled(_("Hello, this is Leadbell."), _about(), _let_in())
    return titled(
        _("Hello, you are in."),
        _about(),
        _("Leads can be looked up here as well: try /today or /search. /help shows everything."),
    )


def help_(commands: Sequence[Command], username: str, *, is_known: bool) -> RenderedMessage:
    """On one screen of a phone: by what one wants to do. `username` is the bot's, for look-ups from any chat.

    Who is in the group sees what the bot does: one line says it to them, and how to read it in their language.
    """
    blocks = [] if is_known else [[escaped(_about())]]
    for purpose, heading in _headings().items():
        lines = [escaped(f"{one.usage} - {_(one.description)}") for one in commands if one.purpose is purpose]
        if purpose is Purpose.FIND and username and is_known:
            lines.append(escaped(_("@{bot} words - from any chat").format(bot=username)))
        if purpose is Purpose.WORK and is_known:
            lines.append(escaped(_("A reply to a card is a note on it.")))
        if lines:
            blocks.append([bold(heading), *lines])
    if not is_known:
        blocks.append([escaped(_let_in())])
    said = "\n\n".join("\n".join(block) for block in blocks)
    if not is_known:
        return RenderedMessage(said)
    first = _("IndiaMART leads come here · {command}").format(command="/language")
    return RenderedMessage(f"{escaped(first)}\n{said}")


def _headings() -> dict[Purpose, str]:
    return {
        Purpose.NEW: _("📥 What came"),
        Purpose.WORK: _("✋ What to do next"),
        Purpose.FIND: _("🔎 Find a lead"),
        Purpose.CHECK: _("📊 How it goes"),
        Purpose.ADMIN: _("⚙️ For admins"),
    }


def _about() -> str:
    return _("Leadbell brings IndiaMART leads into the sales group within seconds.")


def _let_in() -> str:
    return _(
        "Only members of the sales group can look at leads. Ask your team to add you to the group, "
        "then press /start here again."
    )


def paused() -> str:
    return _(
        "This account is paused: no leads are fetched or posted, and none are shown. "
        "Whoever looks after Leadbell lets it go on."
    )


def stranger() -> str:
    return _("Sorry, this bot is only for the members of its sales group.")


def anonymous() -> str:
    return _('You write as the group. Please switch "Remain anonymous" off for this, so that we know who you are.')


def time_problem(problem: TimeProblem) -> str:
    return {
        TimeProblem.UNCLEAR: _("I do not understand this time. Write for example fri 4pm, tomorrow 10 or kal 10 baje."),
        TimeProblem.PAST: _("This time is over already."),
        TimeProblem.FAR: _("This is more than a year away."),
    }[problem]


def admins_only() -> str:
    return _("Only admins may do this. They are named in TELEGRAM_ADMINS.")


def old_button() -> str:
    return _("This button is old. Please open the lead or the list again.")


def not_stored(error: StoreError) -> str:
    """To whoever pressed or wrote; the error's own sentence names a folder of the machine."""
    if isinstance(error, StoreBusyError):
        return _("The database is busy, so this was not done. Please press again.")
    if isinstance(error, StoreFullError):
        return _("Leadbell cannot write on its disk, so this was not done. Please press again when it is mended.")
    return _("Leadbell's database has a fault, so this was not done. Please press again in a while.")


def nothing_behind(command: str) -> str:
    words = _("Behind {command} nothing is understood. Write {command} alone, or search: /search kind:B since:7d")
    return words.format(command=command)


def which_lead(example: str) -> str:
    words = _("Write the lead's number behind the command, for example {example}. It stands at the end of each card.")
    return words.format(example=example)


def unknown_command() -> str:
    return _("I do not know this command. /help lists what I can do.")


def lead_missing(number: int) -> str:
    return _("There is no lead #{number}. Try /search, or /today for the newest ones.").format(number=number)


def too_long(over: int) -> str:
    """By so many characters."""
    return ngettext("This is {n} character too long.", "This is {n} characters too long.", over).format(n=over)


_NAME: Final = 60


def gone() -> str:
    return _("This lead is not here any more.")


def taken(number: LeadNumber | None, owner: str | None) -> str:
    return _("{name} was first: #{number} is taken.").format(name=_short(owner), number=number)


def refusal(changed: ChangeResult) -> str:
    """All but a lead that is gone."""
    if changed.why is Refusal.NOT_YOURS:
        return _("{name} has this lead. Only {name} and admins may change it.").format(name=_short(changed.owner_name))
    if changed.why is Refusal.NOTED_BY_ANOTHER:
        return _("Only {name}, who noted it, and admins may take it back.").format(name=_short(changed.owner_name))
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
