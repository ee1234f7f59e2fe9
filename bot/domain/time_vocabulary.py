"""The words that tell of time, as patterns: every language's together."""

from __future__ import annotations

import re
from typing import Final

from bot.domain import durations
from bot.domain.words.all import IN_WORD, LANGUAGES, PARTS, SPANS, either, listed, merged, spelled

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
DIGITS: Final = r"\d{1,4}(?:\.(?:\d|25|50|75))?"
"""`1.25 hours`; `2.15 hrs` may be a quarter past two."""
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
CLOCK_OF_24_HOURS: Final = r"(?P<hour>[01]\d|2[0-3])(?::|(?<=0\d|1[3-9]|2\d)\.)?(?P<minute>[0-5]\d)\s*(?:hrs?|hours?)"
_QUARTER: Final = rf"(?:(?P<quarter>{'|'.join(QUARTERS)})\s*)?"
CLOCK: Final = (
    rf"{_QUARTER}(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))?\s*(?P<half>[ap]\.?m\.?)?"
    rf"(?:\s*(?:{HOUR})|(?<=:\d\d)\s*hrs?)?"
)
CLOCK_IN_WORDS: Final = rf"{_QUARTER}(?P<hour>{WORDS})(?P<minute>)(?P<half>)\s*(?:{HOUR})"
SPLIT: Final = re.compile(rf"({DIGITS}(?=\s*(?:{UNIT}))|\b(?:{WORDS}){_WORD_END})\s*({UNIT}){UNIT_END}", re.IGNORECASE)
MOST_BEFORE: Final = 8
"""Words that may stand before a time."""
MOST_LOOKED_AT: Final = 16
"""Words behind it, among which its other half is looked for."""
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

SURE_CLOCK: Final = re.compile(
    rf"\d:\d\d|\d\s*(?:[ap]\.?m\b|(?:{HOUR}|hrs?|hours?)(?![{IN_WORD}]))"
    rf"|(?<![{IN_WORD}])(?:{'|'.join(QUARTERS)})\s*\d",
    re.IGNORECASE,
)
"""A time of day, and no count: 2 pumps."""
AT_HOUR: Final = re.compile(r"\bat\s+\d", re.IGNORECASE)
LED: Final = re.compile(rf"(?:in the|{either(words.before for words in LANGUAGES)}|{COMING})\s", re.IGNORECASE)
TRAILED: Final = re.compile(rf"[\s-](?:{either(words.behind for words in LANGUAGES)})$", re.IGNORECASE)
"""A day or a part of one between other words is when something is to be done, and not a word for what: friday's."""
POSSESSIVE: Final = re.compile(rf"['’]s\b|(?:ka|ki|wal[aei]|का|की|वाल[ाेी])(?![{IN_WORD}])", re.IGNORECASE)
CLOCKS: Final = re.compile(
    rf"(?<![{IN_WORD}-])(?:(?:{'|'.join(QUARTERS)})\s*)?(?:\d{{1,2}}(?:[:.]\d{{2}})?|{WORDS})\s*(?:{HOUR})(?![{IN_WORD}])",
    re.IGNORECASE,
)
UNREAD_HOUR: Final = re.compile(
    rf"(?<![{IN_WORD}])(?!(?:mani|மணி|க்கு|la|ला|paryant|पर्यंत)(?![{IN_WORD}]))(?:{HOUR})(?![{IN_WORD}])", re.IGNORECASE
)
"""What stands behind an hour, without one that was read: "kal barah-ek baje". Mani is a person too."""

_MONTHS_AHEAD: Final = rf"(?:{COMING}|coming)\s+(?:{'|'.join(word for word, unit in UNITS.items() if unit.days == 30)})"
_GONE: Final = f"(?:{SPANS['yesterday']})"
MOVED_BEFORE: Final = re.compile(
    rf"(?<![{IN_WORD}])(?:{_MONTHS_AHEAD}|{_GONE}|day (?:after|before)|next to|last|previous|pichh?l[aei]|पिछल[ाेी])$",
    re.IGNORECASE,
)
MOVED_BEHIND: Final = re.compile(rf"(?:of\s+)?(?:{_MONTHS_AHEAD}|{_GONE})(?![{IN_WORD}'’])", re.IGNORECASE)
"""What makes another day of the one that it touches."""
BACKWARDS: Final = re.compile(
    rf"(?:ago|back$|before|earlier|prior|pe?h?a?ll?e|pahile|aadhi|pehla[an]?|munn?aa?di|mundu|kri?th?am|"
    rf"पहले|पहिले|आधी|पूर्वी|પહેલાં?|અગાઉ|முன்(?:பு|னாடி|னால்)?|ముందు|క్రితం)(?![{IN_WORD}])",
    re.IGNORECASE,
)
"""Behind a length of time, where it lies in the past, or is counted from something else."""
UNIT_NEXT: Final = re.compile(rf"(?:{UNIT}){UNIT_END}", re.IGNORECASE)
