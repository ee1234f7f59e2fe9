"""Wire values as clean text: whatever JSON type they have, and whatever a database or a chat would choke on."""

from __future__ import annotations

import math
import re
from typing import Final

from bot.indiamart import json_bodies
from bot.indiamart.parse import markup

LONGEST_LINE: Final = 1_000
"""Characters of a one-line value that are kept; only the message is kept whole. The row's JSON has everything."""

_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
# NUL and its kind, and the marks that turn the direction of all text behind them. ZWJ and ZWNJ stay: Hindi needs them.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BREAKS: Final = re.compile(r"<\s*(?:br|/p|/div|/li|/tr)\s*/?\s*>", re.IGNORECASE)
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_NOTHING: Final = frozenset({"", "null", "NULL"})


def written(value: object) -> str:
    """A JSON value as a person would write it. Booleans and empty containers say nothing."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool) or value in ([], {}):
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, (one if isinstance(one, str) else _scalar(one) for one in value)))
    return _scalar(value)


def _scalar(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list | dict):
        return json_bodies.dump(value)
    if isinstance(value, float):
        if not math.isfinite(value):  # no number that JSON could write
            return ""
        value = int(value) if value.is_integer() else value
    try:
        return str(value)
    except ValueError:  # an integer of thousands of digits
        return ""


def _is_plain(text: str) -> bool:
    """ASCII of one line, without HTML."""
    return text.isascii() and text.isprintable() and "<" not in text and "&" not in text


def line(text: str) -> str | None:
    """One line, blanks collapsed; None where nothing is left. IndiaMART puts HTML into messages only (observed).

    So what looks like a tag here was typed, and stays.
    """
    if not _is_plain(text):  # few values are so
        text = _unescaped(text)
    found = " ".join(text.split())
    if len(found) > LONGEST_LINE:
        found = found[:LONGEST_LINE].rstrip()
    return None if found in _NOTHING else found


def collapsed_line(text: str) -> str:
    """One line of clean text: blanks collapsed, and not endless."""
    return " ".join(text.split())[:LONGEST_LINE].rstrip()


def _unescaped(text: str) -> str:
    return safe(markup.unescaped(_BREAKS.sub(" ", _LINE_ENDS.sub(" ", text))))


def paragraphs(text: str) -> str:
    """Lines without HTML, each stripped, with at most one empty line between two; empty where nothing is left."""
    is_safe = text.isprintable()
    if not is_safe:
        text = _LINE_ENDS.sub("\n", text)
    has_entities = "&" in text
    if "<" in text or has_entities:
        text = markup.plain(text)
    if has_entities:  # which may be any character
        text, is_safe = _LINE_ENDS.sub("\n", text), False
    lines = text.split("\n")
    if not is_safe:
        lines = list(map(safe, lines))
    found = collapsed("\n".join([" ".join(one.split()) for one in lines]))
    return "" if found in _NOTHING else found


def collapsed(text: str) -> str:
    """Runs of empty lines as one."""
    return (_EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def safe(text: str) -> str:
    """What SQLite and Telegram take: no lone surrogates, no NUL."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", _SURROGATES.sub("\ufffd", text))
