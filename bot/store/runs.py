"""The `runs` table: processes at work on this database. Each writes its own row."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot import __version__
from bot.clock import from_epoch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Connection

START: Final = """
    INSERT INTO runs (started_at, beat_at, host, pid, version, main)
    VALUES (:started_at, :now, :host, :pid, :version, :main) RETURNING run_id
"""

ALL: Final = "SELECT run_id, started_at, beat_at, host, pid, version, main FROM runs ORDER BY run_id"

BEAT: Final = "UPDATE runs SET beat_at = :now WHERE run_id = :run_id"

FORGET: Final = "DELETE FROM runs WHERE beat_at < :before AND run_id <> :run_id"

OTHERS: Final = "SELECT run_id, beat_at FROM runs WHERE run_id <> :run_id"

LATEST: Final = "SELECT max(beat_at) AS beat_at FROM runs"

END: Final = "DELETE FROM runs WHERE run_id = :run_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A process, or what one that was killed has left."""

    run_id: int
    started_at: datetime
    beat_at: datetime
    """When it last said that it is at work."""
    host: str
    pid: int
    version: str
    main: str
    """Marks of the settings of `main` that it began with."""


async def start(connection: Connection, now: float, *, started_at: float | None = None, main: str = "{}") -> int:
    """Times are fractions of a second since 1970."""
    about = {"host": platform.node(), "pid": os.getpid(), "version": __version__, "main": main}
    times = {"now": now, "started_at": now if started_at is None else started_at}
    row = await connection.fetch_one(START, {**about, **times})
    return 0 if row is None else int(row["run_id"])


async def all_of(connection: Connection) -> list[Run]:
    return [
        Run(
            run_id=row["run_id"],
            started_at=from_epoch(row["started_at"]),
            beat_at=from_epoch(row["beat_at"]),
            host=row["host"],
            pid=row["pid"],
            version=row["version"],
            main=row["main"],
        )
        for row in await connection.fetch_all(ALL)
    ]


async def beat(connection: Connection, run_id: int, *, now: float, forget_before: float) -> dict[int, float]:
    """Say that this run is alive. When the others last said so; one that was killed says no more."""
    await connection.execute(BEAT, {"run_id": run_id, "now": now})
    await connection.execute(FORGET, {"run_id": run_id, "before": forget_before})
    rows = await connection.fetch_all(OTHERS, {"run_id": run_id})
    return {row["run_id"]: row["beat_at"] for row in rows}


async def latest_beat(connection: Connection) -> datetime | None:
    """When a process last said that it is at work here; None where none is, or after a clean stop of all."""
    row = await connection.fetch_one(LATEST)
    return None if row is None or row["beat_at"] is None else from_epoch(row["beat_at"])


async def end(connection: Connection, run_id: int) -> None:
    await connection.execute(END, {"run_id": run_id})
