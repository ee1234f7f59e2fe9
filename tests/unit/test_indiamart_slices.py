"""Large bodies are cut into rows before they are read, and come to the same answer as small ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.indiamart import bodies, replies, slices, v1, v2, wire
from bot.indiamart.answer import Outcome
from bot.indiamart.unread import Unread

if TYPE_CHECKING:
    from types import ModuleType

SAMPLES = Path(__file__).parents[1] / "samples"
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = TEXT | st.integers() | st.none() | st.booleans()
ROWS = st.dictionaries(st.sampled_from(sorted(wire.NAMES)) | TEXT, VALUES, min_size=1, max_size=5)
ITEMS = st.lists(ROWS | VALUES | st.dictionaries(TEXT, ROWS, max_size=2), max_size=4)
ENVELOPES = st.dictionaries(st.sampled_from(["CODE", "MESSAGE", "response", "TOTAL_RECORDS"]) | TEXT, VALUES)


def plain(content: object) -> object:
    """With its rows read."""
    if isinstance(content, bodies.Broken):
        return content.is_cut
    if isinstance(content, slices.Rows):
        return list(content)
    if isinstance(content, dict):
        return {name: plain(value) for name, value in content.items()}
    return content


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*")), ids=lambda path: path.name)
def test_every_sample_reads_the_same_in_slices(path: Path) -> None:
    body = path.read_bytes()
    assert plain(slices.parse(body)) == plain(bodies.parse(body)) == plain(slices.parse(body, block=1))


@given(ITEMS, ENVELOPES, st.sampled_from(["ascii", "utf-8"]), st.none() | st.integers(0, 400))
def test_any_rows_read_the_same_in_slices(
    items: list[object], envelope: dict[str, object], letters: str, cut: int | None
) -> None:
    for content in (items, envelope | {"RESPONSE": items} | {"TAIL": [1]}):
        body = json.dumps(content, ensure_ascii=letters == "ascii").encode()[:cut]
        assert plain(slices.parse(body)) == plain(bodies.parse(body)) == plain(slices.parse(body, block=1))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b"[]",
        b"[{}]",
        b'[{"A": 1},]',
        b'[{"A": 1}] x',
        b'[{"A": 1}, 2]',
        b'[{"A": [1]}, {"A": 2}]',
        b'[{"A" 1}]',
        b'{"RESPONSE": [{"A": "]}"}, {"B": "\\"}"}], "OTHER": []}',
        b'{"X": {"RESPONSE": [{"A": 1}]}}',
        b'{"X": "RESPONSE", "Y": [{"A": 1}]}',
        b'\xef\xbb\xbf{"CODE": 200, "RESPONSE": [{"A": "\n"}]}',
        '[{"A": "ü"}]'.encode("utf-16"),
        b'[{"A": "\xff"}]',
    ],
)
def test_unusual_bodies_read_the_same_in_slices(body: bytes) -> None:
    assert plain(slices.parse(body)) == plain(bodies.parse(body)) == plain(slices.parse(body, block=1))


def test_rows_that_are_kept_are_read_some_hundreds_at_a_time() -> None:
    rows = [{"QUERY_ID": str(number), "SENDERNAME": "आशा,]}"} for number in range(777)]
    body = json.dumps({"CODE": 200, "RESPONSE": rows}, ensure_ascii=False).encode()
    assert slices.parse(body, block=10_000) == {"CODE": 200, "RESPONSE": rows}
    broken = body.replace(b'"QUERY_ID": "500"', b'"QUERY_ID": 5x0')
    assert isinstance(slices.parse(broken, block=10_000), bodies.Broken)


@pytest.mark.parametrize("huge", [0, 10**9])
@pytest.mark.parametrize(("version", "sample"), [(v1, "v1_success_w_b_p_2022.json"), (v2, "v2_200_w_p_b_2024.json")])
def test_a_large_answer_says_what_a_small_one_says(
    version: ModuleType, sample: str, huge: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = (SAMPLES / sample).read_bytes()
    small = version.read(200, body)
    monkeypatch.setattr(replies, "LARGE_BODY", 0)
    monkeypatch.setattr(replies, "HUGE_BODY", huge)
    monkeypatch.setattr(replies, "AT_ONCE", 0)
    large = version.read(200, body)
    assert isinstance(large.leads, Unread)
    assert sorted(large.leads[:], key=str) == sorted(small.leads, key=str)
    assert list(large.leads) == large.leads[:]
    assert (large.outcome, large.announced, large.is_complete) == (small.outcome, small.announced, small.is_complete)
    assert large.outcome is Outcome.LEADS


def test_a_large_body_that_ends_early_is_truncated() -> None:
    row = json.dumps({"QUERY_ID": "1", "QTYPE": "W", "SENDERNAME": "x" * 1000}).encode()
    body = b"[" + (row + b",") * 6500
    assert len(body) > replies.LARGE_BODY
    assert v1.read(200, body).outcome is Outcome.TRUNCATED
    assert v1.read(200, body[:-100]).outcome is Outcome.TRUNCATED
    assert v1.read(200, body[:-1] + b"]").outcome is Outcome.LEADS


def test_leads_of_a_long_answer_come_with_the_oldest_first() -> None:
    day = [
        {"UNIQUE_QUERY_ID": str(n), "QUERY_TYPE": "W", "QUERY_TIME": f"2026-01-01 {n // 60:02d}:{n % 60:02d}:00"}
        for n in range(1, 901)
    ]
    for found in (day, day[::-1]):
        body = json.dumps({"CODE": 200, "TOTAL_RECORDS": 901, "RESPONSE": [*found, {"STRANGE": 1}]}).encode()
        answer = v2.read(200, body)
        assert [lead.query_id for lead in answer.leads[:]] == [str(n) for n in range(1, 901)]
        assert answer.leads[5].query_id == "6"
        assert [bad.raw for bad in answer.unreadable] == ['{"STRANGE":1}']
        assert answer.is_complete
