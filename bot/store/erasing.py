"""Overwrites what was sealed. In small transactions, each of which may be the last before a kill: whoever comes next
goes on where the rows say that it stands.

First the rows, zeroed by SQLite (`PRAGMA secure_delete`); then the words in the search index; then the file is written
anew, because SQLite leaves copies of rows in the gaps of pages from which it moved them. Last the log is emptied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId, BuyerId, LeadId
from bot.domain.lead import SealCause
from bot.store import accounts, forgetting, leads, sealing, seals
from bot.store.connections import listed
from bot.store.positions import position

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from bot.store.database import Connection, Database
    from bot.store.odd_bodies import LookedThrough

AT_ONCE: Final = 200
"""Rows to a transaction: some milliseconds."""
AGED_AT_ONCE: Final = 50
"""Leads that are looked at for their age, to a transaction."""
LOOKED_AT: Final = 2000

_DUE: Final = "seals.account_id = :account_id AND erased_at IS NULL AND (is_urgent = 1 OR sealed_at <= :before)"

OVERWRITE: Final = """
    DELETE FROM sealed_rows WHERE sealed_row_id IN (
        SELECT sealed_row_id FROM sealed_rows JOIN seals ON seals.seal_id = sealed_rows.seal_id
        WHERE {due} ORDER BY sealed_row_id LIMIT :limit)
    RETURNING 1
""".replace("{due}", _DUE)

DUE: Final = "SELECT seal_id FROM seals WHERE {due}".replace("{due}", _DUE)
LEFT: Final = """
    SELECT count(*) AS number FROM sealed_rows JOIN seals ON seals.seal_id = sealed_rows.seal_id WHERE {due}
""".replace("{due}", _DUE)
AT_WORK: Final = "SELECT DISTINCT account_id FROM seals WHERE erased_at IS NULL AND (is_urgent = 1 OR is_swept = 0)"
UNSWEPT: Final = "SELECT seal_id FROM seals WHERE is_swept = 0"
SWEPT: Final = "UPDATE seals SET is_swept = 1 WHERE seal_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:seal_ids))"
ERASED: Final = """
    UPDATE seals SET erased_at = :now WHERE seal_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:seal_ids))
        AND account_id = :account_id AND is_swept = 1
        AND NOT EXISTS (SELECT 1 FROM sealed_rows WHERE sealed_rows.seal_id = seals.seal_id)
"""

# The index begins with the account and goes by the time of enquiry; what was imported later than that is younger.
UNTOUCHED: Final = """
    SELECT lead_id, position FROM leads
    WHERE account_id = :account_id AND position >= :low AND position < :high ORDER BY position LIMIT :limit
"""
TOUCHED: Final = """
    SELECT lead_id FROM leads WHERE {these} AND (stored_at > :before OR stored_at < :since)
    UNION SELECT lead_id FROM changes WHERE {these} AND at > :before
    UNION SELECT lead_id FROM notes WHERE {these} AND at > :before
    UNION SELECT lead_id FROM reminders WHERE {these} AND (made_at > :before OR due_at > :before)
""".replace("{these}", sealing.THESE)

UNTOUCHED_POSTGRES: Final = "SELECT lead_id FROM all_leads WHERE {these} ORDER BY lead_id FOR UPDATE".replace(
    "{these}", sealing.THESE
)

RESEALS: Final = "SELECT 1 FROM reseals"
RESEALED: Final = "DELETE FROM reseals"
ACCOUNTS: Final = "SELECT DISTINCT account_id FROM seal_marks"
CONTACTS: Final = """
    SELECT contact, buyer_id FROM buyer_contacts WHERE account_id = :account_id AND contact > :after
    ORDER BY contact LIMIT :limit
"""
IDENTITIES: Final = """
    SELECT lead_id, identity FROM leads WHERE account_id = :account_id AND lead_id > :after
    ORDER BY lead_id LIMIT :limit
"""


async def left(connection: Connection, account_id: AccountId, before: datetime) -> int:
    """Rows that are still to be overwritten."""
    row = await connection.fetch_one(LEFT, {"account_id": account_id, "before": to_epoch(before)})
    return 0 if row is None else int(row["number"])


async def accounts_at_work(connection: Connection) -> list[AccountId]:
    """In which something is to leave the search index, or to be overwritten without waiting."""
    return [AccountId(row["account_id"]) for row in await connection.fetch_all(AT_WORK)]


async def erase(database: Database, account_id: AccountId, *, before: datetime, now: datetime) -> AsyncIterator[int]:
    """What was sealed before then, and what does not wait, to the end; yields how many rows each step overwrote. Does
    nothing where nothing is due.
    """
    async for number in overwrite(database, account_id, before=before):
        yield number
    seal_ids = await overwritten(database, account_id, before=before)
    if seal_ids:
        await database.write_anew()
        await finish(database, account_id, seal_ids, before=before, now=now)


async def overwrite(database: Database, account_id: AccountId, *, before: datetime) -> AsyncIterator[int]:
    """The first part of `erase`, as far as it is one account's."""
    async for _step in sweep(database):
        yield 0
    parameters = {"account_id": account_id, "before": to_epoch(before)}
    number = AT_ONCE if await overwritten(database, account_id, before=before) else 0
    while number == AT_ONCE:
        async with database.transaction() as connection:
            number = len(await connection.fetch_all(OVERWRITE, parameters | {"limit": AT_ONCE}))
        yield number


async def overwritten(database: Database, account_id: AccountId, *, before: datetime) -> list[int]:
    """The seals that wait, once their rows are overwritten, for the whole file to be written anew."""
    async with database.reading() as connection:
        rows = await connection.fetch_all(DUE, {"account_id": account_id, "before": to_epoch(before)})
    return [row["seal_id"] for row in rows]


async def finish(
    database: Database, account_id: AccountId, seal_ids: list[int], *, before: datetime, now: datetime
) -> None:
    """The file was written anew since these seals' rows were overwritten."""
    parameters = {"account_id": account_id, "before": to_epoch(before), "now": to_epoch(now)}
    async with database.transaction() as connection:
        await seals.hasten(connection, account_id, before)
        await connection.execute(ERASED, parameters | {"seal_ids": listed(seal_ids)})


async def sweep(database: Database) -> AsyncIterator[None]:
    """The words of what was sealed, out of the search index."""
    async with database.reading() as connection:
        seal_ids = [row["seal_id"] for row in await connection.fetch_all(UNSWEPT)]
    if not seal_ids:
        return
    is_begun, has_more = False, True
    while has_more:
        async with database.transaction() as connection:
            has_more = await forgetting.purge(connection, is_begun=is_begun)
            if not has_more:
                await connection.execute(SWEPT, {"seal_ids": listed(seal_ids)})
        is_begun = True
        yield


async def untouched(
    connection: Connection, account_id: AccountId, low: int, *, since: datetime, before: datetime
) -> tuple[list[LeadId], int | None]:
    """Some of the leads from a position on that were stored after `since` and that nobody has touched from `before`
    on, and where to go on; None at the end.
    """
    high = position(before)
    span = {"account_id": account_id, "low": low, "high": high, "limit": AGED_AT_ONCE}
    rows = await connection.fetch_all(UNTOUCHED, span)
    found = [LeadId(row["lead_id"]) for row in rows]
    touched = await _touched(connection, account_id, found, since, before)
    found = [one for one in found if one not in touched]
    return found, rows[-1]["position"] + 1 if len(rows) == AGED_AT_ONCE else None


async def still_untouched(
    connection: Connection, account_id: AccountId, found: Sequence[LeadId], *, since: datetime, before: datetime
) -> list[LeadId]:
    """Those that nobody has touched since they were found, and that nobody will before this transaction ends. SQLite
    lets only one write anyway.
    """
    if not connection.is_postgres:
        return list(found)
    await accounts.lock(connection, account_id)  # before the leads, as whoever seals does
    await connection.execute(UNTOUCHED_POSTGRES, {"account_id": account_id, "lead_ids": listed(found)})
    touched = await _touched(connection, account_id, found, since, before)
    return [one for one in found if one not in touched]


async def _touched(
    connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId], since: datetime, before: datetime
) -> set[LeadId]:
    bounds = {"account_id": account_id, "since": to_epoch(since), "before": to_epoch(before)}
    rows = await connection.fetch_all(TOUCHED, bounds | {"lead_ids": listed(lead_ids)})
    return {LeadId(row["lead_id"]) for row in rows}


async def seal_untouched(
    connection: Connection,
    account_id: AccountId,
    lead_ids: list[LeadId],
    seal_id: int | None,
    now: datetime,
    looked: LookedThrough | None = None,
) -> int:
    """Leads that are erased because of their age; the seal that they are counted under. `looked`: as for
    `sealing.seal`.
    """
    if seal_id is None:
        seal_id = await sealing.begin(connection, account_id, SealCause.AGE, at=now, is_urgent=True)
    found = await leads.many(connection, account_id, lead_ids)
    await sealing.seal(
        connection, account_id, seal_id, found, at=now, is_urgent=True, cause=SealCause.AGE, looked=looked
    )
    return seal_id


async def reseal(database: Database) -> None:
    """Seal again who was sealed, and came back with a restored backup."""
    async with database.reading() as connection:
        if await connection.fetch_one(RESEALS) is None:
            return
        account_ids = [row["account_id"] for row in await connection.fetch_all(ACCOUNTS)]
    for account_id in account_ids:
        await _reseal(database, account_id)
    async with database.transaction() as connection:
        await connection.execute(RESEALED)


async def _reseal(database: Database, account_id: AccountId) -> None:
    """A wish seals what was enquired before it; a lead that was sealed is sealed whatever its time."""
    async for rows in _in_portions(database, CONTACTS, account_id, ""):
        async with database.transaction() as connection:
            keys = await seals.keys(connection)
            marks = {seals.of_contact(key, contact): buyer_id for contact, buyer_id in rows for key in keys}
            found = await seals.marked(connection, account_id, marks)
            for mark, (_cause, second, is_urgent) in found.items():
                at = from_epoch(second)
                buyer_ids = [BuyerId(marks[mark])]
                await sealing.seal_buyers(connection, account_id, buyer_ids, at=at, until=at, is_urgent=is_urgent)
    async for rows in _in_portions(database, IDENTITIES, account_id, 0):
        async with database.transaction() as connection:
            keys = await seals.keys(connection)
            leads_by_mark = {seals.of_identity(key, identity): lead_id for lead_id, identity in rows for key in keys}
            found = await seals.marked(connection, account_id, leads_by_mark)
            for mark, (cause, second, is_urgent) in found.items():
                at, lead_ids = from_epoch(second), [LeadId(leads_by_mark[mark])]
                seal_id = await sealing.begin(connection, account_id, cause, at=at, is_urgent=is_urgent)
                sealed = await leads.many(connection, account_id, lead_ids)
                await sealing.seal(connection, account_id, seal_id, sealed, at=at, is_urgent=is_urgent, cause=cause)


async def _in_portions(
    database: Database, statement: str, account_id: AccountId, after: str | int
) -> AsyncIterator[list[tuple[Any, Any]]]:
    """Rows of two columns, in the order of the first."""
    number = LOOKED_AT
    while number == LOOKED_AT:
        async with database.reading() as connection:
            parameters = {"account_id": account_id, "after": after, "limit": LOOKED_AT}
            rows = [tuple(row) for row in await connection.fetch_all(statement, parameters)]
        number = len(rows)
        if rows:
            after = rows[-1][0]
            yield rows
