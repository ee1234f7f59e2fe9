"""What FTS5 is asked for, and whether a lead really has what was typed.

Every word typed is the beginning of a word. FTS5 answers at once where a beginning is as long as one that is indexed;
for any other it would merge the lists of all words that begin so, which takes a tenth of a second at a million leads.
So a longer word is looked for by as many of its first letters as are indexed, and the leads found are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.store.spelling import bare, fold, is_searchable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

MOST_WORDS: Final = 24
LONGEST_WORD: Final = 64
INDEXED: Final = (1, 2, 3, 4, 5, 6, 8)
"""Lengths of beginnings that `lead_search` keeps lists of (its option `prefix`)."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that all have to be in a lead, each wherever it may be, and those of the city in its city.

    One such as "mono-perc" becomes several, which have to follow each other.
    """

    phrases: tuple[str, ...] = ()
    city: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.phrases or self.city)

    @property
    def is_cut(self) -> bool:
        """Whether `match` finds more than was typed."""
        return any(_cut(phrase) != phrase for phrase in self.phrases + self.city)

    @property
    def match(self) -> str:
        """By the indexed beginnings. Every word is quoted, so that nothing typed is syntax."""
        return self._expression(tuple(map(_cut, self.phrases)), tuple(map(_cut, self.city)))

    @property
    def whole_match(self) -> str:
        """By the words as they were typed."""
        return self._expression(self.phrases, self.city)

    @staticmethod
    def _expression(phrases: Sequence[str], city: Sequence[str]) -> str:
        return " AND ".join([f'"{one}" *' for one in phrases] + [f'city : "{one}" *' for one in city])

    def holds(self, row: sqlite3.Row) -> bool:
        """Whether a lead with these texts has the words as they were typed."""
        emails = f"{row['email'] or ''} {row['email_alt'] or ''}"
        texts = [row[name] for name in ("name", "company", "city", "state", "product", "message")] + [emails]
        spelled = [_spelled(text) for text in texts if text]
        city = _spelled(row["city"] or "")
        return all(any(f" {bare(one)}" in text for text in spelled) for one in self.phrases) and all(
            f" {bare(one)}" in city for one in self.city
        )


def pattern(words: Sequence[str], city: str | None) -> Pattern:
    return Pattern(_phrases(words), () if city is None else _phrases(city.split()))


def _phrases(words: Sequence[str]) -> tuple[str, ...]:
    """Each word as the index spells it."""
    spelled = (" ".join(fold(word).split())[:LONGEST_WORD].rstrip() for word in words)
    return tuple(phrase for phrase in spelled if is_searchable(phrase))[:MOST_WORDS]


def _cut(phrase: str) -> str:
    """With no more of its last word than is indexed."""
    before, blank, last = phrase.rpartition(" ")
    length = max(indexed for indexed in INDEXED if indexed <= max(len(last), 1))
    return before + blank + last[:length]


def _spelled(text: str) -> str:
    """With a blank before every word."""
    return f" {bare(' '.join(fold(text).split()))}"
