"""`leadbell check` as somebody types it: a line for each thing, an exit code, and nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from bot.sandbox.simulator.faults import Fault
from bot.sandbox.simulator.server import CRM_KEY, MOBILE
from tests.e2e.stage import Stage, staged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

V1 = {"INDIAMART_MOBILE": MOBILE, "INDIAMART_KEY": CRM_KEY}
NOWHERE = "http://127.0.0.1:9"
OTHER_TOKEN = "7100000001:AAEsomeOtherTokenThatIsNotThisBots00000"


def secrets(stage: Stage) -> set[str]:
    settings = stage.service.settings
    found = {settings[name] for name in ("TELEGRAM_BOT_TOKEN", "INDIAMART_KEY")} | {stage.town.world.bot.token, MOBILE}
    for record in stage.simulator.seller.records:
        found |= {text for text in (record.name, record.mobile, record.mobile[-10:], record.email) if text}
    return found | {quote(secret, safe="") for secret in found}


async def checked(stage: Stage) -> tuple[int, list[str]]:
    """Exit code and its own lines; fails where a secret is in anything it said."""
    await stage.service.start("check")
    code = await stage.service.ends()
    assert [secret for secret in secrets(stage) if secret in stage.service.log] == []
    assert "Traceback" not in stage.service.log
    return code, [line for line in stage.service.log.splitlines() if line.startswith(("ok ", "to do ", "note "))]


@pytest.mark.parametrize("settings", [{}, V1], ids=["v2", "v1"])
async def test_all_is_well(tmp_path: Path, settings: dict[str, str]) -> None:
    async with staged(tmp_path, settings | {"LOG_LEVEL": "debug"}) as stage:
        stage.simulator.seller.arrive_many(3)
        code, lines = await checked(stage)
        assert (code, len(lines)) == (0, 6)
        assert all(line.startswith("ok ") for line in lines)


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"TELEGRAM_BOT_TOKEN": OTHER_TOKEN}, "Copy it again from @BotFather"),
        ({"TELEGRAM_CHAT_ID": "-100777"}, "The bot is not in the group -100777"),
        ({"TELEGRAM_API_URL": NOWHERE}, "Telegram cannot be reached"),
        ({"INDIAMART_KEY": "some/other+key=="}, "IndiaMART refuses the key"),
        ({"INDIAMART_KEY": "some/other+key==", "INDIAMART_MOBILE": MOBILE}, "IndiaMART refuses the key"),
        ({"INDIAMART_URL": NOWHERE}, "IndiaMART cannot be reached"),
    ],
)
async def test_one_wrong_setting_is_one_line(tmp_path: Path, changes: dict[str, str], advice: str) -> None:
    async with staged(tmp_path, changes | {"LOG_LEVEL": "debug"}) as stage:
        code, lines = await checked(stage)
        wrong = [line for line in lines if line.startswith("to do ")]
        assert (code, len(wrong)) == (1, 1)
        assert advice in wrong[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda stage: stage.simulator.faults.queue(Fault.SERVER_ERROR),
        lambda stage: stage.simulator.faults.queue(Fault.RESET),
        lambda stage: stage.simulator.faults.queue(Fault.HTML_PAGE),
        lambda stage: stage.town.api.faults.server_error(times=None),
        lambda stage: stage.town.api.faults.server_error(times=None, is_html=True),
        lambda stage: stage.town.api.faults.reset(times=None),
    ],
    ids=["indiamart 500", "indiamart reset", "indiamart html", "telegram 502", "telegram html", "telegram reset"],
)
async def test_a_bad_answer_is_a_line_too(tmp_path: Path, spoil: Callable[[Stage], None]) -> None:
    async with staged(tmp_path, V1 | {"LOG_LEVEL": "debug"}) as stage:
        stage.simulator.seller.arrive_many(3)
        spoil(stage)
        code, lines = await checked(stage)
        assert (code, len([line for line in lines if line.startswith("to do ")])) == (1, 1)


async def test_bad_settings_are_all_told_without_their_values(tmp_path: Path) -> None:
    changes = {"INDIAMART_KEY": "bad key with blanks", "TELEGRAM_BOT_TOKEN": "nonsense-token", "POLL_EVERY": "often"}
    async with staged(tmp_path, changes) as stage:
        await stage.service.start("check")
        assert await stage.service.ends() == 2
        said = stage.service.log
        assert all(name in said for name in ("TELEGRAM_BOT_TOKEN", "POLL_EVERY"))
        assert "nonsense-token" not in said
        assert "bad key" not in said
