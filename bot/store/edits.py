"""Edits in the `outbox`: a lead's card is to be brought up to date, once for all that changed meanwhile."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId, ChatId, LeadId
    from bot.store.database import Connection
    from bot.store.outbox_messages import OutboxRow

APART: Final = timedelta(seconds=3)
"""Between two edits of one card: ten quick changes are one or two edits, and the first one shows at once."""

ONLY_IF_THERE: Final = "only_if_there"
"""In the body: a card that was deleted by hand is not posted anew for this."""

# A lead that has no card, and none on its way, needs no edit. One that is due stays due; while it is on its way it is
# due already, and the higher revision keeps its row. A clock that was set back puts nothing off for longer.
ADD: Final = """
    INSERT INTO outbox (account_id, chat_id, thread_id, turn, what, lead_id, queued_at, due_at)
    SELECT leads.account_id, lead_routes.chat_id, lead_routes.thread_id, :turn, 'edit', leads.lead_id, :now,
        coalesce((
            SELECT CASE WHEN edited_at > :now THEN :now + :apart
                WHEN edited_at + :apart > :now THEN edited_at + :apart END
            FROM cards WHERE cards.lead_id = leads.lead_id
        ), :now)
    FROM leads LEFT JOIN lead_routes ON lead_routes.lead_id = leads.lead_id
    WHERE leads.lead_id = :lead_id AND leads.account_id = :account_id AND (
        EXISTS (SELECT 1 FROM cards WHERE cards.lead_id = leads.lead_id)
        OR EXISTS (SELECT 1 FROM outbox WHERE outbox.lead_id = leads.lead_id AND outbox.what = 'card')
    )
    ON CONFLICT (lead_id, what) WHERE lead_id IS NOT NULL DO UPDATE SET
        revision = outbox.revision + 1,
        turn = CASE WHEN outbox.turn < excluded.turn THEN outbox.turn ELSE excluded.turn END,
        due_at = CASE WHEN outbox.due_at < excluded.due_at THEN outbox.due_at ELSE excluded.due_at END,
        body = excluded.body
"""

# What stands in a chat with a number on it, the newest first; nothing while any of it still waits there.
MASK: Final = """
    INSERT INTO outbox (account_id, chat_id, thread_id, turn, what, lead_id, body, queued_at, due_at)
    SELECT cards.account_id, lead_routes.chat_id, lead_routes.thread_id, :turn, 'edit', cards.lead_id, :body, :now, :now
    FROM cards LEFT JOIN lead_routes ON lead_routes.lead_id = cards.lead_id
    WHERE cards.account_id = :account_id AND cards.shows_number = 1 AND cards.chat_id = :chat_id AND NOT EXISTS (
        SELECT 1 FROM outbox WHERE outbox.account_id = :account_id AND outbox.chat_id IS lead_routes.chat_id
            AND outbox.turn = :turn AND outbox.what = 'edit')
    ORDER BY cards.lead_id DESC LIMIT :limit
    ON CONFLICT (lead_id, what) WHERE lead_id IS NOT NULL DO NOTHING
"""

DONE: Final = """
    DELETE FROM outbox WHERE outbox_id = :outbox_id AND account_id = :account_id AND revision = :revision
"""

AGAIN: Final = """
    UPDATE outbox SET due_at = :due_at, queued_at = :due_at, tries = 0
    WHERE outbox_id = :outbox_id AND account_id = :account_id
"""

EDITED: Final = "UPDATE cards SET edited_at = :now WHERE lead_id = :lead_id AND account_id = :account_id"


async def add(connection: Connection, account_id: AccountId, lead_id: LeadId, turn: int, now: datetime) -> None:
    """The lead changed: its card, if it has one, is to show it."""
    apart = int(APART.total_seconds())
    parameters = {"account_id": account_id, "lead_id": lead_id, "turn": turn, "now": to_epoch(now), "apart": apart}
    await connection.execute(ADD, parameters)


async def mask(
    connection: Connection, account_id: AccountId, chat_id: ChatId, *, turn: int, limit: int, now: datetime
) -> None:
    """Some of the cards that stand in the chat with the number on them are to be drawn anew."""
    parameters = {"account_id": account_id, "chat_id": chat_id, "turn": turn, "limit": limit, "now": to_epoch(now)}
    await connection.execute(MASK, parameters | {"body": json.dumps({ONLY_IF_THERE: True})})


async def done(connection: Connection, account_id: AccountId, row: OutboxRow, now: datetime) -> None:
    """The card shows what stood in the database when `row` was read; if more changed since, it is edited once more."""
    own = {"account_id": account_id, "outbox_id": row.outbox_id}
    await connection.execute(EDITED, {"account_id": account_id, "lead_id": row.lead_id, "now": to_epoch(now)})
    await connection.execute(AGAIN, own | {"due_at": to_epoch(now + APART)})
    await connection.execute(DONE, own | {"revision": row.revision})
