"""The `routes` table and who changed it: which searches send leads where, in their order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId, ChatId, UserId
from bot.domain.routes import Destination, DestinationKind, Route
from bot.store import accounts
from bot.store.changes import is_young
from bot.store.connections import listed
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.store.connections import Row
    from bot.store.database import Connection

ADDED, MOVED, DELETED, UNDONE = "add", "move", "delete", "undo"

LIVE: Final = "SELECT * FROM routes WHERE account_id = :account_id AND rank IS NOT NULL ORDER BY rank"

GET: Final = "SELECT * FROM routes WHERE account_id = :account_id AND route_id = :route_id"

ADD: Final = """
    INSERT INTO routes (account_id, query, destination, chat_id, thread_id, title, user_ids)
    VALUES (:account_id, :query, :destination, :chat_id, :thread_id, :title, :user_ids) RETURNING route_id
"""

# Those that are not named have no rank.
ARRANGE: Final = """
    UPDATE routes
    SET rank = (SELECT key + 1 FROM json_each(:route_ids) WHERE CAST(value AS BIGINT) = routes.route_id)
    WHERE account_id = :account_id AND (
        rank IS NOT NULL OR route_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:route_ids)))
"""

NOTE: Final = """
    INSERT INTO route_changes (account_id, route_id, at, user_id, act, before, after)
    VALUES (:account_id, :route_id, :at, :user_id, :act, :before, :after) RETURNING route_change_id
"""

LAST: Final = """
    SELECT * FROM route_changes WHERE account_id = :account_id ORDER BY route_change_id DESC LIMIT 1
"""

CHATS: Final = """
    SELECT DISTINCT chat_id FROM routes WHERE account_id = :account_id AND rank IS NOT NULL AND chat_id IS NOT NULL
"""


ALL_CHATS: Final = """
    SELECT DISTINCT account_id, chat_id FROM routes WHERE rank IS NOT NULL AND chat_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChange:
    """What somebody did to the routes: their order before and after it."""

    change_id: int
    route_id: int
    at: datetime
    user_id: UserId
    act: str
    before: tuple[int, ...]
    after: tuple[int, ...]


async def live(connection: Connection, account_id: AccountId) -> list[Route]:
    """In the order in which they are asked."""
    return [_route(row) for row in await connection.fetch_all(LIVE, {"account_id": account_id})]


async def order(connection: Connection, account_id: AccountId) -> list[int]:
    """As `live`, for whoever is about to change it: under the account's lock nobody else does so meanwhile."""
    await accounts.lock(connection, account_id)
    return [one.route_id for one in await live(connection, account_id)]


async def get(connection: Connection, account_id: AccountId, route_id: int) -> Route | None:
    """Also one that was deleted."""
    row = await connection.fetch_one(GET, {"account_id": account_id, "route_id": route_id})
    return None if row is None else _route(row)


async def add(connection: Connection, account_id: AccountId, query: str, to: Destination) -> int:
    """Its number. It is in force once it is arranged."""
    parameters = {
        "account_id": account_id,
        "query": storable(query),
        "destination": to.kind,
        "chat_id": to.chat_id,
        "thread_id": to.thread_id,
        "title": storable(to.title),
        "user_ids": listed(to.user_ids),
    }
    row = await connection.fetch_one(ADD, parameters)
    if row is None:
        raise AssertionError("an insert returns its row")
    return int(row["route_id"])


async def arrange(
    connection: Connection,
    account_id: AccountId,
    route_ids: Sequence[int],
    *,
    changed: int,
    act: str,
    user_id: UserId,
    now: datetime,
) -> int:
    """These are the routes from now on, in this order, because `user_id` changed one of them. The change's number."""
    before = [one.route_id for one in await live(connection, account_id)]
    await connection.execute(ARRANGE, {"account_id": account_id, "route_ids": listed(route_ids)})
    noted = {"route_id": changed, "at": to_epoch(now), "user_id": user_id, "act": act}
    orders = {"before": listed(before), "after": listed(route_ids)}
    row = await connection.fetch_one(NOTE, {"account_id": account_id} | noted | orders)
    if row is None:
        raise AssertionError("an insert returns its row")
    return int(row["route_change_id"])


async def last_change(connection: Connection, account_id: AccountId) -> RouteChange | None:
    """For whoever is about to undo it; see `order`."""
    await accounts.lock(connection, account_id)
    row = await connection.fetch_one(LAST, {"account_id": account_id})
    if row is None:
        return None
    return RouteChange(
        change_id=row["route_change_id"],
        route_id=row["route_id"],
        at=from_epoch(row["at"]),
        user_id=UserId(row["user_id"]),
        act=row["act"],
        before=tuple(json.loads(row["before"])),
        after=tuple(json.loads(row["after"])),
    )


async def chat_ids(connection: Connection, account_id: AccountId) -> list[ChatId]:
    """Chats beside the account's that leads go to."""
    return [ChatId(row["chat_id"]) for row in await connection.fetch_all(CHATS, {"account_id": account_id})]


async def all_chats(connection: Connection) -> list[tuple[AccountId, ChatId]]:
    """Of every account, the chats that its routes lead to."""
    rows = await connection.fetch_all(ALL_CHATS)
    return [(AccountId(row["account_id"]), ChatId(row["chat_id"])) for row in rows]


def _route(row: Row) -> Route:
    return Route(
        route_id=row["route_id"],
        query=row["query"],
        destination=Destination(
            kind=DestinationKind(row["destination"]),
            chat_id=None if row["chat_id"] is None else ChatId(row["chat_id"]),
            thread_id=row["thread_id"],
            title=row["title"],
            user_ids=tuple(UserId(one) for one in json.loads(row["user_ids"])),
        ),
    )


def is_undoable(change: RouteChange, now: datetime) -> bool:
    return change.act != UNDONE and is_young(change.at, now)


def moved(route_ids: Iterable[int], route_id: int, by: int) -> list[int]:
    """The order with one of them so many places further down; negative is up."""
    order = list(route_ids)
    place = order.index(route_id)
    order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
    return order
