"""No cell of an export runs as a formula, and import gives back what went out."""

from __future__ import annotations

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


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\na"), max_size=6))
def test_any_text_comes_back_and_never_begins_as_a_formula(text: str) -> None:
    assert cells.bare(cells.guarded(text)) == text
    assert cells.bare(cells.marked(text)) == text
    assert not cells.guarded(text).startswith(STARTS)


@given(st.text())
def test_a_text_for_a_sheet_holds_nothing_that_xml_cannot(text: str) -> None:
    assert not any(one < " " and one not in "\t\n\r" for one in cells.fitting(text))


def test_a_text_too_long_for_a_cell_is_shortened_and_says_so() -> None:
    assert cells.fitting("x" * 32_767) == "x" * 32_767
    shortened = cells.fitting("x" * 40_000)
    assert (len(shortened), shortened[-1]) == (32_767, "…")
