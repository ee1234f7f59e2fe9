"""What SQLite would put into temporary files stays in memory: a machine may have no folder for them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.store.connections import SqliteConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.lead import Lead
    from tests.store.conftest import Shelf

pytestmark = pytest.mark.sqlite

DESCRIPTORS = Path("/proc/self/fd")


def temporary_files() -> list[str]:
    """Those that SQLite has open; it deletes their names at once."""
    found = []
    for one in DESCRIPTORS.iterdir():
        try:
            target = str(one.readlink())
        except OSError:
            continue
        found += [target] if "etilqs_" in target else []
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
async def test_an_answer_of_thousands_of_rows_needs_no_temporary_file(shelf: Shelf, lead: Callable[..., Lead]) -> None:
    seen: list[str] = []

    def look() -> int:
        seen.extend(temporary_files())
        return 0

    rows = [lead(str(number), message=f"Number {number}, please quote " * 20) for number in range(3000)]
    async with shelf.database.transaction() as connection:
        assert isinstance(connection, SqliteConnection)
        await connection.driver.set_progress_handler(look, 200_000)
    await shelf.add(*rows)
    assert seen == []
    (settings,) = await shelf.rows("PRAGMA temp_store")
    assert settings == (2,)
