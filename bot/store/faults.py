"""The `faults` table: lasting troubles from their start to their end; and `last_faults`, when each was over last.

Whoever comes upon one at the same time: the key lets one row be, and one caller is told that it is theirs to tell, or
to end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId
from bot.store.connections import listed
from bot.store.notices import HOUR
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from bot.store.database import Connection


@dataclass(frozen=True, slots=True)
class OpenFault:
    fault: str
    since: datetime
    message: str
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class PastFault:
    fault: str
    since: datetime
    ended_at: datetime


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

NOTE_ENDED: Final = """
    INSERT INTO last_faults (account_id, fault, since, ended_at) VALUES (:account_id, :fault, :since, :now)
    ON CONFLICT (account_id, fault) DO UPDATE SET since = excluded.since, ended_at = excluded.ended_at
"""

LAST: Final = """
    SELECT fault, since, ended_at FROM last_faults WHERE account_id = :account_id ORDER BY ended_at DESC, fault LIMIT 1
"""

LASTING: Final = """
    SELECT account_id FROM faults
    WHERE told_at IS NULL AND NOT (fault IN (SELECT value FROM json_each(:patient)) AND abs(:now - since) < :patience)
    UNION SELECT account_id FROM notices WHERE began_at <= :now - :hour OR began_at > :now + :hour
    UNION SELECT account_id FROM parked WHERE told_at IS NULL
"""

IS_OPEN: Final = "SELECT 1 FROM faults WHERE fault = :fault LIMIT 1"


async def start(connection: Connection, account_id: AccountId, fault: str, *, message: str, now: datetime) -> None:
    """Open the fault; one that is open already keeps its start and takes the newer words."""
    parameters = {"account_id": account_id, "fault": fault, "message": storable(message), "now": to_epoch(now)}
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


async def accounts_to_tell(
    connection: Connection, patient: Iterable[str], patience: timedelta, now: datetime
) -> list[AccountId]:
    """In which people may have to be told of something by now; of the `patient` faults after so long."""
    parameters = {"patient": listed(patient), "patience": patience.total_seconds(), "now": to_epoch(now), "hour": HOUR}
    return [AccountId(row["account_id"]) for row in await connection.fetch_all(LASTING, parameters)]


async def is_open(connection: Connection, fault: str) -> bool:
    """In any account."""
    return await connection.fetch_one(IS_OPEN, {"fault": fault}) is not None


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


async def note_ended(connection: Connection, account_id: AccountId, ended: OpenFault, now: datetime) -> None:
    """It is the last of those that people were told of."""
    parameters = {"account_id": account_id, "fault": ended.fault, "since": to_epoch(ended.since), "now": to_epoch(now)}
    await connection.execute(NOTE_ENDED, parameters)


async def last(connection: Connection, account_id: AccountId) -> PastFault | None:
    row = await connection.fetch_one(LAST, {"account_id": account_id})
    return None if row is None else PastFault(row["fault"], from_epoch(row["since"]), from_epoch(row["ended_at"]))
