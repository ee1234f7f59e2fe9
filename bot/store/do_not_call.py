"""The `do_not_call` table: buyers who asked to be left alone; and what goes and comes back with that.

Everything is about all leads of the buyer behind one of them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import BuyerId, LeadId, LeadNumber, UserId
from bot.store import standing
from bot.store.changes import ChangeKind
from bot.store.edits import ONLY_IF_THERE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection

_LEADS: Final = """
    SELECT leads.lead_id FROM leads AS this JOIN leads ON leads.buyer_id = this.buyer_id
    WHERE this.lead_id = :lead_id AND this.account_id = :account_id
"""

ADD: Final = """
    INSERT INTO do_not_call (buyer_id, account_id, user_id, at)
    SELECT buyer_id, account_id, :user_id, :now FROM leads
    WHERE lead_id = :lead_id AND account_id = :account_id AND buyer_id IS NOT NULL
    ON CONFLICT (buyer_id) DO NOTHING RETURNING buyer_id
"""

REMOVE: Final = """
    DELETE FROM do_not_call
    WHERE buyer_id = (SELECT buyer_id FROM leads WHERE lead_id = :lead_id AND account_id = :account_id)
    RETURNING buyer_id, at
"""

BY: Final = """
    SELECT do_not_call.user_id FROM leads JOIN do_not_call ON do_not_call.buyer_id = leads.buyer_id
    WHERE leads.lead_id = :lead_id AND leads.account_id = :account_id
"""

# What a take-back brings back was noted by the last who noted it: of others' notes it was taken out before.
LAST_NOTED: Final = f"""
    SELECT changes.user_id, changes.at FROM changes
    WHERE changes.lead_id IN ({_LEADS}) AND changes.act = '{ChangeKind.DO_NOT_CALL}'
    ORDER BY changes.change_id DESC LIMIT 1
"""  # noqa: S608 - constants of this module

# To note something of a buyer takes a share of their row.
AWAIT_POSTGRES: Final = """
    SELECT 1 FROM buyers
    WHERE buyer_id = (SELECT buyer_id FROM all_leads WHERE lead_id = :lead_id AND account_id = :account_id) FOR UPDATE
"""

CANCEL_REMINDERS: Final = f"""
    UPDATE reminders SET cancelled_at = :now
    WHERE fired_at IS NULL AND cancelled_at IS NULL AND lead_id IN ({_LEADS})
    RETURNING user_id, due_at, (SELECT number FROM leads WHERE leads.lead_id = reminders.lead_id) AS number
"""  # noqa: S608 - constants of this module

BRING_REMINDERS_BACK: Final = f"""
    UPDATE reminders SET cancelled_at = NULL
    WHERE cancelled_at = :at AND fired_at IS NULL AND due_at > :now AND lead_id IN ({_LEADS})
"""  # noqa: S608 - constants of this module

SETTLE_ESCALATIONS: Final = f"""
    UPDATE escalations SET settled_at = :now WHERE settled_at IS NULL AND lead_id IN ({_LEADS})
"""  # noqa: S608 - constants of this module

BRING_ESCALATIONS_BACK: Final = f"""
    UPDATE escalations SET settled_at = NULL, clock_at = :now, look_at = :now
    WHERE (settled_at = :at OR settled_at IS NULL) AND lead_id IN ({_LEADS})
"""  # noqa: S608 - constants of this module

BRING_MISSED_CALLS_BACK: Final = f"""
    UPDATE escalations SET missed_clock = :now, look_at = :now
    WHERE missed_clock IS NOT NULL AND lead_id IN ({_LEADS})
"""  # noqa: S608 - constants of this module

# `escalations.restart` left them alone meanwhile.
LET_GO: Final = f"""
    SELECT DISTINCT leads.lead_id FROM changes JOIN leads ON leads.lead_id = changes.lead_id
    WHERE changes.lead_id IN ({_LEADS}) AND changes.at >= :at
        AND changes.owner_before IS NOT NULL AND changes.owner_after IS NULL AND {standing.UNCLAIMED}
    ORDER BY leads.lead_id
"""  # noqa: S608 - constants of this module

REDRAW: Final = f"""
    INSERT INTO outbox (account_id, chat_id, thread_id, turn, what, lead_id, body, queued_at, due_at)
    SELECT account_id, (SELECT chat_id FROM lead_routes WHERE lead_routes.lead_id = cards.lead_id),
        (SELECT thread_id FROM lead_routes WHERE lead_routes.lead_id = cards.lead_id),
        :turn, 'edit', lead_id, :body, :now, :now
    FROM cards WHERE lead_id IN ({_LEADS})
    ON CONFLICT (lead_id, what) WHERE lead_id IS NOT NULL DO UPDATE SET
        revision = outbox.revision + 1,
        turn = CASE WHEN outbox.turn < excluded.turn THEN outbox.turn ELSE excluded.turn END,
        due_at = CASE WHEN outbox.due_at < excluded.due_at THEN outbox.due_at ELSE excluded.due_at END
"""  # noqa: S608 - constants of this module


async def await_noting(connection: Connection, account_id: AccountId, lead_id: LeadId) -> None:
    """Until nobody is about to note it of the lead's buyer: who does so later finds what this transaction writes.
    SQLite lets only one write anyway.
    """
    if connection.is_postgres:
        await connection.execute(AWAIT_POSTGRES, {"account_id": account_id, "lead_id": lead_id})


async def add(connection: Connection, account_id: AccountId, lead_id: LeadId, user_id: UserId, now: datetime) -> bool:
    """False where it is noted already."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "user_id": user_id, "now": to_epoch(now)}
    return await connection.fetch_one(ADD, parameters) is not None


async def remove(connection: Connection, account_id: AccountId, lead_id: LeadId) -> tuple[BuyerId, datetime] | None:
    """Whose it was, and since when; None where nothing was noted."""
    row = await connection.fetch_one(REMOVE, {"account_id": account_id, "lead_id": lead_id})
    return None if row is None else (BuyerId(row["buyer_id"]), from_epoch(row["at"]))


async def noted_by(connection: Connection, account_id: AccountId, lead_id: LeadId) -> UserId | None:
    row = await connection.fetch_one(BY, {"account_id": account_id, "lead_id": lead_id})
    return None if row is None else UserId(row["user_id"])


async def last_noted(connection: Connection, account_id: AccountId, lead_id: LeadId) -> tuple[UserId, datetime] | None:
    """Who noted it last, and when, also if it was taken back since; None where that is not known any more."""
    row = await connection.fetch_one(LAST_NOTED, {"account_id": account_id, "lead_id": lead_id})
    return None if row is None else (UserId(row["user_id"]), from_epoch(row["at"]))


async def silence(
    connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime
) -> list[tuple[UserId, LeadNumber, datetime]]:
    """No reminder comes, nothing is called out any more. (whose, the lead's number, due) of the reminders."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "now": to_epoch(now)}
    await connection.execute(SETTLE_ESCALATIONS, parameters)
    rows = await connection.fetch_all(CANCEL_REMINDERS, parameters)
    found = [(UserId(row["user_id"]), LeadNumber(row["number"]), from_epoch(row["due_at"])) for row in rows]
    return sorted(found, key=lambda one: (one[2], one[0]))


async def bring_back(
    connection: Connection, account_id: AccountId, lead_id: LeadId, at: datetime, now: datetime
) -> None:
    """What went when it was noted at that time, and is not over."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "at": to_epoch(at), "now": to_epoch(now)}
    await connection.execute(BRING_REMINDERS_BACK, parameters)
    await connection.execute(BRING_ESCALATIONS_BACK, parameters)
    await connection.execute(BRING_MISSED_CALLS_BACK, parameters)


async def let_go_since(connection: Connection, account_id: AccountId, lead_id: LeadId, at: datetime) -> list[LeadId]:
    """Leads of the buyer that somebody has let go since then, and nobody has taken again."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "at": to_epoch(at)}
    return [LeadId(row["lead_id"]) for row in await connection.fetch_all(LET_GO, parameters)]


async def redraw(connection: Connection, account_id: AccountId, lead_id: LeadId, *, turn: int, now: datetime) -> None:
    """The cards of all the buyer's leads, those that stand somewhere."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "turn": turn, "now": to_epoch(now)}
    await connection.execute(REDRAW, parameters | {"body": json.dumps({ONLY_IF_THERE: True})})
