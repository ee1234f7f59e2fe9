"""Keys and tokens in the database: encrypted, by account, under a key that can be changed."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from bot.config.keyring import Keyring
from bot.config.values import Secret
from bot.errors import NoSecretKeyError
from bot.store import secrets
from bot.store.secrets import SecretPlace
from tests.store.conftest import NOW, open_shelf

if TYPE_CHECKING:
    from tests.store.conftest import Shelf

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 255))
TEXT = "mRyyAb1Cd2Ef3Gh4"


async def keep(shelf: Shelf, keyring: Keyring | None, text: str = TEXT) -> None:
    async with shelf.database.transaction() as connection:
        await secrets.put(connection, shelf.account_id, "INDIAMART_KEY", Secret(text), keyring=keyring, now=NOW)


async def kept(shelf: Shelf, keyring: Keyring | None) -> dict[str, str]:
    async with shelf.database.reading() as connection:
        found = await secrets.of_account(connection, shelf.account_id, keyring)
    return {name: secret.get_secret_value() for name, secret in found.items()}


async def places(shelf: Shelf, keyring: Keyring | None) -> list[SecretPlace]:
    async with shelf.database.reading() as connection:
        return await secrets.places(connection, keyring)


async def renewed(shelf: Shelf, keyring: Keyring | None) -> int:
    async with shelf.database.transaction() as connection:
        return await secrets.renew(connection, keyring)


async def test_only_ciphertext_is_in_the_files(shelf: Shelf) -> None:
    await keep(shelf, Keyring((OLD,)))
    assert await kept(shelf, Keyring((OLD,))) == {"INDIAMART_KEY": TEXT}
    path = shelf.database.path
    files = [path, path.with_name(f"{path.name}-wal")]
    assert not any(TEXT.encode() in file.read_bytes() or OLD.encode() in file.read_bytes() for file in files)


async def test_without_a_key_nothing_is_stored(shelf: Shelf) -> None:
    with pytest.raises(NoSecretKeyError, match=r"INDIAMART_KEY is kept .+ only encrypted, and SECRET_KEY is not set"):
        await keep(shelf, None)
    assert await kept(shelf, None) == {}


async def test_an_account_has_its_own_and_a_later_one_replaces_it(shelf: Shelf) -> None:
    other = await open_shelf(shelf.database, "surat")
    keyring = Keyring((OLD,))
    await keep(shelf, keyring)
    await keep(other, keyring, "another key")
    await keep(other, keyring, "a third key")
    assert await kept(shelf, keyring) == {"INDIAMART_KEY": TEXT}
    assert await kept(other, keyring) == {"INDIAMART_KEY": "a third key"}
    async with shelf.database.transaction() as connection:
        await secrets.remove(connection, other.account_id, "INDIAMART_KEY")
    assert (await kept(shelf, keyring), await kept(other, keyring)) == ({"INDIAMART_KEY": TEXT}, {})


async def test_a_key_is_changed_by_putting_the_new_one_first(shelf: Shelf) -> None:
    await keep(shelf, Keyring((OLD,)))
    both = Keyring((NEW, OLD))
    assert await places(shelf, both) == [SecretPlace("main", "INDIAMART_KEY", 2)]
    assert await renewed(shelf, both) == 0
    assert await places(shelf, both) == [SecretPlace("main", "INDIAMART_KEY", 1)]
    assert await kept(shelf, Keyring((NEW,))) == {"INDIAMART_KEY": TEXT}


@pytest.mark.parametrize("keyring", [None, Keyring((NEW,))])
async def test_what_no_key_decrypts_is_named_and_left_alone(shelf: Shelf, keyring: Keyring | None) -> None:
    await keep(shelf, Keyring((OLD,)))
    with pytest.raises(NoSecretKeyError, match="No key of SECRET_KEY decrypts INDIAMART_KEY"):
        await kept(shelf, keyring)
    assert await places(shelf, keyring) == [SecretPlace("main", "INDIAMART_KEY", None)]
    assert await renewed(shelf, keyring) == 1
    assert await kept(shelf, Keyring((OLD,))) == {"INDIAMART_KEY": TEXT}
