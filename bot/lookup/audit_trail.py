"""Who was shown which buyer's number, for `/audit` and `leadbell audit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.clock import from_epoch
from bot.store import audit, leads, people, search

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadNumber
    from bot.domain.lead import StoredLead
    from bot.store.audit import Seen, Sighting
    from bot.store.database import Database

MOST: Final = 10_000
BEGINNING: Final = from_epoch(0)


def bare(name: str) -> str:
    """As it is looked for; empty where nobody was named."""
    return name.strip().removeprefix("@").strip()


class InSight(NamedTuple):
    """Each with how it was seen."""

    buyers: list[tuple[list[StoredLead], frozenset[Seen]]]
    sealed: list[tuple[StoredLead, frozenset[Seen]]]
    """Of buyers who were forgotten or erased since: whose a lead was, nobody knows any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who is meant by a name: nobody where it is unknown. `known` are all that could have been."""

    meant: tuple[str, ...]
    known: tuple[str, ...]


class AuditTrail:
    """The latest first, `limit` at most."""

    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def of_lead(
        self, number: LeadNumber, *, since: datetime = BEGINNING, limit: int = MOST
    ) -> tuple[StoredLead | None, list[Sighting]]:
        """None where there is no lead of this number."""
        async with self._database.reading() as connection:
            lead_id = await leads.id_of(connection, self._account_id, number)
            stored = None if lead_id is None else await leads.get(connection, self._account_id, lead_id)
            if stored is None:
                return None, []
            found = await audit.of_lead(connection, self._account_id, stored.lead_id, since=since, limit=limit)
        return stored, found

    async def of_person(self, name: str, *, since: datetime = BEGINNING, limit: int = MOST) -> list[Sighting]:
        """Whoever has such a name or @username, and the command line's user of just that name. An empty name is
        nobody's.
        """
        wanted = bare(name)
        async with self._database.reading() as connection:
            user_ids = await search.owners_named(connection, self._account_id, wanted)
            found = await audit.of_people(connection, self._account_id, user_ids, since=since, limit=limit)
            found += await audit.of_machine(connection, self._account_id, wanted, since=since, limit=limit)
        return sorted(found, key=lambda one: one.at, reverse=True)[:limit]

    async def named(self, name: str) -> Named:
        """Whom `of_person` looks for: that somebody was shown nothing and that nobody is called so are two things."""
        wanted = bare(name)
        async with self._database.reading() as connection:
            user_ids = await search.owners_named(connection, self._account_id, wanted)
            everybody = [one for one in await people.everybody(connection, self._account_id) if one.name]
            machines = await audit.machines(connection, self._account_id)
        meant = [one.name for one in everybody if one.user_id in user_ids]
        return Named(
            meant=tuple(dict.fromkeys([*meant, *(one for one in machines if one == wanted)])),
            known=tuple(dict.fromkeys([*(one.name for one in everybody), *machines])),
        )

    async def in_sight(self, *, since: datetime) -> InSight:
        """What was there to be seen from then on, and how: the leads whose cards stand in the group, or stood there
        until their buyer was forgotten, and what was shown, exported or copied.
        """
        async with self._database.reading() as connection:
            how = await audit.in_sight(connection, self._account_id, since=since)
            found = await leads.many(connection, self._account_id, list(how))
            sealed = await leads.sealed(connection, self._account_id, list(how))
        by_buyer: dict[object, list[StoredLead]] = {}
        for one in found:
            by_buyer.setdefault(one.buyer_id or -one.lead_id, []).append(one)
        return InSight(
            [(own, frozenset().union(*(how[one.lead_id] for one in own))) for own in by_buyer.values()],
            [(one, frozenset(how[one.lead_id])) for one in sealed],
        )

    async def all_(self, *, since: datetime = BEGINNING, limit: int = MOST) -> list[Sighting]:
        async with self._database.reading() as connection:
            return await audit.all_(connection, self._account_id, since=since, limit=limit)
