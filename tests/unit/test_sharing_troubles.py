"""What of other processes' updates and pushes cannot be taken in is told as what it was: only leads are vital."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.errors import StoreAwayError
from bot.health.troubles import Activity, Troubles
from bot.sharing import Sharing
from tests.services.played import HandClock
from tests.waiting import until


class Away:
    """A database whose server does not answer, and bots whose updates stand in it."""

    def reading(self) -> Any:
        raise StoreAwayError

    async def take_brought(self) -> None:
        self.reading()


@pytest.mark.parametrize(
    ("name", "activity"), [("take_updates", Activity.UPDATE), ("take_pushes", Activity.PUSH)], ids=["updates", "pushes"]
)
async def test_what_cannot_be_taken_in_is_told_by_what_it_was(name: str, activity: Activity) -> None:
    troubles, away = Troubles(HandClock()), Away()
    shared = SimpleNamespace(troubles=troubles, database=away)
    sharing = Sharing(cast("Any", shared), cast("Any", None), cast("Any", None), cast("Any", away))
    taking = asyncio.create_task(getattr(sharing, name)())
    try:
        await until(lambda: bool(troubles.current))
    finally:
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
    assert {one.work for one in troubles.current} == {activity}
    troubles.written()
    assert troubles.current == []
