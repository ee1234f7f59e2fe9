"""What failed is counted once, by what it was and whose trouble, and is kept in mind until it has passed."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from bot.errors import DeliveryError, DeliveryTrouble, StoreBusyError, StoreError, StoreFullError, StoreRefusedError
from bot.health.troubles import CALM, MOST_OPEN, Activity, Cause, Troubles
from bot.store.failures import translate
from tests.services.played import HandClock

FOLDER = "/home/asha/leadbell"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def troubles(clock: HandClock) -> Troubles:
    return Troubles(clock)


def is_open(troubles: Troubles) -> list[tuple[Activity, Cause]]:
    return [(one.work, one.cause) for one in troubles.current]


def failing() -> Exception:
    """As it comes out of a part of the program."""
    try:
        int("buyer +91 90000 00031")
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (StoreFullError(), Cause.DISK),
        (StoreBusyError(), Cause.DATABASE),
        (StoreError(), Cause.DATABASE),
        (DeliveryError(DeliveryTrouble.TEMPORARY, "", is_of_the_way=True), Cause.TO_TELEGRAM),
        (DeliveryError(DeliveryTrouble.TEMPORARY, "Bad Gateway"), Cause.TELEGRAM),
        (DeliveryError(DeliveryTrouble.CHAT, "kicked"), Cause.TELEGRAM),
        (ValueError(), Cause.OURS),
    ],
)
def test_each_failure_is_counted_by_whose_trouble_it_was(troubles: Troubles, error: Exception, cause: Cause) -> None:
    registry = CollectorRegistry()
    registry.register(troubles.counter)
    for _time in range(2):
        troubles.failed(Activity.POLL, error)
    assert registry.get_sample_value("leadbell_failures_total", {"work": "poll", "cause": cause.value}) == 2
    assert is_open(troubles) == [(Activity.POLL, cause)]
    troubles.count(Activity.POLL, Cause.INDIAMART)
    assert len(troubles.current) == 1


def test_what_was_done_again_has_passed(troubles: Troubles) -> None:
    troubles.failed(Activity.POLL, StoreError())
    troubles.failed(Activity.PUSH, StoreError())
    troubles.worked(Activity.POLL)
    assert is_open(troubles) == [(Activity.PUSH, Cause.DATABASE)]


def test_one_writing_that_works_ends_what_keeps_all_from_writing_and_not_what_one_table_refuses(
    troubles: Troubles,
) -> None:
    troubles.failed(Activity.POLL, StoreFullError())
    troubles.failed(Activity.REMINDERS, StoreBusyError())
    troubles.failed(Activity.ANSWER, StoreRefusedError())
    troubles.failed(Activity.PUSH, StoreError())
    troubles.written()
    assert is_open(troubles) == [(Activity.PUSH, Cause.DATABASE)]


def test_what_comes_when_it_likes_is_forgotten_when_it_has_been_calm(troubles: Troubles, clock: HandClock) -> None:
    troubles.failed(Activity.PUSH, StoreError())
    troubles.failed(Activity.POLL, StoreError())
    clock.pass_(seconds=CALM - 1)
    troubles.settle()
    assert len(troubles.current) == 2
    clock.pass_(seconds=1)
    troubles.settle()
    assert is_open(troubles) == [(Activity.POLL, Cause.DATABASE)]


def test_a_mistake_of_ours_is_not_over_because_something_else_worked(troubles: Troubles, clock: HandClock) -> None:
    troubles.failed(Activity.UPDATE, failing())
    troubles.worked(Activity.UPDATE)
    assert [one.has_worked for one in troubles.current] == [True]
    clock.pass_(seconds=CALM)
    troubles.worked(Activity.UPDATE)
    assert troubles.current == []


def test_a_mistake_is_named_by_where_it_is_and_by_nothing_of_a_buyer_or_the_machine(troubles: Troubles) -> None:
    troubles.failed(Activity.UPDATE, failing())
    (one,) = troubles.current
    assert one.reason.startswith("ValueError in failing at test_troubles.py:")
    assert "/" not in one.reason


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT]
)
def test_a_database_trouble_names_no_folder(troubles: Troubles, code: int) -> None:
    error: Any = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_NAME"
    troubles.failed(Activity.POLL, translate(error, Path(FOLDER) / "leads.db"))
    (one,) = troubles.current
    assert one.reason in {"as SQLite says it", "SQLITE_NAME"}


def test_endless_mistakes_take_no_endless_room(troubles: Troubles) -> None:
    for number in range(3 * MOST_OPEN):
        error: Any = type(f"Error{number}", (Exception,), {})()
        troubles.failed(Activity.OTHER, error)
    assert len(troubles.current) == MOST_OPEN


def test_what_ails_one_bot_is_over_when_that_one_works_again_and_concerns_no_other() -> None:
    troubles = Troubles(HandClock())
    troubles.failed(Activity.UPDATES, DeliveryError(DeliveryTrouble.CHAT, "Conflict"), Cause.BOT_SHARED, bot_id=7)
    troubles.worked(Activity.UPDATES, bot_id=8)
    (one,) = troubles.current
    assert [one.concerns(bot_id) for bot_id in (7, 8, None)] == [True, False, False]
    troubles.worked(Activity.UPDATES, bot_id=7)
    assert troubles.current == []
