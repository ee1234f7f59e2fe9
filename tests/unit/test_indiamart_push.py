"""Pushed bodies: every wrapping that was documented or seen, and any bytes at all."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import budgets
from bot.domain.unpacking import UnpackedTooLargeError
from bot.indiamart import push

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).parents[1] / "samples"
ROW = {"UNIQUE_QUERY_ID": "7", "QUERY_TYPE": "B", "SENDER_NAME": "Asha"}
ENVELOPE = {"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": ROW}
TEXT = json.dumps(ENVELOPE)


@pytest.mark.parametrize(
    "content",
    [
        ENVELOPE,
        {"RESPONSE": [ROW]},
        {"Code": "200", "Response": ROW},
        {"code": 200, "response": ROW},
        {"RESPONSE": json.dumps(ROW)},
        {"body": ENVELOPE},
        {"body": TEXT},
        {"body": {"body": json.dumps([ENVELOPE])}, "headers": {"x": 1}},
        {"subject": "A new lead", "body": ENVELOPE},
        {"headers": {"content-type": "x"}, "isBase64Encoded": False, "payload": ROW},
        {"event": "lead", "anything": {"else": ROW}},
        {"body": ROW},
        {"test": False, "RESPONSE": ROW},
        ROW,
        [ROW],
        [ENVELOPE],
        TEXT,
        json.dumps(TEXT),
        json.dumps(json.dumps(TEXT)),
        {"QUERY_ID": "7", "QTYPE": "B", "SENDERNAME": "Asha"},
        {"uniqueQueryId": "7", "queryType": "B", "senderName": "Asha"},
        [[[[{"RESPONSE": [[ROW]]}]]]],
        {"body": {"body": {"body": {"body": {"body": {"body": {"body": ENVELOPE}}}}}}},
        {"response": {"UniqueQueryID": "7", "QueryType": "B", "SenderName": "Asha"}},
        {"unique_query_id": 7, "query_type": "b", "sender_name": "Asha"},
    ],
)
def test_every_wrapping_holds_the_same_lead(content: object) -> None:
    pushed = push.read(json.dumps(content).encode())
    assert pushed.unreadable == ()
    assert [(lead.identity, lead.name) for lead in pushed.leads] == [("B:7", "Asha")]


def multipart(*fields: tuple[str, str], end: str = "\r\n") -> bytes:
    parts = (f'--x y{end}Content-Disposition: form-data; name="{name}"{end}{end}{value}{end}' for name, value in fields)
    return f"{''.join(parts)}--x y--{end}".encode()


@pytest.mark.parametrize(
    "body",
    [
        urlencode(ROW),
        urlencode(ENVELOPE | {"RESPONSE": json.dumps(ROW)}),
        urlencode({"data": TEXT}),
        urlencode({"anything": json.dumps([ROW])}),
        urlencode({"token": "abc", "json": json.dumps(TEXT)}),
        urlencode({"QUERY_ID": "7", "QTYPE": "B", "SENDERNAME": "Asha"}),
        f"{TEXT}=",
        quote(TEXT),
        f"{quote(TEXT)}=",
        urlencode({TEXT: ""}),
        "CODE=200&" + "&".join(f"RESPONSE[{name}]={value}" for name, value in ROW.items()),
        "&".join(f"{quote(f'RESPONSE[0][{name}]')}={value}" for name, value in ROW.items()),
        multipart(*ROW.items()),
        multipart(("data", TEXT)),
        multipart(("note", "a & b = c"), ("RESPONSE", json.dumps(ROW)), end="\n"),
        multipart(*((f"RESPONSE[{name}]", value) for name, value in ROW.items())),
    ],
)
def test_every_kind_of_form_holds_the_same_lead(body: str | bytes) -> None:
    pushed = push.read(body if isinstance(body, bytes) else body.encode())
    assert pushed.unreadable == ()
    assert [(lead.identity, lead.name) for lead in pushed.leads] == [("B:7", "Asha")]


@pytest.mark.parametrize("label", ["", "application/json", "application/x-www-form-urlencoded", "text/plain; x=\r\n"])
@pytest.mark.parametrize("body", [TEXT, urlencode(ROW)])
def test_what_a_body_is_shows_in_the_body_not_in_its_label(body: str, label: str) -> None:
    assert [lead.identity for lead in push.read(body.encode(), label).leads] == ["B:7"]


def test_an_ampersand_that_nobody_escaped_is_part_of_the_text() -> None:
    body = (
        b"SENDER_NAME=Asha&SENDER_COMPANY=Rao & Sons&SENDER_EMAIL&QUERY_MESSAGE=Pumps & Testwala & valves+&pipes"
        b"&&QUERY_TYPE=W&UNIQUE_QUERY_ID=12&"
    )
    pushed = push.read(body)
    [lead] = pushed.leads
    told = lead.company, lead.email, lead.message, lead.query_id
    assert told == ("Rao & Sons", None, "Pumps & Testwala & valves &pipes", "12")
    assert pushed.unknown_names == ()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Asha Testwala wants pumps&SENDER_MOBILE=9000000031", ()),
        ("Testwala&SENDER_MOBILE=9000000031", ()),
        ("SENDER_MOBILE=9000000031&QUERY_MESSAGE=Rao & Testwala; Gandhi Road=home", ()),
        ("SENDER_MOBILE=9000000031&QUERY_MESSAGE=Rao &Testwala=home&QUERY_MOOD=good", ("QUERY_MOOD",)),
        ('{"SENDER_MOBILE":"9000000031","Mr Quillon of Gandhi Road":"x","Testwala":"x","9000000031":"x"}', ()),
        ('{"SENDER_MOBILE":"9000000031","queryMood":"x","sender_mood":"x","FLOOR":3,"SENDER_FLAT2":"", "LIFT":null}',
         ("FLOOR", "QUERY_MOOD", "SENDER_MOOD")),
    ],
)  # fmt: skip
def test_only_what_is_spelled_as_a_column_is_told_as_one(body: str, told: tuple[str, ...]) -> None:
    pushed = push.read(body.encode())
    assert [lead.mobile for lead in pushed.leads] == ["+919000000031"]
    assert pushed.unknown_names == told


def test_a_form_may_be_written_in_cp1252_or_hold_a_raw_percent() -> None:
    body = b"UNIQUE_QUERY_ID=7&SENDER_NAME=Jos%E9&SENDER_COMPANY=Caf\xe9+100%&QUERY_MESSAGE=%E0%A4%AA"
    [lead] = push.read(body).leads
    assert (lead.name, lead.company, lead.message) == ("José", "Café 100%", "\u092a")


@pytest.mark.parametrize(
    ("body", "content_type", "name"),
    [
        ('{"SENDER_NAME": "José"}'.encode(), "", "José"),
        ('{"SENDER_NAME": "José"}'.encode(), "application/json; charset=iso-8859-1", "José"),
        ('{"SENDER_NAME": "José – Ø"}'.encode("cp1252"), "application/json; charset=utf-8", "José – Ø"),
        ('{"SENDER_NAME": "Łódź"}'.encode("iso-8859-2"), "application/json; charset=ISO-8859-2", "Łódź"),
        ('{"SENDER_NAME": "José"}'.encode("cp1252"), 'application/json; charset="nonsense"', "José"),
        ('{"SENDER_NAME": "आशा"}'.encode("utf-16"), "application/json", "आशा"),
        ('\ufeff{"SENDER_NAME": "आशा"}'.encode(), "application/json", "आशा"),
    ],
)
def test_letters_are_read_as_utf_8_else_as_declared_else_as_cp1252(body: bytes, content_type: str, name: str) -> None:
    assert [lead.name for lead in push.read(body, content_type).leads] == [name]


@pytest.mark.parametrize(
    ("sample", "name", "mobile", "message"),
    [
        ("push_cp1252.json", "José Sample", "+919000001012", "Need 5° bend – Ø 25"),
        ("push_form.txt", "Mohan Sample", "+919000001002", "I need Gate Valve"),
        ("push_multipart.txt", "Mohan Sample", "+919000001005", "I need Gate Valve"),
    ],
)
def test_pushes_that_are_nearly_right(sample: str, name: str, mobile: str, message: str) -> None:
    [lead] = push.read((SAMPLES / sample).read_bytes()).leads
    assert (lead.name, lead.mobile, lead.message) == (name, mobile, message)


@pytest.mark.parametrize(
    "body",
    [b"hello 9000000001", b"<html>", b"7", b'"x"', b"\xff", b"a=b&c=d", b"gibberish", b'{"UNIQUE_QUERY_ID": "7", "SEN'],
)
def test_a_body_without_a_row_is_empty_handed(body: bytes) -> None:
    assert push.read(body) == push.PushedBody()


@pytest.mark.parametrize(
    "body",
    [
        "", "   \r\n", "{}", "[]", "null", '""', "true", "[{}]", "\ufeff{}", '{"test": true}', '{"Test": {"a": 7}}',
        '{"test_listener": "x"}', '{"event": "test"}', '{"message": "This is a test"}', '"ping"', "test", "Test Push!",
        "ping=1", "test=", '{"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": {}}', '{"RESPONSE": []}',
        '{"RESPONSE": "NULL"}', '{"CODE": 200, "MESSAGE": "Listener verified", "RESPONSE": ""}', '{"body": {}}',
        '{"CODE": 200, "RESPONSE": {"UNIQUE_QUERY_ID": "", "SENDER_NAME": null}}',
    ],
)  # fmt: skip
def test_whoever_only_tries_the_address_is_no_trouble(body: str) -> None:
    assert push.read(body.encode()) == push.PushedBody(is_test=True)


@pytest.mark.parametrize(
    "row", [{"SENDER_NAME": "Test"}, {"QUERY_MESSAGE": "test"}, {"SENDER_MOBILE": "9000000001", "test": 1}]
)
def test_a_lead_that_is_called_test_is_a_lead(row: dict[str, object]) -> None:
    assert len(push.read(json.dumps({"RESPONSE": row}).encode()).leads) == 1


BROKEN = (
    '{"UNIQUE_QUERY_ID": "2", "SENDER_NAME": "size 3\\x4"}',
    '{"UNIQUE_QUERY_ID": "2", "SENDER_NAME": "3" Gate Valve"}',
    '{"UNIQUE_QUERY_ID": "2", "SENDER_NAME" "Ravi"}',
    '{"UNIQUE_QUERY_ID": "2", "SENDER_NAME": }',
)


@pytest.mark.parametrize("frame", ["[%s]", '{"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": [%s]}'])
@pytest.mark.parametrize("broken", BROKEN)
def test_a_row_that_is_no_json_costs_the_others_nothing(frame: str, broken: str) -> None:
    row = json.dumps(ROW)
    pushed = push.read((frame % f"{row}, {broken}, {row}").encode())
    assert [lead.identity for lead in pushed.leads] == ["B:7", "B:7"]
    assert [one.raw for one in pushed.unreadable] == [broken]


def test_of_a_body_that_was_cut_off_the_whole_rows_are_leads_and_all_of_it_is_kept() -> None:
    text = f'{{"RESPONSE": [{json.dumps(ROW)}, {{"UNIQUE_QUERY_ID": "8", "SENDER_'
    pushed = push.read(text.encode())
    assert [lead.identity for lead in pushed.leads] == ["B:7"]
    assert [one.raw for one in pushed.unreadable] == [text]


@pytest.mark.parametrize("broken", BROKEN)
def test_one_lead_that_is_no_json_is_not_guessed_at(broken: str) -> None:
    assert push.read(f'{{"CODE": 200, "RESPONSE": {broken}}}'.encode()) == push.PushedBody()


def test_a_broken_row_is_kept_beside_a_good_one() -> None:
    pushed = push.read(json.dumps({"RESPONSE": [ROW, 5, {"QUERY_TYPE": "W"}, {"foo": 7}]}).encode())
    assert len(pushed.leads) == 1
    assert [row.raw for row in pushed.unreadable] == ["5", '{"QUERY_TYPE":"W"}', '{"foo":7}']


def test_wrappings_without_end_are_left_alone() -> None:
    body = b'{"body":' * 500 + b"{}" + b"}" * 500
    assert push.read(body) == push.PushedBody()


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_compressed_body_holds_the_same_lead(pack: Callable[[bytes], bytes]) -> None:
    assert [lead.identity for lead in push.read(pack(TEXT.encode())).leads] == ["B:7"]


def test_a_body_packed_in_pieces_is_read_to_its_end() -> None:
    packed = gzip.compress(TEXT[:20].encode()) + gzip.compress(TEXT[20:].encode())
    assert [lead.identity for lead in push.read(packed).leads] == ["B:7"]


@pytest.mark.parametrize("body", [gzip.compress(b"[]")[:-9], b"\x1f\x8b"], ids=["cut", "head"])
def test_what_cannot_be_unpacked_holds_no_lead(body: bytes) -> None:
    assert push.read(body) == push.PushedBody()


@pytest.mark.parametrize("number", [budgets.PUSHED_BYTES + 1, 50_000_000])
def test_what_unpacks_to_too_much_is_refused(number: int) -> None:
    with pytest.raises(UnpackedTooLargeError):
        push.read(gzip.compress(b" " * number))


@given(st.binary(max_size=400), st.text(max_size=60))
def test_any_bytes_and_any_label_are_taken(body: bytes, content_type: str) -> None:
    pushed = push.read(body, content_type)
    assert not (pushed.is_test and pushed.leads)


NAMES = st.sampled_from([*ROW, "CODE", "RESPONSE", "body", "test", "x", "0", "RESPONSE[SENDER_NAME]", "[", ""])
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(TREES, st.booleans())
def test_any_wrapping_is_taken_and_no_named_lead_in_it_is_lost(tree: object, is_form: bool) -> None:  # noqa: FBT001
    lead = ROW | {"QUERY_MESSAGE": "seven"}
    content = {"noise": tree, "body": [lead]}
    body = urlencode({name: json.dumps(value) for name, value in content.items()}) if is_form else json.dumps(content)
    assert "seven" in [one.message for one in push.read(body.encode()).leads]
