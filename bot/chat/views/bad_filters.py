"""What is said to a filter that was not understood: its name, what would be one, and what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import text
from bot.domain import spans
from bot.i18n import _
from bot.lookup.query import Filter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.lookup.query import BadFilter

_MOST: Final = 3
_LONGEST_GOOD: Final = 120
"""UTF-16 units of all that would be understood: a team may have many people."""
_LONGEST: Final = 40


def explained(bad_filters: Sequence[BadFilter]) -> list[str]:
    """A line each."""
    return [_said(puzzle) for puzzle in bad_filters[:_MOST]]


def _said(puzzle: BadFilter) -> str:
    said = _("I do not understand “{filter}”").format(filter=_short(puzzle.typed))
    would_be = _would_be(puzzle)
    first = _("{said}: {would_be}.").format(said=said, would_be=would_be) if would_be else f"{said}."
    near = _("Did you mean “{filter}”?").format(filter=_short(puzzle.near)) if puzzle.near else ""
    return f"{first} {near}".strip()


def _would_be(puzzle: BadFilter) -> str:
    good = text.shorten(", ".join(_short(one) for one in puzzle.good), _LONGEST_GOOD)
    if puzzle.name is Filter.BY and not good:
        return _("write a name, as by:ravi, or by:me")
    would_be = {
        Filter.KIND: _("kinds are {names}"),
        Filter.STATUS: _("statuses are {names}"),
        Filter.BY: _("people are {names}"),
        Filter.SINCE: _("write {examples}"),
        Filter.CITY: _("write a city, as city:surat"),
        Filter.PRODUCT: _('write a product, as product:pump or product:"solar pump"'),
        Filter.COUNTRY: _('write a country, as country:AE or country:"saudi arabia"'),
        Filter.VALUE: _("write an amount, as value>50000, value<1.5l or value>=2cr"),
    }
    words = "" if puzzle.name is None else would_be.get(puzzle.name, "")
    return words.format(names=good, examples=spans.examples())


def _short(typed: str) -> str:
    return text.shorten(text.line(typed), _LONGEST)
