"""Digests, queued when they are due: each once, late ones up to three hours, of those only the newest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.delivery import outbox_bodies
from bot.delivery.due_messages import OUTDATED
from bot.domain.chart import ChartKind
from bot.domain.digest_times import DigestAudience, DigestKind, slots
from bot.domain.ids import ChatId
from bot.domain.priority import Priority
from bot.domain.report_span import A_DAY, A_WEEK
from bot.errors import StoreError
from bot.i18n import speaking
from bot.store import digests, outbox
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.domain.digest_times import DigestSlot, DigestTime
    from bot.domain.ids import AccountId
    from bot.domain.photo import Photo
    from bot.domain.working_time import WorkingTime
    from bot.lookup.digest import DigestReports
    from bot.store.database import Database
    from bot.team.charts import Charts


OF_A_WEEK: Final = (ChartKind.DAYS, ChartKind.RESPONSE, ChartKind.FUNNEL)
EVER: Final = datetime.min.replace(tzinfo=UTC)


class Digests:
    """When they are due, the account's settings say."""

    def __init__(  # noqa: PLR0913 - when, for whom, and about what
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        *,
        times: Sequence[DigestTime],
        working: WorkingTime,
        timezone: ZoneInfo,
        admins: Sequence[int],
        reports: DigestReports,
        charts: Charts,
        on_queued: Callable[[], None],
        first_looks: dict[str, datetime],
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._times = times
        self._working = working
        self._zone = timezone
        self._addresses: dict[DigestAudience, list[ChatId | None]] = {
            DigestAudience.GROUP: [None],
            DigestAudience.ADMINS: [ChatId(one) for one in admins],
        }
        self._reports = reports
        self._charts = charts
        self._on_queued = on_queued
        self._known: dict[str, datetime] | None = first_looks
        """What stood in the database before the first look: at the same times it goes on where it was."""
        self._since: datetime | None = None
        """From when on this run looks for them; None before its first look."""
        self._to_chart: list[DigestSlot] = []
        """Week's digests whose charts are still to be drawn; whoever kills the service there has none below them."""
        self._looked_at = self._next_at = EVER
        """When it did, and when the next one is due."""

    def is_time(self, now: datetime) -> bool:
        """Whether a look is worth while; also where the clock was set back."""
        return self._since is None or now >= self._next_at or now < self._looked_at

    async def look(self) -> None:
        """Queue what is due by now."""
        now = self._clock.now()
        if self._since is None or self._since > now:
            self._since = await self._first_look(now)
        recent = slots(self._times, now - OUTDATED, now, self._zone)
        new = [slot for slot in recent if slot.at > self._since]
        if new:
            await self._make(new, recent, now)
        coming = slots(self._times, now, now + A_WEEK + A_DAY, self._zone)
        self._looked_at, self._next_at = now, coming[0].at if coming else now + A_WEEK

    async def _first_look(self, now: datetime) -> datetime:
        """What was due before the first look at these times, or before they were switched on again, is never made."""
        times = ", ".join(f"{one.kind} {one.weekday} {one.clock} {'+'.join(one.audiences)}" for one in self._times)
        known_by = f"{times}, {self._zone.key}" if times else ""
        known, self._known = self._known, None
        if known is not None and [*known] == [known_by] * bool(times) and all(at <= now for at in known.values()):
            return known.get(known_by, now)
        async with self._database.transaction() as connection:
            return await digests.first_look(connection, self._account_id, known_by, now)

    async def _make(self, new: Sequence[DigestSlot], recent: Sequence[DigestSlot], now: datetime) -> None:
        """Those that were made already are left out."""
        newest = {slot.audience: slot.at for slot in recent}
        has_urgent = await self._reports.has_urgent()
        wanted = [
            slot
            for slot in new
            if slot.at == newest[slot.audience]
            and (has_urgent or self._working.is_workday(slot.at.astimezone(self._zone).date()))
        ]
        async with self._database.transaction() as connection:
            taken = await digests.take(connection, self._account_id, new, now)
            made = [slot for slot in wanted if slot in taken]
            drafts = [_draft(slot, chat_id) for slot in made for chat_id in self._addresses[slot.audience]]
            await outbox.add(connection, self._account_id, drafts, now)
        self._on_queued()
        self._to_chart += [slot for slot in made if slot.kind is DigestKind.WEEKLY]

    @property
    def wants_charts(self) -> bool:
        return bool(self._to_chart)

    async def add_charts(self) -> None:
        """Below the week's words, which do not wait for them: to draw takes seconds."""
        weekly, self._to_chart = self._to_chart, []
        try:
            await self._add_charts(weekly)
        except StoreError:
            self._to_chart = [*weekly, *self._to_chart]  # they come as soon as the database is there
            raise

    async def _add_charts(self, weekly: Sequence[DigestSlot]) -> None:
        now = self._clock.now()
        span = self._reports.span(DigestKind.WEEKLY, weekly[0].at)
        charts: dict[str, list[Photo]] = {}
        drafts: list[Draft] = []
        for chat_id in (one for slot in weekly for one in self._addresses[slot.audience]):
            language = await self._charts.language(chat_id)
            if language not in charts:
                with speaking(language):
                    charts[language] = await self._charts.of(span, *OF_A_WEEK)
            drafts += outbox_bodies.photos(charts[language], chat_id=chat_id)
        async with self._database.transaction() as connection:
            await outbox.add(connection, self._account_id, drafts, now)
        self._on_queued()


def _draft(slot: DigestSlot, chat_id: ChatId | None) -> Draft:
    body = {"kind": slot.kind, "slot_at": to_epoch(slot.at)}
    return Draft(what=MessageKind.DIGEST, turn=Priority.NOTICE, body=body, chat_id=chat_id)
