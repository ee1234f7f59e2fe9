"""What a notice carries, read without trusting that it is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.chat.views import text
from bot.clock import from_epoch
from bot.i18n import shown

if TYPE_CHECKING:
    from datetime import datetime

Facts = Mapping[str, str | int]

_LATEST: Final = 253_402_214_400
"""31 December 9999, less a day for the zones."""
_WORDS: Final = 300


def number(facts: Facts, name: str) -> int | None:
    """None where it is absent or no number."""
    value = facts.get(name)
    return value if isinstance(value, int) else None


def moment(facts: Facts, name: str) -> datetime | None:
    seconds = number(facts, name)
    return None if seconds is None else from_epoch(min(max(seconds, 0), _LATEST))


def length(facts: Facts, name: str) -> timedelta | None:
    seconds = number(facts, name)
    return None if seconds is None else timedelta(seconds=min(abs(seconds), _LATEST))


def between(facts: Facts) -> timedelta | None:
    """From `since` to `until`."""
    since, until = moment(facts, "since"), moment(facts, "until")
    return None if since is None or until is None else max(until - since, timedelta())


def words(facts: Facts) -> str:
    """IndiaMART's or Telegram's own words, in one line, to be copied as they are."""
    message = facts.get("message") or ""
    said = shown(message) if isinstance(message, str) else str(message)
    return text.shorten(text.plain_line(said), _WORDS)
