"""The v2 pull API (since 2021): what to ask, how to read the answer. An envelope whose CODE decides."""

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

FLOOR: Final = timedelta(minutes=5)
"""Between two calls with one key, whoever makes them (observed)."""
LONGEST_WINDOW: Final = timedelta(days=7)
PATH: Final = "/wservce/crm/crmListing/v2"


def request(window: Window, *, base: str, key: str) -> URL:
    """Times are IST; their colons go out raw, because `%3A` was refused (observed once)."""
    start, end = times.show(window.start), times.show(window.end)
    encoded = quote(key, safe="", errors="replace")
    return joined(base, PATH, f"/?glusr_crm_key={encoded}&start_time={start}&end_time={end}")


def read(status: int, body: bytes | bytearray, charset: str | None = None) -> Answer:
    return pull_answers.read(status, body, is_bare=False, charset=charset)
