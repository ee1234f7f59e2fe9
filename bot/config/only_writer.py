"""One command at a time writes a file: a lock beside it, which the system frees however they end."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from bot.config import ownership
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.errors import LeadbellError

ENDING: Final = ".lock"
_HELD: Final = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def alone(path: Path, target: Path, error: type[LeadbellError]) -> Iterator[None]:
    """As `of`; raises this error, which names what people call it, where another is in here."""
    with of(path) as is_alone:
        if not is_alone:
            raise error(
                _("{path} is being written by another command. Wait until that one ends, then run this again.").format(
                    path=target
                )
            )
        yield


@contextmanager
def of(path: Path) -> Iterator[bool]:
    """Whether nobody else is in here for that path. A file of its own is locked: SQLite has its own locks on the one
    that is written, and a network's disk may know only one kind. Raises OSError where none can be made.
    """
    lock = path.with_name(path.name + ENDING)
    file = _taken(lock)
    if file is None:
        yield False
        return
    try:
        yield True
    finally:
        _give_back(lock, file)


def _taken(lock: Path) -> int | None:
    """Open and locked; None where another has it."""
    while True:
        file = os.open(lock, os.O_CREAT | os.O_RDWR | _NO_LINK, 0o600)
        try:
            ownership.give(file, lock.parent)  # what a killed `sudo` leaves is in nobody's way
            is_ours = _is_locked_now(file)
            if is_ours and _is_there(lock, file):
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        if not is_ours:
            return None
        # Else whoever had it took it away between the two.


def _is_there(lock: Path, file: int) -> bool:
    try:
        return sys.platform == "win32" or os.path.samestat(lock.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _give_back(lock: Path, file: int) -> None:
    if sys.platform == "win32":  # what is open cannot be deleted there
        os.close(file)
    with suppress(OSError):
        lock.unlink()
    if sys.platform != "win32":
        os.close(file)


def _is_locked_now(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows has no fcntl

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _HELD  # a disk that knows no locks keeps nobody from writing
    return True
