"""Every statement of the store is one that PostgreSQL understands, or has a sibling that it does."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, Final

import pytest

from bot import store
from bot.errors import StoreError
from tests import databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.database import Database

OF_FILES: Final = frozenset(
    {"backup", "carried_over", "connections", "copying", "locks", "mending", "migrate", "pages", "restore", "salvage",
     "salvaged_tables", "soundness", "sqlite"}
)  # fmt: skip
"""About SQLite's own files, and about both at once."""
OF_SQLITE: Final = frozenset(
    {"adding.LAST_ID", "forgetting.BEGIN_PURGING", "forgetting.GO_ON_PURGING", "forgetting.TOTAL_CHANGES",
     "copying.TABLES", "copying.COLUMNS", "copying.PARENTS", "copying.FORGET_LAST"}
)  # fmt: skip
"""A sequence does that on PostgreSQL, and VACUUM; or it asks for SQLite's own schema."""
NUMBERS: Final = ("apart", "hour", "now")
"""What is only added to each other tells no kind."""
FILLED: Final = frozenset({"removal.COUNT", "removal.ERASE", "retention.RETENTION"})
"""With the tables' names, or in an object."""


def found(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s", value):
        yield name, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from found(one, f"{name}[{key}]")
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from found(one, f"{name}[{place}]")


def statements() -> dict[str, str]:
    """By module and constant; what has a sibling is SQLite's own."""
    texts: dict[str, str] = {}
    for module in pkgutil.iter_modules(store.__path__):
        constants = vars(importlib.import_module(f"bot.store.{module.name}"))
        for name, value in constants.items():
            full = f"{module.name}.{name}"
            is_ours = name.isupper() and not name.startswith("_") and f"{name}_POSTGRES" not in constants
            if is_ours and module.name not in OF_FILES and full not in OF_SQLITE | FILLED:
                texts |= found(value, full)
    return texts


def given(statement: str) -> dict[str, str | int]:
    """PostgreSQL takes a 1 in quotes for a number wherever it needs one."""
    listed = re.findall(r"json_\w+\((?:CAST\()?:(\w+)", statement)
    named = re.findall(r"(?<![:\w]):([a-z_]+)", statement)
    return dict.fromkeys(named, "1") | dict.fromkeys(listed, "[]") | {one: 1 for one in NUMBERS if one in named}


@pytest.mark.skipif(not databases.is_postgres(), reason="asks a server")
async def test_postgresql_understands_every_statement(database: Database) -> None:
    wrong = {}
    for name, statement in statements().items():
        try:
            async with database.transaction() as connection:
                await connection.fetch_all(f"EXPLAIN {statement}", given(statement))
        except StoreError as error:
            wrong[name] = str(error.__cause__).splitlines()[0]
    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())
