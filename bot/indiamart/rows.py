"""Rows, in v1's names or v2's, as leads. The one place where a wire name becomes a lead's field."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from bot.domain import budgets, phones
from bot.domain.lead import Kind, Lead
from bot.i18n import Sentence
from bot.indiamart import column_names, json_bodies
from bot.indiamart.answer import Unreadable
from bot.indiamart.parse import filler, messages, places, texts, times
from bot.indiamart.parse import phone as numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Values = dict[str, str]

_LONGEST_ID: Final = 100
_LONGEST_KIND: Final = 40
_OF_LINES: Final = frozenset({"QUERY_MESSAGE", "SENDER_ADDRESS"})
"""These may have several lines, and HTML in them."""
_PHONES: Final = ("SENDER_MOBILE", "SENDER_MOBILE_ALT", "SENDER_PHONE", "SENDER_PHONE_ALT", "SENDER_MOBILE_WAPP")
_OF_NUMBERS: Final = frozenset(_PHONES)

_SAID: Final[Mapping[str, Callable[[str | None], str | None]]] = {
    "UNIQUE_QUERY_ID": filler.query_id,
    "QUERY_TYPE": filler.value,
    "QUERY_MESSAGE": filler.message,
    "SENDER_NAME": filler.name,
    "SENDER_EMAIL": filler.email,
    "SENDER_EMAIL_ALT": filler.email,
    **dict.fromkeys(
        (
            "SENDER_COMPANY", "SENDER_ADDRESS", "SENDER_CITY", "SENDER_STATE", "SENDER_PINCODE", "QUERY_PRODUCT_NAME",
            "QUERY_MCAT_NAME", "SUBJECT", "QUERY_QUANTITY", "IM_MEMBER_SINCE",
        ),
        filler.value,
    ),
}  # fmt: skip
"""What is left of a field's text where a filler is nothing."""


def read(row: object) -> Lead | Unreadable:
    """Never raises. What no field takes stays in `raw`."""
    if isinstance(row, json_bodies.BrokenRow):
        return Unreadable(budgets.cut(row.raw), Sentence("a row is no JSON"))
    if not isinstance(row, dict):
        return Unreadable(raw(row), Sentence("a row is not an object"))
    if len(row) > budgets.COLUMNS:
        return Unreadable(raw(row), Sentence("a row has more than {n} columns", n=budgets.COLUMNS))
    values = _values(row)
    if not any(values.get(name) for name in column_names.TELLING):
        return Unreadable(raw(row), Sentence("a row says neither who nor when nor what"))
    return _lead(values, raw(row))


def read_all(found: Iterable[object]) -> tuple[tuple[Lead, ...], tuple[Unreadable, ...]]:
    """Of those that are no leads the first are kept one by one, of the others their number and a digest: a body of two
    million of them costs one more entry than one of twenty-one, and the same body the same entries.
    """
    leads: list[Lead] = []
    unreadable: list[Unreadable] = []
    others, count = hashlib.sha256(), 0
    for one in map(read, found):
        if isinstance(one, Lead):
            leads.append(one)
        elif len(unreadable) < budgets.BAD_ROWS:
            unreadable.append(one)
        else:
            count += 1
            others.update(one.raw.encode(errors="surrogatepass") + b"\n")
    if count:
        digest = f'"{count} rows, SHA-256 {others.hexdigest()}"'
        unreadable.append(Unreadable(digest, Sentence("more rows like these, of which only the number is kept"), count))
    return tuple(leads), tuple(unreadable)


def raw(row: object) -> str:
    """A row as it came, as JSON; of one that is too long how it begins, as a JSON text."""
    written = json_bodies.dump(row)
    return written if len(written) <= budgets.TEXT else json_bodies.dump(budgets.cut(written, budgets.TEXT // 2))


def _values(row: Mapping[Any, Any]) -> Values:
    """Clean texts by v2's names. Where two columns mean the same, the first one that says anything counts."""
    found: Values = {}
    for name, value in row.items():
        if value is None or value == "":  # half of them
            continue
        field = column_names.field(name)
        if field is not None and field not in found and (said := _value(field, value)):
            found[field] = said
    return found


def _value(field: str | None, value: object) -> str | None:
    """`""`, blanks, null, absent and fillers mean the same: nothing."""
    is_text = isinstance(value, str) and len(value) <= budgets.TEXT  # nearly always
    written = str(value) if is_text else budgets.cut(texts.written(value))
    if field in _OF_LINES:
        text = texts.paragraphs(written) or None
    elif field in _OF_NUMBERS:
        text = texts.line(written.replace("\r", "\n").replace("\n", " ; "))  # several numbers, a line each
        return text if text and numbers.is_any(text) else None
    else:
        text = texts.line(written)
    said = _SAID.get(field or "")
    return text if said is None else said(text)


def _lead(values: Values, raw: str) -> Lead:
    get = values.get
    kind = _kind(get("QUERY_TYPE"), get("CALL_DURATION"), get("RECEIVER_MOBILE"))
    region = places.country(get("SENDER_COUNTRY_ISO"))
    message = messages.read(get("QUERY_MESSAGE"))
    where = places.read(*(get(name) for name in places.COLUMNS))
    query_id, duration = get("UNIQUE_QUERY_ID"), get("CALL_DURATION")
    return Lead(
        kind=kind,
        query_id=query_id and query_id[:_LONGEST_ID],
        enquired_at=times.of_row([get(name) for name in times.COLUMNS], kind),
        name=get("SENDER_NAME"),
        company=get("SENDER_COMPANY"),
        **numbers.fields([get(name) for name in _PHONES], region)._asdict(),
        email=get("SENDER_EMAIL"),
        email_alt=get("SENDER_EMAIL_ALT"),
        **where._asdict(),
        country=None if region == places.UNKNOWN else region,
        product=get("QUERY_PRODUCT_NAME"),
        category=get("QUERY_MCAT_NAME"),
        subject=get("SUBJECT"),
        message=message.text,
        quantity=message.quantity or get("QUERY_QUANTITY"),
        order_value_min=message.order_value_min,
        order_value_max=message.order_value_max,
        requirement=message.requirement,
        call_seconds=times.call_seconds(duration or ""),
        receiver_mobile=numbers.one(get("RECEIVER_MOBILE"), phones.HOME),
        member_since=get("IM_MEMBER_SINCE"),
        raw=raw,
    )


def _kind(given: str | None, duration: str | None, receiver: str | None) -> str:
    """A row without a kind is a call if a call lasted or a number rang, else an enquiry: somebody has to answer it. A
    bare `0` is a filler, and no missed call.

    Codes nobody knows yet pass.
    """
    if given:
        return given[:_LONGEST_KIND].upper()
    is_call = (
        times.call_seconds(filler.value(duration) or "") is not None or numbers.one(receiver, phones.HOME) is not None
    )
    return Kind.CALL if is_call else Kind.ENQUIRY
