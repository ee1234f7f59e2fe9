"""Bodies as JSON: the quick reader and the patient one come to the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import decoding
from bot.indiamart import column_names, json_bodies, v1, v2
from bot.indiamart.answer import Outcome

SAMPLES = Path(__file__).parents[1] / "samples"
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = TEXT | st.integers() | st.floats() | st.none() | st.booleans()
ROWS = st.dictionaries(st.sampled_from(sorted(column_names.NAMES)) | TEXT, VALUES, min_size=1, max_size=5)
ITEMS = st.lists(ROWS | VALUES | st.dictionaries(TEXT, ROWS, max_size=2), max_size=4)
ENVELOPES = st.dictionaries(st.sampled_from(["CODE", "MESSAGE", "response", "TOTAL_RECORDS"]) | TEXT, VALUES)


def read_alike(body: bytes) -> bool:
    """With the types of all values: `1` is not `1.0`."""
    return repr(json_bodies.parse(body)) == repr(json_bodies.parse_text(decoding.text_of(body)))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*")), ids=lambda path: path.name)
def test_every_sample_reads_the_same_either_way(path: Path) -> None:
    assert read_alike(path.read_bytes())


@given(ITEMS, ENVELOPES, st.sampled_from(["ascii", "utf-8"]), st.none() | st.integers(0, 400))
def test_any_rows_read_the_same_either_way(
    items: list[object], envelope: dict[str, object], letters: str, cut: int | None
) -> None:
    for content in (items, envelope | {"RESPONSE": items} | {"TAIL": [1]}, envelope | {"RESPONSE": items}):
        assert read_alike(json.dumps(content, ensure_ascii=letters == "ascii").encode()[:cut])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[",
        b"[]",
        b"[{}]",
        b'[{"A": 1},]',
        b'[{"A": 1}] x',
        b'[{"A": 1}, 2]',
        b'[{"A": [1]}, {"A": 2}]',
        b'[{"A" 1}]',
        b'[{"A": 1, "A": 2}]',
        b'[{"A": "1", "A": ""}]',
        b'[{"A": "1", "\\u0041": ""}]',
        b'[{"A": "\\":", "B": "1", "B": ""}]',
        b'[{"A": ":", "B": "1", "B": ""}]',
        b'[{"A" : "1", "A" : null}]',
        b'{"RESPONSE": [{"A": 1}], "RESPONSE": []}',
        b'{"RESPONSE": [{"A": 1}], "CODE": 200, "CODE": ""}',
        b'[{"A": 98765432109876543210}]',
        b'[{"A": -9223372036854775808, "B": 18446744073709551615}]',
        b'[{"A": 9.19000001108E+11}]',
        b'[{"A": NaN}]',
        b'[{"A": "\\ud800"}]',
        b'{"RESPONSE": [{"A": "]}"}, {"B": "\\"}"}], "OTHER": []}',
        b'{"X": {"RESPONSE": [{"A": 1}]}}',
        b'{"X": "RESPONSE", "Y": [{"A": 1}]}',
        b'\xef\xbb\xbf{"CODE": 200, "RESPONSE": [{"A": "\n"}]}',
        '[{"A": "ü"}]'.encode("utf-16"),
        b'[{"A": "\xff"}]',
    ],
)
def test_unusual_bodies_read_the_same_either_way(body: bytes) -> None:
    assert read_alike(body)


def test_of_a_name_that_comes_twice_what_says_something_counts() -> None:
    answer = v1.read(
        200, b'[{"QUERY_ID": "1", "SENDERNAME": "Asha", "MOB": "9000000001", "QUERY_ID": "", "MOB": "NA"}]'
    )
    assert [(lead.query_id, lead.mobile) for lead in answer.leads] == [("1", "+919000000001")]
    answer = v2.read(200, b'{"CODE": 200, "RESPONSE": [{"UNIQUE_QUERY_ID": "1"}], "response": null, "code": ""}')
    assert ([lead.query_id for lead in answer.leads], answer.outcome) == (["1"], Outcome.LEADS)


def test_a_large_body_that_ends_early_is_truncated() -> None:
    row = json.dumps({"QUERY_ID": "1", "QTYPE": "W", "SENDERNAME": "x" * 1000}).encode()
    body = b"[" + (row + b",") * 6500
    assert v1.read(200, body).outcome is Outcome.TRUNCATED
    assert v1.read(200, body[:-100]).outcome is Outcome.TRUNCATED
    assert v1.read(200, body[:-1] + b"]").outcome is Outcome.LEADS
