"""What `leadbell check` asks Telegram, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.bot_check import UNKNOWN, BotCheck, opened
from bot.chat.check_line import CheckLine
from bot.chat.updates import HeardChat, HeardKind, Listening
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.chat.bot_check import BotRecord
    from bot.chat.check_line import Ask
    from bot.config import Settings

LISTEN_SECONDS: Final = 60.0
"""How long somebody has to say a word in the group whose id is sought."""
MORE_SECONDS: Final = 5.0
"""How long a second group is waited for once one was heard of."""


async def lines(
    settings: Settings,
    *,
    seconds: float = LISTEN_SECONDS,
    ask: Ask | None = None,
    record: BotRecord = UNKNOWN,
) -> AsyncIterator[CheckLine]:
    """Token, webhook, group, rights, admins; without a group, every chat the bot hears of in so many seconds."""
    async with opened(settings, record) as bot:
        token = await bot.token()
        yield token
        if not token.is_ok:
            return
        webhook = await bot.webhook(ask)
        if webhook is not None:
            yield webhook
        if not settings.is_chat_known:
            if webhook is None or webhook.is_ok:
                async for line in _search(bot, seconds):
                    yield line
            return
        for line in (await bot.group(settings.telegram_chat_id, settings.telegram_thread_id)).lines:
            yield line
        for admin in settings.telegram_admins:
            yield await bot.person(admin)


async def _search(bot: BotCheck, seconds: float) -> AsyncIterator[CheckLine]:
    """Listen for groups, and say what to paste where."""
    yield CheckLine(
        False,
        _(
            "TELEGRAM_CHAT_ID is not set. Add @{name} to your group now; if it is there already, write "
            "/start@{name} in the group. Listening for {seconds} s …"
        ).format(name=bot.name, seconds=round(seconds)),
    )
    known: set[int] = set()
    span = Listening(seconds)
    async for one in bot.listen(span):
        if isinstance(one, CheckLine):
            yield one
            return
        if one.chat_id not in known:
            known.add(one.chat_id)
            yield _found(one)
        if one.kind is not HeardKind.PRIVATE:
            span.shorten(min(MORE_SECONDS, seconds / 10))
    if not known:
        yield CheckLine(
            False,
            _("No group was heard of. Run this again, and write /start@{name} in the group meanwhile.").format(
                name=bot.name
            ),
        )


def _found(chat: HeardChat) -> CheckLine:
    if chat.kind is HeardKind.PRIVATE:
        return CheckLine(
            True,
            _("A private chat, user id {chat_id}. To be told about faults: TELEGRAM_ADMINS={chat_id}").format(
                chat_id=chat.chat_id
            ),
        )
    return CheckLine(
        True,
        _("The group “{title}”. Put this line into .env: TELEGRAM_CHAT_ID={chat_id}").format(
            title=chat.title, chat_id=chat.chat_id
        ),
    )
