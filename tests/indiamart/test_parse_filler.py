"""What stands where nobody said anything is no value, and no identity."""

from __future__ import annotations

import pytest

from bot.domain.lead import Lead
from bot.indiamart import rows
from bot.indiamart.answer import Unreadable
from bot.indiamart.parse import filler

FILLERS = [
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "(not set)",
    "0",
    "00",
    "0.0",
    "NA",
    "N/A",
    "n.a.",
    "#N/A",
    "-",
    "--",
    "—",
    "None",
    "null",
    "NIL",
    "undefined",
    "NaN",
    "…",
]


@pytest.mark.parametrize("text", FILLERS)
def test_a_filler_is_no_value_of_any_field(text: str) -> None:
    assert filler.value(text) is None
    assert filler.query_id(text) is None
    assert filler.email(text) is None


def test_a_kind_that_is_a_filler_is_none_and_one_that_nobody_knows_passes() -> None:
    def kind(given: object, **more: object) -> str:
        found = rows.read({"SENDER_NAME": "Asha", "QUERY_TYPE": given, **more})
        assert isinstance(found, Lead)
        return found.kind

    assert [kind(given) for given in ("0", 0, "NA", "-", None, "")] == ["W"] * 6
    assert [kind(given) for given in ("b", "WA", "BIZ", "NEW", "7")] == ["B", "WA", "BIZ", "NEW", "7"]
    # The documented example has the number 0 in these.
    assert kind(None, CALL_DURATION=0, RECEIVER_MOBILE=0) == "W"
    assert kind(None, CALL_DURATION=0, RECEIVER_MOBILE="+91-8040000001") == "P"
    assert kind(None, CALL_DURATION="0 Secs") == "P"
    assert kind("P", CALL_DURATION=0) == "P"


def test_a_row_of_zeros_is_no_lead() -> None:
    names = ("UNIQUE_QUERY_ID", "QUERY_TYPE", "SENDER_NAME", "SENDER_MOBILE", "QUERY_MESSAGE", "CALL_DURATION")
    assert isinstance(rows.read(dict.fromkeys(names, "0")), Unreadable)
    found = rows.read({"QUERY_MESSAGE": "NA"})
    assert isinstance(found, Lead)
    assert found.message == "NA"


@pytest.mark.parametrize("text", ["Na", "Nil", "Anna", "N.A. Traders", "0 Degree Cooling", "Nanded", "Zero", "पानी"])
def test_what_somebody_may_well_be_called_is_a_name(text: str) -> None:
    assert filler.name(text) == text


@pytest.mark.parametrize("text", ["IndiaMART User", "Buyer", "indiamart buyer", "NA", "N/A", "null"])
def test_indiamarts_placeholders_are_no_names(text: str) -> None:
    assert filler.name(text) is None


@pytest.mark.parametrize(
    ("text", "query_id"),
    [
        ("2640000001", "2640000001"),
        ("2640000001.0", "2640000001"),
        ("2.640000001E+09", "2640000001"),
        ("3.3E+09", None),
        ("AB-12", "AB-12"),
    ],
)
def test_an_id_is_itself_again_or_none(text: str, query_id: str | None) -> None:
    assert filler.query_id(text) == query_id


def read(**row: object) -> Lead:
    found = rows.read(row)
    assert isinstance(found, Lead)
    return found


@pytest.mark.parametrize("text", [*FILLERS, 0, "3.3E+09", None, ""])
def test_two_leads_whose_id_is_a_filler_are_two_leads(text: object) -> None:
    one = read(UNIQUE_QUERY_ID=text, SENDER_NAME="Asha", QUERY_PRODUCT_NAME="Pump")
    other = read(UNIQUE_QUERY_ID=text, SENDER_NAME="Mohan", QUERY_PRODUCT_NAME="Pump")
    assert one.query_id is None
    assert one.identity != other.identity


@pytest.mark.parametrize("text", FILLERS)
def test_fillers_in_every_field_leave_a_row_that_says_nothing(text: str) -> None:
    names = ("SENDER_NAME", "SENDER_COMPANY", "SENDER_MOBILE", "SENDER_EMAIL", "SENDER_CITY", "QUERY_PRODUCT_NAME")
    assert not isinstance(rows.read(dict.fromkeys(names, text)), Lead)
    found = read(QUERY_MESSAGE="Please call", **dict.fromkeys(names, text))
    assert (found.name, found.company, found.phones, found.email, found.city, found.product) == (
        *(None, None, (), None, None, None),
    )


@pytest.mark.parametrize(
    ("names", "field", "value"),
    [
        ({"SENDER_MOBILE_WAPP": "9000001015"}, "mobile", "+919000001015"),
        ({"SENDER_COMPANY_IM": "WAPP Traders"}, "company", "WAPP Traders"),
        ({"GLUSR_USR_COMPANY_NAME": "WAPP Traders"}, "company", "WAPP Traders"),
        ({"QUERY_QUANTITY": "20 piece"}, "quantity", "20 piece"),
        ({"SENDER_COUNTRY": "India"}, "country", "IN"),
        ({"senderMobile": "9000001015"}, "mobile", "+919000001015"),
        ({"uniqueQueryId": "5"}, "query_id", "5"),
        ({"query_product_name": "Pump"}, "product", "Pump"),
        ({"SENDER_MOBILE_ALT": 0, "SENDER_MOBILE": "9000001015"}, "mobile_alt", None),
    ],
)
def test_names_that_clients_reported_are_read(names: dict[str, object], field: str, value: str | None) -> None:
    assert getattr(read(SENDER_NAME="Asha", **names), field) == value


@pytest.mark.parametrize(
    ("text", "email"), [("na@na.com", None), ("none@none.in", None), ("na@example.com", "na@example.com")]
)
def test_an_address_of_nobody_at_nowhere_is_none(text: str, email: str | None) -> None:
    assert read(SENDER_NAME="Asha", SENDER_EMAIL=text).email == email
