"""What a button carries: a small typed code of at most 64 bytes, with the version of its format in front."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from bot.domain.lead import Kind, LostReason, Status
from bot.domain.typed_times import Preset

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = "1"
LARGEST: Final = 2**63 - 1
"""Numbers are at most what a database row can hold."""


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
class SendContact:
    """Send the buyer as a contact."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class ShowNumber:
    """Show the presser the buyer's number, if they may see it."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Silence:
    """The buyer asked not to be called."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class CallAgain:
    """The buyer may be called after all."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class ShowLead:
    """A list's button: lead to the lead's card, or post it."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class TurnPage:
    """Turn a remembered view to the page older, or newer, than the key."""

    view_id: int
    older: bool
    key: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Take the lead."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Release:
    """Give the lead back to the team."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Reassign:
    """Make somebody else the owner."""

    lead_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Set the status."""

    lead_id: int
    status: Status


@dataclass(frozen=True, slots=True)
class MarkLost:
    """Set the status to lost, for this reason."""

    lead_id: int
    reason: LostReason


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the presser's own latest change."""

    lead_id: int
    change_id: int
    """The change after which the button was offered. Another may have come before the button could be redrawn."""


@dataclass(frozen=True, slots=True)
class OpenMenu:
    """Show further buttons, or none."""

    lead_id: int
    menu: Menu


@dataclass(frozen=True, slots=True)
class AskFor:
    """Ask the presser for something to be typed."""

    lead_id: int
    topic: PromptKind


@dataclass(frozen=True, slots=True)
class SetReminder:
    lead_id: int
    preset: Preset


@dataclass(frozen=True, slots=True)
class CancelReminder:
    """Take a reminder back; the list it stands in begins with this key."""

    reminder_id: int
    key: int


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """All that was done to the lead; the first page, with the latest, is 0."""

    lead_id: int
    page: int


@dataclass(frozen=True, slots=True)
class TurnCallout:
    """Turn a callout to this page; the first is 0."""

    callout_id: int
    page: int


@dataclass(frozen=True, slots=True)
class ClaimFromCallout:
    """Take the lead out of a callout, which stands at this page."""

    lead_id: int
    callout_id: int
    page: int


@dataclass(frozen=True, slots=True)
class TurnOpenList:
    """Turn the list of unclaimed leads to the page that begins with this key."""

    key: int


@dataclass(frozen=True, slots=True)
class TurnMyList:
    """Turn a person's list to the page that begins with this key."""

    user_id: int
    key: int


@dataclass(frozen=True, slots=True)
class SaveTemplate:
    """Make the greeting above the button that of a kind, or of all."""

    kind: str


class ForgetStep(Enum):
    """What is answered to /forget."""

    SEAL = auto()
    ERASE = auto()
    """Without waiting."""
    NO = auto()


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget the buyer of this lead."""

    lead_id: int
    step: ForgetStep


@dataclass(frozen=True, slots=True)
class ProveWay:
    """Show that a press comes back: the button of a test card."""


_OfLead = SendContact | ShowNumber | ShowLead | ShowHistory | OpenMenu | AskFor | SetReminder | CancelReminder
_OnBuyer = Silence | CallAgain | Forget
_Change = Claim | ClaimFromCallout | Release | Reassign | SetStatus | MarkLost | Undo | SaveTemplate
_Turn = TurnPage | TurnCallout | TurnOpenList | TurnMyList
Code = _OfLead | _OnBuyer | _Change | _Turn | ProveWay

_NUMBER: Final[Mapping[str, Any]] = {}
"""Stands for a number; every other field is one of a few words."""
_OLDER: Final = {"o": True, "n": False}
_MENUS: Final = {
    "n": Menu.NONE,
    "m": Menu.MORE,
    "r": Menu.REMIND,
    "w": Menu.WON,
    "l": Menu.LOST,
    "g": Menu.GIVE,
}
_TOPICS: Final = {"n": PromptKind.NOTE, "t": PromptKind.TIME, "v": PromptKind.VALUE, "r": PromptKind.REASON}
_PRESETS: Final = {"h": Preset.HOUR, "t": Preset.THREE_HOURS, "d": Preset.TOMORROW}
_STATUSES: Final = {"c": Status.CONTACTED, "q": Status.QUOTED, "w": Status.WON, "l": Status.LOST, "j": Status.JUNK}
_REASONS: Final = {
    "p": LostReason.PRICE,
    "e": LostReason.ELSEWHERE,
    "u": LostReason.UNREACHABLE,
    "c": LostReason.CANCELLED,
    "m": LostReason.SMALL,
    "a": LostReason.CURIOUS,
    "s": LostReason.UNSUITABLE,
}
_FORGET_STEPS: Final = {"s": ForgetStep.SEAL, "e": ForgetStep.ERASE, "n": ForgetStep.NO}
_KINDS: Final = {"a": ""} | {kind: kind for kind in Kind.KNOWN}

_FORMS: Final[Mapping[str, tuple[type[Any], tuple[Mapping[str, Any], ...]]]] = {
    "c": (SendContact, (_NUMBER,)),
    "n": (ShowNumber, (_NUMBER,)),
    "d": (Silence, (_NUMBER,)),
    "j": (CallAgain, (_NUMBER,)),
    "s": (ShowLead, (_NUMBER,)),
    "t": (TurnPage, (_NUMBER, _OLDER, _NUMBER)),
    "k": (Claim, (_NUMBER,)),
    "f": (Release, (_NUMBER,)),
    "g": (Reassign, (_NUMBER, _NUMBER)),
    "p": (SetStatus, (_NUMBER, _STATUSES)),
    "q": (MarkLost, (_NUMBER, _REASONS)),
    "u": (Undo, (_NUMBER, _NUMBER)),
    "m": (OpenMenu, (_NUMBER, _MENUS)),
    "a": (AskFor, (_NUMBER, _TOPICS)),
    "r": (SetReminder, (_NUMBER, _PRESETS)),
    "x": (CancelReminder, (_NUMBER, _NUMBER)),
    "h": (ShowHistory, (_NUMBER, _NUMBER)),
    "l": (TurnCallout, (_NUMBER, _NUMBER)),
    "e": (ClaimFromCallout, (_NUMBER, _NUMBER, _NUMBER)),
    "o": (TurnOpenList, (_NUMBER,)),
    "y": (TurnMyList, (_NUMBER, _NUMBER)),
    "w": (Forget, (_NUMBER, _FORGET_STEPS)),
    "v": (SaveTemplate, (_KINDS,)),
    "b": (ProveWay, ()),
}
"""By the letter behind the version. A letter is never given to something else: buttons live as long as messages."""


def _pattern(letter: str, words: tuple[Mapping[str, Any], ...]) -> re.Pattern[str]:
    parts = (f"({'|'.join(one)})" if one else "(0|[1-9][0-9]{0,18})" for one in words)
    body = "".join(gap + part for gap, part in zip(_gaps(words, r"\."), parts, strict=True))
    return re.compile(VERSION + letter + body, re.ASCII)


def _gaps(words: tuple[Mapping[str, Any], ...], between: str) -> list[str]:
    """What stands before each part: two numbers side by side are kept apart."""
    return ["", *("" if before or after else between for before, after in pairwise(words))][: len(words)]


_PATTERNS: Final = {letter: _pattern(letter, words) for letter, (_code, words) in _FORMS.items()}
_PARTS: Final = {
    code: (VERSION + letter, tuple(zip(code.__slots__, _gaps(words, "."), words, strict=True)))
    for letter, (code, words) in _FORMS.items()
}
"""How each code begins, and of its fields: name, what stands before it, the words for its values."""


def encode(code: Code) -> str:
    text, parts = _PARTS[type(code)]
    for name, gap, words in parts:
        text += gap + _written(getattr(code, name), words)
    return text


def _written(value: object, names: Mapping[str, Any]) -> str:
    return next(name for name, meant in names.items() if meant == value) if names else str(value)


def decode(data: str | None) -> Code | None:
    """None for what another version wrote, and for anything else."""
    text = data or ""
    letter = text[1:2]
    found = _PATTERNS[letter].fullmatch(text) if letter in _PATTERNS else None
    if found is None:
        return None
    code, words = _FORMS[letter]
    values = [names[part] if names else int(part) for part, names in zip(found.groups(), words, strict=True)]
    # Only numbers that fit a row.
    if any(value > LARGEST for value, names in zip(values, words, strict=True) if not names):
        return None
    understood: Code = code(*values)
    return understood
