"""Each account has its own: numbers of leads, and what is noted of chats and messages. References are held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.store import beginnings, cards, chats, notes
from tests.store.conftest import NOW, make_lead, open_shelf

if TYPE_CHECKING:
    from bot.store.database import Database
    from tests.store.conftest import Shelf


async def test_each_account_counts_its_own_leads(database: Database) -> None:
    mine, theirs = await open_shelf(database), await open_shelf(database, "other")
    for number in range(3):
        await mine.add(make_lead(f"m{number}"))
        await theirs.add(make_lead(f"t{number}"), make_lead(f"u{number}"))
    rows = "SELECT number FROM leads WHERE account_id = :account_id ORDER BY lead_id"
    assert await mine.rows(rows, account_id=mine.account_id) == [(n,) for n in range(1, 4)]
    assert await theirs.rows(rows, account_id=theirs.account_id) == [(n,) for n in range(1, 7)]
    assert [await mine.found("#2"), await theirs.found("#2")] == [["m1"], ["u0"]]
    assert await mine.found("#4") == []


async def test_what_is_noted_of_chats_and_messages_is_each_accounts_own(database: Database) -> None:
    """Two bots may give two messages of one person's private chat the same number."""
    mine, theirs = await open_shelf(database), await open_shelf(database, "other")
    chat, message = ChatId(5), MessageId(7)
    for shelf in (mine, theirs):
        (added,) = await shelf.add(make_lead("1"))
        card = cards.PostedCard(
            lead_id=added.lead_id, chat_id=chat, message_id=message, posted_at=NOW,
            late_by=None, late_reason=None, nth=1, earlier_lead_id=None,
        )  # fmt: skip
        async with database.transaction() as connection:
            assert await notes.add(
                connection, shelf.account_id, added.lead_id,
                user_id=UserId(5), text="note", now=NOW, message=(chat, message),
            )  # fmt: skip
            await cards.add(connection, shelf.account_id, card)
    async with database.transaction() as connection:
        await chats.move(connection, mine.account_id, ChatId(-1), ChatId(-100), NOW)
        await chats.sent(connection, mine.account_id, [(chat, 100.5)], forget_before=0)
        await chats.sent(connection, theirs.account_id, [(chat, 900.5)], forget_before=500)
        known = await beginnings.of(connection, [mine.account_id, theirs.account_id])
        assert [known[one.account_id].moves for one in (mine, theirs)] == [{ChatId(-1): ChatId(-100)}, {}]
        assert [known[one.account_id].sends for one in (mine, theirs)] == [[(chat, 100.5)], [(chat, 900.5)]]
        assert [await cards.lead_of(connection, one.account_id, chat, message) for one in (mine, theirs)] == [1, 2]
        assert not await cards.lacks_contact(connection, mine.account_id, LeadId(2))


async def test_a_number_is_given_out_once_whatever_became_of_its_lead(shelf: Shelf) -> None:
    await shelf.add(make_lead("a"), make_lead("b"))
    async with shelf.database.transaction() as connection:
        await connection.execute("DELETE FROM all_leads")
    await shelf.add(make_lead("c"))
    assert await shelf.rows("SELECT lead_id, number FROM leads") == [(3, 3)]


@pytest.mark.sqlite
async def test_references_are_held_to_on_every_connection(database: Database) -> None:
    async with database.transaction() as connection:
        row = await connection.fetch_one("PRAGMA foreign_keys")
        assert row is not None
        assert tuple(row) == (1,)
        secure = await connection.fetch_one("PRAGMA secure_delete")
        assert secure is not None
        assert tuple(secure) == (1,)
    for _reader in range(5):
        async with database.reading() as connection:
            row = await connection.fetch_one("PRAGMA foreign_keys")
            assert row is not None
            assert tuple(row) == (1,)
