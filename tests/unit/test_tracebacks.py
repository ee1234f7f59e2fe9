"""What the log has of an exception: where, and of what kind; of its words only our own."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot import log
from bot.errors import DeliveryError, DeliveryTrouble, LeadbellError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUYER = "Asha Testwala"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook


def no_number() -> None:
    int(BUYER)


def no_such_name() -> None:
    dict[str, int]()[BUYER]


def no_date() -> None:
    raise ValueError(f"Invalid isoformat string: '{BUYER}'")


def refused_row() -> None:
    raise psycopg.errors.CheckViolation(f"DETAIL:  Failing row contains (7, {BUYER}, pumps).")


def wrapped() -> None:
    try:
        no_number()
    except ValueError as error:
        raise LeadbellError("The row cannot be read. Send it again.") from error


def while_handled() -> None:
    try:
        no_number()
    except ValueError:
        refused_row()


def together() -> None:
    try:
        no_number()
    except ValueError as error:
        raise ExceptionGroup(f"of {BUYER}", [error, LeadbellError("Send it again.")]) from None


def noted() -> None:
    error = RuntimeError("odd")
    error.add_note(f"while reading {BUYER}")
    raise error


def telegrams() -> None:
    raise DeliveryError(DeliveryTrouble.MESSAGE, f'Can\'t parse entities: unsupported start tag "{BUYER}"')


def many_of_them() -> None:
    raise ExceptionGroup(BUYER, [KeyError(BUYER) for _ in range(40)])


def written(call: Callable[[], None], log_format: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the log holds of it, as one text."""
    log.configure("info", log_format)
    try:
        call()
    except Exception:
        logging.getLogger("bot").exception("it failed")
    said = capsys.readouterr().err
    return str(json.loads(said)["exception"]) if log_format == "json" else said


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    ("call", "kinds"),
    [
        (no_number, ["ValueError"]),
        (no_such_name, ["KeyError"]),
        (no_date, ["ValueError"]),
        (refused_row, ["psycopg.errors.CheckViolation (23514)"]),
        (wrapped, ["ValueError", "bot.errors.LeadbellError: The row cannot be read."]),
        (while_handled, ["ValueError", "psycopg.errors.CheckViolation"]),
        (together, ["ExceptionGroup", "ValueError", "bot.errors.LeadbellError: Send it again."]),
        (noted, ["RuntimeError"]),
        (telegrams, ["bot.errors.DeliveryError: message"]),
        (many_of_them, ["ExceptionGroup", "KeyError", "and 25 more"]),
    ],
)
def test_a_traceback_has_place_and_kind_of_each_exception_and_no_word_of_a_buyer(
    call: Callable[[], None], kinds: list[str], log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = written(call, log_format, capsys)
    assert BUYER not in said
    assert f"in {call.__name__}" in said
    assert "test_tracebacks.py" in said
    begins = [said.index(kind) for kind in kinds]
    assert begins == sorted(begins)


def test_the_cause_stands_first_with_its_own_place(capsys: pytest.CaptureFixture[str]) -> None:
    said = written(wrapped, "text", capsys)
    cause, _between, effect = said.partition("The above exception was the direct cause of the following exception:")
    assert "in no_number" in cause
    assert "in wrapped" in effect


def test_a_context_that_was_hidden_stays_so(capsys: pytest.CaptureFixture[str]) -> None:
    def hidden() -> None:
        try:
            refused_row()
        except psycopg.Error:
            raise LeadbellError("Send it again.") from None

    said = written(hidden, "text", capsys)
    assert "LeadbellError: Send it again." in said
    assert "CheckViolation" not in said


def test_what_goes_round_in_a_ring_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    def ring() -> None:
        first, second = KeyError(BUYER), OSError(BUYER)
        first.__cause__, second.__cause__ = second, first
        raise first

    said = written(ring, "text", capsys)
    assert (said.count("KeyError"), said.count("OSError")) == (1, 1)
    assert BUYER not in said


def test_the_code_of_a_system_or_database_says_what_its_words_would(capsys: pytest.CaptureFixture[str]) -> None:
    def no_file() -> None:
        open(f"/nowhere/{BUYER}")  # noqa: PTH123, SIM115 - it does not get so far

    def twice() -> None:
        database = sqlite3.connect(":memory:")
        try:
            database.execute("CREATE TABLE names (name TEXT CHECK (name = 'x'))")
            database.execute("INSERT INTO names VALUES (?)", (BUYER,))
        finally:
            database.close()

    assert "FileNotFoundError (ENOENT)" in written(no_file, "text", capsys)
    assert "sqlite3.IntegrityError (SQLITE_CONSTRAINT_CHECK)" in written(twice, "text", capsys)


def test_all_problems_of_the_settings_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    def refused() -> None:
        raise SettingsError(["TIMEZONE: no such zone.", "DIGEST: no such day."])

    said = written(refused, "text", capsys)
    assert "TIMEZONE: no such zone.\nDIGEST: no such day." in said


async def test_a_task_nobody_waited_for_says_no_word_of_a_buyer(capsys: pytest.CaptureFixture[str]) -> None:
    async def lost() -> None:
        raise KeyError(BUYER)

    log.configure("info", "text")
    task = asyncio.create_task(lost())
    await asyncio.wait([task])
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    )
    said = capsys.readouterr().err
    assert "Task exception was never retrieved" in said
    assert "in lost" in said
    assert BUYER not in said


def test_what_nobody_caught_says_no_word_of_a_buyer(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "text")
    sys.excepthook(KeyError, KeyError(BUYER), None)
    said = capsys.readouterr().err
    assert "Nobody caught this error\nKeyError" in said
    assert BUYER not in said


def test_a_traceback_that_another_handler_wrote_out_is_not_taken_over(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "text")
    trouble = KeyError(BUYER)
    record = logging.LogRecord("bot", 40, "f.py", 1, "it failed", None, (KeyError, trouble, None))
    logging.Formatter().format(record)
    logging.getLogger().handle(record)
    said = capsys.readouterr().err
    assert "it failed\nKeyError" in said
    assert BUYER not in said
