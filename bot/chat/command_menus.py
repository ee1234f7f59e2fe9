"""The commands that Telegram's apps offer behind the menu button and after a slash, in the languages there are."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden

from bot.domain.ids import UserId
from bot.i18n import ENGLISH, LANGUAGES, _, speaking
from bot.team.access import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram.ext import ExtBot

    from bot.chat.command import Command
    from bot.chat.languages import Languages
    from bot.services import Services


async def set_all(bot: ExtBot[Any], commands: Sequence[Command]) -> None:
    """For everybody, in the language of their own app."""
    for language in LANGUAGES:
        code = None if language == ENGLISH else language
        with speaking(language):
            await bot.set_my_commands(_menu(commands, is_private=True), BotCommandScopeAllPrivateChats(), code)
            await bot.set_my_commands(_menu(commands, is_private=False), BotCommandScopeAllGroupChats(), code)


async def set_accounts(bot: ExtBot[Any], commands: Sequence[Command], services: Services, languages: Languages) -> None:
    """Of the admins, and of a group that is spoken to in its own language whatever its members' apps are in."""
    groups = services.settings.bot_language
    for admin in services.settings.telegram_admins:
        language = await languages.of_person(UserId(admin)) or groups
        await set_private(bot, commands, UserId(admin), Role.ADMIN, language)
    chat_id = services.chats.place.chat_id
    # Where nobody chose a language Telegram need not be told anything of the group.
    if "BOT_LANGUAGE" in services.settings.texts or chat_id in languages.with_menu:
        languages.with_menu.add(chat_id)
        with suppress(BadRequest, Forbidden), speaking(groups):
            await bot.set_my_commands(_menu(commands, is_private=False), BotCommandScopeChat(chat_id))


async def set_private(
    bot: ExtBot[Any], commands: Sequence[Command], user_id: UserId, role: Role, language: str
) -> None:
    """Of one private chat. Refused where that person never wrote to the bot; they then have the plain menu."""
    with suppress(BadRequest, Forbidden), speaking(language):
        await bot.set_my_commands(_menu(commands, is_private=True, role=role), BotCommandScopeChat(user_id))


def _menu(commands: Sequence[Command], *, is_private: bool, role: Role = Role.MEMBER) -> list[BotCommand]:
    shown = (command for command in commands if command.in_menu and command.is_for(role))
    return [BotCommand(one.name, _(one.description)) for one in shown if one.where.covers(is_private=is_private)]
