"""A checked backup every night, in a folder that somebody may unplug, fill or lock: `BACKUP_DIR`.

What was done stands in the names of the files. A night on which the machine was off is made up for at the start.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import tempfile
import threading
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.config.addresses import beside
from bot.domain.notice import Fault
from bot.errors import StoreError, StoreFullError
from bot.health.troubles import Activity
from bot.i18n import Sentence, _, grouped, shown, systems
from bot.store import backup
from bot.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.config import Settings
    from bot.health.faults import Faults
    from bot.health.troubles import Troubles
    from bot.store.database import Database

log = logging.getLogger(__name__)

AT: Final = 3
"""O'clock, by the time of the account `main`."""
LOOK_EVERY: Final = 60.0
"""Seconds between two looks at whether a night has begun."""
RETRY_EVERY: Final = 1800.0
"""Seconds after one that failed."""
LEAST_ROOM: Final = 64 * 1024 * 1024
"""Bytes that stay free: the database itself may lie on the same disk."""
UNFINISHED: Final = ".part"


class BackupFolder:
    """Blocking. Raises StoreError or OSError."""

    def __init__(self, folder: Path, database: Path, keep: int) -> None:
        self._folder = folder
        self._database = database
        self._keep = keep
        self._ours = re.compile(re.escape(database.stem) + r"-(\d{4}-\d\d-\d\d)\.db")

    def has(self, night: date) -> bool:
        return self._named(night).exists()

    def newest(self) -> date | None:
        return max(self._nights(), default=None)

    def write(self, night: date, is_stopped: Callable[[], bool]) -> None:
        """Whole or not at all, and then the oldest ones go."""
        self.confirm()
        self._find_room()
        target = self._named(night)
        unfinished = target.with_name(target.name + UNFINISHED)
        try:
            unfinished.unlink(missing_ok=True)  # what a killed run left
            backup.copy(self._database, unfinished, lambda _done, _total: None, is_stopped)
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            unfinished.replace(target)
        finally:
            for ending in ("", "-journal"):
                with suppress(OSError):
                    target.with_name(unfinished.name + ending).unlink()
        self._prune(night)

    def confirm(self) -> None:
        """The folder is there and can be written. It is not made: it may be where a disk belongs that is not in."""
        try:
            if not self._folder.is_dir():
                raise StoreFullError(
                    _("There is no folder {path}. Make it, or plug its disk in.").format(path=self._folder),
                    Sentence("the folder is not there"),
                )
            with tempfile.TemporaryFile(dir=self._folder):
                self.newest()  # what lies there is looked through, too
        except OSError as error:
            reason = systems(error)
            raise StoreFullError(
                _("The folder {path} cannot be written ({reason}). Let Leadbell's user write there.").format(
                    path=self._folder, reason=shown(reason)
                ),
                reason,
            ) from error

    def _find_room(self) -> None:
        log = beside(self._database, "-wal")
        needed = LEAST_ROOM + sum(path.stat().st_size for path in (self._database, log) if path.exists())
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            megabytes = {"free": grouped(free // 1024**2), "needed": grouped(needed // 1024**2)}
            reason = Sentence("{free} MB are free, {needed} MB are needed", **megabytes)
            raise StoreFullError(f"{self._folder} has no room for a backup: {reason}", reason)

    def _prune(self, newest: date) -> None:
        # One of a day to come was made under a clock that was ahead. It neither counts nor goes before its day.
        nights = sorted((night for night in self._nights() if night <= newest), reverse=True)
        for night in nights[self._keep :]:
            try:
                self._named(night).unlink(missing_ok=True)
            except OSError as error:  # the new one is there all the same
                log.warning("an old backup stays: %s", error)

    def _nights(self) -> list[date]:
        """Of the files that are ours by their name; whatever else lies there is left alone."""
        found = (self._ours.fullmatch(path.name) for path in self._folder.iterdir())
        return [night for one in found if one is not None and (night := _day(one[1])) is not None]

    def _named(self, night: date) -> Path:
        return self._folder / f"{self._database.stem}-{night.isoformat()}.db"


class NightlyBackup:
    """`run()` until cancelled; without a `folder` it only forgets a trouble of the time when there was one."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        *,
        faults: Callable[[], Faults],
        troubles: Troubles,
    ) -> None:
        """`faults` gives those of the account `main`, which may be others after its settings have changed."""
        self._database = database
        self._clock = clock
        self._zone = settings.timezone
        self._folder = folder(settings)
        self._faults = faults
        self._troubles = troubles
        self._is_well: bool | None = None
        """None before the first look."""
        self._retry_at = float("-inf")

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except StoreError as error:  # it could not be told
                log.warning("%s", error)
                self._troubles.failed(Activity.BACKUP, error)
            else:
                self._troubles.worked(Activity.BACKUP)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Make the backup of the last night that has begun, unless it is there."""
        if self._folder is not None and self._clock.monotonic() < self._retry_at:
            return
        stop = threading.Event()
        try:
            if self._folder is not None:
                work = partial(_make, self._folder, last_night(self._clock.now(), self._zone), stop.is_set)
                await in_thread(work, on_cancel=stop.set)
        except (StoreError, OSError) as error:
            self._retry_at = self._clock.monotonic() + RETRY_EVERY
            log.warning("the nightly backup failed: %s", error)
            await self._tell(_reason(error))
        else:
            await self._tell(None)

    async def _tell(self, reason: str | None) -> None:
        """Only what is news: `reason` is None where all is well."""
        is_well = reason is None
        if is_well and self._is_well:
            return
        async with self._database.transaction() as connection:
            if reason is None:
                await self._faults().end(connection, [Fault.BACKUP])
            else:
                await self._faults().start(connection, Fault.BACKUP, message=reason)
        self._is_well = is_well


def folder(settings: Settings) -> BackupFolder | None:
    """None where no backups are wanted."""
    if settings.backup_dir is None or settings.database_file is None:
        return None
    return BackupFolder(settings.backup_dir, settings.database_file, settings.backup_keep)


def last_night(now: datetime, zone: ZoneInfo) -> date:
    """The day on which it was last three o'clock."""
    here = now.astimezone(zone)
    return here.date() if here.hour >= AT else here.date() - timedelta(days=1)


def _make(folder: BackupFolder, night: date, is_stopped: Callable[[], bool]) -> None:
    if not folder.has(night):
        folder.write(night, is_stopped)
        log.info("the backup of the night to %s is made and checked", night)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _reason(error: StoreError | OSError) -> str:
    """For people far from the machine: it names no folder."""
    if isinstance(error, StoreError):
        return error.reason
    return systems(error)
