"""`leadbell copy`: a whole database that went to PostgreSQL and back is what it was, and none is written over."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands import copying as command
from bot.config import Settings
from bot.config.keyring import keyring, new_key
from bot.domain.ids import AccountId
from bot.errors import LeadbellError, StoreError
from bot.store import account_settings, accounts, copying, engines
from bot.store.account_settings import By
from bot.store.postgres import sessions
from bot.store.sqlite import SqliteDatabase
from tests import databases
from tests.store import own_rows, two_accounts
from tests.store.conftest import NOW, Shelf, make_lead

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.database import Database

pytestmark = pytest.mark.postgres

PROCESS_ROWS = (
    "INSERT INTO languages (bot_id, user_id, language, is_chosen) VALUES (1, 1, 'hi', 1)",
    "INSERT INTO chosen_accounts (bot_id, user_id, account_id, chosen_at) VALUES (7, 77, 1, 5)",
    "INSERT INTO webhooks (bot_id, address, noted_at) VALUES (7, 'https://leads.example.com', 5)",
    "INSERT INTO brought_updates (bot_id, update_id, brought_at, body) VALUES (7, 1, 5, '{}')",
    "INSERT INTO gone_accounts (gone_id) VALUES (9)",
    "INSERT INTO passed (passed_id, until) VALUES (1, 5)",
    "INSERT INTO seal_keys (key) VALUES (x'00ff5c27')",
    "UPDATE account_revision SET revision = 12",
    "UPDATE sqlite_sequence SET seq = seq + 40 WHERE name IN ('all_leads', 'reminders')",
)
ENOUGH = {
    "TELEGRAM_BOT_TOKEN": "123456789:AAH-0123456789abcdefghijklmnopqrs",
    "TELEGRAM_CHAT_ID": "-1001",
    "INDIAMART_KEY": "a-key-0123456789",
}
ODD = 'It\'s 100% \\ "quoted"; नमस्ते :name ✋\n?'
SPOIL = """
    CREATE FUNCTION spoil() RETURNS TRIGGER LANGUAGE plpgsql AS $$
    BEGIN NEW.created_at := NEW.created_at + 1; RETURN NEW; END $$;
    CREATE TRIGGER spoil BEFORE INSERT ON buyers FOR EACH ROW EXECUTE FUNCTION spoil()
"""
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


def settings(url: str) -> Settings:
    return Settings.from_values({**ENOUGH, "DATABASE_URL": url})


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that is not about a run, and the highest numbers that were given out."""
    with closing(sqlite3.connect(path)) as database:
        names = [
            *(set(own_rows.kept_by(database).tables) | own_rows.PROCESS_TABLES) - copying.OF_A_RUN,
            "sqlite_sequence",
        ]
        return {name: sorted(database.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


async def shop(path: Path, key: str) -> str:
    """Its address: rows in every table, of two accounts, with odd texts and a secret."""
    async with SqliteDatabase(path) as database:
        await two_accounts.write(database, partial(own_rows.kept_in_file, path))
        async with database.transaction() as connection:
            await account_settings.put(
                connection, AccountId(1), "INDIAMART_KEY", "a-key", by=By(), keyring=keyring(key), now=NOW
            )
    with closing(sqlite3.connect(path)) as written, written:
        for statement in PROCESS_ROWS:
            written.execute(statement)
        written.execute("UPDATE all_leads SET company = ?", [ODD])
    return f"sqlite:///{path}"


@dataclass
class Places:
    """A file, a database on the server, another file."""

    first: Path
    server: str
    second: Path

    @property
    def urls(self) -> tuple[str, str, str]:
        return f"sqlite:///{self.first}", self.server, f"sqlite:///{self.second}"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "first.db", databases.url(tmp_path / "server"), tmp_path / "second.db")


async def test_the_server_does_not_cut_off_who_waits_for_the_file(places: Places) -> None:
    source, target = (engines.database(url) for url in places.urls[:2])
    async with source, target, source.transaction() as old, target.transaction() as new:
        await copying.copy(old, new, await copying.tables(old), lambda _rows: None)
        assert (await new.fetch_all("SHOW idle_in_transaction_session_timeout"))[0][0] == "0"


async def test_a_shop_that_went_to_the_server_and_back_is_what_it_was(places: Places) -> None:
    key = new_key()
    await shop(places.first, key)
    first, server, second = places.urls
    assert await command.run(settings(first), server)
    assert await command.run(settings(server), second)
    before, after = everything(places.first), everything(places.second)
    assert [name for name, rows in before.items() if not rows] == ["reseals"]  # done when it was opened
    # Each copy is noted as seen by whoever sits at the machine.
    noted = {name: [row for row in after.pop(name) if row not in before[name]] for name in ("audit", "sqlite_sequence")}
    assert [row[3] for row in noted["audit"]] == ["backup"] * 2
    assert {name: rows for name, rows in before.items() if name in after} == after


@pytest.mark.parametrize("place", [1, 2])
async def test_what_was_copied_is_found_and_its_secrets_are_read(places: Places, place: int) -> None:
    key = new_key()
    await shop(places.first, key)
    for source, target in pairwise(places.urls[: place + 1]):
        await command.run(settings(source), target)
    async with engines.database(places.urls[place]) as database:
        shelf = Shelf(database, AccountId(1))
        assert sorted(map(str, await shelf.found("pump surat"))) == ["0", "1"]
        assert await shelf.found("9000000031") == ["1"]
        async with database.transaction() as connection:
            [main, _other] = await account_settings.listed(connection, keyring(key))
        assert main.own["INDIAMART_KEY"].text == "a-key"
        [new] = await shelf.add(make_lead("new", product="pump"))
        assert new.lead_id > 40
        assert "new" in await shelf.found("pump")


async def test_a_database_that_holds_something_is_left_as_it_is(places: Places) -> None:
    first, server, _second = places.urls
    await shop(places.first, new_key())
    async with engines.database(server) as database, database.transaction() as connection:
        await accounts.open_account(connection, "another")
    with pytest.raises(LeadbellError, match="holds accounts or leads already"):
        await command.run(settings(first), server)
    async with engines.database(server) as database, database.reading() as connection:
        assert [row["name"] for row in await connection.fetch_all("SELECT name FROM accounts")] == ["another"]


@pytest.mark.parametrize("busy", [0, 1])
async def test_nothing_is_copied_while_a_service_runs_on_either(places: Places, busy: int) -> None:
    await shop(places.first, new_key())
    async with engines.database(places.urls[busy]) as database, database.transaction() as connection:
        if connection.is_postgres:
            await connection.execute(sessions.LOCK, {"run_id": 1})
        with pytest.raises(LeadbellError, match="in use: stop Leadbell first"):
            await command.run(settings(places.urls[0]), places.urls[1])


async def test_what_was_interrupted_leaves_nothing_and_can_be_done_again(places: Places) -> None:
    first, server, _second = places.urls
    await shop(places.first, new_key())
    async with engines.database(first) as source, engines.database(server) as target:
        with pytest.raises(asyncio.CancelledError):
            await _broken_off(source, target)
        async with target.reading() as connection:
            assert not await copying.is_full(connection)
    assert await command.run(settings(first), server)


async def _broken_off(source: Database, target: Database) -> None:
    steps = count()

    def step(_rows: int) -> None:
        if next(steps) == 30:
            raise asyncio.CancelledError

    async with source.transaction() as old, target.transaction() as new:
        await copying.copy(old, new, await copying.tables(old), step)


async def test_what_did_not_come_over_whole_is_not_kept(places: Places) -> None:
    first, server, _second = places.urls
    await shop(places.first, new_key())
    async with engines.database(server) as target, target.transaction() as connection:
        await connection.execute(SPOIL)
    with pytest.raises(StoreError, match="table buyers did not come over whole: 4 rows were read, 4 are there"):
        await command.run(settings(first), server)
    async with engines.database(server) as target, target.transaction() as connection:
        assert not await copying.is_full(connection)
        await connection.execute("DROP FUNCTION spoil CASCADE")


async def test_one_kind_is_not_copied_into_the_same(places: Places) -> None:
    first, server, second = places.urls
    with pytest.raises(LeadbellError, match="leadbell backup"):
        await command.run(settings(first), second)
    with pytest.raises(LeadbellError, match="pg_dump"):
        await command.run(settings(server), server)
    with pytest.raises(LeadbellError, match="no address of a database"):
        await command.run(settings(first), "mysql://somewhere")


async def test_both_engines_have_the_same_tables_with_the_same_columns(places: Places) -> None:
    first, server, _second = places.urls
    async with engines.database(first) as sqlite, engines.database(server) as postgres:
        async with sqlite.reading() as connection:
            ours = {(table.name, column) for table in await copying.tables(connection) for column in table.columns}
        async with postgres.reading() as connection:
            rows = await connection.fetch_all(COLUMNS)
    theirs = {(row["table_name"], row["column_name"]) for row in rows}
    apart = copying.OF_A_RUN | {"schema_version", "lead_search", "lead_portions"}
    assert {one for one in theirs if one[0] not in apart} == ours
