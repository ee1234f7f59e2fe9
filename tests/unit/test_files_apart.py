"""A large file is read by a process of its own, with the same leads, the same bad rows and the same sentences."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import LeadbellError
from bot.files import apart, reading

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

IST = ZoneInfo("Asia/Kolkata")
ROWS = [{"UNIQUE_QUERY_ID": str(number), "SENDER_NAME": "आशा"} for number in range(100)]


def parts(source: AbstractContextManager[Any]) -> list[Any]:
    with source as opened:
        return [opened.unit, opened.size, *iter(lambda: opened.part(30), None)]


def problem(source: AbstractContextManager[Any]) -> str:
    with pytest.raises(LeadbellError) as caught:
        parts(source)
    return str(caught.value)


def test_it_gives_what_reading_gives(tmp_path: Path) -> None:
    path = tmp_path / "leads.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS) + "nonsense\n", encoding="utf-8")
    # How far the file was read ahead differs.
    given, wanted = parts(apart.opened(path, IST, 30)), parts(reading.opened(path, IST))
    assert given[:2] == wanted[:2]
    assert [part[:2] for part in given[2:]] == [part[:2] for part in wanted[2:]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("none.csv", None),
        ("other.csv", "Colour\nred\n"),
        ("leads.doc", "x"),
        ("cut.json", json.dumps(ROWS)[:-9]),
        ("broken.xlsx", "x"),
    ],
)
def test_it_says_what_reading_says(tmp_path: Path, name: str, text: str | None) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert problem(apart.opened(path, IST, 30)) == problem(reading.opened(path, IST))


def test_what_came_before_a_break_comes_first_and_every_call_after_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_text(json.dumps(ROWS)[:-9], encoding="utf-8")
    with apart.opened(path, IST, 60) as source:
        assert [len(source.part(60).leads), len(source.part(60).leads)] == [60, 39]  # type: ignore[union-attr]
        for _call in range(2):
            with pytest.raises(LeadbellError, match="from row 100 on"):
                source.part(60)


def test_the_end_stays_the_end(tmp_path: Path) -> None:
    path = tmp_path / "leads.json"
    path.write_text("[]", encoding="utf-8")
    with apart.opened(path, IST, 60) as source:
        assert [source.part(60), source.part(60)] == [None, None]


def test_a_reader_that_is_killed_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "leads.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS * 500), encoding="utf-8")

    def read() -> None:
        with apart.opened(path, IST, 60) as source:
            os.kill(source.pid, signal.SIGTERM)
            while source.part(60):
                pass

    with pytest.raises(LeadbellError, match="ended unexpectedly"):
        read()


def test_a_small_file_needs_no_process(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("x", encoding="utf-8")
    assert not apart.is_worth_it(tmp_path / "leads.csv")
    assert not apart.is_worth_it(tmp_path / "none.csv")
