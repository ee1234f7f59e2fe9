"""A bot's queue of updates: offsets, long polling, one poller at a time, or a webhook that takes them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.botapi import refusal

DEFAULT_ALLOWED: Final = frozenset(
    {
        "message",
        "edited_message",
        "callback_query",
        "inline_query",
        "chosen_inline_result",
        "my_chat_member",
    },
)
"""What comes without being named; `chat_member` and `message_reaction` do not (Bot API)."""


@dataclass(slots=True)
class Webhook:
    secret: str = ""
    max_connections: int = 40
    is_set: bool = False
    """Whether the bot set it: then it is served."""
    last_error_at: int = 0
    """Epoch seconds."""
    last_error: str = ""

    @property
    def wire(self) -> dict[str, Any]:
        failed = {"last_error_date": self.last_error_at, "last_error_message": self.last_error}
        return {"max_connections": self.max_connections} | (failed if self.last_error else {})


class UpdateQueue:
    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        """Updates the bot has not confirmed, oldest first."""
        self.allowed = DEFAULT_ALLOWED
        self.webhook = ""
        """The address that gets the updates in place of whoever polls; tests put another program's here."""
        self.hook = Webhook()
        self._next_id = 700_000_001
        self._arrival = asyncio.Event()
        self._poller: object | None = None
        self._ended_by: str | None = None

    @property
    def has_poller(self) -> bool:
        return self._poller is not None

    def put(self, kind: str, content: dict[str, Any]) -> int | None:
        """The update's id, or None where the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        update_id = self._next_id
        self._next_id += 1
        self.waiting.append({"update_id": update_id, kind: content})
        self._wake()
        return update_id

    def allow(self, kinds: list[Any] | None) -> None:
        """None keeps what was asked for last; an empty list means the default."""
        if kinds is not None:
            self.allowed = frozenset(map(str, kinds)) or DEFAULT_ALLOWED

    def drop(self) -> None:
        self.waiting.clear()

    def terminate(self, by: str | None = None) -> None:
        """The current poller, if any, gets 409, which names another poller or what ended it."""
        self._poller, self._ended_by = None, by
        self._wake()

    async def next(self) -> dict[str, Any]:
        """The oldest that is not confirmed, as soon as there is one."""
        while not self.waiting:
            await self._arrival.wait()
        return self.waiting[0]

    def confirm(self, update: dict[str, Any]) -> None:
        """Others may have come and been dropped meanwhile."""
        self.waiting = [one for one in self.waiting if one is not update]

    async def take(self, offset: int | None, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Waits up to `seconds` for updates; those before `offset` are confirmed and forgotten."""
        self._confirm(offset)
        me = self._poller = object()
        self._ended_by = None
        self._wake()
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            while not self.waiting and (left := deadline - asyncio.get_running_loop().time()) > 0:
                await self._arrive(left)
                if self._poller is not me:
                    raise refusal.conflict(self._ended_by)
            return self.waiting[:limit]
        finally:
            if self._poller is me:
                self._poller = None

    def _confirm(self, offset: int | None) -> None:
        if offset is None:
            return
        if offset < 0:
            self.waiting = self.waiting[offset:]
            return
        self.waiting = [update for update in self.waiting if update.get("update_id", offset) >= offset]

    async def _arrive(self, seconds: float) -> None:
        arrival = self._arrival
        try:
            async with asyncio.timeout(seconds):
                await arrival.wait()
        except TimeoutError:
            return

    def _wake(self) -> None:
        self._arrival.set()
        self._arrival = asyncio.Event()
