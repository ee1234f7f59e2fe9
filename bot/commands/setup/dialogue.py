"""How somebody is asked: the same questions in a terminal and in a browser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.i18n import _

if TYPE_CHECKING:
    from bot.chat.check_line import CheckLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    text: str
    default: str = ""
    """Taken where nothing is answered."""
    choices: tuple[tuple[str, str], ...] = ()
    """What may be answered, and what it means."""
    yes: str = ""
    no: str = ""
    """The choice that a plain yes or no means, where the question may be taken for one of those."""
    may_be_empty: bool = False

    @property
    def spoken(self) -> Question:
        """Of one that was written down at import time."""
        choices = tuple((value, _(meaning)) for value, meaning in self.choices)
        return replace(self, text=_(self.text), choices=choices)


class Dialogue(Protocol):
    def tell(self, text: str) -> None:
        """What has to be done, or why something is asked."""

    def show(self, line: CheckLine) -> None:
        """What a try came to."""

    async def ask(self, question: Question) -> str: ...

    async def confirm(self, text: str, *, default: bool = True) -> bool: ...
