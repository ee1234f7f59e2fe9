"""The routes in their order, and why a lead went where it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import bad_filters, buttons, changes, text
from bot.chat.views.message import RenderedMessage, said, titled
from bot.chat.views.setting_codes import RoutePress, RouteStep
from bot.chat.views.text import bold, escaped
from bot.domain.routes import GENERAL, DestinationKind, RouteReason
from bot.i18n import _, ngettext
from bot.team.routes import RouteRefusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.views.message import Button
    from bot.domain.ids import LeadNumber
    from bot.domain.routes import Route
    from bot.team.attendance import UnknownName
    from bot.team.routes import Explanation, RouteEntry, RouteResult

_LONGEST: Final = 60
"""UTF-16 units of a search, or of a name."""
_LONGEST_TEAM: Final = 600
"""Of all names of a route."""
_ROOM: Final = 3600
"""For all routes in one message."""
_A_ROW: Final = 5
_PASSED: Final = 8
"""Routes that are named which did not take a lead."""


def how() -> RenderedMessage:
    return titled(
        "🧭 " + _("Who gets which leads"),
        _("Write a search and where its leads go:"),
        "/route kind:B value>1l -> @ravi, @asha",
        "/route city:surat -> here",
        "/route country:AE -> -1001234567890",
        "/route kind:BIZ -> mute",
        _("The first route that matches wins; all others come to the group. /routes shows them."),
    )


def no_destination() -> str:
    return _("Say where to behind an arrow: -> @ravi, -> @ravi, @asha (in turn), -> here (this topic), -> mute.")


def unknown_name(name: UnknownName) -> str:
    words = _("I know nobody called “{name}” here.").format(name=_short(name.typed))
    if not name.near:
        return words + " " + _("Whoever wrote in the group once is known.")
    return words + " " + _("Did you mean {names}?").format(names=", ".join(map(_short, name.near)))


def refused(result: RouteResult) -> RenderedMessage:
    return said(why(result), *bad_filters.explained(result.bad_filters))


def gone() -> str:
    return _("This route is not there any more.")


def why(result: RouteResult) -> str:
    names = ", ".join(f"“{one}:”" for one in result.beyond)
    empty = _("Nothing to look for: write a search first, such as kind:B, city:surat, product:pump or value>50000.")
    return {
        RouteRefusal.GONE: gone(),
        RouteRefusal.EMPTY: _("No route was set.") if result.bad_filters else empty,
        RouteRefusal.BEYOND: _("A new lead has no {names}: nobody has done anything with it yet.").format(names=names),
        RouteRefusal.MANY: _("There are as many routes as there may be. /routes deletes some."),
        RouteRefusal.LATE: _("That was more than a minute ago."),
        RouteRefusal.OVERTAKEN: _("Somebody else changed the routes since."),
        RouteRefusal.NO_CHANGE: _("There is nothing of yours to undo."),
    }[result.why or RouteRefusal.NO_CHANGE]


def added(known: Sequence[RouteEntry], result: RouteResult, account_id: int) -> RenderedMessage:
    new = known[-1]
    order = _("It is number {n}: the first that matches wins. Leads that came before stay where they are.")
    lines = ("✅ " + _line(new), order.format(n=len(known)))
    return RenderedMessage(
        "\n".join(map(escaped, lines)), buttons.keyboard([_undo(result.change_id, account_id), _to_list(account_id)])
    )


def listed(
    known: Sequence[RouteEntry],
    newest: LeadNumber | None,
    account_id: int,
    *,
    is_admin: bool,
    change_id: int | None = None,
) -> RenderedMessage:
    if not known:
        none = titled("🧭 " + _("There are no routes: every lead comes to the group."), _("/route sets one."))
        return RenderedMessage(
            none.text, buttons.keyboard([_undo(change_id, account_id)]) if change_id is not None else None
        )
    each = _ROOM // len(known)
    lines = [_with_taken(f"{n}. {_line(one)}", one.taken, each) for n, one in enumerate(known, 1)]
    rest = _("All others → the group")
    heading = bold("🧭 " + _("Routes: the first that matches wins"))
    rows: list[list[Button]] = []
    if is_admin:
        opened = [
            buttons.pressed(str(n), RoutePress(account_id, RouteStep.OPEN, one.route.route_id))
            for n, one in enumerate(known, 1)
        ]
        rows += [opened[start : start + _A_ROW] for start in range(0, len(opened), _A_ROW)]
    if newest is not None:
        which = _("Which would #{number} take?").format(number=newest)
        rows.append([buttons.pressed(which, RoutePress(account_id, RouteStep.TEST, newest))])
    rows.append(_undo(change_id, account_id))
    shown = "\n".join([heading, *map(escaped, lines), escaped(rest)])
    return RenderedMessage(shown, buttons.keyboard([row for row in rows if row]))


def one(entry: RouteEntry, place: int, many: int, account_id: int) -> RenderedMessage:
    """With what can be done to it."""
    number = entry.route.route_id
    moves = []
    if place > 1:
        moves.append(buttons.pressed(_("⬆️ Up"), RoutePress(account_id, RouteStep.UP, number)))
    if place < many:
        moves.append(buttons.pressed(_("⬇️ Down"), RoutePress(account_id, RouteStep.DOWN, number)))
    delete = buttons.pressed(_("🗑 Delete"), RoutePress(account_id, RouteStep.DELETE, number), "danger")
    rows = [row for row in (moves, [delete], _to_list(account_id)) if row]
    return RenderedMessage(escaped(_with_taken(f"{place}. {_line(entry)}", entry.taken, _ROOM)), buttons.keyboard(rows))


def explained(found: Explanation, account_id: int) -> RenderedMessage:
    number = found.stored.number
    if found.would is None:
        now = _("Today no route would take #{number}: it would come to the group.").format(number=number)
    else:
        now = _("Today #{number} would go by: {route}").format(number=number, route=_line(found.would))
    passed = [
        _("Not by “{query}”: {what} does not fit.").format(query=_short(_query(route)), what=_what(reason))
        for route, reason in found.passed[:_PASSED]
    ]
    return RenderedMessage(
        "\n".join([bold("🔍 " + now), *map(escaped, passed), escaped(_when_it_came(found))]),
        buttons.keyboard([_to_list(account_id)]),
    )


def _when_it_came(found: Explanation) -> str:
    if found.did is None or found.routed is None:
        return _("When it came no route took it.")
    reasons = {
        RouteReason.PLACE: _("its card stands there"),
        RouteReason.MUTE: _("it was stored without a card"),
        RouteReason.TURN: _("it was {name}'s turn"),
        RouteReason.KNOWN: _("{name} had this buyer before"),
        RouteReason.NOBODY: _("nobody of them was there, so it went to all"),
        RouteReason.OLD: _("it was old or out of a file, and those are given to nobody"),
    }
    because = reasons[found.routed.reason].format(name=changes.name(found.given_to))
    return _("When it came it went by: {route}; {because}.").format(route=_line(found.did), because=because)


def _what(reason: str) -> str:
    return _("what it looks for") if reason == "words" else reason


def _line(entry: RouteEntry) -> str:
    """`kind:B value>1l → Ravi, Asha in turn`."""
    return f"{_short(_query(entry.route))} → {_where(entry)}"


def _query(route: Route) -> str:
    """One that looked for a buyer who was forgotten has no words any more."""
    return route.query or _("a buyer who was forgotten")


def _where(entry: RouteEntry) -> str:
    to = entry.route.destination
    if to.kind is DestinationKind.MUTE:
        return _("nobody (stored and found only)")
    if to.kind is DestinationKind.PEOPLE:
        names = text.shorten(", ".join(map(changes.name, entry.names)), _LONGEST_TEAM)
        return names if len(entry.names) == 1 else _("{names} in turn").format(names=names)
    if to.title:
        return _short(to.title)
    if to.chat_id is not None:
        return _("the group {chat}").format(chat=to.chat_id)
    if to.thread_id is None:
        return _("the group")
    return _("General") if to.thread_id == GENERAL else _("topic {number}").format(number=to.thread_id)


def _with_taken(line: str, number: int, most: int) -> str:
    """With how many leads it took, in so many UTF-16 units."""
    taken = " · " + ngettext("{n} lead this week", "{n} leads this week", number).format(n=number)
    return text.shorten(line, most - text.units(taken)) + taken


def _short(typed: str) -> str:
    return text.shorten(text.line(typed), _LONGEST)


def _undo(change_id: int | None, account_id: int) -> list[Button]:
    if change_id is None:
        return []
    return [buttons.pressed(_("↩️ Undo"), RoutePress(account_id, RouteStep.UNDO, change_id))]


def _to_list(account_id: int) -> list[Button]:
    return [buttons.pressed(_("🧭 All routes"), RoutePress(account_id, RouteStep.LIST, 0))]
