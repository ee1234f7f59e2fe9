"""/template: the WhatsApp greeting an admin sets. Until it is saved it stands only in the message that shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import telegram
from telegram.constants import MessageEntityType

from bot.chat import lead_messages
from bot.chat.press import PressReply, alert
from bot.chat.views import answers, templates
from bot.domain.lead import Kind, Lead
from bot.domain.words.all import OFF, says
from bot.i18n import _
from bot.lookup.lists import ListQuery
from bot.team import greetings

if TYPE_CHECKING:
    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.views.message import RenderedMessage
    from bot.chat.views.setting_codes import SaveTemplate

_KIND: Final = re.compile(r"kind:([A-Za-z]{1,8})(?:\s+|$)", re.IGNORECASE)


async def template(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """Shows what is set, or what would be; removes."""
    kind, typed = read(asked.text)
    if kind is not None and kind not in Kind.KNOWN:
        return templates.kinds()
    if not typed:
        return templates.overview(await context.services.templates.all_())
    if says(OFF, typed):
        return templates.removed(kind, is_done=await context.services.templates.remove(kind))
    flaws = greetings.flaws(typed)
    if flaws is not None:
        return templates.flaws(flaws)
    owner = None if asked.visitor.person is None else asked.visitor.person.name
    sample = await _sample(kind, context)
    return context.views.template_preview(context.services.account_id, kind, typed, sample, owner)


def read(text: str) -> tuple[str | None, str]:
    """The kind, if one is named in front, and the greeting."""
    found = _KIND.match(text)
    return (None, text.strip()) if found is None else (found[1].upper(), text[found.end() :].strip())


async def _sample(kind: str | None, context: LeadbellContext) -> Lead:
    """The newest lead, else one that could be."""
    page = await context.services.lookup.page(ListQuery(words="" if kind is None else f"kind:{kind}"), size=1)
    if page.leads:
        return page.leads[0].lead
    return Lead(kind=kind or Kind.ENQUIRY, name=_("Asha"), product=_("solar panels"))


async def save(code: SaveTemplate, press: Press) -> PressReply:
    if not press.is_admin:
        return alert(answers.admins_only())
    text = _shown(press.query.message)
    if text is None:
        return alert(answers.old_button())
    kind = code.kind or None
    if await press.services.templates.save(kind, text, press.person) is not None:
        return alert(answers.old_button())
    await lead_messages.put(press, templates.saved(kind, text))
    return PressReply(_("Saved."))


def _shown(message: telegram.MaybeInaccessibleMessage | None) -> str | None:
    """The greeting as it stands in the preview."""
    if not isinstance(message, telegram.Message):
        return None
    found = message.parse_entities([MessageEntityType.PRE])
    return next(iter(found.values()), None)
