"""A press of Claim, as somebody makes it who means it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.languages import heard

if TYPE_CHECKING:
    from bot.sandbox.botapi import HumanUser, Message

PRESSES = 10


async def claimed(person: HumanUser, card: Message) -> None:
    """Pressed until it is theirs: where the machine is busy beside, a press is told to be pressed again, and may have
    been kept all the same; then the card says so, and has nothing to press any more.
    """
    answers: list[str] = []
    while not any(heard("is yours", text) for text in answers):
        if answers and f"✋ {person.name}" in card.text:
            return
        assert len(answers) < PRESSES, answers
        answers.append((await person.presses(card, "✋ Claim")).text)
