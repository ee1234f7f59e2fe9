"""All languages' words as one: what is typed says by itself which language it is in."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.plain_text import plain
from bot.domain.words import english, gujarati, hindi, marathi, tamil, telugu

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.words.table import Words

Key = TypeVar("Key")

LANGUAGES: Final[Sequence[Words]] = [one.WORDS for one in (english, hindi, gujarati, marathi, tamil, telugu)]
_NUKTA: Final = "\u093c"
IN_WORD: Final = r"\w\u0900-\u0963\u0970-\u0dff"
"""Letters and what belongs to them: vowel signs are no letters to `re`."""


def spelled(text: str) -> str:
    """As the tables are: composed, digits as 0-9, joiners and dots below left out."""
    return unicodedata.normalize("NFC", plain(text).replace(_NUKTA, ""))


def either(patterns: Iterable[str]) -> str:
    """Any of these; what is empty is left out, and where all are, nothing is matched."""
    return spelled("|".join(filter(None, patterns))) or "(?!)"


def merged(tables: Iterable[Mapping[Key, str]]) -> dict[Key, str]:
    """The patterns of each key, in the order of the first table that has it."""
    found: dict[Key, list[str]] = {}
    for table in tables:
        for key, pattern in table.items():
            found.setdefault(key, []).append(pattern)
    return {key: either(patterns) for key, patterns in found.items()}


def listed(lists: Iterable[Sequence[str]]) -> list[str]:
    """The same of weekdays and months, by their place."""
    return [either(patterns) for patterns in zip(*filter(None, lists), strict=True)]


def meant(table: Mapping[Key, str], typed: str) -> Key | None:
    """What a whole text means by a merged table."""
    text = spelled(typed.strip())
    return next((key for key, pattern in table.items() if re.fullmatch(pattern, text, re.IGNORECASE)), None)
