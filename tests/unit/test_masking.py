"""What is shown where others read along: no seven digits of a buyer's number, no e-mail address."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import masking
from bot.domain.lead import Lead

NUMBER = "+919812345670"
NATIONAL = "9812345670"
LEAD = Lead(kind="W", mobile=NUMBER, email="asha.testwala@example.com")


def digits_in(text: str) -> str:
    """What a person, or a program, reads as digits, everything else dropped."""
    values = (unicodedata.numeric(one, -1.0) for one in text)
    return "".join(str(int(value)) for value in values if value >= 0 and value.is_integer())


def tells(shown: str, number: str = NUMBER) -> bool:
    """Whether seven digits in a row of the number can be read."""
    plain, read = digits_in(number), digits_in(shown)
    return any(plain[start : start + 7] in read for start in range(len(plain) - 6))


def keycaps(text: str) -> str:
    return "".join(f"{one}\ufe0f\u20e3" for one in text)


def shifted(text: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(one)) for one in text)


SPELLINGS = [
    NATIONAL,
    "98123.....45670",
    "98123 and 45670",
    "98123 and then, after a while, 45670",
    "9812,345,670",
    "9 8 1 2 3 4 5 6 7 0",
    "98-12-34-56-70",
    "(98123)(45670)",
    "98123★45670",
    "98123\n\n45670",
    "98123\u200b\u200d\u206045670",
    "9x8x1x2x3x4x5x6x7x0",
    "98123 or rather 45670 please",
    "0091 98123 45670",
    "091-98123-45670",
    keycaps(NATIONAL),
    shifted(NATIONAL, "०"),
    shifted(NATIONAL, "૦"),
    shifted(NATIONAL, "௦"),
    shifted(NATIONAL, "౦"),
    shifted(NATIONAL, "০"),
    shifted(NATIONAL, "٠"),
    shifted(NATIONAL, "０"),
    shifted(NATIONAL, "𝟎"),
    "⑨⑧①②③④⑤⑥⑦⓪",
    "⁹⁸¹²³⁴⁵⁶⁷⁰",
    "₉₈₁₂₃₄₅₆₇₀",
    "九八一二三四五六七〇",
    "98१२३45670",
    "९८१२३ और ४५६७०",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_known_number_is_masked_however_it_is_written(spelling: str) -> None:
    shown = masking.words(f"Call {spelling} now", [NUMBER])
    assert not tells(shown)
    assert shown.startswith("Call ")
    assert shown.endswith(" now")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_finished_message_is_masked_whatever_drew_it(spelling: str) -> None:
    assert not tells(masking.everything(f"<b>Pump</b>\nAsha {spelling}", LEAD))


@pytest.mark.parametrize("spelling", [one for one in SPELLINGS if "x" not in one and "after a while" not in one])
def test_a_number_nobody_told_us_of_is_masked_too(spelling: str) -> None:
    assert not tells(masking.words(f"Call {spelling} now"))


@pytest.mark.parametrize("text", ["98123 45670 98123 45670", "+91 9812345670/71", "98123 [9812345670] 45670"])
def test_hiding_one_number_does_not_bring_another_together(text: str) -> None:
    assert not tells(masking.words(text, [NUMBER]))


def test_a_number_of_one_digit_repeated_is_masked() -> None:
    same = "+919999999999"
    assert not tells(masking.words(f"{same} 99999 and 99999", [same]), same)
    assert not tells(masking.everything(masking.number(same) + " 99", LEAD._replace(mobile=same)), same)


@pytest.mark.parametrize(
    "text",
    [
        "2024, 500 piece, 683000",
        "12 mm x 500 mm, 20 pieces, PIN 683000",
        "₹1,00,000 - 2,40,000",
        "500 pieces by 12 Oct 2026",
        "meet at the shop",
    ],
)
def test_years_prices_sizes_and_pin_codes_stay(text: str) -> None:
    assert masking.words(text, [NUMBER]) == text


@pytest.mark.parametrize(
    "address",
    [
        "asha.testwala@example.com",
        "ASHA.TESTWALA@EXAMPLE.COM",
        "asha.testwala @ example.com",
        "asha.testwala＠example.com",
        "asha.testwala (at) example (dot) com",
        "asha.testwala[at]example.com",
        "asha.testwala at example dot com",
    ],
)
def test_an_email_address_is_masked_however_it_is_written(address: str) -> None:
    for shown in (masking.words(f"Mail {address} today"), masking.everything(f"Mail {address} today", LEAD)):
        assert "testwala" not in shown.lower()
        assert "example" not in shown.lower()
        assert shown.startswith("Mail ")
        assert shown.endswith(" today")


def test_names_and_companies_are_masked_like_messages() -> None:
    shown = masking.lead(LEAD._replace(name="Asha 9812345670", company="asha@example.com Traders", city="98123-45670"))
    assert not tells(f"{shown.name} {shown.city}")
    assert "example" not in str(shown.company)
    assert "testwala" not in str(shown.email)


@given(st.from_regex(r"\+91[6-9][0-9]{9}", fullmatch=True))
def test_a_masked_number_tells_its_country_two_digits_and_its_end(number: str) -> None:
    masked = masking.number(number)
    assert len(digits_in(masked)) == masking.SHOWN_IN_FRONT + masking.SHOWN_AT_THE_END
    assert masked.replace(" ", "").startswith(number[:5])
    assert masked.endswith(number[-2:])


SEPARATORS = st.text(max_size=6).filter(lambda text: not digits_in(text))


@given(st.from_regex(r"[6-9][0-9]{9}", fullmatch=True), st.lists(SEPARATORS, min_size=9, max_size=9), st.text())
def test_whatever_stands_between_its_digits_a_known_number_is_masked(
    number: str, between: list[str], around: str
) -> None:
    written = "".join(digit + gap for digit, gap in zip(number, [*between, ""], strict=True))
    lead = LEAD._replace(mobile=f"+91{number}")
    assert not tells(masking.words(f"{around} {written} {around}", lead.phones), number)
    assert not tells(masking.everything(f"{around} {written} {around}", lead), number)


@given(st.text())
def test_text_without_digits_and_addresses_stays_as_it_is(text: str) -> None:
    if not digits_in(text) and not any(sign in text for sign in ("@", "＠", "﹫", "at")):
        assert masking.everything(text, LEAD) == text


def test_a_long_text_is_masked_in_one_go() -> None:
    text = "98123 [9812345670] 45670 a@b " * 2000
    assert not tells(masking.words(text, [NUMBER]))
