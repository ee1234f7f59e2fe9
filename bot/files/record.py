"""Records of a file, whatever the file is, as leads. Files have thousands of records with the same columns."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.files import columns, own
from bot.indiamart import rows, wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from bot.indiamart.answer import Unreadable
    from bot.models import Lead

_REMEMBERED: Final = 256


def reader(zone: ZoneInfo) -> Callable[[Sequence[object]], list[Lead | Unreadable]]:
    """Reads any records, hundreds at once and each in its place; times in our own columns are of this zone."""

    @lru_cache(maxsize=_REMEMBERED)
    def ours(names: tuple[object, ...]) -> Callable[[Any], Lead | Unreadable] | None:
        return own.reader(names, zone) if columns.is_ours(names) else None

    def read(records: Sequence[object]) -> list[Lead | Unreadable]:
        found: dict[int, Lead | Unreadable] = {}
        theirs: dict[int, object] = {}
        for number, record in enumerate(records):
            if isinstance(record, dict) and (own_reader := ours(tuple(record))) is not None:
                found[number] = own_reader(record)
            else:
                theirs[number] = _as_theirs(record)
        found.update(zip(theirs, rows.read_all(list(theirs.values())), strict=True))
        return [found[number] for number in range(len(records))]

    return read


def _as_theirs(record: object) -> object:
    return _renamed(record) if isinstance(record, dict) and _is_mixed(tuple(record)) else record


@lru_cache(maxsize=_REMEMBERED)
def _is_mixed(names: tuple[object, ...]) -> bool:
    return columns.is_mixed(names)


def _renamed(row: Mapping[object, object]) -> Mapping[object, object]:
    """Our names beside IndiaMART's: where it has one for the same, that is what is meant."""
    named = {columns.AS_INDIAMART.get(wire.folded(name), name): value for name, value in row.items()}
    return named | {name: row[name] for name in row if name in named}
