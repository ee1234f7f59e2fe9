"""What Leadbell itself has to say: lasting troubles and other news. The words are made where it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fault(StrEnum):
    """A lasting trouble that people hear of once when it starts and once when it ends."""

    WRONG_KEY = "wrong_key"
    KEY_BLOCKED = "key_blocked"
    KEY_UNTRIED = "key_untried"
    """It was set while IndiaMART could not be asked. That it works is told as the end of this."""
    KEY_SHARED = "key_shared"
    """IndiaMART says "too soon" although we waited: another program calls with the same key."""
    NOT_READY = "not_ready"
    REFUSED = "refused"
    """IndiaMART refuses our window: the clock, or a mistake of ours."""
    API_DOWN = "api_down"
    NO_CONNECTION = "no_connection"
    """Connections time out: the IP may need white-listing."""
    CLOCK_WRONG = "clock_wrong"
    CHAT_REFUSED = "chat_refused"
    TOPIC_GONE = "topic_gone"
    UNREADABLE = "unreadable"
    """Rows that are no leads; kept as they came."""
    DISK = "disk"
    """It is full, or cannot be written."""
    DATABASE = "database"
    """Locked, damaged, or it refuses what is written."""
    TELEGRAM = "telegram"
    """It cannot be reached, or refuses the token."""
    BOT_SHARED = "bot_shared"
    """Another program fetches what people write to the same bot."""
    WEBHOOK = "webhook"
    """What people write to the bot goes to another program's web address."""
    UNDELIVERED = "undelivered"
    """Telegram does not reach the web address that TELEGRAM_WEBHOOK_URL names."""
    BACKUP = "backup"
    """The nightly one cannot be made."""
    MISTAKE = "mistake"
    """In the program."""


class NoticeCode(StrEnum):
    CONNECTED = "connected"
    """facts: api ("v1"/"v2"/"push"), next_poll (epoch seconds; absent when push only)"""
    FAULT_STARTED = "fault_started"
    """facts: fault, since (epoch), message (words of IndiaMART, Telegram or the system, may be empty), wait (seconds,
    may be absent), skew (seconds, CLOCK_WRONG), count (UNREADABLE)"""
    FAULT_ENDED = "fault_ended"
    """facts: fault, since (epoch), until (epoch)"""
    OLD_STORED = "old_stored"
    """facts: count, view (id of the stored view that pages through them)"""
    CHAT_MOVED = "chat_moved"
    """facts: chat_id (the new one, to be put into the settings)"""
    ROUTE_MOVED = "route_moved"
    """As CHAT_MOVED, of a route's chat: nothing is to be set."""
    ROUTE_REFUSED = "route_refused"
    """A route's chat, or a topic of it, does not take what the bot says. Facts: chat_id, message (Telegram's words)"""
    ROUTE_TOPIC_GONE = "route_topic_gone"
    """facts: chat_id"""
    NEW_NAMES = "new_names"
    """facts: names (of columns that IndiaMART sends since today, with commas between)"""
    ACCOUNT_BROKEN = "account_broken"
    """To the admins of `main`: another account cannot be served as it is set. Facts: account (its name), message"""
    PARKED = "parked"
    """Messages could not be said as anything. Facts: how many, by reason (store/parked.py, Reason)"""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something Leadbell itself says. Its words are made where it is shown."""

    code: NoticeCode
    facts: Mapping[str, str | int] = field(default_factory=dict)
