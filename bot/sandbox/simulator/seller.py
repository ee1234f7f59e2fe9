"""One seller's account at IndiaMART: keys, leads, the calls that came in, and where leads are pushed to."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.simulator import times, v1, v2
from bot.sandbox.simulator.budget import CallLimit
from bot.sandbox.simulator.dirty_rows import RowSpoiler
from bot.sandbox.simulator.faults import SimulatorFaults
from bot.sandbox.simulator.pull_request import ApiVersion, PullCall, PullRequest, Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.clock import Clock
    from bot.domain.lead import Window
    from bot.sandbox.simulator.key import Key
    from bot.sandbox.simulator.lead_record import LeadRecord
    from bot.sandbox.simulator.leads import Leads
    from bot.sandbox.simulator.push import PushSender

HISTORY_DELAY: Final = timedelta(hours=24)
"""Leads older than the first key show up this long after it was made (observed)."""
_API: Final = {ApiVersion.V1: v1, ApiVersion.V2: v2}


@dataclass(frozen=True, slots=True)
class Shelved:
    record: LeadRecord
    visible_at: datetime


@dataclass(slots=True, kw_only=True, eq=False)
class Seller:
    clock: Clock
    mobile: str
    keys: Mapping[ApiVersion, Key]
    leads: Leads
    push: PushSender
    first_key_at: datetime | None = None
    """When the first key was made; None = long ago, all history is ready."""
    integrated_at: datetime | None = None
    """v1 has leads from that day on only (official); None = from the beginning."""
    refuses_times: bool = False
    """Whether v1 takes whole days only, in the document's date form."""
    smudger: RowSpoiler = field(default_factory=lambda: RowSpoiler(0, 0))
    row_limit: int | None = None
    """The most rows in one answer; the announced total stays what it is, so the answer is cut short."""
    shelf: list[Shelved] = field(default_factory=list)
    calls: list[PullCall] = field(default_factory=list)
    faults: SimulatorFaults = field(default_factory=SimulatorFaults)
    """Struck by this seller's calls only."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def crm_key(self) -> str:
        """The v1 key."""
        return self.keys[ApiVersion.V1].text

    @property
    def api_key(self) -> str:
        """The v2 key."""
        return self.keys[ApiVersion.V2].text

    @property
    def records(self) -> list[LeadRecord]:
        """Every lead so far, the hidden ones too, in order of arrival."""
        return [shelved.record for shelved in self.shelf]

    @property
    def windows(self) -> list[Window]:
        """What was asked for, in order; calls without times and unreadable ones left out."""
        return [call.window for call in self.calls if call.window is not None]

    @property
    def spacing(self) -> list[float]:
        """Seconds from each call to the next, as they arrived."""
        return [after.monotonic - before.monotonic for before, after in zip(self.calls, self.calls[1:], strict=False)]

    def arrive(
        self,
        kind: str | None = None,
        *,
        at: datetime | None = None,
        late: timedelta = timedelta(0),
        **fields: Any,
    ) -> LeadRecord:
        """An invented lead comes in. `at` is its enquiry time (now), `fields` replace what was invented.

        With `late`, nobody can fetch it before that much time has passed from now.
        """
        record = self.leads.lead(at or self.clock.now(), kind)
        return self.add(replace(record, **fields), late=late)

    def arrive_again(self, earlier: LeadRecord | None = None, kind: str | None = None, **fields: Any) -> LeadRecord:
        """The buyer of `earlier` (default: of the newest lead) comes back."""
        record = self.leads.again(earlier or self.shelf[-1].record, self.clock.now(), kind)
        return self.add(replace(record, **fields))

    def arrive_many(self, count: int, *, over: timedelta = timedelta(0), kind: str | None = None) -> list[LeadRecord]:
        """`count` leads, evenly spread from `over` ago to now, oldest first."""
        now = self.clock.now()
        step = over / max(count - 1, 1)
        return [self.arrive(kind, at=now - over + step * place) for place in range(count)]

    def add(self, record: LeadRecord, *, late: timedelta = timedelta(0)) -> LeadRecord:
        """Take a hand-made lead as it is, unless the simulator is dirty. The same one twice is two rows."""
        record = self.smudger.touch(record)
        visible_at = self.clock.now() + late
        self.shelf.append(Shelved(record, visible_at))
        self.push.offer(record, visible_at)
        return record

    def regenerate_key(self, version: ApiVersion = ApiVersion.V2) -> str:
        """A new key; the old one is dead at once."""
        key = self.keys[version]
        key.text = secrets.token_urlsafe(18) + "+/=="
        key.is_expired = False
        key.budget = CallLimit(key.budget.floor, key.budget.has_burst_rule)
        key.used_at = self.clock.now()
        return key.text

    def expire_key(self, version: ApiVersion = ApiVersion.V2) -> None:
        self.keys[version].is_expired = True

    def release(self) -> None:
        """End what hangs now; later calls may hang again."""
        self.released.set()
        self.released = asyncio.Event()

    def owns(self, ask: PullRequest) -> bool:
        """Whether the credentials are this seller's; v1 wants the mobile too."""
        is_mobile_right = ask.version is ApiVersion.V2 or ask.mobile == self.mobile
        return is_mobile_right and self.keys[ask.version].fits(ask.key)

    def spend(self, ask: PullRequest) -> Result | None:
        """Count a call against the key; the refusal it deserves, or None."""
        return self.keys[ask.version].use(self.clock.now(), self.clock.monotonic())

    def answer(self, ask: PullRequest, refused: Result | None = None) -> Verdict:
        """What the account says; `refused` is what the key's own rules already said."""
        refused = refused or ask.refusal or self._form(ask) or self._history(ask)
        if refused is not None:
            return self.refuse(ask.version, refused)
        found = self._visible(ask)
        if not found:
            return self.refuse(ask.version, Result.NOTHING)
        shown = found[: self._most_rows(ask)]
        return Verdict(Result.LEADS, _API[ask.version].answer(shown, len(found)), len(shown))

    def refuse(self, version: ApiVersion, result: Result) -> Verdict:
        floor = self.keys[version].budget.floor
        minutes = max(1, round(floor.total_seconds() / 60))
        since = times.numeric(self.first_key_at or self.clock.now())
        return Verdict(result, _API[version].refusal(result, minutes=minutes, since=since))

    def _history(self, ask: PullRequest) -> Result | None:
        """A window that reaches behind the first key is refused whole for a day (how a split one fares is inferred).

        Whole seconds count: the refusal names the moment from which on it can be asked.
        """
        if self.first_key_at is None or ask.window is None:
            return None
        is_young = self.clock.now() - self.first_key_at < HISTORY_DELAY
        return Result.NOT_READY if is_young and ask.window.start < self.first_key_at.replace(microsecond=0) else None

    def _form(self, ask: PullRequest) -> Result | None:
        """Some servers take the date form only (second hand)."""
        is_refused = (
            self.refuses_times and ask.version is ApiVersion.V1 and ask.window is not None and not ask.is_by_day
        )
        return Result.BAD_DATES if is_refused else None

    def _visible(self, ask: PullRequest) -> list[LeadRecord]:
        """Newest first; both ends of a window belong to it."""
        now, window = self.clock.now(), ask.window
        since = (
            None if ask.version is ApiVersion.V2 or self.integrated_at is None else times.midnight(self.integrated_at)
        )
        found = [
            shelved.record
            for shelved in self.shelf
            if shelved.visible_at <= now
            and (since is None or shelved.record.enquired_at >= since)
            and (window is None or window.start <= shelved.record.enquired_at <= window.end)
        ]
        return sorted(found, key=lambda record: record.enquired_at, reverse=True)

    def _most_rows(self, ask: PullRequest) -> int | None:
        limit = v1.ROWS_WITHOUT_TIMES if ask.window is None else None
        return min((n for n in (limit, self.row_limit) if n is not None), default=None)
