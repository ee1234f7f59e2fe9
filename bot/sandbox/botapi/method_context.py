"""What every method needs: the world, the flood control, and the checks on where a call wants to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.botapi import topics
from bot.sandbox.botapi.chats import GENERAL, Chat, ForumTopic, MemberStatus
from bot.sandbox.botapi.refusal import RefusedError, bad, forbidden, migrated

if TYPE_CHECKING:
    from bot.sandbox.botapi.limits import FloodControl
    from bot.sandbox.botapi.messages import Message, StoredFile
    from bot.sandbox.botapi.parameters import Parameters
    from bot.sandbox.botapi.people import BotUser
    from bot.sandbox.botapi.webhooks import WebhookSender
    from bot.sandbox.botapi.world import World


@dataclass(frozen=True, slots=True)
class Destination:
    chat: Chat
    thread_id: int | None
    reply_to: Message | None


@dataclass(frozen=True, slots=True)
class MethodContext:
    """As one bot has it."""

    world: World
    bot: BotUser
    flood: FloodControl
    webhooks: WebhookSender
    is_local: bool = True
    """Whether webhooks may be anywhere, as with a Bot API server of one's own in local mode."""

    def known(self, p: Parameters) -> Chat:
        """The chat a call names, if the bot may look at it: at a person also before they press Start."""
        chat = self._find_chat(p.text("chat_id"))
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to.id)
        if chat.person is None and not chat.has(self.bot):
            raise self._absence(chat)
        return chat

    def chat(self, p: Parameters) -> Chat:
        """The chat a call names, if the bot is in it."""
        chat = self.known(p)
        if chat.person is not None:
            if chat.has_blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.has_started:
                raise forbidden("bot can't initiate conversation with a user")
        return chat

    def destination(self, p: Parameters) -> Destination:
        """Where a new message goes, if the bot may write there."""
        chat = self.chat(p)
        self._check_rights(chat)
        thread_id = self._thread(chat, p.integer("message_thread_id"))
        reply_to = self._reply(chat, p)
        if thread_id is None and reply_to is not None:
            thread_id = reply_to.thread_id
        if not topics.may_write(chat, chat.topics.get(thread_id or GENERAL), self.bot):
            raise bad("TOPIC_CLOSED")
        return Destination(chat, thread_id, reply_to)

    def topic(self, p: Parameters) -> tuple[Chat, ForumTopic]:
        """The topic that a call wants to change, if the bot may: its own, or any with the right to manage them."""
        chat = self.forum(p)
        topic = chat.topics.get(p.integer("message_thread_id") or 0)
        if topic is None or topic.thread_id == GENERAL:
            raise bad("message thread not found")
        if topic.author is not self.bot:
            self.check_topic_right(chat)
        return chat, topic

    def forum(self, p: Parameters) -> Chat:
        chat = self.chat(p)
        if not chat.is_forum:
            raise bad("the chat is not a forum")
        return chat

    def check_topic_right(self, chat: Chat) -> None:
        if not chat.may(self.bot, "can_manage_topics"):
            raise bad("not enough rights to manage topics in the chat")

    def own_message(self, p: Parameters) -> Message:
        """The bot's message that a call wants to edit."""
        inline_id = p.text("inline_message_id")
        if inline_id:
            found = self.world.queries.inline_messages.get(inline_id)
            if found is None or found.is_deleted or found.via_bot is not self.bot:
                raise bad("MESSAGE_ID_INVALID")
            return found
        chat = self.chat(p)
        if p.integer("message_id") is None:
            raise bad("message identifier is not specified")
        message = chat.find(p.integer("message_id"))
        if message is None:
            raise bad("message to edit not found")
        if message.sender is not self.bot or message.body.kind == "service":
            raise bad("message can't be edited")
        return message

    def file(self, file_id: str) -> StoredFile | None:
        found = self.world.files.get(file_id)
        return found if found is not None and found.bot_id == self.bot.id else None

    def spend(self, chat: Chat) -> None:
        self.flood.spend(chat.id)

    def _find_chat(self, name: str) -> Chat:
        if not name:
            raise bad("chat_id is empty")
        if name.startswith("@"):
            chats = (c for c in self.world.chats.values() if c.username and f"@{c.username}".lower() == name.lower())
            chat = next(chats, None)
        else:
            chat = self._numbered(int(name)) if name.removeprefix("-").isdecimal() else None
        if chat is None:
            raise bad("chat not found")
        return chat

    def _numbered(self, chat_id: int) -> Chat | None:
        person = self.world.people.get(chat_id)
        return self.world.chats.get(chat_id) if person is None else person.chat_with(self.bot)

    def _absence(self, chat: Chat) -> RefusedError:
        if self.bot.id not in chat.members:
            return bad("chat not found")
        was_kicked = chat.role(self.bot) is MemberStatus.KICKED
        return forbidden(f"bot {'was kicked from' if was_kicked else 'is not a member of'} the {chat.place}")

    def _check_rights(self, chat: Chat) -> None:
        if chat.role(self.bot) is MemberStatus.RESTRICTED:
            raise bad("not enough rights to send text messages to the chat")

    def _thread(self, chat: Chat, thread_id: int | None) -> int | None:
        """General is written to without a number: its own is refused, as by Telegram."""
        if thread_id is not None and (thread_id == GENERAL or thread_id not in chat.topics):
            raise bad("message thread not found")
        return thread_id

    def _reply(self, chat: Chat, p: Parameters) -> Message | None:
        reply = p.mapping("reply_parameters") or {"message_id": p.integer("reply_to_message_id")}
        if reply.get("message_id") is None:
            return None
        found = chat.find(int(reply["message_id"]))
        may_miss = reply.get("allow_sending_without_reply") or p.flag("allow_sending_without_reply")
        if found is None and not may_miss:
            raise bad("message to be replied not found")
        return found
