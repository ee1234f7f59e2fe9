"""Has charts drawn by a process of its own, which ends with them: what matplotlib needs is never this process's.

docs/decisions/025 says why.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import struct
import sys
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.charts.chart import Chart

log = logging.getLogger(__name__)

SECONDS: Final = 60.0
"""For all charts that are asked for together: on a small machine the first ones take a while, as fonts are listed."""
_KEPT: Final = (
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "LANG",
    "PYTHONPATH",
    "MPLCONFIGDIR",
    "XDG_CACHE_HOME",
)
"""Of the environment: it may hold keys and tokens, which drawing needs none of."""
MOST_WAITING: Final = 8
"""Drawings that wait for their turn; what is asked for beyond them is told as text at once."""
_turns: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]] = WeakKeyDictionary()
"""One at a time for the whole process, whose event loop it is."""
_waiting: Final[set[object]] = set()


def is_there() -> bool:
    """Whether the extra is installed. Looks without loading it."""
    return importlib.util.find_spec("matplotlib") is not None


def has_room() -> bool:
    """Whether a picture may be drawn too that nobody waits for: half of the places are left to who does."""
    return is_there() and len(_waiting) < MOST_WAITING // 2


async def pictures(charts: Sequence[Chart]) -> list[bytes | None]:
    """A PNG each; None for one that could not be drawn."""
    found: list[bytes | None] = []
    if charts and is_there() and len(_waiting) <= MOST_WAITING:
        ticket = object()
        _waiting.add(ticket)
        try:
            async with turn():
                found = await _tried(json.dumps([one.plain for one in charts]).encode())
        finally:
            _waiting.discard(ticket)
    return found if len(found) == len(charts) else [None] * len(charts)


def turn() -> asyncio.Lock:
    """Whoever draws has it."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


async def _tried(asked: bytes) -> list[bytes | None]:
    try:
        return _read(await asyncio.wait_for(_drawn(asked), SECONDS))
    except (OSError, TimeoutError, ValueError, NotImplementedError) as error:  # the last: not on this loop
        log.warning("charts could not be drawn (%s); they are sent as text", type(error).__name__)
        return []


async def _drawn(asked: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.charts.draw",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name.upper() in _KEPT},
    )
    try:
        drawn, _errors = await process.communicate(asked)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise ValueError(process.returncode)
    return drawn


def _read(drawn: bytes) -> list[bytes | None]:
    """Each with its length in front; a length of nothing for one that has no font."""
    found: list[bytes | None] = []
    at = 0
    while at < len(drawn):
        (size,) = struct.unpack_from(">I", drawn, at)
        found.append(drawn[at + 4 : at + 4 + size] or None)
        at += 4 + size
    return found
