"""A phone field as people and spreadsheets write it: whole numbers, each once, and no digit that was not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import phones
from bot.indiamart.parse.phone import Phones, fields, split

ONE, TWO = "+919000001011", "+919000001012"


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ("+91-9000001011", [ONE]),
        ("9000001011", [ONE]),
        ("090000 01011", [ONE]),
        ("९०००००१०११", [ONE]),
        ("９０００００１０１１", [ONE]),
        ("+91-90000\u200b01011", [ONE]),
        ("0120-0000001", ["+911200000001"]),
        ("022-2345 6789", ["+912223456789"]),
        ("1800-180-1234", ["+9118001801234"]),
        ("+971 50 123 4567", ["+971501234567"]),
        # several
        ("9000001011/9000001012", [ONE, TWO]),
        ("9000001011, 9000001012", [ONE, TWO]),
        ("9000001011;9000001012", [ONE, TWO]),
        ("9000001011 | 9000001012", [ONE, TWO]),
        ("9000001011 or 9000001012", [ONE, TWO]),
        ("9000001011 OR +91 90000 01012", [ONE, TWO]),
        ("9000001011 and 9000001012", [ONE, TWO]),
        ("9000001011 & 9000001012", [ONE, TWO]),
        ("9000001011\n9000001012", [ONE, TWO]),
        ("9000001011 9000001012", [ONE, TWO]),
        ("9000001011-9000001012", [ONE, TWO]),
        ("9000001011 (9000001012)", [ONE, TWO]),
        ("+919000001011+919000001012", [ONE, TWO]),
        ("9000001011 Ram, 9000001012 Sita", [ONE, TWO]),
        ("9000001011 / 9000001011", [ONE]),
        ("9000001011/12", [ONE, TWO]),
        ("0421-2220017/18", ["+914212220017", "+914212220018"]),
        ("0421-2220017/2220018", ["+914212220017", "+914212220018"]),
        ("0421/2220017", ["+914212220017"]),
        ("9000001011 / NA", [ONE]),
        # spreadsheets
        ("9000001011.0", [ONE]),
        ("919000001011.00", [ONE]),
        ("9.19000001011E+11", [ONE]),
        ("9.000001011e9", [ONE]),
        ("9.1900000101E+11", ["+919000001010"]),
        ("9,000,001,011", [ONE]),
        ("9,00,00,01,011", [ONE]),
        ("9.19E+11", []),
        ("9.00000E+09", []),
        ("3.602879701896395e+16", ["3.602879701896395e+16"]),
        ("9,000,001", ["9000001"]),
        # codes, doubled
        ("+91-91-9000001011", [ONE]),
        ("0091-9000001011", [ONE]),
        ("091 9000001011", [ONE]),
        ("+91 +91 9000001011", [ONE]),
        ("91-0-9000001011", [ONE]),
        ("+91-0-9000001011", [ONE]),
        ("+91-91-421-2220017", ["+914212220017"]),
        # letters
        ("9000001011 (WhatsApp)", [ONE]),
        ("Mob: 9000001011", [ONE]),
        ("9000001011 ext 12", [ONE]),
        ("+91-999XXXXXXX", ["+91-999XXXXXXX"]),
        ("98XXXXXX17", ["98XXXXXX17"]),
        ("98******17", ["98******17"]),
        ("98123 XXXXX", ["98123 XXXXX"]),
        ("9190000010XX", ["9190000010XX"]),
        ("900000 (Ravi)", ["900000 (Ravi)"]),
        ("+91-9000001 Ram", ["+91-9000001 Ram"]),
        ("070 123 45 67 (Axel)", ["070 123 45 67 (Axel)"]),
        ("98****1234", ["98****1234"]),
        ("98······17", ["98······17"]),
        ("+91 9XXXXXXX11", ["+91 9XXXXXXX11"]),
        ("9000001011X", ["9000001011X"]),
        ("+91-999XXXXXXX / 9000001011", ["+91-999XXXXXXX", ONE]),
        ("9000001011 (O) 9000001012 (R)", [ONE, TWO]),
        ("call after 6 9000001011", [ONE]),
        ("9000001011 x22", [ONE]),
        ("wa.me/919000001011", [ONE]),
        ('="9000001011"', [ONE]),
        # no number is lost, and none is made of two
        ("9000001011 या 9000001012", [ONE, TWO]),
        ("9000001011 to 9000001012", [ONE, TWO]),
        ("90000 01011 90000 01012", [ONE, TWO]),
        ("91 9000001011 91 9000001012", [ONE, TWO]),
        ("9000001011/24567890", [ONE, "24567890"]),
        ("0421-2220017, 18 & 19", ["+914212220017", "+914212220018", "+914212220019"]),
        ("9.19E+11 / 9000001012", [TWO]),
        ("9000001011 - Ravi / 900000 Ram", [ONE, "900000 Ram"]),
        # of whom nobody knows whose they are
        ("9999999999", ["9999999999"]),
        ("2220017", ["2220017"]),
        ("9190000010111", ["9190000010111"]),
        ("+9000001011", [ONE]),
        ("+12345678", ["12345678"]),
        ("+27-27-600000001", ["+27600000001"]),
        ("+971-971501234567", ["+971501234567"]),
        ("+54 011 15-1234-5678", ["+54 011 15-1234-5678"]),
        ("+44 (0)20 7946 0000", ["+442079460000"]),
        ("0027600000001", ["+27600000001"]),
        # nothing
        ("1111111111", []),
        ("1234567890", []),
        ("+91-0000000000", []),
        ("0000000000", []),
        ("0", []),
        ("NA", []),
        ("+91-", []),
        ("call me", []),
    ],
)
def test_a_value_gives_its_whole_numbers(value: str, numbers: list[str]) -> None:
    assert split(value) == numbers


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("9000001011/9000001012", None, None, None), Phones(ONE, TWO)),
        (("0421-2220017 / 9000001011", None, None, None), Phones(ONE, "+914212220017")),
        (("9000001011/9000001012", "9000001013", None, None), Phones(ONE, "+919000001013", TWO)),
        ((None, None, "0421-2220017/18", None), Phones("+914212220018", None, "+914212220017")),
        (("98XXXXXX17", "9000001011", None, None), Phones("98XXXXXX17", ONE)),
        (("9000001011", "9000001011", None, None), Phones(ONE, ONE)),
        (
            ("9000001011/9000001012/9000001013/9000001014/9000001015", None, None, None),
            Phones(ONE, TWO, "+919000001013", "+919000001014 / +919000001015"),
        ),
    ],
)
def test_what_one_field_holds_too_much_goes_into_the_empty_ones(values: tuple[str | None, ...], found: Phones) -> None:
    assert fields(values) == found


@pytest.mark.parametrize("country", [None, "IN", "AE"])
@pytest.mark.parametrize(
    "value",
    [
        "+91-98765432",
        "+91-22345678",
        "+91 2234 5678",
        "(+91) 22345678",
        "+(91)22345678",
        "+91-02234567",
        "0091 98765432",
        "009198765432",
        "00 91 98765432",
        "+91 +91 98765432",
        "+91-0091-98765432",
        "+91-22345678/9",
        "+91-98765432 Ram",
    ],
)
def test_indias_code_and_eight_digits_are_no_number(value: str, country: str | None) -> None:
    """The code would be taken for the two digits that are missing, and somebody else be called."""
    assert split(value, country) == [value]


@pytest.mark.parametrize(
    "value", ["91-22345678", "91 22345678", "(91) 22345678", "91 2234 5678", "91.22345678", "091-22345678"]
)
def test_a_91_that_stands_apart_may_be_the_code(value: str) -> None:
    assert split(value) == [value]


@pytest.mark.parametrize(
    "value",
    [
        "9122345678", "09122345678", "0-9122345678", "9122 345678", "91223 45678", "9122345678.0", "9,122,345,678",
        "+91-9122345678", "+91 91223 45678", "91-9122345678", "+91-91-9122345678", "00919122345678",
    ],
)  # fmt: skip
def test_a_mobile_may_begin_with_the_digits_of_the_code(value: str) -> None:
    assert split(value) == ["+919122345678"]


@pytest.mark.parametrize("value", ["+91-9000001 Ram", "0091 9000001 Ram"])
def test_what_stands_behind_a_code_is_not_read_without_it(value: str) -> None:
    """The buyer's own country would be dialled before seven digits of India."""
    assert split(value, "AE") == [value]


def test_what_could_not_be_read_is_not_read_when_it_is_imported_again() -> None:
    assert split("+9122345678") == ["+91 22345678"]
    assert split("+91 22345678") == ["+91 22345678"]


def is_part(digits: str, text: str) -> bool:
    """Whether the digits stand in the text in this order, others left out."""
    rest = iter(text)
    return all(digit in rest for digit in digits)


PIECES = st.sampled_from(
    ["9000001011", "98", "XX", "x", "*", " ", "-", "/", ",", "or", "+91", "0", "Ram", "(", ")", "E+11", ".", "12", "०"]
)


@given(st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=30), st.sampled_from([None, "IN", "US", "AE"]))
def test_no_number_has_a_digit_that_was_not_written(value: str, country: str | None) -> None:
    written = phones.digits(phones.tidied(value))
    for number in split(value, country):
        if "E" not in value.upper():  # a figure's digits are not those that are written
            plain = phones.digits(number)
            assert any(is_part(plain[size:], written) for size in range(4))  # all but a country's code


@given(st.text())
def test_any_text_is_survived(value: str) -> None:
    fields([value, value, None, value])
