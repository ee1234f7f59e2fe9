"""What may be done with a lead by whom, and what an attempt came to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.lead import Status
from bot.store import changes
from bot.store.changes import ChangeKind, LeadState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.ids import LeadNumber, UserId
    from bot.domain.lead import StoredLead
    from bot.store.changes import Change

LONGEST_REASON: Final = 200
"""Characters of why a lead was lost."""
LARGEST_VALUE: Final = 10**15
"""Rupees; more is a slip of the finger."""
CLOSED: Final = frozenset({Status.WON, Status.LOST, Status.JUNK})
SETTABLE: Final = (Status.CONTACTED, Status.QUOTED, Status.WON, Status.LOST, Status.JUNK)
"""What people set; `claimed` comes by claiming."""


class ClaimResult(StrEnum):
    WON = "won"
    TAKEN = "taken"
    """Somebody else has it."""
    YOURS = "yours"
    """It was theirs before."""
    GONE = "gone"
    """There is no such lead."""


@dataclass(frozen=True, slots=True)
class ClaimAttempt:
    result: ClaimResult
    number: LeadNumber | None = None
    """The lead's, where there is such a lead."""
    owner_name: str | None = None
    change_id: int | None = None
    """For undoing it; set where it was won."""
    shown: StoredLead | None = None
    """With `NUMBERS=claim`: the lead whose number they are to be shown."""


class Refusal(StrEnum):
    """Why nothing was changed."""

    GONE = "gone"
    """There is no such lead."""
    NOT_YOURS = "not_yours"
    """Only the owner and admins may."""
    UNCLAIMED = "unclaimed"
    """Nobody has it, so it cannot be released."""
    CLOSED = "closed"
    """Won, lost or junk: there is nothing left to release."""
    SAME = "same"
    """It is so already."""
    STRANGER = "stranger"
    """The bot has not seen that person act, or saw them leave."""
    UNDONE = "undone"
    """Their latest change was taken back already."""
    LATE = "late"
    """Their latest change is older than a minute."""
    OVERTAKEN = "overtaken"
    """Somebody else changed the lead since."""
    NOTED_BY_ANOTHER = "noted_by_another"
    """Only who noted it, and admins, may take it back."""
    NO_CHANGE = "no_change"
    """They changed nothing that could be undone."""
    CANNOT = "cannot"
    """That is no status people set, or no order value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResult:
    """What came of it."""

    why: Refusal | None = None
    number: LeadNumber | None = None
    """The lead's, where something was changed."""
    owner_name: str | None = None
    """Who has the lead now."""
    change_id: int | None = None
    """For undoing it; set where something was changed."""
    shown: StoredLead | None = None
    """As of an attempt to claim."""

    @property
    def ok(self) -> bool:
        return self.why is None


def own_latest(latest: Sequence[Change], user_id: UserId) -> Change | None:
    return next((one for one in reversed(latest) if one.user_id == user_id and one.act is not ChangeKind.UNDO), None)


def why_no_undo(change: Change, latest: Sequence[Change], now: datetime) -> Refusal | None:
    """Why a person's own latest change cannot be undone; None if it can. `latest` ends with the newest."""
    undone = {one.undoes for one in latest}
    if change.change_id in undone:
        return Refusal.UNDONE
    if not changes.is_undoable(change, now):
        return Refusal.LATE
    since = (one for one in latest if one.change_id > change.change_id and one.act is not ChangeKind.UNDO)
    return Refusal.OVERTAKEN if any(one.change_id not in undone for one in since) else None


_Kept = TypeVar("_Kept", int, str)


def kept(told: _Kept | None, known: _Kept | None) -> _Kept | None:
    """Who says once more that it is won, or lost, without saying how, takes nothing back."""
    return known if told is None else told


def why_no_release(state: LeadState, user_id: UserId, *, is_admin: bool) -> Refusal | None:
    if state.owner_id is None:
        return Refusal.UNCLAIMED
    if not is_admin and state.owner_id != user_id:
        return Refusal.NOT_YOURS
    return Refusal.CLOSED if state.status in CLOSED else None


def tidied_reason(typed: str | None) -> str | None:
    return " ".join((typed or "").split())[:LONGEST_REASON].rstrip() or None
