"""Charts of how an account's team does, as photos to be sent; and photos on their way into the outbox."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.domain.photo import Photo
    from bot.domain.report_span import ReportSpan
    from bot.store.database import Database


class ChartKind(StrEnum):
    DAYS = "days"
    """Leads by day and kind."""
    RESPONSE = "response"
    """How fast each person claims, in working time."""
    FUNNEL = "funnel"
    """How many of each kind came how far."""
    HOURS = "hours"
    """When enquiries come, against working hours."""
    AGE = "age"
    """How long open leads have waited."""


class Charts:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def of(self, span: ReportSpan, *wanted: ChartKind) -> list[Photo]:  # noqa: ARG002 - the seam, before its charts
        """Those that were asked for, or all; to be queued with `bot.delivery.outbox_bodies.photos`."""
        return []
