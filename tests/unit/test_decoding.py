"""Bytes as text, whoever wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decoding import text_of

TEXT = "José, 5° bend – Ø 25"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("charset", [None, "utf-8", "windows-1252", "ISO-8859-1", "no-such-charset", ""])
def test_a_text_is_read_in_whatever_it_was_written(encoding: str, charset: str | None) -> None:
    assert text_of(f'["{TEXT}"]'.encode(encoding), charset) == f'["{TEXT}"]'


def test_a_declared_charset_counts_where_the_bytes_are_not_utf_8() -> None:
    assert text_of("Привет".encode("cp1251"), "windows-1251") == "Привет"
    assert text_of("Привет".encode(), "windows-1251") == "Привет"


def test_one_old_row_costs_the_others_nothing() -> None:
    assert text_of("पानी|".encode() + "José".encode("cp1252") + "|आशा".encode()) == "पानी|José|आशा"


@given(st.binary())
def test_any_bytes_are_survived(content: bytes) -> None:
    text_of(content).encode()


@given(st.text().filter(lambda text: text == text.strip("\ufeff\0 \t\r\n") and "\0" not in text))
def test_utf_8_is_read_as_it_is(text: str) -> None:
    assert text_of(text.encode(errors="replace")) == text.encode(errors="replace").decode().strip("\ufeff\0 \t\r\n")
