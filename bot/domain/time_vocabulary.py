"""The words that tell of time, as patterns: every language's together."""

from __future__ import annotations

import re
from typing import Final

from bot.domain import durations
from bot.domain.words.all import IN_WORD, LANGUAGES, PARTS, either, listed, merged, spelled

MONTHS: Final = listed(words.months for words in LANGUAGES)
OFFSETS: Final = merged(words.days for words in LANGUAGES)
BY_ITSELF: Final = {
    "after lunch": 14, "before lunch": 12, "end of day": 18,
    "morning": 10, "noon": 12, "afternoon": 15, "evening": 18, "night": 20,
}  # fmt: skip
NUMBERS: Final = {spelled(pattern): number for words in LANGUAGES for pattern, number in words.numbers.items()}
UNITS: Final = durations.UNITS
BEFORE_NOON: Final = frozenset({"morning", "before lunch"})
QUARTERS: Final = {spelled(pattern): minutes for words in LANGUAGES for minutes, pattern in words.quarters.items()}
HOUR: Final = either(words.hour for words in LANGUAGES)
WITHIN: Final = either(words.within for words in LANGUAGES)
LATER: Final = either(words.later for words in LANGUAGES)
COMING: Final = either(words.coming for words in LANGUAGES)
NEXT_WEEK: Final = either(words.next_week for words in LANGUAGES)
MONTH_END: Final = either(words.month_end for words in LANGUAGES)
WEEK_END: Final = either(words.week_end for words in LANGUAGES)

END: Final = rf"(?![{IN_WORD}:/])"
FILLER: Final = rf"(?:(?:{either(words.before for words in LANGUAGES)})(?: +|(?<=,)))*"
DIGITS: Final = r"\d{1,4}(?:\.\d)?"
WORDS: Final = "|".join(NUMBERS)
HALVES: Final = "|".join(word for word, number in NUMBERS.items() if number > 1 and number % 1 == 0.5)
"""Half past an hour in a word of its own."""
UNIT: Final = "|".join(UNITS)
UNIT_END: Final = durations.UNIT_END
_WORD_END: Final = r"(?:(?=\s)|(?<=[^\x00-\x7f]))"
"""A number in Latin letters ends at a blank; అరగంట, half an hour, is one word."""
AMOUNT: Final = rf"(?:{DIGITS}|(?:{WORDS}){_WORD_END})\s*(?:{UNIT}){UNIT_END}"
SUFFIX: Final = rf"(?:\s*(?:{either(words.date for words in LANGUAGES)}))"
MONTH: Final = f"(?:{'|'.join(MONTHS)})"
YEAR: Final = r"(?:,?\s*(?P<year>20\d{2}))?"
TRAILING: Final = rf"(?:\s*(?:{either(words.behind for words in LANGUAGES)}))?"
"""What stands behind a day or a part of it."""
SPLIT: Final = re.compile(rf"({DIGITS}(?=\s*(?:{UNIT}))|\b(?:{WORDS}){_WORD_END})\s*({UNIT}){UNIT_END}", re.IGNORECASE)
MOST_BEFORE: Final = 8
"""Words that may stand before a time."""
DIGIT: Final = re.compile(r"\d")
REMIND: Final = re.compile(r"^(?:please\s+)?remind(?:\s+me)?(?:\s+to)?(?:\s+|$)", re.IGNORECASE)
LENGTH: Final = re.compile(rf"(?<![{IN_WORD}])(?:{WITHIN}|{LATER})(?![{IN_WORD}])", re.IGNORECASE)
NAMED: Final = re.compile(
    rf"[ap]\.?m\b|{HOUR}|{'|'.join(MONTHS)}|{'|'.join(PARTS.values())}|{MONTH_END}", re.IGNORECASE
)
AT: Final = re.compile(r"(?:on|at|by|around)\s", re.IGNORECASE)
DANGLING: Final = re.compile(
    rf"[-–/:.,]?\s*\d|(?:{either(words.another for words in LANGUAGES)}|[ap]\.?m)(?![{IN_WORD}])|[-–/:.]$",
    re.IGNORECASE,
)
"""More of a time follows that was not understood."""
