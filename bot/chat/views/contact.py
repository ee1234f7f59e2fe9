"""The buyer's number for one person alone, with `NUMBERS=claim`; short enough for an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import card, changes, text
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.lead import Lead, StoredLead

_LONGEST: Final = 190
"""UTF-16 units of an alert; Telegram takes 200."""
_NUMBERS: Final = 3


def answer(lead: Lead, said: str, bot_name: str | None) -> str:
    """`bot_name` where they did not start the bot, and would get more if they did."""
    lines = [said, *(f"📞 {one}" for one in card.numbers(lead)[:_NUMBERS])]
    lines += [f"✉️ {text.plain_line(one)}" for one in dict.fromkeys((lead.email, lead.email_alt)) if one]
    if bot_name is not None:
        lines.append(_("The whole card comes in private: open @{bot}, press Start.").format(bot=bot_name))
    shown = lines[0]
    for line in lines[1:]:
        longer = f"{shown}\n{line}"
        shown = longer if text.units(longer) <= _LONGEST else shown
    return shown


def refusal(stored: StoredLead) -> str:
    """To who is not shown the number."""
    if stored.is_left_alone:
        return left_alone()
    if stored.owner_id is None:
        return _("Claim #{number}, and you are shown its number.").format(number=stored.number)
    owner = text.shorten(changes.name(stored.owner_name), 60)
    said = _("{name} has #{number}. Only they and the admins are shown its number.")
    return said.format(name=owner, number=stored.number)


def asks_back() -> str:
    """Before a buyer is left alone."""
    return _(
        "Did this buyer ask not to be called? Then their number goes from every card, reminders are cancelled and "
        "nothing is called out. Press it again to confirm."
    )


def silenced(number: int) -> str:
    return _("#{number}: do not call. It can be undone for a minute.").format(number=number)


def cancelled(number: int, by: str, reminders: Iterable[str]) -> str:
    """HTML. To those whose reminders will not come."""
    said = _("🔕 {name}: the buyer of #{number} asked not to be called. Cancelled:").format(name=by, number=number)
    return "\n".join((said, *reminders))


def cancelled_reminder(who: str, number: int, when: str) -> str:
    return _("⏰ {name}, #{number}, {when}").format(name=who, number=number, when=when)


def left_alone() -> str:
    return _("This buyer asked not to be called.")
