"""The buttons under a lead: take it, reach the buyer, move it on. What is unfolded hides nothing that others need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.render import buttons, text, work
from bot.chat.render.buttons import best_number, pressed
from bot.chat.render.callback import (
    Ask,
    Claim,
    Contact,
    Give,
    History,
    Lose,
    Mark,
    Menu,
    Release,
    Remind,
    Topic,
    Undo,
    Unfold,
)
from bot.i18n import _
from bot.models import LostReason, Status
from bot.services.when import Preset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardMarkup

    from bot.chat.render.buttons import Button, Row
    from bot.models import Card
    from bot.services.access import Person

A_ROW: Final = 3
MOST_PEOPLE: Final = 40
"""To whom a lead can be given; a sales team is smaller."""
_NAME: Final = 30


def card(card: Card, menu: Menu = Menu.NONE, people: Sequence[Person] = ()) -> InlineKeyboardMarkup | None:
    """First take the lead and reach the buyer, then the rest; further buttons unfold below."""
    return buttons.keyboard([*_first(card), _second(card, menu), *_unfolded(card, menu, people)])


def _first(card: Card) -> list[Row]:
    take = [*_claim(card), *_undo(card)]
    reach = [*buttons.whatsapp(card.stored, card.template), *buttons.copy(card.stored.lead)]
    is_wide = _friend(card) is not None or len(take) + len(reach) > A_ROW
    return [take, reach] if is_wide else [[*take, *reach]]


def _claim(card: Card) -> Row:
    stored = card.stored
    if stored.owner_id is not None:
        return []
    friend = _friend(card)
    label = _("✋ Claim") if friend is None else _("✋ Claim ({name} knows this buyer)").format(name=friend)
    return [pressed(label, Claim(stored.lead_id), "success")]


def _friend(card: Card) -> str | None:
    """Who knows this buyer, as long as nobody has this lead."""
    return None if card.stored.owner_id is not None else text.shorten(text.line(card.known_to), _NAME) or None


def _second(card: Card, menu: Menu) -> Row:
    lead_id = card.stored.lead_id
    contact = [pressed(_("👤 Contact"), Contact(lead_id))] if best_number(card.stored.lead) else []
    more = pressed(_("⋯ More"), Unfold(lead_id, Menu.MORE))
    back = pressed(_("‹ Back"), Unfold(lead_id, Menu.NONE))
    return [pressed(_("⏰ Remind"), Unfold(lead_id, Menu.REMIND)), *contact, more if menu is Menu.NONE else back]


def _undo(card: Card) -> Row:
    if card.undo_id is None:
        return []
    return [pressed(_("↩️ Undo"), Undo(card.stored.lead_id, card.undo_id))]


def _unfolded(card: Card, menu: Menu, people: Sequence[Person]) -> list[Row]:
    lead_id = card.stored.lead_id
    match menu:
        case Menu.MORE:
            return _more(card)
        case Menu.REMIND:
            return _remind(lead_id)
        case Menu.WON:
            return _won(lead_id)
        case Menu.LOST:
            return _lost(lead_id)
        case Menu.GIVE:
            return _paired([_to(lead_id, person) for person in people[:MOST_PEOPLE]])
        case _:
            return []


def _more(card: Card) -> list[Row]:
    lead_id = card.stored.lead_id
    release = [] if card.stored.owner_id is None else [pressed(_("🙌 Release"), Release(lead_id))]
    return [
        [_mark(lead_id, Status.CONTACTED), _mark(lead_id, Status.QUOTED)],
        [
            pressed(work.status_label(Status.WON), Unfold(lead_id, Menu.WON)),
            pressed(work.status_label(Status.LOST), Unfold(lead_id, Menu.LOST)),
            _mark(lead_id, Status.JUNK),
        ],
        [pressed(_("📝 Note"), Ask(lead_id, Topic.NOTE)), pressed(_("🕘 History"), History(lead_id, 0))],
        [*release, pressed(_("👥 Give to …"), Unfold(lead_id, Menu.GIVE))],
    ]


def _mark(lead_id: int, status: Status) -> Button:
    return pressed(work.status_label(status), Mark(lead_id, status))


def _remind(lead_id: int) -> list[Row]:
    presets = {
        Preset.HOUR: _("in 1 h"),
        Preset.THREE_HOURS: _("in 3 h"),
        Preset.TOMORROW: _("tomorrow 10:00"),
    }
    return [
        [pressed(label, Remind(lead_id, preset)) for preset, label in presets.items()],
        [pressed(_("✍️ Another time"), Ask(lead_id, Topic.TIME))],
    ]


def _won(lead_id: int) -> list[Row]:
    return [
        [
            pressed(_("💰 Enter the order value"), Ask(lead_id, Topic.VALUE)),
            pressed(_("🏆 Won, no value"), Mark(lead_id, Status.WON)),
        ]
    ]


def _lost(lead_id: int) -> list[Row]:
    reasons = [pressed(work.reason(reason), Lose(lead_id, reason)) for reason in LostReason]
    return _paired([*reasons, pressed(_("✍️ Another reason"), Ask(lead_id, Topic.REASON))])


def _to(lead_id: int, person: Person) -> Button:
    name = text.shorten(text.line(person.name), _NAME) or str(person.user_id)
    return pressed(name, Give(lead_id, person.user_id))


def _paired(row: Row) -> list[Row]:
    return [row[at : at + 2] for at in range(0, len(row), 2)]
