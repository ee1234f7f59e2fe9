"""The world behind the sandbox Bot API: people, chats, messages. Tests and the page act in it, bots see it."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from bot.clock import Clock
from bot.sandbox.botapi import membership, privacy
from bot.sandbox.botapi import topics as forum_topics
from bot.sandbox.botapi.automatic import annotate
from bot.sandbox.botapi.chats import GENERAL, Chat, ChatKind, ChatMember, ForumTopic, MemberStatus
from bot.sandbox.botapi.entities import FormattedText
from bot.sandbox.botapi.keyboards import NO_MARKUP, ReplyMarkup
from bot.sandbox.botapi.messages import Body, Message, StoredFile
from bot.sandbox.botapi.people import ANONYMOUS, BotUser, HumanUser, User
from bot.sandbox.botapi.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.sandbox.botapi.profile import Profile
    from bot.sandbox.botapi.updates import UpdateQueue

T = TypeVar("T")
_RECHECK = 0.02
"""Seconds after which a condition is looked at again although nothing happened here: it may be about something else."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person would see."""

    kind: Literal["message", "edited", "deleted", "reaction", "commands", "chat"]
    message: Message | None = None
    bot: BotUser | None = None
    """Whose commands changed."""
    chat: Chat | None = None
    """Whose members or topics changed."""


class World:
    """Everything there is: bots, people and chats. What is said of "the bot" is about the first, which most need."""

    def __init__(self, clock: Clock | None = None, *, name: str = "Leadbell", username: str = "leadbell_bot") -> None:
        self.clock = clock or Clock()
        self.bots: list[BotUser] = []
        self.people: dict[int, HumanUser] = {}
        self.chats: dict[int, Chat] = {}
        """The groups, by their id; each person has their own private chats."""
        self.files: dict[str, StoredFile] = {}
        self.queries = Queries(self)
        self.language = "en"
        """What the app of whoever is added next is in."""
        self._numbers = itertools.count(1)
        self._listeners: list[Callable[[Event], None]] = []
        self._pulse = asyncio.Event()
        self.bot = self.new_bot(name, username)

    @property
    def updates(self) -> UpdateQueue:
        return self.bot.updates

    @property
    def profile(self) -> Profile:
        return self.bot.profile

    # -- who and where ------------------------------------------------------------------------------------------

    def new_bot(self, name: str, username: str) -> BotUser:
        """As @BotFather makes one: in no chat yet, started by nobody."""
        bot_id = 7_100_000_001 + len(self.bots)
        bot = BotUser(bot_id, name, username=username, is_bot=True, token=_token(bot_id))
        self.bots.append(bot)
        return bot

    def add_person(
        self,
        name: str,
        *,
        last_name: str = "",
        username: str | None = None,
        is_admin: bool = False,
        has_started: bool = False,
    ) -> HumanUser:
        number = 5_000_000_000 + next(self._numbers)
        person = HumanUser(
            number, name, last_name, username, language_code=self.language, world=self, is_admin=is_admin
        )
        person.chat.has_started = has_started
        self.people[person.id] = person
        return person

    def add_group(
        self,
        title: str,
        people: Iterable[HumanUser] = (),
        *,
        kind: Literal["group", "supergroup"] = "supergroup",
        bot_role: MemberStatus | None = MemberStatus.MEMBER,
        is_forum: bool = False,
        topics: Iterable[str] = (),
    ) -> Chat:
        """A group whose first person made it. `bot_role` None leaves the bot out; nothing is announced."""
        chat = self.new_chat(title, kind)
        for index, person in enumerate(people):
            chat.members[person.id] = ChatMember(person, MemberStatus.MEMBER if index else MemberStatus.CREATOR)
        if bot_role is not None:
            chat.members[self.bot.id] = ChatMember(self.bot, bot_role)
        if is_forum:
            forum_topics.make_forum(chat)
        for name in topics:
            self.add_topic(chat, name)
        return chat

    def new_chat(self, title: str, kind: ChatKind) -> Chat:
        number = next(self._numbers)
        chat = Chat(-4_000_000_000 - number if kind == "group" else -1_002_000_000_000 - number, kind, title)
        self.chats[chat.id] = chat
        return chat

    def add_topic(self, chat: Chat, name: str) -> ForumTopic:
        return forum_topics.add(self, chat, name)

    def close_topic(self, chat: Chat, topic: ForumTopic) -> None:
        forum_topics.set_open(self, chat, topic, is_open=False)

    def reopen_topic(self, chat: Chat, topic: ForumTopic) -> None:
        forum_topics.set_open(self, chat, topic, is_open=True)

    def delete_topic(self, chat: Chat, topic: ForumTopic) -> None:
        """The topic and everything in it is gone."""
        forum_topics.delete(self, chat, topic)

    # -- who comes and goes -------------------------------------------------------------------------------------

    def set_role(
        self,
        chat: Chat,
        account: User,
        role: MemberStatus,
        *,
        by: User | None = None,
        is_member: bool = True,
        rights: Iterable[str] = (),
    ) -> None:
        membership.set_role(self, chat, account, role, by=by, is_member=is_member, rights=rights)

    def remove(self, chat: Chat, person: HumanUser, by: HumanUser) -> None:
        membership.remove(self, chat, person, by)

    def add_bot(
        self, chat: Chat, by: HumanUser, role: MemberStatus = MemberStatus.MEMBER, bot: BotUser | None = None
    ) -> None:
        membership.add_bot(self, chat, by, role, bot or self.bot)

    def kick_bot(self, chat: Chat, by: HumanUser, bot: BotUser | None = None) -> None:
        membership.kick_bot(self, chat, by, bot or self.bot)

    def upgrade_to_supergroup(self, chat: Chat) -> Chat:
        """The new chat; calls for the old id are refused with `migrate_to_chat_id`."""
        return membership.upgrade(self, chat)

    def revoke_token(self, bot: BotUser | None = None) -> str:
        """As @BotFather does: the new token; the old one is worthless at once."""
        bot = bot or self.bot
        bot.token = _token(bot.id)
        bot.updates.terminate()
        return bot.token

    # -- messages -----------------------------------------------------------------------------------------------

    def receive(
        self,
        person: HumanUser,
        chat: Chat,
        text: str,
        *,
        reply_to: Message | None = None,
        topic: ForumTopic | None = None,
        is_anonymous: bool = False,
    ) -> Message:
        """What a person wrote."""
        if chat.kind == "private":
            chat.has_started, chat.has_blocked = True, False
        thread_id = topic.thread_id if topic else reply_to.thread_id if reply_to else None
        if not forum_topics.may_write(chat, chat.topics.get(thread_id or GENERAL), person):
            raise ValueError("the topic is closed")
        return self.post(
            chat,
            ANONYMOUS if is_anonymous else person,
            Body(formatted=annotate(FormattedText(text))),
            reply_to=reply_to,
            thread_id=None if thread_id == GENERAL else thread_id,
            sender_chat=chat if is_anonymous else None,
        )

    def post(self, chat: Chat, sender: User, body: Body, markup: ReplyMarkup = NO_MARKUP, **details: Any) -> Message:
        """Puts a message into a chat, and before each bot that may see it. `details` are fields of `Message`."""
        message = Message(
            chat=chat,
            message_id=self.next_message_id(chat),
            date=self.clock.now(),
            body=body,
            sender=sender,
            is_own=sender in self.bots,
            markup=markup,
            **details,
        )
        chat.history.append(message)
        self._show("message", message)
        if message.is_own:
            chat.last_bot = sender
        self.tell(Event("message", message))
        return message

    def rewrite(self, message: Message, text: str) -> None:
        """A person edits what they wrote."""
        message.change(Body(formatted=annotate(FormattedText(text))), message.markup, self.clock.now())
        self._show("edited_message", message)
        self.tell(Event("edited", message))

    def _show(self, kind: str, message: Message) -> None:
        for bot in self.bots:
            if privacy.is_visible(bot, message):
                bot.updates.put(kind, message.wire)

    def change(self, message: Message, body: Body, markup: ReplyMarkup) -> None:
        """A bot edits what it wrote."""
        message.change(body, markup, self.clock.now())
        self.tell(Event("edited", message))

    def delete(self, message: Message) -> None:
        message.is_deleted = True
        self.tell(Event("deleted", message))

    def every_chat(self) -> Iterator[Chat]:
        """The groups first."""
        return itertools.chain(
            self.chats.values(), (person.chat_with(bot) for person in self.people.values() for bot in self.bots)
        )

    def react(self, message: Message, emoji: str) -> None:
        message.reaction = emoji
        self.tell(Event("reaction", message))

    def keep_file(self, file: StoredFile) -> StoredFile:
        numbered = replace(file, file_id=f"f{next(self._numbers)}{secrets.token_hex(4)}")
        self.files[numbered.file_id] = numbered
        return numbered

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups count for themselves, their creation first; all else shares the bot's numbers."""
        if chat.kind == "supergroup":
            return chat.history[-1].message_id + 1 if chat.history else 2
        return next((chat.bot or self.bot).message_numbers)

    # -- watching -----------------------------------------------------------------------------------------------

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Calls `listener` at each event; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
        self.touch()

    def changed(self, chat: Chat) -> None:
        """Its members or topics did."""
        self.tell(Event("chat", chat=chat))

    def touch(self) -> None:
        """Something changed: whoever waits looks again."""
        self._pulse.set()
        self._pulse = asyncio.Event()

    async def wait_for(self, condition: Callable[[], T], seconds: float = 30) -> T:
        """What `condition` returns once that is true of the world; TimeoutError after `seconds`."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not (found := condition()):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise TimeoutError(f"nothing came of it within {seconds:g} s")
            await self._next_change(min(left, _RECHECK))
        return found

    async def _next_change(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._pulse.wait()


def _token(bot_id: int) -> str:
    return f"{bot_id}:AAE{secrets.token_urlsafe(24)}"
