"""What ails the way of updates, how long to wait then, and what is said of it once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.chat.errors import seconds, translate
from bot.health.troubles import Activity, Cause, Troubles
from bot.i18n import in_brackets

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RetryDelays:
    """Seconds."""

    poll: float = 25.0
    """How long Telegram holds a request for updates open."""
    first_retry: float = 1.0
    longest_retry: float = 60.0
    token_retry: float = 60.0
    conflict_retry: float = 10.0
    """At most: of two programs each has to meet the other before it may believe that it is alone."""
    look: float = 60.0
    """Between looks at whether Telegram still delivers to our webhook."""
    takeover: float = 40.0
    """For which processes of one database may meet while one takes the bot over from another."""
    calm: float = 30.0
    """Two instances take turns at being refused, so a conflict is over only after this long without one."""


class UpdatesTrouble(StrEnum):
    DOWN = "down"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    CONFLICT = "conflict"
    WEBHOOK = "webhook"
    UNDELIVERED = "undelivered"


class ForeignWebhookError(Conflict):
    """Another program's web address gets the updates. Its message is the host."""


class UndeliveredError(Conflict):
    """Telegram does not reach our web address. Its message is what Telegram says of that."""


_STARTED: Final = {
    UpdatesTrouble.DOWN: "Telegram cannot be reached%s; trying again by itself, and leads go on being fetched",
    UpdatesTrouble.TOKEN: "Telegram refuses the bot token%s: put @BotFather's into TELEGRAM_BOT_TOKEN, then restart",
    UpdatesTrouble.CONFLICT: (
        "Another program fetches this bot's updates%s: stop the other Leadbell, which posts every lead too, or use "
        "another bot"
    ),
    UpdatesTrouble.WEBHOOK: (
        "Telegram sends this bot's updates to another program's webhook%s: run leadbell check in a terminal, which "
        "asks before it removes that, or use another bot"
    ),
    UpdatesTrouble.UNDELIVERED: (
        "Telegram does not reach TELEGRAM_WEBHOOK_URL%s: what is written to the bot waits there, and leads go on being "
        "posted"
    ),
}
_ENDED: Final = {
    UpdatesTrouble.DOWN: "Telegram can be reached again",
    UpdatesTrouble.TOKEN: "Telegram takes the bot token again",
    UpdatesTrouble.CONFLICT: "No other program fetches this bot's updates any more",
    UpdatesTrouble.WEBHOOK: "No other program's webhook gets this bot's updates any more",
    UpdatesTrouble.UNDELIVERED: "Telegram reaches TELEGRAM_WEBHOOK_URL again",
}
_CAUSES: Final = {
    UpdatesTrouble.TOKEN: Cause.TOKEN,
    UpdatesTrouble.CONFLICT: Cause.BOT_SHARED,
    UpdatesTrouble.WEBHOOK: Cause.WEBHOOK,
    UpdatesTrouble.UNDELIVERED: Cause.UNDELIVERED,
}


class UpdatesHealth:
    """Says each trouble once when it starts and once when it ends. Times are the event loop's."""

    def __init__(self, delays: RetryDelays, troubles: Troubles, bot_id: int, *, may_meet_others: bool = False) -> None:
        """`may_meet_others`: what another process of ours asks may overlap with what this one does."""
        self._delays = delays
        self._may_meet_others = may_meet_others
        self._met_at: float | None = None
        self._troubles = troubles
        self._bot_id = bot_id
        self._ailment: UpdatesTrouble | None = None
        self._failures = 0
        self._failed_at = float("-inf")

    def failed(self, error: Exception) -> float:
        """How long to wait before the next try."""
        self._failures += 1
        self._failed_at = asyncio.get_running_loop().time()
        ailment = _ailment(error)
        if ailment is UpdatesTrouble.CONFLICT and self._may_meet_others:
            self._met_at = self._failed_at if self._met_at is None else self._met_at
            if self._failed_at - self._met_at < self._delays.takeover:
                return self._delays.first_retry
        known = translate(error) if isinstance(error, TelegramError) else error
        self._troubles.failed(Activity.UPDATES, known, _CAUSES.get(ailment), bot_id=self._bot_id)
        if self._is_news(ailment):
            self._tell(ailment, in_brackets(_cause(ailment, error)))
        return self._wait(ailment, error)

    def succeeded(self) -> None:
        since = asyncio.get_running_loop().time() - self._failed_at
        if since >= self._delays.calm:
            self._met_at = None
        if self._ailment is UpdatesTrouble.CONFLICT and since < self._delays.calm:
            return
        self._failures = 0
        self._troubles.worked(Activity.UPDATES, bot_id=self._bot_id)
        if self._ailment is not None:
            self._tell(None, "")

    def ended(self) -> None:
        """What ailed it is nobody's trouble any more."""
        self._troubles.worked(Activity.UPDATES, bot_id=self._bot_id)

    def _is_news(self, ailment: UpdatesTrouble) -> bool:
        if ailment is UpdatesTrouble.DOWN:
            # One broken connection is nothing to tell: long polls are cut off now and then. And while Telegram is
            # away nobody knows whether another trouble is over.
            return self._ailment is None and self._failures > 1
        return ailment is not self._ailment

    def _tell(self, ailment: UpdatesTrouble | None, cause: str) -> None:
        if self._ailment is not None:
            log.info(_ENDED[self._ailment])
        if ailment is not None:
            log.warning(_STARTED[ailment], cause)
        self._ailment = ailment

    def _wait(self, ailment: UpdatesTrouble, error: Exception) -> float:
        if isinstance(error, RetryAfter):
            return seconds(error)
        if ailment is UpdatesTrouble.TOKEN:
            return self._delays.token_retry
        doublings = min(self._failures - 1, 16)
        longest = self._delays.conflict_retry if ailment is UpdatesTrouble.CONFLICT else self._delays.longest_retry
        return min(self._delays.first_retry * 2.0**doublings, longest)


def _cause(ailment: UpdatesTrouble, error: Exception) -> str:
    """The library's own words for a refused token quote the token."""
    if isinstance(error, TelegramError) and ailment is not UpdatesTrouble.TOKEN:
        return error.message
    return type(error).__name__


def _ailment(error: Exception) -> UpdatesTrouble:
    if isinstance(error, InvalidToken):
        return UpdatesTrouble.TOKEN
    if isinstance(error, ForeignWebhookError):
        return UpdatesTrouble.WEBHOOK
    if isinstance(error, UndeliveredError):
        return UpdatesTrouble.UNDELIVERED
    return UpdatesTrouble.CONFLICT if isinstance(error, Conflict) else UpdatesTrouble.DOWN
