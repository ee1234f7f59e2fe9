"""The words that tell of time, as patterns: English, Hindi in Latin letters, and some in Devanagari."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from bot.domain import durations

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = (
    r"mon(?:day)?|som(?:v|w)aa?r|सोमवार",
    r"tue(?:s(?:day)?)?|mangal(?:(?:v|w)aa?r)?|मंगलवार",
    r"wed(?:nesday)?|budh(?:(?:v|w)aa?r)?|बुधवार",
    r"thu(?:r(?:s(?:day)?)?)?|guru(?:v|w)aa?r|brihaspati(?:v|w)aa?r|गुरुवार",
    r"fri(?:day)?|shukra?(?:(?:v|w)aa?r)?|शुक्रवार",
    r"sat(?:urday)?|shani(?:(?:v|w)aa?r)?|शनिवार",
    r"sun(?:day)?|ra(?:v|w)i(?:v|w)aa?r|it(?:v|w)aa?r|रविवार",
)
OFFSETS: Final = {
    r"today|aaj|aj|आज": 0,
    r"(?:the\s+)?day\s+after\s+tomorrow|par(?:a|)son?|परसों": 2,
    r"tom+or+ow|tmrw?|tom|kal|कल": 1,
}
PARTS: Final = {
    # What holds another's words comes before it.
    "after lunch": r"after\s+lunch|(?:lunch|khan[ae])\s+ke\s+baa?d|post[\s-]*lunch|लंच\s+के\s+बाद",
    "before lunch": r"before\s+lunch|(?:lunch|khan[ae])\s+se\s+peh?a?le|pre[\s-]*lunch",
    "end of day": (
        r"e\.?o\.?d\.?|c\.?o\.?b\.?|(?:the\s+)?end\s+of\s+(?:the\s+|my\s+)?(?:business\s+)?day|day\s*end|close\s+of\s+business"
        r"|din\s+ke\s+(?:end|ant|aa?khir)|दिन\s+के\s+अंत"
    ),
    "morning": r"morning|subah|sub[ae]h|savere|first\s+half|सुबह",
    "noon": r"noon|midday|lunch(?:\s*time)?",
    "afternoon": r"after\s*noon|dop(?:a|e)har|second\s+half|दोपहर",
    "evening": r"evening|eve|shaa?m|शाम",
    "night": r"night|raat|rat|रात",
}
BY_ITSELF: Final = {
    "after lunch": 14, "before lunch": 12, "end of day": 18,
    "morning": 10, "noon": 12, "afternoon": 15, "evening": 18, "night": 20,
}  # fmt: skip
NUMBERS: Final = {
    "ek": 1, "one": 1, "an": 1, "a": 1, "do": 2, "two": 2, "teen": 3, "three": 3, "chaa?r": 4, "four": 4,
    "paa?nch": 5, "five": 5, "chh?e": 6, "six": 6, "saat": 7, "seven": 7, "aath": 8, "eight": 8, "nau": 9, "nine": 9,
    "das": 10, "ten": 10, "gyarah": 11, "eleven": 11, "baa?rah": 12, "twelve": 12,
    r"(?:a\s+)?quarter\s+of\s+an": 0.25, "(?:a )?quarter": 0.25, r"(?:a\s+)?half\s+an": 0.5, r"(?:a\s+)?half\s+a": 0.5,
    "(?:a )?half": 0.5, "aa?dh[aei]": 0.5, "आधा|आधे": 0.5, "paun[ae]?": 0.75, r"sa(?:v|w)a": 1.25, "dedh|derh": 1.5,
    "a?dh?aa?i": 2.5, "डेढ़": 1.5, "ढाई": 2.5, "एक": 1, "दो": 2, "तीन": 3, "a couple of|a couple|couple of": 2,
}  # fmt: skip
UNITS: Final = {
    **durations.UNITS,
    r"minat|मिनट": timedelta(minutes=1),
    r"ghan?t[ae]|घंटे|घंटा": timedelta(hours=1),
    r"din|दिन": timedelta(days=1),
    r"haft[ae]|hapt[ae]|हफ्ते": timedelta(weeks=1),
    r"mahin[ae]|महीने|महीना": timedelta(days=30),
    r"saal|साल": timedelta(days=365),
}
"""Those of every length of time, and how they are said here."""
BEFORE_NOON: Final = frozenset({"morning", "before lunch"})
QUARTERS: Final = {r"saa?dh?e": 30, r"sa(?:v|w)a": 15, r"paune": -15}

END: Final = r"(?![\w:/])"
FILLER: Final = r"(?:(?:remind(?:\s+me)?|please|on|at|by|around|this|coming|ko|ke|par|pe|,)(?:\s+|(?<=,)))*"
DIGITS: Final = r"\d{1,4}(?:\.\d)?"
WORDS: Final = "|".join(NUMBERS)
UNIT: Final = "|".join(UNITS)
UNIT_END: Final = r"(?![^\W\d_])"
"""Digits may follow: 1h30m."""
AMOUNT: Final = rf"(?:{DIGITS}\s*|(?:{WORDS})\s+)(?:{UNIT}){UNIT_END}"
SUFFIX: Final = r"(?:st|nd|rd|th|\s*tarikh|\s*tareekh)"
MONTH: Final = rf"(?:{'|'.join(MONTHS)})[a-z]{{0,6}}\.?"
YEAR: Final = r"(?:,?\s*(?P<year>20\d{2}))?"
TRAILING: Final = r"(?:\s+(?:ko|tak|mein|को|तक|में))?"
"""What Hindi puts behind a day or a part of it."""
MONTH_ENDS: Final = (
    r"(?:the\s+)?(?:this\s+)?(?:end\s+of\s+(?:the\s+|this\s+)?month|month[\s-]*end|e\.?o\.?m\.?)"
    r"|(?:is\s+)?mahin[ae]\s+ke\s+(?:end|ant|aa?khir)|महीने\s+के\s+अंत"
)
WEEK_ENDS: Final = (
    r"(?:the\s+)?(?:end\s+of\s+(?:the\s+|this\s+)?week|e\.?o\.?w\.?)"
    r"|(?:is\s+)?ha[fp]te\s+ke\s+(?:end|ant|aa?khir)|हफ्ते\s+के\s+अंत"
)
SPLIT: Final = re.compile(rf"({DIGITS}(?=\s*(?:{UNIT}))|\b(?:{WORDS})(?=\s))\s*({UNIT}){UNIT_END}", re.IGNORECASE)
MOST_BEFORE: Final = 8
"""Words that may stand before a time."""
DIGIT: Final = re.compile(r"\d")
REMIND: Final = re.compile(r"^(?:please\s+)?remind(?:\s+me)?(?:\s+to)?(?:\s+|$)", re.IGNORECASE)
LENGTH: Final = re.compile(r"\b(?:in|after|later|baa?d|me|mein)\b", re.IGNORECASE)
NAMED: Final = re.compile(
    rf"[ap]\.?m\b|baje|bje|बजे|o'clock|{'|'.join(MONTHS)}|{'|'.join(PARTS.values())}|month|e\.?o\.?m|mahin",
    re.IGNORECASE,
)
AT: Final = re.compile(r"(?:on|at|by|around)\s", re.IGNORECASE)
DANGLING: Final = re.compile(r"[-–/:.,]?\s*\d|(?:or|to|and|ya|aur|se|tak|[ap]\.?m)\b|[-–/:.]$", re.IGNORECASE)
"""More of a time follows that was not understood."""
