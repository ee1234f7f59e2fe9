"""No cell of an export runs as a formula, and import gives back what went out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files import cells

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("start", STARTS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe_and_loses_it_again(start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    assert cells.guarded(text) == f"'{text}"
    assert cells.bare(cells.guarded(text)) == text


@pytest.mark.parametrize("text", ["", "'", "Asha", "'tis", "O'Neil", "1-2", "a=b", "₹500"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert cells.guarded(text) == cells.marked(text) == cells.bare(text) == text


def is_invisible(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
        or character in "\u034f\u115f\u2800\u3164\ufe0f"
    )


@pytest.mark.no_cover
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "−", "⁺"])
def test_nothing_that_nobody_sees_hides_a_formula(sign: str) -> None:
    hidden = [chr(number) for number in range(0x110000) if is_invisible(chr(number))]
    for character in hidden:
        text = f"{character}{sign}HYPERLINK(1)"
        assert cells.guarded(text) == f"'{text}", ascii(character)
        assert cells.bare(f"'{text}") == text
    assert cells.guarded(f"\u200b\u00a0\t{sign}1") == f"'\u200b\u00a0\t{sign}1"


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n \u200b\ufeffa"), max_size=6))
def test_any_text_comes_back_and_never_begins_as_a_formula(text: str) -> None:
    assert cells.bare(cells.guarded(text)) == text
    assert cells.bare(cells.marked(text)) == text
    seen = "".join(one for one in cells.guarded(text) if not is_invisible(one))
    assert not seen.startswith(("=", "+", "-", "@"))


@given(st.text())
def test_a_text_for_a_sheet_holds_nothing_that_xml_cannot(text: str) -> None:
    assert not any(one < " " and one not in "\t\n\r" for one in cells.fitting(text))


def test_a_text_too_long_for_a_cell_is_shortened_and_says_so() -> None:
    assert cells.fitting("x" * 32_767) == "x" * 32_767
    shortened = cells.fitting("x" * 40_000)
    assert (len(shortened), shortened[-1]) == (32_767, "…")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ('="0421"', "0421"),
        ("=A1", cells.MissingValue("=A1")),
        ("=SUM(A1:A9)", cells.MissingValue("=SUM(A1:A9)")),
        ("=9000001000+1", cells.MissingValue("=9000001000+1")),
        ("= the best", "= the best"),
        ("'=A1", "=A1"),
        ("O'Neil", "O'Neil"),
    ],
)
def test_a_formula_in_a_csv_has_lost_its_value_but_for_a_text_that_was_kept_so(cell: str, wanted: object) -> None:
    assert cells.typed(cell) == wanted
