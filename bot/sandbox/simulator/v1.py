"""The v1 pull API: how its paths are read and its bodies written (official, 2018 document, and observed bodies).

A bare array of flat objects, every value a string or null; refusals are an array with one `Error_Message`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from bot.domain.lead import Kind, Window
from bot.sandbox.simulator import dirty_rows, times
from bot.sandbox.simulator.pull_request import ApiVersion, PullRequest, Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.simulator.lead_record import LeadRecord

ROWS_WITHOUT_TIMES: Final = 200

_PATH: Final = re.compile(
    r"/wservce/enquiry/listing/GLUSR_MOBILE/(?P<mobile>[^/]+)/GLUSR_MOBILE_KEY/(?P<key>[^/]+)/"
    r"(?:Start_Time/(?P<start>[^/]+)/End_Time/(?P<end>[^/]+)/)?",
)

_TEXTS: Final = {
    Result.NOTHING: "There are no leads in the given time duration.please try for a different duration.",
    Result.TOO_SOON: (
        "It is advised to hit this API once in every {minutes} minutes,but it seems that you have crossed this limit. "
        "please try again after {minutes} minutes."
    ),
    Result.WRONG_KEY: (
        "CRM key that you are using is incorrect. Kindly use the correct CRM key as provided in email or sms."
    ),
    # The texts below are not documented for v1: the words of v2, and of the key's e-mail.
    Result.INVALID_KEY: "Invalid Key",
    Result.WRONG_OR_EXPIRED: "CRM Key that you are using is incorrect or has been expired.",
    Result.EXPIRED: "CRM key that you are using has expired. Kindly generate a new CRM key.",
    Result.BLOCKED: "Too Many Requests",
    Result.NOT_READY: ("Leads before {since} will be available after 24 hours from the generation of your first key."),
    Result.BAD_DATES: (
        "Date format used in API URL is incorrect. Ideally end_time should be greater than start_time and in proper "
        "format."
    ),
    Result.THEIR_FAULT: "Some Error Occured",
}


def read(raw_path: str) -> PullRequest | None:
    """The request behind a path as it came over the wire; None where it is not v1's. The trailing slash counts."""
    match = _PATH.fullmatch(raw_path.partition("?")[0])
    if match is None:
        return None
    mobile, key = unquote(match["mobile"]), unquote(match["key"])
    if match["start"] is None:
        return PullRequest(version=ApiVersion.V1, mobile=mobile, key=key)
    is_by_day = times.is_day(unquote(match["start"])) and times.is_day(unquote(match["end"]))
    start, end = (times.read(unquote(match[side]), times.V1_FORMS) for side in ("start", "end"))
    if start is None or end is None or end <= start:
        return PullRequest(version=ApiVersion.V1, mobile=mobile, key=key, refusal=Result.BAD_DATES)
    return PullRequest(version=ApiVersion.V1, mobile=mobile, key=key, window=Window(start, end), is_by_day=is_by_day)


def refusal(result: Result, **values: object) -> bytes:
    return _encode([{"Error_Message": _TEXTS[result].format(**values)}])


def answer(records: Sequence[LeadRecord], total: int) -> bytes:
    """The records in the order given, each with the number of rows in the whole range."""
    rows = (dirty_rows.text(row(record, number, total), record, _written) for number, record in enumerate(records, 1))
    return b"[%b]" % b",".join(map(dirty_rows.encoded, rows, (record.dirt for record in records)))


def row(record: LeadRecord, number: int, total: int) -> dict[str, object]:
    """All 33 keys in the order of the live service."""
    is_call = record.kind == Kind.CALL
    full: dict[str, object] = {
        "RN": str(number),
        "QUERY_ID": record.query_id,
        "QTYPE": record.kind,
        "SENDERNAME": _call_name(record) if is_call else record.name or None,
        "SENDEREMAIL": record.email or None,
        "SUBJECT": record.subject or None,
        "DATE_RE": times.day(record.enquired_at),
        "DATE_R": times.short_day(record.enquired_at),
        "DATE_TIME_RE": times.twelve_hours(record.enquired_at),
        "GLUSR_USR_COMPANYNAME": record.company or None,
        "READ_STATUS": None,
        "SENDER_GLUSR_USR_ID": None,
        "MOB": _call_number(record) if is_call else record.mobile or None,
        "COUNTRY_FLAG": f"https://1.imimg.com/country-flags/small/{record.country.lower()}_flag_s.png",
        "QUERY_MODID": "DIRECT",
        "LOG_TIME": times.run_together(record.enquired_at, is_call=is_call),
        "QUERY_MODREFID": None,
        "DIR_QUERY_MODREF_TYPE": "0" if is_call else None,
        "ORG_SENDER_GLUSR_ID": None,
        "ENQ_MESSAGE": None if is_call else _message(record) or None,
    }
    return record.overridden({**full, **_second_half(record, total)})


def _second_half(record: LeadRecord, total: int) -> Mapping[str, object]:
    seconds = record.call_seconds
    return {
        "ENQ_ADDRESS": record.address or None,
        "ENQ_CALL_DURATION": None if seconds is None else f"{seconds} Secs",
        "ENQ_RECEIVER_MOB": record.receiver_mobile or None,
        "ENQ_CITY": record.city or None,
        "ENQ_STATE": record.state or None,
        "PRODUCT_NAME": record.product or None,
        "COUNTRY_ISO": record.country or None,
        "EMAIL_ALT": record.email_alt or None,
        "MOBILE_ALT": record.mobile_alt or None,
        "PHONE": record.phone or None,
        "PHONE_ALT": record.phone_alt or None,
        "IM_MEMBER_SINCE": record.member_since or None,
        "TOTAL_COUNT": str(total),
    }


def _call_name(record: LeadRecord) -> str | None:
    """v1 never names a caller (observed): null on some rows, `Buyer` on others."""
    return "Buyer" if record.name else None


def _call_number(record: LeadRecord) -> str | None:
    """`+919000000001` or, as often, the bare `9000000023` (observed)."""
    if record.query_id[-1:] in {"1", "3", "5", "7", "9"}:
        return record.mobile.removeprefix("+91-") or None
    return record.mobile.replace("-", "") or None


def _message(record: LeadRecord) -> str:
    r"""W ends its lines with `\\n`, everything else with `<br>` (observed)."""
    quantity = " ".join(part for part in (record.quantity, record.unit) if part)
    pairs = [
        (name, value)
        for name, value in (
            ("Quantity", quantity),
            ("Probable Order Value", record.order_value),
            ("Probable Requirement Type", record.requirement),
        )
        if value
    ]
    if record.kind == Kind.ENQUIRY:
        return record.message.replace("\n", "\r\n") + "\n\n" + "".join(f" {n}:   {v} \n" for n, v in pairs)
    return "<br>".join([record.message, *(f"{name} : {value}" for name, value in pairs)])


def _encode(rows: list[dict[str, object]]) -> bytes:
    return _written(rows).encode()


def _written(value: object) -> str:
    """The live service escapes slashes and everything outside ASCII."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")
