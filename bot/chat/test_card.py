"""A card that shows nothing but that the way is open: it goes to the group, and the press of its button comes back."""

from __future__ import annotations

from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.chat.updates import Listening, updates
from bot.chat.views import changes
from bot.chat.views.callback_data import decode, encode
from bot.chat.views.message import RenderedMessage
from bot.chat.views.setting_codes import ProveWay
from bot.chat.views.text import escaped
from bot.domain.ids import UserId
from bot.domain.person import Person
from bot.i18n import _

if TYPE_CHECKING:
    from telegram.ext import ExtBot

PRESS_SECONDS: Final = 180.0
"""How long somebody has to find the group and press."""


async def post(bot: ExtBot[Any], chat_id: int, thread_id: int | None) -> int:
    """The message's id. Raises TelegramError."""
    text = _("🧪 A test card from Leadbell. Press the button, and whoever sets it up sees that it works.")
    button = InlineKeyboardButton(_("👍 It works"), callback_data=encode(ProveWay()))
    sent = await bot.send_message(
        chat_id, text, message_thread_id=thread_id, reply_markup=InlineKeyboardMarkup([[button]])
    )
    return sent.message_id


async def pressed(bot: ExtBot[Any], chat_id: int, message_id: int, seconds: float) -> Person | None:
    """Who pressed it; None if nobody did. Raises TelegramError."""
    async with aclosing(updates(bot, Listening(seconds))) as found:
        async for update in found:
            query = update.callback_query
            if query is None or not isinstance(decode(query.data), ProveWay) or query.message is None:
                continue
            name = changes.name(query.from_user.full_name)
            with suppress(BadRequest):  # too late for an answer: the card says it too
                await query.answer(answer())
            await query.edit_message_text(proof(name).text, parse_mode=ParseMode.HTML)
            if (query.message.chat.id, query.message.message_id) == (chat_id, message_id):
                return Person(UserId(query.from_user.id), name)
    return None


def answer() -> str:
    return _("It works: your press has come back.")


def proof(name: str) -> RenderedMessage:
    return RenderedMessage(escaped(_("✅ {name} pressed the button: the way here and back works.").format(name=name)))
