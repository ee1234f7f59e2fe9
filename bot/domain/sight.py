"""May this person see this buyer's number here? The one rule, for every way on which a number reaches somebody.

A message is drawn for a `Sight`: the leads whose numbers and e-mail addresses it may show. The others' are masked by
`bot.domain.masking`. Who draws for nobody in particular draws for the group, and in `NUMBERS=claim` that sees none. A
sight with more in it comes from `bot.team.audit`, which notes in the audit what it gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.domain import masking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.card import Card
    from bot.domain.ids import LeadId, UserId
    from bot.domain.lead import StoredLead


class Numbers(StrEnum):
    """The setting of that name: when the team sees buyers' numbers."""

    OPEN = "open"
    """On the cards in the group."""
    CLAIM = "claim"
    """Whoever has the lead, and admins; never in the group."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose numbers a message may show."""

    lead_ids: frozenset[LeadId] | None = frozenset()
    """None: those of every lead."""

    def shows(self, stored: StoredLead) -> bool:
        return not stored.is_withheld and (self.lead_ids is None or stored.lead_id in self.lead_ids)

    def card(self, shown: Card) -> Card:
        return shown if self.shows(shown.stored) else masking.card(shown)

    def leads(self, found: Iterable[StoredLead]) -> tuple[StoredLead, ...]:
        return tuple(one if self.shows(one) else one._replace(lead=masking.lead(one.lead)) for one in found)

    def words(self, text: str, stored: StoredLead) -> str:
        """What somebody of the team wrote about a lead."""
        return text if self.shows(stored) else masking.words(text, stored.lead.phones)

    def label(self, text: str) -> str:
        """Under which leads are counted that are not named: what the team or a buyer wrote."""
        return text if self.lead_ids is None else masking.words(text)

    def last_look(self, drawn: str, found: Iterable[StoredLead]) -> str:
        """At a finished message about these leads, as they are stored."""
        hidden = [one.lead for one in found if not self.shows(one)]
        return masking.everything(drawn, *hidden) if hidden else drawn


BLIND: Final = Sight()
"""For where others read along."""
SEEING: Final = Sight(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who is told something, and where."""

    user_id: UserId
    """0 for somebody who speaks as the group."""
    is_alone: bool = False
    """Whether nobody reads along: in their private chat, or in an alert."""


@dataclass(frozen=True, slots=True)
class SightRule:
    numbers: Numbers = Numbers.OPEN
    admins: frozenset[int] = frozenset()

    @property
    def is_open(self) -> bool:
        return self.numbers is Numbers.OPEN

    @property
    def group(self) -> Sight:
        """What the account's chat sees."""
        return SEEING if self.is_open else BLIND

    def may_see(self, stored: StoredLead, reader: Reader) -> bool:
        """Nobody sees what is withheld."""
        if stored.is_withheld:
            return False
        return self.is_open or (reader.is_alone and reader.user_id in {stored.owner_id, *self.admins})


OPEN: Final = SightRule()
