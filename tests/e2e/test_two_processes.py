"""Two services on one PostgreSQL: what one that is refused, or cut off, may do to the other and to what people send."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.clock import Clock
from bot.config import Settings
from bot.config.keyring import new_key
from bot.domain.ids import UserId
from bot.errors import SettingsError
from bot.lifecycle import service
from bot.store import account_settings, accounts, secrets
from bot.store.account_settings import By
from tests import databases

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.english,  # what is refused is read in a log
]

HOURS = {"WORKING_HOURS": "Mon-Sat 09:30-19:00"}
CHOSEN = {"WORKING_HOURS": "Mon-Sun 08:00-22:00", "INDIAMART_KEY": "a-key-from-the-chat"}
BOSS = By(UserId(77))


@pytest.mark.parametrize("more", [{"WORKING_HOURS": "Mon-Fri 10:00-18:00"}, {"SECRET_KEY": new_key()}])
async def test_one_that_is_refused_has_changed_nothing_for_the_one_at_work(
    more: dict[str, str], tmp_path: Path
) -> None:
    """Neither what admins set in the chat, nor what it is encrypted with."""
    nowhere = "http://127.0.0.1:9"
    given = HOURS | {
        "TELEGRAM_BOT_TOKEN": "7100000001:AAEinvented-for-tests-0123456789abcdef",
        "TELEGRAM_CHAT_ID": "-1001",
        "TELEGRAM_API_URL": nowhere,
        "INDIAMART_KEY": "a-key-of-nobody",
        "INDIAMART_URL": nowhere,
        "SECRET_KEY": new_key(),
        "HTTP_LISTEN": "off",
        "DATABASE_URL": databases.new_url(tmp_path / "leads.db"),
    }
    others = {name: f"{text},{given[name]}" if name == "SECRET_KEY" else text for name, text in more.items()}
    files = Settings.from_values(given)
    async with databases.opened(tmp_path / "leads.db") as database, service(files):
        async with database.transaction() as connection:
            main = await accounts.open_account(connection)
            put = partial(account_settings.put, by=BOSS, keyring=files.secret_key, now=Clock().now())
            for name, text in CHOSEN.items():
                await put(connection, main, name, text, in_file=given[name])
        with pytest.raises(SettingsError, match=f"for main: {next(iter(more))}"):
            async with service(Settings.from_values(given | others)):
                pass
        async with database.reading() as connection:
            (stored,) = await account_settings.listed(connection, files.secret_key, only=main)
            assert {place.key for place in await secrets.places(connection, files.secret_key)} == {1}
        assert {name: one.text for name, one in stored.own.items()} == CHOSEN
