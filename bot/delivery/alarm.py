"""Tells the admins what has failed and not passed yet: once when it starts and once when it ends.

It speaks past the outbox, which is written into the very database that may be the trouble. What IndiaMART and a chat
refuse is `faults`' business, and outlives a restart; this does not.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.delivery.outgoing import Outgoing
from bot.domain.ids import ChatId, ChatPlace
from bot.domain.notice import Fault, Notice, NoticeCode
from bot.domain.priority import Priority
from bot.health.troubles import Cause

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.delivery.chats import Chats
    from bot.delivery.messenger import Messenger
    from bot.delivery.sender import Sender
    from bot.domain.ids import AccountId
    from bot.errors import DeliveryError
    from bot.health.troubles import OpenTrouble, Troubles

    _Key = tuple[Fault, str, int | None, AccountId]

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.5
LOCKED_FOR: Final = 1.5
"""Seconds: another program may lock the database for a moment."""
PATIENCE: Final = {
    Cause.TELEGRAM: 60.0,
    Cause.TOKEN: 60.0,
    Cause.BOT_SHARED: 60.0,
    Cause.UNDELIVERED: 60.0,
    Cause.TO_TELEGRAM: 600.0,
}
"""Seconds that a trouble has to last before it is told: a long poll is cut off now and then. Others at once."""
NO_LEADS: Final = frozenset({Fault.DISK, Fault.DATABASE})
"""What keeps leads from coming: the group hears of it too, if it lasts."""
GROUP_AFTER: Final = 300.0
"""Seconds."""
AGAIN: Final = 60.0
"""Seconds until what could not be said is tried again."""
MOST_AN_HOUR: Final = 10
"""Beginnings that are told within an hour; what is still open then is told after it."""
HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Through whom it is told: one account's bot, group and admins."""

    messenger: Messenger
    sender: Sender
    chats: Chats
    admins: tuple[ChatId, ...]

    @property
    def those_who_mend(self) -> list[ChatPlace]:
        """The admins; the group where none are set, because somebody has to hear of it."""
        return [ChatPlace(admin) for admin in self.admins] or [self.chats.place]

    @property
    def group_beside_admins(self) -> list[ChatPlace]:
        return [self.chats.place] if self.admins else []


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told of a trouble, each by itself: whoever cannot be reached is tried again alone."""

    account_id: AccountId
    speaker: Speaker
    about: str = ""
    """Whose trouble it is, by the account's name, where it is not their own."""


@dataclass(slots=True)
class _ToldTrouble:
    """A trouble that people were told of."""

    since: datetime
    audience: Audience
    try_again_at: float | None = None
    """Nobody could be reached; monotonic seconds."""
    group_knows: bool = False


class Alarm:
    """`audiences` gives those who hear of a trouble of one bot, or of the whole service; it may be others after
    settings have changed.
    """

    def __init__(self, troubles: Troubles, clock: Clock, audiences: Callable[[int | None], Sequence[Audience]]) -> None:
        self._troubles = troubles
        self._clock = clock
        self._audiences = audiences
        self._told: dict[_Key, _ToldTrouble] = {}
        self._told_at: list[float] = []

    async def run(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Tell what is new, and what is over: not that it is, where only its audience is another process's by now."""
        found: set[_Key] = set()
        lasting: set[tuple[Fault, str, int | None]] = set()
        for one in self._troubles.current:
            if one.told_as is None:
                continue
            lasting.add(one.told_as)
            # By elapsed time: a clock may jump.
            lasted = self._clock.monotonic() - one.began_at
            for audience in self._audiences(one.whose):
                key = (*one.told_as, audience.account_id)
                found.add(key)
                if lasted >= _patience(one):
                    self._start(key, one, audience, lasted)
        for key in self._told.keys() - found:
            if key[:3] not in lasting:
                self._end(key)

    def _start(self, key: _Key, one: OpenTrouble, audience: Audience, lasted: float) -> None:
        now = self._clock.monotonic()
        told = self._told.get(key)
        if told is not None:
            told.audience = audience
        if told is not None and not told.group_knows and key[0] in NO_LEADS and lasted >= GROUP_AFTER:
            told.group_knows = True
            self._say(_started(key[0], one, audience), told, audience.speaker.group_beside_admins)
        if told is not None and (told.try_again_at is None or told.try_again_at > now):
            return
        self._told_at = [at for at in self._told_at if now - at < HOUR]
        if told is None and len(self._told_at) >= MOST_AN_HOUR:
            return
        if told is None:
            self._told_at.append(now)
            told = self._told[key] = _ToldTrouble(one.since, audience)
        told.try_again_at = None
        self._say(_started(key[0], one, audience), told, audience.speaker.those_who_mend)

    def _end(self, key: _Key) -> None:
        told = self._told.pop(key)
        _fault, _reason, bot_id, account_id = key
        if account_id not in {one.account_id for one in self._audiences(bot_id)}:
            return
        speaker = told.audience.speaker
        facts = _facts(key[0], told.audience, since=to_epoch(told.since), until=to_epoch(self._clock.now()))
        group = speaker.group_beside_admins if told.group_knows else []
        self._say(Notice(NoticeCode.FAULT_ENDED, facts), told, [*group, *speaker.those_who_mend])

    def _say(self, notice: Notice, told: _ToldTrouble, places: Sequence[ChatPlace]) -> None:
        log.warning("%s: %s %s", notice.code.value, notice.facts["fault"], notice.facts.get("message", ""))

        async def failed(_error: DeliveryError) -> None:
            told.try_again_at = self._clock.monotonic() + AGAIN

        speaker = told.audience.speaker
        for place in places:
            post = partial(_post, speaker.messenger, place.thread_id, notice)
            speaker.sender.say(place.chat_id, Outgoing(call=post, turn=Priority.NOTICE, on_failed=failed))


async def _post(messenger: Messenger, thread_id: int | None, notice: Notice, chat_id: ChatId) -> None:
    await messenger.post_notice(ChatPlace(chat_id, thread_id), notice)


def _started(fault: Fault, one: OpenTrouble, audience: Audience) -> Notice:
    facts = _facts(fault, audience, since=to_epoch(one.since), message=one.reason)
    return Notice(NoticeCode.FAULT_STARTED, facts)


def _facts(fault: Fault, audience: Audience, **more: str | int) -> dict[str, str | int]:
    about = {"account": audience.about} if audience.about else {}
    return {"fault": fault.value, **about, **more}


def _patience(one: OpenTrouble) -> float:
    is_locked = one.cause is Cause.DATABASE and one.is_whole
    return LOCKED_FOR if is_locked else PATIENCE.get(one.cause, 0.0)
