from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

WORDS: Final = Words(
    weekdays=(
        "mon(?:day)?", "tue(?:s(?:day)?)?", "wed(?:nesday)?", "thu(?:r(?:s(?:day)?)?)?", "fri(?:day)?", "sat(?:urday)?",
        "sun(?:day)?",
    ),
    # Whole words, slips and what other languages' ears make of them: 4 maybe, 10 marble and 8 junction are no dates.
    months=tuple(
        rf"(?:{name})\.?"
        for name in (
            "jan(?:u?a?ry|a?[vw]a?ri)?", "feb(?:r?u?a?r[yi])?", "mar(?:ch)?", "apr(?:il+|a?il|eel|el)?", "may", "june?",
            "jul(?:l?y|a?ai)?", "aug(?:u?st|ast)?", "sept?(?:em?b[ae]r)?", "oct(?:o?b[ae]r)?", "nov(?:em?b[ae]r)?",
            "dec(?:em?b[ae]r)?",
        )
    ),
    days={0: "today", 2: "(?:the )?day after (?:tom+or+ow|tmrw?|tom|kal)", 1: "tom+or+ow|tmrw?|tom"},
    parts={
        "after lunch": r"after lunch|post[ -]*lunch",
        "before lunch": r"before lunch|pre[ -]*lunch",
        "end of day": (
            r"e\.?o\.?d\.?|c\.?o\.?b\.?|(?:the )?end of (?:the |my )?(?:business )?day|day ?end|close of business"
        ),
        "morning": "morning|first half",
        "noon": "noon|midday|lunch(?: ?time)?",
        "afternoon": "after ?noon|second half",
        "evening": "evening|eve",
        "midnight": "mid ?night",
        "night": "night",
    },
    numbers={
        "one": 1, "an": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "(?:a )?quarter of an": 0.25, "(?:a )?quarter": 0.25,
        "(?:a )?half an": 0.5, "(?:a )?half a": 0.5, "(?:a )?half": 0.5, "a couple of|a couple|couple of": 2,
    },
    units={
        "second": "s|secs?|seconds?", "minute": "m|mins?|minutes?", "hour": "h|hrs?|hours?", "day": "d|days?",
        "week": "w|wks?|weeks?", "month": "mo|months?", "year": "y|yrs?|years?",
    },
    hour="o'?clock",
    within="in|after",
    later="later",
    coming="next",
    next_week="next week",
    week_end=r"(?:the )?(?:end of (?:the |this )?week|e\.?o\.?w\.?)",
    month_end=r"(?:the )?(?:this )?(?:end of (?:the |this )?month|month[ -]*end|e\.?o\.?m\.?)",
    date="st|nd|rd|th",
    before="remind(?: me)?|please|on|at|by|around|this|coming|,",
    another="or|to|and",
    till="till?|until|upto|up to|to|for",
    filters={name: name for name in ("kind", "city", "product", "country", "value", "since", "status", "by")},
    statuses={
        name: name for name in ("open", "new", "claimed", "contacted", "quoted", "won", "lost", "junk")
    },
    kinds={
        "W": "enquiry|enquiries|inquiry|inquiries", "B": "buyleads?", "P": "calls?", "WA": "whatsapps?",
        "BIZ": "catalogues?|views?",
    },
    spans={name: name for name in ("today", "yesterday", "week", "month")},
    missed="missed(?: calls?)?",
    me="me",
    money={1000: "k|thousand", 100_000: "l|lacs?|lakhs?", 10_000_000: "cr|crores?"},
    off="off|none|remove|default",
    here="here|this topic|this group",
    mute="mute|muted|silent|nowhere",
    group="group|the group|all|everybody|team",
)  # fmt: skip
