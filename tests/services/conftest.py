"""For the tests of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import databases
from tests.services.played import HandClock
from tests.services.world import World, assemble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def world(tmp_path: Path, clock: HandClock) -> AsyncIterator[World]:
    async with databases.opened(tmp_path / "leads.db") as database:
        yield await assemble(database, clock)


@pytest.fixture
async def both(tmp_path: Path, clock: HandClock) -> AsyncIterator[tuple[World, World]]:
    """Two processes at one database, each with a `Database` of its own."""
    path = tmp_path / "leads.db"
    async with databases.opened(path) as first, databases.opened(path) as second:
        yield await assemble(first, clock), await assemble(second, clock)
