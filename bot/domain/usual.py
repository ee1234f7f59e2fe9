"""Whether fewer leads came today than usual, by this hour on this weekday; said only where it means something."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import median
from typing import Final

WEEKS: Final = 8
"""So many of the same weekdays are looked back at, without holidays."""
FEWEST_WEEKS: Final = 4
CHANCE: Final = 0.01
"""So seldom would as few leads, or fewer, come by chance alone."""
STALE: Final = timedelta(hours=1)
"""So long without a good answer from IndiaMART, and polls do not work: four are due in it at least."""


class FewReason(StrEnum):
    """Why few leads may have come; the likeliest first."""

    KEY = "key"
    POLLS_FAIL = "polls_fail"
    PUSH_REFUSED = "push_refused"
    PUSH_SILENT = "push_silent"
    UNREADABLE = "unreadable"
    HOLIDAY = "holiday"
    QUEUE = "queue"
    """They came, and wait for Telegram."""
    NOTHING_THERE = "nothing_there"
    """IndiaMART answers, and has no more."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How many leads came today so far, and how many had come by this hour on the same weekday of the last weeks."""

    today: int
    before: tuple[int, ...]

    @property
    def is_known(self) -> bool:
        return len(self.before) >= FEWEST_WEEKS

    @property
    def usual(self) -> int:
        """The middle one: a festival's week moves it little."""
        return round(median(self.before)) if self.before else 0

    @property
    def is_few(self) -> bool:
        """Fewer than on any of those days, and too few for chance, as a Poisson distribution has it."""
        if not self.is_known or self.today >= min(self.before):
            return False
        return chance_of_at_most(self.today, median(self.before)) < CHANCE


def chance_of_at_most(number: int, usual: float) -> float:
    """That so many come, or fewer, where `usual` come on average."""
    return sum(math.exp(n * math.log(usual) - usual - math.lgamma(n + 1)) for n in range(number + 1)) if usual else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the ways on which leads come in."""

    has_pull: bool
    since_good_answer: timedelta | None
    """None where IndiaMART never gave a good answer."""
    has_key_fault: bool = False
    has_source_fault: bool = False
    """Something else keeps polls from working."""
    has_unreadable: bool = False
    has_push: bool = False
    is_push_refused: bool = False
    """The latest push was."""
    is_holiday: bool = False
    """Or a weekly day off."""
    is_queued: bool = False


def reasons(facts: Facts) -> tuple[FewReason, ...]:
    """What may be the reason that few leads came. That IndiaMART has no more is said where its way works."""
    is_stale = facts.since_good_answer is None or facts.since_good_answer > STALE
    does_poll_fail = facts.has_pull and (facts.has_source_fault or is_stale)
    holds = {
        FewReason.KEY: facts.has_key_fault,
        FewReason.POLLS_FAIL: does_poll_fail and not facts.has_key_fault,
        FewReason.PUSH_REFUSED: facts.has_push and facts.is_push_refused,
        FewReason.PUSH_SILENT: facts.has_push and not facts.has_pull and not facts.is_push_refused,
        FewReason.UNREADABLE: facts.has_unreadable,
        FewReason.HOLIDAY: facts.is_holiday,
        FewReason.QUEUE: facts.is_queued,
        FewReason.NOTHING_THERE: facts.has_pull and not does_poll_fail and not facts.has_key_fault,
    }
    return tuple(reason for reason in FewReason if holds[reason])
