"""Somebody on Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.ids import UserId


@dataclass(frozen=True, slots=True)
class Person:
    user_id: UserId
    name: str
    username: str | None = None
