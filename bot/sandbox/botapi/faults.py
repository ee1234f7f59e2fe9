"""What can go wrong between a bot and Telegram, switched on by tests and by the demo."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.sandbox.botapi import refusal
from bot.sandbox.botapi.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.sandbox.botapi.people import BotUser

WRITING: Final = frozenset(
    {
        "sendmessage",
        "sendcontact",
        "sendphoto",
        "senddocument",
        "copymessage",
        "forwardmessage",
        "editmessagetext",
        "editmessagecaption",
        "editmessagereplymarkup",
        "deletemessage",
        "deletemessages",
    },
)
"""The calls that flood control counts."""


class FaultKind(StrEnum):
    REFUSE = "refuse"
    """An answer with an error; nothing is done."""
    GATEWAY = "gateway"
    """An HTML page with an error status, as a proxy before Telegram writes it; nothing is done."""
    HANG = "hang"
    """No answer until the fault is lifted or the client goes; nothing is done."""
    HANG_AFTER = "hang_after"
    """It is done, but no answer comes."""
    RESET = "reset"
    """The connection breaks; nothing is done."""
    RESET_AFTER = "reset_after"
    """It is done, but the connection breaks before the answer."""
    SLOW = "slow"
    """The answer takes `seconds` longer."""


@dataclass(slots=True, eq=False)
class BotApiFault:
    kind: FaultKind
    methods: frozenset[str] = frozenset()
    """Lower case; empty for every method."""
    times: int | None = None
    """How many calls it strikes; None until it is lifted."""
    error: RefusedError | None = None
    seconds: float = 0
    chat_id: int | None = None
    bot: BotUser | None = None
    """None for every bot."""
    struck: int = field(default=0, init=False)

    def fits(self, method: str, chat_id: str, bot: BotUser | None = None) -> bool:
        is_method = not self.methods or method.lower() in self.methods
        is_chat = self.chat_id is None or chat_id == str(self.chat_id)
        is_bot = self.bot is None or self.bot is bot
        return is_method and is_chat and is_bot and (self.times is None or self.struck < self.times)


class BotApiFaults:
    """The faults in force, oldest first. `methods` everywhere: names of methods, none for all of them."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._faults: list[BotApiFault] = []
        self._changed = changed

    def __iter__(self) -> Iterator[BotApiFault]:
        return iter(tuple(self._faults))

    def __contains__(self, fault: object) -> bool:
        return fault in self._faults

    def add(self, fault: BotApiFault) -> BotApiFault:
        self._faults.append(fault)
        self._changed()
        return fault

    def lift(self, fault: BotApiFault) -> None:
        if fault in self._faults:
            self._faults.remove(fault)
            self._changed()

    def clear(self) -> None:
        self._faults.clear()
        self._changed()

    @contextmanager
    def during(self, fault: BotApiFault) -> Iterator[BotApiFault]:
        if fault not in self._faults:
            self.add(fault)
        try:
            yield fault
        finally:
            self.lift(fault)

    def strike(self, method: str, chat_id: str, bot: BotUser | None = None) -> BotApiFault | None:
        """The fault this call meets, counted."""
        fault = next((f for f in self._faults if f.fits(method, chat_id, bot)), None)
        if fault is not None:
            fault.struck += 1
            if fault.times is not None and fault.struck >= fault.times and not fault.kind.startswith("hang"):
                self._faults.remove(fault)
        return fault

    def refuse(
        self,
        code: int,
        description: str,
        *methods: str,
        times: int | None = 1,
        parameters: dict[str, int] | None = None,
        chat_id: int | None = None,
        bot: BotUser | None = None,
    ) -> BotApiFault:
        """An exact error, e.g. `refuse(400, "Bad Request: chat not found", "sendMessage")`."""
        error = RefusedError(code, description, parameters)
        return self.add(BotApiFault(FaultKind.REFUSE, _names(methods), times, error, chat_id=chat_id, bot=bot))

    def flood(
        self,
        *methods: str,
        retry_after: int = 3,
        times: int | None = 1,
        chat_id: int | None = None,
        bot: BotUser | None = None,
    ) -> BotApiFault:
        """429 for the next calls, without `methods` for those that write; `retry_after` in seconds."""
        names = _names(methods) or WRITING
        error = refusal.flood(retry_after)
        return self.add(BotApiFault(FaultKind.REFUSE, names, times, error, chat_id=chat_id, bot=bot))

    def conflict(self, *, times: int | None = 1) -> BotApiFault:
        """Another instance took the updates."""
        return self.add(BotApiFault(FaultKind.REFUSE, _names(["getUpdates"]), times, refusal.conflict()))

    def server_error(self, *methods: str, code: int = 502, times: int | None = 1, is_html: bool = False) -> BotApiFault:
        words = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}.get(code, "Error")
        kind = FaultKind.GATEWAY if is_html else FaultKind.REFUSE
        return self.add(BotApiFault(kind, _names(methods), times, RefusedError(code, words)))

    def hang(self, *methods: str, times: int | None = 1, is_accepted: bool = False) -> BotApiFault:
        return self.add(BotApiFault(FaultKind.HANG_AFTER if is_accepted else FaultKind.HANG, _names(methods), times))

    def reset(self, *methods: str, times: int | None = 1, is_accepted: bool = False) -> BotApiFault:
        """With `is_accepted` the message is there although the client sees a broken connection."""
        return self.add(BotApiFault(FaultKind.RESET_AFTER if is_accepted else FaultKind.RESET, _names(methods), times))

    def slow(self, *methods: str, seconds: float, times: int | None = 1) -> BotApiFault:
        return self.add(BotApiFault(FaultKind.SLOW, _names(methods), times, seconds=seconds))


def _names(methods: Iterable[str]) -> frozenset[str]:
    return frozenset(method.lower() for method in methods)
