"""Of strangers who press and write nothing stays. Thousands of them: `python -m tests.bench.strangers`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.chat.crowd import crowd

if TYPE_CHECKING:
    from tests.chat.conftest import Team

pytestmark = pytest.mark.english  # nothing is said


@pytest.mark.english
@pytest.mark.no_cover
async def test_hundreds_of_strangers_press_and_write_and_nothing_of_them_stays(team: Team) -> None:
    before, after = await crowd(team, 300)
    assert before
    assert after == set()
    application = team.chat.application
    assert (dict(application.user_data), dict(application.chat_data)) == ({}, {})
    assert application.bot.callback_data_cache is None
    assert team.services.sender.is_idle
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith(("sender", "press"))]
