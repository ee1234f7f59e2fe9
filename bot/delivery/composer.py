"""Turns one outbox row into one message: as it should be, or more simply, as plain text or a picture's words."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery import outbox_bodies
from bot.delivery.due_messages import DueMessages
from bot.delivery.messenger import Listing, edited
from bot.delivery.parking import UnbuildableError
from bot.delivery.posted_recorder import AGAIN, PostedRecorder, Sent
from bot.delivery.private_cards import PrivateCards
from bot.domain.card import Card, Lateness
from bot.domain.person import Person
from bot.domain.priority import Priority
from bot.errors import DeliveryError, DeliveryTrouble, StoreError
from bot.health.troubles import Activity, cause_of
from bot.log import origin
from bot.lookup.card_facts import assemble, assemble_sealed, is_time_known
from bot.store import cards, lead_routes, leads
from bot.store.outbox_messages import MessageKind
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.clock import Clock
    from bot.delivery.messenger import Messenger
    from bot.domain.ids import AccountId, ChatPlace, MessageId
    from bot.domain.notice import Fault
    from bot.domain.photo import Photo
    from bot.domain.sight import SightRule
    from bot.health.faults import Faults
    from bot.health.metrics import Attempts, Metrics
    from bot.health.response_times import ResponseTimes
    from bot.health.troubles import Troubles
    from bot.lookup.digest import DigestReports
    from bot.store.database import Database
    from bot.store.outbox_messages import OutboxRow

log = logging.getLogger(__name__)

LATE_AFTER: Final = timedelta(minutes=10)
FOR_ADMINS: Final = frozenset({MessageKind.CALLOUT, MessageKind.DIGEST, MessageKind.PHOTO, MessageKind.NOTICE})
"""In private only they get them, and may have ceased to be admins since it was queued."""


class Composer:
    def __init__(  # noqa: PLR0913 - a message needs that much
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        messenger: Messenger,
        faults: Faults,
        metrics: Metrics,
        attempts: Attempts,
        *,
        escalates: bool,
        rule: SightRule,
        times: ResponseTimes,
        reports: DigestReports,
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._messenger = messenger
        self._metrics = metrics
        self._attempts = attempts
        self._dues = DueMessages(database, account_id, clock, messenger, reports)
        self._private = PrivateCards(database, account_id, clock, messenger, rule)
        self._recorder = PostedRecorder(
            database, account_id, clock, faults, self._private, self.troubles, group=rule.group, escalates=escalates,
            times=times,
        )  # fmt: skip
        self._admins = rule.admins
        self._started_at = clock.now()

    @property
    def troubles(self) -> Troubles:
        return self._metrics.troubles

    async def send(
        self, place: ChatPlace, row: OutboxRow, mended: Iterable[Fault] = (), *, plain: bool = False
    ) -> None:
        """Post it, and record in one transaction that it was posted. `plain` is for what was refused as it should be.

        `mended` are the faults that a message which stands there proves to be over. Raises UnbuildableError for a row
        of which no message can be made.
        """
        card = await self._card(row)
        try:
            sent = await self._counted(place, row, card, plain=plain)
        except (DeliveryError, StoreError, UnbuildableError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever rendering trips over
            log.error("message %d cannot be rendered (%s); sent as plain text", row.outbox_id, origin(error))  # noqa: TRY400
            sent = await self._post_unrendered(place, row, card)
        await self._recorder.record(place, row, card, sent, mended)

    async def _post_unrendered(self, place: ChatPlace, row: OutboxRow, card: Card | None) -> Sent:
        """As plain text. Where even that cannot be put together, Telegram was not asked for anything."""
        try:
            return await self._counted(place, row, card, plain=True)
        except (DeliveryError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever rendering trips over
            raise UnbuildableError(ParkReason.NOT_BUILT, error) from None

    async def _card(self, row: OutboxRow) -> Card | None:
        if row.what not in {MessageKind.CARD, MessageKind.EDIT}:
            return None
        if row.lead_id is None:
            raise UnbuildableError(ParkReason.LEAD_MISSING)
        async with self._database.reading() as connection:
            card = await assemble(connection, self._account_id, row.lead_id, now=self._clock.now())
            card = card or await assemble_sealed(connection, self._account_id, row.lead_id)
            if card is None:
                raise UnbuildableError(ParkReason.LEAD_MISSING)
            if row.what is MessageKind.CARD and card.stored.sealed_for is not None:
                return None
            if row.what is MessageKind.EDIT and await cards.get(connection, self._account_id, row.lead_id) is None:
                return None
        return self._with_lateness(card, row)

    def _with_lateness(self, card: Card, row: OutboxRow) -> Card:
        """A card that was asked for, or posted before, keeps silent about how late it is."""
        now = self._clock.now()
        is_posted = row.what is MessageKind.EDIT or row.body.get(AGAIN, False) or not is_time_known(card.stored, now)
        if is_posted or row.queued_at - card.stored.stored_at >= LATE_AFTER or card.late_reason is not None:
            return card
        late_by = now - card.stored.stored_at
        if late_by < LATE_AFTER:
            return replace(card, late_reason=row.late if row.late is not None and row.late.is_of_poll else None)
        # What nothing is known to have held up was late before this run, or is paced.
        was_late_before = self._started_at - row.queued_at >= LATE_AFTER
        unknown = Lateness.STOPPED if was_late_before else Lateness.BUSY
        return replace(card, late_by=late_by, late_reason=row.late or unknown)

    async def _counted(self, place: ChatPlace, row: OutboxRow, card: Card | None, *, plain: bool) -> Sent:
        begun_at, begun = self._clock.now(), self._clock.monotonic()
        is_to_group = row.chat_id is None and row.thread_id is None
        if is_to_group:
            self._attempts.moved_at = begun
        try:
            message_id = await self._post(place, row, card, plain=plain)
        except DeliveryError as error:
            is_failure = error.trouble not in {DeliveryTrouble.FLOOD, DeliveryTrouble.MOVED, DeliveryTrouble.MESSAGE}
            self._metrics.sends.labels(error.trouble.value).inc()
            if is_to_group and is_failure:
                self._attempts.refused(self._clock.monotonic())
            self.troubles.count(Activity.SEND, cause_of(error))
            raise
        now = self._clock.monotonic()
        self._metrics.sends.labels("ok").inc()
        if is_to_group:
            self._attempts.sent(now)
        if card is not None and row.turn == Priority.CARD:
            self._metrics.posted(card.stored, begun_at, now - begun)
        return Sent(message_id, begun_at, now - begun)

    async def _post(self, place: ChatPlace, row: OutboxRow, card: Card | None, *, plain: bool) -> MessageId | None:
        """One message to Telegram; None where there is nothing to say any more."""
        if row.what in FOR_ADMINS and row.chat_id is not None and row.chat_id > 0 and row.chat_id not in self._admins:
            return None  # they are none any more
        if row.what is MessageKind.CARD:
            return None if card is None else await self._messenger.post_card(place, card, plain=plain)
        if row.what is MessageKind.EDIT:
            return None if card is None else await self._edit(place, card, plain=plain)
        if row.what is MessageKind.PRIVATE:
            return await self._private.post(place, row, plain=plain)
        return await self._post_other(place, row, plain=plain)

    async def _post_other(self, place: ChatPlace, row: OutboxRow, *, plain: bool) -> MessageId | None:
        """What is no lead's card."""
        if row.what is MessageKind.LISTING:
            listing = await self._listing(row)
            return None if listing is None else await self._messenger.post_listing(place, listing, plain=plain)
        if row.what is MessageKind.POINTER:
            return await self._point(place, row, plain=plain)
        if row.what in {MessageKind.REMINDER, MessageKind.CALLOUT, MessageKind.DIGEST}:
            return await self._dues.post(place, row, plain=plain)
        if row.what is MessageKind.PHOTO:
            return await self._post_photo(place, outbox_bodies.photo(row.body), plain=plain)
        return await self._messenger.post_notice(place, outbox_bodies.notice(row.body), plain=plain)

    async def _post_photo(self, place: ChatPlace, photo: Photo, *, plain: bool) -> MessageId:
        """What is refused as a picture is said in its words."""
        if plain and photo.png is not None:
            return await self._messenger.post_photo(place, photo.in_words)
        return await self._messenger.post_photo(place, photo, plain=plain)

    async def _edit(self, place: ChatPlace, card: Card, *, plain: bool) -> MessageId | None:
        """None where the card stands here no more: it was deleted by hand, or the group has moved."""
        async with self._database.reading() as connection:
            message_id = await cards.message_in(connection, self._account_id, card.stored.lead_id, place.chat_id)
        return None if message_id is None else await edited(self._messenger, place, message_id, card, plain=plain)

    async def _listing(self, row: OutboxRow) -> Listing | None:
        """None where all of its leads were sealed meanwhile."""
        heading, lead_ids = outbox_bodies.listing(row.body)
        async with self._database.reading() as connection:
            found = await leads.many(connection, self._account_id, lead_ids)
            given = await lead_routes.given(connection, self._account_id, lead_ids)
            if not found and await leads.sealed(connection, self._account_id, lead_ids):
                return None
        if not found:
            raise UnbuildableError(ParkReason.LEAD_MISSING)
        owners = {one.owner_id: one.owner_name or "" for one in found if one.lead_id in given}
        people = (Person(user_id, name) for user_id, name in owners.items() if user_id is not None)
        return Listing(heading, tuple(found), tuple(people))

    async def _point(self, place: ChatPlace, row: OutboxRow, *, plain: bool) -> MessageId | None:
        """None where the card stands here no more: it was deleted, or the group has moved."""
        if row.lead_id is None:
            raise UnbuildableError(ParkReason.LEAD_MISSING)
        async with self._database.reading() as connection:
            stored = await leads.get(connection, self._account_id, row.lead_id)
            message_id = await cards.message_in(connection, self._account_id, row.lead_id, place.chat_id)
        if stored is None:
            raise UnbuildableError(ParkReason.LEAD_MISSING)
        if message_id is None:
            return None
        try:
            return await self._messenger.post_pointer(place, message_id, stored, plain=plain)
        except DeliveryError as error:
            if error.trouble is not DeliveryTrouble.MISSING:
                raise
            return None
