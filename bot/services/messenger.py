"""What services need of a chat: the one way out to the people. `bot.chat.messenger` implements it over Telegram."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.models import Card, ChatId, MessageId, Place, StoredLead, UserId


class Turn(IntEnum):
    """Who goes first when a chat's writing calls are paced; a lower number goes first."""

    PRESS = -1
    """What somebody's press (or typed answer) caused: the change of a card, a question, a list redrawn."""
    ANSWER = 0
    """Of look-ups."""
    REMINDER = 1
    NOTICE = 2
    CARD = 3
    EDIT = 4
    """Of a card, where no press is behind it."""
    LIST = 5
    OLD = 6
    """Lists of old leads: whatever is new goes first."""


class Fault(StrEnum):
    """A lasting trouble that people hear of once when it starts and once when it ends."""

    WRONG_KEY = "wrong_key"
    KEY_BLOCKED = "key_blocked"
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
    """It cannot be reached, refuses the token, or gives another program what people write."""
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
    NEW_NAMES = "new_names"
    """facts: names (of columns that IndiaMART sends since today, with commas between)"""
    PARKED = "parked"
    """Messages could not be said as anything. Facts: how many, by reason (store/parked.py, Reason)"""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something Leadbell itself says. Its words are made where it is shown."""

    code: NoticeCode
    facts: Mapping[str, str | int] = field(default_factory=dict)


class Heading(StrEnum):
    """Why a list is posted by itself."""

    BURST = "burst"
    """Many leads came at once; these did not get a card each."""
    OLD = "old"
    """Leads from a gap or a backfill."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Up to twenty leads in one message, each with a button to its card."""

    heading: Heading
    leads: tuple[StoredLead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """A reminder that is due."""

    stored: StoredLead
    user_id: UserId
    """Who set it, and is mentioned."""
    person_name: str | None = None
    text: str = ""
    meant_for: datetime | None = None
    """Set where it comes late."""
    template: str | None = None
    """The greeting for this kind of lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A page of leads that were called out because nobody had claimed them; some may be claimed by now."""

    callout_id: int
    is_for_admins: bool
    leads: tuple[StoredLead, ...]
    total: int
    unclaimed: int
    """Of all pages."""
    page: int = 0
    pages: int = 1


class Standing(StrEnum):
    """A person's relation to the account's chat, as Telegram tells it."""

    IN = "in"
    """Creator, administrator, member, or restricted with is_member."""
    OUT = "out"
    UNKNOWN = "unknown"
    """Telegram does not tell, because the bot is no administrator."""


class Messenger(Protocol):
    """Every call writes at once, without pacing, and raises `DeliveryError` for anything that goes wrong.

    `plain` sends the same facts without markup and buttons, for messages Telegram refused as they were.
    """

    async def post_card(self, place: Place, card: Card, *, plain: bool = False) -> MessageId: ...

    async def edit_card(self, place: Place, message_id: MessageId, card: Card, *, plain: bool = False) -> None:
        """Bring a posted card up to date. "Not modified" is success."""

    async def post_listing(self, place: Place, listing: Listing, *, plain: bool = False) -> MessageId: ...

    async def post_notice(self, place: Place, notice: Notice, *, plain: bool = False) -> MessageId: ...

    async def post_pointer(
        self, place: Place, message_id: MessageId, stored: StoredLead, *, plain: bool = False
    ) -> MessageId:
        """A short reply to the lead's card, so that a tap on the quote leads there."""

    async def post_reminder(
        self, place: Place, message_id: MessageId | None, reminding: Reminding, *, plain: bool = False
    ) -> MessageId:
        """As a reply to the lead's card, where it has one here and it still stands."""

    async def post_callout(
        self, place: Place, message_id: MessageId | None, callout: Callout, *, plain: bool = False
    ) -> MessageId:
        """As a reply to the card where only one lead is called out."""

    async def standing(self, chat_id: ChatId, user_id: UserId) -> Standing:
        """Ask Telegram (getChatMember); not a writing call, not paced."""
