"""A Bot API of one's own, as strict as Telegram's: the other side of the bots in the demo and in every test.

    world = World()
    ravi = world.add_person("Ravi")
    group = world.add_group("Sales", [ravi], topics=["Surat"])  # a forum; without topics an ordinary group
    async with BotApiServer(world) as api:
        ...  # let a bot with world.bot.token call api.url
        ravi.says(group, "/today", topic=topic)
        await ravi.presses(group.last, "Claim")

Further bots come from `world.new_bot("Patel", "patel_bot")`, and into a group by `world.add_bot(group, ravi, bot=bot)`;
`ravi.starts(bot=bot)` opens `ravi.chat_with(bot)`. Limits, updates, files and menus are each bot's own:
`api.flood_of(bot).violations`, `bot.updates.waiting`, `api.calls.by(bot)`, `api.faults.flood(bot=bot)`.
Topics: `world.add_topic(group, "Surat")`, `close_topic`, `reopen_topic`, `delete_topic`. Webhooks work by themselves
once a bot sets one; `BotApiServer(world, is_local=False)` takes only addresses that Telegram's own server would take.
"""

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
