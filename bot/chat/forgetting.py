"""/forget and /buyer, for admins: a buyer who wishes to be forgotten, or to know what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat import lead_messages
from bot.chat.press import PressReply, alert
from bot.chat.replies import delete, send_document
from bot.chat.views import answers, forgetting
from bot.chat.views.lead_codes import ForgetStep
from bot.domain.ids import ChatId, LeadId
from bot.domain.priority import Priority
from bot.i18n import _
from bot.team import erasure

if TYPE_CHECKING:
    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.views.lead_codes import Forget
    from bot.chat.views.message import RenderedMessage


async def forget(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """Names what it would do. What was typed holds the number, and goes where the bot may delete it."""
    contact = erasure.contact(asked.text)
    if contact is None:
        return forgetting.how("/forget")
    found = await context.services.erasure.find(contact)
    delete(ChatId(asked.message.chat.id), asked.message.message_id, context, turn=Priority.ANSWER)
    if found:
        return forgetting.question(contact, found)
    bodies = await context.services.erasure.bodies_of(contact)
    return forgetting.only_bodies(contact, bodies) if bodies else forgetting.nobody(contact)


async def buyer(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
    """All that is kept, as files; in private only."""
    contact, person = erasure.contact(asked.text), asked.visitor.person
    if contact is None or person is None:
        return forgetting.how("/buyer")
    report = await context.services.buyer_reports.about(contact, user_id=person.user_id)
    if report is None:
        return forgetting.nobody(contact)
    for name, content in (("buyer.html", report.page), ("buyer.json", report.json)):
        send_document(ChatId(asked.message.chat.id), name, content, context)
    return None


async def press(code: Forget, press: Press) -> PressReply:
    if not press.is_admin:
        return alert(answers.admins_only())
    if code.step is ForgetStep.NO:
        await lead_messages.put(press, forgetting.kept())
        return PressReply(_("Nothing was changed."))
    is_urgent = code.step is ForgetStep.ERASE
    number = await press.services.erasure.seal_of_lead(LeadId(code.lead_id), is_urgent=is_urgent)
    if not number:
        return alert(answers.gone())
    await lead_messages.put(press, forgetting.done(number, press.services.erasure.kept, is_urgent=is_urgent))
    return PressReply(_("Done."))
