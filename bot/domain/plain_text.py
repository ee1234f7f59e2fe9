"""One spelling for what is typed and what is kept: composed letters, digits as 0-9, nothing invisible."""

from __future__ import annotations

import unicodedata
from typing import Final

_BREAKS: Final = "\u200b"
"""The zero width space ends a word; the other format characters stand inside one."""
_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors: marks to Unicode, so that one after an emoji would become the next word's first letter."""
_MOST_REMEMBERED: Final = 10_000


class SpellingTable(dict[int, str]):
    """A table for `str.translate` that fills itself."""

    def __missing__(self, code: int) -> str:
        spelled = self.spell(chr(code))
        if len(self) < _MOST_REMEMBERED:
            self[code] = spelled
        return spelled

    def spell(self, character: str) -> str:
        category = unicodedata.category(character)
        if character in _BREAKS or category in {"Cc", "Cs", "Cn"}:
            return " "
        if category in {"Cf", "Me"} or any(ord(character) in selectors for selectors in _SELECTORS):
            return ""
        return str(unicodedata.decimal(character)) if category == "Nd" else character


_SPELLING: Final = SpellingTable()


def latin_digits(text: str) -> str:
    """Digits of every script as 0-9; all else stays as it is."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def plain(text: str) -> str:
    """Composed (NFC), digits as 0-9, without joiners and other invisible characters; controls become blanks."""
    return unicodedata.normalize("NFC", text.translate(_SPELLING))
