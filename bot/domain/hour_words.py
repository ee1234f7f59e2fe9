"""The words in WORKING_HOURS, DIGEST and /hours: kept as English has them (`Mon-Sat 09:30-19:00`), typed and shown in
each language's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bot.domain.words.all import IN_WORD, WEEKDAYS, says, spelled
from bot.i18n import ENGLISH, LANGUAGES, language, locale, speaking

SETTINGS: Final = frozenset({"WORKING_HOURS", "DIGEST"})
"""Whose values have weekdays in them."""
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_ENGLISH_DAY: Final = re.compile(rf"\b{DAY}\b", re.ASCII | re.IGNORECASE)
_DAILY: Final = "roz(?:aa?na)?|daroj|roj|dararoj|रोज|रोजाना|રોજ|દરરોજ|दररोज|தினமும்|தினசரி|రోజూ"
_TO: Final = re.compile(r"\s*થી\s+|\s+(?:to|thi|se|te|से|ते|முதல்|నుండి|నుంచి)\s+")
_TILL: Final = re.compile(r"\s+(?:tak|sudhi|paryant|तक|સુધી|पर्यंत|வரை|வரைக்கும்|వరకు)(?=\s|,|$)")
_WORD: Final = re.compile(rf"[{IN_WORD}]*[^\W\d_][{IN_WORD}]*")


def in_english(text: str) -> str:
    """`सोम-शनि 9:30 से 19:00` is `Mon-Sat 9:30-19:00`; what is English, or means nothing, stays as it is."""
    return _WORD.sub(lambda found: _english(found[0]), _TILL.sub("", _TO.sub("-", spelled(text))))


def in_words(text: str) -> str:
    """What is kept, with the weekdays as the language spoken here shortens them."""
    if language() == ENGLISH:
        return text
    names = _short_names(locale())
    return _ENGLISH_DAY.sub(lambda found: names[DAYS.index(found[0][:3].capitalize())], text)


def _english(word: str) -> str:
    if _ENGLISH_DAY.fullmatch(word):
        return word
    if says(_DAILY, word):
        return "daily"
    day = next((n for n in range(7) if says(WEEKDAYS[n], word)), None)
    if day is None and not word.isascii():
        day = _every_name().get(word)
    return word if day is None else DAYS[day]


@lru_cache
def _short_names(locale: str) -> list[str]:
    from babel.dates import get_day_names  # noqa: PLC0415 - `leadbell --help` need not wait for it

    return [str(get_day_names("abbreviated", locale=locale)[day]).rstrip(".") for day in range(7)]


@lru_cache
def _every_name() -> dict[str, int]:
    """As they are shown, which is not always how they are typed as the day of a reminder: रवि is a person too."""
    from babel.dates import get_day_names  # noqa: PLC0415 - likewise

    found: dict[str, int] = {}
    for one in LANGUAGES:
        with speaking(one):
            for width in ("wide", "abbreviated"):
                names = get_day_names(width, locale=locale())
                found |= {spelled(str(names[day])).rstrip("."): day for day in range(7)}
    return found
