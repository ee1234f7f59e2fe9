"""Who takes which bots: a rule that every process applies by itself to the same facts, and all come to the same."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TOLERATED: Final = 0.1
"""Of an even share. A bot is moved for a larger difference only: an account more or less moves nothing."""


def shares(processes: Collection[int], weights: Mapping[int, int], holders: Mapping[int, int]) -> dict[int, int]:
    """The process of each bot, where `weights` says how many accounts speak through it and `holders` who has it now.

    As few move as it takes: what a process that is gone had, and what one that has too much gives to one that has too
    little. What comes of it is applied to again without a further move.
    """
    if not processes:
        return {}
    stacks = {process: _Stack() for process in sorted(processes)}
    free = []
    for bot in sorted(weights):
        holder = stacks.get(holders.get(bot, -1))
        if holder is None:
            free.append(bot)
        else:
            holder.put(bot, weights[bot])
    for bot in sorted(free, key=lambda bot: (-weights[bot], bot)):
        min(stacks.values(), key=lambda stack: stack.load).put(bot, weights[bot])
    slack = TOLERATED * sum(weights.values()) / len(stacks)
    while _moved(stacks, slack):
        pass
    return {bot: process for process, stack in stacks.items() for bot in stack.bots()}


class _Stack:
    """What one process has."""

    def __init__(self) -> None:
        self.load = 0
        self._by_weight: defaultdict[int, list[int]] = defaultdict(list)

    def put(self, bot: int, weight: int) -> None:
        self.load += weight
        self._by_weight[weight].append(bot)

    def take(self, weight: int) -> int:
        self.load -= weight
        bots = self._by_weight[weight]
        bot = bots.pop()
        if not bots:
            del self._by_weight[weight]
        return bot

    def best(self, gap: int) -> int | None:
        """The weight of which the gap to another is left smallest; None where none makes it smaller."""
        fitting = [weight for weight in self._by_weight if weight < gap]
        return min(fitting, key=lambda weight: (abs(gap - 2 * weight), weight), default=None)

    def bots(self) -> list[int]:
        return [bot for bots in self._by_weight.values() for bot in bots]


def _moved(stacks: Mapping[int, _Stack], slack: float) -> bool:
    """One bot to who has least, from who has most of those that have a fitting one."""
    least = min(stacks.values(), key=lambda stack: stack.load)
    for giver in sorted(stacks.values(), key=lambda stack: -stack.load):
        gap = giver.load - least.load
        if gap <= slack:
            return False
        weight = giver.best(gap)
        if weight is not None:
            least.put(giver.take(weight), weight)
            return True
    return False
