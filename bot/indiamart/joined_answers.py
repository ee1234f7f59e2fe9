"""Answers that came one behind the other in one body, as one. Only if each of them is complete it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.indiamart.answer import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNTOLD: Final = frozenset({Outcome.MALFORMED, Outcome.TRUNCATED})
"""What a part of a body may be that belongs to no answer, such as a line that a proxy wrote."""
_OF_ROWS: Final = frozenset({Outcome.LEADS, Outcome.NOTHING, *_UNTOLD})


def joined(parts: Sequence[Answer]) -> Answer | None:
    """None where fewer than two of the parts say anything: then it is one answer, and something around it."""
    speaking = [part for part in parts if part.rows or part.outcome not in _UNTOLD]
    if len(speaking) < 2:
        return None
    answer = _all_of(speaking)
    is_all_there = len(speaking) == len(parts) or all(map(_is_counted, speaking))
    return answer if is_all_there or not answer.is_complete else replace(answer, outcome=Outcome.TRUNCATED)


def _all_of(answers: Sequence[Answer]) -> Answer:
    """With all rows; for the rest a refusal counts first, then what else is incomplete."""
    incomplete = [answer for answer in answers if not answer.is_complete]
    told = min(incomplete or answers, key=_rank)
    rows = sum(answer.rows for answer in answers)
    # One that has more than it announced does not make up for another that has less.
    missing = sum(max(0, answer.announced - answer.rows) for answer in answers if answer.announced is not None)
    is_counted = any(answer.announced is not None for answer in answers)
    return replace(
        told,
        leads=[lead for answer in answers for lead in answer.leads],
        unreadable=tuple(row for answer in answers for row in answer.unreadable),
        unknown_names=tuple(sorted({name for answer in answers for name in answer.unknown_names})),
        announced=rows + missing if is_counted else None,
    )


def _is_counted(answer: Answer) -> bool:
    return answer.outcome is Outcome.LEADS and answer.announced == answer.rows


def _rank(answer: Answer) -> int:
    return 0 if answer.outcome not in _OF_ROWS else 2 if answer.outcome is Outcome.NOTHING else 1
