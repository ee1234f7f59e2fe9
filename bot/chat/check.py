"""What `leadbell check` asks Telegram: is the token right, does the bot reach the group, what may it do there."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import ChatMemberAdministrator, ChatMemberOwner, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.chat.transport import AiohttpRequest
from bot.i18n import _, in_brackets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Chat, ChatFullInfo

    from bot.config import Settings

LISTEN_SECONDS: Final = 60.0
"""How long somebody has to say a word in the group whose id is sought."""


MORE_SECONDS: Final = 5.0
"""How long a second group is waited for once one was heard of."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One fact, and whether all is well with it. What is not says what to do."""

    is_ok: bool
    text: str


@asynccontextmanager
async def _bot(settings: Settings) -> AsyncIterator[ExtBot[None]]:
    """A bot that has asked nothing yet; its connections are closed also if Telegram never answered."""
    calls, updates = AiohttpRequest(settings.telegram_way), AiohttpRequest(settings.telegram_way, connections=2)
    try:
        yield ExtBot(
            settings.telegram_bot_token.get_secret_value(),
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_api_url}/file/bot",
            request=calls,
            get_updates_request=updates,
        )
    finally:
        await calls.shutdown()
        await updates.shutdown()


async def lines(settings: Settings, *, seconds: float = LISTEN_SECONDS) -> AsyncIterator[CheckLine]:
    """Token, group, rights, admins; without a group, every chat the bot hears of in so many seconds."""
    async with _bot(settings) as bot:
        try:
            await bot.initialize()
        except TelegramError as error:
            yield CheckLine(False, _no_token(error))
            return
        yield _inline(bot)
        if not settings.is_chat_known:
            async for line in _search(bot, seconds):
                yield line
            return
        async for line in _group(bot, settings):
            yield line
        for admin in settings.telegram_admins:
            yield await _admin(bot, admin)


def _no_token(error: TelegramError) -> str:
    if isinstance(error, InvalidToken):
        return _("Telegram refuses the token. Copy it again from @BotFather into TELEGRAM_BOT_TOKEN.")
    return _(
        "Telegram cannot be reached{reason}. Check the internet connection, or what is named there; TELEGRAM_PROXY, "
        "SSL_CERT_FILE and TELEGRAM_API_URL say which way is taken."
    ).format(reason=in_brackets(error.message))


def _inline(bot: ExtBot[None]) -> CheckLine:
    if bot.bot.supports_inline_queries:
        return CheckLine(True, _("Telegram: the token is @{name}'s, inline look-ups are on.").format(name=bot.username))
    return CheckLine(
        True,
        _(
            "Telegram: the token is @{name}'s. Inline look-ups are off; to have them, send /setinline to @BotFather "
            "and choose @{name}."
        ).format(name=bot.username),
    )


async def _group(bot: ExtBot[None], settings: Settings) -> AsyncIterator[CheckLine]:
    try:
        chat = await bot.get_chat(settings.telegram_chat_id)
        member = await bot.get_chat_member(chat.id, bot.id)
    except TelegramError as error:
        yield CheckLine(False, _unreachable(settings.telegram_chat_id, error))
        return
    yield _chat(chat, settings)
    if isinstance(member, (ChatMemberAdministrator, ChatMemberOwner)):
        yield CheckLine(
            True, _("The bot is an administrator there: it can tell who is a member, and gets every command.")
        )
    else:
        yield CheckLine(
            False,
            _(
                "The bot is no administrator there, so Telegram may not tell who is a member. Open the group's "
                "settings, Administrators, add @{name} and switch every right off; it needs none."
            ).format(name=bot.username),
        )


def _chat(chat: ChatFullInfo, settings: Settings) -> CheckLine:
    if settings.telegram_thread_id is not None and not chat.is_forum:
        return CheckLine(
            False,
            _("The group “{title}” has no topics. Take “:{topic}” off TELEGRAM_CHAT_ID.").format(
                title=chat.title, topic=settings.telegram_thread_id
            ),
        )
    return CheckLine(True, _("Leads go to the group “{title}”.").format(title=chat.title))


def _unreachable(chat_id: int, error: TelegramError) -> str:
    moved_to = getattr(error, "new_chat_id", None)
    if moved_to is not None:
        return _("The group became a supergroup. Set TELEGRAM_CHAT_ID={chat_id}").format(chat_id=moved_to)
    if isinstance(error, (BadRequest, Forbidden)):
        return _(
            "The bot is not in the group {chat_id}{reason}. Add it there, or take TELEGRAM_CHAT_ID out of the "
            "settings and run this again to find the right id."
        ).format(chat_id=chat_id, reason=in_brackets(error.message))
    return _no_answer(error)


def _no_answer(error: TelegramError) -> str:
    return _("Telegram did not answer{reason}. Run this again in a minute.").format(reason=in_brackets(error.message))


async def _admin(bot: ExtBot[None], user_id: int) -> CheckLine:
    try:
        # Not getChat: that knows everybody the bot has seen in a group, also who never pressed Start.
        await bot.send_chat_action(user_id, ChatAction.TYPING)
    except (BadRequest, Forbidden):
        return CheckLine(
            False,
            _("The admin {user_id} cannot be written to. They have to open @{name} and press Start.").format(
                user_id=user_id, name=bot.username
            ),
        )
    except TelegramError as error:
        return CheckLine(False, _no_answer(error))
    return CheckLine(True, _("The admin {user_id} can be written to.").format(user_id=user_id))


async def _search(bot: ExtBot[None], seconds: float) -> AsyncIterator[CheckLine]:
    """Listen for groups, and say what to paste where."""
    yield CheckLine(
        False,
        _(
            "TELEGRAM_CHAT_ID is not set. Add @{name} to your group now; if it is there already, write "
            "/start@{name} in the group. Listening for {seconds} s …"
        ).format(name=bot.username, seconds=round(seconds)),
    )
    heard: set[int] = set()
    try:
        async for chat in _chats(bot, seconds):
            if chat.id not in heard:
                heard.add(chat.id)
                yield _found(chat)
    except Conflict:
        yield CheckLine(False, _("Another program is fetching this bot's messages. Stop it and run this again."))
        return
    except TelegramError as error:
        yield CheckLine(False, _no_answer(error))
        return
    if not heard:
        yield CheckLine(
            False,
            _("No group was heard of. Run this again, and write /start@{name} in the group meanwhile.").format(
                name=bot.username
            ),
        )


async def _chats(bot: ExtBot[None], seconds: float) -> AsyncIterator[Chat]:
    """Every chat something happens in for so long; a little longer than the first group, no more."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    offset: int | None = None
    wanted = [Update.MESSAGE, Update.MY_CHAT_MEMBER]
    # As `leadbell run` does: a webhook left behind by another program would refuse every fetch.
    await bot.delete_webhook()
    while (left := deadline - loop.time()) > 0:
        updates = await bot.get_updates(offset=offset, timeout=min(int(left) + 1, 10), allowed_updates=wanted)
        for update in updates:
            offset = update.update_id + 1
            if update.effective_chat is not None:
                yield update.effective_chat
                if update.effective_chat.type != ChatType.PRIVATE:
                    deadline = min(deadline, loop.time() + min(MORE_SECONDS, seconds / 10))
    if offset is not None:
        await bot.get_updates(offset=offset, timeout=0, limit=1, allowed_updates=wanted)


def _found(chat: Chat) -> CheckLine:
    if chat.type == ChatType.PRIVATE:
        return CheckLine(
            True,
            _("A private chat, user id {chat_id}. To be told about faults: TELEGRAM_ADMINS={chat_id}").format(
                chat_id=chat.id
            ),
        )
    return CheckLine(
        True,
        _("The group “{title}”. Put this line into .env: TELEGRAM_CHAT_ID={chat_id}").format(
            title=chat.title, chat_id=chat.id
        ),
    )
