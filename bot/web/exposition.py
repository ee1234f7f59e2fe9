"""What `bot.health.metrics` counted, in Prometheus' text format, made by its own library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from bot.errors import Trouble
from bot.health.metrics import BOUNDS, Metrics
from bot.indiamart.answer import Outcome
from bot.intake.push_results import PushResult
from bot.store.parked import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus_client.core import Metric


def text(metrics: Metrics, *, depth: int, age: float, leads: int, parked: Mapping[str, int]) -> bytes:
    """`depth` messages wait, the oldest for `age` seconds; `leads` are stored; `parked` is by reason."""
    registry = CollectorRegistry()
    registry.register(metrics.troubles.counter)
    registry.register(_Run(metrics, depth=depth, age=age, leads=leads, parked=parked))
    return generate_latest(registry)


class _Run(Collector):
    def __init__(self, metrics: Metrics, *, depth: int, age: float, leads: int, parked: Mapping[str, int]) -> None:
        self._metrics = metrics
        self._parked = parked
        self._gauges = {
            ("leadbell_outbox_depth", "Messages that are still to be posted."): depth,
            ("leadbell_outbox_age_seconds", "Age of the oldest message that is still to be posted."): age,
            ("leadbell_stored_leads", "Leads in the database."): leads,
        }

    def collect(self) -> Iterable[Metric]:
        polls = CounterMetricFamily("leadbell_polls", "Calls to IndiaMART by outcome.", labels=["outcome"])
        for outcome in Outcome:
            polls.add_metric([outcome.value], self._metrics.polls[outcome.value])
        pushes = CounterMetricFamily("leadbell_pushes", "Calls of the push listener by result.", labels=["result"])
        for came_of_it in PushResult:
            pushes.add_metric([came_of_it.value], self._metrics.pushes[came_of_it.value])
        leads = CounterMetricFamily("leadbell_leads", "New leads.", labels=["kind", "route"])
        for labels, number in self._metrics.leads.items():
            leads.add_metric(labels, number)
        sends = CounterMetricFamily("leadbell_sends", "Messages by result.", labels=["result"])
        for result in ("ok", *(trouble.value for trouble in Trouble)):
            sends.add_metric([result], self._metrics.sends[result])
        yield from (polls, pushes, leads, sends, self._stages())
        for (name, text), value in self._gauges.items():
            yield GaugeMetricFamily(name, text, value=value)
        parked = GaugeMetricFamily(
            "leadbell_parked_messages", "Messages that could not be built, by reason.", labels=["reason"]
        )
        for reason in Reason:
            parked.add_metric([reason.value], self._parked.get(reason.value, 0))
        yield parked

    def _stages(self) -> HistogramMetricFamily:
        family = HistogramMetricFamily(
            "leadbell_lead_delay_seconds", "From enquiry to post, by whose part of the way it was.", labels=["part"]
        )
        for part, histogram in self._metrics.stages.items():
            reached, buckets = 0, []
            for bound, number in zip((*map(str, BOUNDS), "+Inf"), histogram.buckets, strict=True):
                reached += number
                buckets.append((bound, reached))
            family.add_metric([part], buckets, sum_value=histogram.total)
        return family
