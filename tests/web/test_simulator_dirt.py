"""Rows and bodies that are wrong on purpose: as wrong as asked for, and no wronger."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.sandbox.simulator import v1, v2
from bot.sandbox.simulator.dirty_rows import FILLER_IDS, FILLERS, SMUDGES, Dirt
from bot.sandbox.simulator.lead_record import LeadRecord
from bot.sandbox.simulator.leads import Leads
from bot.sandbox.simulator.server import Simulator

MORNING = datetime(2026, 1, 5, 5, 0, tzinfo=UTC)
CLEAN = LeadRecord(
    kind="W",
    query_id="2640000001",
    enquired_at=MORNING,
    name="Asha Testwala",
    company="Testwala & Sons",
    mobile="+91-9000000021",
    email="asha@example.com",
    product="Gate Valve",
    message="Need a valve",
    quantity="4",
    unit="piece",
)


def dirty(*dirt: Dirt, **fields: Any) -> LeadRecord:
    values = {name: getattr(CLEAN, name) for name in LeadRecord.__slots__} | {"dirt": frozenset(dirt)}
    return LeadRecord(**values | fields)


@pytest.mark.parametrize(
    ("dirt", "name", "value"),
    [
        (Dirt.MASKED_NUMBER, "SENDER_MOBILE", "+91-90000XXX21"),
        (Dirt.NOTED_NUMBER, "SENDER_MOBILE", "9000000021 (WhatsApp)"),
        (Dirt.SEVERAL_NUMBERS, "SENDER_MOBILE", "+91-9000000021 / 9000099990"),
        (Dirt.DOUBLED_CODE, "SENDER_MOBILE", "+91-91-9000000021"),
        (Dirt.ZEROS, "SENDER_MOBILE_ALT", 0),
        (Dirt.OTHER_NAMES, "SENDER_MOBILE_WAPP", "+91-9000000021"),
        (Dirt.OTHER_NAMES, "QUERY_QUANTITY", "4 piece"),
        (Dirt.CAMEL_CASE, "uniqueQueryId", "2640000001"),
    ],
)
def test_a_row_is_as_dirty_as_asked_for(dirt: Dirt, name: str, value: object) -> None:
    clean, row = v2.row(CLEAN), v2.row(dirty(dirt))
    assert row[name] == value
    if dirt not in {Dirt.OTHER_NAMES, Dirt.CAMEL_CASE, Dirt.ZEROS}:
        assert {key for key in clean if clean[key] != row[key]} == {name}


def test_fillers_stand_where_something_should() -> None:
    row = v2.row(dirty(Dirt.FILLER_ID, Dirt.FILLERS))
    assert row["UNIQUE_QUERY_ID"] in FILLER_IDS
    assert {row[name] for name in ("SENDER_NAME", "SENDER_COMPANY", "SENDER_EMAIL")} <= set(FILLERS)
    assert v1.row(dirty(Dirt.FILLER_ID), 1, 1)["QUERY_ID"] in FILLER_IDS


def test_brackets_in_a_message_are_the_buyers() -> None:
    assert str(v2.row(dirty(Dirt.BRACKETS))["QUERY_MESSAGE"]).startswith("<Urgent> Need a valve")


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_row_breaks_in_five_ways_and_the_others_stay_whole(api: str) -> None:
    broken = [dirty(Dirt.BROKEN, query_id=str(number)) for number in range(5)]
    rows = [CLEAN, *broken, CLEAN]
    body = (v1 if api == "v1" else v2).answer(rows, len(rows)).decode()
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)
    for one in broken:
        other = (v1 if api == "v1" else v2).answer([one], 1).decode()
        with pytest.raises(json.JSONDecodeError):
            json.loads(other)
        whole = (v1 if api == "v1" else v2).answer([dirty(query_id=one.query_id)], 1)
        json.loads(whole)
    name = "QUERY_ID" if api == "v1" else "UNIQUE_QUERY_ID"
    assert body.count(f'"{name}":"2640000001"') == 2


def test_cp1252_is_no_utf_8() -> None:
    body, _type = v2.push(dirty(Dirt.CP1252))
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert "5° bend – Ø 25, José" in body.decode("cp1252")
    assert "José".encode("cp1252") in v2.answer([CLEAN, dirty(Dirt.CP1252)], 2)


def test_a_push_is_wrapped_in_every_way_that_was_seen() -> None:
    row = v2.row(CLEAN)
    envelope = {"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": row}
    found = {dirt: v2.push(dirty(dirt)) for dirt in Dirt}
    assert json.loads(v2.push(CLEAN)[0]) == envelope
    assert json.loads(found[Dirt.NESTED][0]) == {"body": envelope}
    assert json.loads(json.loads(found[Dirt.DOUBLE_ENCODED][0])) == envelope
    assert json.loads(found[Dirt.LOWER_CASE][0])["response"] == row
    assert json.loads(found[Dirt.BARE][0]) == row
    assert json.loads(found[Dirt.ARRAY][0]) == [envelope]
    form, form_type = found[Dirt.FORM]
    assert form_type == "application/x-www-form-urlencoded"
    assert parse_qs(form.decode())["SENDER_NAME"] == ["Asha Testwala"]
    parts, parts_type = found[Dirt.MULTIPART]
    assert parts_type.startswith("multipart/form-data; boundary=")
    assert json.dumps(envelope, separators=(",", ":")) in parts.decode()


def test_one_lead_in_twenty_is_dirty_and_always_the_same_ones() -> None:
    def dirts() -> list[frozenset[Dirt]]:
        return [record.dirt for record in Simulator(seed=7, dirt=0.05).seller.arrive_many(2_000)]

    found = [dirt for dirt in dirts() if dirt]
    assert dirts() == dirts()
    assert 70 <= len(found) <= 130
    assert {one for dirt in found for one in dirt} == set(SMUDGES)


def test_without_being_asked_for_there_is_no_dirt() -> None:
    assert not any(record.dirt for record in Simulator().seller.arrive_many(200))


def test_two_buyers_in_five_say_since_when_they_are_there() -> None:
    leads = Leads()
    said = [v1.row(leads.lead(MORNING, "W"), 1, 1)["IM_MEMBER_SINCE"] for _lead in range(500)]
    assert 100 < sum(one is not None for one in said) < 300
    assert all(one is None or datetime.strptime(str(one), "%b-%Y").year < 2020 for one in said)  # noqa: DTZ007
