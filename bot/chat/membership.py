"""Who comes to the group and who goes, the bot itself included. Leaving revokes at once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import ChatMemberRestricted

from bot.chat.auth import is_private, person_of
from bot.chat.messenger import UNRESTRICTED, is_in
from bot.domain.ids import ChatId, UserId

if TYPE_CHECKING:
    from telegram import ChatMember, ChatMemberUpdated, Update

    from bot.chat.context import LeadbellContext

log = logging.getLogger(__name__)


async def member_changed(update: Update, context: LeadbellContext) -> None:
    """Sent to administrators only, whatever the privacy mode."""
    changed = update.chat_member
    if changed is None:
        return
    user = changed.new_chat_member.user
    if user.is_bot:
        return
    if is_in(changed.new_chat_member):
        await context.services.access.joined(person_of(user))
    else:
        await context.services.access.left(UserId(user.id), ChatId(changed.chat.id))


async def bot_changed(update: Update, context: LeadbellContext) -> None:
    changed = update.my_chat_member
    if changed is None:
        return
    if is_private(changed.chat):
        await _person_changed(changed, context)
    else:
        _home_changed(changed, context)


async def _person_changed(changed: ChatMemberUpdated, context: LeadbellContext) -> None:
    """In a private chat this says that somebody blocked the bot, or took that back."""
    user_id = UserId(changed.chat.id)
    if is_in(changed.new_chat_member):
        await context.services.access.started(person_of(changed.from_user))
        context.services.delivery.revive(ChatId(user_id))
    else:
        await context.services.access.seen.stopped(user_id)


def _home_changed(changed: ChatMemberUpdated, context: LeadbellContext) -> None:
    now = changed.new_chat_member
    log.log(
        logging.INFO if _may_write(now) else logging.WARNING,
        "in the sales group the bot is now %s (was %s)",
        now.status,
        changed.old_chat_member.status,
    )
    if _may_write(now):
        context.services.delivery.revive(ChatId(changed.chat.id))


async def left(update: Update, context: LeadbellContext) -> None:
    message = update.message
    if message is not None and (user := message.left_chat_member) is not None:
        await context.services.access.left(UserId(user.id), ChatId(message.chat.id))


async def came(update: Update, context: LeadbellContext) -> None:
    message = update.message
    if message is None:
        return
    context.services.delivery.revive(ChatId(message.chat.id))
    for user in message.new_chat_members:
        if not user.is_bot:
            await context.services.access.joined(person_of(user))


async def topic_opened(update: Update, context: LeadbellContext) -> None:
    """Made, opened again or shown again: what it did not take before, it may take now."""
    message = update.message
    if message is not None:
        context.services.delivery.revive(ChatId(message.chat.id))


async def migrated(update: Update, context: LeadbellContext) -> None:
    """Told twice: in the old group, and as the first message of the new one."""
    message = update.message
    if message is None:
        return
    here = ChatId(message.chat.id)
    old = here if message.migrate_from_chat_id is None else ChatId(message.migrate_from_chat_id)
    new = here if message.migrate_to_chat_id is None else ChatId(message.migrate_to_chat_id)
    if not context.services.access.is_home(old):
        return
    if await context.services.delivery.moved(old, new) and context.services.chats.is_own(new):
        log.warning("the sales group became a supergroup: put %d into TELEGRAM_CHAT_ID", new)
    context.services.delivery.revive(new)


def _may_write(member: ChatMember) -> bool:
    return member.status in UNRESTRICTED or (isinstance(member, ChatMemberRestricted) and member.can_send_messages)
