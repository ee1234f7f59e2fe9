"""Questions that stand in the group until nobody has to answer them any more: then they are deleted.

That is when they are answered, asked anew, settled by a button, or after ten minutes. Kept in memory: what was asked
before a restart stands until it is answered. In private chats they stay; there they are in nobody's way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.chat.views.lead_codes import PromptKind
    from bot.clock import Clock
    from bot.domain.ids import AccountId, ChatId, LeadId, MessageId, UserId

    Place = tuple[ChatId, MessageId]

STANDS: Final = 600.0
"""Seconds for an answer. The menu it was asked from stays open as long, so that the answer's edit closes it."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    lead_id: LeadId
    topic: PromptKind
    user_id: UserId
    """Who was asked."""


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    clock: Clock
    standing: dict[Place, tuple[OpenQuestion, float]] = field(default_factory=dict)
    """Until when (monotonic)."""

    def stand(self, place: Place, question: OpenQuestion) -> list[Place]:
        """Where it was asked before; one of a kind is enough."""
        before = self._take(lambda other, _until: other == question)
        self.standing[place] = (question, self.clock.monotonic() + STANDS)
        return before

    def forget(self, place: Place) -> None:
        self.standing.pop(place, None)

    def settled(self, lead_id: LeadId, topics: Collection[PromptKind], user_id: UserId | None = None) -> list[Place]:
        """What needs no answer any more; of one person, or of everybody."""
        return self._take(
            lambda one, _until: one.lead_id == lead_id and one.topic in topics and user_id in {None, one.user_id}
        )

    def overdue(self) -> list[Place]:
        now = self.clock.monotonic()
        return self._take(lambda _one, until: until <= now)

    def _take(self, is_meant: Callable[[OpenQuestion, float], bool]) -> list[Place]:
        found = [place for place, one in self.standing.items() if is_meant(*one)]
        for place in found:
            del self.standing[place]
        return found


@dataclass(frozen=True, slots=True)
class AskedSettings:
    """The setting that each admin was asked for last, in their private chat with this bot, of whichever account.

    What they write next answers it, also where it is no reply: many apps forget that it was to be one, and a key would
    be searched for.
    """

    clock: Clock
    standing: dict[UserId, tuple[tuple[AccountId, int], float]] = field(default_factory=dict)
    """Account and setting, and until when (monotonic)."""

    def ask(self, user_id: UserId, account_id: AccountId, number: int) -> None:
        self.standing[user_id] = (account_id, number), self.clock.monotonic() + STANDS

    def asked(self, user_id: UserId) -> tuple[AccountId, int] | None:
        found, until = self.standing.get(user_id, (None, 0.0))
        return found if until > self.clock.monotonic() else None

    def take(self, user_id: UserId | None) -> tuple[AccountId, int] | None:
        """From now on they are asked for none."""
        asked = None if user_id is None else self.asked(user_id)
        if user_id is not None:
            self.standing.pop(user_id, None)
        return asked
