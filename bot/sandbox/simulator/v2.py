"""The v2 pull API and the push body: how queries are read and envelopes written (observed).

Every body is `{"CODE", "STATUS", "MESSAGE", "TOTAL_RECORDS", "RESPONSE"}`, refusals too, with HTTP 200.
"""

from __future__ import annotations

import html
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from bot.domain.lead import Kind, Window
from bot.sandbox.simulator import dirty_rows, times
from bot.sandbox.simulator.pull_request import ApiVersion, PullRequest, Result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.sandbox.simulator.lead_record import LeadRecord

PATH: Final = "/wservce/crm/crmListing/v2/"
LONGEST_WINDOW: Final = timedelta(days=7)
FARTHEST_BACK: Final = timedelta(days=365)

_TEXTS: Final = {
    Result.NOTHING: (
        204,
        "There are no leads in the given time duration. Please try for a different duration.",
    ),
    Result.TOO_SOON: (
        429,
        (
            "It is advised to hit this API once in every {minutes} minutes,but it seems that you have crossed this "
            "limit. Please try again after {minutes} minutes."
        ),
    ),
    Result.WRONG_KEY: (
        401,
        "Pull API Key that you are using is incorrect. Kindly use the correct Pull API Key as provided in the email.",
    ),
    Result.INVALID_KEY: (401, "Invalid Key"),
    Result.WRONG_OR_EXPIRED: (
        401,
        (
            "Pull API Key that you are using is incorrect or has been expired. Kindly generate the new Pull API Key "
            "and use the new Pull API Key in API URL"
        ),
    ),
    Result.EXPIRED: (
        401,
        (
            "Pull API Key that you are using has expired as it was no longer in use. Kindly generate the new Pull API "
            "Key and use the new Pull API Key in API URL"
        ),
    ),
    Result.NOT_READY: (
        204,
        "Leads before {since} will be available after 24 hours from the generation of your first key.",
    ),
    Result.BAD_DATES: (
        400,
        (
            "Date format used in API URL is incorrect. Ideally end_time should be greater than start_time and in "
            "proper\n\t\t\t\t\tformat.You can use the following date formats: 1) Date format (DD-MON-YYYY format) e.g. "
            "25-JAN-2022. 2) Timestamp format\n\t\t\t\t\t(DD-MM-YYYY HH:MM:SS) e.g. 25-01-2022 16:30:00. "
            "Kindly refer to CRM Integration doc for more details."
        ),
    ),
    Result.OVER_7_DAYS: (400, "Maximum allowed difference between start_time and end_time is 7 days"),
    Result.OVER_365_DAYS: (
        400,
        "You can fetch the data for the last 365 days only. Kindly change the Start Time or End Time accordingly",
    ),
    Result.THEIR_FAULT: (500, "Some Error Occured"),
}
_BLOCKED: Final = {
    "CODE": 429,
    "STATUS": "FAILURE",
    "MESSAGE": "Too Many Requests",
    "APP_AUTH_FAILURE_CODE": 429,
    "unique_id": "",
}


def read(raw_path: str, now: datetime) -> PullRequest | None:
    """The request behind a path and query as they came over the wire; None where they are not v2's."""
    path, _, query = raw_path.partition("?")
    if path != PATH:
        return None
    raw = _raw_parameters(query)
    key = unquote_plus(raw.get("glusr_crm_key", ""))
    span = _moment(raw.get("start_time", "")), _moment(raw.get("end_time", ""))
    if span[0] is None or span[1] is None or span[1] <= span[0]:
        return PullRequest(version=ApiVersion.V2, key=key, refusal=Result.BAD_DATES)
    window = Window(span[0], span[1])
    return PullRequest(version=ApiVersion.V2, key=key, window=window, refusal=_limit(window, now))


def _raw_parameters(query: str) -> dict[str, str]:
    """The first value of each name, still percent-encoded."""
    pairs = (part.partition("=") for part in reversed(query.split("&")))
    return {name: value for name, _, value in pairs}


def _moment(raw: str) -> datetime | None:
    """One client reports that `%3A` in place of a colon is refused (observed once; strict here)."""
    return None if "%3A" in raw.upper() else times.read(unquote_plus(raw), times.V2_FORMS)


def _limit(window: Window, now: datetime) -> Result | None:
    if window.length > LONGEST_WINDOW:
        return Result.OVER_7_DAYS
    if now - window.start > FARTHEST_BACK:
        return Result.OVER_365_DAYS
    return None


def refusal(result: Result, **values: object) -> bytes:
    if result is Result.BLOCKED:
        return _encode(_BLOCKED)
    code, text = _TEXTS[result]
    return _envelope(code, text.format(**values), 0, [])


def answer(records: Sequence[LeadRecord], total: int) -> bytes:
    """The records in the order given; `total` is announced as it is."""
    head, tail = _envelope(200, "", total, []).split(b"[]")
    rows = (dirty_rows.encoded(dirty_rows.text(row(record), record, _written), record.dirt) for record in records)
    return b"%b[%b]%b" % (head, b",".join(rows), tail)


def push(record: LeadRecord) -> tuple[bytes, str]:
    """The body of one push and its Content-Type: RESPONSE is an object, and there is no MESSAGE."""
    body, content_type = dirty_rows.wrapped(row(record), record)
    return dirty_rows.encoded(body, record.dirt), content_type


def row(record: LeadRecord) -> dict[str, object]:
    """22 keys, empty ones as `""`; the rare 23rd where the record has it."""
    full: dict[str, object] = {
        "UNIQUE_QUERY_ID": record.query_id,
        "QUERY_TYPE": record.kind,
        "QUERY_TIME": times.iso(record.enquired_at),
        "SENDER_NAME": record.name,
        "SENDER_MOBILE": record.mobile,
        "SENDER_EMAIL": record.email,
        "SUBJECT": record.subject,
        "SENDER_COMPANY": record.company,
        "SENDER_ADDRESS": record.address,
        "SENDER_CITY": record.city,
        "SENDER_STATE": record.state,
        "SENDER_PINCODE": record.pincode,
        "SENDER_COUNTRY_ISO": record.country,
        "SENDER_MOBILE_ALT": record.mobile_alt,
        "SENDER_PHONE": record.phone,
        "SENDER_PHONE_ALT": record.phone_alt,
        "SENDER_EMAIL_ALT": record.email_alt,
        "QUERY_PRODUCT_NAME": record.product,
        "QUERY_MESSAGE": _message(record),
        "QUERY_MCAT_NAME": record.category,
        "CALL_DURATION": "" if record.call_seconds is None else str(record.call_seconds),
        "RECEIVER_MOBILE": record.receiver_mobile,
    }
    if record.receiver_catalog:
        full["RECEIVER_CATALOG"] = record.receiver_catalog
    return record.overridden(full)


def _message(record: LeadRecord) -> str:
    pairs = [
        f" {name} :   {html.escape(value, quote=False)}<br>"
        for name, value in (
            ("Quantity", record.quantity),
            ("Quantity Unit", record.unit),
            ("Probable Order Value", record.order_value),
            ("Probable Requirement Type", record.requirement),
        )
        if value
    ]
    text = html.escape(record.message, quote=False).replace("\n", "\r")
    if record.kind == Kind.WHATSAPP and not pairs:
        return text
    return f"{text}<br>{''.join(pairs)}" if text or pairs else ""


def _envelope(code: int, message: str, total: int, rows: list[dict[str, object]]) -> bytes:
    status = "SUCCESS" if code == 200 else "FAILURE"
    return _encode({"CODE": code, "STATUS": status, "MESSAGE": message, "TOTAL_RECORDS": total, "RESPONSE": rows})


def _encode(body: dict[str, object]) -> bytes:
    return _written(body).encode(errors="surrogatepass")


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
