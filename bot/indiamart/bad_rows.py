"""The rows of one body that are no leads: the first ones as they came, of the others how many and one digest."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.domain import budgets
from bot.i18n import _
from bot.indiamart.answer import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator


class BadRows:
    """A body of two million of them costs one more entry than one of twenty-one, and the same body the same entries."""

    def __init__(self) -> None:
        self._first: list[Unreadable] = []
        self._others = hashlib.sha256()
        self._count = 0

    def append(self, row: Unreadable) -> None:
        if len(self._first) < budgets.BAD_ROWS:
            self._first.append(row)
            return
        self._count += 1
        self._others.update(row.raw.encode(errors="surrogatepass") + b"\n")

    def __iter__(self) -> Iterator[Unreadable]:
        yield from self._first
        if self._count:
            raw = f'"{self._count} rows, SHA-256 {self._others.hexdigest()}"'
            yield Unreadable(raw, _("more rows like these, of which only the number is kept"), self._count)
