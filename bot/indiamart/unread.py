"""Leads of a long answer, read when they are asked for: as rows they take less memory, and the next ones can be read
while these are stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from bot.indiamart import rows
from bot.models import Lead

if TYPE_CHECKING:
    from collections.abc import Iterable


class Unread(Sequence[Lead]):
    """Of an answer's rows those with these numbers, all of which `rows.is_lead`. The oldest come first, if the rows are
    in the order of their times at all.
    """

    def __init__(self, items: Sequence[Any], numbers: Iterable[int]) -> None:
        self._items = items
        self._numbers = list(numbers)
        ends = [lead.enquired_at for lead in self._read(self._numbers[:: max(len(self._numbers) - 1, 1)])]
        if ends and (first := ends[0]) is not None and (last := ends[-1]) is not None and first > last:
            self._numbers.reverse()  # as v2 has them

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Lead: ...
    @overload
    def __getitem__(self, index: slice) -> list[Lead]: ...
    def __getitem__(self, index: int | slice) -> Lead | list[Lead]:
        if isinstance(index, slice):
            return self._read(self._numbers[index])
        return self._read([self._numbers[index]])[0]

    def _read(self, numbers: Iterable[int]) -> list[Lead]:
        return [lead for lead in rows.read_all([self._items[number] for number in numbers]) if isinstance(lead, Lead)]
