"""From an update to one answer: where it was asked, who asks, and only then what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from telegram.constants import MessageEntityType

from bot.chat import commands, settings
from bot.chat.auth import is_private, may_hear, visitor_of_message
from bot.chat.command import Command, CommandCall
from bot.chat.replies import answer
from bot.chat.views import answers
from bot.chat.views.message import RenderedMessage, said
from bot.chat.views.text import typed
from bot.i18n import _
from bot.team.access import Role

if TYPE_CHECKING:
    import telegram
    from telegram import Update

    from bot.chat.command import Handler
    from bot.chat.context import LeadbellContext

_LEAD: Final = re.compile(r"lead_([0-9]{1,100})", re.IGNORECASE)


async def command(command: Command, update: Update, context: LeadbellContext) -> None:
    """A command of the table."""
    message = update.message
    if message is not None:
        await _attend(message, _allowed(command), _behind(message), context, though_paused=command.though_paused)


async def other_command(update: Update, context: LeadbellContext) -> None:
    """`/lead_1234`, and what is no command here; in a group only what is addressed to the bot by name."""
    message = update.message
    if message is None:
        return
    name, _at, addressee = _first_word(message).partition("@")
    if addressee and addressee.lower() != context.bot_name.lower():
        return
    wanted = _LEAD.fullmatch(name)
    if wanted is not None:
        await _attend(message, _members_only(_lead), wanted[1], context)
    elif addressee or is_private(message.chat):
        await _attend(message, _members_only(_unknown), name, context)


async def _attend(
    message: telegram.Message, handler: Handler, text: str, context: LeadbellContext, *, though_paused: bool = False
) -> None:
    visitor = await visitor_of_message(message, context.services)
    if visitor is None:
        return
    if context.services.is_paused and visitor.may_look and not though_paused:
        handler = _paused
    drawn = await handler(CommandCall(message, visitor, text), context)
    if drawn is not None and may_hear(visitor, message, context.services):
        await answer(message, drawn, context)


def _allowed(command: Command) -> Handler:
    async def handle(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
        role, is_alone = asked.visitor.role, is_private(asked.message.chat)
        if is_alone:  # who wants something else where a setting was asked for answers that no more
            context.accounts.asked_settings.take(asked.visitor.user_id)
        if not command.is_for(role) or (role is Role.STRANGER and not is_alone):
            return _refusal(asked)
        if not command.where.covers(is_private=is_alone):
            if is_alone:
                return said(_("This command works in the group."))
            return said(_("This command works in the private chat with me."))
        if command.stands_alone and asked.text:
            return said(answers.nothing_behind(f"/{command.name}"))
        return await command.handler(asked, context)

    return handle


def _members_only(handler: Handler) -> Handler:
    async def handle(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
        return await handler(asked, context) if asked.visitor.may_look else said(answers.stranger())

    return handle


def _refusal(asked: CommandCall) -> RenderedMessage:
    if asked.visitor.role is Role.ANONYMOUS:
        return said(answers.anonymous())
    if asked.visitor.may_look:
        return said(answers.admins_only())
    return said(answers.stranger())


async def _lead(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
    return await commands.lead_view(asked.text, asked.reader, context)


async def _unknown(_asked: CommandCall, _context: LeadbellContext) -> RenderedMessage:
    return said(answers.unknown_command())


async def _paused(_asked: CommandCall, _context: LeadbellContext) -> RenderedMessage:
    return said(answers.paused())


async def words(update: Update, context: LeadbellContext) -> None:
    """In a private chat what is no command is a search: words, a number, or a contact that is handed on."""
    message = update.message
    if message is not None:
        if context.services.is_paused:
            settings.refuse_next(message, context)
        number = "" if message.contact is None else message.contact.phone_number
        await _attend(message, _members_only(_words), typed(number or message.text or ""), context)


async def _words(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
    setting = context.accounts.asked_settings.take(asked.visitor.user_id)
    if setting is None or not asked.message.text:
        return await commands.search(asked, context)
    await settings.take(asked.message, asked.text, asked.visitor, setting, context)
    return None


def command_name(message: telegram.Message) -> str:
    return _first_word(message).partition("@")[0].lower()


def _first_word(message: telegram.Message) -> str:
    """The command without its slash."""
    return (message.text or "")[1 : _length(message)]


def _behind(message: telegram.Message) -> str:
    return typed((message.text or "")[_length(message) :])


def _length(message: telegram.Message) -> int:
    """Commands are ASCII, so UTF-16 units are characters here."""
    commands_there = (one for one in message.entities if one.type == MessageEntityType.BOT_COMMAND and one.offset == 0)
    return next((one.length for one in commands_there), 0)
