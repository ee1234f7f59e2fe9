"""What the team did with a lead, in the lines of its card and in its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import labels, text, times
from bot.domain.lead import LostReason, Status
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.card import Card

LONGEST_NOTE: Final = 300
"""On the card; the history shows all of it."""
_SIGNS: Final = {
    Status.CONTACTED: "🗣",
    Status.QUOTED: "📄",
    Status.WON: "🏆",
    Status.LOST: "💔",
    Status.JUNK: "🗑",
}


def status_label(status: Status) -> str:
    """`🏆 Won`."""
    return _signed(status, status_name(status))


def status_name(status: Status) -> str:
    """`Won`."""
    return labels.status_name(status).capitalize()


def _signed(status: Status, words: str) -> str:
    return f"{_SIGNS[status]} {words}" if status in _SIGNS else words


def reason(reason: str) -> str:
    """The words of a button's reason; what somebody wrote stays as it is."""
    known = {
        LostReason.PRICE: _("price too high"),
        LostReason.ELSEWHERE: _("bought elsewhere"),
        LostReason.UNREACHABLE: _("didn't pick up"),
        LostReason.CANCELLED: _("no longer needed"),
        LostReason.SMALL: _("too small an order"),
        LostReason.CURIOUS: _("only asked the price"),
        LostReason.UNSUITABLE: _("not what we sell"),
    }
    return known[LostReason(reason)] if reason in known else reason


_MENTIONED: Final = 24
"""UTF-16 units of a name."""


def values(card: Card) -> dict[str, str]:
    """All that people wrote, clean, by the place where it stands."""
    note = card.note
    return {
        "owner": name(card.stored.owner_name),
        "note": text.shorten(text.together(text.line(note.text if note else None)), LONGEST_NOTE),
        "noter": name(note.who if note else None),
        "lost": text.together(text.line(reason(card.lost_reason or ""))),
    }


def name(person: str | None) -> str:
    return text.line(person) or _("a colleague")


def lines(card: Card, values: Mapping[str, str]) -> Iterator[str]:
    """Who has it and since when, how it stands, and what was noted last."""
    if card.stored.owner_id is not None:
        yield _owned(card, values["owner"])
    if card.stored.status in _SIGNS:
        yield _standing(card, values["lost"])
    if values["note"]:
        yield "📝 " + _("{name}: {note}").format(name=values["noter"], note=values["note"])


def _owned(card: Card, owner: str) -> str:
    after = card.claimed_after
    if after is None:
        return f"✋ {owner}"
    return "✋ " + _("{name}, after {span}").format(name=owner, span=times.span(after))


def given(card: Card, owner: str) -> str:
    """HTML. The mention rings for whoever a route gave the lead to, until they do something with it."""
    if not card.is_given or card.stored.owner_id is None:
        return ""
    mention = mentioned(card.stored.owner_id, owner)
    return "👉 " + text.escaped(_("{name}, this one is yours. Unanswered, it goes back to all.")).format(name=mention)


def mentioned(user_id: int, person: str | None) -> str:
    """HTML. It rings for them, also where the group is muted."""
    return f'<a href="tg://user?id={user_id:d}">{text.escaped(text.shorten(name(person), _MENTIONED))}</a>'


def _standing(card: Card, lost: str) -> str:
    said = status_label(card.stored.status)
    if card.stored.status is Status.WON and card.won_value is not None:
        return _("{status}: {detail}").format(status=said, detail=labels.rupees(card.won_value, card.won_value))
    if card.stored.status is Status.LOST and lost:
        return _("{status}: {detail}").format(status=said, detail=lost)
    return said
