"""What a digest is about, in time: each begins where the one before it ended. Nothing is told twice, or by none."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.digest_times import DigestKind, slots
from bot.domain.report_span import A_DAY, A_WEEK, ReportSpan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from bot.domain.digest_times import DigestAudience, DigestTime
    from bot.domain.working_time import WorkingTime

LONGEST_BREAK: Final = timedelta(days=31)
"""In which no digest was due on a working day."""


class DigestSpans:
    def __init__(self, working: WorkingTime, timezone: ZoneInfo, times: Sequence[DigestTime]) -> None:
        self._working = working
        self._zone = timezone
        self._daily = [one for one in times if one.kind is not DigestKind.WEEKLY]

    def of(
        self,
        kind: DigestKind,
        now: datetime,
        slot_at: datetime | None = None,
        audience: DigestAudience | None = None,
    ) -> ReportSpan:
        """What the digest that is due at `slot_at` is about: what was since the one before it, or the week before.
        Without, what it would be about now.
        """
        if kind is DigestKind.WEEKLY:
            today = (slot_at or now).astimezone(self._zone).date()
            since, until = self.midnight(today - A_WEEK), self.midnight(today)
            return ReportSpan(
                since=since, until=until, earlier_since=self.midnight(today - 2 * A_WEEK), earlier_until=since,
                name=A_WEEK,
            )  # fmt: skip
        since = self._last_ended(slot_at or self._begun(kind, now, audience), audience)
        until = max(slot_at or now, since)
        return ReportSpan(since=since, until=until, earlier_since=since, earlier_until=since, name=until - since)

    def _begun(self, kind: DigestKind, now: datetime, audience: DigestAudience | None) -> datetime:
        """Whoever asks after today's has come sees what was in it, and what was since."""
        today = self.midnight(now.astimezone(self._zone).date())
        return max((at for of, at in self._ends(today, now, audience) if of is kind), default=now)

    def _last_ended(self, before: datetime, audience: DigestAudience | None) -> datetime:
        """When the last digest that surely came ended: on a day off it may have kept quiet."""
        found = self._ends(before - LONGEST_BREAK, before, audience)
        workday = self._working.is_workday
        came = [at for _kind, at in found if at < before and workday(at.astimezone(self._zone).date())]
        if came:
            return max(came)
        today = before.astimezone(self._zone).date()
        return self._working.last_close(self.midnight(today)) or self.midnight(today - A_DAY)

    def _ends(
        self, since: datetime, until: datetime, audience: DigestAudience | None
    ) -> list[tuple[DigestKind, datetime]]:
        found = slots(self._daily, since, until, self._zone)
        return [(slot.kind, slot.at) for slot in found if audience in {None, slot.audience}]

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)
