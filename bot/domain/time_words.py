"""Times as people type them, found among the words of what is to be done. Which moment is meant is the business of
`typed_times`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum, auto
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.domain import time_pieces
from bot.domain import time_vocabulary as vocabulary
from bot.domain.plain_text import plain
from bot.domain.time_pieces import TypedTime
from bot.domain.words.all import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIMMED: Final = " ,:;.-–"


class _Further(Enum):
    """What a piece of a time further on in the text is to the time before it."""

    OTHER = auto()
    """A word of what is to be done: "fri 4pm ask about monday's order"."""
    HALF = auto()
    ASKED = auto()
    """Nobody could say."""


class _Found(NamedTuple):
    """A time in a text, and the text around it."""

    reading: TypedTime
    before: str
    said: str
    rest: str

    @property
    def around(self) -> str:
        return f"{self.before.strip()} {self.rest.lstrip(_TRIMMED)}".strip()


def read(typed: str) -> TypedTime | None:
    """What the words say; None where they tell of no time, or of two. What is to be done may stand before the time:
    "call on friday at 4", and in the midst of it: "tomorrow call him at 4pm".
    """
    words = " ".join(spelled(typed).split())
    found = _at("", words) if time_pieces.piece(words) else _behind(words)
    whole = None if found is None or not _is_clear(found) else _completed(found)
    settled = None if whole is None else time_pieces.settled(whole.reading)
    if whole is None or settled is None or vocabulary.UNREAD_HOUR.search(vocabulary.CLOCKS.sub(" ", whole.around)):
        return None
    return replace(settled, rest=_as_typed(whole.around, typed))


def _as_typed(rest: str, typed: str) -> str:
    """With the dots below that reading leaves out."""
    written = {spelled(word): word for word in plain(typed).split()}
    return " ".join(written.get(word, word) for word in rest.split())


def _at(before: str, left: str) -> _Found | None:
    """The time at the front of what is left."""
    taken = time_pieces.take(left)
    if taken is None or taken[0] == TypedTime() or vocabulary.DANGLING.match(taken[1]):
        return None
    reading, rest = taken
    return _Found(reading, before, left[: len(left) - len(rest)].strip(), rest)


def _behind(words: str) -> _Found | None:
    """A time behind a few words without one, as far as it is surely a time: "send 5 m cable" tells of none."""
    for before, left in _places(words, vocabulary.MOST_BEFORE):
        if vocabulary.DIGIT.search(before):
            return None
        if time_pieces.piece(left):
            found = _at(before, left)
            is_sure = found is not None and _is_sure(found)
            return found._replace(before=vocabulary.REMIND.sub("", before)) if found is not None and is_sure else None
    return None


def _places(words: str, most: int) -> Iterator[tuple[str, str]]:
    """The text before each of the first words, and from it on."""
    return ((words[: gap.start()], words[gap.end() :]) for gap in islice(re.finditer(" ", words), most))


def _is_sure(found: _Found) -> bool:
    """Of a time between other words."""
    reading = found.reading
    if reading.after is not None:
        return not found.rest and bool(vocabulary.LENGTH.search(found.said))
    if reading.day is not None and (reading.day.offset is not None or reading.day.weekday is not None):
        return True
    is_named = vocabulary.NAMED.search(found.said) is not None
    return is_named or (not found.rest and bool(vocabulary.AT.match(found.said)))


def _is_clear(found: _Found) -> bool:
    """Whether no word that touches the time moves it or turns it round: `2 days ago`, `yesterday 4pm`."""
    if found.reading.after is not None and vocabulary.BACKWARDS.match(found.rest):
        return False
    if found.said[-1:].isdecimal() and vocabulary.UNIT_NEXT.match(found.rest):
        return False
    return not (vocabulary.MOVED_BEFORE.search(found.before) or vocabulary.MOVED_BEHIND.match(found.rest))


def _completed(found: _Found) -> _Found | None:
    """With the half that stands further on, "tomorrow call him at 4pm"; None where what stands there may be meant."""
    for before, left in _places(f" {found.rest}", vocabulary.MOST_LOOKED_AT):
        taken = time_pieces.take(left)
        if taken is None:
            continue
        reading, rest = taken
        more = _Found(reading, before.strip(), left[: len(left) - len(rest)].strip(), rest)
        wanted = _wanted(found, more)
        if wanted is _Further.ASKED:
            return None
        if wanted is _Further.HALF:
            joined = _joined(found.reading, reading)
            around = f"{found.before.strip()} {more.before.lstrip(_TRIMMED)}".strip()
            return _completed(_Found(joined, around, found.said, rest))
    return found


def _joined(first: TypedTime, more: TypedTime) -> TypedTime:
    return replace(
        first,
        day=more.day if first.day is None else first.day,
        clock=first.clock or more.clock,
        part=first.part or more.part,
    )


def _wanted(found: _Found, more: _Found) -> _Further:
    """What the further piece is, by the first of these that has an answer."""
    answers = (one(found, more) for one in (_as_length, _as_clock, _as_day, _as_part))
    return next((answer for answer in answers if answer is not None), _Further.OTHER)


def _as_length(_found: _Found, more: _Found) -> _Further | None:
    """A length is one of the time only where it ends the text: "4pm call him in 2 days", not "2 days delivery"."""
    reading = more.reading
    is_said = reading.day is not None and not more.rest and vocabulary.LENGTH.search(more.said)
    return _Further.OTHER if reading.after is not None and not is_said else None


def _as_clock(found: _Found, more: _Found) -> _Further | None:
    if more.reading.clock is None:
        return None
    first = found.reading
    lacks_clock = first.clock is None and (first.after is None or first.day is not None)
    if not _is_clock(more):
        return _Further.ASKED if lacks_clock and vocabulary.AT_HOUR.search(more.said) else None
    if not lacks_clock:
        is_whole = first.day is not None and first.clock is not None and _is_clock(found)
        return _Further.OTHER if is_whole else _Further.ASKED
    return _Further.HALF if first.day is None or more.reading.day is None else _Further.ASKED


def _is_clock(found: _Found) -> bool:
    """Whether its time of day is surely one: `2 pumps` is none."""
    said = found.said
    is_worded = found.reading.part is not None or not vocabulary.DIGIT.search(said)
    is_last = not found.rest and vocabulary.AT_HOUR.search(said) is not None
    return is_worded or is_last or vocabulary.SURE_CLOCK.search(said) is not None


def _as_day(found: _Found, more: _Found) -> _Further | None:
    first, day = found.reading, more.reading.day
    if day is None or first.day is not None or first.after is not None:
        return None
    if vocabulary.POSSESSIVE.match(more.rest):
        return _Further.OTHER
    is_bare = first.clock is not None and not _is_clock(found) and not vocabulary.AT_HOUR.search(found.said)
    return _Further.HALF if not is_bare and (day.offset is not None or _is_set_off(more)) else _Further.ASKED


def _as_part(found: _Found, more: _Found) -> _Further | None:
    first = found.reading
    is_open = first.clock is None or first.clock.is_either
    if more.reading.part is None or first.part is not None or not is_open:
        return None
    if _is_set_off(more):
        return _Further.HALF
    return _Further.ASKED if first.clock is None else None


def _is_set_off(more: _Found) -> bool:
    """Whether it says when, and is no word of what is to be done: it is the last, or has a word of its own about it."""
    said = more.said
    return not more.rest or bool(vocabulary.LED.match(said) or vocabulary.TRAILED.search(said))
