"""The whole service as a process in each language: a lead from its arrival to its order, a reminder typed in the
language, the digest, and what the terminal says. No English is left, and what is stored is the same in each.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

from bot.chat.views import callback_data
from bot.chat.views.lead_codes import AskFor, Claim, PromptKind
from tests import catalogues
from tests.e2e.stage import staged
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox.botapi import Message
    from tests.e2e.stage import Stage

pytestmark = pytest.mark.english  # all but English, in each test

TOMORROW_AT_TEN: Final = {
    "hi": "कल सुबह 10 बजे",
    "gu": "કાલે સવારે 10 વાગ્યે",
    "mr": "उद्या सकाळी १० वाजता",
    "ta": "நாளை காலை 10 மணி",
    "te": "రేపు ఉదయం 10 గంటలకు",
}
SHEET: Final = "Customer,Mobile No.,Requirement,Date,Colour\nAsha,9000077001,Pump,2026-01-31,red\nB,x,,31/31/2026,\n"


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
async def test_a_lead_from_its_arrival_to_its_order_in_each_language(tmp_path: Path, language: str) -> None:
    settings = {"BOT_LANGUAGE": language, "LC_ALL": f"{language}_IN.UTF-8", "LOG_LEVEL": "warning"}
    async with staged(tmp_path, settings) as stage:
        terminal = await _at_the_terminal(stage, tmp_path)
        stage.simulator.seller.arrive()
        await stage.service.start()
        await stage.drained()
        card = next(
            one for one in stage.town.group.by_bot if any("✋" in label for row in one.buttons for label in row)
        )
        await _worked(stage, card, TOMORROW_AT_TEN[language])
        after = _latest(stage)
        stage.town.ravi.says(stage.town.group, "/digest evening")
        await _next(stage, after)
        assert await stage.service.stop() == 0
        assert _stored(stage) == [("won", 85_000, "wants a sample", 10 * 3600)]
        heard = [*terminal, *(text for one in _said(stage) for text in (one.text, *map(str, one.buttons)))]
        assert [(piece, text) for piece in catalogues.english(language) for text in heard if piece in text] == []


def _said(stage: Stage) -> list[Message]:
    return [*stage.town.group.by_bot, *stage.town.ravi.chat.by_bot]


async def _worked(stage: Stage, card: Message, when: str) -> None:
    """Claimed, to be reminded of, noted and won; each press by its code."""
    ravi, group, press = stage.town.ravi, stage.town.group, stage.town.world.queries.press_data
    [(lead_id,)] = stage.rows("SELECT lead_id FROM leads LIMIT 1")
    # A machine that is busy at the start may refuse one, and asks for another.
    while not stage.rows("SELECT 1 FROM leads WHERE owner_id IS NOT NULL"):
        await press(ravi, card, callback_data.encode(Claim(lead_id)))
    await until(lambda: "Ravi" in card.text)
    for kind, answer in ((PromptKind.TIME, when), (PromptKind.NOTE, "wants a sample"), (PromptKind.VALUE, "85,000")):
        after = _latest(stage)
        await press(ravi, card, callback_data.encode(AskFor(lead_id, kind)))
        question = await _next(stage, after)
        ravi.says(group, answer, reply_to=question)
        if kind is PromptKind.TIME:
            await _next(stage, question.message_id)
        else:
            await until(partial(_shows, card, answer))


def _shows(card: Message, words: str) -> bool:
    return words in card.text


def _latest(stage: Stage) -> int:
    return max(one.message_id for one in stage.town.group.by_bot)


async def _next(stage: Stage, after: int) -> Message:
    """What is said next; a question is deleted once it is answered."""
    await until(lambda: _latest(stage) > after)
    return next(one for one in stage.town.group.by_bot if one.message_id > after)


def _stored(stage: Stage) -> list[tuple[object, ...]]:
    """The lead's state, and the second of India's day at which the reminder is due."""
    return stage.rows(
        "SELECT status, won_value, (SELECT text FROM notes LIMIT 1), "
        "(SELECT (due_at + 19800) % 86400 FROM reminders LIMIT 1) FROM leads"
    )


async def _at_the_terminal(stage: Stage, folder: Path) -> list[str]:
    """What commands say before there is a service."""
    (folder / "old.csv").write_text(SHEET, encoding="utf-8")
    for words in (["check"], ["import", "old.csv", "--dry-run"], ["backfill", "--days", "1"], ["--no-such-option"]):
        await stage.service.start(*words)
        await stage.service.ends()
    return [stage.service.log]
