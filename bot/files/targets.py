"""Files that are written whole or not at all: beside the target under another name, then renamed."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from bot.config import only_writer
from bot.config.addresses import led_to
from bot.errors import LeadbellError
from bot.i18n import _, shown, systems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNFINISHED: Final = ".part"
SHEET: Final = "-sheet"
"""Behind the name of the unfinished file: what a writer of sheets puts away until it packs it."""
_BESIDE_DATABASE: Final = ("", "-wal", "-shm", "-journal")
_BESIDE_UNFINISHED: Final = (*_BESIDE_DATABASE, SHEET)


@contextmanager
def replacing(target: Path, database: Path | None, *, force: bool) -> Iterator[Path]:
    """Yields where to write; what was written becomes `target` at the end, and is gone if anything fails.

    A file that is there already is replaced only with `force`, the database never.
    """
    with _said(target):
        real = led_to(target)  # what a link points to is replaced, not the link
        unfinished = real.with_name(real.name + UNFINISHED)
        _check(target, real, force=force)
        if database is not None:
            _keep_off(real, target, database)
            for beside in _all_of(unfinished):
                _keep_off(beside, target, database)
        with only_writer.alone(unfinished, target, LeadbellError):
            _check(target, real, force=force)  # another run may have ended meanwhile
            try:
                _remove(unfinished)  # what a killed run left
                yield unfinished
                _sync(unfinished)
                unfinished.replace(real)
            finally:
                _remove(unfinished)


@contextmanager
def _said(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LeadbellError(
            _(
                "{path} cannot be written ({reason}). Make room on the disk, close it in other programs, or choose "
                "another place."
            ).format(path=target, reason=shown(systems(error)))
        ) from error


def _check(target: Path, real: Path, *, force: bool) -> None:
    if not real.parent.is_dir():
        raise LeadbellError(
            _("There is no folder {folder}. Make it, or choose another place.").format(folder=real.parent)
        )
    if real.is_dir():
        raise LeadbellError(_("{path} is a folder. Give the name of a file in it.").format(path=target))
    if real.exists() and not real.is_file():
        raise LeadbellError(_("{path} is no ordinary file. Choose another name.").format(path=target))
    if real.exists() and not force:
        raise LeadbellError(
            _("{path} is there already. Add --force to replace it, or move it away first.").format(path=target)
        )


def _keep_off(path: Path, target: Path, database: Path) -> None:
    """By name, and by whatever other name or link leads to the same file."""
    live = [led_to(database).with_name(led_to(database).name + ending) for ending in _BESIDE_DATABASE]
    if path in live or any(_is_same(path, one) for one in live):
        raise LeadbellError(
            _("{path} belongs to the running database itself. Choose another name.").format(path=target)
        )


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there
        return False


def _sync(path: Path) -> None:
    # On Windows only a file that is open for writing can be flushed.
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(unfinished: Path) -> None:
    for beside in _all_of(unfinished):
        with suppress(OSError):
            beside.unlink()


def _all_of(unfinished: Path) -> list[Path]:
    """What may lie there of one that is being written, a database or a sheet."""
    return [unfinished.with_name(unfinished.name + ending) for ending in _BESIDE_UNFINISHED]
