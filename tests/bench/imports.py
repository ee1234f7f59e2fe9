"""How fast `leadbell import` stores a file of leads, and how much memory it takes.

    python -m tests.bench.imports --leads 1000000

Ours is the command as a process, from its start to its end, with a JSON Lines file of `tests/bench/corpus.py`.
The baseline is `tests/bench/plain.py`'s: the rows that ours made, read from its database one by one and written to
another with plain `sqlite3`, one `executemany` a table in one transaction. Memory is the
peak of the resident set, of all processes together.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson

from tests.bench import plain
from tests.bench.corpus import Corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL = 0.35
LIMIT = 200.0
"""MB."""


def generate(path: Path, leads: int) -> None:
    with path.open("wb") as file:
        file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in Corpus().rows(leads))


def ours(folder: Path, file: Path) -> tuple[float, float]:
    """Seconds, and MB at most: the peaks of all its processes together."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    environment |= {"DATABASE_URL": "sqlite:///ours.db", "PYTHONPATH": str(Path.cwd())}
    peaks: dict[int, int] = {}
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "import", str(file)], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            _look(process.pid, peaks)
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(process.returncode)
    return time.perf_counter() - begun, sum(peaks.values()) / 1024


def _look(pid: int, peaks: dict[int, int]) -> None:
    """Note the peak of the resident set, in kB, of a process and its children. Linux only."""
    with suppress(OSError):  # it has just ended
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
        peaks[pid] = max(peaks.get(pid, 0), int(line.split()[1]))
        for tasks in Path(f"/proc/{pid}/task").iterdir():
            for child in (tasks / "children").read_text(encoding="ascii").split():
                _look(int(child), peaks)


def baseline(folder: Path) -> float:
    """Seconds for writing; reading is in it, since a million rows do not fit into memory."""
    with (
        closing(plain.opened(folder / "plain.db")) as target,
        closing(sqlite3.connect(folder / "ours.db")) as source,
    ):
        begun = time.perf_counter()
        target.execute("BEGIN IMMEDIATE")
        for table in plain.TABLES:
            _stream(target, table, source.execute(f"SELECT * FROM {table}"))
        target.executemany(plain.INDEX, plain.words(source))
        target.execute("COMMIT")
        return time.perf_counter() - begun


def _stream(target: sqlite3.Connection, table: str, rows: sqlite3.Cursor) -> None:
    first = rows.fetchone()
    if first is not None:
        target.executemany(plain.statement(table, [first]), _from(first, rows))


def _from(first: tuple[Any, ...], rows: sqlite3.Cursor) -> Iterator[tuple[Any, ...]]:
    yield first
    yield from rows


def measure(leads: int) -> bool:
    with TemporaryDirectory(prefix="leadbell-imports-") as name:
        folder = Path(name)
        generate(folder / "leads.jsonl", leads)
        mine, memory = ours(folder, folder / "leads.jsonl")
        theirs = baseline(folder)
    ratio = theirs / mine
    print(
        f"import: {leads / mine:,.0f} rows/s of {leads} leads, plain sqlite3 {leads / theirs:,.0f} rows/s, "
        f"ratio {ratio:.2f} (goal at least {GOAL}), {memory:.0f} MB (limit {LIMIT:.0f})"
    )
    return ratio >= GOAL and memory < LIMIT


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imports", description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    raise SystemExit(0 if measure(parser.parse_args().leads) else 1)


if __name__ == "__main__":
    main()
