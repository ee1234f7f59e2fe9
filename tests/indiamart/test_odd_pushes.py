"""Pushed bodies that are not quite JSON, or say a thing twice: what can be read in one way alone is a lead."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest

from bot.indiamart import push

ROW = {"UNIQUE_QUERY_ID": "7", "QUERY_TYPE": "B", "SENDER_NAME": "Asha"}
ENVELOPE = {"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": ROW}
TEXT = json.dumps(ENVELOPE)
NONE = '"UNIQUE_QUERY_ID": "", "SENDER_NAME": null, "SENDER_NAME": " "'


@pytest.mark.parametrize(
    "body",
    [
        f'{{"RESPONSE": {json.dumps(ROW)}, "RESPONSE": {{}}}}',
        f'{{"RESPONSE": {{}}, "RESPONSE": {json.dumps(ROW)}}}',
        f'{{"RESPONSE": {json.dumps(ROW)}, "RESPONSE": null}}',
        f'{{"RESPONSE": {json.dumps(ROW)}, "RESPONSE": "ok"}}',
        f"{json.dumps(ROW)[:-1]}, {NONE}}}",
        f"[{json.dumps(ROW)[:-1]}, {NONE}}}]",
        f'{{"RESPONSE": [{json.dumps(ROW)[:-1]}, {NONE}}}]}}',
        f"{{{NONE}, {json.dumps(ROW)[1:]}",
        f"{json.dumps(ENVELOPE)[:-1]},}}",
        f"{json.dumps(ENVELOPE)[:-2]},}}}}",
        repr(ENVELOPE),
        repr(ENVELOPE | {"MORE": [None, True, "it's"]}),
    ],
)
def test_what_can_be_read_in_one_way_alone_is_the_lead(body: str) -> None:
    pushed = push.read(body.encode())
    assert pushed.unreadable == ()
    assert [(lead.identity, lead.name) for lead in pushed.leads] == [("B:7", "Asha")]


def test_of_a_name_that_comes_twice_every_row_is_a_lead() -> None:
    body = f'{{"RESPONSE": {json.dumps(ROW)}, "RESPONSE": [{json.dumps(ROW | {"UNIQUE_QUERY_ID": "8"})}]}}'
    assert [lead.identity for lead in push.read(body.encode()).leads] == ["B:7", "B:8"]


@pytest.mark.parametrize("between", ["\n", "\r\n\r\n", "", ", "])
def test_envelopes_one_behind_the_other_are_each_a_lead(between: str) -> None:
    other = json.dumps({"RESPONSE": [ROW | {"UNIQUE_QUERY_ID": "8"}]})
    pushed = push.read(f"{TEXT}{between}{other}\n".encode())
    assert [lead.identity for lead in pushed.leads] == ["B:7", "B:8"]
    assert pushed.unreadable == ()


def test_what_is_no_json_behind_an_envelope_is_kept_beside_its_lead() -> None:
    pushed = push.read(f'{TEXT}\n{{"RESPONSE": {{"UNIQUE_'.encode())
    assert [lead.identity for lead in pushed.leads] == ["B:7"]
    assert [one.raw for one in pushed.unreadable] == ['{"RESPONSE": {"UNIQUE_']


@pytest.mark.parametrize(("sent", "name"), [("Asha+Rao", "Asha+Rao"), ("Asha Rao", "Asha Rao")])
def test_a_plus_in_the_name_of_a_forms_only_field_is_a_blank_where_forms_write_it_so(sent: str, name: str) -> None:
    row = ROW | {"SENDER_NAME": sent}
    for body in (urlencode({json.dumps(row): ""}), quote(json.dumps(row)), quote(json.dumps(row), safe="+:")):
        assert [lead.name for lead in push.read(body.encode()).leads] == [name]


@pytest.mark.parametrize("name", ["UNIQUE_QUERY_ID", "QUERY_ID", "queryId"])
def test_what_names_a_leads_number_is_no_test_though_no_row_is_found_in_it(name: str) -> None:
    body = json.dumps({"test": True, "payload": json.dumps({name: "2640000001"})[:-1]})
    for sent in (body, urlencode({"test": body})):
        pushed = push.read(sent.encode())
        assert (pushed.leads, pushed.is_test) == ((), False)
    assert push.read(body.replace("2640000001", "").encode()) == push.PushedBody(is_test=True)
