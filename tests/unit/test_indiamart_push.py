"""Pushed bodies: every wrapping that was documented, and any bytes at all."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

import pytest

from bot.indiamart import push

if TYPE_CHECKING:
    from collections.abc import Callable

ROW = {"UNIQUE_QUERY_ID": "7", "QUERY_TYPE": "B", "SENDER_NAME": "Asha"}
ENVELOPE = {"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": ROW}


@pytest.mark.parametrize(
    "content",
    [
        ENVELOPE,
        {"RESPONSE": [ROW]},
        {"Code": "200", "Response": ROW},
        {"RESPONSE": json.dumps(ROW)},
        {"body": ENVELOPE},
        {"body": json.dumps(ENVELOPE)},
        {"body": {"body": json.dumps([ENVELOPE])}, "headers": {"x": 1}},
        {"body": ROW},
        ROW,
        [ROW],
        [ENVELOPE],
        json.dumps(ENVELOPE),
        {"QUERY_ID": "7", "QTYPE": "B", "SENDERNAME": "Asha"},
    ],
)
def test_every_wrapping_holds_the_same_lead(content: object) -> None:
    pushed = push.read(json.dumps(content).encode())
    assert pushed.unreadable == ()
    assert [(lead.identity, lead.name) for lead in pushed.leads] == [("B:7", "Asha")]


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"<html>", b"7", b"null", b'"x"', b"[]", b'{"RESPONSE": "NULL"}', b'{"RESPONSE": []}', b"\xff"],
)
def test_a_body_without_a_row_is_empty_handed(body: bytes) -> None:
    assert push.read(body) == push.Pushed()


def test_a_broken_row_is_kept_beside_a_good_one() -> None:
    pushed = push.read(json.dumps({"RESPONSE": [ROW, 5, {"QUERY_TYPE": "W"}]}).encode())
    assert len(pushed.leads) == 1
    assert [row.raw for row in pushed.unreadable] == ["5", '{"QUERY_TYPE":"W"}']


def test_wrappings_without_end_are_left_alone() -> None:
    body = b'{"body":' * 500 + b"{}" + b"}" * 500
    assert push.read(body) == push.Pushed()


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_compressed_body_holds_the_same_lead(pack: Callable[[bytes], bytes]) -> None:
    assert [lead.identity for lead in push.read(pack(json.dumps(ENVELOPE).encode())).leads] == ["B:7"]


@pytest.mark.parametrize(
    "body", [gzip.compress(b" " * 50_000_000), gzip.compress(b"[]")[:-9], b"\x1f\x8b"], ids=["bomb", "cut", "head"]
)
def test_what_cannot_be_unpacked_holds_no_lead(body: bytes) -> None:
    assert push.read(body) == push.Pushed()
