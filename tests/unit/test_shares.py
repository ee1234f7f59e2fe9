"""Who takes which bots: even by accounts, with as few moves as it takes, and the same wherever it is worked out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as some

from bot.domain.shares import TOLERATED, shares

if TYPE_CHECKING:
    from collections.abc import Mapping

PROCESSES = some.sets(some.integers(1, 9), min_size=1, max_size=5)
WEIGHTS = some.dictionaries(some.integers(100, 160), some.integers(1, 40), max_size=40)
HOLDERS = some.dictionaries(some.integers(90, 170), some.integers(1, 12))


def loads(found: Mapping[int, int], weights: Mapping[int, int], processes: set[int]) -> Counter[int]:
    counted = Counter(dict.fromkeys(processes, 0))
    for bot, process in found.items():
        counted[process] += weights[bot]
    return counted


@given(PROCESSES, WEIGHTS, HOLDERS)
def test_every_bot_has_one_process_that_is_there(
    processes: set[int], weights: dict[int, int], holders: dict[int, int]
) -> None:
    found = shares(processes, weights, holders)
    assert set(found) == set(weights)
    assert set(found.values()) <= processes


@given(PROCESSES, WEIGHTS, HOLDERS)
def test_what_came_of_it_moves_nothing_more(
    processes: set[int], weights: dict[int, int], holders: dict[int, int]
) -> None:
    found = shares(processes, weights, holders)
    assert shares(processes, weights, found) == found


@given(PROCESSES, WEIGHTS, HOLDERS)
def test_no_single_move_makes_the_shares_more_even(
    processes: set[int], weights: dict[int, int], holders: dict[int, int]
) -> None:
    found = shares(processes, weights, holders)
    counted = loads(found, weights, processes)
    slack = TOLERATED * sum(weights.values()) / len(processes)
    for bot, process in found.items():
        gap = counted[process] - min(counted.values())
        assert gap <= slack or weights[bot] >= gap


@given(PROCESSES, WEIGHTS, HOLDERS, some.randoms())
def test_the_order_in_which_the_facts_are_told_changes_nothing(
    processes: set[int], weights: dict[int, int], holders: dict[int, int], chance: object
) -> None:
    def shuffled(facts: dict[int, int]) -> dict[int, int]:
        pairs = list(facts.items())
        chance.shuffle(pairs)  # type: ignore[attr-defined]  # a Random
        return dict(pairs)

    found = shares(processes, weights, holders)
    assert shares(sorted(processes, reverse=True), shuffled(weights), shuffled(holders)) == found


@given(PROCESSES, some.sets(some.integers(100, 160)))
def test_of_bots_alike_one_that_comes_only_takes_and_one_that_goes_only_gives(
    processes: set[int], bots: set[int]
) -> None:
    weights = dict.fromkeys(bots, 3)
    before = shares(processes, weights, {})
    after = shares(processes | {10}, weights, before)
    assert {after[bot] for bot in bots if after[bot] != before[bot]} <= {10}
    again = shares(processes, weights, after)
    assert all(again[bot] == after[bot] for bot in bots if after[bot] != 10)


def test_a_third_process_takes_ten_of_thirty_bots() -> None:
    weights = dict.fromkeys(range(30), 10)
    before = shares({1, 2}, weights, {})
    after = shares({1, 2, 3}, weights, before)
    assert sorted(Counter(after.values()).values()) == [10, 10, 10]
    assert sum(after[bot] != before[bot] for bot in weights) == 10


def test_a_bot_of_half_of_all_accounts_is_a_share_by_itself() -> None:
    weights = {1: 50, **dict.fromkeys(range(2, 52), 1)}
    found = shares({7, 8}, weights, {})
    assert loads(found, weights, {7, 8}) == {7: 50, 8: 50}


def test_an_account_more_moves_nothing() -> None:
    weights = dict.fromkeys(range(20), 5)
    before = shares({1, 2}, weights, {})
    assert shares({1, 2}, {**weights, 0: 8}, before) == before


def test_ten_thousand_bots_are_shared_at_once() -> None:
    weights = dict.fromkeys(range(10_000), 1)
    before = shares({1}, weights, {})
    after = shares({1, 2, 3}, weights, before)
    assert max(Counter(after.values()).values()) < 3_700
