"""Whatever bytes, JSON or row there may be, reading it comes to an answer."""

from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lead import Lead
from bot.indiamart import column_names, push, rows, v1, v2
from bot.indiamart.answer import Answer, Unreadable

TEXT = st.text(st.characters())  # lone surrogates too
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))
NAMES = st.sampled_from(sorted(column_names.NAMES)) | TEXT
ROWS = st.dictionaries(NAMES, JSON, max_size=12)
KEYS = st.sampled_from(["CODE", "MESSAGE", "RESPONSE", "TOTAL_RECORDS", "Error_Message", "body"]) | TEXT
ENVELOPES = st.dictionaries(KEYS, JSON | st.lists(ROWS, max_size=3) | st.sampled_from([200, 204, 401, 429, "200"]))
STATUSES = st.sampled_from([200, 204, 301, 401, 403, 429, 500, 502])


@pytest.fixture(scope="module")
def database() -> object:
    with sqlite3.connect(":memory:", check_same_thread=False) as connection:
        yield connection
    connection.close()


def read_all(status: int, body: bytes) -> None:
    for answer in (v1.read(status, body), v2.read(status, body)):
        assert isinstance(answer, Answer)
        answer.message.encode()
    assert isinstance(push.read(body), push.PushedBody)


@given(STATUSES, st.binary())
def test_any_bytes_are_an_answer(status: int, body: bytes) -> None:
    read_all(status, body)


@given(STATUSES, JSON | ROWS | ENVELOPES | st.lists(ROWS | ENVELOPES, max_size=4))
def test_any_json_is_an_answer(status: int, content: object) -> None:
    read_all(status, json.dumps(content).encode())


@given(ROWS)
def test_any_row_is_a_lead_or_kept(database: sqlite3.Connection, row: dict[str, object]) -> None:
    found = rows.read(row)
    assert json.loads(found.raw) is not None or row is None
    if isinstance(found, Unreadable):
        return
    values = [value for name in Lead._fields if isinstance(value := getattr(found, name), str)]
    for value in [*values, found.identity]:
        assert value
        database.execute("SELECT ?", (value,)).fetchone()


@given(st.one_of(SCALARS, st.lists(JSON)))
def test_what_is_no_object_is_kept(value: object) -> None:
    assert isinstance(rows.read(value), Unreadable)


@given(ROWS)
def test_reading_a_kept_row_again_gives_the_same_lead(row: dict[str, object]) -> None:
    found = rows.read(row)
    again = rows.read(json.loads(found.raw))
    if isinstance(found, Lead) and isinstance(again, Lead):
        assert again.identity == found.identity
