"""Whose the files are that root makes: whoever types a command with `sudo` is not who runs the service.

Nothing is given where modes and owners mean nothing, or where even root may not: then it stays root's.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.config.addresses import led_to

if TYPE_CHECKING:
    from pathlib import Path


def give(file: int | Path, like: Path) -> None:
    """An open file, or a path, to whom `like` belongs, or its folder where it is not there. No link is followed."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    with suppress(OSError):
        owner = (like if like.exists() else like.parent).stat()
        # An open file cannot be a link.
        os.chown(file, owner.st_uid, owner.st_gid, follow_symlinks=isinstance(file, int))


def make_folder(path: Path) -> None:
    """With those above it; each is whose the one above is. Raises OSError."""
    if path.is_dir():
        return
    if path != path.parent:  # a drive that is not there
        make_folder(path.parent)
    path.mkdir(exist_ok=True)
    give(path, path.parent)


def begin(path: Path) -> None:
    """The empty file that a database begins as, given away before SQLite lays others beside it: as root it gives them
    to whom the database belongs.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    with suppress(OSError):  # it is there already, or it is SQLite's to say why it cannot be
        path = led_to(path)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        give(descriptor, path.parent)
        os.close(descriptor)
