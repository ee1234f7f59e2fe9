"""One spelling for what is indexed and what is typed, so that each finds the other. Case and accents are FTS5's;
`alike` is that for PostgreSQL.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from bot.domain.plain_text import SpellingTable, plain

if TYPE_CHECKING:
    from bot.domain.ids import AccountId

_ACCENTS: Final = range(0x300, 0x370)
"""Combining marks of Latin, Greek and Cyrillic; Devanagari's are letters to whoever reads it."""
_FIRST_TAG, _LAST_TAG = 0xF0000, 0xFFFFD
"""Letters for private use, which the index's tokenizer keeps and `fold` never leaves in a text."""


class _Letters(SpellingTable):
    """What the index's tokenizer keeps; the rest parts words."""

    def spell(self, character: str) -> str:
        return character if _is_indexed(character) else " "


class _Alike(SpellingTable):
    """What FTS5 takes for the same: capitals, and Latin letters with accents."""

    def spell(self, character: str) -> str:
        if ord(character) in _ACCENTS:
            return ""
        apart = unicodedata.normalize("NFD", character)
        if apart[0].isascii() and all(ord(one) in _ACCENTS for one in apart[1:]):
            character = apart[0]
        # Letter by letter: "ß" is no "ss".
        return next((one for one in (character.casefold(), character.lower()) if len(one) == 1), character)


_LETTERS: Final = _Letters()
_ALIKE: Final = _Alike()


def _is_indexed(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LN" or category in {"Mn", "Mc"}


_ASCII: Final = "".join(one if _is_indexed(one) else " " for one in map(chr, range(256))).encode("latin-1")
"""The same for bytes: most texts hold no other letters."""


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


def alike(word: str) -> str:
    """A folded word as FTS5 compares it, for an index that compares bytes."""
    return word.lower() if word.isascii() else word.translate(_ALIKE)


def is_searchable(word: str) -> bool:
    """Whether there is a letter or a digit to look for; marks alone are none."""
    return any(unicodedata.category(character)[0] in "LN" for character in word)


def storable(text: str) -> str:
    """Without what SQLite cannot keep or compare: NUL, and halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode(errors="replace").decode()
