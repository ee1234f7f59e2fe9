"""The routes as admins set them, and why a lead went where it did. How they decide is `delivery.routing`'s business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.delivery.routing import matcher
from bot.domain.lead import Kind
from bot.domain.routes import MOST_ROUTES
from bot.lookup import query
from bot.lookup.matches import beyond
from bot.store import lead_routes, leads, people, routes
from bot.team import accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.clock import Clock
    from bot.config import Settings
    from bot.delivery.chats import Chats
    from bot.delivery.messenger import Membership, Messenger
    from bot.domain.ids import AccountId, ChatId, LeadId, LeadNumber, UserId
    from bot.domain.lead import StoredLead
    from bot.domain.person import Person
    from bot.domain.routes import Destination, Route, RoutedLead
    from bot.lookup.query import BadFilter, Filter
    from bot.store.account_settings import StoredAccount
    from bot.store.database import Connection, Database
    from bot.store.routes import RouteChange

COUNTED: Final = timedelta(days=7)


class RouteRefusal(StrEnum):
    """Why nothing was changed."""

    GONE = "gone"
    """There is no such route any more."""
    EMPTY = "empty"
    """The search is none: it would be every lead, or no filter of it is understood."""
    BEYOND = "beyond"
    """It asks for what no new lead has: a status, an owner, an age."""
    MANY = "many"
    """There are as many as there may be."""
    LATE = "late"
    """The change is older than a minute."""
    OVERTAKEN = "overtaken"
    """Somebody else changed the routes since."""
    NO_CHANGE = "no_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteResult:
    why: RouteRefusal | None = None
    change_id: int | None = None
    """For undoing it."""
    bad_filters: tuple[BadFilter, ...] = ()
    beyond: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteEntry:
    route: Route
    names: tuple[str, ...] = ()
    """Of its people."""
    taken: int = 0
    """Leads of the last seven days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Which route would take a lead now, and which did when it came."""

    stored: StoredLead
    would: RouteEntry | None
    passed: tuple[tuple[Route, str], ...]
    """Those before it, each with what the lead has not: a filter's name, or `words`."""
    did: RouteEntry | None = None
    routed: RoutedLead | None = None
    given_to: str | None = None


class Routes:
    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        *,
        settings: Settings,
        chats: Chats,
        messenger: Messenger,
        on_chats: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._chats = chats
        self._messenger = messenger
        self._on_chats = on_chats
        """Told that the account has other chats now."""

    async def is_of_another(self, chat_id: ChatId) -> bool:
        """Whether another account, or a route of one, has this chat."""
        async with self._database.reading() as connection:
            others = [one for one in await accounts.all_of(connection, self._settings) if not self._is_mine(one.stored)]
            routed = await routes.all_chats(connection)
        homes = {one.settings.telegram_chat_id for one in others if one.settings is not None}
        return chat_id in homes or any(chat == chat_id and owner != self._account_id for owner, chat in routed)

    async def standing(self, chat_id: ChatId, user_id: UserId) -> Membership:
        """In a chat that may become one of the account's. Raises DeliveryError where the bot is not in it."""
        return await self._messenger.standing(chat_id, user_id)

    def _is_mine(self, stored: StoredAccount) -> bool:
        return stored.account_id == self._account_id

    async def all(self) -> list[RouteEntry]:
        """In their order, with how many leads each took in the last seven days."""
        async with self._database.reading() as connection:
            known = await routes.live(connection, self._account_id)
            return await self._entries(connection, known)

    async def _entries(self, connection: Connection, known: Sequence[Route]) -> list[RouteEntry]:
        since = self._clock.now() - COUNTED
        taken = await lead_routes.taken(connection, self._account_id, [one.route_id for one in known], since)
        wanted = {user_id for one in known for user_id in one.destination.user_ids}
        names = await people.names(connection, self._account_id, wanted)
        return [
            RouteEntry(
                route=one,
                names=tuple(names.get(user_id, "") for user_id in one.destination.user_ids),
                taken=taken.get(one.route_id, 0),
            )
            for one in known
        ]

    async def add(self, typed: str, to: Destination, person: Person) -> RouteResult:
        """Behind the others. Whether the person is an admin was asked before."""
        wanted = query.read(typed, self._clock.now())
        if wanted.bad_filters:
            return RouteResult(why=RouteRefusal.EMPTY, bad_filters=wanted.bad_filters)
        if past := beyond(wanted):
            return RouteResult(why=RouteRefusal.BEYOND, beyond=past)
        if wanted.is_empty:
            return RouteResult(why=RouteRefusal.EMPTY)
        async with self._database.transaction() as connection:
            kind = wanted.terms.kind
            if kind is not None and not await self._is_kind(connection, kind):
                return RouteResult(why=RouteRefusal.EMPTY, bad_filters=(query.unknown_kind(kind),))
            order = await routes.order(connection, self._account_id)
            if len(order) >= MOST_ROUTES:
                return RouteResult(why=RouteRefusal.MANY)
            route_id = await routes.add(connection, self._account_id, typed, to)
            change_id = await self._arrange(connection, [*order, route_id], route_id, routes.ADDED, person)
        return await self._changed(change_id)

    async def _is_kind(self, connection: Connection, kind: str) -> bool:
        return kind in Kind.KNOWN or await leads.has_kind(connection, self._account_id, kind)

    async def move(self, route_id: int, by: int, person: Person) -> RouteResult:
        """So many places further down; negative is up."""
        async with self._database.transaction() as connection:
            order = await routes.order(connection, self._account_id)
            if route_id not in order:
                return RouteResult(why=RouteRefusal.GONE)
            moved = routes.moved(order, route_id, by)
            change_id = await self._arrange(connection, moved, route_id, routes.MOVED, person)
        return await self._changed(change_id)

    async def delete(self, route_id: int, person: Person) -> RouteResult:
        """Leads that it took stay where they are."""
        async with self._database.transaction() as connection:
            order = await routes.order(connection, self._account_id)
            if route_id not in order:
                return RouteResult(why=RouteRefusal.GONE)
            left = [one for one in order if one != route_id]
            change_id = await self._arrange(connection, left, route_id, routes.DELETED, person)
        return await self._changed(change_id)

    async def undo(self, person: Person) -> RouteResult:
        """Take back the person's own change, if it is the latest and of the last minute."""
        async with self._database.transaction() as connection:
            last = await routes.last_change(connection, self._account_id)
            why = self._why_no_undo(last, person.user_id)
            if last is None or why is not None:
                return RouteResult(why=why or RouteRefusal.NO_CHANGE)
            change_id = await self._arrange(connection, list(last.before), last.route_id, routes.UNDONE, person)
        return await self._changed(change_id)

    def _why_no_undo(self, last: RouteChange | None, user_id: UserId) -> RouteRefusal | None:
        if last is None or last.act == routes.UNDONE:
            return RouteRefusal.NO_CHANGE
        if last.user_id != user_id:
            return RouteRefusal.OVERTAKEN
        return None if routes.is_undoable(last, self._clock.now()) else RouteRefusal.LATE

    async def _arrange(
        self, connection: Connection, order: Sequence[int], changed: int, act: str, person: Person
    ) -> int:
        return await routes.arrange(
            connection,
            self._account_id,
            order,
            changed=changed,
            act=act,
            user_id=person.user_id,
            now=self._clock.now(),
        )

    async def _changed(self, change_id: int) -> RouteResult:
        await self._chats.follow_routes()
        self._on_chats()
        return RouteResult(change_id=change_id)

    async def newest(self) -> LeadNumber | None:
        """The lead that a test is offered for."""
        async with self._database.reading() as connection:
            places = await leads.older(connection, self._account_id, low=0, high=2**63 - 1, limit=1)
            found = await leads.at(connection, self._account_id, places)
        return found[0].number if found else None

    async def explain(self, number: int) -> Explanation | None:
        """None: there is no lead with this number."""
        async with self._database.reading() as connection:
            lead_id = await leads.id_of(connection, self._account_id, number)
            stored = None if lead_id is None else await leads.get(connection, self._account_id, lead_id)
            if stored is None:
                return None
            known = await routes.live(connection, self._account_id)
            passed = []
            would = None
            for route in known:
                why = matcher(route.query).why_not(stored.lead)
                if why is None:
                    would = route
                    break
                passed.append((route, why))
            entries = await self._entries(connection, [] if would is None else [would])
            did, routed, name = await self._did(connection, stored.lead_id)
        return Explanation(
            stored=stored,
            would=entries[0] if entries else None,
            passed=tuple(passed),
            did=did,
            routed=routed,
            given_to=name,
        )

    async def _did(
        self, connection: Connection, lead_id: LeadId
    ) -> tuple[RouteEntry | None, RoutedLead | None, str | None]:
        routed = await lead_routes.get(connection, self._account_id, lead_id)
        if routed is None:
            return None, None, None
        route = await routes.get(connection, self._account_id, routed.route_id)
        entries = [] if route is None else await self._entries(connection, [route])
        name = None if routed.given_to is None else await people.name(connection, self._account_id, routed.given_to)
        return (entries[0] if entries else None), routed, name
