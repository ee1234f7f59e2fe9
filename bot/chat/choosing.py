"""/account: somebody who is in several of a bot's teams says whose leads are meant in private and inline.

They are asked once, when it first matters; what they wrote is answered then. Who is in one team only never hears of it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from telegram.error import TelegramError

from bot.chat import lead_messages
from bot.chat.press import PressReply
from bot.chat.replies import send
from bot.chat.views import choices
from bot.chat.views.choices import Choice
from bot.chat.views.message import said
from bot.domain.ids import ChatId, UserId
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telegram import Update

    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.served_accounts import ServedAccounts
    from bot.chat.views.message import RenderedMessage
    from bot.chat.views.setting_codes import ChooseAccount

LINK: Final = "account"
"""What a link to the bot carries that leads here."""
_ASKED_FOR: Final = ("/account", f"/start {LINK}")


async def account(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    user_id = asked.visitor.user_id
    mine = [] if user_id is None else await context.accounts.of_person(user_id)
    if len(mine) < 2:
        return said(_("You are in one team here: its leads are what I show you."))
    return choices.question(await _choices(mine), chosen=context.services.account_id)


async def press(_code: ChooseAccount, press: Press) -> PressReply:
    """It came to the account that it names."""
    context, user_id = press.context, press.person.user_id
    await context.accounts.choose(user_id, context.services.account_id)
    (chosen,) = await _choices([context])
    await lead_messages.put(press, choices.chosen(chosen))
    context.accounts.go_on(user_id)
    return PressReply()


async def ask(update: Update, among: list[LeadbellContext], accounts: ServedAccounts) -> None:
    """In the place of an answer, while it is not known whose leads are meant."""
    context = among[0]
    if update.callback_query is not None:
        await update.callback_query.answer(_("Please choose first whose leads are meant: /account"), show_alert=True)
    elif update.inline_query is not None:
        button = {"text": _("Choose whose leads are meant"), "start_parameter": LINK}
        given: dict[str, Any] = {"inline_query_id": update.inline_query.id, "is_personal": True, "cache_time": 0}
        await context.api.call("answerInlineQuery", results=[], button=button, **given)
    elif update.message is not None and update.message.from_user is not None:
        if not (update.message.text or "").startswith(_ASKED_FOR):
            accounts.keep(UserId(update.message.from_user.id), update)
        question = choices.question(await _choices(among), chosen=None)
        await send(ChatId(update.message.chat.id), question, context)


async def _choices(contexts: Iterable[LeadbellContext]) -> list[Choice]:
    """By the name of the group, which is what its members call it."""
    found = list(contexts)
    titles = await asyncio.gather(*(_title(one) for one in found))
    return [Choice(one.services.account_id, title) for one, title in zip(found, titles, strict=True)]


async def _title(context: LeadbellContext) -> str:
    try:
        chat = await context.bot.get_chat(context.services.chats.place.chat_id)
    except TelegramError:
        return ""
    return chat.title or ""
