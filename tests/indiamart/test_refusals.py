"""Refusals in the words that clients reported, and what is to be waited for."""

from __future__ import annotations

import json

import pytest

from bot.indiamart import v1, v2
from bot.indiamart.answer import Outcome


@pytest.mark.parametrize("code", [401, "401"])
@pytest.mark.parametrize(
    "message",
    ["Invalid Key", "The Pull API Key you have entered is incorrect or has been expired. Please regenerate it.", ""],
)
def test_a_key_that_is_refused_in_any_words_is_a_bad_key(code: object, message: str) -> None:
    body = json.dumps({"CODE": code, "STATUS": "FAILURE", "MESSAGE": message}).encode()
    assert v2.read(200, body).outcome is Outcome.BAD_KEY


@pytest.mark.parametrize("status", [200, 401])
def test_a_bare_sentence_about_the_key_is_taken_at_its_word(status: int) -> None:
    assert v2.read(status, b"Invalid Key").outcome is Outcome.BAD_KEY
    assert v1.read(status, b'[{"Error_Message": "Invalid Key"}]').outcome is Outcome.BAD_KEY


@pytest.mark.parametrize(
    ("message", "wait"),
    [
        ("It is advised to hit this API once in every 5 minutes,but it seems that you have crossed this limit.", 300),
        ("Too Many Requests", 900),
        ("Please try again after 20 minutes", 1200),
        ("", None),  # one floor, says the client
    ],
)
def test_what_is_too_soon_waits_as_long_as_is_said(message: str, wait: float | None) -> None:
    body = json.dumps({"CODE": 429, "STATUS": "FAILURE", "MESSAGE": message}).encode()
    assert v2.read(200, body).wait == wait
    assert v2.read(429, b"").wait == 900
