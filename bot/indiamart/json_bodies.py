"""Bytes from IndiaMART as JSON, and back. Knows neither leads nor errors."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from bot.domain import budgets, decoding
from bot.indiamart.parse import filler

if TYPE_CHECKING:
    from collections.abc import Iterable

_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_NO_DATA: Final = re.compile(r"\s*<[^{\[]*")
"""What a proxy or a web server puts behind a whole body, such as a comment of HTML."""
_ROWS: Final = "RESPONSE"
_BEHIND: Final = re.compile(r"[\s,\0]*")
_LOOSE: Final = re.compile(
    r"""
    "(?:[^"\\]|\\.?)*+(?:"|\Z)    # what stands in a text is left alone
    | '((?:[^'\\]|\\.?)*+)(?:'|\Z)
    | \b(?:True|False|None)\b
    | ,(?=\s*[\]}])
    """,
    re.DOTALL | re.VERBOSE,
)
_ESCAPED: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|.)|\"", re.DOTALL)
_WORDS: Final = {"True": "true", "False": "false", "None": "null"}
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
    return found if _is_usual(found) and _names(found) == body.count(b'":') - body.count(b'\\":') else None


def _is_usual(found: object) -> bool:
    """An array of flat rows, or an envelope of them."""
    if not isinstance(found, dict):
        return _are_rows(found)
    return _are_rows(found.get(_ROWS)) and _PLAIN.issuperset(type(found[name]) for name in found.keys() - {_ROWS})


def _are_rows(found: object) -> bool:
    return isinstance(found, list) and all(
        isinstance(row, dict) and _PLAIN.issuperset(map(type, row.values())) for row in found
    )


def _names(found: Any) -> int:
    """How many there are. Of a name that came twice in one object only the last value is there, which may be empty."""
    rows = found[_ROWS] if isinstance(found, dict) else found
    return sum(map(len, rows)) + (len(found) if isinstance(found, dict) else 0)


def parse_text(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and _NO_DATA.fullmatch(text, error.pos):
            return _DECODER.decode(text[: error.pos])
        return BrokenBody(text[:_SHOWN], _is_cut(text, error))
    except RecursionError:
        return BrokenBody(text[:_SHOWN], is_cut=False)


def parse_all(text: str, *, most: int | None = None) -> list[object]:
    """The JSON values that stand one behind the other, mostly one a line; what is none, or one too many, ends them as a
    `BrokenRow`.
    """
    found: list[object] = []
    at = 0
    while at < len(text) and len(found) != most:
        try:
            value, end = parse_at(text, at)
        except (json.JSONDecodeError, RecursionError):
            break
        found.append(value)
        behind = _BEHIND.match(text, end)
        at = end if behind is None else behind.end()
    return found if at >= len(text) else [*found, BrokenRow(text[at:])]


def parse_at(text: str, at: int) -> tuple[object, int]:
    """The JSON value that begins there, and where it ends. Raises JSONDecodeError, or RecursionError."""
    return _DECODER.raw_decode(text, at)


def merged(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object by its names and values, of which a name may come twice: a value beats a filler, and what holds rows
    anything else; several that do are one array. Of other values the last one counts.
    """
    known = list(pairs)
    found = dict(known)
    if len(found) == len(known):  # nearly always
        return found
    values: dict[str, list[Any]] = {}
    for name, value in known:
        values.setdefault(name, []).append(value)
    return {name: _one_of(these) for name, these in values.items()}


def _one_of(values: list[Any]) -> object:
    holding = [value for value in values if value and isinstance(value, dict | list)]
    if len(holding) > 1:
        return [item for value in holding for item in (value if isinstance(value, list) else [value])]
    said = (value for value in reversed(values) if not isinstance(value, dict | list) and not _is_filler(value))
    return holding[0] if holding else next(said, values[-1])


def _is_filler(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= budgets.NAME and filler.is_filler(value))


def mended(text: str) -> object:
    """What a program wrote in its own way and not in JSON's, where there is only one way to read it: commas before a
    closing bracket, and Python's quotes and words. None for anything else.
    """
    if len(text) > budgets.PUSHED_BYTES or text[:1] not in {"[", "{"}:
        return None
    try:
        return _DECODER.decode(_LOOSE.sub(_strict, text))
    except (json.JSONDecodeError, RecursionError):
        return None


def _strict(found: re.Match[str]) -> str:
    if found[1] is not None:
        return f'"{_ESCAPED.sub(_escaped, found[1])}"'
    return "" if found[0] == "," else _WORDS.get(found[0], found[0])


def _escaped(found: re.Match[str]) -> str:
    """A part of a text between single quotes, as it is written between double ones."""
    if found[1] is not None:
        return f"\\u00{found[1]}"
    return {"\\'": "'", '"': '\\"'}.get(found[0], found[0])


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
    object_pairs_hook=merged,
    strict=False,  # raw line ends inside strings
    parse_int=_integer,
    parse_float=_number,
    parse_constant=lambda _name: None,  # NaN and Infinity are no JSON
)
