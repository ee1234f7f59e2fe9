"""`leadbell copy URL`: what is refused of the address that was typed is not told as a fault of the settings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from bot.commands import copying
from bot.config.extras import Extra, how_to_add
from bot.errors import LeadbellError, StoreRefusedError
from tests.services.test_erasure import settings

if TYPE_CHECKING:
    from bot.config import Settings

__all__ = ["settings"]

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.english,  # the command line's words: tests/e2e/test_languages.py
]

TYPED = "postgresql://shop:secret-word@localhost:1/leads"


async def test_without_psycopg_the_address_is_named_and_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bot.store.postgres.database", None)
    with pytest.raises(LeadbellError) as raised:
        await copying.run(settings, TYPED)
    said = str(raised.value)
    assert said.startswith("To leads on localhost:1 nothing was copied. PostgreSQL needs psycopg")
    assert how_to_add(Extra.POSTGRES) in said
    assert not isinstance(raised.value, StoreRefusedError)
    assert "DATABASE_URL" not in said
    assert "secret-word" not in said


async def test_a_file_that_is_a_folder_is_named_as_it_was_typed(settings: Settings) -> None:
    postgres = settings.changed({"DATABASE_URL": TYPED})
    (settings.database_path.parent / "folder").mkdir()
    with pytest.raises(LeadbellError, match="folder is a folder") as raised:
        await copying.run(postgres, f"sqlite:///{settings.database_path.parent / 'folder'}")
    assert not isinstance(raised.value, StoreRefusedError)
