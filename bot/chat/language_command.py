"""/language: in private each person's own, in the group, for admins, that of the group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat import command_menus, lead_messages
from bot.chat.auth import is_private
from bot.chat.press import QUIET, PressReply, alert
from bot.chat.views import answers, choices
from bot.chat.views.message import said
from bot.errors import LeadbellError
from bot.i18n import LANGUAGES, language, speaking
from bot.team.access import Role

if TYPE_CHECKING:
    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.views.message import RenderedMessage
    from bot.chat.views.setting_codes import SetLanguage

SETTING = "BOT_LANGUAGE"


async def ask(asked: CommandCall, _context: LeadbellContext) -> RenderedMessage:
    is_alone = is_private(asked.message.chat)
    if asked.visitor.role is Role.ANONYMOUS:
        return said(answers.anonymous())
    if not is_alone and asked.visitor.role is not Role.ADMIN:
        return said(answers.admins_only())
    return choices.languages(language(), is_group=not is_alone)


async def press(code: SetLanguage, press: Press) -> PressReply:
    message = press.query.message
    if message is None or code.number >= len(LANGUAGES) or is_private(message.chat) == code.is_group:
        return alert(answers.old_button())
    chosen = LANGUAGES[code.number]
    if code.is_group and not press.is_admin:
        return alert(answers.admins_only())
    try:
        await _set(chosen, press, is_group=code.is_group)
    except LeadbellError as error:
        return alert(str(error))
    with speaking(chosen):
        await lead_messages.put(press, choices.language_chosen(is_group=code.is_group))
    return QUIET


async def _set(chosen: str, press: Press, *, is_group: bool) -> None:
    context, user_id = press.context, press.person.user_id
    if is_group:
        await press.services.own_settings.put(SETTING, chosen, user_id)
        return
    await context.accounts.languages.choose(user_id, chosen)
    context.behind(command_menus.set_private(context.bot, context.commands, user_id, press.role, chosen))
