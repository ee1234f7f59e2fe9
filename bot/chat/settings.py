"""/settings, for admins in private: what can be set without the machine, by a button or typed. A key that is typed is
tried at IndiaMART first, and its message deleted.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from bot.chat import lead_messages
from bot.chat.auth import is_private
from bot.chat.key_check_line import key_line
from bot.chat.press import QUIET, PressReply, alert
from bot.chat.replies import answer, delete
from bot.chat.views import answers
from bot.chat.views import settings as views
from bot.chat.views.message import said
from bot.chat.views.setting_codes import SettingStep
from bot.chat.views.times import Now
from bot.domain import hour_words
from bot.domain.ids import ChatId, UserId
from bot.domain.priority import Priority
from bot.domain.words.all import OFF, says, spelled
from bot.errors import LeadbellError
from bot.i18n import NAMES, _
from bot.indiamart.answer import Outcome
from bot.team.access import Role
from bot.team.own_settings import leaves_out

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import telegram

    from bot.chat.auth import Visitor
    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.views.message import RenderedMessage
    from bot.chat.views.setting_codes import ChangeSetting
    from bot.config import Settings

log = logging.getLogger(__name__)

NONE: Final = frozenset({"none", "-"})
ADMINS: Final = "TELEGRAM_ADMINS"
RETENTION: Final = "RETENTION"


async def settings(_asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    return await _overview(context)


async def _overview(context: LeadbellContext) -> RenderedMessage:
    return views.overview(await context.services.own_settings.all_(), context.services.account_id)


async def press(code: ChangeSetting, press: Press) -> PressReply:
    """It came to the account that it names."""
    message, services = press.query.message, press.services
    if not press.is_admin:
        return alert(answers.admins_only())
    if code.account_id != services.account_id or code.number not in views.ROWS or message is None:
        return alert(answers.old_button())
    if not is_private(message.chat):
        return alert(_("This works in the private chat with me."))
    press.context.accounts.asked_settings.take(press.person.user_id)
    if code.step is SettingStep.ASK:
        return await _ask(code.number, press, message)
    try:
        drawn = await _drawn(code, press)
    except LeadbellError as error:
        return alert(str(error))
    await lead_messages.put(press, drawn)
    return QUIET


async def _ask(number: int, press: Press, message: telegram.MaybeInaccessibleMessage) -> PressReply:
    services, context = press.services, press.context
    try:
        services.own_settings.must_be_kept(views.ROWS[number].name)
        asked = views.question(number, services.account_id, context.bot_name)
        context.accounts.asked_settings.ask(press.person.user_id, services.account_id, number)
    except LeadbellError as error:
        asked = said(str(error))
    await answer(message, asked, context)
    return QUIET


async def _drawn(code: ChangeSetting, press: Press) -> RenderedMessage:
    """What takes the place of the message. Raises LeadbellError."""
    match code.step:
        case SettingStep.SHOW:
            return await _one(code.number, press.context)
        case SettingStep.PUT:
            presets = views.ROWS[code.number].presets
            if code.value >= len(presets):
                raise LeadbellError(answers.old_button())
            return await _set(code.number, presets[code.value][1], press.person.user_id, press.context)
        case SettingStep.CLEAR:
            return await _set(code.number, None, press.person.user_id, press.context)
        case SettingStep.UNDO:
            return await _undo(code, press)
        case SettingStep.SURE:
            typed = views.text_in(press.query.message)
            if not typed and code.value not in {views.SURE_OF_NONE, views.SURE_OF_FILES}:
                raise LeadbellError(answers.old_button())  # Telegram does not show us the message any more
            text = {views.SURE_OF_NONE: "", views.SURE_OF_FILES: None}.get(code.value, typed)
            return await _set(code.number, text, press.person.user_id, press.context, is_sure=True)
        case _:
            return await _overview(press.context)


async def _one(number: int, context: LeadbellContext) -> RenderedMessage:
    services, own = context.services, context.services.own_settings
    latest = await own.latest(views.ROWS[number].name)
    now = Now(services.clock.now(), services.settings.timezone)
    return views.one(number, await own.all_(), latest, services.account_id, now)


async def _undo(code: ChangeSetting, press: Press) -> RenderedMessage:
    """The latest change of a setting, whoever made it: what came later is not undone by an older button."""
    change = await press.services.own_settings.change(code.value)
    if change is None or change.name != views.ROWS[code.number].name or not change.is_latest:
        raise LeadbellError(_("This was changed again since. /settings shows how it stands."))
    return await _set(code.number, change.before, press.person.user_id, press.context)


async def _set(
    number: int, text: str | None, user_id: UserId, context: LeadbellContext, *more: str, is_sure: bool = False
) -> RenderedMessage:
    """Sets it, or asks back where it may be a mistake that its maker could not mend. Raises LeadbellError."""
    row, services = views.ROWS[number], context.services
    proposed = await services.own_settings.proposed(row.name, text, user_id)
    why = "" if is_sure or proposed is None else _doubt(row.name, proposed, services.settings, user_id)
    if why:
        return views.sure(number, text, why, services.account_id)
    change_id = await services.own_settings.put(row.name, text, user_id)
    shown = "" if row.entry.secret or not text else views.in_words(row.name, text)
    return views.saved(number, change_id, services.account_id, *more, *filter(None, [shown]))


def _doubt(name: str, proposed: Settings, present: Settings, user_id: UserId) -> str:
    if name == ADMINS and not proposed.telegram_admins:
        return _("After that nobody is an admin, and only at the machine could somebody become one. Are you sure?")
    if name == ADMINS and leaves_out(proposed.texts.get(ADMINS, ""), user_id):
        return _("You are not among them: after that you are no admin. Are you sure?")
    if name == RETENTION and proposed.retention is not None and proposed.retention != present.retention:
        return _("What nobody has touched for so long is then erased, which cannot be undone. Are you sure?")
    return ""


async def take(
    message: telegram.Message, text: str, visitor: Visitor, asked: tuple[int, int], context: LeadbellContext
) -> None:
    """An answer to one of our questions: what was written, which is something. `text` may stand below a picture."""
    account_id, number = asked
    context.accounts.asked_settings.take(visitor.user_id)
    delete_secret(message, number, context)
    if visitor.role is not Role.ADMIN or visitor.user_id is None:
        await answer(message, said(answers.admins_only()), context)
        return
    if account_id != context.services.account_id or number not in views.ROWS or not is_private(message.chat):
        await answer(message, said(_("This question is too old. /settings asks anew.")), context)
        return
    row = views.ROWS[number]
    before, is_line, value = text.partition("=")
    if is_line and before.strip() == row.name:
        text = value.strip()
    is_none = text.lower() in NONE or says(OFF, text)
    text = row.none if is_none and row.none is not None else _kept(row.name, text)
    if row.is_tried and text:
        _later(_try(message, number, text, visitor.user_id, context), context)
    else:
        await _answered(message, number, _set(number, text, visitor.user_id, context), visitor.user_id, context)


def delete_secret(message: telegram.Message, number: int, context: LeadbellContext) -> None:
    """Whatever comes of it: a key does not stay in the chat."""
    row = views.ROWS.get(number)
    if row is not None and row.entry.secret:
        delete(ChatId(message.chat.id), message.message_id, context, turn=Priority.PRESS)


def refuse_next(message: telegram.Message, context: LeadbellContext) -> None:
    """The account is paused: what answers a question without being a reply is not taken."""
    user = message.from_user
    asked = None if user is None else context.accounts.asked_settings.take(UserId(user.id))
    if asked is not None:
        delete_secret(message, asked[1], context)


def _kept(name: str, text: str) -> str:
    """What is typed in any language, as the settings have it."""
    if name == "BOT_LANGUAGE":
        return next((code for code, own in NAMES.items() if spelled(own) == spelled(text)), text)
    return hour_words.in_english(text) if name in hour_words.SETTINGS else text


async def _answered(
    message: telegram.Message,
    number: int,
    work: Coroutine[None, None, RenderedMessage],
    user_id: UserId,
    context: LeadbellContext,
) -> None:
    """What cannot be set is asked for again."""
    try:
        drawn = await work
    except LeadbellError as error:
        context.accounts.asked_settings.ask(user_id, context.services.account_id, number)
        drawn = views.question(number, context.services.account_id, context.bot_name, str(error))
    await answer(message, drawn, context, turn=Priority.PRESS)


def _later(work: Coroutine[None, None, None], context: LeadbellContext) -> None:
    """IndiaMART may take its time; nobody else waits for it."""
    task = asyncio.create_task(work, name="key")
    context.background.add(task)
    task.add_done_callback(context.background.discard)


async def _try(message: telegram.Message, number: int, text: str, user_id: UserId, context: LeadbellContext) -> None:
    try:
        await _answered(message, number, _tried(number, text, user_id, context), user_id, context)
    except Exception as error:  # noqa: BLE001 - nobody waits for this task
        log.warning("what came of a key could not be said: %s", type(error).__name__)


async def _tried(number: int, text: str, user_id: UserId, context: LeadbellContext) -> RenderedMessage:
    """Kept unless IndiaMART refuses it: a key that cannot be tried now is tried by the next poll."""
    services = context.services
    proposed = await services.own_settings.proposed(views.ROWS[number].name, text, user_id)
    if proposed is None:
        raise LeadbellError(_("This account cannot be served as it is set. leadbell check says why."))
    tried = await services.try_key(proposed)
    line = "" if tried is None else key_line(tried, proposed, services.clock.now()).text
    if tried is not None and tried.answer is not None and tried.answer.outcome is Outcome.BAD_KEY:
        raise LeadbellError(line)
    drawn = await _set(number, text, user_id, context, *filter(None, [line]))
    if tried is not None and tried.answer is None:
        await services.note_untried()
    return drawn
