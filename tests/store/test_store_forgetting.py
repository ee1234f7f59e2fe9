"""What is forgotten is found by nothing, and after the purge no page of the file holds its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import LeadId
from bot.store import forgetting, leads, spelling
from bot.store.sqlite import SqliteDatabase
from tests.store.conftest import make_lead, open_shelf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.store.database import Database
    from tests.store.conftest import Shelf

FILLING = "gate valve brass fitting pump motor cable panel solar steel pipe tank"
SECRET = ("Quillonxa", "Zyrbatown", "Wexlinghat", "+919000077123")


def lead_of(number: int, *, is_secret: bool) -> Any:
    name, city, message, mobile = SECRET if is_secret else ("Asha", "Surat", "", f"+9198{number:08}")
    words = FILLING.split()
    return make_lead(
        str(number), name=name, city=city, mobile=mobile, message=f"{message} {words[number % 12]} {words[number % 7]}"
    )


async def filled(shelf: Shelf, *, every: int = 50, batches: int = 10, of: int = 200) -> list[LeadId]:
    """In several transactions, as leads come: the index then is several segments. The secret ones."""
    for batch in range(batches):
        numbers = range(batch * of, (batch + 1) * of)
        await shelf.add(*(lead_of(number, is_secret=number % every == 0) for number in numbers))
    return [LeadId(row[0]) for row in await shelf.rows("SELECT lead_id FROM leads WHERE name = 'Quillonxa' ORDER BY 1")]


async def forget(shelf: Shelf, lead_ids: Sequence[LeadId]) -> int:
    """As an erasure would: the rows themselves are overwritten in the same transaction. How many steps it took."""
    async with shelf.database.transaction() as connection:
        found = await leads.many(connection, shelf.account_id, lead_ids)
        await forgetting.forget(connection, shelf.account_id, found)
        await connection.execute(
            "UPDATE all_leads SET name = NULL, city = NULL, message = NULL, mobile = NULL, raw = '{}', buyer_id = NULL "
            "WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))",
            {"lead_ids": str(list(lead_ids))},
        )
        await connection.execute("DELETE FROM buyer_contacts WHERE contact = '+919000077123'")
    steps, is_begun, has_more = 0, False, True
    while has_more:
        async with shelf.database.transaction() as connection:
            has_more = await forgetting.purge(connection, is_begun=is_begun, pages=8)
        steps, is_begun = steps + 1, True
    return steps


def pieces(text: str) -> list[bytes]:
    """FTS5 writes of a word what differs from the one before it; this much of a rare one differs from all."""
    return [text[3:].lower().encode(), text[3:].encode()]


def kept(folder: Path) -> set[bytes]:
    """What of the secret ones stands in any file."""
    whole = b"".join(one.read_bytes() for one in folder.iterdir())
    sought = {piece for word in SECRET for piece in pieces(word)} | {SECRET[-1][:0:-1].encode()}
    return {piece for piece in sought if piece in whole}


async def test_a_forgotten_lead_is_found_by_nothing_and_all_others_are(shelf: Shelf) -> None:
    secret = await filled(shelf)
    assert len(secret) == 40
    await forget(shelf, secret)
    for typed in ("quillonxa", "zyrbatown", "wexlinghat", "9000077123", "77123", "city:zyrbatown"):
        assert await shelf.places(typed) == []
    assert len(await shelf.places("gate", limit=5000)) == len(
        await shelf.rows("SELECT 1 FROM leads WHERE message LIKE '%gate%'")
    )
    assert len(await shelf.places("asha", limit=5000)) == 10 * 200 - 40
    if not shelf.database.is_file:
        return
    having = "SELECT count(*) FROM lead_search WHERE lead_search MATCH :word"
    own = spelling.tag(shelf.account_id)
    assert await shelf.rows(having, word=f"{own}quillonxa") == [(0,)]
    assert await shelf.rows(having, word=f"{own}asha") == [(10 * 200 - 40,)]
    async with shelf.database.transaction() as connection:
        await connection.execute("INSERT INTO lead_search (lead_search) VALUES ('integrity-check')")


@pytest.mark.parametrize("of", [3, 200])
async def test_after_the_purge_no_page_of_the_file_holds_the_words(tmp_path: Path, of: int) -> None:
    path = tmp_path / "leads.db"
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        secret = await filled(shelf, every=50 if of > 50 else 3, of=of)
        assert len(kept(tmp_path)) > len(SECRET)
        await forget(shelf, secret)
    assert kept(tmp_path) == set()


@pytest.mark.sqlite
async def test_leads_that_come_while_the_index_is_purged_are_found(shelf: Shelf) -> None:
    secret = await filled(shelf)
    async with shelf.database.transaction() as connection:
        found = await leads.many(connection, shelf.account_id, secret)
        await forgetting.forget(connection, shelf.account_id, found)
    is_begun, number = False, 100_000
    while True:
        async with shelf.database.transaction() as connection:
            has_more = await forgetting.purge(connection, is_begun=is_begun, pages=16)
        if not has_more:
            break
        is_begun, number = True, number + 1
        await shelf.add(make_lead(str(number), name="Newcomer"))
    assert len(await shelf.places("newcomer")) == number - 100_000 > 0
    assert await shelf.places("quillonxa") == []


async def test_forgetting_stays_within_the_account(database: Database) -> None:
    mine, theirs = await open_shelf(database), await open_shelf(database, "other")
    for shelf in (mine, theirs):
        await shelf.add(lead_of(0, is_secret=True))
    async with database.transaction() as connection:
        ours = await leads.many(connection, mine.account_id, [LeadId(1), LeadId(2)])
        await forgetting.forget(connection, mine.account_id, ours)
    assert await mine.places("quillonxa") == await mine.places("77123") == []
    assert len(await theirs.places("quillonxa")) == len(await theirs.places("77123")) == 1
