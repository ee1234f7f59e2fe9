"""What services need of a chat: the one way out to the people. `bot.chat.messenger` implements it over Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bot.errors import DeliveryError, DeliveryTrouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.domain.card import Card
    from bot.domain.chart import ChartKind
    from bot.domain.ids import ChatId, ChatPlace, MessageId, UserId
    from bot.domain.lead import StoredLead
    from bot.domain.notice import Notice
    from bot.domain.person import Person
    from bot.domain.photo import Photo
    from bot.domain.sight import Sight
    from bot.lookup.charts import ChartFacts
    from bot.lookup.digest import DigestReport


class ListingReason(StrEnum):
    """Why a list is posted by itself."""

    BURST = "burst"
    """Many leads came at once; these did not get a card each."""
    OLD = "old"
    """Leads from a gap or a backfill."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Up to twenty leads in one message, each with a button to its card."""

    heading: ListingReason
    leads: tuple[StoredLead, ...]
    given_to: tuple[Person, ...] = ()
    """Whom a route gave some of them: nothing else in the group tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
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
    """A page of leads that were called out because nobody had claimed them, or of missed calls that nobody had
    returned; some may be claimed, or returned, by now.
    """

    callout_id: int
    is_for_admins: bool
    is_of_missed: bool = False
    leads: tuple[StoredLead, ...]
    total: int
    unclaimed: int
    """Of all pages; of missed calls, those that nobody has returned."""
    page: int = 0
    pages: int = 1


class Membership(StrEnum):
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

    async def post_card(
        self, place: ChatPlace, card: Card, *, to: Sight | None = None, plain: bool = False
    ) -> MessageId:
        """`to` is what a person alone may see; None is the group, as it is set for that."""

    async def edit_card(
        self, place: ChatPlace, message_id: MessageId, card: Card, *, to: Sight | None = None, plain: bool = False
    ) -> None:
        """Bring a posted card up to date. "Not modified" is success."""

    async def post_listing(self, place: ChatPlace, listing: Listing, *, plain: bool = False) -> MessageId: ...

    async def post_notice(self, place: ChatPlace, notice: Notice, *, plain: bool = False) -> MessageId: ...

    async def post_pointer(
        self, place: ChatPlace, message_id: MessageId, stored: StoredLead, *, plain: bool = False
    ) -> MessageId:
        """A short reply to the lead's card, so that a tap on the quote leads there. MISSING where that is gone."""

    async def post_reminder(
        self, place: ChatPlace, message_id: MessageId | None, reminding: DueReminder, *, plain: bool = False
    ) -> MessageId:
        """As a reply to the lead's card, where it has one here and it still stands."""

    async def post_callout(
        self, place: ChatPlace, message_id: MessageId | None, callout: Callout, *, plain: bool = False
    ) -> MessageId:
        """As a reply to the card where only one lead is called out."""

    async def draw(self, facts: ChartFacts, wanted: Sequence[ChartKind]) -> list[Photo]:
        """Charts to be posted; in words where they cannot be drawn. Nothing is asked of Telegram."""

    async def post_photo(self, place: ChatPlace, photo: Photo, *, plain: bool = False) -> MessageId: ...

    async def post_digest(self, place: ChatPlace, report: DigestReport, *, plain: bool = False) -> MessageId: ...

    @property
    def language(self) -> Callable[[ChatId | None], Awaitable[str]]:
        """What is spoken in a chat; None is the account's group."""

    async def standing(self, chat_id: ChatId, user_id: UserId) -> Membership:
        """Ask Telegram (getChatMember); not a writing call, not paced."""

    async def is_discussion(self, chat_id: ChatId) -> bool:
        """Whether a channel's posts are discussed in this group; not a writing call either."""


async def edited(
    messenger: Messenger, place: ChatPlace, message_id: MessageId, card: Card, *, to: Sight | None = None, plain: bool
) -> MessageId | None:
    """Its id; None where it stands there no more."""
    try:
        await messenger.edit_card(place, message_id, card, to=to, plain=plain)
    except DeliveryError as error:
        if error.trouble is not DeliveryTrouble.MISSING:
            raise
        return None
    return message_id
