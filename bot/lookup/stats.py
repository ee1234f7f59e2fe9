"""How the team did: leads by kind and status, how fast they were answered, top products and cities."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

from bot.domain.lead import Status
from bot.lookup.lists import Counts
from bot.store import leads, people, stats
from bot.store.changes import ChangeKind
from bot.store.positions import position

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.domain.ids import AccountId, UserId
    from bot.store.changes import Change
    from bot.store.database import Database
    from bot.store.stats import PostedLead

TOP: Final = 5
A_DAY: Final = timedelta(days=1)
USUAL: Final = 7 * A_DAY
REACHED: Final = frozenset({Status.CONTACTED, Status.QUOTED, Status.WON, Status.LOST})
"""Who is told that a lead is one of these hears that its buyer was spoken to."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took."""

    median: timedelta
    slowest_tenth: timedelta
    """One in ten took this long or longer."""
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTimes:
    """From step to step, of leads that came in live; None where no lead got so far."""

    card: Spread | None
    """Enquiry to card."""
    claim: Spread | None
    """Card to claim."""
    contact: Spread | None
    """Claim to contacted."""
    whole: Spread | None
    """Enquiry to contacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStats:
    user_id: UserId
    name: str | None
    claimed: int
    """Leads they claimed themselves."""
    contacted: int
    won: int
    """Of the leads that are theirs now."""
    won_value: int
    """Rupees."""
    claim: Spread | None
    contact: Spread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsReport:
    length: timedelta
    since: datetime
    counts: Counts
    won_value: int
    """Rupees."""
    times: ResponseTimes
    people: tuple[PersonStats, ...]
    """Who claimed most first."""
    products: tuple[tuple[str, int], ...]
    cities: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Steps:
    """How long leads took, in seconds."""

    card: list[float] = field(default_factory=list)
    claim: list[float] = field(default_factory=list)
    contact: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


@dataclass(slots=True)
class _Doings:
    """What one person did."""

    claimed: int = 0
    contacted: int = 0
    steps: _Steps = field(default_factory=_Steps)


class Stats:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock, timezone: ZoneInfo) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._timezone = timezone

    async def report(self, length: timedelta = USUAL) -> StatsReport:
        """Of leads enquired so long ago or later. Two whole days or more include today, in the account's zone."""
        since = self._since(length)
        async with self._database.reading() as connection:
            span = {"low": position(since), "high": 2**63 - 1}
            counts = Counts.of(await leads.counts(connection, self._account_id, **span))
            won = await stats.won(connection, self._account_id, **span)
            products = await stats.products(connection, self._account_id, **span, limit=TOP)
            cities = await stats.cities(connection, self._account_id, **span, limit=TOP)
            posted = await stats.posted(connection, self._account_id, **span)
            done = await stats.changes_of(connection, self._account_id, **span)
            steps, doings = _measured(posted, done)
            names = await people.names(connection, self._account_id, doings.keys() | won.keys())
        return StatsReport(
            length=length,
            since=since,
            counts=counts,
            won_value=sum(value for _number, value in won.values()),
            times=ResponseTimes(
                card=spread(steps.card),
                claim=spread(steps.claim),
                contact=spread(steps.contact),
                whole=spread(steps.whole),
            ),
            people=_people(doings, won, names),
            products=tuple(products),
            cities=tuple(cities),
        )

    def _since(self, length: timedelta) -> datetime:
        now = self._clock.now()
        if length < 2 * A_DAY or length % A_DAY:
            return now - length
        today = now.astimezone(self._timezone).date()
        return datetime.combine(today - length + A_DAY, time(), self._timezone)


def spread(seconds: Iterable[float]) -> Spread | None:
    """None of nothing."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    slowest = ordered[len(ordered) * 9 // 10]
    return Spread(timedelta(seconds=median(ordered)), timedelta(seconds=slowest), len(ordered))


def _measured(posted: list[PostedLead], done: list[Change]) -> tuple[_Steps, dict[UserId, _Doings]]:
    """The first claim and the first contact of every lead, as far as they were not undone."""
    claims, contacts = _firsts(done)
    steps = _Steps()
    doings: dict[UserId, _Doings] = defaultdict(_Doings)
    for change in claims.values():
        doings[change.user_id].claimed += 1
    for change in contacts.values():
        doings[change.user_id].contacted += 1
    for lead in posted:
        claim, contact = claims.get(lead.lead_id), contacts.get(lead.lead_id)
        _took(lead.enquired_at, lead.posted_at, steps.card)
        if claim is not None:
            _took(lead.posted_at, claim.at, steps.claim, doings[claim.user_id].steps.claim)
        if contact is not None:
            _took(lead.enquired_at, contact.at, steps.whole)
        if claim is not None and contact is not None:
            _took(claim.at, contact.at, steps.contact, doings[contact.user_id].steps.contact)
    return steps, doings


def _firsts(done: list[Change]) -> tuple[dict[int, Change], dict[int, Change]]:
    undone = {change.undoes for change in done}
    claims: dict[int, Change] = {}
    contacts: dict[int, Change] = {}
    for change in done:
        if change.act is ChangeKind.UNDO or change.change_id in undone:
            continue
        if change.before.owner_id is None and change.after.owner_id == change.user_id:
            claims.setdefault(change.lead_id, change)
        if change.act is ChangeKind.STATUS and change.after.status in REACHED:
            contacts.setdefault(change.lead_id, change)
    return claims, contacts


def _took(start: datetime | None, end: datetime, *lists: list[float]) -> None:
    if start is not None:
        for one in lists:
            one.append(max((end - start).total_seconds(), 0.0))


def _people(
    doings: dict[UserId, _Doings], won: dict[UserId, tuple[int, int]], names: dict[UserId, str]
) -> tuple[PersonStats, ...]:
    found = []
    for user_id in doings.keys() | won.keys():
        did, (number, value) = doings.get(user_id) or _Doings(), won.get(user_id, (0, 0))
        found.append(
            PersonStats(
                user_id=user_id,
                name=names.get(user_id),
                claimed=did.claimed,
                contacted=did.contacted,
                won=number,
                won_value=value,
                claim=spread(did.steps.claim),
                contact=spread(did.steps.contact),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.claimed, -one.won, one.name or "", one.user_id)))
