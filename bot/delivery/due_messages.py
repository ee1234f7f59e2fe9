"""What came due by itself, as messages: reminders, leads that nobody has claimed, digests. When is not decided here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery import outbox_bodies
from bot.delivery.messenger import Callout, DueReminder
from bot.domain.digest_times import DigestAudience
from bot.store import cards, escalations, leads, reminders, templates
from bot.store.escalations import EscalationStep
from bot.store.outbox_messages import MessageKind

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.delivery.messenger import Messenger
    from bot.domain.ids import AccountId, ChatPlace, MessageId
    from bot.lookup.digest import DigestReports
    from bot.store.database import Connection, Database
    from bot.store.outbox_messages import OutboxRow

PAGE: Final = 10
LATE_AFTER: Final = timedelta(minutes=10)
"""A reminder later than this says for when it was meant."""

OUTDATED: Final = timedelta(hours=3)
"""A digest that could not be sent, or made, for so long is not sent any more."""


class DueMessages:
    """None where there is nothing to say any more: everything was claimed meanwhile."""

    def __init__(
        self, database: Database, account_id: AccountId, clock: Clock, messenger: Messenger, reports: DigestReports
    ) -> None:
        self._reports = reports
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._messenger = messenger

    async def post(self, place: ChatPlace, row: OutboxRow, *, plain: bool) -> MessageId | None:
        say = {
            MessageKind.REMINDER: self._remind,
            MessageKind.CALLOUT: self._call_out,
            MessageKind.DIGEST: self._digest,
        }
        return await say[row.what](place, row, plain=plain)

    async def _remind(self, place: ChatPlace, row: OutboxRow, *, plain: bool) -> MessageId | None:
        reminder_id = outbox_bodies.number(row.body, "reminder_id")
        async with self._database.reading() as connection:
            reminder = await reminders.get(connection, self._account_id, reminder_id)
            stored = None if reminder is None else await leads.get(connection, self._account_id, reminder.lead_id)
            if reminder is None or stored is None or stored.is_left_alone:
                return None
            message_id = await cards.message_in(connection, self._account_id, reminder.lead_id, place.chat_id)
            template = await templates.get(connection, self._account_id, stored.lead.kind)
        is_late = self._clock.now() - reminder.due_at >= LATE_AFTER
        reminding = DueReminder(
            stored=stored,
            user_id=reminder.user_id,
            person_name=reminder.person_name,
            text=reminder.text,
            meant_for=reminder.due_at if is_late else None,
            template=template,
        )
        return await self._messenger.post_reminder(place, message_id, reminding, plain=plain)

    async def _call_out(self, place: ChatPlace, row: OutboxRow, *, plain: bool) -> MessageId | None:
        callout_id = outbox_bodies.number(row.body, "callout_id")
        async with self._database.reading() as connection:
            called = await callout(connection, self._account_id, callout_id)
            if called is None or not called.unclaimed or all(one.is_left_alone for one in called.leads):
                return None
            message_id = None
            if called.total == 1:
                lead_id = called.leads[0].lead_id
                message_id = await cards.message_in(connection, self._account_id, lead_id, place.chat_id)
        return await self._messenger.post_callout(place, message_id, called, plain=plain)

    async def _digest(self, place: ChatPlace, row: OutboxRow, *, plain: bool) -> MessageId | None:
        kind, slot_at = outbox_bodies.digest(row.body)
        if self._clock.now() - slot_at > OUTDATED:
            return None
        audience = DigestAudience.GROUP if row.chat_id is None else DigestAudience.ADMINS
        report = await self._reports.report(kind, slot_at=slot_at, audience=audience)
        return await self._messenger.post_digest(place, report, plain=plain)


async def callout(connection: Connection, account_id: AccountId, callout_id: int, page: int = 0) -> Callout | None:
    """A callout as it stands now: who has claimed meanwhile is named. Pages count from 0; beyond the last is the last.

    None for one that is not here.
    """
    called = await escalations.called(connection, account_id, callout_id)
    if called is None:
        return None
    pages = max(-(-called.total // PAGE), 1)
    page = min(max(page, 0), pages - 1)
    lead_ids = await escalations.leads_of(connection, account_id, callout_id, offset=page * PAGE, limit=PAGE)
    return Callout(
        callout_id=callout_id,
        is_for_admins=called.step is EscalationStep.ADMINS,
        is_of_missed=called.step is EscalationStep.MISSED,
        leads=tuple(await leads.many(connection, account_id, lead_ids)),
        total=called.total,
        unclaimed=called.unclaimed,
        page=page,
        pages=pages,
    )
