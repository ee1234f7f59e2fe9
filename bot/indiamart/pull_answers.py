"""Bodies of the pull APIs as answers. v1 and v2 each have their usual shape; either may speak as the other does.

CODE decides whatever the HTTP status. Only what clearly says "nothing" is nothing; an unknown shape never is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.domain import budgets, decoding
from bot.indiamart import (
    answer_words,
    broken_json,
    column_names,
    error_sentences,
    found_rows,
    json_bodies,
    nested_rows,
)
from bot.indiamart.answer import Answer, Outcome
from bot.indiamart.found_rows import FoundRows
from bot.indiamart.joined_answers import joined
from bot.indiamart.parse import filler, texts

if TYPE_CHECKING:
    from collections.abc import Mapping


_DOCUMENTS: Final = 20
"""So many are read of one body."""
_MARKS: Final = (b",", b"{", b"[")
_ERROR_NAMES: Final = frozenset({"ERRORMESSAGE", "ERROR"})
_CODES: Final = {400: Outcome.REFUSED, 401: Outcome.BAD_KEY, 403: Outcome.THEIR_FAULT, 429: Outcome.TOO_SOON}
_SUCCESS: Final = frozenset({200, 204})
_OF_ROWS: Final = frozenset({Outcome.LEADS, Outcome.NOTHING, Outcome.MALFORMED})
_PRECISE: Final = frozenset({Outcome.TOO_SOON, Outcome.BLOCKED, Outcome.NOT_READY})
"""Sentences that tell more than any HTTP status."""


def read(status: int, body: bytes | bytearray, *, is_bare: bool, charset: str | None = None) -> Answer:
    """`is_bare`: whether this API answers with an array and no envelope, as v1 does. Never raises.

    `charset` is what the answer's header declares.
    """
    answer = _of_body(status, body, is_bare=is_bare, charset=charset)
    if not _is_silent(answer):
        return answer
    is_cut = answer.outcome is Outcome.TRUNCATED
    return replace(answer, message=answer_words.of_status(status, is_empty=not body.strip(), is_cut=is_cut))


def _is_silent(answer: Answer) -> bool:
    """A failure of which nobody would hear what it was."""
    return not answer.message and answer.outcome not in {Outcome.LEADS, Outcome.NOTHING}


def _of_body(status: int, body: bytes | bytearray, *, is_bare: bool, charset: str | None) -> Answer:
    if sum(map(body.count, _MARKS)) > budgets.PULLED_MARKS:
        return found_rows.over(decoding.text_of(body[: budgets.TEXT], charset)).answer(Outcome.TOO_LARGE)
    content = json_bodies.parse(body, charset)
    if isinstance(content, json_bodies.BrokenBody):
        text = decoding.text_of(body, charset)
        return _several(status, text, is_bare=is_bare) or _broken(status, text, content, is_bare=is_bare)
    return _read(status, content, is_bare=is_bare)


def _several(status: int, text: str, *, is_bare: bool) -> Answer | None:
    """Of documents one behind the other; None where it is no more than one."""
    values = json_bodies.parse_all(text, most=_DOCUMENTS) if text[:1] in {"[", "{"} else []
    if len(values) < 2:
        return None
    parts = [_document(status, value, is_bare=is_bare) for value in values]
    if len(values) > _DOCUMENTS:  # the last one is all the others
        parts[-1] = replace(parts[-1], outcome=Outcome.TRUNCATED)
    return joined(parts)


def _document(status: int, value: object, *, is_bare: bool) -> Answer:
    if not isinstance(value, json_bodies.BrokenRow):
        return _read(status, value, is_bare=is_bare)
    content = json_bodies.parse_text(value.raw)
    if isinstance(content, json_bodies.BrokenBody):
        return _broken(status, value.raw, content, is_bare=is_bare)
    return _read(status, content, is_bare=is_bare)


def _broken(status: int, text: str, broken: json_bodies.BrokenBody, *, is_bare: bool) -> Answer:
    salvaged = broken_json.read(text)
    return _without_json(status, broken) if salvaged is None else _salvaged(status, salvaged, is_bare=is_bare)


def _read(status: int, content: object, *, is_bare: bool) -> Answer:
    if isinstance(content, list):
        return _array(status, content, is_bare=is_bare)
    if isinstance(content, dict) and len(content) <= budgets.COLUMNS:
        return _object(status, content, is_bare=is_bare)
    return _without_shape(status, texts.written(content))


def _salvaged(status: int, salvaged: broken_json.Salvaged, *, is_bare: bool) -> Answer:
    """All rows that could be read count, and those that are no JSON hold nothing up: where the rows' end was found, all
    are there, unless a larger number was announced. Where it was not, only the announced number can tell.
    """
    answer = _read(status, salvaged.content, is_bare=is_bare)
    if answer.outcome not in _OF_ROWS:
        return answer
    if not salvaged.is_whole:
        is_all_there = not salvaged.broken and answer.announced == answer.rows
        return answer if is_all_there else replace(answer, outcome=Outcome.TRUNCATED)
    totals = [total for total in (answer.announced, salvaged.total) if total is not None]
    return replace(answer, announced=max(totals, default=None))


def _without_json(status: int, broken: json_bodies.BrokenBody) -> Answer:
    if broken.is_cut and _by_status(status, FoundRows(), broken.text) is None:
        return FoundRows().answer(Outcome.TRUNCATED)
    return _without_shape(status, broken.text)


def _without_shape(status: int, text: str) -> Answer:
    """A page, which may hold any word, or a bare sentence, which is taken at its word unless it says "nothing"."""
    meaning = error_sentences.outcome(text) if len(text) <= answer_words.LONGEST_SENTENCE and "<" not in text else None
    headline = answer_words.headline(status, text)
    if meaning in _PRECISE | {Outcome.BAD_KEY, Outcome.THEIR_FAULT} and _is_fine(status):
        return FoundRows().answer(meaning or Outcome.MALFORMED, headline)
    told = "" if answer_words.is_elsewhere(status) else headline
    return _by_status(status, FoundRows(), text) or FoundRows().answer(Outcome.MALFORMED, told)


def _array(status: int, items: list[Any], *, is_bare: bool) -> Answer:
    said = [_error(item) for item in items]
    found = found_rows.read([item for item, error in zip(items, said, strict=True) if error is None])
    if errors := list(filter(None, said)):
        return _worded(status, found, " ".join(errors))
    if not _is_fine(status):
        return _by_status(status, found, "") or found.answer(Outcome.MALFORMED)
    if not items and is_bare:
        return found.answer(Outcome.NOTHING)
    return found.answer(Outcome.LEADS if is_bare and found.has_rows else Outcome.MALFORMED)


def _object(status: int, content: Mapping[str, Any], *, is_bare: bool) -> Answer:
    envelope = json_bodies.merged((column_names.folded(name), value) for name, value in content.items())
    message = _words(envelope.get("MESSAGE")) or _error(content) or ""
    code = found_rows.number(envelope.get("CODE"))
    if code is None:
        code = found_rows.number(envelope.get("APP_AUTH_FAILURE_CODE"))
    found = _enveloped(envelope)
    if code is None:
        return _without_code(status, envelope, found, message, is_bare=is_bare)
    answer = _coded(code, envelope, found, message)
    if _is_silent(answer) and not answer.rows:
        return replace(answer, message=answer_words.of_code(status, code))
    return answer


def _coded(code: int, envelope: Mapping[str, Any], found: FoundRows, message: str) -> Answer:
    if code in _SUCCESS:
        return _success(code, found, message, has_array=isinstance(envelope.get("RESPONSE"), list))
    is_blocked = not filler.is_filler(_words(envelope.get("APP_AUTH_FAILURE_CODE")))
    return found.answer(_refusal(code, message, is_blocked=is_blocked), message)


def _enveloped(envelope: Mapping[str, Any]) -> FoundRows:
    """The rows count even if they came in a shape, or with a code, that makes the answer incomplete."""
    response = envelope.get("RESPONSE")
    items = response if isinstance(response, list) else nested_rows.rows_in(response)
    found = found_rows.read(items)
    announced = found_rows.number(envelope.get("TOTAL_RECORDS"))
    return found if announced is None else replace(found, announced=announced)


def _success(code: int, found: FoundRows, message: str, *, has_array: bool) -> Answer:
    meaning = error_sentences.outcome(message)
    if meaning is Outcome.NOT_READY:
        return found.answer(Outcome.NOT_READY, message)
    if not has_array and (code == 200 or found.has_rows):
        return found.answer(Outcome.MALFORMED, message)
    if found.leads or found.unreadable or found.announced:
        return found.answer(Outcome.LEADS, message)
    return found.answer((meaning if code == 200 else None) or Outcome.NOTHING, message)


def _refusal(code: int, message: str, *, is_blocked: bool) -> Outcome:
    meaning = error_sentences.outcome(message)
    if code in {401, 403} and meaning is not Outcome.NOT_READY and error_sentences.blames_key(message):
        return Outcome.BAD_KEY
    if code in {401, 403} and meaning in _PRECISE:  # they come with 401 too, and 403 is what any gateway says
        return meaning or Outcome.MALFORMED
    if code == 429 and (is_blocked or meaning is Outcome.BLOCKED):
        return Outcome.BLOCKED
    if 500 <= code < 600:
        return Outcome.THEIR_FAULT
    if code in _CODES:
        return _CODES[code]
    return Outcome.MALFORMED if meaning in {None, Outcome.NOTHING} else meaning or Outcome.MALFORMED


def _without_code(status: int, envelope: Mapping[str, Any], found: FoundRows, message: str, *, is_bare: bool) -> Answer:
    if message:
        return _worded(status, found, message)
    response = envelope.get("RESPONSE")
    if not _is_fine(status) or not is_bare:
        # Only to see what is meant: rows would speak in the buyers' words.
        around = {name: value for name, value in envelope.items() if name != "RESPONSE" or not found.has_rows}
        return _by_status(status, found, json_bodies.dump(around)) or found.answer(Outcome.MALFORMED)
    if isinstance(response, str) and response.strip().upper() == "NULL":
        return found.answer(Outcome.NOTHING)
    is_usable = isinstance(response, list) and (found.has_rows or not response)
    return found.answer((Outcome.LEADS if response else Outcome.NOTHING) if is_usable else Outcome.MALFORMED)


def _worded(status: int, found: FoundRows, message: str) -> Answer:
    """Nothing but a sentence tells what it is."""
    meaning = error_sentences.outcome(message) or Outcome.MALFORMED
    by_status = _by_status(status, found, message)
    if by_status is not None and meaning not in _PRECISE:
        return by_status
    if meaning is Outcome.NOTHING and found.has_rows:
        meaning = Outcome.LEADS
    return found.answer(meaning, message)


def _by_status(status: int, found: FoundRows, text: str) -> Answer | None:
    """What a gateway means that does not speak IndiaMART's language; None where the status says nothing either."""
    headline = answer_words.headline(status, text)
    if status == 429:
        is_blocked = error_sentences.outcome(text) in {Outcome.BLOCKED, None}
        return found.answer(Outcome.BLOCKED if is_blocked else Outcome.TOO_SOON, headline)
    if status in {401, 403} and error_sentences.blames_key(text):
        return found.answer(Outcome.BAD_KEY, headline)
    if status in {401, 403, 408} or status >= 500:
        return found.answer(Outcome.THEIR_FAULT, headline)
    return None


def _error(item: object) -> str | None:
    """The sentence in `{"Error_Message": "…"}`, however the name is spelled."""
    if not isinstance(item, dict) or column_names.is_row(item):
        return None
    named = (
        _words(value) for name, value in item.items() if column_names.folded(name).replace("_", "") in _ERROR_NAMES
    )
    return next(filter(None, named), None)


def _words(value: object) -> str:
    return texts.safe(texts.written(value)).strip()


def _is_fine(status: int) -> bool:
    return 200 <= status < 300
