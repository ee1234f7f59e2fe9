"""A database of each earlier version, started by today's service."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.store.migrate import FORMER
from tests.e2e.stage import staged
from tests.store.former import LATER, earlier

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.english  # no words are looked at


def leads(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT lead_id, kind, name, phone FROM leads ORDER BY lead_id").fetchall()


@pytest.mark.sqlite  # what came before accounts was never on a server
@pytest.mark.parametrize("version", [1, FORMER, *LATER])
async def test_an_upgraded_service_goes_on_with_every_lead(version: int, tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        before = leads(earlier(stage.service.database, version))
        assert before
        await stage.service.start()
        await stage.is_up()
        lead = stage.simulator.seller.arrive()
        await stage.town.world.wait_for(lambda: any(lead.query_id in text for text in stage.town.group.texts), 60)
        said = stage.town.ravi.says(stage.town.group, f"/lead {before[0][0]}")
        await stage.town.world.wait_for(
            lambda: any(one.reply_to is said and str(before[0][2]) in one.text for one in stage.town.group.by_bot), 60
        )
        assert await stage.service.stop() == 0
        assert leads(stage.service.database)[: len(before)] == before
        [kept] = tmp_path.glob("leads.db.before-*")
        assert leads(kept) == before
