"""Commands that somebody types where Leadbell does not run: an empty database there would answer for the real one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from bot.commands import auditing, forgetting, status
from bot.commands.accounts import adding, changing, removing
from bot.config import Settings
from bot.config.keyring import new_key
from bot.errors import LeadbellError, SettingsError
from tests.services.test_sharing import GIVEN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

pytestmark = pytest.mark.sqlite

COMMANDS: Final[dict[str, Callable[[Settings], Awaitable[bool]]]] = {
    "status": lambda files: status.report(files, is_json=False),
    "account list": changing.tell_all,
    "account show": lambda files: changing.show(files, "main"),
    "account set": lambda files: changing.change(files, "main", ["HOLIDAYS=IN"]),
    "account pause": lambda files: changing.pause(files, "main"),
    "account resume": lambda files: changing.pause(files, "main", ends=True),
    "account remove": lambda files: removing.remove(files, "surat", path=None, is_sure=True),
    "audit": lambda files: auditing.report(files, person=None, lead=None, since=None, account="main"),
    "audit --breach": lambda files: auditing.breach(files, since="3d", account="main"),
    "forget": lambda files: forgetting.run(files, "9000000031", is_urgent=False, is_sure=True, account="main"),
    "buyer": lambda files: forgetting.tell(files, "9000000031", folder=Path(), account="main", force=False),
}


def files_in(folder: Path) -> Settings:
    return Settings.from_values({**GIVEN, "SECRET_KEY": new_key(), "DATABASE_URL": f"sqlite:///{folder}/leads.db"})


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_command_in_the_wrong_folder_says_so_and_makes_no_database(tmp_path: Path, command: str) -> None:
    with pytest.raises(LeadbellError, match=r"There is no database .* yet\. Run this where Leadbell runs"):
        await COMMANDS[command](files_in(tmp_path))
    assert list(tmp_path.iterdir()) == []


async def test_an_account_may_be_added_before_the_service_ran(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):  # what is missing of it is said, and not that there is no database
        await adding.add(files_in(tmp_path), "surat", [])
