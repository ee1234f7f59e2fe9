"""Bodies in the very shapes that IndiaMART sends: every one has exactly one meaning."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import IST
from bot.domain.lead import Lead
from bot.indiamart import push, v1, v2
from bot.indiamart.answer import Answer, Outcome

SAMPLES = Path(__file__).parent.parent / "samples"

OUTCOMES = {
    "gateway_502.html": (Outcome.THEIR_FAULT, 0, None, None),
    "v1_error_no_leads.json": (Outcome.NOTHING, 0, None, None),
    "v1_error_rate_limit_15min.json": (Outcome.TOO_SOON, 0, None, 900.0),
    "v1_error_rate_limit_5min.json": (Outcome.TOO_SOON, 0, None, 300.0),
    "v1_error_wrong_key.json": (Outcome.BAD_KEY, 0, None, None),
    "v1_legacy_response_null.json": (Outcome.NOTHING, 0, None, None),
    "v1_success_empty_array.json": (Outcome.NOTHING, 0, None, None),
    "v1_success_w_and_p_2020.json": (Outcome.LEADS, 4, 4, None),
    "v1_success_w_b_p_2022.json": (Outcome.LEADS, 3, 3, None),
    "v2_200_biz_and_wa.json": (Outcome.LEADS, 2, 2, None),
    "v2_200_doc_style_nulls_2021.json": (Outcome.LEADS, 1, 1, None),
    "v2_200_empty_response.json": (Outcome.NOTHING, 0, 0, None),
    "v2_200_w_2022_19_fields.json": (Outcome.LEADS, 1, 1, None),
    "v2_200_w_p_b_2024.json": (Outcome.LEADS, 4, 4, None),
    "v2_204_history_not_ready.json": (Outcome.NOT_READY, 0, 0, None),
    "v2_204_no_leads.json": (Outcome.NOTHING, 0, 0, None),
    "v2_400_bad_date_format.json": (Outcome.REFUSED, 0, 0, None),
    "v2_400_over_365_days.json": (Outcome.REFUSED, 0, 0, None),
    "v2_400_over_7_days.json": (Outcome.REFUSED, 0, 0, None),
    "v2_401_key_expired_unused.json": (Outcome.BAD_KEY, 0, 0, None),
    "v2_401_wrong_key_2023.json": (Outcome.BAD_KEY, 0, 0, None),
    "v2_401_wrong_key_current.json": (Outcome.BAD_KEY, 0, 0, None),
    "v2_429_five_minute_rule.json": (Outcome.TOO_SOON, 0, 0, 300.0),
    "v2_429_key_blocked_15min.json": (Outcome.BLOCKED, 0, None, 900.0),
    "v2_500_server_error.json": (Outcome.THEIR_FAULT, 0, 0, None),
}


def ist(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=IST)


def body(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def answer(name: str) -> Answer:
    status = 502 if name.startswith("gateway") else 200
    return v1.read(status, body(name)) if name.startswith("v1") else v2.read(status, body(name))


def test_no_sample_is_forgotten() -> None:
    pulled = {path.name for path in SAMPLES.glob("*.*") if not path.name.startswith("push_")}
    assert pulled == set(OUTCOMES)


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_a_sample_means_what_it_says(name: str) -> None:
    found = answer(name)
    assert (found.outcome, len(found.leads), found.announced, found.wait) == OUTCOMES[name]
    assert found.unreadable == ()
    assert found.is_complete == (found.outcome in {Outcome.LEADS, Outcome.NOTHING})


@pytest.mark.parametrize("name", sorted(name for name in OUTCOMES if "_error_" in name or "_4" in name))
def test_a_refusal_keeps_indiamarts_own_words(name: str) -> None:
    content = json.loads(body(name))
    said = content["MESSAGE"] if isinstance(content, dict) else content[0]["Error_Message"]
    assert answer(name).message == " ".join(said.split())


@pytest.mark.parametrize("version", [v1, v2])
@pytest.mark.parametrize("name", sorted(name for name in OUTCOMES if name.startswith("v")))
def test_each_version_understands_the_refusals_of_the_other(name: str, version: object) -> None:
    expected = OUTCOMES[name][0]
    is_bare = name.startswith(("v1_success", "v1_legacy"))
    found = (v1 if version is v1 else v2).read(200, body(name))
    assert found.outcome == (Outcome.MALFORMED if is_bare and version is v2 else expected)
    assert len(found.leads) == OUTCOMES[name][1]  # rows count, whatever shape they came in


def test_a_v1_enquiry_is_read_whole() -> None:
    rows = json.loads(body("v1_success_w_and_p_2020.json"))
    assert answer("v1_success_w_and_p_2020.json").leads[2] == Lead(
        kind="W",
        query_id="1200000003",
        enquired_at=ist(2020, 2, 5, 16, 41, 38),
        name="Asha Testwala",
        company="Testwala & Sons",
        mobile="+919000000003",
        email="asha.testwala@example.com",
        email_alt="accounts@example.com",
        address="Plot 12/3, Khagaria, Bihar",
        city="Khagaria",
        state="Bihar",
        country="IN",
        product="LED Clock",
        subject="Requirement for LED Clock",
        message="I want to buy LED Clock.\n\nKindly send me price and other details.\n\nCurrency: INR - Indian Rupee",
        quantity="4 piece",
        order_value_min=100_000,
        order_value_max=200_000,
        member_since="Apr-2018",
        raw=json.dumps(rows[2], ensure_ascii=False, separators=(",", ":")),
    )


def test_a_v1_call_is_read_whole() -> None:
    rows = json.loads(body("v1_success_w_b_p_2022.json"))
    assert answer("v1_success_w_b_p_2022.json").leads[2] == Lead(
        kind="P",
        query_id="310000003",
        enquired_at=ist(2022, 6, 29, 11, 10, 41),
        mobile="+919000000023",
        country="IN",
        subject="Buyer Call",
        call_seconds=85,
        receiver_mobile="+917900000003",
        raw=json.dumps(rows[2], ensure_ascii=False, separators=(",", ":")),
    )


def test_a_v1_buylead_is_read_whole() -> None:
    rows = json.loads(body("v1_success_w_b_p_2022.json"))
    assert answer("v1_success_w_b_p_2022.json").leads[1] == Lead(
        kind="B",
        query_id="490000002",
        enquired_at=ist(2022, 6, 29, 17, 27, 26),
        name="Karim Example",
        company="Example Associates",
        mobile="+919000000022",
        email="karim@example.com",
        address="House No 1, Sample Colony, Ranchi, Ranchi, Jharkhand, 834000",
        city="Ranchi",
        state="Jharkhand",
        pincode="834000",
        country="IN",
        product="Oil Filled Submersible Pump",
        subject="Requirement for Oil Filled Submersible Pump",
        message="I want to buy Oil Filled Submersible Pump.\n\nKindly send me price and other details.",
        quantity="40 piece",
        order_value_min=160_000,
        order_value_max=312_000,
        requirement="Business Use",
        raw=json.dumps(rows[1], ensure_ascii=False, separators=(",", ":")),
    )


def test_a_v2_enquiry_is_read_whole() -> None:
    rows = json.loads(body("v2_200_w_2022_19_fields.json"))["RESPONSE"]
    assert answer("v2_200_w_2022_19_fields.json").leads == (
        Lead(
            kind="W",
            query_id="2240000001",
            enquired_at=ist(2022, 9, 17, 9, 34, 45),
            name="Asha Testwala",
            mobile="+919000000031",
            address="Dehradun, Uttarakhand",
            city="Dehradun",
            state="Uttarakhand",
            country="IN",
            product="Fuel Pressure Regulator Sensor",
            message=(
                "I want to buy Fuel Pressure Regulator Sensor.\n\n"
                "Before purchasing I would like to know the price details.\n\n"
                "Kindly send me price and other details.\n"
                "Preferred Location: Suppliers from Local Area will be Preferred"
            ),
            quantity="1 piece",
            order_value_min=3_000,
            order_value_max=10_000,
            requirement="Business Use",
            raw=json.dumps(rows[0], ensure_ascii=False, separators=(",", ":")),
        ),
    )


def test_a_v2_buylead_is_read_whole() -> None:
    rows = json.loads(body("v2_200_w_p_b_2024.json"))["RESPONSE"]
    assert answer("v2_200_w_p_b_2024.json").leads[3] == Lead(
        kind="B",
        query_id="620000004",
        enquired_at=ist(2024, 1, 3, 12, 1, 10),
        name="Karim Example",
        company="Example Associates",
        mobile="+919000000034",
        mobile_alt="+919000000035",
        phone="+911200000001",
        email="karim@example.com",
        email_alt="office@example.com",
        address="Sec 100, Noida, Uttar Pradesh",
        city="Noida",
        state="Uttar Pradesh",
        pincode="201300",
        country="IN",
        product="Mineral Water Bottle",
        category="Mineral Water Bottle",
        subject="Requirement for Mineral Water Bottle",
        message="I want to buy Mineral Water Bottle.",
        quantity="500 piece",
        order_value_min=3_000,
        order_value_max=10_000,
        requirement="Business Use",
        raw=json.dumps(rows[3], ensure_ascii=False, separators=(",", ":")),
    )


def test_a_pushed_call_is_read_whole_and_its_placeholder_is_no_name() -> None:
    pushed = push.read(body("push_lead_p.json"))
    assert pushed.unreadable == ()
    assert pushed.leads == (
        Lead(
            kind="P",
            query_id="154000061",
            enquired_at=ist(2024, 1, 3, 17, 36, 42),
            mobile="+919000000061",
            address="Purulia, West Bengal",
            city="Purulia",
            state="West Bengal",
            country="IN",
            subject="Buyer Call",
            call_seconds=105,
            receiver_mobile="+918040000002",
            raw=json.dumps(json.loads(body("push_lead_p.json"))["RESPONSE"], ensure_ascii=False, separators=(",", ":")),
        ),
    )


def test_a_pushed_buylead_has_the_same_identity_as_the_pulled_one() -> None:
    (pushed,) = push.read(body("push_lead_b.json")).leads
    row = json.loads(body("push_lead_b.json"))["RESPONSE"]
    (pulled,) = v2.read(200, json.dumps({"CODE": 200, "RESPONSE": [row]}).encode()).leads
    assert (pushed, pushed.identity) == (pulled, "B:620000051")
    assert pushed.phones == ("+919000000051", "+919000000052", "+911200000001", "+911200000002")


def test_catalogue_views_and_whatsapp_keep_their_kind() -> None:
    view, chat = answer("v2_200_biz_and_wa.json").leads
    assert (view.kind, view.name, view.category) == ("BIZ", None, "LED Clocks")
    assert (chat.kind, chat.name, chat.message) == ("WA", "Meena Demo", "Price please")
