"""The sentence about history that is not ready, and the moment that it names."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.clock import IST
from bot.indiamart import v1, v2
from bot.indiamart.answer import Outcome

MADE = datetime(2026, 1, 5, 10, 0, tzinfo=IST).astimezone(UTC)
AFTER = "will be available after 24 hours from the generation of your first key."
USUAL = f"Leads before 05-01-2026 10:00:00 {AFTER}"


def said(message: str, code: int = 204) -> bytes:
    return json.dumps({"CODE": code, "STATUS": "FAILURE", "MESSAGE": message, "RESPONSE": []}).encode()


@pytest.mark.parametrize("code", [200, 204, 401, 403, 777])
def test_the_moment_is_india_s_time_whatever_the_code(code: int) -> None:
    answer = v2.read(200, said(USUAL, code))
    assert (answer.outcome, answer.ready_from) == (Outcome.NOT_READY, MADE)


def test_the_moment_is_read_from_every_shape_that_holds_the_sentence() -> None:
    assert v2.read(200, USUAL.encode()).ready_from == MADE
    assert v1.read(200, json.dumps([{"Error_Message": USUAL}]).encode()).ready_from == MADE
    assert v1.read(200, json.dumps({"message": USUAL}).encode()).ready_from == MADE


@pytest.mark.parametrize(
    "written",
    [
        "05-01-2026 10:00:00",
        "05-01-2026  10:00",
        "05-01-2026, 10:00:00",
        "05/01/2026 10:00:00",
        "05-Jan-2026 10:00:00",
        "05-Jan-202610:00:00",
        "05 Jan 2026 10:00:00 AM",
        "2026-01-05 10:00:00",
        "2026-01-05T10:00:00",
        "<b>05-01-2026 10:00:00</b>",
        "'05-01-2026 10:00:00'",
        "05-01-2026 10:00:00 IST",
    ],
)
@pytest.mark.parametrize("head", ["Leads before", "LEADS  BEFORE", "The leads older than", "Enquiries prior to"])
def test_the_moment_is_read_in_spellings_that_drift(head: str, written: str) -> None:
    assert v2.read(200, said(f"{head} {written} {AFTER}")).ready_from == MADE


def test_a_day_without_a_time_is_its_midnight() -> None:
    midnight = datetime(2026, 1, 5, tzinfo=IST)
    assert v2.read(200, said(f"Leads before 05-01-2026 {AFTER}")).ready_from == midnight


@pytest.mark.parametrize(
    "written",
    ["X", "", "32-01-2026 10:00:00", "05-13-2026 10:00:00", "05-01-2026 25:00:00", "05-01-2999 10:00:00", "5", "today"],
)
def test_a_moment_that_cannot_be_read_is_none(written: str) -> None:
    answer = v2.read(200, said(f"Leads before {written} {AFTER}"))
    assert (answer.outcome, answer.ready_from) == (Outcome.NOT_READY, None)


@pytest.mark.parametrize(
    "message",
    [
        "Leads will be available after 24 hours from 05-01-2026 10:00:00",  # when the key was made, or when they come
        "Before you ask: leads will be available after 24 hours. Today is 05-01-2026 10:00:00.",
    ],
)
def test_a_time_that_leads_are_not_said_to_lie_before_is_none(message: str) -> None:
    assert v2.read(200, said(message)).ready_from is None


def test_only_an_answer_that_is_not_ready_names_a_moment() -> None:
    message = "No leads before 05-01-2026 10:00:00. Please try again after 5 minutes."
    answer = v2.read(200, said(message, 429))
    assert (answer.outcome, answer.ready_from) == (Outcome.TOO_SOON, None)
