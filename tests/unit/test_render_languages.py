"""Every message with the longest facts, in each language: always one that Telegram takes."""

from __future__ import annotations

import ast
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.charts import bars
from bot.chat import views
from bot.domain.lead import Kind
from bot.i18n import LANGUAGES, speaking
from bot.sandbox.botapi import keyboards, wording
from bot.sandbox.botapi.entities import units
from tests import catalogues
from tests.unit.longest_messages import all_charts, everything

if TYPE_CHECKING:
    from types import FrameType

LONGEST: Final = st.sampled_from(["<b>&\"'\\😀पानी" * 60, "தமிழ்நாடு " * 60, "x" * 4096, "@a /b #1 " * 80, "😀" * 2048])


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_no_english_is_left_in_any_message(language: str) -> None:
    """Cards, lists, callouts, reminders, digests, faults and every other notice, charts, prompts, settings, help."""
    with speaking(language):
        said = [text for one in everything("7", "W") for text in (one.text, str(one.reply_markup))]
    left = {piece for piece in catalogues.english(language) for text in said if piece in text.replace("\u00a0", " ")}
    assert left == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_in_words_fits_a_phone(language: str) -> None:
    """A sign above or below a letter takes no room of its own."""
    with speaking(language):
        for drawn in all_charts("Mahalakshmi <b>"):
            wide = max(
                (sum(not unicodedata.combining(sign) for sign in line) for line in bars.lines(drawn)[:-1]), default=0
            )
            assert wide <= 44, drawn.title


@pytest.mark.parametrize("language", LANGUAGES)
@given(LONGEST, st.sampled_from([*Kind.KNOWN, "x" * 300]))
@settings(max_examples=2, phases=[Phase.generate])  # to find a smaller one would take minutes
def test_whatever_it_holds_a_message_is_one_that_telegram_takes(language: str, words: str, kind: str) -> None:
    with speaking(language):
        for message in everything(words, kind):
            drawn = wording.inner_text({"message_text": message.text, "parse_mode": "HTML"}).text
            assert 0 < units(drawn) <= 4096
            assert 0 < units(message.plain.text) <= 4096
            if message.reply_markup is not None:
                keyboards.read(message.reply_markup)


def test_no_message_is_left_out() -> None:
    """Whatever draws one is asked for it here."""
    asked = set[tuple[str, int]]()

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        asked.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        list(everything("7", "W"))
    finally:
        sys.setprofile(before)
    drawing = [
        (str(path), one)
        for path in Path(views.__path__[0]).glob("*.py")
        if path.name != "message.py"
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, ast.FunctionDef) and ast.unparse(one.returns or one) == "RenderedMessage"
    ]
    assert [f"{path}: {one.name}" for path, one in drawing if (path, one.lineno) not in asked] == []
