"""One row as one lead, however oddly it is written."""

from __future__ import annotations

import json
import sqlite3

import pytest

from bot.domain import budgets
from bot.domain.lead import Lead
from bot.indiamart import column_names, rows
from bot.indiamart.answer import Unreadable

V1 = {
    "QUERY_ID": "1",
    "QTYPE": "W",
    "DATE_TIME_RE": "29-Jun-2022 07:30:20 PM",
    "SENDERNAME": "Asha",
    "MOB": "+91-9000000021",
    "SENDEREMAIL": "asha@example.com",
    "GLUSR_USR_COMPANYNAME": "Testwala",
    "ENQ_ADDRESS": "Road, Surat",
    "ENQ_CITY": "Surat",
    "ENQ_STATE": "Gujarat",
    "COUNTRY_ISO": "IN",
    "PRODUCT_NAME": "Pump",
    "ENQ_MESSAGE": "Hello",
    "ENQ_CALL_DURATION": "5 Secs",
    "ENQ_RECEIVER_MOB": "8040000002",
    "MOBILE_ALT": "9000000022",
    "EMAIL_ALT": "b@example.com",
    "PHONE": "0120-0000001",
    "PHONE_ALT": "0120-0000002",
}


def lead(**row: object) -> Lead:
    found = rows.read({"QUERY_ID": "1", **row})
    assert isinstance(found, Lead)
    return found


def as_seen(found: Lead | Unreadable) -> dict[str, object]:
    assert isinstance(found, Lead)
    return {name: getattr(found, name) for name in Lead._fields if name != "raw"}


def test_both_generations_of_names_make_the_same_lead() -> None:
    v2 = {column_names.RENAMES[name]: value for name, value in V1.items()}
    found = as_seen(rows.read(V1))
    assert found == as_seen(rows.read(v2))
    empty = {"pincode", "category", "subject", "quantity", "order_value_min", "order_value_max", "requirement"}
    empty |= {"member_since"}
    assert {name for name, value in found.items() if value is None} == empty


def test_the_misprinted_name_of_the_email_is_taken_too() -> None:
    assert lead(SENDERMAIL="a@example.com").email == "a@example.com"


def test_names_are_known_in_any_case() -> None:
    assert lead(**{"sender_name ": "Asha", "Query Product-Name": "Pump"}).name == "Asha"
    assert lead(**{"Query Product-Name": "Pump"}).product == "Pump"


@pytest.mark.parametrize("empty", ["", " ", "\t\n", None, [], {}, False, "NULL", "&nbsp;", "\0"])
def test_empty_blank_null_and_absent_are_the_same(empty: object) -> None:
    found = rows.read({**dict.fromkeys(V1, empty), "QUERY_ID": "1"})
    assert as_seen(found) == as_seen(rows.read({"QUERY_ID": "1"}))


@pytest.mark.parametrize("value", [7.0, 7, "7", " 7 ", ["7"]])
def test_an_id_may_be_a_number(value: object) -> None:
    assert lead(QUERY_ID=value).query_id == "7"


@pytest.mark.parametrize(
    "value",
    [1.5, pytest.param(10**5000, id="huge"), True, [[1], {"a": None}], {"b": "c"}, float("nan"), ["x", None, 3]],
)
def test_a_value_of_any_type_is_no_error(value: object) -> None:
    assert isinstance(rows.read({**dict.fromkeys(V1, value), "QUERY_ID": "1"}), Lead)


@pytest.mark.parametrize(
    "name", ["Buyer", "buyer ", "IndiaMART Buyer", "INDIAMART BUYER", "IndiaMART User", "NA", "-", "null"]
)
def test_a_placeholder_is_no_name(name: str) -> None:
    assert lead(SENDERNAME=name).name is None


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"QTYPE": "b"}, "B"),
        ({"QUERY_TYPE": "BIZ"}, "BIZ"),
        ({"QUERY_TYPE": "Xy9"}, "XY9"),
        ({}, "W"),
        ({"QTYPE": None, "ENQ_CALL_DURATION": "0 Secs"}, "P"),
        ({"QTYPE": None, "ENQ_CALL_DURATION": "0"}, "W"),  # a filler
    ],
)
def test_unknown_kinds_pass_and_a_missing_one_is_an_enquiry_or_a_call(row: dict[str, object], kind: str) -> None:
    assert lead(**row).kind == kind


@pytest.mark.parametrize(
    "row",
    [None, 1, "text", [], [1], {}, {"QTYPE": "W"}, {"SENDER_CITY": "Surat", "RN": "1"}, {"MOB": "", "FOO": "bar"}],
)
def test_a_row_that_says_nothing_is_kept_unread(row: object) -> None:
    found = rows.read(row)
    assert isinstance(found, Unreadable)
    assert json.loads(found.raw) == row
    assert found.reason


@pytest.mark.parametrize("name", ["QUERY_ID", "MOB", "PHONE", "EMAIL_ALT", "SENDERNAME", "ENQ_MESSAGE", "DATE_TIME_RE"])
def test_one_telling_value_makes_a_lead(name: str) -> None:
    assert isinstance(rows.read({name: V1[name]}), Lead)


def test_unknown_keys_stay_in_the_raw_row_with_their_own_letters() -> None:
    raw = lead(NEW_FIELD={"a": "पानी"}).raw
    assert raw == '{"QUERY_ID":"1","NEW_FIELD":{"a":"पानी"}}'


def test_surrogates_and_nul_are_made_safe_for_the_database() -> None:
    found = lead(SENDERNAME="A\ud83dsha\0", ENQ_MESSAGE="x\udc00\0y", NEW="\ud800", PRODUCT_NAME="\ud83d\ude00")
    assert (found.name, found.message) == ("A\ufffdsha", "x\ufffdy")
    assert json.loads(found.raw)["NEW"] == "\ud800"
    connection = sqlite3.connect(":memory:")
    connection.execute("SELECT ?, ?, ?", (found.name, found.message, found.raw)).fetchone()
    connection.close()


def test_a_ridiculous_name_is_shortened_and_a_message_says_what_is_gone() -> None:
    found = lead(SENDERNAME="x" * 100_000, ENQ_MESSAGE="y" * 100_000)
    kept = budgets.TEXT - 50
    assert len(found.name or "") == 1_000
    assert found.message == f"{'y' * kept}… (cut, {100_000 - kept} characters more)"
    whole = lead(ENQ_MESSAGE="y" * budgets.TEXT)
    assert whole.message == "y" * budgets.TEXT


def test_a_row_without_end_is_kept_as_it_begins_and_is_still_json() -> None:
    found = lead(ENQ_MESSAGE='"' * 200_000)
    assert len(found.raw) <= budgets.TEXT
    assert json.loads(found.raw).startswith('{"')


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+91-9000000021", "IN", "+919000000021"),
        ("9000000023", None, "+919000000023"),
        ("+27-600000001", "ZA", "+27600000001"),
        ("600000001", "ZA", "+27600000001"),
        ("0120-0000001", "IN", "+911200000001"),
        ("9000000021, 9000000022", "IN", "+919000000021"),
        ("+91-", "IN", None),
        ("not given", "IN", None),
    ],
)
def test_phones_are_read_by_the_buyers_country(text: str, country: str | None, number: str | None) -> None:
    assert lead(MOB=text, COUNTRY_ISO=country).mobile == number


def test_the_number_that_rang_is_indian_whoever_called() -> None:
    assert lead(COUNTRY_ISO="ZA", RECEIVER_MOBILE=8040000002).receiver_mobile == "+918040000002"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"SENDER_ADDRESS": ", , , "}, (None, None, None, None)),
        ({"SENDER_ADDRESS": "A, , B,         834000"}, ("A, B, 834000", None, None, "834000")),
        ({"SENDER_ADDRESS": "A<br>B - 834 000."}, ("A, B - 834 000.", None, None, "834000")),
        ({"SENDER_ADDRESS": "Plot 834000, Surat"}, ("Plot 834000, Surat", None, None, None)),
        ({"SENDER_CITY": "Noida - 201301"}, (None, "Noida", None, "201301")),
        ({"SENDER_CITY": "201301"}, (None, None, None, "201301")),
        ({"SENDER_STATE": "Delhi (110001)"}, (None, None, "Delhi", "110001")),
        ({"SENDER_PINCODE": 683000, "SENDER_CITY": "Kochi 683001"}, (None, "Kochi", None, "683000")),
        ({"SENDER_PINCODE": "683 000"}, (None, None, None, "683000")),
        ({"SENDER_PINCODE": "000000", "SENDER_CITY": "Kochi 683001"}, (None, "Kochi", None, "683001")),
        ({"SENDER_PINCODE": "SW1A 1AA"}, (None, None, None, "SW1A 1AA")),
    ],
)
def test_places_are_tidied_and_the_pin_is_found(row: dict[str, object], expected: tuple[str | None, ...]) -> None:
    found = lead(**row)
    assert (found.address, found.city, found.state, found.pincode) == expected


@pytest.mark.parametrize(
    ("code", "country"),
    [("in", "IN"), ("ZA", "ZA"), ("India", "IN"), ("Côte d’Ivoire", "CI"), ("Narnia", None), ("1", None)],
)
def test_a_country_is_two_letters(code: str, country: str | None) -> None:
    assert lead(COUNTRY_ISO=code).country == country


def test_one_line_values_are_unescaped_and_keep_what_somebody_typed() -> None:
    found = lead(GLUSR_USR_COMPANYNAME="Testwala &amp;  Sons<br>", PRODUCT_NAME="<b>&amp;LED<br/>Clock")
    assert (found.company, found.product) == ("Testwala & Sons", "<b>&LED Clock")
