"""A seller comes and goes at the command line while the service runs as a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.commands.accounts import adding, changing, removing
from bot.config import load_settings
from bot.config.keyring import new_key
from bot.sandbox.botapi import MemberStatus
from tests.e2e.stage import staged

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox.botapi import Chat

pytestmark = pytest.mark.english  # no words are looked at


def has_card(group: Chat, name: str) -> bool:
    return any(name in message.text for message in group.by_bot)


async def test_a_seller_is_added_served_changed_and_removed_beside_the_running_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(tmp_path, {"SECRET_KEY": new_key()}) as stage:
        world, seller = stage.town.world, stage.simulator.add_seller()
        group = world.add_group("Surat", [], kind="supergroup", bot_role=MemberStatus.ADMINISTRATOR)
        await stage.service.start()
        await stage.is_up()
        files = load_settings(stage.service.settings, tmp_path).settings
        words = [f"TELEGRAM_CHAT_ID={group.id}", f"INDIAMART_KEY={seller.api_key}", "POLL_EVERY=0.3s"]
        await adding.add(files, "surat", words)
        theirs = seller.arrive("W")
        await world.wait_for(lambda: has_card(group, theirs.name), 60)
        ours = stage.simulator.seller.arrive("W")
        await world.wait_for(lambda: has_card(stage.town.group, ours.name), 60)
        assert not has_card(group, ours.name)
        assert not has_card(stage.town.group, theirs.name)
        assert await removing.remove(files, "surat", path=tmp_path / "out.csv", is_sure=True)
        assert theirs.name in (tmp_path / "out.csv").read_text(encoding="utf-8")
        assert stage.rows("SELECT name FROM accounts") == [("main",)]
        await changing.change(files, "main", ["HOLIDAYS=IN"])
        later = stage.simulator.seller.arrive("W")
        await world.wait_for(lambda: has_card(stage.town.group, later.name), 60)
        assert await stage.service.stop() == 0
        assert seller.api_key not in stage.service.log
