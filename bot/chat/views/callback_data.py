"""What a button carries: a small typed code of at most 64 bytes, with the version of its format in front."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from bot.domain.chart import ChartKind
from bot.domain.lead import Kind, LostReason, Status
from bot.domain.typed_times import Preset

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = "1"
LONGEST: Final = 64
"""Bytes, all ASCII (Bot API)."""
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


@dataclass(frozen=True, slots=True)
class TurnPage:
    """Turn a remembered view to the page older, or newer, than the key."""

    view_id: int
    older: bool
    key: int


@dataclass(frozen=True, slots=True)
class OpenList:
    """List the leads behind a number: a remembered view, from its newest page on."""

    view_id: int


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
class CancelReminder:
    """Take a reminder back; the list it stands in begins with this key."""

    reminder_id: int
    key: int


@dataclass(frozen=True, slots=True)
class ShowHistory(_OnLead):
    """All that was done to the lead; the first page, with the latest, is 0."""

    page: int


@dataclass(frozen=True, slots=True)
class TurnCallout:
    """Turn a callout to this page; the first is 0."""

    callout_id: int
    page: int


@dataclass(frozen=True, slots=True)
class ClaimFromCallout(_OnLead):
    """Take the lead out of a callout, which stands at this page."""

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


class StatsPage(Enum):
    SUMMARY = auto()
    PEOPLE = auto()
    RESULTS = auto()
    TRADE = auto()


@dataclass(frozen=True, slots=True)
class ShowStats:
    """Turn the answer to /stats to this page."""

    view_id: int
    page: StatsPage


@dataclass(frozen=True, slots=True)
class SendChart:
    """Send a chart of what the answer to /stats is about."""

    view_id: int
    chart: ChartKind


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
class Forget(_OnLead):
    """Forget the buyer of this lead."""

    step: ForgetStep


@dataclass(frozen=True, slots=True)
class ProveWay:
    """Show that a press comes back: the button of a test card."""


@dataclass(frozen=True, slots=True)
class ChooseAccount:
    """Show the leads of this account from now on."""

    account_id: int


class SettingStep(Enum):
    LIST = auto()
    SHOW = auto()
    PUT = auto()
    """Set what a button names, by its place."""
    ASK = auto()
    CLEAR = auto()
    """Take out what was set here."""
    UNDO = auto()
    """The change with this number."""
    SURE = auto()
    """After it was asked back."""


@dataclass(frozen=True, slots=True)
class ChangeSetting:
    """A setting of this account, by its number in `views/settings.py`."""

    account_id: int
    number: int
    step: SettingStep
    value: int


class RouteStep(Enum):
    """What is done with the routes, or with one of them."""

    LIST = auto()
    OPEN = auto()
    UP = auto()
    DOWN = auto()
    DELETE = auto()
    UNDO = auto()
    TEST = auto()


@dataclass(frozen=True, slots=True)
class RoutePress:
    """A button of /routes. The number is a route's, a change's that is undone, or a lead's as people see it."""

    step: RouteStep
    number: int


_OfLead = SendContact | ShowNumber | ShowLead | ShowHistory | OpenMenu | AskFor | SetReminder | CancelReminder
_OnBuyer = Silence | CallAgain | Forget
_Change = Claim | ClaimFromCallout | Release | Reassign | SetStatus | MarkLost | Undo | SaveTemplate
_Turn = OpenList | TurnPage | TurnCallout | TurnOpenList | TurnMyList | ShowStats | SendChart
Code = RoutePress | _OfLead | _OnBuyer | _Change | _Turn | ProveWay | ChooseAccount | ChangeSetting

_CODES: Final[Mapping[str, type[Any]]] = {
    "c": SendContact,
    "n": ShowNumber,
    "d": Silence,
    "j": CallAgain,
    "s": ShowLead,
    "t": TurnPage,
    "D": OpenList,
    "k": Claim,
    "f": Release,
    "g": Reassign,
    "p": SetStatus,
    "q": MarkLost,
    "u": Undo,
    "m": OpenMenu,
    "a": AskFor,
    "r": SetReminder,
    "x": CancelReminder,
    "h": ShowHistory,
    "l": TurnCallout,
    "e": ClaimFromCallout,
    "o": TurnOpenList,
    "y": TurnMyList,
    "w": Forget,
    "v": SaveTemplate,
    "b": ProveWay,
    "R": RoutePress,
    "i": ChooseAccount,
    "z": ShowStats,
    "C": SendChart,
    "S": ChangeSetting,
}
"""By the letter behind the version. A letter is never given to something else: buttons live as long as messages."""
_LETTERS: Final = {code: letter for letter, code in _CODES.items()}

_WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "bool": {"o": True, "n": False},
    "str": {"a": ""} | {kind: kind for kind in Kind.KNOWN},
    "Menu": {"n": Menu.NONE, "m": Menu.MORE, "r": Menu.REMIND, "w": Menu.WON, "l": Menu.LOST, "g": Menu.GIVE},
    "PromptKind": {"n": PromptKind.NOTE, "t": PromptKind.TIME, "v": PromptKind.VALUE, "r": PromptKind.REASON},
    "Preset": {"h": Preset.HOUR, "t": Preset.THREE_HOURS, "d": Preset.TOMORROW},
    "Status": {"c": Status.CONTACTED, "q": Status.QUOTED, "w": Status.WON, "l": Status.LOST, "j": Status.JUNK},
    "LostReason": {
        "p": LostReason.PRICE,
        "e": LostReason.ELSEWHERE,
        "u": LostReason.UNREACHABLE,
        "c": LostReason.CANCELLED,
        "m": LostReason.SMALL,
        "a": LostReason.CURIOUS,
        "s": LostReason.UNSUITABLE,
    },
    "StatsPage": {"s": StatsPage.SUMMARY, "p": StatsPage.PEOPLE, "r": StatsPage.RESULTS, "t": StatsPage.TRADE},
    "ChartKind": {
        "d": ChartKind.DAYS,
        "r": ChartKind.RESPONSE,
        "f": ChartKind.FUNNEL,
        "h": ChartKind.HOURS,
        "a": ChartKind.AGE,
    },
    "SettingStep": {
        "l": SettingStep.LIST,
        "s": SettingStep.SHOW,
        "p": SettingStep.PUT,
        "a": SettingStep.ASK,
        "c": SettingStep.CLEAR,
        "u": SettingStep.UNDO,
        "y": SettingStep.SURE,
    },
    "RouteStep": {
        "l": RouteStep.LIST,
        "o": RouteStep.OPEN,
        "u": RouteStep.UP,
        "d": RouteStep.DOWN,
        "x": RouteStep.DELETE,
        "z": RouteStep.UNDO,
        "t": RouteStep.TEST,
    },
    "ForgetStep": {"s": ForgetStep.SEAL, "e": ForgetStep.ERASE, "n": ForgetStep.NO},
}
"""By a field's type: what is written for each of its values. All other fields are numbers."""
_PART: Final = re.compile(r"[0-9]+|[A-Za-z]+")


def encode(code: Code) -> str:
    text = VERSION + _LETTERS[type(code)]
    for field in fields(code):
        value = getattr(code, field.name)
        names = _WORDS.get(str(field.type))
        part = str(value) if names is None else next(name for name, meant in names.items() if meant == value)
        # Two numbers side by side are kept apart.
        text += f".{part}" if text[-1].isdigit() and part[0].isdigit() else part
    return text


def decode(data: str | None) -> Code | None:
    """None for what another version wrote, and for anything else."""
    text = data or ""
    code = _CODES.get(text[1:2])
    if code is None or len(text) > LONGEST:
        return None
    try:
        parts = zip(fields(code), _PART.findall(text[2:]), strict=True)
        understood: Code = code(*(_read(str(field.type), part) for field, part in parts))
    except (KeyError, ValueError):
        return None
    # Each code is written in one way only.
    return understood if encode(understood) == text else None


def _read(kind: str, part: str) -> object:
    if kind in _WORDS:
        return _WORDS[kind][part]
    if (number := int(part)) > LARGEST:
        raise ValueError(part)
    return number
