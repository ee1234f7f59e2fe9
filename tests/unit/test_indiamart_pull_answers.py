"""Every kind of body and status as an outcome. What is not surely "nothing" never is."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

import pytest

from bot.domain import budgets, decoding
from bot.indiamart import v1, v2
from bot.indiamart.answer import Answer, Outcome

ROW = {"UNIQUE_QUERY_ID": "1", "QUERY_TYPE": "W"}
PAGE = b"<html><head><title>%s</title></head><body>key of the house</body></html>"
LIMIT = "It is advised to hit this API once in every 5 minutes,but it seems that you have crossed this limit."
NO_LEADS = "There are no leads in the given time duration."


def ask_v1(content: Any, status: int = 200) -> Answer:
    return v1.read(status, json.dumps(content).encode())


def ask_v2(content: Any, status: int = 200) -> Answer:
    return v2.read(status, json.dumps(content).encode())


def envelope(code: object, message: str = "", **more: object) -> dict[str, object]:
    return {"CODE": code, "STATUS": "?", "MESSAGE": message, "TOTAL_RECORDS": 0, "RESPONSE": [], **more}


@pytest.mark.parametrize("status", [200, 204, 400, 403, 429, 500, 503])
@pytest.mark.parametrize(
    ("code", "message", "outcome"),
    [
        (204, NO_LEADS, Outcome.NOTHING),
        ("204", NO_LEADS, Outcome.NOTHING),
        (204, "", Outcome.NOTHING),
        (200.0, "", Outcome.NOTHING),
        (" 401 ", "Your key is incorrect", Outcome.BAD_KEY),
        (401, "", Outcome.BAD_KEY),
        (401, "Leads before X will be available after 24 hours from", Outcome.NOT_READY),
        (204, "Leads before X will be available after 24 hours from", Outcome.NOT_READY),
        (400, "Date format used in API URL is incorrect", Outcome.REFUSED),
        (429, LIMIT, Outcome.TOO_SOON),
        (429, "", Outcome.TOO_SOON),
        (429, "TOO MANY REQUESTS", Outcome.BLOCKED),
        (500, NO_LEADS, Outcome.THEIR_FAULT),
        (503, "", Outcome.THEIR_FAULT),
        (777, "", Outcome.MALFORMED),
        (777, NO_LEADS, Outcome.MALFORMED),
        (777, "CRM key is invalid", Outcome.BAD_KEY),
    ],
)
def test_code_decides_whatever_the_http_status(status: int, code: object, message: str, outcome: Outcome) -> None:
    assert ask_v2(envelope(code, message), status).outcome is outcome
    assert ask_v1(envelope(code, message), status).outcome is outcome


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, PAGE % b"Welcome", Outcome.MALFORMED),
        (200, b"", Outcome.MALFORMED),
        (204, b"", Outcome.MALFORMED),
        (200, b"OK", Outcome.MALFORMED),
        (200, b"no leads", Outcome.MALFORMED),
        (200, b"Too Many Requests", Outcome.BLOCKED),
        (200, b'"leads"', Outcome.MALFORMED),
        (200, b"null", Outcome.MALFORMED),
        (200, b'[{"UNIQUE_QUERY_ID": "1"', Outcome.TRUNCATED),
        (200, b'{"CODE": 200, "RESPONSE": [{"A": "x}', Outcome.TRUNCATED),
        (200, b'{"CODE": 200, "RESPONSE": [{"A": 1}', Outcome.TRUNCATED),
        (200, b"[tru", Outcome.TRUNCATED),
        (200, b'{"a" 1}', Outcome.MALFORMED),
        (301, b"", Outcome.MALFORMED),
        (302, PAGE % b"302 Found", Outcome.MALFORMED),
        (404, PAGE % b"404 Not Found", Outcome.MALFORMED),
        (401, PAGE % b"401 Unauthorized", Outcome.THEIR_FAULT),
        (403, PAGE % b"403 Forbidden", Outcome.THEIR_FAULT),
        (403, b"", Outcome.THEIR_FAULT),
        (403, b'{"message": "Forbidden"}', Outcome.THEIR_FAULT),
        (403, b'{"message": "Missing Authentication Token"}', Outcome.THEIR_FAULT),
        (401, b'{"error": "Your CRM key is invalid"}', Outcome.BAD_KEY),
        (401, PAGE % b"The API key is invalid", Outcome.BAD_KEY),
        (429, PAGE % b"429 Too Many Requests", Outcome.BLOCKED),
        (429, b"", Outcome.BLOCKED),
        (429, LIMIT.encode(), Outcome.TOO_SOON),
        (500, b"", Outcome.THEIR_FAULT),
        (502, b'{"CODE": 20', Outcome.THEIR_FAULT),
        (503, b"[]", Outcome.THEIR_FAULT),
        (504, b'{"message": "Endpoint request timed out"}', Outcome.THEIR_FAULT),
    ],
)
def test_without_a_code_the_status_and_the_words_decide(status: int, body: bytes, outcome: Outcome) -> None:
    assert v1.read(status, body).outcome is outcome
    assert v2.read(status, body).outcome is outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("THERE ARE NO LEADS in the given time", Outcome.NOTHING),
        ("No enquiries found", Outcome.NOTHING),
        ("CRM Key has Expired. Generate a new one", Outcome.BAD_KEY),
        ("Invalid mobile or key", Outcome.BAD_KEY),
        ("Pull API key expired as it was no longer in use", Outcome.BAD_KEY),
        ("please try again after 15 minutes.", Outcome.TOO_SOON),
        ("Your key is blocked", Outcome.BLOCKED),
        ("Some Error Occured", Outcome.THEIR_FAULT),
        ("No leads because the database is down", Outcome.THEIR_FAULT),
        ("Maximum allowed difference between start_time and end_time is 7 days", Outcome.REFUSED),
        ("Please try again after 15minutes.", Outcome.TOO_SOON),
        ("Please try again after\n15  minutes.", Outcome.TOO_SOON),
        ("5 minutes limit exceeded", Outcome.TOO_SOON),
        ("You have exceeded the limit of one call in 5 minutes", Outcome.TOO_SOON),
        ("Please wait for 120 seconds", Outcome.TOO_SOON),
        ("limit crossed, try after 1 hr 30 min", Outcome.TOO_SOON),
        ("Too Many Requests, wait for 15 minutes", Outcome.BLOCKED),
        ("Your key is expired, wait for 5 minutes", Outcome.BAD_KEY),
        ("Limit of 7 days exceeded", Outcome.REFUSED),
        ("Limit exceeded", Outcome.MALFORMED),
        ("The server will be up after 2 hours", Outcome.THEIR_FAULT),
        ("No data found", Outcome.NOTHING),
        ("There are not any leads in the given time duration", Outcome.NOTHING),
        ("No data found because the server is down", Outcome.THEIR_FAULT),
        ("No data", Outcome.MALFORMED),
        ("Bonjour", Outcome.MALFORMED),
    ],
)
@pytest.mark.parametrize("name", ["Error_Message", "ERROR_MESSAGE", "error message", "errorMessage", "Error"])
def test_v1_errors_are_matched_loosely(text: str, outcome: Outcome, name: str) -> None:
    assert ask_v1([{name: text}]).outcome is outcome
    assert ask_v1({name: text}).outcome is outcome
    assert ask_v2([{name: text}]).outcome is outcome


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (LIMIT, 300.0),
        ("hit this API once in every 15 minutes, try again after 10 minutes", 600.0),
        ("once in every 2 hours", 7200.0),
        ("once in every 30 secs", 30.0),
        ("crossed this limit, try again after 15minutes", 900.0),
        ("crossed this limit, try after 1 hr 30 min", 5400.0),
        ("crossed this limit, try after 1 hour and 30 minutes.", 5400.0),
        ("crossed this limit, wait for 2 mins, 30 secs", 150.0),
        ("once in every 15 minutes, 5 minutes are left", 300.0),
        ("you crossed this limit", None),
        ("once in every 0 minutes", None),
        ("once in every 9999 hours", 86_400.0),
    ],
)
def test_the_wait_is_read_from_the_words(text: str, seconds: float | None) -> None:
    assert ask_v1([{"Error_Message": text}]).wait == seconds
    assert ask_v2(envelope(429, text)).wait == seconds


def test_a_blocked_key_waits_fifteen_minutes_unless_told_otherwise() -> None:
    assert ask_v2({"APP_AUTH_FAILURE_CODE": 429}).wait == 900
    assert ask_v2(envelope(429, "Too Many Requests, wait 20 minutes")).wait == 1200


@pytest.mark.parametrize("value", [None, "", " ", 0, "0", "null", "NA"])
def test_a_failure_code_that_says_nothing_blocks_no_key(value: object) -> None:
    found = ask_v2(envelope(429, LIMIT, APP_AUTH_FAILURE_CODE=value))
    assert (found.outcome, found.wait) == (Outcome.TOO_SOON, 300.0)


@pytest.mark.parametrize("value", [429, "429", "ERR_BLOCKED"])
@pytest.mark.parametrize("name", ["APP_AUTH_FAILURE_CODE", "appAuthFailureCode"])
def test_a_failure_code_says_that_the_key_is_blocked(name: str, value: object) -> None:
    assert ask_v2(envelope(429, "", **{name: value})).outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    "content",
    [
        envelope(200, RESPONSE=None),
        envelope(200, RESPONSE="NULL"),
        envelope(200, RESPONSE={}),
        {"CODE": 200},
        {"RESPONSE": []},
        {"STATUS": "SUCCESS"},
        {},
        [],
        [1],
        [ROW],
        {"RESPONSE": "NULL"},
    ],
)
def test_v2_without_its_shape_is_malformed(content: object) -> None:
    assert ask_v2(content).outcome is Outcome.MALFORMED


@pytest.mark.parametrize("content", [{}, [1], ["text"], [[]], [{"message": "x"}], {"RESPONSE": None}, {"RESPONSE": {}}])
def test_v1_of_an_unknown_shape_is_malformed(content: object) -> None:
    assert ask_v1(content).outcome is Outcome.MALFORMED


@pytest.mark.parametrize("content", [[], {"RESPONSE": "NULL"}, {"response": " null "}, {"RESPONSE": []}])
def test_v1s_forms_of_nothing(content: object) -> None:
    assert ask_v1(content) == Answer(outcome=Outcome.NOTHING)


def test_rows_count_even_in_a_shape_that_is_not_complete() -> None:
    found = ask_v2([ROW])
    assert (len(found.leads), found.is_complete) == (1, False)
    found = ask_v2(envelope(200, RESPONSE=ROW))
    assert (len(found.leads), found.is_complete) == (1, False)
    found = ask_v1([ROW], status=500)
    assert (found.outcome, len(found.leads)) == (Outcome.THEIR_FAULT, 1)


def test_fewer_rows_than_announced_is_cut_short() -> None:
    assert not ask_v2(envelope(200, TOTAL_RECORDS="2", RESPONSE=[ROW])).is_complete
    assert ask_v2(envelope(200, TOTAL_RECORDS="1", RESPONSE=[ROW])).is_complete
    assert not ask_v2(envelope(200, TOTAL_RECORDS=2)).is_complete
    assert not ask_v2(envelope(204, TOTAL_RECORDS=2)).is_complete
    assert not ask_v1([{**ROW, "TOTAL_COUNT": "201"}]).is_complete
    assert ask_v1([{**ROW, "TOTAL_COUNT": "1"}, {**ROW, "TOTAL_COUNT": 2}]).is_complete


@pytest.mark.parametrize("name", ["TOTAL_COUNT", "total_count", "totalCount", "Total Count", " TOTAL_COUNT "])
def test_a_total_is_read_however_its_name_is_spelled(name: str) -> None:
    found = ask_v1([{**ROW, name: "500"}])
    assert (found.announced, found.is_complete) == (500, False)
    assert ask_v2(envelope(200, TOTAL_RECORDS=None, RESPONSE=[{**ROW, name: 500}])).announced == 500


@pytest.mark.parametrize("name", ["total_records", "totalRecords", "Total Records"])
def test_an_envelopes_total_is_read_however_its_name_is_spelled(name: str) -> None:
    found = ask_v2({"code": 200, name: "500", "response": [ROW]})
    assert (found.announced, found.is_complete) == (500, False)


@pytest.mark.parametrize("junk", [None, "", "many", -1, [], {}, True, 1e300, "9" * 50, float("nan")])
def test_a_total_that_is_junk_says_nothing(junk: object) -> None:
    assert ask_v2(envelope(200, TOTAL_RECORDS=junk, RESPONSE=[ROW])).announced is None
    assert ask_v1([{**ROW, "TOTAL_COUNT": junk}]).announced is None


def test_an_unreadable_row_is_kept_and_does_not_hold_the_window() -> None:
    found = ask_v2(envelope(200, TOTAL_RECORDS=3, RESPONSE=[ROW, "?", {"QUERY_TYPE": "W"}]))
    assert (found.outcome, len(found.leads), found.is_complete) == (Outcome.LEADS, 1, True)
    assert [row.raw for row in found.unreadable] == ['"?"', '{"QUERY_TYPE":"W"}']


def test_a_success_with_an_error_in_its_words_is_not_nothing() -> None:
    assert ask_v2(envelope(200, "CRM key is incorrect")).outcome is Outcome.BAD_KEY
    assert ask_v2(envelope(200, NO_LEADS)).outcome is Outcome.NOTHING


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_body_may_be_encoded_otherwise(encoding: str) -> None:
    body = json.dumps([{**ROW, "SENDER_NAME": "आशा"}], ensure_ascii=False).encode(encoding)
    assert v1.read(200, body).leads[0].name == "आशा"


def test_bad_bytes_and_bare_line_ends_cost_no_lead() -> None:
    body = b'\xef\xbb\xbf\n[{"QUERY_ID": "1", "SENDERNAME": "Jos\xe9", "ENQ_MESSAGE": "a\nb\tc"}]\n'
    (lead,) = v1.read(200, body).leads
    assert (lead.name, lead.message) == ("José", "a\nb c")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"CODE":' * 100_000,
        b'{"CODE": 200, "RESPONSE": [' + b"[" * 900 + b"]" * 900 + b"]}",
        b'{"CODE": ' + b"9" * 10_000 + b"}",
        b'{"CODE": 1e999, "RESPONSE": [1e999, -1e999, NaN, Infinity]}',
        b'{"CODE": 500, "CODE": 200, "RESPONSE": [], "RESPONSE": [{}]}',
        b"\x00" * 100,
        b"\xff\xfe\xff",
        b'{"\\ud800": "\\udfff", "MESSAGE": "\\ud800"}',
    ],
)
def test_hostile_json_is_an_outcome(body: bytes) -> None:
    for version in (v1.read, v2.read):
        found = version(200, body)
        assert found.outcome is not Outcome.NOTHING
        repr(found).encode()


def test_one_absurd_number_does_not_cost_the_whole_body() -> None:
    body = b'[{"QUERY_ID": ' + b"9" * 5_000 + b', "SENDERNAME": "A"}, {"QUERY_ID": "2"}]'
    found = v1.read(200, body)
    assert [lead.name for lead in found.leads] == ["A", None]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "part",
    ['{"SENDER_NAME":"a', '{"SENDER_NAME":"a"],', "[[]],", '{"RESPONSE":', '{"SENDER_NAME":["a"}, ', '"', '{"a":1}x'],
)
def test_broken_rows_cost_no_more_than_they_are_many(part: str) -> None:
    """Ten times as many take some ten times as long, and not a hundred times."""

    def cost(number: int) -> float:
        """The least of three times."""
        body = ('{"CODE":200,"RESPONSE":[' + part * number).encode()
        return min(map(took, [body] * 3))

    def took(body: bytes) -> float:
        gc.disable()  # it walks over all that other tests hold
        try:
            before = time.thread_time()
            v2.read(200, body)
            return time.thread_time() - before
        finally:
            gc.enable()

    assert cost(40_000) < 40 * max(cost(4_000), 0.01)


def test_a_text_with_more_odd_bytes_than_are_looked_at_one_by_one_is_cp1252_as_a_whole() -> None:
    assert decoding.text_of("é".encode() + b"\xe9 " * 1_000).startswith("éé é")
    assert decoding.text_of("é".encode() + b"\xe9 " * 200_000).startswith("Ã©é é")


def test_a_row_of_more_columns_than_anybody_has_is_kept_and_told() -> None:
    wide = {f"name {number}": "x" for number in range(budgets.COLUMNS)} | {"SENDER_NAME": "Asha"}
    found = v2.read(200, json.dumps({"CODE": 200, "RESPONSE": [wide, {"SENDER_NAME": "Ravi"}]}).encode())
    assert [lead.name for lead in found.leads] == ["Ravi"]
    (bad,) = found.unreadable
    assert "more than 1000 columns" in bad.reason
    assert bad.raw.startswith('{"name 0":"x"')
    assert found.unknown_names == ()


def test_a_buyers_words_are_no_columns_name() -> None:
    row = {"SENDER_NAME": "Asha", "Mr Quillon of Gandhi Road": "x", "Testwala": "x", " QUERY_MOOD\r\n": "x"}
    found = v2.read(200, json.dumps({"CODE": 200, "RESPONSE": [row]}).encode())
    assert found.unknown_names == ("QUERY_MOOD",)


def test_an_envelope_of_more_names_than_anybody_has_is_no_answer() -> None:
    envelope = {"CODE": 200, "RESPONSE": [{"SENDER_NAME": "Asha"}]}
    wide = envelope | {f"name {number}": "x" for number in range(budgets.COLUMNS)}
    assert v2.read(200, json.dumps(envelope).encode()).outcome is Outcome.LEADS
    found = v2.read(200, json.dumps(wide).encode())
    assert (found.outcome, len(found.leads), found.is_complete) == (Outcome.MALFORMED, 0, False)


@pytest.mark.parametrize(
    "behind", ["<!-- served by 7 -->", "\n<b>Notice</b>: it took 3 s", "</pre>", "\n\n<!--\nx\n-->\n"]
)
def test_what_a_proxy_writes_behind_a_whole_body_costs_nothing(behind: str) -> None:
    body = json.dumps({"CODE": 200, "RESPONSE": [ROW, ROW], "TOTAL_RECORDS": 2}) + behind
    assert (v2.read(200, body.encode()).outcome, v2.read(200, body.encode()).is_complete) == (Outcome.LEADS, True)
    assert v1.read(200, (json.dumps([ROW]) + behind).encode()).is_complete
    assert v2.read(200, (json.dumps(envelope(204, NO_LEADS)) + behind).encode()).outcome is Outcome.NOTHING


@pytest.mark.parametrize(("total", "is_complete"), [(2, True), (3, False), (1, False), (None, False)])
def test_rows_that_are_as_many_as_announced_are_all_there_whatever_follows(
    total: int | None, *, is_complete: bool
) -> None:
    body = json.dumps({"CODE": 200, "TOTAL_RECORDS": total, "RESPONSE": [ROW, ROW]}) + "{and more}"
    found = v2.read(200, body.encode())
    assert (len(found.leads), found.is_complete) == (2, is_complete)


def test_of_two_answers_in_one_body_all_rows_count() -> None:
    body = json.dumps([ROW]) + json.dumps([ROW, ROW])
    assert len(v1.read(200, body.encode()).leads) == 3


def test_of_a_v1_body_without_a_total_a_broken_row_holds_nothing() -> None:
    body = b'[{"QUERY_ID": "1", "SENDERNAME": "A"}, {"QUERY_ID": "2", "ENQ_MESSAGE": "3\\x4"}]'
    found = v1.read(200, body)
    assert (found.outcome, len(found.leads), len(found.unreadable), found.is_complete) == (Outcome.LEADS, 1, 1, True)
    assert v1.read(200, body[:-1]).outcome is Outcome.TRUNCATED
