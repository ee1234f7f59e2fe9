"""The `faults` table: lasting troubles from their start to their end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection


@dataclass(frozen=True, slots=True)
class OpenFault:
    fault: str
    since: datetime
    message: str
    told_at: datetime | None


START: Final = """
    INSERT INTO faults (account_id, fault, since, message) VALUES (:account_id, :fault, :now, :message)
    ON CONFLICT (account_id, fault) DO UPDATE SET message = excluded.message
"""

ALL: Final = "SELECT * FROM faults WHERE account_id = :account_id ORDER BY since, fault"

TELL: Final = """
    UPDATE faults SET told_at = :now WHERE account_id = :account_id AND fault = :fault AND told_at IS NULL
    RETURNING fault
"""

END: Final = "DELETE FROM faults WHERE account_id = :account_id AND fault = :fault RETURNING *"


async def start(connection: Connection, account_id: AccountId, fault: str, *, message: str, now: datetime) -> None:
    """Open the fault; one that is open already keeps its start and takes the newer words."""
    parameters = {"account_id": account_id, "fault": fault, "message": message, "now": to_epoch(now)}
    await connection.execute(START, parameters)


async def current(connection: Connection, account_id: AccountId) -> list[OpenFault]:
    """All open faults, the longest first."""
    return [
        OpenFault(
            row["fault"],
            from_epoch(row["since"]),
            row["message"],
            None if row["told_at"] is None else from_epoch(row["told_at"]),
        )
        for row in await connection.fetch_all(ALL, {"account_id": account_id})
    ]


async def tell(connection: Connection, account_id: AccountId, fault: str, now: datetime) -> bool:
    """True once per fault: now is the time to say it."""
    parameters = {"account_id": account_id, "fault": fault, "now": to_epoch(now)}
    return await connection.fetch_one(TELL, parameters) is not None


async def end(connection: Connection, account_id: AccountId, fault: str) -> OpenFault | None:
    """Close the fault; what it was, if it was open."""
    row = await connection.fetch_one(END, {"account_id": account_id, "fault": fault})
    if row is None:
        return None
    told_at = None if row["told_at"] is None else from_epoch(row["told_at"])
    return OpenFault(row["fault"], from_epoch(row["since"]), row["message"], told_at)
