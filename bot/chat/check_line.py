"""What a check by hand says, line by line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.person import Person

Ask = Callable[[str], Awaitable[bool]]
"""A question to whoever sits there, to be answered with yes or no."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One fact, and whether all is well with it. What is not says what to do."""

    is_ok: bool
    text: str
    moved_to: int | None = None
    """The group's new id, where that is what is wrong."""
    pressed_by: Person | None = None
    """Of a test card whose button was pressed."""
