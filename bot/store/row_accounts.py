"""Whose a row is that a button names by its number, of all accounts', before it is known which account is meant.

Says nothing else of it. For leads and views, which are named in links too, see `leads` and `views`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.ids import AccountId

if TYPE_CHECKING:
    from bot.store.database import Connection

LARGEST: Final = 2**63 - 1
OF_CALLOUT: Final = "SELECT account_id FROM callouts WHERE callout_id = :number"
OF_REMINDER: Final = "SELECT account_id FROM reminders WHERE reminder_id = :number"


async def of_callout(connection: Connection, callout_id: int) -> AccountId | None:
    return await _account(connection, OF_CALLOUT, callout_id)


async def of_reminder(connection: Connection, reminder_id: int) -> AccountId | None:
    return await _account(connection, OF_REMINDER, reminder_id)


async def _account(connection: Connection, statement: str, number: int) -> AccountId | None:
    if not 0 < number <= LARGEST:
        return None
    row = await connection.fetch_one(statement, {"number": number})
    return None if row is None else AccountId(row["account_id"])
