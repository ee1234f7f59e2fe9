"""What a bot gets to see of what is written in a chat (Bot API, privacy mode)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import BotUser

_COMMAND: Final = re.compile(r"/[A-Za-z0-9_]+(?:@(?P<bot>[A-Za-z0-9_]+))?(?!\w)")


def is_visible(bot: BotUser, message: Message) -> bool:
    """Whether the message becomes an update. No bot is told what bots wrote, only what the chat says of their acts."""
    if message.is_own and message.body.kind != "service":
        return False
    if message.chat.kind == "private":
        return message.chat.bot is bot
    if not message.chat.has(bot):
        return False
    is_open = not bot.is_private or message.chat.role(bot).is_administrative
    return is_open or message.body.kind == "service" or _is_addressed(bot, message)


def _is_addressed(bot: BotUser, message: Message) -> bool:
    if message.via_bot is bot or (message.reply_to is not None and message.reply_to.sender is bot):
        return True
    commands = [match["bot"] for match in _COMMAND.finditer(message.text) if _stands_alone(message.text, match.start())]
    own = (bot.username or "").lower()
    is_last = message.chat.last_bot in {None, bot}
    return any((named or own).lower() == own and (named or is_last) for named in commands)


def _stands_alone(text: str, start: int) -> bool:
    return start == 0 or text[start - 1].isspace()
