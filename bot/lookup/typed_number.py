"""The one number in what was typed for a search: a phone's in any spelling, a lead's, a QUERY_ID."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from bot.domain import phones
from bot.indiamart.parse.phone import ODD
from bot.store.matching import LEAST_DIGITS
from bot.store.spelling import fold

_NUMBER: Final = re.compile(r"(?<![0-9x])[#+]?\s?\(?[0-9][0-9\s().\-]*(?<=[0-9])(?![0-9x])")
"""A run of digits in a text whose other words are all `x`, see `_masked`."""
_HALVES: Final = re.compile(r"(?<![0-9x/])\+?[0-9]{2,5}/[0-9]{5,10}(?![0-9x/])")
_LINK: Final = re.compile(r"(?<!\S)(?:https?://)?(?:www\.)?wa\.me/(\+?[0-9]+)\S*", re.IGNORECASE)
_TO_DIAL: Final = re.compile(r"(?<!\S)tel:(?=[+(]*[0-9])", re.IGNORECASE)


class TypedNumber(NamedTuple):
    rest: str
    """The text without it."""
    digits: str | None = None
    phone: str | None = None
    """The digits of the whole number, where those that were typed are not how it ends: `+91 (0) 90000 00031`."""
    words: tuple[str, ...] = ()
    """The same run as it would stand in a text."""


def bare(text: str) -> str:
    """`tel:+919000000031` and `https://wa.me/919000000031` as the number alone, so that they are no words."""
    return _TO_DIAL.sub("", _LINK.sub(r"\1", text))


def take(text: str) -> TypedNumber:
    """The longest run of digits, and what else was typed."""
    text = re.sub(r"\S+", lambda word: _unspread(word[0]), text)
    read = _HALVES.sub(lambda run: _joined(run[0]), _masked(text))
    runs = [run for run in _NUMBER.finditer(read) if _is_number(run[0])]
    if not runs:
        return TypedNumber(text)
    longest = max(runs, key=lambda run: len(_digits(run[0])))
    rest = text[: longest.start()] + " " + text[longest.end() :]
    return TypedNumber(rest, _digits(longest[0]), _phone(longest[0]), _words(longest[0]))


def _unspread(word: str) -> str:
    """`919000000031.0`: as a spreadsheet has a phone."""
    found = phones.unspread(word)
    return found if phones.whole(found) else word


def _joined(run: str) -> str:
    """`0421/2220017` is one number, `10/12345` is two."""
    joined = run.replace("/", "-")
    return joined if phones.whole(joined) else run


def _masked(text: str) -> str:
    """Of the same length, with an x for every character of a word that is not only digits, in whatever script."""
    masked = list(text.translate(ODD))
    for word in re.finditer(r"\S+", fold(text)):
        if not word[0].isdecimal():
            masked[word.start() : word.end()] = "x" * len(word[0])
    return "".join(masked)


def _is_number(run: str) -> bool:
    """Whether it may be a phone's or a lead's number; "3.5" and "10-20" are words."""
    return run.startswith("#") or len(_digits(run)) >= LEAST_DIGITS or _digits(run) == run.strip()


def _phone(run: str) -> str | None:
    number = phones.digits(phones.whole(run) or "")
    return number if number and not number.endswith(_digits(run).lstrip("0")) else None


def _digits(run: str) -> str:
    return "".join(one for one in run if one.isdecimal())


def _words(run: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[^0-9]+", run) if part)
