"""Which object of nested JSON is the lead: one that has objects of its own, such as products, or each one inside it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.files import headings, mapping
from bot.indiamart import column_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OWN: Final = frozenset({"RAW"})
"""What a row of an export holds in itself."""
DEEPEST: Final = 6
_CONTACTS: Final = frozenset((*headings.PHONES, *headings.EMAILS))


class _Known(NamedTuple):
    """What an object's names say of a lead."""

    has_contact: bool = False
    fields: int = 0


class Nesting:
    """`chosen` is `mapping.given`'s."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        self._chosen = chosen
        self._of_names = lru_cache(maxsize=256)(self._known)

    def rows_in(self, value: object, depth: int = DEEPEST) -> Iterator[object]:
        """Those that are wrapped in it, or itself."""
        held = _held(value) if isinstance(value, dict) and depth else {}
        if not isinstance(value, dict) or not held:
            yield value
            return
        own = self._of(value)
        if not own.fields:  # a mere envelope, however long
            for one in held.values():
                yield from self._each(one, depth)
            return
        inside = {title: list(self._each(one, depth)) for title, one in held.items()}
        if any(self._is_more(title, row, own) for title, rows in inside.items() for row in rows):
            yield from (row for rows in inside.values() for row in rows)
        else:
            yield value

    def _each(self, held: object, depth: int) -> Iterator[object]:
        for one in held if isinstance(held, list) else [held]:
            yield from self.rows_in(one, depth - 1)

    def _is_more(self, title: str, row: object, own: _Known) -> bool:
        """Whether a row inside is rather the lead. A product or a visit is nobody who can be called, whatever it names;
        and what stands in a usual wrapper is expected to be a lead.
        """
        known = self._of(row) if isinstance(row, dict) else _Known()
        return known.fields >= own.fields if title in column_names.WRAPPERS else known > own

    def _of(self, row: Mapping[str, object]) -> _Known:
        return self._of_names(tuple(str(name) for name, value in row.items() if not isinstance(value, list | dict)))

    def _known(self, names: tuple[str, ...]) -> _Known:
        found = mapping.columns_of(names, self._chosen)
        return _Known(any(one.field in _CONTACTS for one in found), mapping.known(found))


def _held(value: Mapping[str, object]) -> dict[str, object]:
    return {title: one for name, one in value.items() if _holds_rows(title := str(name).upper(), one)}


def _holds_rows(title: str, value: object) -> bool:
    if title in column_names.WRAPPERS and isinstance(value, list | dict):
        return True
    return title not in OWN and isinstance(value, list) and bool(value) and isinstance(value[0], dict)
