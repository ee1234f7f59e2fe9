"""Bytes from IndiaMART as JSON, and back. Knows neither leads nor errors."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Final

import orjson

from bot.indiamart.parse import decoding

_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_NO_DATA: Final = re.compile(r"\s*<[^{\[]*")
"""What a proxy or a web server puts behind a whole body, such as a comment of HTML."""
_ROWS: Final = "RESPONSE"
_PLAIN: Final = frozenset({str, type(None), bool, int})
_LONGEST_INTEGER: Final = 30
_SHOWN: Final = 10_000


@dataclass(frozen=True, slots=True)
class BrokenBody:
    """A body that is no JSON."""

    text: str
    """How it begins."""
    is_cut: bool
    """Whether it begins as JSON does and then ends early."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that is no JSON, in a body whose other rows are: see `broken_json`."""

    raw: str
    """As it came."""


def parse(body: bytes | bytearray, charset: str | None = None) -> object:
    """The JSON value in a body, or `BrokenBody`."""
    found = _parse_usual(body)
    return parse_text(decoding.text_of(body, charset)) if found is None else found


def _parse_usual(body: bytes | bytearray) -> object:
    """Rows as nearly all answers have them, by a reader that holds everybody else up for a fifth of the time; None for
    anything that the two may not read alike: it keeps no more digits of a number than fit, and is strict.
    """
    try:
        found = orjson.loads(body)
    except ValueError:
        return None
    return found if _is_usual(found) else None


def _is_usual(found: object) -> bool:
    """An array of flat rows, or an envelope of them."""
    if not isinstance(found, dict):
        return _are_rows(found)
    return _are_rows(found.get(_ROWS)) and _PLAIN.issuperset(type(found[name]) for name in found.keys() - {_ROWS})


def _are_rows(found: object) -> bool:
    return isinstance(found, list) and all(
        isinstance(row, dict) and _PLAIN.issuperset(map(type, row.values())) for row in found
    )


def parse_text(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and _NO_DATA.fullmatch(text, error.pos):
            return _DECODER.decode(text[: error.pos])
        return BrokenBody(text[:_SHOWN], _is_cut(text, error))
    except RecursionError:
        return BrokenBody(text[:_SHOWN], is_cut=False)


def parse_at(text: str, at: int) -> tuple[object, int]:
    """The JSON value that begins there, and where it ends. Raises JSONDecodeError, or RecursionError."""
    return _DECODER.raw_decode(text, at)


def dump(value: object) -> str:
    """JSON text with its letters as they are. Lone surrogates, which no database takes, are written as escapes."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # what it will not write, the slower one does
        return _dump_slowly(value)


def _dump_slowly(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, default=str, skipkeys=True)
    except (RecursionError, ValueError):
        return '"(nested too deeply to be kept)"'
    return _SURROGATES.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _is_cut(text: str, error: json.JSONDecodeError) -> bool:
    if text[:1] not in {"[", "{"}:
        return False
    return error.pos >= len(text) or text[-1] not in "]}" or error.msg.startswith("Unterminated string")


def _integer(digits: str) -> int | str:
    """Python refuses to read thousands of digits; nobody counts with them, but they must not cost the whole body."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _number(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


_DECODER: Final = json.JSONDecoder(
    strict=False,  # raw line ends inside strings
    parse_int=_integer,
    parse_float=_number,
    parse_constant=lambda _name: None,  # NaN and Infinity are no JSON
)
