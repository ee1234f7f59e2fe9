"""What is told of an answer that is none: IndiaMART's and a gateway's sentences, and never a word of a row."""

from __future__ import annotations

import json
from itertools import product

import pytest

from bot.i18n import Sentence
from bot.indiamart import v1, v2
from bot.indiamart.answer import Outcome
from bot.indiamart.answer_words import HIDDEN, headline

ROW = {
    "UNIQUE_QUERY_ID": "33",
    "QUERY_TYPE": "W",
    "SENDER_NAME": "Asha Testwala",
    "SENDER_COMPANY": "Testwala Stores",
    "SENDER_MOBILE": "+91-9000001002",
    "SENDER_EMAIL": "asha@example.com",
    "SENDER_ADDRESS": "12 Ring Road, Pune",
    "QUERY_MESSAGE": "need pumps for a server room",
}
WORDS = ("asha", "testwala", "pune", "pumps", "ring road", "9000001002", "example.com")
JSON = json.dumps(ROW)
BODIES = {
    "no code": f'{{"RESPONSE":[{JSON}]}}',
    "no code, one object": f'{{"STATUS":"SUCCESS","RESPONSE":{JSON}}}',
    "an array": f"[{JSON}]",
    "a broken object": f'{{"CODE":200,"RESPONSE":{JSON[:-2]}\\x4"}}}}',
    "a bare broken object": JSON[:-2] + '\\x4"}',
    "encoded twice": json.dumps(f'{{"CODE":200,"RESPONSE":[{JSON}]}}'),
    "XML": "<?xml version='1.0'?><leads><lead><title>Asha</title><name>Testwala</name><city>Pune</city></lead></leads>",
    "a table": "<table><tr><td>Asha Testwala</td><td>need pumps</td></tr></table>",
    "CSV": "UNIQUE_QUERY_ID,SENDER_NAME,SENDER_MOBILE\n33,Asha Testwala,+91-9000001002\n",
    "CSV without a heading": "33,Asha Testwala,Pune,need pumps for a server room",
    "tabs": "33\tAsha Testwala\tneed pumps",
    "bars": "Asha Testwala|Pune",
    "lines": "Name: Asha Testwala\nMessage: need pumps for a server",
    "print_r": "Array\n(\n [CODE] => 200\n [SENDER_NAME] => Asha Testwala",
    "print_r in a line": "Array ( [SENDER_NAME] => Asha Testwala",
    "a form": "SENDER_NAME=Asha+Testwala&SENDER_MOBILE=9000001002",
    "a form without a number": "SENDER_NAME=Asha+Testwala",
    "a sentence with a number": "lead from Asha 9000001002",
    "a sentence with an address": "lead from asha@example.com",
    "rows in the place of words": json.dumps({"CODE": 500, "MESSAGE": [ROW]}),
    "a row in the place of words": json.dumps({"MESSAGE": ROW}),
    "rows in words": json.dumps({"CODE": 400, "MESSAGE": JSON}),
    "a row as an error": json.dumps([{"Error_Message": ROW}]),
}


@pytest.mark.parametrize("status", [200, 403, 429, 500])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_word_of_a_row_is_told(body: str, status: int) -> None:
    for read, encoding in product((v1.read, v2.read), ("utf-8", "utf-16")):
        message = read(status, body.encode(encoding)).message
        assert not [word for word in WORDS if word in message.lower()]


@pytest.mark.parametrize(
    "text",
    [
        "Bad gateway",
        "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
        "It is advised to hit this API once in every 5 minutes,but it seems that you have crossed this limit.",
        "",
    ],
)
def test_a_gateways_sentence_is_told(text: str) -> None:
    assert headline(502, text) == text
    assert headline(200, f" {text}\r\n") == text


@pytest.mark.parametrize("name", ["MESSAGE", "Error_Message", "error", "message"])
@pytest.mark.parametrize(
    "said",
    [
        "Go to Lead Manager => Settings, and put [start_time] in",
        "Two minutes,please; then, once more, call 18002000000",
    ],
)
def test_what_stands_in_a_field_for_messages_is_told(name: str, said: str) -> None:
    assert v2.read(200, json.dumps({name: said}).encode()).message == said


def test_of_a_page_the_title_is_told() -> None:
    page = "<!DOCTYPE html>\n<html lang='en'><head><meta charset=x><title>502 Bad &amp; tired</title></head>Asha</html>"
    assert headline(502, page) == "502 Bad & tired"
    assert headline(502, page.replace("tired", "9000001002")) == "HTTP 502"


def test_what_is_not_shown_is_a_sentence_in_the_readers_language() -> None:
    message = v2.read(200, BODIES["CSV"].encode()).message
    assert isinstance(message, Sentence)
    assert message == HIDDEN
    assert v2.read(503, BODIES["CSV"].encode()).message == "HTTP 503"


ELSEWHERE = "HTTP {}, which points to another address: that is not followed, please check INDIAMART_URL"
ABSENT = "HTTP {}, there is nothing at this address: please check INDIAMART_URL"
EMPTY = "HTTP {}, and an empty answer"
SILENT = "HTTP {}, and no word why"
CODED = "HTTP {} and CODE {}, without leads and without a word why"
PAGE = "<html><head><title>%s</title></head></html>"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        *((status, "", EMPTY.format(status)) for status in (200, 204, 401, 403, 407, 429, 500, 502, 503)),
        (500, " \r\n", EMPTY.format(500)),
        *((status, "", ELSEWHERE.format(status)) for status in (301, 302, 303, 307, 308)),
        (302, PAGE % "302 Found", ELSEWHERE.format(302)),
        (301, "{}", ELSEWHERE.format(301)),
        (304, "", EMPTY.format(304)),
        (404, "", ABSENT.format(404)),
        (404, PAGE % "404 Not Found", ABSENT.format(404)),
        (404, "default backend", ABSENT.format(404)),
        (200, "{}", SILENT.format(200)),
        (503, "[]", SILENT.format(503)),
        (500, "null", SILENT.format(500)),
        (502, PAGE % " ", SILENT.format(502)),
        (200, '{"STATUS": "SUCCESS"}', SILENT.format(200)),
        (200, '{"CODE": 200, "RESPONSE": null}', CODED.format(200, 200)),
        (200, '{"CODE": "200", "MESSAGE": "", "RESPONSE": {}}', CODED.format(200, 200)),
        (200, '{"CODE": 500, "MESSAGE": null}', CODED.format(200, 500)),
        (403, '{"CODE": 401}', CODED.format(403, 401)),
        (200, '{"CODE": 429, "RESPONSE": []}', CODED.format(200, 429)),
        (200, '{"CODE": 20', "HTTP 200, and an answer that breaks off"),
    ],
)
def test_a_failure_without_words_is_told_by_its_status(status: int, body: str, said: str) -> None:
    answer = v2.read(status, body.encode())
    assert answer.outcome not in {Outcome.LEADS, Outcome.NOTHING}
    assert answer.message == said
    assert isinstance(answer.message, Sentence)


@pytest.mark.parametrize("status", [301, 404])
def test_what_is_said_in_words_at_a_wrong_address_is_told_as_it_was_said(status: int) -> None:
    body = json.dumps({"message": "no Route matched with those values"}).encode()
    assert v2.read(status, body).message == "no Route matched with those values"


@pytest.mark.parametrize("body", [[], [ROW]])
def test_an_answer_that_is_no_failure_needs_no_words(body: list[object]) -> None:
    assert v1.read(200, json.dumps(body).encode()).message == ""
    assert v2.read(200, json.dumps({"CODE": 200, "RESPONSE": body}).encode()).message == ""
    assert v2.read(200, json.dumps({"CODE": 200, "TOTAL_RECORDS": 9, "RESPONSE": body}).encode()).message == ""


@pytest.mark.parametrize("code", [200, 500])
def test_rows_that_came_with_a_failure_are_not_denied(code: int) -> None:
    answer = v2.read(200, json.dumps({"CODE": code, "RESPONSE": ROW}).encode())
    assert (answer.rows, answer.message) == (1, SILENT.format(200))
