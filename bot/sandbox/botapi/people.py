"""Accounts: bots, and people who act in the app as people do."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi import membership
from bot.sandbox.botapi.chats import Chat, ForumTopic
from bot.sandbox.botapi.profile import Profile
from bot.sandbox.botapi.updates import UpdateQueue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.queries import CallbackAnswer, InlineAnswer, InlineResult
    from bot.sandbox.botapi.world import World


@dataclass(slots=True, eq=False)
class User:
    id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return wire | {name: value for name, value in optional.items() if value}


ANONYMOUS: Final = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
"""Who administrators are while they remain anonymous (Bot API)."""


@dataclass(slots=True, eq=False)
class BotUser(User):
    token: str = field(default="", repr=False)
    has_inline: bool = True
    """Whether inline mode was switched on at @BotFather."""
    is_private: bool = True
    """Whether privacy mode is on."""
    updates: UpdateQueue = field(default_factory=UpdateQueue, repr=False)
    profile: Profile = field(default_factory=Profile, repr=False)
    message_numbers: Iterator[int] = field(default_factory=lambda: itertools.count(101), repr=False)
    """Every bot counts the messages of its private chats for itself: two bots use the same numbers."""

    @property
    def own_wire(self) -> dict[str, Any]:
        """What getMe answers."""
        return {
            **self.wire,
            "can_join_groups": True,
            "can_read_all_group_messages": not self.is_private,
            "supports_inline_queries": self.has_inline,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


@dataclass(slots=True, eq=False, kw_only=True)
class HumanUser(User):
    """Somebody with the app in the hand."""

    world: World = field(repr=False)
    is_admin: bool = False
    """Only for the page's show: a name the service's settings hold."""
    chats: dict[int, Chat] = field(default_factory=dict, repr=False)
    """The private chats, by the bot's id."""

    @property
    def chat(self) -> Chat:
        """The private chat with the first bot."""
        return self.chat_with(self.world.bot)

    def chat_with(self, bot: BotUser) -> Chat:
        if bot.id not in self.chats:
            self.chats[bot.id] = Chat(self.id, "private", person=self, bot=bot)
        return self.chats[bot.id]

    @property
    def has_started(self) -> bool:
        """The first bot."""
        return self.chat.has_started

    @property
    def has_blocked(self) -> bool:
        """The first bot."""
        return self.chat.has_blocked

    @has_blocked.setter
    def has_blocked(self, is_so: bool) -> None:
        self.chat.has_blocked = is_so

    def says(
        self,
        chat: Chat,
        text: str,
        *,
        reply_to: Message | None = None,
        topic: ForumTopic | None = None,
        is_anonymous: bool = False,
    ) -> Message:
        """Writes a message. An anonymous administrator writes as the group."""
        return self.world.receive(self, chat, text, reply_to=reply_to, topic=topic, is_anonymous=is_anonymous)

    def starts(self, payload: str = "", bot: BotUser | None = None) -> Message:
        """Opens the private chat and presses Start, as after a `t.me/<bot>?start=<payload>` link."""
        return self.says(self.chat_with(bot or self.world.bot), f"/start {payload}".strip())

    def edits(self, message: Message, text: str) -> None:
        self.world.rewrite(message, text)

    async def presses(self, message: Message, button: str, *, seconds: float = 15) -> CallbackAnswer:
        """Presses the button with this text or data. TimeoutError if the bot does not answer within `seconds`."""
        return await self.world.queries.press(self, message, message.button(button), seconds)

    async def asks_inline(
        self,
        query: str,
        chat: Chat | None = None,
        *,
        bot: BotUser | None = None,
        chat_type: str | None = None,
        offset: str = "",
        seconds: float = 10,
    ) -> InlineAnswer:
        """Types `@bot query` in a chat. Without a chat and a `chat_type` the bot is not told where (old apps)."""
        bot = bot or self.world.bot
        if chat_type is None and chat is not None:
            chat_type = "sender" if chat is self.chat_with(bot) else chat.kind
        return await self.world.queries.ask(self, bot, query, offset, chat_type, seconds)

    def chooses(self, result: InlineResult, chat: Chat, topic: ForumTopic | None = None) -> Message:
        """Sends an inline result into a chat."""
        return self.world.queries.choose(self, result, chat, topic)

    def joins(self, chat: Chat, by: HumanUser | None = None) -> None:
        membership.join(self.world, chat, self, by)

    def leaves(self, chat: Chat) -> None:
        membership.leave(self.world, chat, self)

    def blocks_bot(self, bot: BotUser | None = None) -> None:
        membership.set_blocked(self.world, self.chat_with(bot or self.world.bot), is_blocked=True)

    def unblocks_bot(self, bot: BotUser | None = None) -> None:
        membership.set_blocked(self.world, self.chat_with(bot or self.world.bot), is_blocked=False)
