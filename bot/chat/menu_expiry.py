"""Folds away what was unfolded under a lead and left alone, when its minute is over. What is chosen closes it at once.

Kept in memory: after a restart the buttons stay until the lead's next change, and say so if they are pressed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.chat.views.lead_codes import Menu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.clock import Clock
    from bot.domain.ids import ChatId, LeadId, MessageId, UserId
    from bot.domain.person import Person

    Place = tuple[ChatId, MessageId]
    Unfolded = dict[LeadId, tuple[Menu, Sequence[Person]]]
    """What is unfolded under cards. A bot's handlers and messengers share it: an edit that comes meanwhile must not
    take it from under a thumb.
    """

AFTER: Final = 61.0
"""Seconds that buttons stay unfolded for somebody who chooses none of them."""
DOUBLE_TAP: Final = 1.0
"""Seconds within which a second press confirms nothing."""
LOOK_EVERY: Final = 5.0


@dataclass(frozen=True, slots=True)
class MenuExpiry:
    """A place is a view; without one it is the lead's card."""

    clock: Clock
    unfolded: Unfolded
    due: dict[tuple[LeadId, Place | None], float] = field(default_factory=dict)
    """Monotonic."""
    openers: dict[LeadId, UserId] = field(default_factory=dict)
    """Who unfolded it under the card."""
    asked_back: dict[tuple[LeadId, UserId], float] = field(default_factory=dict)
    """Whether they mean it, and when (monotonic)."""

    def close_later(self, lead_id: LeadId, place: Place | None = None) -> None:
        self.due[lead_id, place] = self.clock.monotonic() + AFTER

    def keep_open(self, lead_id: LeadId, seconds: float) -> None:
        """Unfolded for so long, wherever it is: an answer is waited for."""
        until = self.clock.monotonic() + seconds
        self.due.update({key: max(at, until) for key, at in self.due.items() if key[0] == lead_id})

    def close_soon(self, lead_id: LeadId) -> None:
        """What was kept open for an answer folds now."""
        now = self.clock.monotonic()
        self.due.update({key: now for key, at in self.due.items() if key[0] == lead_id and at > now + AFTER})

    def open(self, lead_id: LeadId, menu: Menu, people: Sequence[Person] = (), opener: UserId | None = None) -> None:
        """Under the lead's card; NONE closes."""
        self.close(lead_id)
        if menu is not Menu.NONE:
            self.unfolded[lead_id] = (menu, people)
            self.close_later(lead_id)
            if opener is not None:
                self.openers[lead_id] = opener

    def close(self, lead_id: LeadId) -> tuple[Menu, Sequence[Person]]:
        """The card's next edit folds it, so that none has to come for that alone. What was unfolded, for `open`."""
        self.forget(lead_id)
        self.openers.pop(lead_id, None)
        return self.unfolded.pop(lead_id, (Menu.NONE, ()))

    def close_all(self) -> None:
        for lead_id, _place in [*self.due]:
            self.close(lead_id)

    def asked(self, lead_id: LeadId, user_id: UserId) -> None:
        """They have been asked back whether they mean it."""
        now = self.clock.monotonic()
        for stale in [one for one, at in self.asked_back.items() if now - at > AFTER]:
            del self.asked_back[stale]
        self.asked_back[lead_id, user_id] = now

    def confirms(self, lead_id: LeadId, user_id: UserId) -> bool:
        """Whether they were asked back before, and did not just tap twice. Else they are to be asked."""
        asked_at = self.asked_back.pop((lead_id, user_id), None)
        return asked_at is not None and DOUBLE_TAP <= self.clock.monotonic() - asked_at <= AFTER

    def forget(self, lead_id: LeadId, place: Place | None = None) -> None:
        self.due.pop((lead_id, place), None)

    def take_due(self) -> list[tuple[LeadId, Place | None]]:
        """What is due; it is told twice only where it is put back."""
        now = self.clock.monotonic()
        found = [key for key, at in self.due.items() if at <= now]
        for key in found:
            del self.due[key]
            if key[1] is None:
                self.close(key[0])
        return found

    def put_back(self, lead_id: LeadId, place: Place | None) -> None:
        """What could not be folded is due at the next look; what was unfolded anew meanwhile has its own time."""
        self.due.setdefault((lead_id, place), self.clock.monotonic())
