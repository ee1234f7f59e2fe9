"""Answers of IndiaMART that mean harm, made up by `tests/hostile.py`: after each the next lead becomes a card, and a
member's Claim of it is answered. `tests/bench/hostile.py` does the same with 200, by push too, and measures.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from bot.domain import budgets
from bot.indiamart import v2
from tests import databases
from tests.claiming import claimed
from tests.e2e.test_clock_jumps import jumpy
from tests.hostile import bodies
from tests.web.test_hostile_bodies import at_work

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.english  # forty leads, each claimed: what that is answered is read in tests/chat

SIZE = 1_500_000


def cost(body: bytes) -> float:
    """Seconds of computing that it takes to read it."""
    before = time.thread_time()
    v2.read(200, body)
    return time.thread_time() - before


async def test_after_each_hostile_answer_a_lead_is_a_card_and_claimed(tmp_path: Path) -> None:
    found = [(name, body) for name, body, headers in bodies(40, largest=SIZE, seed=3) if not headers]
    async with jumpy(tmp_path) as stage, at_work() as turns:
        for number, (_name, body) in enumerate(found):
            stage.simulator.faults.can(body)
            await stage.has_card(f"Pump No{number} of many")
            card = next(one for one in stage.town.group.by_bot if f"Pump No{number} of" in one.text)
            await claimed(stage.town.asha, card)
    [longest] = databases.by_hand(tmp_path / "leads.db", "SELECT max(length(message)), max(length(raw)) FROM leads")
    assert all((size or 0) <= budgets.TEXT for size in longest)
    # A small part of it, unless answers are read on the loop.
    assert max(turns) < max(cost(body) for _name, body in found) / 2
