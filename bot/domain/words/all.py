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


def dotted(pattern: str) -> str:
    """The same pattern for a text that keeps its dots below: हज़ार."""
    return re.sub("[कखगजडढफय]", rf"\g<0>{_NUKTA}?", pattern)


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


FILTERS: Final = merged(words.filters for words in LANGUAGES)
STATUSES: Final = merged(words.statuses for words in LANGUAGES)
KINDS: Final = merged(words.kinds for words in LANGUAGES)
SPANS: Final = merged(words.spans for words in LANGUAGES)
PARTS: Final = merged(words.parts for words in LANGUAGES)
MONEY: Final = merged(words.money for words in LANGUAGES)
WEEKDAYS: Final = listed(words.weekdays for words in LANGUAGES)
MISSED: Final = either(words.missed for words in LANGUAGES)
ME: Final = either(words.me for words in LANGUAGES)
OFF: Final = either(words.off for words in LANGUAGES)


def meant(table: Mapping[Key, str], typed: str) -> Key | None:
    """What a whole text means by a merged table."""
    return next((key for key, pattern in table.items() if says(pattern, typed)), None)


def says(pattern: str, typed: str) -> bool:
    """Whether a whole text is one of these."""
    return re.fullmatch(pattern, " ".join(spelled(typed).split()), re.IGNORECASE) is not None


def filter_in(typed: str) -> tuple[str | None, str]:
    """Which filter stands before the colon, and what stands behind it; None and all of it, where there is none."""
    before, colon, behind = typed.partition(":")
    name = meant(FILTERS, before) if colon else None
    return (None, typed) if name is None else (name, behind)
