"""Keys and tokens in the database: encrypted, by account, under a key that can be changed."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from bot.config.keyring import Keyring
from bot.errors import NoSecretKeyError
from bot.store import account_settings, secrets
from bot.store.account_settings import By
from bot.store.secrets import SecretPlace
from tests.store.conftest import NOW, open_shelf

if TYPE_CHECKING:
    from bot.store.account_settings import StoredAccount
    from tests.store.conftest import Shelf

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 255))
KEY = "INDIAMART_KEY"
TEXT, IN_FILE = "mRyyAb1Cd2Ef3Gh4", "another key"


async def keep(shelf: Shelf, keyring: Keyring | None, text: str | None = TEXT) -> None:
    async with shelf.database.transaction() as connection:
        await account_settings.put(
            connection, shelf.account_id, KEY, text, by=By(), keyring=keyring, now=NOW, in_file=IN_FILE
        )


async def stored(shelf: Shelf, keyring: Keyring | None) -> StoredAccount:
    async with shelf.database.reading() as connection:
        found = await account_settings.listed(connection, keyring)
    return next(one for one in found if one.account_id == shelf.account_id)


async def kept(shelf: Shelf, keyring: Keyring | None) -> list[str]:
    return [text for one in (await stored(shelf, keyring)).own.values() for text in (one.text, one.in_file)]


async def places(shelf: Shelf, keyring: Keyring | None) -> list[SecretPlace]:
    async with shelf.database.reading() as connection:
        return await secrets.places(connection, keyring)


async def renewed(shelf: Shelf, keyring: Keyring | None) -> int:
    async with shelf.database.transaction() as connection:
        return await secrets.renew(connection, keyring)


@pytest.mark.sqlite
async def test_only_ciphertext_is_in_the_files(shelf: Shelf) -> None:
    await keep(shelf, Keyring((OLD,)))
    await keep(shelf, Keyring((OLD,)), "a later key")
    assert await kept(shelf, Keyring((OLD,))) == ["a later key", IN_FILE]
    path = shelf.database.path
    content = b"".join(file.read_bytes() for file in (path, path.with_name(f"{path.name}-wal")))
    assert not any(text.encode() in content for text in (TEXT, IN_FILE, "a later key", OLD))


async def test_without_a_key_nothing_is_stored(shelf: Shelf) -> None:
    with pytest.raises(NoSecretKeyError, match=r"INDIAMART_KEY is kept .+ only encrypted, and SECRET_KEY is not set"):
        await keep(shelf, None)
    assert await kept(shelf, None) == []


async def test_an_account_has_its_own_and_a_later_one_replaces_it(shelf: Shelf) -> None:
    other = await open_shelf(shelf.database, "surat")
    keyring = Keyring((OLD,))
    await keep(shelf, keyring)
    await keep(other, keyring, "a second key")
    await keep(other, keyring, "a third key")
    assert await kept(shelf, keyring) == [TEXT, IN_FILE]
    assert await kept(other, keyring) == ["a third key", IN_FILE]
    await keep(other, keyring, None)
    assert (await kept(shelf, keyring), await kept(other, keyring)) == ([TEXT, IN_FILE], [])


async def test_a_key_is_changed_by_putting_the_new_one_first(shelf: Shelf) -> None:
    await keep(shelf, Keyring((OLD,)), "the first")
    await keep(shelf, Keyring((OLD,)))
    both = Keyring((NEW, OLD))
    assert await places(shelf, both) == [SecretPlace("main", KEY, 2)]
    assert await renewed(shelf, both) == 0
    assert await places(shelf, both) == [SecretPlace("main", KEY, 1)]
    assert await kept(shelf, Keyring((NEW,))) == [TEXT, IN_FILE]
    async with shelf.database.reading() as connection:
        latest = await account_settings.latest(connection, shelf.account_id, KEY, Keyring((NEW,)))
    assert latest is not None
    assert (latest.before, latest.after) == ("the first", TEXT)


@pytest.mark.parametrize("keyring", [None, Keyring((NEW,))])
async def test_what_no_key_decrypts_is_named_and_left_alone(shelf: Shelf, keyring: Keyring | None) -> None:
    await keep(shelf, Keyring((OLD,)))
    found = await stored(shelf, keyring)
    assert (found.own, list(found.lost)) == ({}, [KEY])
    assert found.lost[KEY].startswith("No key of SECRET_KEY decrypts INDIAMART_KEY")
    assert await places(shelf, keyring) == [SecretPlace("main", KEY, None)]
    assert await renewed(shelf, keyring) == 1
    assert await kept(shelf, Keyring((OLD,))) == [TEXT, IN_FILE]
