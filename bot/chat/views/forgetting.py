"""What /forget asks, and what it has done. The number itself is not repeated: what is said stays in the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import buttons
from bot.chat.views.lead_codes import Forget, ForgetStep
from bot.chat.views.message import RenderedMessage, said
from bot.chat.views.text import escaped
from bot.domain import masking
from bot.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from bot.store.sealing import SealExtent
    from bot.team.erasure import FoundBuyer

NAMED: Final = 5
"""Leads that are named."""
MOST: Final = 5
"""Buyers with one number that are named; the others come when these are forgotten."""
_MONTH: Final = 30.4


def how(command: str) -> RenderedMessage:
    words = _(
        "Write the buyer's number behind the command, or an e-mail address, or the number of a lead: "
        "{command} 90000 00031, {command} #1234"
    )
    return said(words.format(command=command))


def nobody(contact: str) -> RenderedMessage:
    return said(_("Nothing is kept about {contact}.").format(contact=masking.contact(contact)))


def only_bodies(contact: str, number: int) -> RenderedMessage:
    """There is no lead for a button to name."""
    words = _("{told} About {contact} nothing else is kept. To forget them, run leadbell forget on the machine.")
    return said(words.format(told=told_bodies(number), contact=masking.contact(contact)))


def told_bodies(number: int) -> str:
    return ngettext("{n} row that could not be read.", "{n} rows that could not be read.", number).format(n=number)


def sentence_of_bodies(number: int) -> str:
    words = ngettext(
        "{n} row that could not be read is forgotten.", "{n} rows that could not be read are forgotten.", number
    )
    return words.format(n=number)


def question(contact: str, found: Sequence[FoundBuyer]) -> RenderedMessage:
    over = len(found) - MOST
    lines = [
        _("🗑 Forget {contact}?").format(contact=masking.contact(contact)),
        *(told(one) for one in found[:MOST]),
        *([ngettext("and {n} more", "and {n} more", over).format(n=over)] if over > 0 else []),
        _(
            "They vanish at once from every list, search, export and later backup. Their cards here keep only number, "
            "kind and date. What the law wants kept is overwritten after a year, or now. It cannot be undone."
        ),
    ]
    rows = []
    for one in found[:MOST]:
        named = f" #{one.numbers[0]}" if len(found) > 1 and one.numbers else ""
        lead_id = one.lead_ids[0]
        rows += [
            [buttons.pressed(_("Forget") + named, Forget(lead_id, ForgetStep.SEAL), "danger")],
            [buttons.pressed(_("Forget, and overwrite now") + named, Forget(lead_id, ForgetStep.ERASE), "danger")],
        ]
    rows.append([buttons.pressed(_("No, keep"), Forget(0, ForgetStep.NO))])
    return RenderedMessage("\n".join(map(escaped, lines)), buttons.keyboard(rows))


def told(one: FoundBuyer) -> str:
    """`3 leads (#12, #15, #20), 3 cards, 2 notes, 1 reminder; the number was shown 14 times`."""
    named = ", ".join(f"#{number}" for number in one.numbers[:NAMED])
    more = ", …" if len(one.numbers) > NAMED else ""
    return f"{', '.join(_parts(one.extent, f'{named}{more}'))}."


def _parts(extent: SealExtent, named: str) -> Iterator[str]:
    yield ngettext("{n} lead", "{n} leads", extent.leads).format(n=extent.leads) + f" ({named})"
    if extent.cards:
        yield ngettext("{n} card", "{n} cards", extent.cards).format(n=extent.cards)
    if extent.notes:
        yield ngettext("{n} note", "{n} notes", extent.notes).format(n=extent.notes)
    if extent.reminders:
        yield ngettext("{n} reminder", "{n} reminders", extent.reminders).format(n=extent.reminders)
    if extent.lookups:
        n = extent.lookups
        yield ngettext("their number was shown {n} time", "their number was shown {n} times", n).format(n=n)


def kept() -> RenderedMessage:
    return said(_("Nothing was changed."))


def done(leads: int, kept_for: timedelta, *, is_urgent: bool) -> RenderedMessage:
    return said(sentence(leads, kept_for, is_urgent=is_urgent))


def sentence(leads: int, kept_for: timedelta, *, is_urgent: bool) -> str:
    words = ngettext("{n} lead is forgotten.", "{n} leads are forgotten.", leads).format(n=leads)
    if is_urgent:
        return " ".join([words, _("What was kept of them is being overwritten.")])
    months = round(kept_for.days / _MONTH)
    return " ".join([words, _("What was kept of them is overwritten in {months} months.").format(months=months)])
