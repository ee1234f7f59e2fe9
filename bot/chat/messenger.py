"""The messenger over Telegram: every call writes at once; whoever calls has waited for its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from telegram import ChatMember, ChatMemberRestricted
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, TelegramError

from bot.charts import renderer
from bot.chat.bot_api import BotApi, as_parameters, photo_parameters, reply_to
from bot.chat.errors import is_unchanged, translate
from bot.chat.views import charts
from bot.chat.views.message import RenderedMessage
from bot.delivery.messenger import Membership
from bot.domain.ids import MessageId
from bot.domain.photo import Photo
from bot.i18n import ENGLISH, speaking

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram.ext import ExtBot

    from bot.chat.menu_expiry import Unfolded
    from bot.chat.views import Views
    from bot.delivery.messenger import Callout, DueReminder, Listing
    from bot.domain.card import Card
    from bot.domain.chart import ChartKind
    from bot.domain.ids import ChatId, ChatPlace, UserId
    from bot.domain.lead import StoredLead
    from bot.domain.notice import Notice
    from bot.domain.sight import Sight
    from bot.lookup.charts import ChartFacts
    from bot.lookup.digest import DigestReport

UNRESTRICTED: Final = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})
_NOBODY: Final = ("user not found", "participant_id_invalid", "user_id_invalid", "user_not_participant")
_UNTOLD: Final = ("member list is inaccessible", "chat_admin_required")


async def _in_english(_chat_id: ChatId | None) -> str:
    return ENGLISH


class TelegramMessenger:
    """`bot.delivery.messenger.Messenger`; raises DeliveryError for whatever goes wrong."""

    def __init__(
        self,
        bot: ExtBot[Any],
        views: Views,
        unfolded: Unfolded | None = None,
        *,
        language: Callable[[ChatId | None], Awaitable[str]] = _in_english,
    ) -> None:
        """`language` is what is spoken in a chat."""
        self._bot = bot
        self._api = BotApi(bot)
        self._views = views
        self._unfolded = {} if unfolded is None else unfolded
        self.language = language

    async def post_card(
        self, place: ChatPlace, card: Card, *, to: Sight | None = None, plain: bool = False
    ) -> MessageId:
        return await self._post(place, lambda: self._views.card(card, to=to), plain=plain)

    async def post_listing(self, place: ChatPlace, listing: Listing, *, plain: bool = False) -> MessageId:
        return await self._post(place, lambda: self._views.listing(listing), plain=plain)

    async def post_notice(self, place: ChatPlace, notice: Notice, *, plain: bool = False) -> MessageId:
        return await self._post(place, lambda: self._views.notice(notice, is_private=place.chat_id > 0), plain=plain)

    async def post_pointer(
        self, place: ChatPlace, message_id: MessageId, stored: StoredLead, *, plain: bool = False
    ) -> MessageId:
        reply = reply_to(message_id, must_stand=True)
        return await self._post(place, lambda: self._views.pointer(stored), plain=plain, reply=reply)

    async def post_reminder(
        self, place: ChatPlace, message_id: MessageId | None, reminding: DueReminder, *, plain: bool = False
    ) -> MessageId:
        return await self._post(
            place, lambda: self._views.reminder(reminding, is_plain=plain), plain=plain, reply=reply_to(message_id)
        )

    async def post_callout(
        self, place: ChatPlace, message_id: MessageId | None, callout: Callout, *, plain: bool = False
    ) -> MessageId:
        return await self._post(place, lambda: self._views.callout(callout), plain=plain, reply=reply_to(message_id))

    async def draw(self, facts: ChartFacts, wanted: Sequence[ChartKind]) -> list[Photo]:
        drawn = [charts.chart(kind, facts) for kind in wanted]
        pngs = await renderer.pictures(drawn)
        return [
            Photo(charts.words(chart) if png is None else charts.caption(chart), png, charts.words(chart))
            for chart, png in zip(drawn, pngs, strict=True)
        ]

    async def post_photo(self, place: ChatPlace, photo: Photo, *, plain: bool = False) -> MessageId:
        words = RenderedMessage(photo.text)
        if photo.png is None:
            return await self._post(place, lambda: words, plain=plain)
        try:
            sent = await self._bot.send_photo(
                place.chat_id, message_thread_id=place.thread_id, **photo_parameters(photo)
            )
        except TelegramError as error:
            raise translate(error) from None
        return MessageId(sent.message_id)

    async def post_digest(self, place: ChatPlace, report: DigestReport, *, plain: bool = False) -> MessageId:
        return await self._post(place, lambda: self._views.digest(report), plain=plain)

    async def edit_card(
        self, place: ChatPlace, message_id: MessageId, card: Card, *, to: Sight | None = None, plain: bool = False
    ) -> None:
        # What is unfolded stands under the card in the group.
        unfolded = self._unfolded.get(card.stored.lead_id, ()) if to is None else ()
        with speaking(await self.language(place.chat_id)):
            message = self._views.card(card, *unfolded, to=to)
        try:
            await self._api.call(
                "editMessageText",
                chat_id=place.chat_id,
                message_id=message_id,
                **as_parameters(message, plain=plain),
            )
        except TelegramError as error:
            if not is_unchanged(error):
                raise translate(error) from None

    async def standing(self, chat_id: ChatId, user_id: UserId) -> Membership:
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
            return Membership.IN if is_in(member) else Membership.OUT
        except BadRequest as error:
            known = _refusal(error.message.lower())
            if known is None:
                raise translate(error) from None
            return known
        except TelegramError as error:
            raise translate(error) from None

    async def is_discussion(self, chat_id: ChatId) -> bool:
        try:
            return (await self._bot.get_chat(chat_id)).linked_chat_id is not None
        except TelegramError as error:
            raise translate(error) from None

    async def _post(
        self,
        place: ChatPlace,
        render: Callable[[], RenderedMessage],
        *,
        plain: bool,
        reply: dict[str, object] | None = None,
    ) -> MessageId:
        with speaking(await self.language(place.chat_id)):
            message = render()
        try:
            sent = await self._api.call(
                "sendMessage",
                chat_id=place.chat_id,
                message_thread_id=place.thread_id,
                reply_parameters=reply,
                **as_parameters(message, plain=plain),
            )
        except TelegramError as error:
            raise translate(error) from None
        return MessageId(sent["message_id"])


def is_in(member: ChatMember) -> bool:
    return member.status in UNRESTRICTED or (isinstance(member, ChatMemberRestricted) and member.is_member)


def _refusal(description: str) -> Membership | None:
    """What Telegram's refusal to tell says; None where it says nothing about the person."""
    if any(words in description for words in _NOBODY):
        return Membership.OUT
    return Membership.UNKNOWN if any(words in description for words in _UNTOLD) else None
