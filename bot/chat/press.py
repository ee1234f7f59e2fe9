"""A press that is being served: the button's query, and who pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.team.access import Role

if TYPE_CHECKING:
    from telegram import CallbackQuery

    from bot.chat.context import LeadbellContext
    from bot.services import Services
    from bot.team.access import Person


@dataclass(frozen=True, slots=True)
class Press:
    query: CallbackQuery
    person: Person
    role: Role
    context: LeadbellContext

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def services(self) -> Services:
        return self.context.services
