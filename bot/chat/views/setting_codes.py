"""What buttons carry by which Leadbell itself is set: accounts, settings, routes, templates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class SaveTemplate:
    """Make the greeting above the button that of a kind, or of all."""

    account_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class ProveWay:
    """Show that a press comes back: the button of a test card."""


@dataclass(frozen=True, slots=True)
class ChooseAccount:
    """Show the leads of this account from now on."""

    account_id: int


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Speak the language with this number, in `bot.i18n.LANGUAGES`, to whoever presses or in their group."""

    number: int
    is_group: bool


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

    account_id: int
    step: RouteStep
    number: int
