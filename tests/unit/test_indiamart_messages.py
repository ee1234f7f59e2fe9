"""Messages: cleaned, and the form's pairs read out of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import money
from bot.indiamart.parse import messages, texts
from bot.indiamart.parse.messages import BuyerMessage


def read(raw: str) -> BuyerMessage:
    """As a row's message is read."""
    return messages.read(texts.paragraphs(raw))


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("Rs. 1,60,000 - 3,12,000", 160_000, 312_000),
        ("Rs. 3,000 to 10,000", 3_000, 10_000),
        ("Rs. 3,000 to Rs. 10,000", 3_000, 10_000),
        ("1 to 2 Lakh", 100_000, 200_000),
        ("Rs. 1.5 - 2.5 Lakhs", 150_000, 250_000),
        ("1-2 Crore", 10_000_000, 20_000_000),
        ("90 Lakh to 1 Crore", 9_000_000, 10_000_000),
        ("Rs. 50,000 - 1 Lakh", 50_000, 100_000),
        ("10 - 20 Thousand", 10_000, 20_000),
        ("2.5 lakh", 250_000, 250_000),
        ("₹ 5,000/-", 5_000, 5_000),
        ("INR 5000", 5_000, 5_000),
        ("5000 INR", 5_000, 5_000),
        ("More than 5 Lakh", 500_000, None),
        ("Above Rs. 20,000", 20_000, None),
        ("10,000+", 10_000, None),
        ("1 Crore and above", 10_000_000, None),
        ("Upto 10,000", None, 10_000),
        ("Less than Rs. 1 Lakh", None, 100_000),
        ("Rs. 1,50,000", 150_000, 150_000),
        ("1,234,567", 1_234_567, 1_234_567),
        ("12,34,56,789", 123_456_789, 123_456_789),
        ("1234.50", 1_235, 1_235),
        ("75000.0", 75_000, 75_000),
    ],
)
def test_an_order_value_is_read_in_rupees(text: str, least: int | None, most: int | None) -> None:
    assert money.rupees(text) == (least, most)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$ 500",
        "500 USD",
        "as per quality",
        "50 - 1 Lakh",
        "2 Lakh - 50,000",
        "1 to 2 to 3",
        "9" * 30,
        "1e9",
        "1,5 lakh",
        "2,5 cr",
        "1,2,3 lakh",
        "12,34",
        "1,50",
        "1,,500",
        "1,5000",
        "1.5",
        "50.000",
        "1.5 - 2.5",
    ],
)
def test_what_is_not_wholly_understood_is_no_order_value(text: str) -> None:
    assert money.rupees(text) is None


def test_a_message_is_cleaned() -> None:
    raw = "Dear Sir,\r\rneed\t2 &amp; 3 &lt;mm&gt; <b>pipes</b><br/><BR >\r\n\r\n\r\nThanks&nbsp;<br>"
    assert read(raw) == BuyerMessage(text="Dear Sir,\n\nneed 2 & 3 <mm> pipes\n\nThanks")


def test_less_than_and_more_than_are_no_tags() -> None:
    assert read("pipe <5 mm and > 3 mm, a<b").text == "pipe <5 mm and > 3 mm, a<b"


def test_hindi_keeps_its_joiners_and_loses_what_turns_text_around() -> None:
    assert read("क्\u200dष पानी \u202eevil\u202c").text == "क्\u200dष पानी evil"


def test_pairs_are_read_out_and_leave_the_text() -> None:
    raw = (
        "Need bottles.<br> Quantity :   500<br> Quantity Unit :   piece<br> Probable Order Value :   "
        "Rs. 3,000 to 10,000<br> Probable Requirement Type :   Business Use<br>Preferred Location: Local<br>"
    )
    expected = BuyerMessage(
        text="Need bottles.\nPreferred Location: Local",
        quantity="500 piece",
        order_value_min=3_000,
        order_value_max=10_000,
        requirement="Business Use",
    )
    assert read(raw) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Probable Unit Price: Rs. 1 to 2 Lakh",
        "Currency: INR - Indian Rupee",
        "Preferred Location: anywhere",
        "Probable Order Value : to be discussed",
        "Quantity : as required",
        "Quantity Unit : piece",
        "Quantity :",
        "Requirement Type : " + "x" * 61,
        "The Quantity : 40",
    ],
)
def test_a_line_that_was_not_understood_stays(line: str) -> None:
    assert read(f"Hello<br>{line}") == BuyerMessage(text=f"Hello\n{line}")


def test_an_order_value_in_another_currency_is_not_rupees() -> None:
    text = "Approximate Order Value: 500 to 600\nCurrency: USD - US Dollar"
    assert read(text) == BuyerMessage(text=text)


def test_a_second_pair_of_the_same_name_stays() -> None:
    assert read("Quantity: 4   piece\nQuantity: 5 box") == BuyerMessage(text="Quantity: 5 box", quantity="4 piece")


def test_a_unit_is_not_said_twice() -> None:
    assert read("Quantity: 4 Piece\nQuantity Unit: piece") == BuyerMessage(quantity="4 Piece")


def test_a_long_message_is_kept_whole() -> None:
    assert read("word " * 10_000).text == ("word " * 10_000).strip()


@given(st.text(st.characters()))
def test_any_text_becomes_one_that_a_database_takes(text: str) -> None:
    found = read(text).text or ""
    found.encode()
    assert "\0" not in found
    assert found == found.strip()
    assert "\n\n\n" not in found
    line = texts.line(text)
    assert line is None or (line and "\n" not in line and line == line.strip())
