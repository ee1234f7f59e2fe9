"""Reads what a person typed after /search: words, one number, and filters such as `kind:B city:surat since:7d`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.models import Kind, Status
from bot.store.matching import MOST_WORDS
from bot.store.search import LEAST_DIGITS, Terms
from bot.store.words import fold, is_searchable, plain

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_TEXT: Final = 4096

_FILTER: Final = re.compile(r"""(?<!\S)(kind|city|since|status|by):(?:"([^"]*)"|(\S*))""", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<![0-9x])[#+]?\s?\(?[0-9][0-9\s().\-]*(?<=[0-9])(?![0-9x])")
"""A run of digits in a text whose other words are all `x`, see `_masked`."""
_QUOTES: Final = str.maketrans("“”„«»", '"' * 5)
"""Phones put these in by themselves."""
_DAYS: Final = re.compile(r"(\d{1,4})([hdwm])", re.ASCII | re.IGNORECASE)
_UNITS: Final = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
}
_KIND_WORDS: Final = {
    "enquiry": Kind.ENQUIRY,
    "buylead": Kind.BUYLEAD,
    "call": Kind.CALL,
    "calls": Kind.CALL,
    "whatsapp": Kind.WHATSAPP,
    "catalogue": Kind.CATALOGUE_VIEW,
    "view": Kind.CATALOGUE_VIEW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed, understood."""

    terms: Terms = field(default_factory=Terms)
    since: datetime | None = None
    owner: str | None = None
    """A person's name after `by:`; `me` is whoever asks."""
    puzzles: tuple[str, ...] = ()
    """Parts that look like filters and could not be understood."""

    @property
    def is_empty(self) -> bool:
        return self.terms.is_empty and self.since is None and self.owner is None


def read(text: str, now: datetime) -> Wanted:
    """Never fails: what is not understood is a word, or a puzzle."""
    cleaned = plain(text[:LONGEST_TEXT]).translate(_QUOTES)
    wanted = Wanted()
    for match in _FILTER.finditer(cleaned):
        value = match[2] if match[2] is not None else match[3]
        understood = _FILTERS[match[1].lower()](wanted, value, now) if value.strip() else None
        wanted = understood or replace(wanted, puzzles=(*wanted.puzzles, match[0]))
    rest, number, as_words = _take_number(_FILTER.sub(" ", cleaned))
    words = tuple(word for word in rest.split() if is_searchable(word))[:MOST_WORDS]
    return replace(wanted, terms=replace(wanted.terms, words=words, number=number, number_as_words=as_words))


def _take_number(text: str) -> tuple[str, str | None, tuple[str, ...]]:
    """The text without its longest run of digits, the digits, and the run as words."""
    runs = [run for run in _NUMBER.finditer(_masked(text)) if _is_number(run[0])]
    if not runs:
        return text, None, ()
    longest = max(runs, key=lambda run: len(_digits(run[0])))
    return text[: longest.start()] + " " + text[longest.end() :], _digits(longest[0]), _words(longest[0])


def _masked(text: str) -> str:
    """Of the same length, with an x for every character of a word that is not only digits, in whatever script."""
    masked = list(text)
    for word in re.finditer(r"\S+", fold(text)):
        if not word[0].isdecimal():
            masked[word.start() : word.end()] = "x" * len(word[0])
    return "".join(masked)


def _is_number(run: str) -> bool:
    """Whether it may be a phone's or a lead's number; "3.5" and "10-20" are words."""
    return run.startswith("#") or len(_digits(run)) >= LEAST_DIGITS or _digits(run) == run.strip()


def _digits(run: str) -> str:
    return "".join(one for one in run if one.isdecimal())


def _words(run: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[^0-9]+", run) if part)


def _kind(wanted: Wanted, value: str, _now: datetime) -> Wanted:
    kind = _KIND_WORDS.get(value.lower(), value.upper())
    return replace(wanted, terms=replace(wanted.terms, kind=kind))


def _city(wanted: Wanted, value: str, _now: datetime) -> Wanted | None:
    return replace(wanted, terms=replace(wanted.terms, city=value)) if is_searchable(value) else None


def _since(wanted: Wanted, value: str, now: datetime) -> Wanted | None:
    span = _DAYS.fullmatch(value)
    if span is not None:
        return replace(wanted, since=now - int(span[1]) * _UNITS[span[2].lower()])
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return replace(wanted, since=moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo))


def _status(wanted: Wanted, value: str, _now: datetime) -> Wanted | None:
    if value.lower() == "open":
        return replace(wanted, terms=replace(wanted.terms, is_open=True))
    try:
        return replace(wanted, terms=replace(wanted.terms, status=Status(value.lower()).value))
    except ValueError:
        return None


def _owner(wanted: Wanted, value: str, _now: datetime) -> Wanted:
    return replace(wanted, owner=value.removeprefix("@"))


_FILTERS: Final[dict[str, Callable[[Wanted, str, datetime], Wanted | None]]] = {
    "kind": _kind,
    "city": _city,
    "since": _since,
    "status": _status,
    "by": _owner,
}


def owned_by(terms: Terms, user_ids: list[int]) -> Terms:
    return replace(terms, owners=json.dumps(user_ids))
