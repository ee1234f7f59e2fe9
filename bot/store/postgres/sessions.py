"""A process's session at the server, and what follows from it: who is there, and whether a bot is still one's own.

A process is there as long as its session holds the advisory lock of its number (`runs`): docs/decisions/029.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.errors import NotHeldError
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.connections import Connection

LOCKS: Final = 1_279_607_372
"""The first half of the key of all those locks; the other is the process's number."""

SESSION: Final = "SET application_name = 'leadbell session'; SET statement_timeout = 3000; SET lock_timeout = 2000"

# Also where the process is frozen or cut off, and nothing tells the server so.
END_AFTER: Final = "SELECT set_config('idle_session_timeout', :milliseconds, false)"

LOCK: Final = f"SELECT pg_try_advisory_lock({LOCKS}, CAST(:run_id AS INTEGER)) AS is_taken"

BEAT: Final = "SELECT pg_backend_pid() AS pid"

LOCKED: Final = f"""
    SELECT CAST(objid AS BIGINT) AS run_id, pid FROM pg_locks
    WHERE locktype = 'advisory' AND classid = {LOCKS} AND objsubid = 2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - a number of ours

END_SESSION: Final = f"SELECT pg_terminate_backend(pid) FROM ({LOCKED}) AS sessions WHERE run_id = :run_id"  # noqa: S608

# Of a process that stands still in the middle of a transaction, and so keeps others from what it had.
END_FROZEN: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND state LIKE 'idle in transaction%'
        AND application_name = 'leadbell' AND state_change < clock_timestamp() - INTERVAL '6 seconds'
"""

BUSY: Final = """
    SELECT bot_id FROM holds WHERE bot_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:bots))
    EXCEPT SELECT bot_id FROM (
        SELECT bot_id FROM holds WHERE bot_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:bots))
        FOR UPDATE SKIP LOCKED
    ) AS idle
"""

# Who wants to take it waits for the transaction that has read this.
EPOCH: Final = "SELECT epoch FROM holds WHERE bot_id = :bot_id FOR SHARE"


async def open_session(connection: Connection, run_id: int, before: int, ended_after: float) -> int:
    """From now on this process is there, under this number, and no more under the one before. After so many seconds
    without a word the server ends the session. Its number at the server.
    """
    await connection.execute(SESSION)
    await connection.execute(END_AFTER, {"milliseconds": str(int(ended_after * 1000))})
    if before:
        await connection.execute(END_SESSION, {"run_id": before})
    row = await connection.fetch_one(LOCK, {"run_id": run_id})
    if row is None or not row["is_taken"]:
        raise NotHeldError("the number of this process is another's")
    return await beat(connection)


async def beat(connection: Connection) -> int:
    """A word to the server. Another number than at first: the lock is another session's, as behind a pooler."""
    row = await connection.fetch_one(BEAT)
    return 0 if row is None else int(row["pid"])


async def there(connection: Connection) -> set[int]:
    """The numbers of the processes that are there."""
    return {int(row["run_id"]) for row in await connection.fetch_all(LOCKED)}


async def end_frozen(connection: Connection) -> None:
    await connection.execute(END_FROZEN)


async def busy(connection: Connection, bots: Iterable[int]) -> set[int]:
    """Those of these bots for which somebody is writing just now. The others wait for this transaction."""
    return {int(row["bot_id"]) for row in await connection.fetch_all(BUSY, {"bots": listed(bots)})}


async def epoch(connection: Connection, bot_id: int) -> int:
    """Of who has the bot. As the first statement: nobody takes it before the commit."""
    row = await connection.fetch_one(EPOCH, {"bot_id": bot_id})
    return 0 if row is None else int(row["epoch"])
