"""Charts of how an account's team does, as photos. To post them, queue `bot.delivery.outbox_bodies.photos(…)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chart import ChartKind
from bot.lookup import charts
from bot.lookup.stats import StatsQuery

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.delivery.messenger import Messenger
    from bot.domain.ids import ChatId
    from bot.domain.photo import Photo
    from bot.domain.report_span import ReportSpan
    from bot.domain.working_time import WorkingTime
    from bot.lookup.charts import ChartFacts
    from bot.lookup.stats import Stats


class Charts:
    def __init__(self, stats: Stats, working: WorkingTime, timezone: ZoneInfo, messenger: Messenger) -> None:
        self._stats = stats
        self._working = working
        self._timezone = timezone
        self._messenger = messenger

    async def of(self, about: ReportSpan | StatsQuery, *wanted: ChartKind) -> list[Photo]:
        """Those that were asked for, or all five. Takes seconds, and no time of the event loop's."""
        query = about if isinstance(about, StatsQuery) else StatsQuery(span=about)
        return await self.draw(await self.facts(query), *wanted)

    async def language(self, chat_id: ChatId | None) -> str:
        """What charts for this chat are in; None is the account's group."""
        return await self._messenger.language(chat_id)

    async def facts(self, query: StatsQuery) -> ChartFacts:
        return await charts.facts(self._stats, query, self._working, self._timezone)

    async def draw(self, facts: ChartFacts, *wanted: ChartKind) -> list[Photo]:
        return await self._messenger.draw(facts, wanted or tuple(ChartKind))
