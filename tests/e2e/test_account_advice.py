"""What the command line says to do about a further account's settings: nothing that is only right for `main`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest

from bot.config.keyring import new_key
from bot.store import accounts
from tests import databases
from tests.e2e.test_transfer import Shop, shop

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["shop"]

pytestmark = pytest.mark.english  # the command line's words: tests/e2e/test_languages.py

MAIN: Final = {
    "TELEGRAM_BOT_TOKEN": "1000:sandbox-token",
    "TELEGRAM_CHAT_ID": "-1001234567890",
    "INDIAMART_KEY": "key-of-the-test",
    "SECRET_KEY": new_key(),
}


async def begin(path: Path) -> None:
    async with databases.opened(path) as database, database.transaction() as connection:
        await accounts.open_account(connection)
        await accounts.open_account(connection, "surat shop")


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (
            ("account", "add", "a b", "TELEGRAM_CHAT_ID=abc"),
            "“leadbell account add 'a b'” asks for what is needed, and tries each answer.",
        ),
        (("account", "set", "surat shop", "TELEGRAM_CHAT_ID=abc"), "Nothing was changed."),
        (
            ("backfill", "--days", "3", "--account", "surat shop"),
            "To set it right: leadbell account set 'surat shop' SETTING=VALUE",
        ),
    ],
)
def test_the_advice_is_right_for_the_account_that_was_named(shop: Shop, words: tuple[str, ...], advice: str) -> None:
    asyncio.run(begin(shop.folder / "leadbell.db"))
    code, said, complained = shop.run(*words, **MAIN)
    assert (code, said) == (2, "")
    assert complained.splitlines()[-1] == advice
    assert "leadbell check" not in complained
    assert "leadbell setup” asks" not in complained
