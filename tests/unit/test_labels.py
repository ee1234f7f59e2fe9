"""The labels of buttons at 360 pixels, in each language, with Debian's fonts-noto-core: one line, and not cut.

The browser measures the same, of one language and with everything around it (`tests/e2e/test_page_looks.py`).
"""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from PIL import ImageFont, features

from bot.chat.views import buttons, keyboard, settings
from bot.chat.views.lead_codes import Menu
from bot.chat.views.list_codes import StatsPage
from bot.domain.ids import AccountId, UserId
from bot.domain.lead import Status
from bot.domain.person import Person
from bot.i18n import LANGUAGES, speaking
from tests.unit.test_render_card import LEAD, card_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.views.message import ReplyMarkup

FONTS: Final = Path("/usr/share/fonts/truetype/noto")
SIZE: Final = 14
ROW: Final = 316
"""Pixels for a row of buttons in a message at 360, and between two buttons, and beside a label."""
GAP: Final = 4
PADDING: Final = 3
EMOJI: Final = 18
RUNS: Final = {
    "Devanagari": "[\u0900-\u097f]+", "Gujarati": "[\u0a80-\u0aff]+", "Tamil": "[\u0b80-\u0bff]+",
    "Telugu": "[\u0c00-\u0c7f]+", "Latin": "[ -~\xa0-\u024f\u2010-\u203a]+", "emoji": ".\ufe0f?",
}  # fmt: skip
RUN: Final = re.compile("|".join(f"(?P<{name}>{letters})" for name, letters in RUNS.items()))

pytestmark = pytest.mark.skipif(
    os.environ.get("REQUIRE_BROWSER") != "1" and not (FONTS / "NotoSansTelugu-Bold.ttf").exists(),
    reason="fonts-noto-core is not there",
)


@cache
def font(script: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"NotoSans{script.replace('Latin', '')}-Bold.ttf", SIZE)


def width(label: str) -> float:
    """Shaped, each run in the font that has its letters."""
    runs = ((run.lastgroup or "", run[0]) for run in RUN.finditer(label))
    return sum(EMOJI if script == "emoji" else font(script).getlength(text) for script, text in runs)


def keyboards() -> Iterator[ReplyMarkup | None]:
    """All with fixed labels; those with numbers of leads have room for them."""
    people = [Person(UserId(7), "Asha"), Person(UserId(8), "Ravi")]
    for status, menu, undo in itertools.product(Status, Menu, (None, 5)):
        card = card_of(LEAD, undo_id=undo, known_to=None)
        owner = None if status is Status.NEW else UserId(7)
        card = replace(card, stored=card.stored._replace(status=status, owner_id=owner, owner_name="Asha"))
        yield keyboard.card(card, menu, people if menu is Menu.GIVE else ())
        yield keyboard.card(replace(card, is_masked=True), menu)
    yield from (buttons.stats(1, page) for page in StatsPage)
    yield buttons.page([], 1, 5, 5)
    yield buttons.history(1, 1, 3)
    yield settings.overview({}, AccountId(1)).reply_markup


def rows(markup: ReplyMarkup | None) -> list[list[dict[str, Any]]]:
    return [] if markup is None else markup["inline_keyboard"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_fits_its_button_on_a_narrow_phone(language: str) -> None:
    assert features.check("raqm"), "Pillow cannot shape these scripts here"
    wrong: dict[str, str] = {}
    with speaking(language):
        for row in itertools.chain.from_iterable(map(rows, keyboards())):
            room = (ROW - GAP * (len(row) - 1)) / len(row) - 2 * PADDING
            for label in (str(one["text"]) for one in row):
                if (wide := width(label)) > room:
                    wrong[label] = f"{wide:.0f} of {room:.0f}, {len(row)} in a row"
    assert wrong == {}
