"""Messages that cannot be read, built or sent as anything step aside, so that all others go on; admins hear of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.notice import NoticeCode
from bot.log import origin
from bot.store import outbox, parked
from bot.store.outbox_messages import MessageKind

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.health.faults import Faults
    from bot.store.database import Database
    from bot.store.outbox_messages import OutboxRow
    from bot.store.parked import ParkReason

log = logging.getLogger(__name__)

TOLD_APART: Final = timedelta(minutes=10)
"""Between two messages to the admins: a flood of rows is a summary."""
NEWS: Final = timedelta(days=1)
"""What Leadbell itself had to say is of no use later."""


class UnbuildableError(Exception):
    """The message cannot be put together from its row; Telegram was not called. `cause` is a mistake of the program."""

    def __init__(self, reason: ParkReason, cause: Exception | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.cause = cause


@dataclass(eq=False, repr=False)
class Parking:
    """A parked row is tried once more when a different version of the program starts; until then it stays parked."""

    database: Database
    account_id: AccountId
    clock: Clock
    faults: Faults
    version: str

    async def park(
        self, outbox_id: int, reason: ParkReason, error: Exception | None = None, *, is_told: bool = False
    ) -> None:
        """Take the row out of the outbox. Admins are told soon, unless the message was just about that."""
        # The error's own text may quote a buyer.
        cause = "" if error is None else f" ({origin(error)})"
        log.error("message %d is put aside, %s%s; the others go on", outbox_id, reason.value, cause)
        async with self.database.transaction() as connection:
            await parked.park(
                connection,
                self.account_id,
                outbox_id,
                reason,
                version=self.version,
                now=self.clock.now(),
                is_told=is_told,
            )

    async def split(self, row: OutboxRow) -> bool:
        """A list is halved until what spoils it stands alone: the other leads arrive. False where it is no list."""
        lead_ids = row.body.get("lead_ids")
        if row.what is not MessageKind.LISTING or not isinstance(lead_ids, list) or len(lead_ids) < 2:
            return False
        log.warning("message %d is a list that cannot be said; it is halved", row.outbox_id)
        half = len(lead_ids) // 2
        halves = [replace(row, body={**row.body, "lead_ids": some}) for some in (lead_ids[:half], lead_ids[half:])]
        async with self.database.transaction() as connection:
            await outbox.done(connection, self.account_id, row.outbox_id)
            await outbox.add(connection, self.account_id, halves, self.clock.now())
        return True

    async def tell(self) -> bool:
        """Tell the admins of what they do not know yet, all in one message. True if something was queued."""
        now = self.clock.now()
        async with self.database.reading() as connection:
            if not await parked.untold(connection, self.account_id):
                return False
            last = await parked.last_told(connection, self.account_id)
        # A clock that was set back may put the last time in the future.
        if last is not None and abs(now - last) < TOLD_APART:
            return False
        async with self.database.transaction() as connection:
            counted = await parked.tell(connection, self.account_id, now)
            if counted:
                await self.faults.tell_admins(connection, NoticeCode.PARKED, counted)
        return bool(counted)

    async def release(self) -> None:
        """At the start: what another version could not say, this one tries once."""
        now = self.clock.now()
        async with self.database.reading() as connection:
            if not (await parked.summary(connection, self.account_id)).number:
                return
        async with self.database.transaction() as connection:
            number = await parked.release(
                connection, self.account_id, version=self.version, now=now, news_since=now - NEWS
            )
        if number:
            log.info("%d messages that another version put aside are tried again", number)
