"""PostgreSQL's bad days, one after the other, under a service that leads come to: what is lost, what is repeated?

    python -m tests.bench.bad_days
    python -m tests.bench.bad_days restart pooler

`disk` wants root, for a small file system of its own; `pooler` wants Debian's `pgbouncer`. A failover, and several
processes, are `tests.bench.chaos --engine postgres`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import shutil
import subprocess
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final

import psycopg

from tests.bench import fleet_stage
from tests.bench.servers import DATABASE, SUPERUSER, place, user
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from tests.bench.fleet_stage import FleetStage

    Day = Callable[[FleetStage, Path], Awaitable[int]]

ROOM: Final = 400
"""MB of the small disk."""
EVERY_CONNECTION: Final = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'leadbell%'
"""
POOLER: Final = """
[databases]
{database} = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = trust
auth_file = {people}
pool_mode = {mode}
max_client_conn = 200
default_pool_size = 40
unix_socket_dir =
"""


async def restart(stage: FleetStage, _folder: Path) -> int:
    """How often a message may be repeated in each chat."""
    for mode in ("fast", "immediate"):
        await asyncio.to_thread(stage.servers[0].stop, mode)
        arrive(stage)
        await asyncio.sleep(4)
        await asyncio.to_thread(stage.servers[0].start)
        await asyncio.sleep(3)
    return 2


async def terminate(stage: FleetStage, _folder: Path) -> int:
    for _number in range(5):
        arrive(stage)
        await asyncio.sleep(1.1)
        stage.rows(EVERY_CONNECTION)
    return 5


async def locked(stage: FleetStage, _folder: Path) -> int:
    """Somebody holds a table for longer than anybody waits for it."""
    where = f"host=127.0.0.1 port={stage.servers[0].port} user={SUPERUSER} dbname={DATABASE}"
    async with await psycopg.AsyncConnection.connect(where) as connection:
        await connection.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
        arrive(stage)
        await asyncio.sleep(15)
    return 1


async def disk(stage: FleetStage, folder: Path) -> int:
    ballast = folder / "first" / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb") as file:
        while file.write(b"\0" * 65_536):
            file.flush()
    for _number in range(20):
        arrive(stage, 10)
        await asyncio.sleep(1)
    said = stage.service.log
    ballast.unlink()
    with contextlib.suppress(subprocess.CalledProcessError):
        await asyncio.to_thread(stage.servers[0].stop, "immediate")
    await asyncio.to_thread(stage.servers[0].start)
    print(f"disk: {said.count('has no room left')} times said that there is no room")
    return 2


async def pooler(stage: FleetStage, folder: Path) -> int:
    """In session mode it works; in transaction mode the service says why it does not."""
    await stage.service.stop()
    async with pooled(stage, folder, "transaction"):
        await stage.service.start()
        code = await stage.service.ends()
        print("pooler in transaction mode: exit code", code, stage.service.log.strip().splitlines()[-1])
        assert code == 1
    async with pooled(stage, folder, "session"):
        await stage.service.start()
        arrive(stage)
        await stage.drained(60)
        await stage.service.stop()
    await stage.service.start()
    return 0


DAYS: Final[dict[str, Day]] = {
    "restart": restart, "terminate": terminate, "locked": locked, "disk": disk, "pooler": pooler,
}  # fmt: skip


def arrive(stage: FleetStage, number: int = 3) -> None:
    """So many leads for each account."""
    for desk in stage.desks:
        for _number in range(number):
            desk.seller.arrive()


@asynccontextmanager
async def pooled(stage: FleetStage, folder: Path, mode: str) -> AsyncIterator[None]:
    """The service's way to the server leads through a pooler."""
    program, port = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin") or "pgbouncer", free_port()
    settings = folder / f"{mode}.ini"
    people = folder / "people.txt"
    people.write_text('"leadbell" ""')
    to = {"server": stage.servers[0].port, "port": port, "mode": mode, "people": people}
    settings.write_text(POOLER.format(database=DATABASE, **to))
    for path in (people, settings):
        path.chmod(0o644)
    process = await asyncio.create_subprocess_exec(program, "-q", str(settings), user=user())
    [relay] = stage.members[0].relays
    before, relay.to = relay.to, port
    try:
        await until(lambda: _listens(port), 20)
        yield
    finally:
        relay.to = before
        relay.end()
        process.terminate()
        await process.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(psycopg.OperationalError):
        psycopg.connect(f"host=127.0.0.1 port={port} user=leadbell dbname={DATABASE}").close()
        return True
    return False


@contextmanager
def small_disk(folder: Path, *, is_wanted: bool) -> Iterator[None]:
    """The server's folder is a file system of its own."""
    if not is_wanted:
        yield
        return
    (folder / "first").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs", folder / "first"], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder / "first"], check=True)


async def live(name: str) -> bool:
    with place() as folder, small_disk(folder, is_wanted=name == "disk"):
        async with fleet_stage.staged(folder, 1, has_standby=False) as stage:
            await fleet_stage.furnish(stage, 2, 2)
            await stage.service.start()
            arrive(stage)
            await stage.drained(60)
            allowed = await DAYS[name](stage, folder)
            begun = time.monotonic()
            await stage.drained(120)
            is_over = stage.service.process is None or stage.service.process.returncode is not None
            repeats = stage.repeats
            print(
                f"{name}: {sum(len(desk.seller.records) for desk in stage.desks)} leads, {len(stage.lost)} lost, "
                f"{sum(repeats)} repeated ({allowed} allowed in each of {len(repeats)} groups), all there after "
                f"{time.monotonic() - begun:.1f} s; {stage.service.log.count('Traceback')} tracebacks"
                f"{'; the service ended' if is_over else ''}",
                flush=True,
            )
            return not stage.lost and max(repeats) <= allowed and not is_over


async def run(names: list[str]) -> bool:
    return all([await live(name) for name in names])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bad_days", description=__doc__)
    parser.add_argument("days", nargs="*", choices=[*DAYS, []], default=list(DAYS))
    logging.disable(logging.CRITICAL)  # what the sandbox's servers say of broken connections
    raise SystemExit(0 if asyncio.run(run(parser.parse_args().days)) else 1)


if __name__ == "__main__":
    main()
