"""Accounts: the bot, and people who act in the app as people do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi import membership
from bot.sandbox.botapi.chats import Chat, ForumTopic

if TYPE_CHECKING:
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
    has_started: bool = False
    has_blocked: bool = False
    chat: Chat = field(init=False, repr=False)
    """The private chat with the bot."""

    def __post_init__(self) -> None:
        self.chat = Chat(self.id, "private", person=self)

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

    def starts(self, payload: str = "") -> Message:
        """Opens the private chat and presses Start, as after a `t.me/<bot>?start=<payload>` link."""
        return self.says(self.chat, f"/start {payload}".strip())

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
        chat_type: str | None = None,
        offset: str = "",
        seconds: float = 10,
    ) -> InlineAnswer:
        """Types `@bot query` in a chat. Without a chat and a `chat_type` the bot is not told where (old apps)."""
        if chat_type is None and chat is not None:
            chat_type = "sender" if chat is self.chat else chat.kind
        return await self.world.queries.ask(self, query, offset, chat_type, seconds)

    def chooses(self, result: InlineResult, chat: Chat) -> Message:
        """Sends an inline result into a chat."""
        return self.world.queries.choose(self, result, chat)

    def joins(self, chat: Chat, by: HumanUser | None = None) -> None:
        membership.join(self.world, chat, self, by)

    def leaves(self, chat: Chat) -> None:
        membership.leave(self.world, chat, self)

    def blocks_bot(self) -> None:
        membership.block_bot(self.world, self)

    def unblocks_bot(self) -> None:
        membership.unblock_bot(self.world, self)
