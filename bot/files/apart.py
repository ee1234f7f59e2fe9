"""Large files, read by a process of its own: reading takes as much of a processor as storing, and both share the time
of one where they share an interpreter.

    python -m bot.files.apart FILE ZONE

writes the parts to its standard output, each pickled behind its length. `bot.files.reading` gives the same without it.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bot.files import reading
from bot.files.wrong import UnfitError
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.files.reading import Part

LARGE: Final = 4 * 1024 * 1024
"""Bytes from which on a second process is worth its start."""
_LENGTH: Final = struct.Struct(">Q")
_END: Final = None
_ENDED: Final = _("The process that reads the file ended unexpectedly. Import it again: what was stored is skipped.")


class Reader:
    """As `reading.Source`, whose parts come from the other process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        self.pid = process.pid
        self._output = process.stdout
        self._last: UnfitError | None = None
        self._is_over = False
        self.unit, self.size = self._next()

    def part(self, _rows: int) -> Part | None:
        """The next part, in the size that the other process makes them. Its error is raised by every call after it."""
        if self._last is not None:
            raise self._last
        found: Part | None = None if self._is_over else self._next()
        self._is_over = found is None
        return found

    def _next(self) -> Any:
        head = self._output.read(_LENGTH.size)
        body = self._output.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
        # What our own process wrote.
        found = pickle.loads(body) if body else UnfitError(_ENDED)  # noqa: S301
        if isinstance(found, UnfitError):
            self._last = found
            raise found
        return found


@contextmanager
def opened(path: Path, zone: ZoneInfo, rows: int) -> Iterator[Reader]:
    """Parts of so many rows; the errors are those of `reading.opened`."""
    command = [sys.executable, "-m", __name__, str(path), zone.key, str(rows)]
    with subprocess.Popen(  # noqa: S603 - this interpreter, this module, and no shell
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield Reader(process)
        finally:
            process.kill()


def is_worth_it(path: Path) -> bool:
    try:
        return path.stat().st_size >= LARGE and (os.cpu_count() or 1) > 1
    except OSError:  # which `reading` says
        return False


def main(path: str, zone: str, rows: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the other process's, which ends this one
    output = sys.stdout.buffer
    try:
        with reading.opened(Path(path), ZoneInfo(zone)) as source:
            _send(output, (source.unit, source.size))
            while part := source.part(int(rows)):
                _send(output, part)
        _send(output, _END)
    except UnfitError as error:
        _send(output, error)


def _send(output: IO[bytes], what: object) -> None:
    body = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    output.write(_LENGTH.pack(len(body)))
    output.write(body)
    output.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
