"""One spelling for what is indexed and what is typed, so that each finds the other. Case and accents are FTS5's."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.domain.ids import AccountId

_BREAKS: Final = "\u200b"
"""The zero width space ends a word; the other format characters stand inside one."""
_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors: marks to Unicode, so that one after an emoji would become the next word's first letter."""
_ACCENTS: Final = range(0x300, 0x370)
"""Combining marks of Latin, Greek and Cyrillic; Devanagari's are letters to whoever reads it."""
_MOST_REMEMBERED: Final = 10_000
_FIRST_TAG, _LAST_TAG = 0xF0000, 0xFFFFD
"""Letters for private use, which the index's tokenizer keeps and `fold` never leaves in a text."""


class _Spelling(dict[int, str]):
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


class _Letters(_Spelling):
    """What the index's tokenizer keeps; the rest parts words."""

    def spell(self, character: str) -> str:
        return character if _is_indexed(character) else " "


_SPELLING: Final = _Spelling()
_LETTERS: Final = _Letters()


def _is_indexed(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LN" or category in {"Mn", "Mc"}


_ASCII: Final = "".join(one if _is_indexed(one) else " " for one in map(chr, range(256))).encode("latin-1")
"""The same for bytes: most texts hold no other letters."""


def plain(text: str) -> str:
    """Composed (NFC), digits as 0-9, without joiners and other invisible characters; controls become blanks."""
    return unicodedata.normalize("NFC", text.translate(_SPELLING))


def fold(text: str) -> str:
    """Only what is indexed, blanks between: `plain` without punctuation and emoji."""
    if text.isascii():
        return text.encode("ascii").translate(_ASCII).decode("ascii")
    return plain(text).translate(_LETTERS)


def tag(account_id: AccountId) -> str:
    """The letter that an account's words begin with in the index."""
    code = _FIRST_TAG + account_id
    if not _FIRST_TAG < code <= _LAST_TAG:
        raise ValueError(f"the index has no letter for account {account_id}")
    return chr(code)


def tagged(tag: str, text: str) -> str:
    """A folded text as the index holds it: the lists of a word are an account's own, docs/decisions/022."""
    return " ".join([tag + word for word in text.split()])


def bare(text: str) -> str:
    """A folded text without case and accents, as the index compares."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(one for one in apart if ord(one) not in _ACCENTS)


def is_searchable(word: str) -> bool:
    """Whether there is a letter or a digit to look for; marks alone are none."""
    return any(unicodedata.category(character)[0] in "LN" for character in word)


def storable(text: str) -> str:
    """Without what SQLite cannot keep or compare: NUL, and halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode(errors="replace").decode()
