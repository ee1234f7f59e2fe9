"""Whether anybody has a database file open: asked of the operating system, not of a row that a killed service left.

SQLite holds a shared lock on certain bytes of a file in WAL mode for as long as a connection is open. The system takes
it away when a process ends, however it ends: docs/decisions/016.
"""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from bot.store.readable import is_allowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Identity = tuple[int, int]

FIRST_BYTE: Final = 0x40000000
"""SQLite's PENDING_BYTE (https://www.sqlite.org/fileformat2.html#the_lock_byte_page)."""
BYTES: Final = 512
"""That one, the reserved one, and the 510 that readers share."""
_HELD: Final = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}

_OURS: Final = Counter["Identity"]()
"""What this process has open. A lock says nothing of that, and closing the file that was asked would give it up."""


def identity(path: Path) -> Identity | None:
    """What tells a file from another that takes its name; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def opened(path: Path) -> Iterator[None]:
    """This process has the file open in here."""
    key = identity(path)
    if key is None:
        yield
        return
    _OURS[key] += 1
    try:
        yield
    finally:
        _OURS[key] -= 1


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether nobody has the file open. If so, nobody can open it in here either: on Windows, where what is open
    cannot be renamed anyway, that is not promised.
    """
    key = identity(path)
    if key is None or _OURS[key]:
        yield key is None
        return
    file = os.open(path, os.O_RDWR)
    try:
        is_alone = _is_locked_now(file)
    except OSError:
        os.close(file)
        raise
    if sys.platform == "win32":
        os.close(file)
        yield is_alone
        return
    try:
        yield is_alone
    finally:
        os.close(file)


def is_in_use(path: Path) -> bool:
    """Raises OSError where it may not be written: then nobody can ask."""
    with alone(path) as is_alone:
        return not is_alone


def is_seen_in_use(path: Path) -> bool:
    """The same for who only wants to read it. What may not be written is taken for free."""
    return is_allowed(path, os.W_OK) and is_in_use(path)


def _is_locked_now(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows has no fcntl

            os.lseek(file, FIRST_BYTE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, BYTES)
            os.lseek(file, FIRST_BYTE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_UNLCK, BYTES)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, BYTES, FIRST_BYTE)
    except OSError as error:
        if error.errno not in _HELD:
            raise
        return False
    return True
