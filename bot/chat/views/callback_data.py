"""What a button carries: a small typed code of at most 64 bytes, with the version of its format in front."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from bot.chat.views.lead_codes import (
    AskFor,
    CallAgain,
    Claim,
    ClaimFromCallout,
    Forget,
    ForgetStep,
    MarkLost,
    Menu,
    OpenMenu,
    PromptKind,
    Reassign,
    Release,
    SendContact,
    SetReminder,
    SetStatus,
    ShowHistory,
    ShowLead,
    ShowNumber,
    Silence,
    Undo,
)
from bot.chat.views.list_codes import (
    CancelReminder,
    OpenList,
    SendChart,
    ShowStats,
    StatsPage,
    TurnCallout,
    TurnMyList,
    TurnOpenList,
    TurnPage,
)
from bot.chat.views.setting_codes import (
    ChangeSetting,
    ChooseAccount,
    ProveWay,
    RoutePress,
    RouteStep,
    SaveTemplate,
    SetLanguage,
    SettingStep,
)
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


_OfLead = SendContact | ShowNumber | ShowLead | ShowHistory | OpenMenu | AskFor | SetReminder | CancelReminder
_OnBuyer = Silence | CallAgain | Forget
_Change = Claim | ClaimFromCallout | Release | Reassign | SetStatus | MarkLost | Undo | SaveTemplate
_Turn = OpenList | TurnPage | TurnCallout | TurnOpenList | TurnMyList | ShowStats | SendChart
Code = RoutePress | _OfLead | _OnBuyer | _Change | _Turn | ProveWay | ChooseAccount | ChangeSetting | SetLanguage

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
    "L": SetLanguage,
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
