"""A writing call that is to be made when its chat's turn comes. What it says is not the sender's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from bot.domain.ids import ChatId, UserId
    from bot.errors import DeliveryError

    Call = Callable[[ChatId], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Kept in memory only: what must survive a restart goes through the outbox."""

    call: Call
    """Writes into the chat it is given, and raises `DeliveryError`."""
    turn: int
    """A `Priority`: what a press caused, and look-ups, go before everything else."""
    key: Hashable | None = None
    """What it shows: a later call with the same key takes the place of one that still waits."""
    asker: UserId | None = None
    """Who looks something up."""
    privately: Callable[[], Awaitable[Outgoing | None]] | None = None
    """The same for the asker's private chat; None where they have not started the bot."""
    plain: Call | None = None
    """The same as plain text, for what Telegram refuses as it is."""
    on_failed: Callable[[DeliveryError], Awaitable[None]] | None = None
    """It was given up."""
