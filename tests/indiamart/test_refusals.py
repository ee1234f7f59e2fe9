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


SPACING = "It is advised to hit this API once in every 5 minutes,but it seems that you have crossed this limit."


@pytest.mark.parametrize("status", [200, 401, 403])
@pytest.mark.parametrize(
    ("code", "message", "outcome"),
    [
        # A gateway, or what guards one: a key that works need not be made anew.
        (403, "Forbidden", Outcome.THEIR_FAULT),
        (403, "", Outcome.THEIR_FAULT),
        (403, "Access denied", Outcome.THEIR_FAULT),
        (403, "User is not authorized to access this resource", Outcome.THEIR_FAULT),
        (403, "Missing Authentication Token", Outcome.THEIR_FAULT),
        (403, "Your CRM key is incorrect", Outcome.BAD_KEY),
        (403, "Invalid Key", Outcome.BAD_KEY),
        (403, "Pull API Key that you are using has expired", Outcome.BAD_KEY),
        (403, "The mobile number is not registered", Outcome.BAD_KEY),
        (403, SPACING, Outcome.TOO_SOON),
        (403, "Too Many Requests", Outcome.BLOCKED),
        # CODE 401 is IndiaMART's own word for the key, unless it says that it means something else.
        (401, SPACING, Outcome.TOO_SOON),
        (401, "Too Many Requests", Outcome.BLOCKED),
        (401, f"{SPACING} The key is invalid.", Outcome.BAD_KEY),
        (401, "Unauthorized", Outcome.BAD_KEY),
        (401, "No leads", Outcome.BAD_KEY),
        (401, "Some Error Occured", Outcome.BAD_KEY),
    ],
)
def test_the_key_is_blamed_only_by_who_knows_it(status: int, code: int, message: str, outcome: Outcome) -> None:
    for name in ("CODE", "code"):
        body = json.dumps({name: code, "message": message}).encode()
        assert v2.read(status, body).outcome is outcome
        assert v1.read(status, body).outcome is outcome


@pytest.mark.parametrize("code", [401, 403])
def test_a_spacing_that_comes_with_another_code_is_waited_for(code: int) -> None:
    assert v2.read(200, json.dumps({"CODE": code, "MESSAGE": SPACING}).encode()).wait == 300
    assert v2.read(200, json.dumps({"CODE": code, "MESSAGE": "Too Many Requests"}).encode()).wait == 900
