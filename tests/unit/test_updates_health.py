"""Which troubles of fetching updates are told."""

from __future__ import annotations

from dataclasses import replace

from telegram.error import Conflict

from bot.chat.updates_health import RetryDelays, UpdatesHealth
from bot.clock import Clock
from bot.health.troubles import Cause, Troubles


async def test_two_processes_of_ours_that_meet_while_a_bot_moves_are_no_trouble() -> None:
    troubles = Troubles(Clock())
    health = UpdatesHealth(RetryDelays(), troubles, 1, may_meet_others=True)
    assert health.failed(Conflict("terminated by other getUpdates request")) == RetryDelays().first_retry
    health.succeeded()
    assert troubles.current == []


async def test_another_program_that_stays_is_told_all_the_same() -> None:
    for delays, may_meet_others in ((RetryDelays(), False), (replace(RetryDelays(), takeover=0.0), True)):
        troubles = Troubles(Clock())
        UpdatesHealth(delays, troubles, 1, may_meet_others=may_meet_others).failed(Conflict("terminated"))
        assert [one.cause for one in troubles.current] == [Cause.BOT_SHARED]
