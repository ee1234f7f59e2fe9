"""What IndiaMART's sentences mean. They drifted over the years, so they are matched loosely."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.indiamart.answer import Outcome
from bot.indiamart.parse import times

if TYPE_CHECKING:
    from datetime import datetime

_READ: Final = 10_000
"""Characters of a text that are looked at: a sentence is short, a page may be anything."""
_LONGEST_WAIT: Final = 24 * 3600.0

_KEY: Final = r"(?:crm|api|pull|glusr)[\w\s-]{0,20}key(?![a-z])"
_BAD: Final = r"(?:incorrect|invalid|wrong|expired|not valid|inactive|deactivated|disabled)"
_KEY_TROUBLE: Final = rf"{_KEY}.{{0,80}}\b{_BAD}\b|\b{_BAD}\b.{{0,40}}{_KEY}"
_ANY_KEY: Final = re.compile(
    rf"\b(?:key|mobile)\b.{{0,60}}\b(?:{_BAD}|not registered)\b|\b{_BAD}\b.{{0,30}}\b(?:key|mobile)\b",
    re.IGNORECASE | re.DOTALL,
)
"""v1's mobile goes with its key."""
_TIME: Final = r"\d{1,4}\s*(?:min|sec|hour|hr)"
_EXCEEDED: Final = r"(?:exceeded|crossed)\b"
_OVER: Final = rf"\b(?:limit (?:is |was |has been )?{_EXCEEDED}|{_EXCEEDED} (?:the |this |your )?limit\b)"
_LEADS: Final = r"(?:new |more )?(?:leads?|enquir(?:y|ies)|records?)\b"
_SENTENCE: Final = 300
_MEANINGS: Final = tuple(
    (outcome, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for outcome, pattern in (
        (Outcome.NOT_READY, r"available after \d+ hours?|will be available after"),
        (Outcome.TOO_SOON, r"once in every|crossed (?:this|the) limit|again after\s*\d+\s*(?:min|sec|hour|hr)"),
        (Outcome.BLOCKED, r"too many requests|\bblocked\b"),
        (
            Outcome.BAD_KEY,
            rf"{_KEY_TROUBLE}|\bexpired\b|\bkey\b.{{0,60}}\b{_BAD}\b|\b{_BAD}\b.{{0,30}}\b(?:key|mobile)\b",
        ),
        (Outcome.BAD_KEY, r"\bmobile\b.{0,60}\b(?:incorrect|invalid|not registered)\b"),
        (Outcome.BAD_KEY, r"unauthori[sz]ed|authentication fail|not authori[sz]ed"),
        (Outcome.REFUSED, r"date format|time format|\b365 days\b|\b7 days\b|difference between|start_?time|end_?time"),
        (Outcome.REFUSED, r"\bparameter|\bmandatory\b|\bmissing\b"),
        # A time stands there: of a limit alone nobody knows which one it is.
        (Outcome.TOO_SOON, rf"\b(?:(?:re)?try after|wait(?:\s+for)?)\s*{_TIME}"),
        (Outcome.TOO_SOON, rf"{_TIME}.{{0,40}}{_OVER}|{_OVER}.{{0,40}}{_TIME}"),
        (Outcome.THEIR_FAULT, r"error occ?ur|internal|technical|server|database|temporar|unavailable"),
        (Outcome.NOTHING, rf"\b(?:no|not any) {_LEADS}|\bno data (?:was |were )?found\b"),
    )
)
"""In this order: what is refused for a reason must not pass for "nothing"."""

_AND: Final = r"[\s,]*(?:and\s+)?"
_IN_HOURS: Final = r"\d{1,4}\s*(?:hour|hr)s?\.?"
_IN_MINUTES: Final = r"\d{1,4}\s*min(?:ute)?s?\.?"
_IN_SECONDS: Final = r"\d{1,4}\s*sec"
_SPANS: Final = re.compile(
    rf"{_IN_HOURS}(?:{_AND}{_IN_MINUTES})?(?:{_AND}{_IN_SECONDS})?"
    rf"|{_IN_MINUTES}(?:{_AND}{_IN_SECONDS})?|{_IN_SECONDS}",
    re.IGNORECASE | re.ASCII,
)
_SPAN: Final = re.compile(r"(\d{1,4})\s*(sec|min|hour|hr)", re.IGNORECASE | re.ASCII)
_BEFORE: Final = re.compile(
    r"\b(?:before|prior to|(?:old|earli)er than)[\s'\"]+"
    r"(\d{1,4}[-/ ](?:\d{1,2}|[a-z]{3,9})[-/ ]\d{2,4}(?:[\s,T]*\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]m\b)?)?)",
    re.IGNORECASE | re.ASCII,
)
_TAG: Final = re.compile(r"<[^<>]{0,100}>")
_SECONDS: Final = {"sec": 1.0, "min": 60.0, "hour": 3600.0, "hr": 3600.0}


def outcome(text: str) -> Outcome | None:
    """None where nobody has seen such a sentence yet."""
    begun = text[:_READ]
    return next((meaning for meaning, pattern in _MEANINGS if pattern.search(begun)), None)


def blames_key(text: str) -> bool:
    """Stricter than `outcome`: for pages, which may hold any word. A sentence need not say which key it means."""
    if len(text) <= _SENTENCE and "<" not in text and _ANY_KEY.search(text):
        return True
    return re.search(_KEY_TROUBLE, text[:_READ], re.IGNORECASE | re.DOTALL) is not None


def ready_from(text: str) -> datetime | None:
    """`Leads before 05-01-2026 10:00:00 will be available after 24 hours`: that moment, in India; aware UTC."""
    found = _BEFORE.search(_TAG.sub(" ", text[:_SENTENCE]))
    return None if found is None else times.parse(" ".join(found[1].replace(",", " ").split()))


def wait(text: str) -> float | None:
    """Seconds, from the last span of time that is named."""
    found = [match[0] for match in _SPANS.finditer(text[:_READ])]
    if not found:
        return None
    seconds = sum(float(number) * _SECONDS[unit.lower()] for number, unit in _SPAN.findall(found[-1]))
    return min(seconds, _LONGEST_WAIT) or None
