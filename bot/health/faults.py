"""Lasting troubles: opened, told once, closed, told once. The words are made in `bot.chat`."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.card import Lateness
from bot.domain.ids import ChatId
from bot.domain.notice import Fault, NoticeCode
from bot.domain.priority import Priority
from bot.i18n import kept
from bot.store import accounts, faults, notices, outbox
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.store.database import Connection

log = logging.getLogger(__name__)

ADMINS_ONLY: Final = frozenset(
    {Fault.KEY_UNTRIED, Fault.CHAT_REFUSED, Fault.TOPIC_GONE, Fault.UNREADABLE, Fault.CLOCK_WRONG, Fault.BACKUP}
)
"""Of no use to the team, or not to be had by it."""

OF_THE_WAY: Final = frozenset({Fault.API_DOWN, Fault.NO_CONNECTION})
"""What any answer in IndiaMART's own words ends. One outage may show as both, and is told as one."""
OF_THE_KEY: Final = frozenset({Fault.WRONG_KEY, Fault.KEY_BLOCKED, Fault.KEY_SHARED, Fault.KEY_UNTRIED})
"""What any answer ends that only a good key gets."""
OF_A_WINDOW: Final = frozenset({Fault.NOT_READY, Fault.REFUSED})
"""What may be wrong with old windows only, while new ones are answered."""
INDIAMART: Final = OF_THE_WAY | OF_THE_KEY | OF_A_WINDOW
"""What one good answer from IndiaMART ends."""

LONG: Final = timedelta(minutes=30)
PATIENCE: Final = dict.fromkeys({*OF_THE_WAY, Fault.KEY_SHARED}, LONG)
"""How long a fault has to last before people are told; the others are told at once."""

LATENESS: Final = {
    Fault.WRONG_KEY: Lateness.KEY_REFUSED,
    Fault.KEY_UNTRIED: Lateness.STOPPED,
    Fault.KEY_BLOCKED: Lateness.KEY_BLOCKED,
    Fault.KEY_SHARED: Lateness.KEY_SHARED,
    Fault.NO_CONNECTION: Lateness.NO_CONNECTION,
    Fault.API_DOWN: Lateness.INDIAMART,
    Fault.NOT_READY: Lateness.WITHHELD,
    Fault.REFUSED: Lateness.WITHHELD,
}
"""What cards say of leads that came late because of it."""


async def accounts_to_tell(connection: Connection, now: datetime) -> list[AccountId]:
    """In which something has lasted long enough to be told, or was held back for long enough."""
    return await faults.accounts_to_tell(connection, PATIENCE, LONG, now)


class Faults:
    """Works inside the caller's transaction, so that a change and its announcement are one."""

    def __init__(self, account_id: AccountId, clock: Clock, admins: Sequence[int]) -> None:
        self._account_id = account_id
        self._clock = clock
        self._admins = [ChatId(user_id) for user_id in admins]
        self._is_retired = False

    def retire(self) -> None:
        """The account is set anew: what is heard from now on is of a former key, and says nothing of the new one."""
        self._is_retired = True

    async def start(
        self, connection: Connection, fault: Fault, *, message: str = "", is_lasting: bool = False, **facts: int
    ) -> None:
        """Open the fault, and tell it once it has lasted long enough, or if it is known to last."""
        if self._is_retired and fault in OF_THE_KEY:
            return
        await accounts.lock(connection, self._account_id)  # of one outage that shows as both, two may tell
        now = self._clock.now()
        open_before = {one.fault: one for one in await faults.current(connection, self._account_id)}
        other = next((one for one in open_before.values() if {fault, one.fault} == OF_THE_WAY), None)
        if other is not None and other.told_at is not None:
            return
        known = open_before.get(fault, other)
        since = now if known is None else known.since
        if fault not in open_before:
            log.warning("fault started: %s %s", fault.value, message)
        if other is not None:
            await faults.end(connection, self._account_id, other.fault)
        if fault is Fault.WRONG_KEY:
            await faults.end(connection, self._account_id, Fault.KEY_UNTRIED)  # that is how it went
        await faults.start(connection, self._account_id, fault, message=kept(message), now=since)
        # A clock that was set back may put the start in the future.
        if not is_lasting and abs(now - since) < PATIENCE.get(fault, timedelta(0)):
            return
        if await faults.tell(connection, self._account_id, fault, now):
            told: dict[str, str | int] = {
                "fault": fault.value,
                "since": to_epoch(since),
                "message": kept(message),
                **facts,
            }
            await self._say(connection, NoticeCode.FAULT_STARTED, told, fault)

    async def key_untried(self, connection: Connection) -> None:
        """Whoever set the key knows; people hear how it went."""
        await faults.start(connection, self._account_id, Fault.KEY_UNTRIED, message="", now=self._clock.now())
        await faults.tell(connection, self._account_id, Fault.KEY_UNTRIED, self._clock.now())

    async def end(self, connection: Connection, which: Iterable[Fault]) -> None:
        """Close these faults, as far as they are open; people hear of the end if they heard of the start."""
        now = self._clock.now()
        ending = {one.fault for one in await faults.current(connection, self._account_id)}.intersection(which)
        if self._is_retired:
            ending -= OF_THE_KEY
        if ending:
            await accounts.lock(connection, self._account_id)  # before the faults' own rows, as `start` does
        for fault in sorted(ending):
            ended = await faults.end(connection, self._account_id, fault)
            log.info("fault ended: %s", fault)
            if ended is not None and ended.told_at is not None:
                await faults.note_ended(connection, self._account_id, ended, now)
                over: dict[str, str | int] = {"fault": fault, "since": to_epoch(ended.since), "until": to_epoch(now)}
                await self._say(connection, NoticeCode.FAULT_ENDED, over, Fault(fault))

    async def why_overdue(self, connection: Connection, *, has_failed: bool) -> Lateness:
        """Why a poll is overdue: because of the fault that is open longest, also after a restart; `has_failed`: the
        last poll of this run did. Where none is open we were not running.
        """
        heeded = INDIAMART if has_failed else INDIAMART - OF_A_WINDOW
        known = (Fault(one.fault) for one in await faults.current(connection, self._account_id))
        reasons = (LATENESS[fault] for fault in known if fault in heeded)
        return next(reasons, Lateness.INDIAMART if has_failed else Lateness.STOPPED)

    async def tell_lasting(self, connection: Connection) -> None:
        """Tell what has gone on for long enough by now, without waiting for the next failure."""
        await accounts.lock(connection, self._account_id)  # what a poll ends meanwhile is not opened anew
        await self._summarise(connection)
        now = self._clock.now()
        for one in await faults.current(connection, self._account_id):
            if one.told_at is None and one.fault in set(Fault):  # another version may have opened it
                fault = Fault(one.fault)
                if abs(now - one.since) >= PATIENCE.get(fault, timedelta(0)):
                    await self.start(connection, fault, message=one.message)

    async def announce(self, connection: Connection, code: NoticeCode, facts: Mapping[str, str | int]) -> None:
        """Say something to the group that is no fault."""
        await self._post(connection, code, facts, [None])

    async def tell_admins(self, connection: Connection, code: NoticeCode, facts: Mapping[str, str | int]) -> None:
        """Say it to the admins; to the group where none are set, because somebody has to hear of it."""
        await self._post(connection, code, facts, self._admins or [None])

    async def unreadable(self, connection: Connection, reason: str, number: int) -> None:
        """So many rows or bodies are no leads. In an hour a few messages say so, and after it one says all the rest."""
        await self._summarise(connection)
        kind = Fault.UNREADABLE
        if await notices.count(connection, self._account_id, kind.value, number=number, now=self._clock.now()):
            await self._tell_unreadable(connection, reason, number, self._clock.now())

    async def _summarise(self, connection: Connection) -> None:
        """What was held back in an hour that is over."""
        for over in await notices.finished(connection, self._account_id, self._clock.now()):
            if over.held and over.kind == Fault.UNREADABLE:
                await self._tell_unreadable(connection, "", over.held, over.began_at)

    async def _tell_unreadable(self, connection: Connection, reason: str, number: int, since: datetime) -> None:
        facts: dict[str, str | int] = {"fault": Fault.UNREADABLE.value, "message": kept(reason), "count": number}
        facts["since"] = to_epoch(since)
        await self.tell_admins(connection, NoticeCode.FAULT_STARTED, facts)

    async def _say(
        self, connection: Connection, code: NoticeCode, facts: Mapping[str, str | int], fault: Fault
    ) -> None:
        is_for_admins = fault is Fault.CHAT_REFUSED or (fault in ADMINS_ONLY and self._admins)
        await self._post(connection, code, facts, [*([] if is_for_admins else [None]), *self._admins])

    async def _post(
        self,
        connection: Connection,
        code: NoticeCode,
        facts: Mapping[str, str | int],
        addresses: Sequence[ChatId | None],
    ) -> None:
        """None is the group."""
        body = {"code": code.value, "facts": dict(facts)}
        drafts = [
            Draft(what=MessageKind.NOTICE, turn=Priority.NOTICE, body=body, chat_id=chat_id) for chat_id in addresses
        ]
        await outbox.add(connection, self._account_id, drafts, self._clock.now())
