"""What people write over columns, and the field that is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import LeadbellError
from bot.files import headings, mapping
from bot.files.mapping import MappedBy

PLAIN = {
    "mobile": "Mobile | MOBILE NO. | Mobile No | mobile number* | Contact No. | Contact Number | Phone/Mobile | "
    "Mob. No. | WhatsApp No. | Buyer Mobile No | Customer Contact No. | मोबाइल | मोबाइल नंबर | फ़ोन नंबर | संपर्क नंबर | "
    "SENDER_MOBILE | MOB | Moblie No | Mobile (Buyer) | Mobile\nNumber | Ｍobile",
    "phone": "Phone | Phone Number | Phone No.: | Telephone | Ph. No. | Landline",
    "name": "Name | Full Name | Buyer Name | Buyer's Name | Customer | CUSTOMER NAME | Party Name | Client Name | "
    "Contact Person | नाम | ग्राहक का नाम | SENDERNAME | Custmer Name | name ",
    "first_name": "First Name | first name:",
    "last_name": "Last Name | Surname",
    "company": "Company | Company Name | Firm Name | Organisation | Business Name | कंपनी | GLUSR_USR_COMPANYNAME",
    "email": "Email | E-mail | E-Mail ID | Email ID | Mail Id | EMAIL ADDRESS | ईमेल | SENDEREMAIL",
    "city": "City | City/Town | Town | Place | Location | शहर | ENQ_CITY",
    "state": "State | State Name | राज्य",
    "pincode": "Pin Code | PINCODE | Pin | Zip Code | Postal Code | पिन कोड",
    "product": "Product | Product Name | Product Required | Requirement | Interested In | Item | उत्पाद | "
    "PRODUCT_NAME | Prodcut Name",
    "message": "Message | Enquiry Details | Requirement Details | संदेश | ENQ_MESSAGE",
    "enquired_at": "Date | Enquiry Date | Created On | Lead Date | Timestamp | Date & Time | तारीख | दिनांक | "
    "QUERY_TIME | DATE_TIME_RE | Enquired at",
    "time": "Time | Enquiry Time | समय",
    "note": "Remarks | Remark | Comments | Notes | टिप्पणी",
    "quantity": "Qty | Quantity | मात्रा",
    "query_id": "Query ID | QUERY_ID | UNIQUE_QUERY_ID | Enquiry No. | Lead ID",
    "mobile_alt": "Alternate Mobile | Other Number | MOBILE_ALT",
}
OTHER = (
    "Sr. No | S.No. | Sr No | Lead Source | Source | Status | Owner | Assigned To | Follow Up Date | Next Follow-up | "
    "Remarks2 | Gender | Contract No | Rate | Amount | Sales Person | Mobile Status | Name/Company | Name (Company) | "
    "City/State | Parts | GST No | Birth Date | क्रमांक | x | 1 | | - | Order No | Colour | Latest note | Claimed at"
)


def each(text: str) -> list[str]:
    return [one for one in text.split(" | ") if one]


@pytest.mark.parametrize(("field", "title"), [(field, title) for field, text in PLAIN.items() for title in each(text)])
def test_a_heading_is_understood_as_people_write_it(field: str, title: str) -> None:
    assert mapping.field_of(title, {})[0] == field


@pytest.mark.parametrize("title", each(OTHER))
def test_what_is_no_field_of_a_lead_is_not_taken_for_one(title: str) -> None:
    assert mapping.field_of(title, {})[0] is None


def test_a_guess_is_known_as_one() -> None:
    assert mapping.field_of("Moblie No", {}) == ("mobile", MappedBy.LIKELY)
    assert mapping.field_of("Mobile No", {}) == ("mobile", MappedBy.WRITTEN)


def test_no_heading_of_the_table_stands_under_two_fields_or_among_those_that_are_not_read() -> None:
    words = [headings.folded(word) for text in headings.WRITTEN.values() for word in text.split(",")]
    assert sorted(words) == sorted(set(words))
    assert not headings.IS_UNREAD & set(words)


def fields(*titles: str, **chosen: str) -> list[str | None]:
    given = {headings.folded(heading): field for heading, field in chosen.items()}
    return [column.field for column in mapping.columns_of(titles, given)]


def test_a_second_column_of_numbers_or_addresses_is_the_alternate() -> None:
    assert fields("Mobile", "Mobile", "Email", "Email ID") == ["mobile", "mobile_alt", "email", "email_alt"]
    assert fields("Mobile 1", "Mobile 2", "Phone", "Phone 2") == ["mobile", "mobile_alt", "phone", "phone_alt"]
    assert fields("Name", "Buyer Name") == ["name", None]


def test_what_a_second_product_says_goes_to_the_message() -> None:
    assert fields("Product", "Requirement", "Message") == ["product", "message", "message"]


def test_beside_a_contact_person_the_party_is_the_company() -> None:
    assert fields("Party Name", "Contact Person") == ["company", "name"]
    assert fields("Party Name", "Contact Person", "Firm Name") == [None, "name", "company"]
    assert fields("Party Name", "Mobile") == ["name", "mobile"]


def test_a_sheet_with_phones_only_has_its_mobiles_there() -> None:
    assert fields("Name", "Phone", "Phone No") == ["name", "mobile", "phone_alt"]
    assert fields("Name", "Phone", "Mobile") == ["name", "phone", "mobile"]


def test_a_plain_heading_wins_over_a_guess() -> None:
    assert fields("Buyr Name", "Buyer Name") == [None, "name"]


def test_a_heading_that_is_named_is_read_so() -> None:
    assert fields("Who", "No", who="name", no="mobile") == ["name", "mobile"]


@pytest.mark.parametrize("pair", ["Contact No", "=mobile", "Contact=", "Contact No=colour"])
def test_what_is_no_heading_and_field_is_refused_with_what_would_be(pair: str) -> None:
    with pytest.raises(LeadbellError, match=r"mobile|fields are"):
        mapping.given([pair])


def test_a_heading_may_hold_an_equals_sign() -> None:
    assert mapping.given(["a=b=Mobile Alt"]) == {"a b": "mobile_alt"}


@given(st.lists(st.text(max_size=20), max_size=8))
def test_no_two_columns_fill_one_field_but_those_that_are_joined(titles: list[str]) -> None:
    found = [field for field in fields(*titles) if field not in {None, "note", "message", "address"}]
    assert len(found) == len(set(found))


def test_columns_without_a_heading_have_a_spreadsheets_letters() -> None:
    assert [mapping.letter(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
