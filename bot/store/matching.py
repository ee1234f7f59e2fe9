"""What the index is asked for, and whether a lead really has what was typed.

Every word typed is the beginning of a word. PostgreSQL is asked for it as it is. FTS5 answers at once where a beginning
is as long as one that is indexed; for any other it would merge the lists of all words that begin so, which takes a
tenth of a second at a million leads. So a longer word is looked for by as many of its first letters as are indexed, and
the leads found are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.store.lead_words import ANY_PORTION, WEIGHTS
from bot.store.spelling import alike, bare, fold, is_searchable, tag, tagged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.ids import AccountId
    from bot.store.connections import Row

MOST_WORDS: Final = 24
LONGEST_WORD: Final = 64
LONGEST_FIGURE: Final = 4
"""Digits of a figure that tells of no number: a year, a watt."""
NATIONAL: Final = 10
"""So many digits are a number as it is dialled, and its last ones tell it apart, however its country is written: a 0 or
00 in front of it is no part of it.
"""
LEAST_DIGITS: Final = 5
"""Fewer last digits of a phone than this would match half the book, and find nothing."""
TEXTS: Final = ("name", "company", "city", "state", "product", "message")
INDEXED: Final = (1, 2, 3, 4, 5, 6, 8)
"""Lengths of beginnings that `lead_search` keeps lists of; its option `prefix` counts the account's letter as well."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that all have to be in a lead, each wherever it may be, and some in one text: those of a city in its city.

    One such as "mono-perc" becomes several, which have to follow each other.
    """

    tag: str = ""
    """The account's, before every word that is looked for."""
    phrases: tuple[str, ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    """(the text's name, phrase)."""
    is_guarded: bool = False
    """E-mail addresses are not looked at, and figures are looked for as they are, not as beginnings."""

    @property
    def is_withheld(self) -> bool:
        """Whether something in it may be a part of a number that nobody is to find out."""
        words = (word for phrase in self._all for word in phrase.split())
        return self.is_guarded and any(LONGEST_FIGURE < _count_digits(word) < NATIONAL for word in words)

    @property
    def _all(self) -> tuple[str, ...]:
        return self.phrases + tuple(phrase for _name, phrase in self.within)

    def __bool__(self) -> bool:
        return bool(self.phrases or self.within)

    @property
    def is_cut(self) -> bool:
        """Whether `match` finds more than was typed."""
        return any(self._cut(phrase) != phrase for phrase in self._all)

    @property
    def match(self) -> str:
        """By the indexed beginnings. Every word is quoted, so that nothing typed is syntax."""
        return self._expression(
            [self._cut(one) for one in self.phrases], [(name, self._cut(one)) for name, one in self.within]
        )

    @property
    def whole_match(self) -> str:
        """By the words as they were typed."""
        return self._expression(self.phrases, self.within)

    @property
    def query(self) -> str:
        """A tsquery for the words as they were typed, in `ANY_PORTION`. Nothing in quotes is syntax."""
        texts = "".join(sorted({WEIGHTS[name] for name in TEXTS})) if self.is_guarded else ""
        of_one_text = [(WEIGHTS[name], phrase) for name, phrase in self.within]
        return " & ".join(
            self._lexemes(phrase, weights)
            for weights, phrase in [*((texts, one) for one in self.phrases), *of_one_text]
        )

    def _lexemes(self, phrase: str, weights: str) -> str:
        *before, last = (f"'{self.tag}{ANY_PORTION}{alike(word)}':" for word in phrase.split())
        star = "" if self._is_exact(phrase) else "*"
        words = [*(f"{word}{weights}".removesuffix(":") for word in before), f"{last}{star}{weights}".removesuffix(":")]
        return f"({' <-> '.join(words)})"

    def _expression(self, phrases: Sequence[str], within: Sequence[tuple[str, str]]) -> str:
        anywhere = f"{{{' '.join(TEXTS)}}} : " if self.is_guarded else ""
        return " AND ".join(
            [f"{anywhere}{self._term(one)}" for one in phrases]
            + [f"{name} : {self._term(one)}" for name, one in within]
        )

    def _term(self, phrase: str) -> str:
        words = tagged(self.tag, phrase)
        return f'"{words}"' if self._is_exact(phrase) else f'"{words}" *'

    def _is_exact(self, phrase: str) -> bool:
        return self.is_guarded and phrase[-1].isdecimal()

    def _cut(self, phrase: str) -> str:
        return phrase if self._is_exact(phrase) else _cut(phrase)

    def _is_in(self, phrase: str, text: str) -> bool:
        return f" {bare(phrase)} " in text if self._is_exact(phrase) else f" {bare(phrase)}" in text

    def holds(self, row: Row | Mapping[str, Any]) -> bool:
        """Whether a lead with these texts has the words as they were typed."""
        emails = f"{row['email'] or ''} {row['email_alt'] or ''}"
        texts = [row[name] for name in TEXTS] + ([] if self.is_guarded else [emails])
        spelled = _spelled(*filter(None, texts))
        return all(self._is_in(one, spelled) for one in self.phrases) and all(
            self._is_in(one, _spelled(row[name] or "")) for name, one in self.within
        )


def pattern(account_id: AccountId, words: Sequence[str], *, is_guarded: bool = False, **within: str | None) -> Pattern:
    """`within` are the words that have to be in one text, by its name."""
    in_one = ((name, one) for name, typed in within.items() if typed is not None for one in _phrases(typed.split()))
    return Pattern(tag(account_id), _phrases(words), tuple(in_one), is_guarded)


def _count_digits(word: str) -> int:
    return sum(one.isdecimal() for one in word)


def _phrases(words: Sequence[str]) -> tuple[str, ...]:
    """Each word as the index spells it."""
    spelled = (" ".join(fold(word).split())[:LONGEST_WORD].rstrip() for word in words)
    return tuple(phrase for phrase in spelled if is_searchable(phrase))[:MOST_WORDS]


def _cut(phrase: str) -> str:
    """With no more of its last word than is indexed."""
    before, blank, last = phrase.rpartition(" ")
    length = max(indexed for indexed in INDEXED if indexed <= max(len(last), 1))
    return before + blank + last[:length]


def _spelled(*texts: str) -> str:
    """With a blank on both sides of every word, and between two texts what no word has."""
    return f" {bare(' '.join(' | '.join(map(fold, texts)).split()))} "
