"""Rows and bodies that are wrong in the ways they were seen to be: second hand, and in what people publish."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from bot.sandbox.simulator.lead_record import LeadRecord


class Dirt(StrEnum):
    """One thing that is not as documented. A record may have several."""

    MASKED_NUMBER = "masked_number"
    """`+91-90000XXX21`."""
    NOTED_NUMBER = "noted_number"
    """`9000000021 (WhatsApp)`."""
    SEVERAL_NUMBERS = "several_numbers"
    DOUBLED_CODE = "doubled_code"
    """`+91-91-9000000021`."""
    ZEROS = "zeros"
    """The number 0 where there is nothing."""
    FILLER_ID = "filler_id"
    FILLERS = "fillers"
    """`NA` and its like for name, company and e-mail."""
    BRACKETS = "brackets"
    """`<Urgent>` in a message that is no HTML."""
    OTHER_NAMES = "other_names"
    """Keys that no document has."""
    CAMEL_CASE = "camel_case"
    BROKEN = "broken"
    """The row is no JSON; one of five ways, by its number."""
    CP1252 = "cp1252"
    """The row's bytes are no UTF-8, and some of its letters are not ASCII."""
    # How a push is wrapped.
    FORM = "form"
    MULTIPART = "multipart"
    NESTED = "nested"
    DOUBLE_ENCODED = "double_encoded"
    LOWER_CASE = "lower_case"
    BARE = "bare"
    ARRAY = "array"


SMUDGES: Final = (
    Dirt.MASKED_NUMBER,
    Dirt.NOTED_NUMBER,
    Dirt.SEVERAL_NUMBERS,
    Dirt.DOUBLED_CODE,
    Dirt.ZEROS,
    Dirt.FILLER_ID,
    Dirt.FILLERS,
    Dirt.BRACKETS,
    Dirt.OTHER_NAMES,
    Dirt.CAMEL_CASE,
)
"""What leaves a row readable, and says who it is as far as the row does."""
FILLER_IDS: Final = ("0", "00", "NA", "N/A", "#N/A", "-", "None", "undefined")
FILLERS: Final = ("NA", "N/A", "-", "None", "null")
SECOND_NUMBER: Final = "9000099990"
_BOUNDARY: Final = "----simulator"
_LETTERS: Final = "5° bend – Ø 25, José"
_NUMBERS: Final = ("SENDER_MOBILE", "MOB")
_IDS: Final = ("UNIQUE_QUERY_ID", "QUERY_ID")
_MESSAGES: Final = ("QUERY_MESSAGE", "ENQ_MESSAGE")
_UNNEEDED: Final = ("SENDER_MOBILE_ALT", "CALL_DURATION", "RECEIVER_MOBILE", "MOBILE_ALT", "ENQ_CALL_DURATION")
_PEOPLE: Final = ("SENDER_NAME", "SENDER_COMPANY", "SENDER_EMAIL", "SENDERNAME", "GLUSR_USR_COMPANYNAME", "SENDEREMAIL")
_OTHER_NAMES: Final = {
    "SENDER_MOBILE": "SENDER_MOBILE_WAPP",
    "SENDER_COMPANY": "SENDER_COMPANY_IM",
    "QUERY_PRODUCT_NAME": "PRODUCT_NAME",
    "SENDER_COUNTRY_ISO": "SENDER_COUNTRY",
    "GLUSR_USR_COMPANYNAME": "GLUSR_USR_COMPANY_NAME",
}


class RowSpoiler:
    """Makes one row in so many dirty: the same ones for the same seed."""

    def __init__(self, share: float, seed: int) -> None:
        """`share` is between 0 (never) and 1."""
        self._share = share
        self._random = random.Random(seed)

    def touch(self, record: LeadRecord) -> LeadRecord:
        """The record, dirty by chance; one that is dirty already stays as it is."""
        if record.dirt or not self._share or self._random.random() >= self._share:
            return record
        return replace(record, dirt=frozenset({self._random.choice(SMUDGES)}))


def soiled(row: Mapping[str, object], record: LeadRecord) -> dict[str, object]:
    """A row in v1's names or v2's, as dirty as the record says."""
    found = dict(row)
    for dirt, change in _CHANGES.items():
        if dirt in record.dirt:
            change(found, record)
    if Dirt.OTHER_NAMES in record.dirt:
        found = {_OTHER_NAMES.get(name, name): value for name, value in found.items()}
        found["QUERY_QUANTITY"] = " ".join(filter(None, (record.quantity, record.unit)))
    if Dirt.CAMEL_CASE in record.dirt:
        found = {_camel(name): value for name, value in found.items()}
    return found


def text(row: Mapping[str, object], record: LeadRecord, write: Callable[[Any], str] = json.dumps) -> str:
    """The row's JSON, or what was to be its JSON."""
    written = write(row)
    return _broken(written, record.query_id) if Dirt.BROKEN in record.dirt else written


def encoded(written: str, dirt: Collection[Dirt]) -> bytes:
    """A text as bytes; what cp1252 has no letter for becomes a question mark there."""
    if Dirt.CP1252 in dirt:
        return written.encode("cp1252", "replace")
    return written.encode(errors="surrogatepass")


def wrapped(row: Mapping[str, object], record: LeadRecord) -> tuple[str, str]:
    """A push's body, and its Content-Type."""
    one = text(row, record, _written)
    envelope = f'{{"CODE":200,"STATUS":"SUCCESS","RESPONSE":{one}}}'
    dirt = record.dirt
    if Dirt.FORM in dirt:
        charset = "cp1252" if Dirt.CP1252 in dirt else "utf-8"
        return urlencode(row, encoding=charset, errors="replace"), "application/x-www-form-urlencoded"
    if Dirt.MULTIPART in dirt:
        part = f'Content-Disposition: form-data; name="data"\r\n\r\n{envelope}'
        body = f"--{_BOUNDARY}\r\n{part}\r\n--{_BOUNDARY}--\r\n"
        return body, f"multipart/form-data; boundary={_BOUNDARY}"
    bodies = {
        Dirt.NESTED: f'{{"body":{envelope}}}',
        Dirt.DOUBLE_ENCODED: _written(envelope),
        Dirt.LOWER_CASE: f'{{"code":200,"status":"success","response":{one}}}',
        Dirt.BARE: one,
        Dirt.ARRAY: f"[{envelope}]",
    }
    return next((body for kind, body in bodies.items() if kind in dirt), envelope), "application/json"


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _set(row: dict[str, object], names: Collection[str], change: Callable[[str], object]) -> None:
    """What stands under these names, if anything does, becomes something else."""
    for name in names:
        if row.get(name):
            row[name] = change(str(row[name]))


def _bare(number: str) -> str:
    return number.removeprefix("+91-").removeprefix("+91")


def _mask(row: dict[str, object], _record: LeadRecord) -> None:
    _set(row, _NUMBERS, lambda number: f"{number[:-5]}XXX{number[-2:]}")


def _note(row: dict[str, object], _record: LeadRecord) -> None:
    _set(row, _NUMBERS, lambda number: f"{_bare(number)} (WhatsApp)")


def _add_number(row: dict[str, object], _record: LeadRecord) -> None:
    _set(row, _NUMBERS, lambda number: f"{number} / {SECOND_NUMBER}")


def _double_code(row: dict[str, object], _record: LeadRecord) -> None:
    _set(row, _NUMBERS, lambda number: number.replace("+91-", "+91-91-"))


def _put_zeros(row: dict[str, object], _record: LeadRecord) -> None:
    row.update({name: 0 for name in _UNNEEDED if name in row and not row[name]})


def _lose_id(row: dict[str, object], record: LeadRecord) -> None:
    _set(row, _IDS, lambda _id: FILLER_IDS[_lot(record) % len(FILLER_IDS)])


def _fill(row: dict[str, object], record: LeadRecord) -> None:
    for place, name in enumerate(_PEOPLE, _lot(record)):
        if name in row:
            row[name] = FILLERS[place % len(FILLERS)]


def _type_brackets(row: dict[str, object], _record: LeadRecord) -> None:
    _set(row, _MESSAGES, lambda message: f"<Urgent> {message} rate<Rs.400>, if size<5 then 2>1")


def _type_letters(row: dict[str, object], _record: LeadRecord) -> None:
    _set(row, _MESSAGES, lambda message: f"{message} {_LETTERS}")


_CHANGES: Final = {
    Dirt.MASKED_NUMBER: _mask,
    Dirt.NOTED_NUMBER: _note,
    Dirt.SEVERAL_NUMBERS: _add_number,
    Dirt.DOUBLED_CODE: _double_code,
    Dirt.ZEROS: _put_zeros,
    Dirt.FILLER_ID: _lose_id,
    Dirt.FILLERS: _fill,
    Dirt.BRACKETS: _type_brackets,
    Dirt.CP1252: _type_letters,
}


def _lot(record: LeadRecord) -> int:
    return int(record.query_id) if record.query_id.isdecimal() else 0


def _camel(name: str) -> str:
    """`uniqueQueryId`."""
    first, *others = name.lower().split("_")
    return first + "".join(map(str.capitalize, others))


def _broken(written: str, query_id: str) -> str:
    """An escape that JSON has not, a quote that is not escaped, a comma too many, a value too few, a bare word."""
    head, colon, tail = written.rpartition('":"')
    ways = (
        f"{head}{colon}size 3\\x4 {tail}",
        f'{head}{colon}3" Gate Valve{tail}',
        f"{written[:-1]},}}",
        f'{written[:-1]},"NOTE":}}',
        f'{written[:-1]},"NOTE":none}}',
    )
    return ways[int(query_id or 0) % len(ways)] if query_id.isdecimal() else ways[0]
