"""The v1 pull API (2018): what to ask, how to read the answer. A bare array of flat objects, errors in one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bot.indiamart import replies, times
from bot.indiamart.address import joined

if TYPE_CHECKING:
    from yarl import URL

    from bot.indiamart.answer import Answer
    from bot.models import Window

FLOOR: Final = timedelta(minutes=15)
"""Between two calls (official, 2018 document)."""
LONGEST_WINDOW: Final = timedelta(hours=24)
"""Ours: without a limit in its document, the answer is kept small."""
PATH: Final = "/wservce/enquiry/listing"
"""The 2018 document prints `/wservice/`; every working client uses this (observed)."""


def request(window: Window, *, base: str, mobile: str, key: str) -> URL:
    """The key is base64 and may hold `/ + =`: it stays one path segment. Times are IST."""
    segments = (
        ("GLUSR_MOBILE", mobile),
        ("GLUSR_MOBILE_KEY", key),
        ("Start_Time", times.show_numeric(window.start)),
        ("End_Time", times.show_numeric(window.end)),
    )
    tail = "".join(f"/{name}/{quote(value, safe=':', errors='replace')}" for name, value in segments)
    return joined(base, PATH, f"{tail}/")


def read(status: int, body: bytes | bytearray, charset: str | None = None) -> Answer:
    return replies.read(status, body, is_bare=True, charset=charset)
