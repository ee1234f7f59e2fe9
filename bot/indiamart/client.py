"""IndiaMART as a `LeadSource`: one call for one window, whatever comes back. Knows no budget and no schedule."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.domain.lead import Window
from bot.errors import SettingsError
from bot.i18n import _, in_brackets
from bot.indiamart import v1, v2
from bot.indiamart.answer import Answer, Outcome
from bot.indiamart.http_session import MAX_BODY, CallFailedError, Session, Timeouts
from bot.redaction import STARS, Redactor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from yarl import URL

    from bot.indiamart.http_session import HttpReply

__all__ = ["MAX_BODY", "Client", "Session", "Timeouts", "source"]

log = logging.getLogger(__name__)

_LONGEST_MESSAGE: Final = 300
SAMPLED: Final = timedelta(days=1)
"""What v2 is asked for to see whether a key works."""


class Client:
    """One key of one API version. Nothing it returns or logs holds one of the `secrets`.

    Only v1 has further ways to ask: `by_day` for the whole days of a window, `newest` for the newest rows, without
    times.
    """

    def __init__(
        self,
        call: Callable[[URL], Awaitable[HttpReply]],
        *,
        request: Callable[[Window], URL],
        read: Callable[[int, bytearray, str | None], Answer],
        floor: timedelta,
        longest_window: timedelta,
        secrets: tuple[str, ...],
        by_day: Callable[[Window], URL] | None = None,
        newest: URL | None = None,
    ) -> None:
        self._send = call
        self._request = request
        self._read = read
        self.floor = floor
        self.longest_window = longest_window
        self._secrets = secrets
        self._by_day = by_day
        self._newest = newest
        self._is_by_day = False

    async def fetch(self, window: Window) -> Answer:
        """Never raises for anything a server or a network can do.

        A server that refuses times of day (v1 only) is asked for whole days from the next call on, for this run.
        """
        if self._by_day is not None and self._is_by_day:
            answer = _since(window.start, await self._call(self._by_day(window)))
            self._is_by_day = answer.outcome is not Outcome.REFUSED
            return answer
        answer = await self._call(self._request(window))
        if self._by_day is None or answer.outcome is not Outcome.REFUSED:
            return answer
        self._is_by_day = True
        log.warning(
            "IndiaMART refuses times of day%s; it is asked for whole days from now on", in_brackets(answer.message)
        )
        return replace(answer, is_asked_otherwise=True)

    async def sample(self, now: datetime) -> Answer:
        return await self._call(self._newest or self._request(Window(now - SAMPLED, now)))

    async def _call(self, address: URL) -> Answer:
        try:
            reply = await self._send(address)
        except CallFailedError as error:
            return Answer(outcome=error.outcome, message=self._discreet(error.words), server_time=error.server_time)
        log.debug("IndiaMART answered HTTP %d, %d bytes", reply.status, len(reply.body))
        # In a thread, however short it is: nobody in the group waits for what a body can make of itself.
        answer = await asyncio.to_thread(self._read, reply.status, reply.body, reply.charset)
        return self._finished(replace(answer, server_time=reply.server_time))

    def _finished(self, answer: Answer) -> Answer:
        is_waiting = answer.outcome is Outcome.TOO_SOON and answer.wait is None
        return replace(
            answer,
            message=self._discreet(answer.message),
            unreadable=tuple(replace(row, raw=self._without_secrets(row.raw)) for row in answer.unreadable),
            wait=self.floor.total_seconds() if is_waiting else answer.wait,
        )

    def _discreet(self, text: str) -> str:
        """Redacted before it is shortened: half a key would pass."""
        redacted = Redactor(self._secrets)(text)  # made anew: a pattern for each of thousands would be much to keep
        if redacted == text and len(text) <= _LONGEST_MESSAGE:
            return text  # a sentence that is kept stays one
        return redacted if len(redacted) <= _LONGEST_MESSAGE else f"{redacted[: _LONGEST_MESSAGE - 1]}…"

    def _without_secrets(self, raw: str) -> str:
        """Only the key and the mobile go: a row that is kept for later needs the buyer's number."""
        spelled = "|".join(map(_spelled, filter(None, self._secrets)))
        return re.sub(spelled or r"(?!)", STARS, raw, flags=re.IGNORECASE)


def _since(start: datetime, answer: Answer) -> Answer:
    """Of whole days, what was wanted. What is left out is there for whoever wants it."""
    wanted = [lead for lead in answer.leads if lead.enquired_at is None or lead.enquired_at >= start]
    is_all_there = answer.announced is None or answer.is_complete
    return replace(answer, leads=wanted, announced=None if is_all_there else answer.announced)


def _spelled(secret: str) -> str:
    """A pattern for a text that may be percent-encoded in part, in whole, or several times."""
    return "".join(f"(?:{re.escape(character)}|{_percent(character)})" for character in secret)


def _percent(character: str) -> str:
    return "".join(f"%(?:25){{0,4}}{byte:02x}" for byte in character.encode(errors="replace"))


def source(
    session: Session,
    *,
    api: str,
    url: str,
    key: str,
    mobile: str | None = None,
    floor: timedelta | None = None,
    timeouts: Timeouts | None = None,
) -> Client:
    """`api` is `v1` or `v2`; `floor` replaces IndiaMART's own, for simulators and proxies."""
    build = partial(Client, partial(session.call, timeouts=timeouts or Timeouts()))
    secrets = (key, mobile or "")
    if api == "v2":
        ask = partial(v2.request, base=url, key=key)
        return build(
            request=ask, read=v2.read, floor=floor or v2.FLOOR, longest_window=v2.LONGEST_WINDOW, secrets=secrets
        )
    if mobile is None:
        raise SettingsError([_("IndiaMART's v1 needs the registered mobile: set INDIAMART_MOBILE.")])
    ask_v1 = partial(v1.request, base=url, mobile=mobile, key=key)
    return build(
        request=ask_v1,
        read=v1.read,
        floor=floor or v1.FLOOR,
        longest_window=v1.LONGEST_WINDOW,
        secrets=secrets,
        by_day=partial(ask_v1, by_day=True),
        newest=ask_v1(None),
    )
