"""Who may: every command, press and inline query comes through here before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Message
from telegram.constants import ChatType

from bot.domain.ids import ChatId, UserId
from bot.domain.person import Person
from bot.team.access import Role
from bot.team.strangers import RefusalChannel

if TYPE_CHECKING:
    from telegram import CallbackQuery, Chat, MaybeInaccessibleMessage, User

    from bot.services import Services


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who acts, and what they may. `person` is None while they speak as a chat."""

    role: Role
    person: Person | None = None

    @property
    def may_look(self) -> bool:
        return self.role is not Role.STRANGER

    @property
    def user_id(self) -> UserId | None:
        return None if self.person is None else self.person.user_id


def may_hear(visitor: Visitor, message: Message, services: Services) -> bool:
    """Whether they get an answer: of those who may not, one a minute."""
    speaker = message.sender_chat or message.from_user
    return visitor.may_look or (
        speaker is not None and services.access.strangers.may_hear(RefusalChannel.MESSAGE, speaker.id)
    )


def person_of(user: User) -> Person:
    # Also of an account without a first name, for which the library has no full one.
    return Person(UserId(user.id), " ".join(filter(None, (user.first_name, user.last_name))), user.username)


def is_private(chat: Chat) -> bool:
    return chat.type == ChatType.PRIVATE


async def visitor_of_message(message: Message, services: Services) -> Visitor | None:
    """None for what nobody said: other bots, and a channel's posts copied into its group."""
    if message.is_automatic_forward:
        return None
    if message.sender_chat is not None:
        return Visitor(services.access.anonymous(ChatId(message.sender_chat.id)))
    if message.from_user is None or message.from_user.is_bot:
        return None
    chat_id = _shows_membership(message.chat)
    return await _visitor(message.from_user, chat_id, services, is_comment=_may_be_comment(message))


def _shows_membership(chat: Chat) -> ChatId | None:
    """The chat, where only members can act in it. In a public group strangers can press and write."""
    return None if chat.username else ChatId(chat.id)


def _may_be_comment(message: MaybeInaccessibleMessage) -> bool:
    """Whether it may stand below a channel's post, where the channel's readers write and press without ever joining the
    group. Answers are threads in any supergroup; only whoever answers the first message of one is told what that is.
    """
    if not isinstance(message, Message) or not message.is_accessible:  # the library reads both as a whole one
        return True
    if message.message_thread_id is None or message.is_topic_message:
        return False
    first = message.reply_to_message
    return first is None or first.message_id != message.message_thread_id or bool(first.is_automatic_forward)


async def visitor_of_press(query: CallbackQuery, services: Services) -> Visitor:
    """A press on an inline message carries no chat. Anonymous administrators press under their own name."""
    message = query.message
    if message is None:
        return await _visitor(query.from_user, None, services)
    chat_id = _shows_membership(message.chat)
    return await _visitor(query.from_user, chat_id, services, is_comment=_may_be_comment(message))


async def visitor_of_inline(user: User, services: Services) -> Visitor:
    return await _visitor(user, None, services)


async def _is_of_the_group(person: Person, chat_id: ChatId, services: Services) -> bool:
    """Of somebody who acts where also a channel's readers may, if it has a channel."""
    return services.access.is_known(person.user_id) or not await services.access.is_discussion(chat_id)


async def _visitor(user: User, chat_id: ChatId | None, services: Services, *, is_comment: bool = False) -> Visitor:
    person, is_home = person_of(user), chat_id is not None and services.access.is_home(chat_id)
    if chat_id is not None and is_home and is_comment and not await _is_of_the_group(person, chat_id, services):
        chat_id, is_home = None, False
    if is_home:
        # First seen, then asked: where Telegram does not tell who is a member, acting in the group shows it.
        await services.access.seen.saw(person, chat_id)
    role = await services.access.role(person.user_id)
    if not is_home and role is not Role.STRANGER:
        # Strangers elsewhere leave no rows: anybody may type at a bot.
        await services.access.seen.saw(person, chat_id)
    return Visitor(role, person)
