"""What accounts' settings are: those of the files, of the database, and which of the two counts for `main`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.config import Settings
from bot.config.clashes import clashes
from bot.config.keyring import Keyring, new_key
from bot.domain.ids import UserId
from bot.errors import SettingsError
from bot.store import account_settings, accounts
from bot.store.account_settings import By
from bot.store.migrate import FORMER
from bot.store.sqlite import SqliteDatabase
from tests.store.conftest import NOW, open_shelf
from tests.store.former import earlier, former

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.ids import AccountId
    from bot.store.account_settings import StoredAccount
    from bot.store.database import Database

SECRET_KEY = new_key()
KEYRING = Keyring((SECRET_KEY,))
TOKEN, OTHER_TOKEN = "123456789:AAH-of-main-and-of-all", "987654321:AAH-of-one-account-only"
RAVI = By(UserId(7))


def files(**changes: str) -> Settings:
    """`main` as the files have it."""
    given = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_CHAT_ID": "-1001",
        "INDIAMART_KEY": "key-of-main",
        "INDIAMART_URL": "http://127.0.0.1:9",
        "HOLIDAYS": "IN",
        "SECRET_KEY": SECRET_KEY,
    }
    return Settings.from_values({**given, **changes})


@dataclass
class Office:
    database: Database
    main: AccountId

    async def put(self, account_id: AccountId, name: str, text: str | None, **options: Any) -> int | None:
        async with self.database.transaction() as connection:
            return await account_settings.put(
                connection, account_id, name, text, **{"by": RAVI, "keyring": KEYRING, "now": NOW, **options}
            )

    async def add(self, name: str, **texts: str) -> AccountId:
        async with self.database.transaction() as connection:
            account_id = await accounts.add(connection, name)
        assert account_id is not None
        for setting, text in texts.items():
            await self.put(account_id, setting, text)
        return account_id

    async def listed(self, since: int = 0) -> dict[str, StoredAccount]:
        async with self.database.reading() as connection:
            return {one.name: one for one in await account_settings.listed(connection, KEYRING, since)}

    async def revision(self) -> int:
        async with self.database.reading() as connection:
            return await accounts.revision(connection)


@pytest.fixture
async def office(database: Database) -> Office:
    return Office(database, (await open_shelf(database)).account_id)


async def test_an_account_has_the_services_settings_mains_bot_and_nothing_else_of_main(office: Office) -> None:
    await office.add(
        "surat", TELEGRAM_CHAT_ID="-1002", INDIAMART_KEY="key-of-surat", WORKING_HOURS="Mon-Fri 10:00-18:00"
    )
    made = (await office.listed())["surat"].settings(files())
    assert made.indiamart_url == "http://127.0.0.1:9"
    assert (made.telegram_bot_token.get_secret_value(), made.telegram_chat_id) == (TOKEN, -1002)
    assert made.indiamart_key is not None
    assert made.indiamart_key.get_secret_value() == "key-of-surat"
    assert "HOLIDAYS" not in made.texts
    assert made.sources["TELEGRAM_BOT_TOKEN"] == "as for main"
    assert made.sources["WORKING_HOURS"] == "the chat"


async def test_an_account_may_have_a_bot_of_its_own_but_no_setting_of_the_service(office: Office) -> None:
    surat = {"TELEGRAM_CHAT_ID": "-1002", "INDIAMART_KEY": "key-of-surat", "TELEGRAM_BOT_TOKEN": OTHER_TOKEN}
    made = files().of_account({**surat, "INDIAMART_URL": "http://elsewhere.example"})
    assert made.telegram_bot_token.get_secret_value() == OTHER_TOKEN
    assert made.indiamart_url == "http://127.0.0.1:9"


async def test_every_problem_of_an_account_is_told_at_once(office: Office) -> None:
    await office.add("surat", WORKING_HOURS="always")
    with pytest.raises(SettingsError) as caught:
        (await office.listed())["surat"].settings(files())
    assert [one.split()[0].rstrip(":") for one in caught.value.problems] == [
        "TELEGRAM_CHAT_ID", "INDIAMART_KEY", "WORKING_HOURS",
    ]  # fmt: skip


async def test_every_change_is_a_revision_and_only_what_changed_is_listed(office: Office) -> None:
    surat = await office.add("surat")
    before = await office.revision()
    assert await office.listed(before) == {}
    assert await office.put(surat, "HOLIDAYS", "IN") is not None
    assert list(await office.listed(before)) == ["surat"]
    seen = await office.revision()
    assert await office.put(surat, "HOLIDAYS", "IN") is None
    assert await office.revision() == seen > before
    async with office.database.transaction() as connection:
        await accounts.pause(connection, surat, NOW)
    assert [(one.is_served, one.is_paused) for one in (await office.listed(seen)).values()] == [(False, True)]
    async with office.database.transaction() as connection:
        await accounts.resume(connection, surat)
    assert (await office.listed())["surat"].is_served
    async with office.database.transaction() as connection:
        await accounts.remove(connection, surat, NOW)
    found = await office.listed()
    assert (found["surat"].is_removed, found["main"].is_served) == (True, True)


async def test_two_accounts_never_have_one_name(office: Office) -> None:
    async with office.database.transaction() as connection:
        assert await accounts.add(connection, "main") is None


async def test_the_latest_change_of_a_setting_of_main_counts(office: Office) -> None:
    await office.put(office.main, "HOLIDAYS", "2026-11-08", in_file="IN")
    main = (await office.listed())["main"]
    assert main.settings(files()).texts["HOLIDAYS"] == "2026-11-08"
    assert main.settings(main.settings(files())).texts["HOLIDAYS"] == "2026-11-08"
    assert main.settings(files()).sources["HOLIDAYS"] == "the chat"
    assert main.settings(files(HOLIDAYS="2026-01-26")).texts["HOLIDAYS"] == "2026-01-26"
    async with office.database.transaction() as connection:
        assert await account_settings.follow_files(connection, files(), NOW) == []
        assert await account_settings.follow_files(connection, files(HOLIDAYS="2026-01-26"), NOW) == ["HOLIDAYS"]
    main = (await office.listed())["main"]
    assert main.settings(files()).texts["HOLIDAYS"] == "IN", "the former text is a new change of the file"


async def test_an_empty_text_for_main_is_none_whatever_the_file_says(office: Office) -> None:
    await office.put(office.main, "HOLIDAYS", "", in_file="IN")
    assert "HOLIDAYS" not in (await office.listed())["main"].settings(files()).texts


async def test_a_set_up_without_rows_is_what_the_files_say(office: Office) -> None:
    assert (await office.listed())["main"].settings(files()) == files()


@pytest.mark.parametrize("version", [FORMER, FORMER + 1])
async def test_a_set_up_of_before_there_were_accounts_goes_on_without_a_change(version: int, tmp_path: Path) -> None:
    make = former if version <= FORMER else earlier
    async with SqliteDatabase(make(tmp_path / "leads.db", version)) as database, database.transaction() as connection:
        assert await account_settings.follow_files(connection, files(), NOW) == []
        (main,) = await account_settings.listed(connection, KEYRING)
    assert (main.name, main.is_served, main.own) == ("main", True, {})
    assert main.settings(files()) == files()
    assert main.settings(files()).texts == files().texts


async def test_a_change_says_who_when_and_what_was_before(office: Office) -> None:
    first = await office.put(office.main, "INDIAMART_KEY", "first-key")
    second = await office.put(office.main, "INDIAMART_KEY", "second-key", by=By(machine="asha"))
    assert first is not None
    async with office.database.reading() as connection:
        earlier = await account_settings.change(connection, office.main, first, KEYRING)
        latest = await account_settings.latest(connection, office.main, "INDIAMART_KEY", KEYRING)
        other = await account_settings.latest(connection, office.main, "HOLIDAYS", KEYRING)
    assert earlier is not None
    assert latest is not None
    assert (earlier.before, earlier.after, earlier.by, earlier.is_latest) == (None, "first-key", RAVI, False)
    assert (latest.change_id, latest.before, latest.by.machine, latest.at) == (second, "first-key", "asha", NOW)
    assert other is None


async def test_a_change_of_another_account_is_not_found(office: Office) -> None:
    surat = await office.add("surat")
    number = await office.put(surat, "HOLIDAYS", "IN")
    assert number is not None
    async with office.database.reading() as connection:
        assert await account_settings.change(connection, office.main, number, KEYRING) is None


def test_what_two_accounts_must_not_have_alike_is_named() -> None:
    push = "a-push-token-of-both-accounts"
    main = files(PUSH_TOKEN=push)
    alike = main.of_account({"TELEGRAM_CHAT_ID": "-1001:12", "INDIAMART_KEY": "key-of-main", "PUSH_TOKEN": push})
    assert [one.split(":")[0] for one in clashes(alike, {"main": main})] == [
        "TELEGRAM_CHAT_ID", "INDIAMART_KEY", "PUSH_TOKEN",
    ]  # fmt: skip
    own_bot = {"TELEGRAM_BOT_TOKEN": OTHER_TOKEN, "TELEGRAM_CHAT_ID": "-1001", "INDIAMART_KEY": "another-key"}
    assert clashes(main.of_account(own_bot), {"main": main}) == []
