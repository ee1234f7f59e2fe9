"""A Bot API of one's own, as strict as Telegram's: the other side of the bot in the demo and in every test."""

from __future__ import annotations

from bot.sandbox.botapi.chats import Chat, Role, Topic
from bot.sandbox.botapi.faults import Fault, FaultKind, Faults
from bot.sandbox.botapi.limits import NO_LIMITS, Limits, Rate
from bot.sandbox.botapi.messages import Message
from bot.sandbox.botapi.page import Control
from bot.sandbox.botapi.people import BotAccount, Person
from bot.sandbox.botapi.queries import CallbackAnswer, InlineAnswer, InlineResult
from bot.sandbox.botapi.server import BotApi
from bot.sandbox.botapi.world import Event, World

__all__ = [
    "NO_LIMITS",
    "BotAccount",
    "BotApi",
    "CallbackAnswer",
    "Chat",
    "Control",
    "Event",
    "Fault",
    "FaultKind",
    "Faults",
    "InlineAnswer",
    "InlineResult",
    "Limits",
    "Message",
    "Person",
    "Rate",
    "Role",
    "Topic",
    "World",
]
