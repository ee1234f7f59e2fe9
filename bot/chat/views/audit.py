"""Who was shown a buyer's number, a line each; in the chat and in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.views import changes, text, times
from bot.i18n import _
from bot.store.audit import NOBODY, Seen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.chat.views.times import Now
    from bot.domain.lead import StoredLead
    from bot.store.audit import Sighting

_LONGEST_NAME = 60
_MOST_NAMES = 30


def lines(found: Iterable[Sighting], now: Now, *, names_lead: bool) -> list[str]:
    return [_line(one, now, names_lead=names_lead) for one in found]


def unknown(name: str, known: Sequence[str]) -> str:
    """Nobody is called so: a slip of the finger must not read as if nothing had been seen."""
    shown = text.shorten(text.plain_line(name), _LONGEST_NAME)
    if not known:
        return _("There is nobody named “{name}”: nobody is known here yet.").format(name=shown)
    names = [text.shorten(text.plain_line(one), _LONGEST_NAME) for one in known[:_MOST_NAMES]]
    return _("There is nobody named “{name}”. Known are: {known}.").format(
        name=shown, known=", ".join(names) + " …" * (len(known) > _MOST_NAMES)
    )


def unseen(meant: Sequence[str]) -> str:
    """Of those nothing is noted."""
    names = ", ".join(text.shorten(text.plain_line(one), _LONGEST_NAME) for one in meant[:_MOST_NAMES])
    return _(
        "Nothing is noted of {name} alone, as far as the audit goes back: 400 days. What stands in the group is noted "
        "as shown to the team."
    ).format(name=names)


def in_sight(own: Sequence[StoredLead], how: Collection[Seen]) -> str:
    """One buyer, for a report of who is concerned: with number and address, because they are to be told."""
    lead = own[-1].lead
    mails = (one for one in (lead.email, lead.email_alt) if one)
    who = [text.plain_line(lead.name), *map(text.plain_line, (*lead.phones, *mails))]
    numbers = ", ".join(f"#{one.number}" for one in own)
    return " · ".join(filter(None, (*who, numbers, _ways(how))))


def sealed_in_sight(one: StoredLead, how: Collection[Seen]) -> str:
    """A lead of a buyer who was forgotten since: all that is left to name it by."""
    return " · ".join((f"#{one.number}", _("forgotten since"), _ways(how)))


def _ways(how: Collection[Seen]) -> str:
    return ", ".join(_how(one) for one in Seen if one in how)


def _line(one: Sighting, now: Now, *, names_lead: bool) -> str:
    how = _how(one.seen)
    if names_lead and one.number is not None:
        how = f"#{one.number}, {how}"
    return _("{when} · {name}: {what}").format(when=times.moment(one.at, now), name=_who(one), what=how)


def _who(one: Sighting) -> str:
    if one.machine:
        return _("{user} at the machine").format(user=text.shorten(text.plain_line(one.machine), _LONGEST_NAME))
    if one.user_id == NOBODY:
        return _("the team")
    name = text.shorten(changes.name(one.name), _LONGEST_NAME)
    return f"{name} (@{text.plain_line(one.username)})" if one.username else name


def _how(seen: Seen) -> str:
    return {
        Seen.CARD: _("on the card in the group"),
        Seen.REMINDER: _("in a reminder in the group"),
        Seen.CLAIM: _("by claiming"),
        Seen.NUMBER: _("by the button 📞 Number"),
        Seen.PRIVATE: _("on a card in private"),
        Seen.LOOKUP: _("looked it up"),
        Seen.CONTACT: _("took the contact"),
        Seen.INLINE: _("looked it up inline"),
        Seen.EXPORT: _("in an export"),
        Seen.BACKUP: _("in a backup"),
        Seen.BUYER: _("asked for all that is kept"),
        Seen.BREACH: _("in a list of who is concerned by a breach"),
    }[seen]
