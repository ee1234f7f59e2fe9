"""The WhatsApp greeting that an admin sets: one for all kinds, and one of its own for a kind if wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.store import templates

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.domain.person import Person
    from bot.store.database import Database

GAPS: Final = ("{name}", "{product}", "{owner}")
LONGEST: Final = 500
"""Characters; the link a greeting travels in has room for little more."""
_BRACES: Final = re.compile(r"\{[^{}\s]{0,30}\}")


@dataclass(frozen=True, slots=True)
class GreetingFlaws:
    """Why a greeting cannot be saved."""

    is_empty: bool = False
    too_long_by: int = 0
    """Characters."""
    unknown: tuple[str, ...] = ()
    """Gaps that mean nothing, such as `{nmae}`."""


def flaws(text: str) -> GreetingFlaws | None:
    """None where a greeting can be saved as it is."""
    cleaned = text.strip()
    unknown = tuple(dict.fromkeys(gap for gap in _BRACES.findall(cleaned) if gap not in GAPS))
    found = GreetingFlaws(is_empty=not cleaned, too_long_by=max(len(cleaned) - LONGEST, 0), unknown=unknown)
    return None if found == GreetingFlaws() else found


class Templates:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def get(self, kind: str) -> str | None:
        """The greeting for leads of this kind; None where Leadbell's own words serve."""
        async with self._database.reading() as connection:
            return await templates.get(connection, self._account_id, kind)

    async def all_(self) -> dict[str | None, str]:
        """Those that are set, by kind; None is the one for every kind."""
        async with self._database.reading() as connection:
            found = await templates.all_(connection, self._account_id)
        return {kind or None: text for kind, text in found.items()}

    async def save(self, kind: str | None, text: str, person: Person) -> GreetingFlaws | None:
        """None if it was saved. Whether the person is an admin was asked before."""
        found = flaws(text)
        if found is None:
            async with self._database.transaction() as connection:
                await templates.save(
                    connection,
                    self._account_id,
                    kind or templates.ANY_KIND,
                    text.strip(),
                    user_id=person.user_id,
                    now=self._clock.now(),
                )
        return found

    async def remove(self, kind: str | None) -> bool:
        """Back to the words for every kind, or to Leadbell's own. False if there was none."""
        async with self._database.transaction() as connection:
            return await templates.remove(connection, self._account_id, kind or templates.ANY_KIND)
