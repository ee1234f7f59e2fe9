from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.usual import Facts, FewReason, Usual, chance_of_at_most, reasons

WELL: dict[str, Any] = {"has_pull": True, "since_good_answer": timedelta(minutes=5)}


@pytest.mark.parametrize(
    ("today", "before", "is_few"),
    [
        (0, (9, 10, 11, 10), True),
        (2, (9, 10, 11, 10), True),
        (5, (9, 10, 11, 10), False),  # may be chance
        (0, (9, 10, 11), False),  # too few weeks tell
        (0, (3, 2, 4, 3, 3), False),  # a small shop's quiet day
        (2, (1, 12, 11, 10, 14), False),  # it has been as quiet before
        (30, (9, 10, 11, 10), False),
        (0, (0, 0, 0, 0), False),
    ],
)
def test_it_is_few_only_where_that_means_something(today: int, before: tuple[int, ...], *, is_few: bool) -> None:
    assert Usual(today, before).is_few is is_few


def test_a_festivals_week_moves_what_is_usual_little() -> None:
    assert Usual(0, (10, 11, 90, 10, 9)).usual == 10


def test_the_chance_is_poissons() -> None:
    assert chance_of_at_most(0, 3.0) == pytest.approx(0.0498, abs=1e-4)
    assert chance_of_at_most(2, 3.0) == pytest.approx(0.4232, abs=1e-4)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (WELL, [FewReason.NOTHING_THERE]),
        (WELL | {"has_key_fault": True}, [FewReason.KEY]),
        (WELL | {"since_good_answer": timedelta(hours=2)}, [FewReason.POLLS_FAIL]),
        (WELL | {"since_good_answer": None}, [FewReason.POLLS_FAIL]),
        (WELL | {"has_source_fault": True, "is_queued": True}, [FewReason.POLLS_FAIL, FewReason.QUEUE]),
        (WELL | {"is_holiday": True}, [FewReason.HOLIDAY, FewReason.NOTHING_THERE]),
        ({"has_pull": False, "since_good_answer": None, "has_push": True}, [FewReason.PUSH_SILENT]),
        (
            {"has_pull": False, "since_good_answer": None, "has_push": True, "is_push_refused": True},
            [FewReason.PUSH_REFUSED],
        ),
        (WELL | {"has_push": True, "has_unreadable": True}, [FewReason.UNREADABLE, FewReason.NOTHING_THERE]),
    ],
)
def test_the_likeliest_reason_is_named_first(facts: dict[str, Any], found: list[FewReason]) -> None:
    assert list(reasons(Facts(**facts))) == found
