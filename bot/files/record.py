"""One record of a file, whatever the file is, as a lead. Files have thousands of records with the same columns."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.files import columns, own
from bot.indiamart import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from bot.indiamart.answer import Unreadable
    from bot.models import Lead

_REMEMBERED: Final = 256


def reader(zone: ZoneInfo) -> Callable[[object], Lead | Unreadable]:
    """Reads any record; times in our own columns are of this zone."""

    @lru_cache(maxsize=_REMEMBERED)
    def of(names: tuple[object, ...]) -> Callable[[Any], Lead | Unreadable]:
        if columns.is_ours(names):
            return own.reader(names, zone)
        return _mixed if columns.is_mixed(names) else rows.read

    def read(row: object) -> Lead | Unreadable:
        return of(tuple(row))(row) if isinstance(row, dict) else rows.read(row)

    return read


def _mixed(row: Mapping[object, object]) -> Lead | Unreadable:
    """Our names beside IndiaMART's: where it has one for the same, that is what is meant."""
    named = {columns.AS_INDIAMART.get(rows.folded(name), name): value for name, value in row.items()}
    return rows.read(named | {name: row[name] for name in row if name in named})
