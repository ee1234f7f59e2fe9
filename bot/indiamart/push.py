"""What IndiaMART pushes: raw bytes as leads. Envelopes, nested ones, arrays, bare records, and forms of all these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from bot.domain import budgets, decoding
from bot.domain.unpacking import unpacked
from bot.indiamart import broken_json, column_names, json_bodies, nested_rows, rows
from bot.indiamart.parse import forms

if TYPE_CHECKING:
    from bot.domain.lead import Lead
    from bot.indiamart.answer import Unreadable

_TEST: Final = re.compile(
    r"\W*(?:(?:this|is|a|an|my|just|for|push|api|url|lead|listener|webhook|indiamart)\W+)*"
    r"(?:test|testing|ping|hello|hi)\b\D{0,40}",
    re.IGNORECASE,
)
"""What somebody writes who only asks whether anybody is there. A text with a number in it may be a buyer's."""
_NAMED: Final = re.compile(r"QUERY[_\s-]?ID\W{0,20}\d", re.IGNORECASE)
"""A lead's number, wherever it stands: a body that has one is no test, though nobody may find its row."""
_EMPTY: Final[tuple[object, ...]] = ("", None, [], {})
_NOTHING: Final = frozenset({"", "null", "none", "true", "false", "0", "1", "ok"})


@dataclass(frozen=True, slots=True)
class PushedBody:
    """All empty: there was no lead in it, not even a broken one."""

    leads: tuple[Lead, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    more: int = 0
    """Rows beyond the budget, which were not read."""
    is_test: bool = False
    """Nothing was to be told: an empty body, an empty envelope, or `{"test": …}`."""
    unknown_names: tuple[str, ...] = ()
    """Columns of its rows that nobody has described yet."""


def read(body: bytes, content_type: str = "") -> PushedBody:
    """Raises `UnpackedTooLargeError`, nothing else. `content_type` is the header, which may name a charset."""
    content = _content(unpacked(body), decoding.charset(content_type))
    found = _rows(content)
    if not any(column_names.is_row(row) and _says_anything(row) for row in found) and _is_test(content, body):
        return PushedBody(is_test=True)
    taken = found[: budgets.PUSHED_ROWS]
    leads, unreadable = rows.read_all(taken)
    objects = (row for row in taken if isinstance(row, dict) and column_names.is_row(row))
    # What has no value may be a part of the text before it, which had a & in it.
    unknown = column_names.unknown_names(name for row in objects for name, value in row.items() if value not in _EMPTY)
    return PushedBody(leads, unreadable, more=len(found) - len(taken), unknown_names=unknown)


def _is_test(content: object, body: bytes) -> bool:
    return is_test(content) and _NAMED.search(decoding.text_of(unquote_to_bytes(unpacked(body)))) is None


def is_test(content: object, depth: int = nested_rows.DEEPEST) -> bool:
    """Whether it only asks if anybody is there: nothing in it, or the word test or ping in the first place."""
    if depth == 0:
        return False
    if isinstance(content, list):
        return all(is_test(item, depth - 1) for item in content)
    if isinstance(content, dict):
        told = {column_names.folded(name): value for name, value in content.items()}
        frame = nested_rows.ENVELOPE if told.keys() & {"CODE", "RESPONSE"} else frozenset()
        return _names_a_test(told) or all(name in frame or is_test(one, depth - 1) for name, one in told.items())
    if isinstance(content, str):
        return content.strip(' \t\r\n"').casefold() in _NOTHING or _TEST.fullmatch(content) is not None
    return content is None or isinstance(content, bool) or content in (0, 1)


def _names_a_test(fields: dict[str, Any]) -> bool:
    return any(_TEST.fullmatch(str(name).replace("_", " ")) for name in fields)


def _content(body: bytes, charset: str | None) -> object:
    """JSON, however often it was packed into a text, or the fields of a form; else the text itself."""
    text = decoding.text_of(body, charset)
    for candidate in (text, _name_of_only_field(text, charset)):
        content = _json_in(candidate)
        if not isinstance(content, str):
            return content
    several = json_bodies.parse_all(text) if text[:1] in {"{", "["} else []
    if several and not isinstance(several[-1], json_bodies.BrokenRow):
        return several
    return _salvaged(text) or _of_several(several) or _form(text, body, charset)


def _name_of_only_field(text: str, charset: str | None) -> str:
    """Some send JSON as the name of a form's one field, which then has no value."""
    name = text.removesuffix("=")
    if name[:1] != "%":
        return name
    # A form's blank is a plus; who writes %20, or leaves a colon as it is, means what stands there.
    has_blanks = "%20" not in name and ":" not in name
    return decoding.text_of(unquote_to_bytes(name.replace("+", " ") if has_blanks else name), charset)


def _of_several(values: list[object]) -> object:
    """One behind the other, the last of which is no JSON; None where none of the others holds a row."""
    return values if any(map(column_names.is_row, _rows(values))) else None


def _salvaged(text: str) -> object:
    """Of several rows of which some are no JSON the whole ones, and the others as they came; None for anything else."""
    found = broken_json.read(text)
    if found is None or not any(map(column_names.is_row, _rows(found.content))):
        return None
    # What was cut off is not among its rows; so all of the text is kept.
    return found.content if found.is_whole else [found.content, json_bodies.BrokenRow(text)]


def _form(text: str, body: bytes, charset: str | None) -> object:
    fields = forms.read(body, lambda value: decoding.text_of(value, charset))
    return text if fields is None or not _is_form(fields) else fields


def _is_form(fields: dict[str, Any]) -> bool:
    """Any text with a `=` in it could be one: names or contents of a lead, or of a test, tell."""
    return any(map(column_names.is_row, _rows(fields))) or _names_a_test(fields)


def _says_anything(row: object) -> bool:
    return isinstance(row, dict) and any(value not in _EMPTY for value in row.values())


def _rows(content: object) -> list[object]:
    return nested_rows.find(content, is_mended=True)


def _json_in(value: object) -> object:
    """A push comes once, and no answer of IndiaMART's brings it again: what can be mended is."""
    return nested_rows.opened(value, is_mended=True)
