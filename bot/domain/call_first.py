"""Which buyers are called first, and why: plain rules, in the order in which they count."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

MOST: Final = 3
FEWEST_VALUES: Final = 8
"""So many leads have to tell what they are worth until one of them can be called a large one."""


class CallReason(StrEnum):
    """The first one counts most."""

    MISSED_CALL = "missed_call"
    LAST_DAY = "last_day"
    """A BuyLead on its last day."""
    VALUE = "value"
    """In the upper quarter of what leads were worth lately."""
    RETURNING = "returning"
    """The buyer had asked before."""
    ASKED_TWICE = "asked_twice"
    """The buyer asked again within a week, and nobody has called."""
    WAITS = "waits"
    """Nobody waits longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A lead whose buyer nobody has called yet."""

    lead_id: int
    buyer_id: int | None
    waits: timedelta
    is_claimed: bool = False
    is_missed_call: bool = False
    is_last_day: bool = False
    value: int | None = None
    """Rupees."""
    is_returning: bool = False
    has_asked_twice: bool = False

    def reasons(self, high_value: int | None) -> list[CallReason]:
        is_large = high_value is not None and self.value is not None and self.value >= high_value
        holds = (
            (self.is_missed_call, CallReason.MISSED_CALL),
            (self.is_last_day, CallReason.LAST_DAY),
            (is_large, CallReason.VALUE),
            (self.is_returning, CallReason.RETURNING),
            (self.has_asked_twice, CallReason.ASKED_TWICE),
        )
        return [reason for is_so, reason in holds if is_so]


@dataclass(frozen=True, slots=True)
class CallFirst:
    lead_id: int
    reasons: tuple[CallReason, ...]
    waits: timedelta


def high_value(values: Sequence[int]) -> int | None:
    """From where on a lead is a large one; None where too few leads tell."""
    if len(values) < FEWEST_VALUES:
        return None
    return sorted(values)[len(values) * 3 // 4]


def first(waiting: Sequence[Waiting], high_value: int | None, most: int = MOST) -> list[CallFirst]:
    """By the weightiest reason, then what nobody has claimed, then by how many reasons, then by who waits longest. A
    buyer stands there once, with the lead that has most for it.
    """
    ranked = sorted(((one, one.reasons(high_value)) for one in waiting), key=_rank)
    longest = max((one.waits for one in waiting), default=None)
    found: list[CallFirst] = []
    seen: set[int] = set()
    for one, reasons in ranked:
        if len(found) == most:
            break
        if one.buyer_id is not None and one.buyer_id in seen:
            continue
        seen |= set() if one.buyer_id is None else {one.buyer_id}
        waits = [CallReason.WAITS] if not reasons or one.waits == longest else []
        found.append(CallFirst(one.lead_id, (*reasons, *waits), one.waits))
    return found


def _rank(ranked: tuple[Waiting, list[CallReason]]) -> tuple[int, bool, int, timedelta, int]:
    one, reasons = ranked
    weight = list(CallReason).index(reasons[0]) if reasons else len(CallReason)
    return weight, one.is_claimed, -len(reasons), -one.waits, one.lead_id
