"""A process whose updates Telegram brings is killed: what people did meanwhile is answered by whatever runs next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.stage import staged
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.stage import Stage

pytestmark = pytest.mark.english  # no words are looked at


async def answered(stage: Stage, count: int) -> None:
    await stage.town.world.wait_for(lambda: len(stage.town.asha.chat.by_bot) >= count, 40)


async def test_a_kill_loses_nothing_and_leaves_no_webhook_behind(tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {"TELEGRAM_WEBHOOK_URL": address, "HTTP_LISTEN": f"127.0.0.1:{port}"}
    async with staged(tmp_path, settings) as stage:
        asha, updates = stage.town.asha, stage.town.world.updates
        await stage.service.start()
        await until(lambda: updates.webhook == f"{address}/telegram/{stage.town.world.bot.id}")
        asha.says(asha.chat, "/lead 5001")
        await answered(stage, 1)
        await stage.service.kill()
        asha.says(asha.chat, "/lead 5002")
        await stage.service.start()  # with the webhook again
        await answered(stage, 2)
        await stage.service.kill()
        asha.says(asha.chat, "/lead 5003")
        del stage.service.settings["TELEGRAM_WEBHOOK_URL"]
        await stage.service.start()
        await answered(stage, 3)
        assert not updates.webhook
        assert [number for number in ("5001", "5002", "5003") if number not in str(asha.chat.texts)] == []
        assert "is removed" in stage.service.log
        assert await stage.service.stop() == 0
