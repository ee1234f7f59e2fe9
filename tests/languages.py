"""The language that a suite of tests runs in: `pytest --language hi tests/chat`, English if none is named.

With `--language all` every test runs once in each, and with `--language each` in one, dealt by its name, so that each
language gets some of each kind. What a test expects it says in English, by `worded`.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from bot.i18n import ENGLISH, LANGUAGES, _, ngettext, pgettext, speaking
from tests import catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES: Final = frozenset({"Asha", "Ravi", "Meera"})
"""Of people; one of them is an example too."""
EACH: Final = "each"
ALL: Final = "all"
CHOICES: Final = (*LANGUAGES, EACH, ALL)
_TAG: Final = re.compile(r"<[^>]*>")
_LETTERS: Final = re.compile(r"[A-Za-z]{2}")
_BETWEEN: Final = re.compile(r"(\n+|\u00a0· | · |: |, |; |\. |^\W+\s+| \()")
"""Where one sentence ends and another begins."""
_chosen = [ENGLISH]


def spoken() -> str:
    return _chosen[0]


def speak(language: str, test: str) -> None:
    """From here on, in this test."""
    _chosen[0] = LANGUAGES[zlib.crc32(test.encode()) % len(LANGUAGES)] if language == EACH else language


class _Sentence(NamedTuple):
    pattern: re.Pattern[str]
    blanks: tuple[str, ...]
    ids: tuple[str, ...]
    context: str | None


Words = TypeVar("Words", str, "list[str]", "list[list[str]]")


def worded(english: Words) -> Words:
    """What is said in English, as it is said in the language of this test. The sentence has to be there whole, with
    whatever stands in its blanks; what is none of ours (a name, a number) stays as it is. Of buttons, row by row.
    """
    if not isinstance(english, str):
        return [worded(one) for one in english]
    if spoken() == ENGLISH or not _LETTERS.search(english):
        return english
    return _in(spoken(), english)


@lru_cache(10_000)
def _in(language: str, english: str) -> str:
    with speaking(language):
        return _said(english)


def _said(english: str) -> str:
    if english in NAMES:
        return english
    if english.isalpha() and _(english.lower()) != english.lower():  # a status at the beginning of a line: 🗣 Contacted
        return _(english.lower())
    sign, rest = _signed(english)
    if " " in rest and _(rest) != rest:  # whole, before a sentence with blanks is found that it would fit into
        return sign + _TAG.sub("", _(rest))
    for one in _sentences():
        if (found := one.pattern.fullmatch(english)) is not None:
            facts = dict(zip(one.blanks, found.groups(), strict=True))
            return _looked_up(one, facts).format(**{name: _said(value) for name, value in facts.items()})
    pieces = _BETWEEN.split(english)
    if len(pieces) == 1:
        return english
    return "".join(piece if at % 2 else _said(piece) for at, piece in enumerate(pieces))


def _signed(english: str) -> tuple[str, str]:
    """The sign that stands before it, and the rest."""
    sign = re.match(r"\W+\s+", english)
    return ("", "") if sign is None else (sign[0], english[sign.end() :])


def _looked_up(one: _Sentence, facts: dict[str, str]) -> str:
    if one.context is not None:
        found = pgettext(one.context, one.ids[0])
    elif len(one.ids) == 1:
        found = _(one.ids[0])
    else:
        numbers = (value.replace(",", "") for value in facts.values())
        singular, plural = one.ids
        found = ngettext(singular, plural, next((int(n) for n in numbers if n.isdecimal()), 1))
    return _TAG.sub("", found)


@lru_cache
def _sentences() -> list[_Sentence]:
    """Those with the most words of their own first; of one that means several things, what it mostly means."""
    found = [
        (weight, _Sentence(pattern, blanks, ids, entry.context))
        for entry in catalogues.template()
        if entry.id
        for ids in [(entry.id,) if isinstance(entry.id, str) else tuple(entry.id)]
        for one in ids
        for weight, pattern, blanks in _read(one)
    ]
    return [one for _weight, one in sorted(found, key=lambda pair: (-pair[0], len(pair[1].ids), pair[1].context or ""))]


def _read(sentence: str) -> Iterator[tuple[int, re.Pattern[str], tuple[str, ...]]]:
    pattern, blanks, weight = "", [], 0
    for text, name, _form, _conversion in Formatter().parse(_TAG.sub("", sentence)):
        pattern += re.escape(text).replace("\u00a0", "[\u00a0 ]")
        weight += len(text)
        if name is not None:
            again = name in blanks
            pattern += rf"(?P={name})" if again else rf"(?P<{name or 'blank'}>.+?)"
            blanks += [] if again else [name]
    if _LETTERS.search(_TAG.sub("", re.sub(r"\{[^}]*\}", "", sentence))):
        yield weight, re.compile(pattern, re.DOTALL), tuple(blanks)


def heard(english: str, text: str) -> bool:
    """Whether a text has these words, or in another language a sentence that has them in English."""
    return english in text or end_of(english, text) >= 0


def end_of(english: str, text: str, after: int = 0) -> int:
    """Where these words end, said after that place as `heard` hears them; -1 if they are not."""
    patterns, text = [re.escape(plain(worded(english)))], plain(text)
    if spoken() != ENGLISH:
        with speaking(spoken()):
            patterns += _patterns_with(english, spoken())
    found = (re.compile(one, re.DOTALL).search(text, after) for one in patterns)
    return min((one.end() for one in found if one is not None), default=-1)


@lru_cache(512)
def _patterns_with(english: str, _language: str) -> list[str]:
    found = [one for one in _sentences() if any(english in plain(_TAG.sub("", each)) for each in one.ids)]
    return [_blanks_open(_looked_up(one, {"n": n})) for one in found for n in ("1", "2")]


def plain(text: str) -> str:
    """A blank is a blank, also where a line may not be parted."""
    return text.replace("\u00a0", " ")


def _blanks_open(sentence: str) -> str:
    return "".join(
        re.escape(text) + ("" if name is None else ".+?")
        for text, name, _form, _conversion in Formatter().parse(plain(_TAG.sub("", sentence)))
    )
