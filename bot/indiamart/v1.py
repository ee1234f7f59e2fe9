"""The v1 pull API (2018): what to ask, how to read the answer. A bare array of flat objects, errors in one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bot.indiamart import pull_answers
from bot.indiamart.address import joined
from bot.indiamart.parse import times

if TYPE_CHECKING:
    from yarl import URL

    from bot.domain.lead import Window
    from bot.indiamart.answer import Answer

FLOOR: Final = timedelta(minutes=15)
"""Between two calls (official, 2018 document)."""
ROWS_WITHOUT_TIMES: Final = 200
"""The most that a call without times brings, the newest of all (official)."""
LONGEST_WINDOW: Final = timedelta(hours=24)
"""Ours: without a limit in its document, the answer is kept small."""
PATH: Final = "/wservce/enquiry/listing"
"""The 2018 document prints `/wservice/`; every working client uses this (observed)."""


def request(window: Window | None, *, base: str, mobile: str, key: str, by_day: bool = False) -> URL:
    """The key is base64 and may hold `/ + =`: it stays one path segment. Times are IST.

    Without a window the newest rows are asked for, without times. `by_day` asks for the whole days of the window, in
    the document's date form.
    """
    segments = [("GLUSR_MOBILE", mobile), ("GLUSR_MOBILE_KEY", key)]
    if window is not None:
        start, end = times.show_days(window) if by_day else map(times.show_numeric, (window.start, window.end))
        segments += [("Start_Time", start), ("End_Time", end)]
    tail = "".join(f"/{name}/{quote(value, safe=':', errors='replace')}" for name, value in segments)
    return joined(base, PATH, f"{tail}/")


def read(status: int, body: bytes | bytearray, charset: str | None = None) -> Answer:
    return pull_answers.read(status, body, is_bare=True, charset=charset)
