"""What buttons that are about one lead carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.lead import LostReason, Status
    from bot.domain.typed_times import Preset


class Menu(Enum):
    """What is unfolded under a lead's buttons."""

    NONE = auto()
    MORE = auto()
    REMIND = auto()
    WON = auto()
    LOST = auto()
    """Of older cards; what they unfolded stands on the card now."""
    GIVE = auto()
    """More, with the names of those whom a lead can be given to."""


class PromptKind(Enum):
    """What is asked of a person, to be answered by a reply."""

    NOTE = auto()
    TIME = auto()
    VALUE = auto()
    REASON = auto()


@dataclass(frozen=True, slots=True)
class _OnLead:
    lead_id: int


class SendContact(_OnLead):
    """Send the buyer as a contact."""


class ShowNumber(_OnLead):
    """Show the presser the buyer's number, if they may see it."""


class Silence(_OnLead):
    """The buyer asked not to be called."""


class CallAgain(_OnLead):
    """The buyer may be called after all."""


class ShowLead(_OnLead):
    """A list's button: lead to the lead's card, or post it."""


class Claim(_OnLead):
    """Take the lead."""


class Release(_OnLead):
    """Give the lead back to the team."""


@dataclass(frozen=True, slots=True)
class Reassign(_OnLead):
    """Make somebody else the owner."""

    user_id: int


@dataclass(frozen=True, slots=True)
class SetStatus(_OnLead):
    """Set the status."""

    status: Status


@dataclass(frozen=True, slots=True)
class MarkLost(_OnLead):
    """Set the status to lost, for this reason."""

    reason: LostReason


@dataclass(frozen=True, slots=True)
class Undo(_OnLead):
    """Take back the presser's own latest change."""

    change_id: int
    """The change after which the button was offered. Another may have come before the button could be redrawn."""


@dataclass(frozen=True, slots=True)
class OpenMenu(_OnLead):
    """Show further buttons, or none."""

    menu: Menu


@dataclass(frozen=True, slots=True)
class AskFor(_OnLead):
    """Ask the presser for something to be typed."""

    topic: PromptKind


@dataclass(frozen=True, slots=True)
class SetReminder(_OnLead):
    preset: Preset


@dataclass(frozen=True, slots=True)
class ShowHistory(_OnLead):
    """All that was done to the lead; the first page, with the latest, is 0."""

    page: int


@dataclass(frozen=True, slots=True)
class ClaimFromCallout(_OnLead):
    """Take the lead out of a callout, which stands at this page."""

    callout_id: int
    page: int


class ForgetStep(Enum):
    """What is answered to /forget."""

    SEAL = auto()
    ERASE = auto()
    """Without waiting."""
    NO = auto()


@dataclass(frozen=True, slots=True)
class Forget(_OnLead):
    """Forget the buyer of this lead."""

    step: ForgetStep
