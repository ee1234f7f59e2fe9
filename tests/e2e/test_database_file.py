"""The database's file is deleted or replaced under a running service: nothing is taken in that would be lost."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.e2e.stage import staged
from tests.languages import heard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PUSH_TOKEN = "a-token-of-the-test-12345"
LEAD = {"CODE": 200, "RESPONSE": {"UNIQUE_QUERY_ID": "77", "QUERY_TYPE": "W", "SENDER_NAME": "Asha"}}

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody delete an open file"),
]


def delete(database: Path) -> None:
    for path in (database, *database.parent.glob(f"{database.name}-*")):
        path.unlink()


def replace(database: Path) -> None:
    copy = database.with_name("copy.db")
    copy.write_bytes(database.read_bytes())
    copy.replace(database)


@pytest.mark.parametrize("fault", [delete, replace])
async def test_a_push_is_refused_and_the_service_ends_for_its_supervisor(
    tmp_path: Path, fault: Callable[[Path], None]
) -> None:
    settings = {"PUSH_TOKEN": PUSH_TOKEN, "HTTP_LISTEN": "127.0.0.1:0"}
    async with staged(tmp_path, settings) as stage, aiohttp.ClientSession() as session:
        await stage.service.start()
        await stage.is_up()
        await stage.service.says("listening on")
        listening = re.search(r"listening on (http://[\d.]+:\d+)", stage.service.log)
        assert listening is not None
        fault(stage.service.database)
        try:
            async with session.post(f"{listening[1]}/indiamart/{PUSH_TOKEN}", json=LEAD) as answer:
                assert answer.status == 503
            async with session.get(f"{listening[1]}/readyz") as answer:
                assert (answer.status, (await answer.json())["reasons"]) == (503, ["database_gone"])
        except aiohttp.ClientConnectionError:
            pass  # it has ended already, which answers nothing with 200 either
        assert await stage.service.ends() != 0
        assert "was deleted or replaced while Leadbell was using it" in stage.service.log
        assert "Traceback" not in stage.service.log
        assert any(heard("New leads do not come through", text) for text in stage.town.group.texts)  # no admins are set
