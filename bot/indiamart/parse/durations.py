"""How long a call lasted: `51 Secs` in v1, bare seconds in v2, and what else a clock may write."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 7 * 24 * 3600
_BARE: Final = re.compile(r"(\d{1,9})(?:\.\d+)?", re.ASCII)
_CLOCK: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})", re.ASCII)
_WORDS: Final = re.compile(
    r"(?:(\d{1,6}) ?h(?:(?:ou)?rs?)?[ ,]*)?(?:(\d{1,6}) ?m(?:in(?:ute)?s?)?[ ,]*)?(?:(\d{1,9}) ?s(?:ec(?:ond)?s?)?)?",
    re.ASCII,
)


def read(text: str) -> int | None:
    """Seconds; None for nothing and for what is no duration."""
    if not text:
        return None
    cleaned = " ".join(text.lower().split()).rstrip(".")
    if not any(character.isdecimal() for character in cleaned):
        return None
    if match := _BARE.fullmatch(cleaned):
        return _sensible(int(match[1]))
    if match := _CLOCK.fullmatch(cleaned) or _WORDS.fullmatch(cleaned):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return _sensible(hours * 3600 + minutes * 60 + seconds)
    return None


def _sensible(seconds: int) -> int | None:
    return seconds if seconds <= _LONGEST else None
