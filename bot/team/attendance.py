"""Who is away, till when, and whose hours are not the account's; and whom a typed name means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.lookup import query
from bot.store import attendance, people

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId, UserId
    from bot.domain.person import Person
    from bot.domain.routes import Attendance
    from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that is nobody's in the team, or more than one person's."""

    typed: str
    near: tuple[str, ...] = ()
    """Who may have been meant."""


class Attendances:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def named(self, typed: str) -> Person | UnknownName:
        """By @username, or by the beginning of a name that only one has."""
        async with self._database.reading() as connection:
            team = await people.present(connection, self._account_id)
        return find(team, typed)

    async def of(self, user_id: UserId) -> Attendance | None:
        async with self._database.reading() as connection:
            return (await attendance.of(connection, self._account_id, [user_id])).get(user_id)

    async def away(self, user_id: UserId, until: datetime | None, set_by: Person) -> None:
        """`until` None: till they are back."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            await attendance.away(connection, self._account_id, user_id, until=until, set_by=set_by.user_id, now=now)

    async def back(self, user_id: UserId, set_by: Person) -> None:
        async with self._database.transaction() as connection:
            await attendance.back(connection, self._account_id, user_id, set_by=set_by.user_id, now=self._clock.now())

    async def hours(self, user_id: UserId, typed: str | None, set_by: Person) -> None:
        """None: the account's."""
        async with self._database.transaction() as connection:
            await attendance.set_hours(
                connection, self._account_id, user_id, typed, set_by=set_by.user_id, now=self._clock.now()
            )


def find(team: Sequence[Person], typed: str) -> Person | UnknownName:
    wanted = typed.strip().removeprefix("@").casefold()
    by_username = [one for one in team if one.username and one.username.casefold() == wanted]
    whole = [one for one in team if one.name.casefold() == wanted]
    begun = [one for one in team if wanted and f" {one.name}".casefold().find(f" {wanted}") >= 0]
    for found in (by_username, whole, begun):
        if len(found) == 1:
            return found[0]
        if found:
            return UnknownName(typed, tuple(one.name for one in found))
    near = query.nearest(wanted, [*(one.username for one in team if one.username), *(one.name for one in team)])
    return UnknownName(typed, (near,) if near else ())
