"""Leads in any number, the same ones for the same seed: rows in v2's names with a vocabulary as wide as real ones.

The words follow Zipf's law, as words do: a few stand in half of all leads, most in a handful. `EVERYWHERE` is in every
second lead and `FORGOTTEN` only in the oldest tenth, since a list of the newest must find both.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from bot.clock import IST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EVERYWHERE: Final = "submersible"
FORGOTTEN: Final = "typewriter"
NEWEST: Final = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
"""When the newest lead was enquired, where nobody says otherwise."""
SPACING: Final = timedelta(seconds=30)

_ONSETS: Final = "k g ch j t d n p b m y r l v s sh h bh dh kh th"
_VOWELS: Final = "a a aa i ee u oo e ai o"
_CITIES: Final = 400
_FIRST_NAMES: Final = 1_500
_LAST_NAMES: Final = 4_000
_TRADE_WORDS: Final = 20_000
_KINDS: Final = ("W", "W", "W", "B", "B", "P", "WA", "BIZ")
_HINDI: Final = ("पानी की मोटर चाहिए", "कृपया दाम बताइए", "सोलर पैनल का रेट भेजें")
_RETURNING: Final = 0.15


class Corpus:
    """`row(n, count)` is the n-th of `count` leads, the oldest being 0; asking twice gives the same row."""

    def __init__(self, seed: int = 1) -> None:
        rng = random.Random(seed)
        self.seed = seed
        self.first_names = _names(rng, _FIRST_NAMES, 2)
        self.last_names = _names(rng, _LAST_NAMES, 3)
        self.cities = _names(rng, _CITIES, 3)
        self.words = [word.lower() for word in _names(rng, _TRADE_WORDS, 4)]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(_TRADE_WORDS)))

    def rows(self, count: int, *, newest: datetime = NEWEST, of: int | None = None) -> Iterator[dict[str, Any]]:
        """The newest `count` leads of a book of so many (`of`, default as many), oldest first."""
        total = of or count
        return (self.row(number, total, newest=newest) for number in range(total - count, total))

    def row(self, number: int, count: int, *, newest: datetime = NEWEST) -> dict[str, Any]:
        rng = random.Random(self.seed * 1_000_003 + number)
        buyer = rng.randrange(number + 1) if rng.random() < _RETURNING else number
        at = newest - SPACING * (count - 1 - number)
        kind = rng.choice(_KINDS)
        row = {
            "UNIQUE_QUERY_ID": str(2_000_000_000 + number),
            "QUERY_TYPE": kind,
            "QUERY_TIME": f"{at.astimezone(IST):%Y-%m-%d %H:%M:%S}",
            **self._person(buyer),
            "SENDER_COUNTRY_ISO": "IN",
        }
        if kind == "P":
            return row | {"CALL_DURATION": str(rng.randrange(300)), "RECEIVER_MOBILE": "8040000001"}
        trade = self._words(rng, 2)
        return row | {
            "SUBJECT": f"Requirement for {' '.join(trade)}",
            "QUERY_PRODUCT_NAME": f"{' '.join(trade).title()} Machine",
            "QUERY_MCAT_NAME": trade[0].title(),
            "QUERY_MESSAGE": self._message(rng, number, count),
        }

    def _person(self, buyer: int) -> dict[str, str]:
        rng = random.Random(self.seed * 7_919 + buyer)
        first, last = rng.choice(self.first_names), rng.choice(self.last_names)
        city = rng.choice(self.cities)
        return {
            "SENDER_NAME": f"{first} {last}",
            "SENDER_MOBILE": f"+91-{9_000_000_000 + buyer}",
            "SENDER_EMAIL": f"{first}.{last}{rng.randrange(100)}@example.com".lower(),
            "SENDER_COMPANY": f"{last} {rng.choice(('Traders', 'Enterprises', 'Industries'))}",
            "SENDER_ADDRESS": f"{rng.randrange(200)}, Main Road, {city}",
            "SENDER_CITY": city,
            "SENDER_STATE": rng.choice(("Gujarat", "Kerala", "Bihar", "Maharashtra")),
            "SENDER_PINCODE": str(100_000 + rng.randrange(800_000)),
            "SENDER_MOBILE_ALT": "",
            "SENDER_PHONE": "",
            "SENDER_PHONE_ALT": "",
            "SENDER_EMAIL_ALT": "",
        }

    def _message(self, rng: random.Random, number: int, count: int) -> str:
        words = self._words(rng, 6)
        if number % 2:
            words.append(EVERYWHERE)
        if number * 10 < count:
            words.append(FORGOTTEN)
        text = f"I want {' '.join(words)}" if rng.random() < 0.95 else rng.choice(_HINDI)
        quantity = rng.randrange(1, 900)
        pairs = {"Quantity": quantity, "Quantity Unit": "piece", "Probable Order Value": "Rs. 3,000 to 10,000"}
        return f"{text}.<br>" + "".join(f" {name} :   {value}<br>" for name, value in pairs.items())

    def _words(self, rng: random.Random, count: int) -> list[str]:
        return rng.choices(self.words, cum_weights=self._weights, k=count)


def _names(rng: random.Random, count: int, syllables: int) -> Sequence[str]:
    """Different ones, such as "Bhaveer"."""
    onsets, vowels = _ONSETS.split(), _VOWELS.split()
    found: dict[str, None] = {}
    while len(found) < count:
        name = "".join(rng.choice(onsets) + rng.choice(vowels) for _part in range(rng.randint(2, syllables)))
        found.setdefault((name + rng.choice(("", "", "n", "r", "l"))).title())
    return list(found)
