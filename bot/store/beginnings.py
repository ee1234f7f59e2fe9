"""What stands in the database of accounts that a process begins to serve: in one go for many, who may be thousands."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch
from bot.domain.ids import AccountId, ChatId, ChatPlace, UserId
from bot.domain.lead import Window
from bot.store import accounts
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.store.accounts import Account
    from bot.store.connections import Row
    from bot.store.database import Connection

_OF_THESE: Final = "account_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:accounts))"

ACCOUNTS: Final = f"SELECT * FROM accounts WHERE {_OF_THESE}"  # noqa: S608 - a constant of ours, as below
SPANS: Final = f"SELECT * FROM coverage WHERE {_OF_THESE} ORDER BY starts_at"  # noqa: S608
MOVES: Final = f"SELECT account_id, old_chat_id, new_chat_id FROM moves WHERE {_OF_THESE}"  # noqa: S608
LOST_TOPICS: Final = f"SELECT account_id, chat_id, thread_id FROM lost_topics WHERE {_OF_THESE}"  # noqa: S608
ROUTES: Final = f"""
    SELECT account_id, chat_id FROM routes
    WHERE {_OF_THESE} AND rank IS NOT NULL AND chat_id IS NOT NULL
"""  # noqa: S608
SENDS: Final = f"""
    SELECT account_id, chat_id, sent_at FROM sends
    WHERE {_OF_THESE} AND sent_at >= :since AND held_until IS NULL
"""  # noqa: S608
HOLDS: Final = f"""
    SELECT account_id, chat_id, sent_at, held_until FROM sends
    WHERE {_OF_THESE} AND held_until IS NOT NULL
"""  # noqa: S608
PARKED: Final = f"SELECT DISTINCT account_id FROM parked WHERE {_OF_THESE}"  # noqa: S608
CALLOUTS: Final = f"""
    SELECT DISTINCT account_id FROM escalations
    WHERE {_OF_THESE} AND (settled_at IS NULL OR missed_clock IS NOT NULL)
"""  # noqa: S608
FIRST_LOOKS: Final = f"""
    SELECT account_id, kind, made_at FROM digests WHERE {_OF_THESE} AND audience = '' AND wall = ''
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    account: Account
    spans: list[Window]
    """What is covered, oldest first."""
    moves: dict[ChatId, ChatId]
    """The new id by the old one."""
    lost_topics: set[ChatPlace]
    """Topics of routes that were deleted."""
    route_chats: frozenset[ChatId]
    """Chats beside the account's that leads go to."""
    sends: list[tuple[ChatId, float]]
    """(chat, time) of writing calls, oldest first."""
    holds: list[tuple[ChatId, float, float]]
    """(chat, since, until): Telegram asked for no call meanwhile."""
    first_looks: dict[str, datetime]
    """Since when digests are looked for, by their times."""
    admins: frozenset[UserId]
    """Whom private chats show numbers as admins, by the settings that it was served with before."""
    chat_id: ChatId | None
    """The chat that it was served in before; None where it never was, or by a version that did not note it."""
    bot_id: int | None
    """The same of the bot."""
    has_parked: bool
    has_callouts: bool
    """Leads that may have to be called out."""


async def of(
    connection: Connection, account_ids: Collection[AccountId], sends_since: float = 0.0
) -> dict[AccountId, Beginning]:
    """Those of these accounts that are there."""
    these = {"accounts": listed(account_ids)}

    async def found(statement: str) -> dict[int, list[Row]]:
        rows = defaultdict(list)
        for row in await connection.fetch_all(statement, these):
            rows[row["account_id"]].append(row)
        return rows

    spans, moves, topics, chats = [await found(one) for one in (SPANS, MOVES, LOST_TOPICS, ROUTES)]
    parked, callouts, looks, holds = [await found(one) for one in (PARKED, CALLOUTS, FIRST_LOOKS, HOLDS)]
    sends = defaultdict(list)
    for row in await connection.fetch_all(SENDS, these | {"since": sends_since}):
        sends[row["account_id"]].append((ChatId(row["chat_id"]), float(row["sent_at"])))
    return {
        AccountId(number): Beginning(
            account=accounts.read(row),
            spans=[Window(from_epoch(one["starts_at"]), from_epoch(one["ends_at"])) for one in spans[number]],
            moves={ChatId(one["old_chat_id"]): ChatId(one["new_chat_id"]) for one in moves[number]},
            lost_topics={ChatPlace(ChatId(one["chat_id"]), one["thread_id"]) for one in topics[number]},
            route_chats=frozenset(ChatId(one["chat_id"]) for one in chats[number]),
            sends=sorted(sends[number], key=itemgetter(1)),
            holds=[(ChatId(one["chat_id"]), one["sent_at"], float(one["held_until"])) for one in holds[number]],
            first_looks={one["kind"]: from_epoch(one["made_at"]) for one in looks[number]},
            admins=frozenset(map(UserId, json.loads(row["admins"]))),
            chat_id=None if row["chat_id"] is None else ChatId(row["chat_id"]),
            bot_id=row["bot_id"],
            has_parked=number in parked,
            has_callouts=number in callouts,
        )
        for number, (row,) in (await found(ACCOUNTS)).items()
    }
