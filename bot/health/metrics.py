"""What a service counts, on a registry of its own; `bot.web.metrics` shows it. No names, no numbers of buyers."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.domain.lead import Kind
from bot.errors import DeliveryTrouble
from bot.indiamart.answer import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from bot.domain.lead import Lead, Origin, StoredLead
    from bot.health.troubles import Troubles
    from bot.store.account_health import AccountHealth

BOUNDS: Final = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 86400.0)
"""Seconds; upper bounds of a histogram's buckets."""
LATENESS: Final = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds; the same of how late polls are."""
OTHER: Final = "other"
"""Kinds nobody knows yet: what IndiaMART makes up must not become endless labels."""


class Part(StrEnum):
    """Whose part of a lead's way it is, from the enquiry on."""

    INDIAMART = "indiamart"
    """Until we had it."""
    LEADBELL = "leadbell"
    """Until we sent it."""
    TELEGRAM = "telegram"
    """Until it stood in the group."""
    CLAIM = "claim"
    """From there to the claim, in working time."""
    CONTACT = "contact"
    """From there to the first word with the buyer, in working time."""


class WebhookResult(StrEnum):
    """What came of a call of the address that Telegram brings updates to."""

    TAKEN = "taken"
    NOT_NOW = "not_now"
    """The service starts or ends: Telegram brings it again."""
    REFUSED = "refused"
    """Without the bot's secret, or for a bot that is not served."""
    TOO_LARGE = "too_large"
    BROKEN_OFF = "broken_off"


@dataclass(slots=True)
class Attempts:
    """How posting to the account's chat goes. Times are monotonic seconds."""

    moved_at: float = float("-inf")
    """When it was last tried, or last succeeded."""
    failing_since: float | None = None
    """None as long as the last message went out."""

    def refused(self, now: float) -> None:
        if self.failing_since is None:
            self.failing_since = now

    def sent(self, now: float) -> None:
        self.moved_at, self.failing_since = now, None


OF_ACCOUNT: Final = {
    "outbox_depth": "Messages of an account that are still to be posted.",
    "outbox_age_seconds": "Age of the oldest of them.",
    "poll_age_seconds": "Since IndiaMART's last good answer.",
    "faults": "Lasting troubles that are open.",
}
MOST_ACCOUNTS: Final = 1_000
"""With series of their own."""


class Metrics:
    def __init__(self, troubles: Troubles) -> None:
        self.troubles = troubles
        """What failed, by cause."""
        registry = self.registry = CollectorRegistry()
        registry.register(self.troubles.counter)
        self.polls = Counter("leadbell_polls", "Calls to IndiaMART by outcome.", ["outcome"], registry=registry)
        for outcome in Outcome:
            self.polls.labels(outcome.value)
        self.poll_lateness = Histogram(
            "leadbell_poll_lateness_seconds",
            "How much later than its time each look at IndiaMART began.",
            registry=registry,
            buckets=LATENESS,
        )
        self.pushes = Counter("leadbell_pushes", "Calls of the push listener by result.", ["result"], registry=registry)
        """`bot.intake.push_results` has them all."""
        self.webhook = Counter(
            "leadbell_webhook_calls",
            "Calls of the address for Telegram's updates by result.",
            ["result"],
            registry=registry,
        )
        for result in WebhookResult:
            self.webhook.labels(result.value)
        self.leads = Counter("leadbell_leads", "New leads.", ["kind", "route"], registry=registry)
        self.sends = Counter("leadbell_sends", "Messages by result.", ["result"], registry=registry)
        """Writing calls of the outbox: "ok", or whose trouble it was."""
        for result in ("ok", *DeliveryTrouble):
            self.sends.labels(str(result))
        self._delays = Histogram(
            "leadbell_lead_delay_seconds",
            "From enquiry to post, and from there to claim and contact in working time, by part.",
            ["part"],
            registry=registry,
            buckets=BOUNDS,
        )
        self.accounts = Gauge("leadbell_accounts", "Accounts that this process serves.", registry=registry)
        stored = self.of_database = CollectorRegistry()
        """Gauges that are read from the database when somebody asks for them, and left out where it cannot be read."""
        self.depth = Gauge("leadbell_outbox_depth", "Messages that are still to be posted.", registry=stored)
        self.age = Gauge(
            "leadbell_outbox_age_seconds", "Age of the oldest message that is still to be posted.", registry=stored
        )
        self.stored = Gauge("leadbell_stored_leads", "Leads in the database.", registry=stored)
        self.parked = Gauge(
            "leadbell_parked_messages", "Messages that could not be built, by reason.", ["reason"], registry=stored
        )
        self._of_account = {
            name: Gauge(f"leadbell_account_{name}", meaning, ["account"], registry=stored)
            for name, meaning in OF_ACCOUNT.items()
        }

    def read(self, accounts: Iterable[AccountHealth], now: datetime, *, leads: int) -> None:
        """How all accounts do; each by name, but those beyond `MOST_ACCOUNTS`, which only count in the sums."""
        found = sorted(accounts, key=lambda one: one.name)
        self.depth.set(sum(one.waiting for one in found))
        self.age.set(max((_age(one.waiting_since, now) for one in found), default=0.0))
        self.stored.set(leads)
        for gauge in self._of_account.values():
            gauge.clear()
        for one in found[:MOST_ACCOUNTS]:
            values = {
                "outbox_depth": one.waiting,
                "outbox_age_seconds": _age(one.waiting_since, now),
                "poll_age_seconds": None if one.last_ok_at is None else _age(one.last_ok_at, now),
                "faults": one.faults,
            }
            for name, value in values.items():
                if value is not None:
                    self._of_account[name].labels(one.name).set(value)

    def added(self, leads: Mapping[tuple[str, str], int]) -> None:
        """New leads by (kind, route)."""
        for labels, number in leads.items():
            self.leads.labels(*labels).inc(number)

    def posted(self, stored: StoredLead, begun_at: datetime, seconds: float) -> None:
        """A new lead's card stands in the group, which took Telegram so many seconds."""
        enquired_at = stored.lead.enquired_at
        if enquired_at is not None:
            self._observe(Part.INDIAMART, (stored.stored_at - enquired_at).total_seconds())
        self._observe(Part.LEADBELL, (begun_at - stored.stored_at).total_seconds())
        self._observe(Part.TELEGRAM, seconds)

    def answered(self, part: Part, took: timedelta | None) -> None:
        """People's part. None where the lead did not come in live."""
        if took is not None:
            self._observe(part, took.total_seconds())

    def _observe(self, part: Part, seconds: float) -> None:
        self._delays.labels(part.value).observe(max(seconds, 0.0))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)


def labelled(leads: Iterable[Lead], origin: Origin) -> Tally[tuple[str, str]]:
    """How many by (kind, route)."""
    kinds = (lead.kind if lead.kind in Kind.KNOWN else OTHER for lead in leads)
    return Tally((kind, origin.value) for kind in kinds)
