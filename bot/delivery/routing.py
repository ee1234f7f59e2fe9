"""Decides where a new lead goes and who is given it, in the transaction that stores it. Routes are set elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch
from bot.config.hours import working_hours
from bot.config.values import BadValueError
from bot.domain.ids import ChatId, UserId
from bot.domain.priority import Priority
from bot.domain.routes import DestinationKind, Hand, RoutedLead, RouteReason, next_in_turn
from bot.lookup import query
from bot.lookup.matches import Matcher
from bot.store import attendance, changes, lead_routes, outbox, people, routes
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.ids import AccountId, BuyerId, LeadId
    from bot.domain.lead import Lead
    from bot.domain.routes import Attendance, Route
    from bot.domain.working_time import WorkingHours, WorkingTime
    from bot.store.adding import NewLead
    from bot.store.database import Connection

LEADBELL: Final = UserId(0)
"""Who gives a lead, and takes it back, where no person does."""


class Routing:
    """Without working time nobody is given anything."""

    def __init__(self, account_id: AccountId, working: WorkingTime | None = None) -> None:
        self._account_id = account_id
        self._working = working

    async def decide(
        self, connection: Connection, added: Sequence[NewLead], now: datetime, *, is_live: bool
    ) -> Mapping[LeadId, RoutedLead]:
        """What becomes of those that a route takes, recorded. Only what is live is given to people: they have it.

        `adding.add` locked the account: nobody else takes a turn meanwhile.
        """
        known = await routes.live(connection, self._account_id) if added else []
        if not known:
            return {}
        taken = await asyncio.to_thread(first_matches, known, added)
        turns = Turns(self._account_id, self._working, now) if is_live and self._working is not None else None
        if turns is not None:
            await turns.load(connection, taken)
        decided = [_decided(lead_id, route, turns) for lead_id, route in taken]
        await lead_routes.add(connection, self._account_id, decided, now)
        if given := {one.lead_id: one.given_to for one in decided if one.given_to is not None}:
            await self._give(connection, given, now)
        return {one.lead_id: one for one in decided}

    async def _give(self, connection: Connection, given: Mapping[LeadId, UserId], now: datetime) -> None:
        """Claimed for them. The card in the group names them; who pressed Start has one in private, too."""
        await changes.give(connection, self._account_id, given, by=LEADBELL, now=now)
        started = await people.started_of(connection, self._account_id, set(given.values()))
        drafts = [_private(lead_id, user_id) for lead_id, user_id in given.items() if user_id in started]
        await outbox.add(connection, self._account_id, drafts, now)


def _private(lead_id: LeadId, user_id: UserId) -> Draft:
    body = {"lead_id": lead_id}
    return Draft(what=MessageKind.PRIVATE, turn=Priority.NOTICE, chat_id=ChatId(user_id), body=body)


def is_muted(routed: RoutedLead | None) -> bool:
    """Whether it is only stored and found: it has a card when somebody asks for one."""
    return routed is not None and routed.reason is RouteReason.MUTE


def by_place(
    routed: Mapping[LeadId, RoutedLead], lead_ids: Iterable[LeadId]
) -> dict[tuple[ChatId | None, int | None], list[LeadId]]:
    """Which of these leads go to which topic of which chat."""
    found: dict[tuple[ChatId | None, int | None], list[LeadId]] = {}
    for lead_id in lead_ids:
        one = routed.get(lead_id)
        place = (None, None) if one is None else (one.chat_id, one.thread_id)
        found.setdefault(place, []).append(lead_id)
    return found


class Turns:
    """Whose turn it is while these leads are given out, one after the other."""

    def __init__(self, account_id: AccountId, working: WorkingTime, now: datetime) -> None:
        self._account_id = account_id
        self._working = working
        self._now = now
        self._hands: dict[UserId, Hand] = {}
        """Of those who are there."""
        self._buyers: dict[LeadId, BuyerId] = {}
        self._known_to: dict[BuyerId, UserId] = {}
        """Who had the buyer last, of those who can be given their next lead."""

    async def load(self, connection: Connection, taken: Sequence[tuple[LeadId, Route]]) -> None:
        by_route: dict[int, tuple[Route, list[LeadId]]] = {}
        for lead_id, route in taken:
            if route.destination.user_ids:
                by_route.setdefault(route.route_id, (route, []))[1].append(lead_id)
        named = list(dict.fromkeys(one for route, _leads in by_route.values() for one in route.destination.user_ids))
        if not named:
            return
        there = await self.there(connection, named)
        self._hands = await lead_routes.hands(connection, self._account_id, there)
        for route, lead_ids in by_route.values():
            mine = route.destination.user_ids
            for lead_id, buyer_id, owner_id in await lead_routes.buyers(connection, self._account_id, lead_ids, mine):
                self._buyers[lead_id] = buyer_id
                if owner_id is not None:
                    self._known_to[buyer_id] = owner_id

    async def there(self, connection: Connection, user_ids: Sequence[UserId]) -> list[UserId]:
        """Those of them who can be given a lead now."""
        said = await attendance.of(connection, self._account_id, user_ids)
        gone = await people.gone(connection, self._account_id, user_ids)
        return [one for one in user_ids if one not in gone and self._is_there(said.get(one))]

    def _is_there(self, said: Attendance | None) -> bool:
        if said is None:
            return self._working.is_open(self._now)
        hours = _hours(said.hours or "")
        working = self._working if hours is None else self._working.with_hours(hours)
        return not said.is_away(self._now) and working.is_open(self._now)

    def give(self, decided: RoutedLead, user_ids: Iterable[UserId]) -> RoutedLead:
        """To one of them, if anybody is there."""
        buyer_id = self._buyers.get(decided.lead_id)
        there = {one: self._hands[one] for one in user_ids if one in self._hands}
        known = None if buyer_id is None else there.get(self._known_to.get(buyer_id, LEADBELL))
        hand = known or next_in_turn(there.values())
        if hand is None:
            return replace(decided, reason=RouteReason.NOBODY)
        taken = replace(hand, open_leads=hand.open_leads + 1, last_given=decided.lead_id)
        self._hands[hand.user_id] = taken
        if buyer_id is not None:
            self._known_to[buyer_id] = hand.user_id
        reason = RouteReason.TURN if known is None else RouteReason.KNOWN
        return replace(decided, reason=reason, given_to=hand.user_id)


def _decided(lead_id: LeadId, route: Route, turns: Turns | None) -> RoutedLead:
    to = route.destination
    reason = {DestinationKind.PLACE: RouteReason.PLACE, DestinationKind.MUTE: RouteReason.MUTE}.get(to.kind)
    decided = RoutedLead(
        lead_id=lead_id,
        route_id=route.route_id,
        reason=reason or RouteReason.OLD,
        chat_id=to.chat_id,
        thread_id=to.thread_id,
    )
    return decided if reason is not None or turns is None else turns.give(decided, to.user_ids)


@lru_cache(maxsize=256)
def _hours(typed: str) -> WorkingHours | None:
    """None for nobody's own, and for what an earlier version understood and this one would ask back: a lead is stored
    all the same.
    """
    try:
        return working_hours(typed)
    except BadValueError:
        return None


def first_matches(known: Sequence[Route], added: Sequence[NewLead]) -> list[tuple[LeadId, Route]]:
    """Of leads that a route takes: the first that does."""
    matchers = [(route, matcher(route.query)) for route in known]
    found = ((one.lead_id, first_match(matchers, one.lead)) for one in added)
    return [(lead_id, route) for lead_id, route in found if route is not None]


def first_match(matchers: Iterable[tuple[Route, Matcher]], lead: Lead) -> Route | None:
    return next((route for route, wanted in matchers if wanted.matches(lead)), None)


@lru_cache(maxsize=512)
def matcher(typed: str) -> Matcher:
    """Of a route's search, which names no moment."""
    return Matcher(query.read(typed, from_epoch(0)).terms)
