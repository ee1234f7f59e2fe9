"""The `people` table: whom the bot saw act, who left, who pressed Start."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId, UserId
from bot.domain.person import Person
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.store.database import Connection

# Somebody who left is not seen in the chat by what they said before, or say as a guest: only joining undoes it.
SAW: Final = """
    INSERT INTO people (account_id, user_id, name, username, seen_at)
    VALUES (:account_id, :user_id, :name, :username, :now)
    ON CONFLICT (account_id, user_id) DO UPDATE SET name = excluded.name, username = excluded.username,
        seen_at = CASE WHEN people.left_at IS NULL THEN coalesce(excluded.seen_at, people.seen_at) END
"""

JOINED: Final = """
    INSERT INTO people (account_id, user_id, name, username, seen_at)
    VALUES (:account_id, :user_id, :name, :username, :now)
    ON CONFLICT (account_id, user_id) DO UPDATE SET name = excluded.name, username = excluded.username,
        seen_at = excluded.seen_at, left_at = NULL
"""

RETURNED: Final = """
    UPDATE people SET left_at = NULL
    WHERE account_id = :account_id AND user_id = :user_id AND left_at IS NOT NULL
"""

# Also of somebody who never acted: what they wrote before may be brought later.
LEFT: Final = """
    INSERT INTO people (account_id, user_id, name, left_at) VALUES (:account_id, :user_id, '', :now)
    ON CONFLICT (account_id, user_id) DO UPDATE SET left_at = excluded.left_at, seen_at = NULL
"""

SEEN_ONLY: Final = """
    UPDATE people SET seen_at = :seen_at WHERE account_id = :account_id AND user_id = :user_id AND left_at IS NULL
"""

# Nobody was seen to act in a chat that was not the account's yet.
FORGET_SEEN: Final = "UPDATE people SET seen_at = NULL WHERE account_id = :account_id AND seen_at IS NOT NULL"

FORGET_STARTS: Final = "UPDATE people SET started_at = NULL WHERE account_id = :account_id AND started_at IS NOT NULL"

STARTED: Final = """
    UPDATE people SET started_at = :now WHERE account_id = :account_id AND user_id = :user_id
"""

# Whoever was seen in few accounts of a bot pressed its Start in one of these.
INHERIT_START: Final = """
    UPDATE people SET started_at = (
        SELECT max(other.started_at) FROM people AS other
        WHERE other.user_id = :user_id AND other.account_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:accounts))
    ) WHERE account_id = :account_id AND user_id = :user_id AND started_at IS NULL
"""

STOPPED: Final = "UPDATE people SET started_at = NULL WHERE account_id = :account_id AND user_id = :user_id"

GET: Final = """
    SELECT seen_at, left_at, started_at FROM people WHERE account_id = :account_id AND user_id = :user_id
"""

AWAIT_POSTGRES: Final = f"{GET} FOR SHARE"

# However many accounts there are, somebody was seen in few of them.
ACCOUNTS: Final = """
    SELECT account_id FROM people WHERE user_id = :user_id AND left_at IS NULL
"""

ALL: Final = "SELECT user_id, name, username FROM people WHERE account_id = :account_id ORDER BY name, user_id"

NAME: Final = "SELECT name FROM people WHERE account_id = :account_id AND user_id = :user_id"

NAMES: Final = """
    SELECT user_id, name FROM people
    WHERE account_id = :account_id AND user_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:user_ids))
"""

STARTED_OF: Final = """
    SELECT user_id FROM people
    WHERE account_id = :account_id AND started_at IS NOT NULL
        AND user_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:user_ids))
"""

GONE: Final = """
    SELECT user_id FROM people
    WHERE account_id = :account_id AND left_at IS NOT NULL
        AND user_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:user_ids))
"""

# Admins may have acted in private only.
TEAM: Final = """
    SELECT user_id, name, username FROM people
    WHERE account_id = :account_id AND left_at IS NULL AND (seen_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM leads WHERE leads.account_id = people.account_id AND leads.owner_id = people.user_id
    ))
    ORDER BY name, user_id
"""


async def saw(
    connection: Connection,
    account_id: AccountId,
    person: Person,
    *,
    at_home: datetime | None = None,
) -> None:
    """Note a person; `at_home` is set where they acted in the account's chat, which also shows that they are in it,
    unless they were seen to leave.
    """
    seen_at = None if at_home is None else to_epoch(at_home)
    await connection.execute(SAW, _row(account_id, person) | {"now": seen_at})


async def joined(connection: Connection, account_id: AccountId, person: Person, now: datetime) -> None:
    """They came into the account's chat, whatever was known of them before."""
    await connection.execute(JOINED, _row(account_id, person) | {"now": to_epoch(now)})


def _row(account_id: AccountId, person: Person) -> dict[str, int | str | None]:
    return {
        "account_id": account_id,
        "user_id": person.user_id,
        "name": storable(person.name),
        "username": None if person.username is None else storable(person.username),
    }


async def returned(connection: Connection, account_id: AccountId, user_id: UserId) -> None:
    """Telegram says that they are in the chat: they came back unnoticed."""
    await connection.execute(RETURNED, {"account_id": account_id, "user_id": user_id})


async def left(connection: Connection, account_id: AccountId, user_id: UserId, now: datetime) -> None:
    await connection.execute(LEFT, {"account_id": account_id, "user_id": user_id, "now": to_epoch(now)})


async def seen_only(connection: Connection, account_id: AccountId, user_id: UserId, seen_at: datetime | None) -> None:
    """What they did later, or ever where this is None, shows no more that they are in the account's chat."""
    parameters = {"seen_at": None if seen_at is None else to_epoch(seen_at)}
    await connection.execute(SEEN_ONLY, {"account_id": account_id, "user_id": user_id} | parameters)


async def forget_seen(connection: Connection, account_id: AccountId) -> None:
    """The account has another chat."""
    await connection.execute(FORGET_SEEN, {"account_id": account_id})


async def forget_starts(connection: Connection, account_id: AccountId) -> None:
    """The account has another bot, whose Start is another."""
    await connection.execute(FORGET_STARTS, {"account_id": account_id})


async def started(connection: Connection, account_id: AccountId, user_id: UserId, now: datetime) -> None:
    await connection.execute(STARTED, {"account_id": account_id, "user_id": user_id, "now": to_epoch(now)})


async def inherit_start(
    connection: Connection, account_id: AccountId, user_id: UserId, accounts: Iterable[AccountId]
) -> None:
    """They pressed Start when only these other accounts of the same bot knew them."""
    parameters = {"account_id": account_id, "user_id": user_id, "accounts": json.dumps(list(accounts))}
    await connection.execute(INHERIT_START, parameters)


async def stopped(connection: Connection, account_id: AccountId, user_id: UserId) -> None:
    """They blocked the bot."""
    await connection.execute(STOPPED, {"account_id": account_id, "user_id": user_id})


async def accounts_of(connection: Connection, user_id: UserId) -> frozenset[AccountId]:
    """Of all accounts, those that know them and did not see them leave."""
    rows = await connection.fetch_all(ACCOUNTS, {"user_id": user_id})
    return frozenset(AccountId(row["account_id"]) for row in rows)


async def last_seen(connection: Connection, account_id: AccountId, user_id: UserId) -> datetime | None:
    """When they last acted in the account's chat, unless they left since."""
    row = await connection.fetch_one(GET, {"account_id": account_id, "user_id": user_id})
    return None if row is None or row["seen_at"] is None else from_epoch(row["seen_at"])


async def has_left(connection: Connection, account_id: AccountId, user_id: UserId) -> bool:
    """Whether they were seen to leave the account's chat, and not to come back."""
    row = await connection.fetch_one(GET, {"account_id": account_id, "user_id": user_id})
    return row is not None and row["left_at"] is not None


async def await_leaving(connection: Connection, account_id: AccountId, user_id: UserId) -> None:
    """Until nobody is about to write that they left: who does so later finds what this transaction writes. SQLite lets
    only one write anyway.
    """
    if connection.is_postgres:
        await connection.execute(AWAIT_POSTGRES, {"account_id": account_id, "user_id": user_id})


async def gone(connection: Connection, account_id: AccountId, user_ids: Iterable[UserId]) -> set[UserId]:
    """Those of them who were seen to leave, and not to come back."""
    parameters = {"account_id": account_id, "user_ids": json.dumps(list(user_ids))}
    return {UserId(row["user_id"]) for row in await connection.fetch_all(GONE, parameters)}


async def started_of(connection: Connection, account_id: AccountId, user_ids: Iterable[UserId]) -> set[UserId]:
    """Those of them who pressed Start."""
    parameters = {"account_id": account_id, "user_ids": json.dumps(list(user_ids))}
    return {UserId(row["user_id"]) for row in await connection.fetch_all(STARTED_OF, parameters)}


async def has_started(connection: Connection, account_id: AccountId, user_id: UserId) -> bool:
    row = await connection.fetch_one(GET, {"account_id": account_id, "user_id": user_id})
    return row is not None and row["started_at"] is not None


async def name(connection: Connection, account_id: AccountId, user_id: UserId) -> str | None:
    """None for somebody whom the bot never saw act."""
    row = await connection.fetch_one(NAME, {"account_id": account_id, "user_id": user_id})
    return None if row is None else str(row["name"])


async def everybody(connection: Connection, account_id: AccountId) -> list[Person]:
    """Who left too; whoever only left has no name."""
    rows = await connection.fetch_all(ALL, {"account_id": account_id})
    return [Person(UserId(row["user_id"]), row["name"], row["username"]) for row in rows]


async def team(connection: Connection, account_id: AccountId) -> list[tuple[UserId, str]]:
    """(user id, name) of everybody who acted in the account's chat, or has a lead, and was not seen to leave."""
    return [
        (UserId(row["user_id"]), str(row["name"]))
        for row in await connection.fetch_all(TEAM, {"account_id": account_id})
    ]


async def present(connection: Connection, account_id: AccountId) -> list[Person]:
    """As `team`, with the names by which they can be mentioned."""
    return [
        Person(UserId(row["user_id"]), str(row["name"]), row["username"])
        for row in await connection.fetch_all(TEAM, {"account_id": account_id})
    ]


async def names(connection: Connection, account_id: AccountId, user_ids: Iterable[UserId]) -> dict[UserId, str]:
    """Of those whom the bot has seen act."""
    parameters = {"account_id": account_id, "user_ids": json.dumps(list(user_ids))}
    return {UserId(row["user_id"]): str(row["name"]) for row in await connection.fetch_all(NAMES, parameters)}
