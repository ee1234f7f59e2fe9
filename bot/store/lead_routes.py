"""The `lead_routes` table: which route took a lead and why, where its card stands, and who was given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId, BuyerId, ChatId, LeadId, UserId
from bot.domain.routes import Hand, RoutedLead, RouteReason
from bot.store import bursts, standing
from bot.store.changes import undoable_since
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.store.connections import Row
    from bot.store.database import Connection

ADD: Final = """
    INSERT INTO lead_routes (lead_id, account_id, route_id, routed_at, reason, chat_id, thread_id, given_to)
    SELECT lead_id, account_id,
        coalesce((SELECT route_id FROM routes WHERE route_id = :route_id AND account_id = :account_id), -1),
        :routed_at, :reason, :chat_id, :thread_id, :given_to
    FROM all_leads WHERE lead_id = :lead_id AND account_id = :account_id
"""

GET: Final = "SELECT * FROM lead_routes WHERE lead_id = :lead_id AND account_id = :account_id"

PLACES: Final = """
    SELECT lead_id, chat_id, thread_id FROM lead_routes
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
"""

GIVEN: Final = """
    SELECT lead_routes.lead_id FROM lead_routes JOIN leads ON leads.lead_id = lead_routes.lead_id
    WHERE lead_routes.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))
        AND +lead_routes.account_id = :account_id AND lead_routes.settled_at IS NULL
        AND lead_routes.given_to = leads.owner_id AND leads.status = 'claimed'
"""

TAKEN: Final = """
    SELECT route_id, count(*) AS number FROM lead_routes
    WHERE account_id = :account_id AND route_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:route_ids))
        AND routed_at >= :since
    GROUP BY route_id
"""

IN_HAND: Final = """
    SELECT owner_id, count(*) AS number FROM all_leads
    WHERE account_id = :account_id AND owner_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:user_ids))
        AND owner_id IS NOT NULL AND status NOT IN ('won', 'lost', 'junk') AND seal_id IS NULL
    GROUP BY owner_id
"""

LAST_GIVEN: Final = """
    SELECT CAST(value AS BIGINT) AS user_id, (
        SELECT max(lead_id) FROM lead_routes
        WHERE account_id = :account_id AND given_to = CAST(value AS BIGINT) AND given_to IS NOT NULL
    ) AS lead_id
    FROM json_each(:user_ids)
"""

# The buyer's last lead that one of these people had.
KNOWN_TO: Final = """
    SELECT this.lead_id, this.buyer_id, (
        SELECT leads.owner_id FROM leads
        WHERE leads.buyer_id = this.buyer_id AND leads.lead_id <> this.lead_id AND leads.owner_id IS NOT NULL
            AND leads.owner_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:user_ids))
        ORDER BY leads.position DESC LIMIT 1
    ) AS owner_id
    FROM leads AS this
    WHERE this.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +this.account_id = :account_id
    ORDER BY this.lead_id
"""

# What they did with it: a status, a note. A press is settled by itself. Whoever took it from them may undo that.
SETTLE: Final = """
    UPDATE lead_routes SET settled_at = :now
    WHERE account_id = :account_id AND given_to IS NOT NULL AND settled_at IS NULL AND (
        NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = lead_routes.lead_id
            AND leads.owner_id = lead_routes.given_to AND leads.status = 'claimed')
        AND NOT EXISTS (SELECT 1 FROM changes WHERE changes.lead_id = lead_routes.lead_id
            AND changes.at >= :undoable)
        OR EXISTS (SELECT 1 FROM changes WHERE changes.lead_id = lead_routes.lead_id
            AND changes.user_id = lead_routes.given_to)
        OR EXISTS (SELECT 1 FROM notes WHERE notes.lead_id = lead_routes.lead_id
            AND notes.user_id = lead_routes.given_to))
"""

# Whoever gives one back, by undoing, is waited for: `SETTLE` goes by leads that nobody is changing.
TAKEN_AWAY_POSTGRES: Final = """
    SELECT all_leads.lead_id FROM lead_routes JOIN all_leads ON all_leads.lead_id = lead_routes.lead_id
    WHERE lead_routes.account_id = :account_id AND lead_routes.given_to IS NOT NULL AND lead_routes.settled_at IS NULL
        AND (all_leads.owner_id IS NULL OR all_leads.owner_id <> lead_routes.given_to OR all_leads.status <> 'claimed')
    ORDER BY all_leads.lead_id FOR NO KEY UPDATE OF all_leads
"""

ANSWERED: Final = """
    UPDATE lead_routes SET settled_at = :now
    WHERE lead_id = :lead_id AND account_id = :account_id AND given_to = :user_id AND settled_at IS NULL
    RETURNING lead_id
"""

CLOSE: Final = """
    UPDATE lead_routes SET settled_at = :now
    WHERE lead_id = :lead_id AND account_id = :account_id AND settled_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM notes WHERE notes.lead_id = lead_routes.lead_id
            AND notes.user_id = lead_routes.given_to)
    RETURNING lead_id
"""

TOLD: Final = """
    UPDATE lead_routes SET told_at = :now
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
        AND given_to IS NOT NULL AND settled_at IS NULL AND told_at IS NULL
"""

# Nobody could see a card that still waits to be posted. A buyer who is to be left alone waits for no answer, as long as
# that is noted.
UNANSWERED: Final = f"""
    SELECT lead_routes.lead_id, lead_routes.given_to, lead_routes.routed_at, lead_routes.told_at, cards.posted_at
    FROM lead_routes LEFT JOIN cards ON cards.lead_id = lead_routes.lead_id
    WHERE lead_routes.account_id = :account_id
        AND lead_routes.given_to IS NOT NULL AND lead_routes.settled_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.lead_id = lead_routes.lead_id AND outbox.what = 'card')
        AND NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = lead_routes.lead_id AND NOT {standing.MAY_BE_CALLED})
"""  # noqa: S608 - constants of this package

ACCOUNTS: Final = f"""
    SELECT DISTINCT account_id FROM lead_routes WHERE given_to IS NOT NULL AND settled_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = lead_routes.lead_id AND NOT {standing.MAY_BE_CALLED})
"""  # noqa: S608 - likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLead:
    """A lead that somebody was given and has done nothing with yet."""

    lead_id: LeadId
    user_id: UserId
    told_at: datetime


async def add(connection: Connection, account_id: AccountId, found: Iterable[RoutedLead], now: datetime) -> None:
    rows = [
        {
            "lead_id": one.lead_id,
            "account_id": account_id,
            "route_id": one.route_id,
            "routed_at": to_epoch(now),
            "reason": one.reason,
            "chat_id": one.chat_id,
            "thread_id": one.thread_id,
            "given_to": one.given_to,
        }
        for one in found
    ]
    await connection.execute_many(ADD, rows)


async def get(connection: Connection, account_id: AccountId, lead_id: LeadId) -> RoutedLead | None:
    """None for a lead that no route took."""
    row = await connection.fetch_one(GET, {"account_id": account_id, "lead_id": lead_id})
    return None if row is None else _routed(row)


def _routed(row: Row) -> RoutedLead:
    return RoutedLead(
        lead_id=LeadId(row["lead_id"]),
        route_id=row["route_id"],
        reason=RouteReason(row["reason"]),
        chat_id=None if row["chat_id"] is None else ChatId(row["chat_id"]),
        thread_id=row["thread_id"],
        given_to=None if row["given_to"] is None else UserId(row["given_to"]),
    )


async def together(connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId]) -> list[list[LeadId]]:
    """Those whose cards stand in one place, in the order given."""
    rows = await connection.fetch_all(PLACES, {"account_id": account_id, "lead_ids": listed(lead_ids)})
    places = {row["lead_id"]: (row["chat_id"], row["thread_id"]) for row in rows}
    found: dict[tuple[int | None, int | None], list[LeadId]] = {}
    for lead_id in lead_ids:
        found.setdefault(places.get(lead_id, (None, None)), []).append(lead_id)
    return list(found.values())


async def given(connection: Connection, account_id: AccountId, lead_ids: Iterable[LeadId]) -> set[LeadId]:
    """Those of them that their owner was given, and has done nothing with yet."""
    parameters = {"account_id": account_id, "lead_ids": listed(lead_ids)}
    return {LeadId(row["lead_id"]) for row in await connection.fetch_all(GIVEN, parameters)}


async def taken(
    connection: Connection, account_id: AccountId, route_ids: Iterable[int], since: datetime
) -> dict[int, int]:
    """How many leads each of these routes took since then."""
    parameters = {"account_id": account_id, "route_ids": listed(route_ids), "since": to_epoch(since)}
    return {row["route_id"]: row["number"] for row in await connection.fetch_all(TAKEN, parameters)}


async def hands(connection: Connection, account_id: AccountId, user_ids: Sequence[UserId]) -> dict[UserId, Hand]:
    """How each of these people stands, in the order given."""
    parameters = {"account_id": account_id, "user_ids": listed(user_ids)}
    open_leads = {row["owner_id"]: row["number"] for row in await connection.fetch_all(IN_HAND, parameters)}
    last = {row["user_id"]: row["lead_id"] or 0 for row in await connection.fetch_all(LAST_GIVEN, parameters)}
    return {one: Hand(user_id=one, open_leads=open_leads.get(one, 0), last_given=last.get(one, 0)) for one in user_ids}


async def buyers(
    connection: Connection, account_id: AccountId, lead_ids: Iterable[LeadId], user_ids: Iterable[UserId]
) -> list[tuple[LeadId, BuyerId, UserId | None]]:
    """The buyer of each of these leads, and which of these people had them last."""
    parameters = {"account_id": account_id, "lead_ids": listed(lead_ids), "user_ids": listed(user_ids)}
    rows = await connection.fetch_all(KNOWN_TO, parameters)
    return [
        (
            LeadId(row["lead_id"]),
            BuyerId(row["buyer_id"]),
            None if row["owner_id"] is None else UserId(row["owner_id"]),
        )
        for row in rows
        if row["buyer_id"] is not None
    ]


async def answered(
    connection: Connection, account_id: AccountId, lead_id: LeadId, user_id: UserId, now: datetime
) -> bool:
    """They did something with what they were given. True if that is news."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "user_id": user_id, "now": to_epoch(now)}
    return await connection.fetch_one(ANSWERED, parameters) is not None


async def told(connection: Connection, account_id: AccountId, lead_ids: Iterable[LeadId], now: datetime) -> None:
    """A list that names these was posted. Where somebody was given one, their time to answer begins."""
    await connection.execute(TOLD, {"account_id": account_id, "lead_ids": listed(lead_ids), "now": to_epoch(now)})


async def settle(connection: Connection, account_id: AccountId, now: datetime) -> None:
    """What was answered, or is not theirs any more for good, need not be looked at again."""
    parameters = {"account_id": account_id, "now": to_epoch(now), "undoable": undoable_since(now)}
    if connection.is_postgres:
        await connection.fetch_all(TAKEN_AWAY_POSTGRES, {"account_id": account_id})
    await connection.execute(SETTLE, parameters)


async def close(connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime) -> bool:
    """It goes back to all; False where they have answered by now."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "now": to_epoch(now)}
    return await connection.fetch_one(CLOSE, parameters) is not None


async def accounts_waiting(connection: Connection, _now: datetime) -> list[AccountId]:
    """In which somebody was given a lead and has done nothing with it yet."""
    return [AccountId(row["account_id"]) for row in await connection.fetch_all(ACCOUNTS)]


async def unanswered(connection: Connection, account_id: AccountId) -> list[GivenLead]:
    """What still may be answered, of leads whose card or list was posted; whoever was told first comes first."""
    listed_yet = await bursts.listed_yet(connection, account_id)
    found = [
        GivenLead(lead_id=LeadId(row["lead_id"]), user_id=UserId(row["given_to"]), told_at=_told_at(row))
        for row in await connection.fetch_all(UNANSWERED, {"account_id": account_id})
        if row["lead_id"] not in listed_yet
    ]
    return sorted(found, key=lambda one: (one.told_at, one.lead_id))


def _told_at(row: Row) -> datetime:
    """Of what was neither posted nor listed, and waits for neither, nobody knows better than when it was given."""
    return from_epoch(max(row["routed_at"], row["told_at"] or 0, row["posted_at"] or 0))
