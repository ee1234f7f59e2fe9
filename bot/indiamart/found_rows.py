"""The rows of a pulled answer: leads, what could not be read, and how many IndiaMART says there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.domain import budgets
from bot.i18n import Sentence
from bot.indiamart import answer_words, column_names, error_sentences, nested_rows, rows
from bot.indiamart.answer import Answer, Outcome, Unreadable
from bot.indiamart.parse import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.lead import Lead

BLOCKED_SECONDS: Final = 900.0
"""How long a key stays blocked after too many calls (observed)."""
_SAMPLED: Final = 20
"""Rows of an answer over the budget that are kept."""
_SEVERAL: Final = 3
"""Two may be what one buyer wrote about two products, with the same bad letter in it."""
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The rows of a body."""

    leads: Sequence[Lead] = ()
    unreadable: tuple[Unreadable, ...] = ()
    unknown_names: tuple[str, ...] = ()
    announced: int | None = None
    has_rows: bool = False
    """Whether anything looks like a row, readable or not."""
    is_over: bool = False
    """There are more than are read of one answer."""

    def answer(self, outcome: Outcome, message: str = "") -> Answer:
        waits = {
            Outcome.TOO_SOON: error_sentences.wait(message),
            Outcome.BLOCKED: error_sentences.wait(message) or BLOCKED_SECONDS,
        }
        return Answer(
            outcome=Outcome.TOO_LARGE if self.is_over else self._of_rows(outcome),
            leads=self.leads,
            unreadable=self.unreadable,
            unknown_names=self.unknown_names,
            announced=self.announced,
            wait=waits.get(outcome),
            ready_from=error_sentences.ready_from(message) if outcome is Outcome.NOT_READY else None,
            message=message if isinstance(message, Sentence) else answer_words.named(message),
        )

    def _of_rows(self, outcome: Outcome) -> Outcome:
        """Several rows of which none can be read are a shape that nobody knows yet, and no bad row among good ones."""
        if outcome is not Outcome.LEADS or self.leads:
            return outcome
        different = len({row.raw for row in self.unreadable})
        return Outcome.MALFORMED if different >= (_SEVERAL if self.has_rows else 2) else outcome


def read(items: Sequence[Any]) -> FoundRows:
    if len(items) <= budgets.PULLED_ROWS:
        items = nested_rows.flat(items)
    if len(items) > budgets.PULLED_ROWS:
        return over(items[:_SAMPLED])
    leads, unreadable = rows.read_all(items)
    objects = [row for row in items if isinstance(row, dict) and len(row) <= budgets.COLUMNS]
    names = {name for row in objects for name in row}
    unknown = column_names.unknown_names(names)
    of_total = [name for name in names if column_names.folded(name) == "TOTAL_COUNT"]
    totals = [total for row in objects for name in of_total if (total := number(row.get(name))) is not None]
    return FoundRows(
        leads, unreadable, unknown, max(totals, default=None), has_rows=any(map(nested_rows.is_in_place, items))
    )


def over(sample: object) -> FoundRows:
    """How it begins is kept; a shorter window brings its rows."""
    row = Unreadable(rows.raw(sample), Sentence("an answer with more in it than is read at once"))
    return FoundRows(unreadable=(row,), is_over=True)


def number(value: object) -> int | None:
    """A count or code: a number, or a text of digits."""
    text = texts.written(value).strip()
    return int(text) if _NUMBER.fullmatch(text) else None
