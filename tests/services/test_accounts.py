"""Which accounts are served and with what, and what changing one checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import ChatId, UserId
from bot.domain.routes import Destination, DestinationKind
from bot.errors import LeadbellError, NoSecretKeyError, SettingsError
from bot.store import account_settings, accounts, chats, routes
from bot.store.account_settings import By
from bot.team import accounts as team
from tests import databases
from tests.store.conftest import NOW, open_shelf
from tests.store.test_store_account_settings import files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.store.database import Database
    from bot.team.accounts import SettledAccount

BY = By(machine="asha")
SURAT = {"TELEGRAM_CHAT_ID": "-1002", "INDIAMART_KEY": "key-of-surat"}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with databases.opened(tmp_path / "leads.db") as opened:
        yield opened


async def added(
    database: Database, texts: Mapping[str, str], name: str = "surat", main: Settings | None = None
) -> AccountId:
    await open_shelf(database)
    async with database.transaction() as connection:
        account_id = await team.add(connection, main or files(), name)
        await team.change(connection, main or files(), account_id, texts, by=BY, now=NOW, is_new=True)
        return account_id


async def change(database: Database, account_id: AccountId, main: Settings | None = None, **texts: Any) -> list[int]:
    async with database.transaction() as connection:
        return await team.change(connection, main or files(), account_id, texts, by=BY, now=NOW)


async def found(database: Database, main: Settings | None = None) -> dict[str, SettledAccount]:
    async with database.reading() as connection:
        return {one.stored.name: one for one in await team.all_of(connection, main or files())}


async def test_main_comes_first_and_each_has_what_is_its_own(database: Database) -> None:
    await added(database, SURAT)
    known = await found(database)
    assert list(known) == ["main", "surat"]
    assert [one.settings.telegram_chat_id for one in known.values() if one.settings] == [-1001, -1002]


async def test_every_problem_of_a_new_account_is_told_and_nothing_of_it_stays(database: Database) -> None:
    with pytest.raises(SettingsError) as caught:
        await added(database, {"WORKING_HOURS": "always"})
    assert len(caught.value.problems) == 3
    assert list(await found(database)) == ["main"]


async def test_without_secret_key_a_second_account_is_refused_in_words(database: Database) -> None:
    with pytest.raises(NoSecretKeyError, match="SECRET_KEY is not set"):
        await added(database, SURAT, main=files(SECRET_KEY=""))


@pytest.mark.parametrize("name", ["main", "MAIN", "", "-x", " a", "a" * 41, "a\nb"])
async def test_a_name_is_short_plain_and_nobody_elses(database: Database, name: str) -> None:
    with pytest.raises(LeadbellError):
        await added(database, SURAT, name)


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        ({**SURAT, "TELEGRAM_CHAT_ID": "-1001"}, "TELEGRAM_CHAT_ID"),
        ({**SURAT, "TELEGRAM_CHAT_ID": "-1001:7"}, "TELEGRAM_CHAT_ID"),
        ({**SURAT, "INDIAMART_KEY": "key-of-main"}, "INDIAMART_KEY"),
        ({**SURAT, "PUSH_TOKEN": "push-token-of-main"}, "PUSH_TOKEN"),
    ],
)
async def test_what_another_account_has_is_refused(database: Database, texts: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError) as caught:
        await added(database, texts, main=files(PUSH_TOKEN="push-token-of-main"))
    assert [(one.split(":")[0], "the account main has" in one) for one in caught.value.problems] == [(word, True)]


async def test_a_group_that_moved_is_still_the_other_accounts(database: Database) -> None:
    shelf = await open_shelf(database)
    async with database.transaction() as connection:
        await chats.move(connection, shelf.account_id, ChatId(-1001), ChatId(-1002), NOW)
    with pytest.raises(SettingsError, match="TELEGRAM_CHAT_ID"):
        await added(database, SURAT)


async def test_a_group_that_anothers_route_leads_to_is_refused(database: Database) -> None:
    shelf = await open_shelf(database)
    place = Destination(kind=DestinationKind.PLACE, chat_id=ChatId(-1002))
    async with database.transaction() as connection:
        route_id = await routes.add(connection, shelf.account_id, "kind:B", place)
        await routes.arrange(
            connection, shelf.account_id, [route_id], changed=route_id, act=routes.ADDED, user_id=UserId(5), now=NOW
        )
    with pytest.raises(SettingsError, match="the account main has this group"):
        await added(database, SURAT)


async def test_what_became_alike_later_is_served_for_the_first_only(database: Database) -> None:
    await added(database, SURAT)
    known = await found(database, files(TELEGRAM_CHAT_ID="-1002"))
    assert known["main"].settings is not None
    assert known["surat"].settings is None
    assert "the account main has this group" in known["surat"].problems[0]
    # Its leads can be exported all the same.
    assert (await team.settings_of(database, files(TELEGRAM_CHAT_ID="-1002"), "surat")).telegram_chat_id == -1002


async def test_what_a_later_account_has_is_not_taken_from_it(database: Database) -> None:
    await added(database, SURAT)
    main = (await open_shelf(database)).account_id
    for name, text in SURAT.items():
        with pytest.raises(SettingsError, match="the account surat has"):
            await change(database, main, files(), **{name: text})


async def test_the_chat_is_not_told_which_other_account_has_it(database: Database) -> None:
    surat = await added(database, SURAT)
    async with database.transaction() as connection:
        with pytest.raises(SettingsError, match="INDIAMART_KEY: another account has the same key"):
            await team.change(connection, files(), surat, {"INDIAMART_KEY": "key-of-main"}, by=By(UserId(5)), now=NOW)


async def test_a_broken_account_is_named_with_what_is_wrong(database: Database) -> None:
    surat = await added(database, SURAT)
    async with database.transaction() as connection:
        await account_settings.put(connection, surat, "HOLIDAYS", "someday", by=BY, keyring=None, now=NOW)
    with pytest.raises(SettingsError, match="surat: HOLIDAYS"):
        await team.settings_of(database, files(), "surat")


async def test_a_good_change_is_taken_though_something_else_is_wrong(database: Database) -> None:
    surat = await added(database, SURAT)
    clashing = files(TELEGRAM_CHAT_ID="-1002")
    assert await change(database, surat, clashing, HOLIDAYS="IN")
    with pytest.raises(SettingsError, match="HOLIDAYS"):
        await change(database, surat, clashing, HOLIDAYS="someday")
    assert await change(database, surat, clashing, TELEGRAM_CHAT_ID="-1003")
    assert (await found(database, clashing))["surat"].problems == ()


async def test_what_the_file_says_too_needs_no_row_and_nothing_sets_a_file_aside(database: Database) -> None:
    main = (await open_shelf(database)).account_id
    assert await change(database, main, HOLIDAYS="IN") == []
    assert len(await change(database, main, HOLIDAYS="2026-11-08")) == 1
    assert len(await change(database, main, HOLIDAYS="")) == 1
    known = await found(database)
    assert known["main"].settings is not None
    assert "HOLIDAYS" not in known["main"].settings.texts
    assert len(await change(database, main, HOLIDAYS="IN")) == 1
    assert (await found(database))["main"].stored.own == {}


async def test_a_row_that_does_not_go_with_the_files_any_more_is_told_and_not_used(database: Database) -> None:
    main = (await open_shelf(database)).account_id
    await change(database, main, files(INDIAMART_URL=""), POLL_EVERY="5m")
    v1 = files(INDIAMART_URL="", INDIAMART_MOBILE="9000000000")
    known = (await found(database, v1))["main"]
    assert known.settings == v1
    assert known.problems[0].startswith("POLL_EVERY")


async def test_an_account_that_is_not_there_or_is_being_removed_is_named(database: Database) -> None:
    surat = await added(database, SURAT)
    assert (await team.settings_of(database, files(), "surat")).telegram_chat_id == -1002
    async with database.transaction() as connection:
        await accounts.remove(connection, surat, NOW)
    for name in ("surat", "pune"):
        with pytest.raises(LeadbellError, match=rf"There is no account {name}. There are: main\."):
            await team.settings_of(database, files(), name)
    assert await added(database, SURAT, "pune"), "what it had is free again"
