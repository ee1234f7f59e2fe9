"""Invented leads, and the shapes in which they go out."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import IST
from bot.domain.lead import Kind
from bot.sandbox.simulator import times, v1, v2
from bot.sandbox.simulator.lead_record import LeadRecord
from bot.sandbox.simulator.leads import KINDS, Leads, indian

MORNING = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
SEEDS = st.integers(0, 2**32)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
V1_KEYS = [
    "RN",
    "QUERY_ID",
    "QTYPE",
    "SENDERNAME",
    "SENDEREMAIL",
    "SUBJECT",
    "DATE_RE",
    "DATE_R",
    "DATE_TIME_RE",
    "GLUSR_USR_COMPANYNAME",
    "READ_STATUS",
    "SENDER_GLUSR_USR_ID",
    "MOB",
    "COUNTRY_FLAG",
    "QUERY_MODID",
    "LOG_TIME",
    "QUERY_MODREFID",
    "DIR_QUERY_MODREF_TYPE",
    "ORG_SENDER_GLUSR_ID",
    "ENQ_MESSAGE",
    "ENQ_ADDRESS",
    "ENQ_CALL_DURATION",
    "ENQ_RECEIVER_MOB",
    "ENQ_CITY",
    "ENQ_STATE",
    "PRODUCT_NAME",
    "COUNTRY_ISO",
    "EMAIL_ALT",
    "MOBILE_ALT",
    "PHONE",
    "PHONE_ALT",
    "IM_MEMBER_SINCE",
    "TOTAL_COUNT",
]
V2_KEYS = [
    "UNIQUE_QUERY_ID",
    "QUERY_TYPE",
    "QUERY_TIME",
    "SENDER_NAME",
    "SENDER_MOBILE",
    "SENDER_EMAIL",
    "SUBJECT",
    "SENDER_COMPANY",
    "SENDER_ADDRESS",
    "SENDER_CITY",
    "SENDER_STATE",
    "SENDER_PINCODE",
    "SENDER_COUNTRY_ISO",
    "SENDER_MOBILE_ALT",
    "SENDER_PHONE",
    "SENDER_PHONE_ALT",
    "SENDER_EMAIL_ALT",
    "QUERY_PRODUCT_NAME",
    "QUERY_MESSAGE",
    "QUERY_MCAT_NAME",
    "CALL_DURATION",
    "RECEIVER_MOBILE",
]
INVENTED_NUMBER = re.compile(
    r"\+91-90000\d{5}|\+(27-6000000|971-5000000|977-98000000|880-17000000|254-7000000|44-77009001|1-20255501)\d{2}"
)


def many(seed: int = 0, count: int = 600) -> list[LeadRecord]:
    leads = Leads(seed)
    return [leads.lead(MORNING + timedelta(minutes=minute)) for minute in range(count)]


@given(SEEDS, MOMENTS, st.sampled_from(KINDS))
def test_a_v1_row_has_the_33_keys_and_only_strings_and_nulls(seed: int, at: datetime, kind: str) -> None:
    row = v1.row(Leads(seed).lead(at, kind), 1, 9)
    assert list(row) == V1_KEYS
    assert all(value is None or (isinstance(value, str) and value) for value in row.values())
    assert re.fullmatch(r"\d{2}-[A-Z][a-z]{2}-\d{4} \d{2}:\d{2}:\d{2} [AP]M", str(row["DATE_TIME_RE"]))
    assert str(row["LOG_TIME"]).endswith("000000") or kind != Kind.CALL


@given(SEEDS, MOMENTS, st.sampled_from(KINDS))
def test_a_v2_row_has_the_22_keys_and_only_strings(seed: int, at: datetime, kind: str) -> None:
    row = v2.row(Leads(seed).lead(at, kind))
    assert list(row) == V2_KEYS
    assert all(isinstance(value, str) for value in row.values())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", str(row["QUERY_TIME"]))


@given(MOMENTS)
def test_a_time_written_for_v1_is_the_time_in_ist(at: datetime) -> None:
    whole = at.replace(microsecond=0)
    assert datetime.strptime(times.twelve_hours(whole), "%d-%b-%Y %I:%M:%S %p").replace(tzinfo=IST) == whole
    assert times.read(times.numeric(whole), times.V2_FORMS) == whole


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_times(text: str) -> None:
    moment = times.read(text, times.V2_FORMS)
    assert moment is None or moment.tzinfo is UTC


@given(SEEDS)
def test_the_same_seed_makes_the_same_leads(seed: int) -> None:
    assert many(seed, 20) == many(seed, 20)


@pytest.mark.parametrize(("kind", "length"), [("W", 10), ("WA", 10), ("B", 9), ("P", 9), ("BIZ", 9)])
def test_ids_have_the_length_of_their_kind(kind: str, length: int) -> None:
    assert len(Leads().lead(MORNING, kind).query_id) == length


def test_buyleads_and_calls_count_apart_and_meet() -> None:
    leads = Leads()
    assert leads.lead(MORNING, "B").query_id == leads.lead(MORNING, "P").query_id


def test_an_unknown_kind_is_made_too() -> None:
    assert Leads().lead(MORNING, "XYZ").kind == "XYZ"


def test_every_number_and_address_is_an_invented_one() -> None:
    for lead in many():
        assert all(INVENTED_NUMBER.fullmatch(number) for number in (lead.mobile, lead.mobile_alt) if number)
        assert all(re.fullmatch(r"\S+@example\.(com|org)", email) for email in (lead.email, lead.email_alt) if email)
        assert re.fullmatch(r"(0\d{2,4}-0+\d\d)?", lead.phone)
        assert len(lead.phone) in {0, 12}, "a landline has eleven digits with its STD code"


def test_among_many_leads_there_is_some_of_everything() -> None:
    leads = many()
    calls = [lead.call_seconds or 0 for lead in leads if lead.kind == Kind.CALL]
    assert set(Counter(lead.kind for lead in leads)) == set(KINDS)
    assert min(calls) <= 8
    assert max(calls) > 60
    assert any(lead.country != "IN" for lead in leads)
    assert any(lead.phone for lead in leads)
    assert any(lead.email and not lead.mobile for lead in leads)
    assert any(re.search(r" \d{6}$", lead.city) for lead in leads)
    assert {"", "IndiaMART Buyer"} < {lead.name for lead in leads}
    assert any("Lakh" in lead.order_value for lead in leads)
    assert any("Crore" in lead.order_value for lead in leads)
    assert any(re.search(r"[\u0900-\u097f]", lead.message) for lead in leads)
    assert any(" ka " in lead.message for lead in leads)


def test_some_buyers_come_again_by_themselves() -> None:
    mobiles = Counter(lead.mobile for lead in many() if lead.mobile)
    assert max(mobiles.values()) > 1


def test_the_same_buyer_comes_again_with_another_lead() -> None:
    leads = Leads()
    first = leads.lead(MORNING, "W")
    again = leads.again(first, MORNING + timedelta(hours=1))
    assert (again.mobile, again.name, again.email) == (first.mobile, first.name, first.email)
    assert again.query_id != first.query_id


def test_a_v2_message_carries_its_pairs_between_breaks() -> None:
    lead = LeadRecord(
        kind="B",
        query_id="620000004",
        enquired_at=MORNING,
        message='I want 2" <pipes>.\n\nSend price & details.',
        quantity="500",
        unit="piece",
        order_value="Rs. 3,000 to 10,000",
        requirement="Business Use",
    )
    assert v2.row(lead)["QUERY_MESSAGE"] == (
        'I want 2" &lt;pipes&gt;.\r\rSend price &amp; details.<br> Quantity :   500<br> Quantity Unit :   piece<br>'
        " Probable Order Value :   Rs. 3,000 to 10,000<br> Probable Requirement Type :   Business Use<br>"
    )
    assert str(v1.row(lead, 1, 1)["ENQ_MESSAGE"]).endswith(
        "<br>Quantity : 500 piece<br>Probable Order Value : Rs. 3,000 to 10,000"
        "<br>Probable Requirement Type : Business Use"
    )


def test_the_rare_23rd_key_is_sent_where_it_is_set() -> None:
    lead = LeadRecord(kind="W", query_id="1", enquired_at=MORNING, receiver_catalog="Pumps")
    assert v2.row(lead)["RECEIVER_CATALOG"] == "Pumps"


@pytest.mark.parametrize(
    ("number", "text"), [(999, "999"), (3000, "3,000"), (312000, "3,12,000"), (10**7, "1,00,00,000")]
)
def test_rupees_are_grouped_the_indian_way(number: int, text: str) -> None:
    assert indian(number) == text
