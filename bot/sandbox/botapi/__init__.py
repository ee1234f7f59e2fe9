"""A Bot API of one's own, as strict as Telegram's: the other side of the bot in the demo and in every test."""

from __future__ import annotations

from bot.sandbox.botapi.chats import Chat, ForumTopic, MemberStatus
from bot.sandbox.botapi.faults import BotApiFault, BotApiFaults, FaultKind
from bot.sandbox.botapi.limits import NO_LIMITS, FloodRate, Limits
from bot.sandbox.botapi.messages import Message
from bot.sandbox.botapi.page import Control
from bot.sandbox.botapi.people import BotUser, HumanUser
from bot.sandbox.botapi.queries import CallbackAnswer, InlineAnswer, InlineResult
from bot.sandbox.botapi.server import BotApiServer
from bot.sandbox.botapi.world import Event, World

__all__ = [
    "NO_LIMITS",
    "BotApiFault",
    "BotApiFaults",
    "BotApiServer",
    "BotUser",
    "CallbackAnswer",
    "Chat",
    "Control",
    "Event",
    "FaultKind",
    "FloodRate",
    "ForumTopic",
    "HumanUser",
    "InlineAnswer",
    "InlineResult",
    "Limits",
    "MemberStatus",
    "Message",
    "World",
]
