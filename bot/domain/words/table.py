"""What a language has to say for what is typed: the shape of its module, `bot/domain/words/hindi.py` for one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Pattern: TypeAlias = str
"""Spellings between bars, as a regular expression without groups that are numbered: `kal|कल`, `som(?:v|w)aa?r|सोमवार`.

Small letters, in the language's script and in Latin letters as people type them; a blank for any space. The dot below a
letter of Devanagari (ड़) and joiners do not count: with them and without is the same. Digits are 0-9: those of each
script are read as these. What holds another spelling of the same list comes before it.
"""
Part: TypeAlias = Literal[
    "after lunch", "before lunch", "end of day", "morning", "noon", "afternoon", "evening", "midnight", "night"
]
Unit: TypeAlias = Literal["second", "minute", "hour", "day", "week", "month", "year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a language does not have stays out."""

    # When to remind: "kal subah 10 baje", "2 ghante baad", "next friday".
    weekdays: Sequence[Pattern] = ()
    """From Monday on, seven."""
    months: Sequence[Pattern] = ()
    """From January on, twelve."""
    days: Mapping[int, Pattern] = field(default_factory=dict)
    """Today is 0, tomorrow 1, and so on. A word that is yesterday too (kal) is tomorrow here: a reminder lies ahead."""
    parts: Mapping[Part, Pattern] = field(default_factory=dict)
    numbers: Mapping[Pattern, float] = field(default_factory=dict)
    """Before a unit or an hour's word: ten is 10, one and a half 1.5, half past ten 10.5."""
    units: Mapping[Unit, Pattern] = field(default_factory=dict)
    quarters: Mapping[int, Pattern] = field(default_factory=dict)
    """Minutes that a word before an hour adds: "saadhe 10" is 30, "paune 10" -15."""
    hour: Pattern = ""
    """Behind an hour: o'clock, baje."""
    within: Pattern = ""
    """Before a length of time: in, after."""
    later: Pattern = ""
    """Behind a length of time: later, baad."""
    coming: Pattern = ""
    """Before a weekday, for that of next week."""
    next_week: Pattern = ""
    week_end: Pattern = ""
    """The working week's last day."""
    month_end: Pattern = ""
    date: Pattern = ""
    """Behind a day of the month: th, tarikh."""
    before: Pattern = ""
    """What may stand before a day or a time and says nothing: on, at."""
    behind: Pattern = ""
    """The same behind it: ko, tak."""
    another: Pattern = ""
    """Behind a time, where one more follows: or, and, to."""
    till: Pattern = ""
    """Before the end of an absence: /away till fri."""

    # What to look for: "status:open kind:B by:me", /stats yesterday.
    filters: Mapping[str, Pattern] = field(default_factory=dict)
    """Before the colon: kind, city, product, country, value, since, status, by."""
    statuses: Mapping[str, Pattern] = field(default_factory=dict)
    """open (unclaimed), claimed, contacted, quoted, won, lost, junk; also what the buttons say."""
    kinds: Mapping[str, Pattern] = field(default_factory=dict)
    """By IndiaMART's code: W (enquiry), B (BuyLead), P (call), WA (WhatsApp), BIZ (catalogue view); one and several."""
    spans: Mapping[str, Pattern] = field(default_factory=dict)
    """Of the past: today, yesterday, week, month. A word that is tomorrow too (kal) is yesterday here."""
    missed: Pattern = ""
    """Missed calls."""
    me: Pattern = ""

    # Other words.
    money: Mapping[int, Pattern] = field(default_factory=dict)
    """1000, 100000 (lakh) and 10000000 (crore)."""
    off: Pattern = ""
    """None, switched off."""
    here: Pattern = ""
    """This topic or group, where a route's leads go."""
    mute: Pattern = ""
    """Nowhere: stored only."""
    group: Pattern = ""
    """The group, all."""
