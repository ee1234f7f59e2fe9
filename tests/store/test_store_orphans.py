"""Every reference leads to a row: in what the product writes, and in databases that were written before."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import LeadId
from bot.errors import StoreError
from bot.store import leads, outbox
from bot.store.outbox_messages import Draft, MessageKind
from bot.store.sqlite import SqliteDatabase
from tests.store.conftest import make_lead, open_shelf
from tests.store.former import former
from tests.store.test_store_migrations import ask

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.sqlite

CHECK = "PRAGMA foreign_key_check"

# As the fourth migration left the tables; lead 404, buyer 404 and callout 404 are not there.
ORPHANS = (
    "INSERT INTO outbox (account_id, turn, what, lead_id, queued_at, due_at) VALUES (1, 3, 'card', 404, 5, 5)",
    "INSERT INTO cards (lead_id, account_id, chat_id, message_id, posted_at, nth) VALUES (404, 1, -1, 1, 5, 1)",
    """INSERT OR REPLACE INTO cards (lead_id, account_id, chat_id, message_id, posted_at, nth, earlier_lead_id)
    VALUES (1, 1, -1, 2, 5, 2, 404)""",
    """INSERT INTO changes (change_id, account_id, lead_id, at, user_id, act, status_before, status_after)
    VALUES (7, 1, 404, 5, 1, 'claim', 'new', 'claimed')""",
    """INSERT INTO changes (change_id, account_id, lead_id, at, user_id, act, undoes, status_before, status_after)
    VALUES (8, 1, 1, 5, 1, 'undo', 7, 'new', 'claimed')""",
    "INSERT INTO notes (account_id, lead_id, user_id, at, text) VALUES (1, 404, 1, 5, 'note')",
    "INSERT INTO reminders (account_id, lead_id, user_id, made_at, due_at) VALUES (1, 404, 1, 5, 5)",
    "INSERT INTO escalations (lead_id, account_id, clock_at) VALUES (404, 1, 5)",
    "INSERT INTO escalations (lead_id, account_id, clock_at, group_callout, admins_callout) VALUES (1, 1, 5, 404, 404)",
    "INSERT INTO callouts (callout_id, account_id, step, made_at) VALUES (1, 1, 'group', 5)",
    "INSERT INTO callout_leads (callout_id, place, lead_id) VALUES (1, 1, 404), (1, 2, 1), (404, 1, 1)",
    "INSERT INTO buyer_contacts (account_id, contact, buyer_id) VALUES (1, 'mail:a@b.example', 404)",
    "UPDATE leads SET buyer_id = 404 WHERE lead_id = 1",
)


def with_orphans(path: Path, *more: str) -> Path:
    """A database of the former line's fourth version."""
    return former(path, 4, *ORPHANS, *more, rows={})


async def test_a_database_with_orphans_starts_and_has_none_afterwards(tmp_path: Path) -> None:
    path = with_orphans(tmp_path / "leads.db")
    assert ask(path, CHECK) != []
    async with SqliteDatabase(path) as database, database.reading() as connection:
        stored = await leads.get(connection, 1, 1)  # type: ignore[arg-type]  # the dump's account
    assert stored is not None
    assert stored.buyer_id is None
    assert ask(path, CHECK) == []
    assert ask(path, "SELECT lead_id, earlier_lead_id FROM cards") == [(1, None)]
    assert ask(path, "SELECT change_id, undoes FROM changes") == [(8, None)]
    assert ask(path, "SELECT lead_id, group_callout, admins_callout FROM escalations") == [(1, None, None)]
    assert ask(path, "SELECT callout_id, lead_id FROM callout_leads") == [(1, 1)]
    assert ask(path, "SELECT what, lead_id, reason FROM parked") == [("card", 404, "lead_missing")]


async def test_orphans_that_no_migration_can_mend_are_named_and_do_no_harm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    row = "INSERT INTO faults (account_id, fault, since) VALUES (99, 'api_down', 5)"
    path = with_orphans(tmp_path / "leads.db", row)
    with caplog.at_level(logging.WARNING):
        async with SqliteDatabase(path) as database, database.transaction() as connection:
            await connection.execute("UPDATE all_leads SET won_value = 1")
    assert [one.message for one in caplog.records] == [
        "1 rows of faults refer to rows of accounts that are not there; they are left alone"
    ]
    caplog.clear()
    async with SqliteDatabase(path):
        assert caplog.records == []  # said once


@pytest.mark.parametrize("is_anothers", [False, True])
async def test_a_row_that_refers_to_nothing_of_the_account_cannot_be_written(shelf: Any, *, is_anothers: bool) -> None:
    other = await open_shelf(shelf.database, "other")
    [theirs] = await other.add(make_lead())
    draft = Draft(what=MessageKind.CARD, turn=1, lead_id=theirs.lead_id if is_anothers else LeadId(404))
    with pytest.raises(StoreError, match=r"FOREIGNKEY|ForeignKey"):
        async with shelf.database.transaction() as connection:
            await outbox.add(connection, shelf.account_id, [draft], shelf.now)
    assert await shelf.rows("SELECT * FROM outbox") == []
