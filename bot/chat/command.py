"""One row of the table of commands, and what its handler is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import TYPE_CHECKING

from bot.chat.auth import is_private
from bot.domain.ids import UserId
from bot.domain.sight import Reader
from bot.i18n import _
from bot.team.access import Role

if TYPE_CHECKING:
    import telegram

    from bot.chat.auth import Visitor
    from bot.chat.context import LeadbellContext
    from bot.chat.views.message import RenderedMessage


class CommandScope(Enum):
    PRIVATE = "private"
    GROUP = "group"
    BOTH = "both"

    def covers(self, *, is_private: bool) -> bool:
        return self is CommandScope.BOTH or (self is CommandScope.PRIVATE) == is_private


class Purpose(Enum):
    """What somebody wants who uses a command; /help goes by it."""

    NEW = "new"
    WORK = "work"
    FIND = "find"
    CHECK = "check"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class CommandCall:
    """A command as somebody typed it; `text` is what stands behind it."""

    message: telegram.Message
    visitor: Visitor
    text: str = ""

    @property
    def reader(self) -> Reader:
        """Of the answer."""
        return Reader(user_id=self.visitor.user_id or UserId(0), is_alone=is_private(self.message.chat))


Handler = Callable[[CommandCall, "LeadbellContext"], Awaitable["RenderedMessage | None"]]
"""None where it is answered later."""


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    handler: Handler
    description: str
    """Translated when it is shown, and so are the arguments."""
    purpose: Purpose | None = None
    """None for what /help need not name."""
    _: KW_ONLY
    arguments: str = ""
    """As /help shows it behind the name."""
    stands_alone: bool = False
    """Whether what is written behind it is refused: nothing there could be meant."""
    though_paused: bool = False
    """Whether it is answered also while the account is paused."""
    where: CommandScope = CommandScope.BOTH
    is_admin_only: bool = False
    in_menu: bool = True
    is_open: bool = False
    """Whether strangers get its answer in a private chat: it holds no data."""

    def is_for(self, role: Role) -> bool:
        """Strangers read the open ones only."""
        if role is Role.STRANGER:
            return self.is_open
        return role is Role.ADMIN or not self.is_admin_only

    @property
    def usage(self) -> str:
        return f"/{self.name} {_(self.arguments) if self.arguments else ''}".rstrip()
