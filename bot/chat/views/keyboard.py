"""The buttons under a lead: take it, reach the buyer, move it on. What is unfolded hides nothing that others need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import buttons, changes, text
from bot.chat.views.buttons import best_number, evenly, pressed
from bot.chat.views.lead_codes import (
    AskFor,
    CallAgain,
    Claim,
    MarkLost,
    Menu,
    OpenMenu,
    PromptKind,
    Reassign,
    Release,
    SendContact,
    SetReminder,
    SetStatus,
    ShowHistory,
    Silence,
    Undo,
)
from bot.domain.lead import LostReason, Status
from bot.domain.typed_times import Preset
from bot.i18n import _
from bot.team.claim_rules import CLOSED, SETTABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.views.buttons import Row
    from bot.chat.views.message import Button, ReplyMarkup
    from bot.domain.card import Card
    from bot.domain.lead import StoredLead
    from bot.domain.person import Person

A_ROW: Final = 3
STEPS: Final = (Status.CONTACTED, Status.QUOTED, Status.WON, Status.LOST)
MOST_PEOPLE: Final = 40
"""To whom a lead can be given; a sales team is smaller."""
_NAME: Final = 14
"""UTF-16 units of a name in a label; two labels in a row have room for it on a narrow phone."""


def card(card: Card, menu: Menu = Menu.NONE, people: Sequence[Person] = ()) -> ReplyMarkup | None:
    """First take the lead and reach the buyer, then what comes next, then the rest; further buttons unfold below."""
    return buttons.keyboard([*_first(card), *_next(card), _second(card, menu), *_unfolded(card, menu, people)])


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


def _next(card: Card) -> list[Row]:
    """Under a claimed lead, the steps it goes; then what is still to be told of a won or lost one.

    A step keeps its place while the lead walks: the second tap of a thumb must not find another one there.
    """
    lead_id, status = card.stored.lead_id, card.stored.status
    steps = evenly([_step(card, one) for one in _steps(card)], A_ROW)
    if steps and status is Status.WON:
        return [*steps, [_order_value(lead_id)]]
    return [*steps, *_reasons(lead_id)] if steps and status is Status.LOST else steps


def _steps(card: Card) -> tuple[Status, ...]:
    """None once it is known how the lead ended."""
    status = card.stored.status
    is_told = (status is Status.WON and card.won_value is not None) or (status is Status.LOST and card.lost_reason)
    return () if card.stored.owner_id is None or status is Status.JUNK or is_told else STEPS


def _step(card: Card, status: Status) -> Button:
    if status is card.stored.status:
        return pressed(
            _("✓ {status}").format(status=changes.status_name(status)), SetStatus(card.stored.lead_id, status)
        )
    return _mark(card.stored.lead_id, status)


def _second(card: Card, menu: Menu) -> Row:
    lead_id = card.stored.lead_id
    contact = [pressed(_("👤 Contact"), SendContact(lead_id))] if best_number(card.stored.lead) else []
    if card.is_masked:
        contact = buttons.number(card.stored)
    more = pressed(_("⋯ More"), OpenMenu(lead_id, Menu.MORE))
    back = pressed(_("‹ Back"), OpenMenu(lead_id, Menu.NONE))
    remind = [] if card.stored.is_left_alone else [pressed(_("⏰ Remind"), OpenMenu(lead_id, Menu.REMIND))]
    return [*remind, *contact, more if menu is Menu.NONE else back]


def _undo(card: Card) -> Row:
    if card.undo_id is None:
        return []
    return [pressed(_("↩️ Undo"), Undo(card.stored.lead_id, card.undo_id))]


def _unfolded(card: Card, menu: Menu, people: Sequence[Person]) -> list[Row]:
    match menu:
        case Menu.MORE:
            return _more(card, people)
        case Menu.REMIND:
            return _remind(card.stored.lead_id)
        case _:
            return []


def _more(card: Card, people: Sequence[Person]) -> list[Row]:
    """Everything that can be chosen is here at once: opening and choosing is two edits."""
    lead_id, status = card.stored.lead_id, card.stored.status
    others = [one for one in SETTABLE if one is not status and one not in _steps(card)]
    may_release = card.stored.owner_id is not None and status not in CLOSED
    rest = evenly(
        [
            *(_mark(lead_id, one) for one in others),
            pressed(_("📝 Note"), AskFor(lead_id, PromptKind.NOTE)),
            pressed(_("🕘 History"), ShowHistory(lead_id, 0)),
            *([pressed(_("🙌 Release"), Release(lead_id))] if may_release else []),
            *([] if people else [pressed(_("👥 Give to …"), OpenMenu(lead_id, Menu.GIVE))]),
            _calling(card.stored),
        ],
        A_ROW,
    )
    given = [_to(lead_id, one) for one in people[:MOST_PEOPLE] if one.user_id != card.stored.owner_id]
    return [_corrections(card), *rest, *evenly(given, 2)]


def _calling(stored: StoredLead) -> Button:
    if stored.is_left_alone:
        return pressed(_("🔔 Call again"), CallAgain(stored.lead_id))
    return pressed(_("🔕 Do not call"), Silence(stored.lead_id))


def _corrections(card: Card) -> Row:
    """What was told of a won or lost lead is told anew."""
    lead_id, status = card.stored.lead_id, card.stored.status
    if status is Status.WON and card.won_value is not None:
        return [_order_value(lead_id)]
    return [_reason_of_ones_own(lead_id)] if status is Status.LOST and card.lost_reason else []


def _mark(lead_id: int, status: Status) -> Button:
    return pressed(changes.status_label(status), SetStatus(lead_id, status))


def _remind(lead_id: int) -> list[Row]:
    presets = {
        Preset.HOUR: _("in 1\u00a0h"),
        Preset.THREE_HOURS: _("in 3\u00a0h"),
        Preset.TOMORROW: _("tomorrow 10:00"),
    }
    shown = [pressed(label, SetReminder(lead_id, preset)) for preset, label in presets.items()]
    return evenly([*shown, pressed(_("✍️ Another time"), AskFor(lead_id, PromptKind.TIME))], A_ROW)


def _order_value(lead_id: int) -> Button:
    return pressed(_("💰 Order value"), AskFor(lead_id, PromptKind.VALUE))


def _reasons(lead_id: int) -> list[Row]:
    reasons = [pressed(changes.reason(reason), MarkLost(lead_id, reason)) for reason in LostReason]
    return evenly([*reasons, _reason_of_ones_own(lead_id)], 2)


def _reason_of_ones_own(lead_id: int) -> Button:
    return pressed(_("✍️ Another reason"), AskFor(lead_id, PromptKind.REASON))


def _to(lead_id: int, person: Person) -> Button:
    name = text.shorten(text.line(person.name), _NAME) or str(person.user_id)
    return pressed(_("👥 {name}").format(name=name), Reassign(lead_id, person.user_id))
