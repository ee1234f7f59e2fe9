"""/route and /routes: who gets which leads, set by admins and explained to everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from telegram.error import TelegramError

from bot.chat import lead_messages
from bot.chat.auth import is_private
from bot.chat.press import QUIET, PressReply, alert
from bot.chat.views import answers, routes
from bot.chat.views.message import RenderedMessage, said
from bot.chat.views.setting_codes import RouteStep
from bot.delivery.messenger import Membership
from bot.domain import route_words
from bot.domain.ids import ChatId, UserId
from bot.domain.person import Person
from bot.domain.plain_text import plain
from bot.domain.route_words import Target
from bot.domain.routes import GENERAL, MOST_PEOPLE, Destination, DestinationKind
from bot.errors import DeliveryError
from bot.i18n import _
from bot.team.access import Role
from bot.team.attendance import UnknownName

if TYPE_CHECKING:
    import telegram

    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.views.setting_codes import RoutePress
    from bot.domain.route_words import TypedRoute
    from bot.team.routes import RouteResult

_NUMBER: Final = re.compile(r"#?([0-9]{1,100})")


class _CannotGoError(Exception):
    """Its words say why leads cannot be sent there."""


async def route(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """Adds one; without words it says how."""
    person = asked.visitor.person
    if person is None:
        return said(answers.anonymous())
    if not asked.text:
        return routes.how()
    typed = route_words.read(asked.text)
    try:
        to = await _destination(typed, asked, person, context)
    except _CannotGoError as error:
        return said(str(error))
    result = await context.services.routes.add(typed.query, to, person)
    if result.why is not None:
        return routes.refused(result)
    return routes.added(await context.services.routes.all(), result, context.services.account_id)


async def all_(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """`/routes`, or `/routes 1234`: which would take that lead, and why."""
    wanted = _NUMBER.fullmatch(plain(asked.text))
    if wanted is not None:
        return await _explained(int(wanted[1]), context)
    if asked.text:
        return said(answers.which_lead("/routes 1234"))
    return await _listed(context, is_admin=asked.visitor.role is Role.ADMIN)


async def _listed(context: LeadbellContext, *, is_admin: bool, result: RouteResult | None = None) -> RenderedMessage:
    known, newest = await context.services.routes.all(), await context.services.routes.newest()
    change_id = None if result is None else result.change_id
    return routes.listed(known, newest, context.services.account_id, is_admin=is_admin, change_id=change_id)


async def _explained(number: int, context: LeadbellContext) -> RenderedMessage:
    found = await context.services.routes.explain(number)
    return said(answers.lead_missing(number)) if found is None else routes.explained(found, context.services.account_id)


async def _destination(typed: TypedRoute, asked: CommandCall, person: Person, context: LeadbellContext) -> Destination:
    match typed.target:
        case Target.MUTE:
            return Destination(kind=DestinationKind.MUTE)
        case Target.PEOPLE:
            return await _people(typed.names, context)
        case Target.HERE:
            return await _here(asked.message, person, context)
        case Target.CHAT if typed.chat_id is not None:
            return await _chat(typed.chat_id, typed.thread_id, "", person, context)
        case Target.TOPIC | Target.GROUP:
            title = "" if typed.thread_id is None else _("topic {number}").format(number=typed.thread_id)
            return Destination(kind=DestinationKind.PLACE, thread_id=typed.thread_id, title=title)
        case _:
            raise _CannotGoError(routes.no_destination())


async def _people(names: tuple[str, ...], context: LeadbellContext) -> Destination:
    if len(names) > MOST_PEOPLE:
        raise _CannotGoError(_("At most {n} people take turns.").format(n=MOST_PEOPLE))
    found = [await context.services.attendances.named(one) for one in names]
    unknown = [one for one in found if isinstance(one, UnknownName)]
    if unknown:
        raise _CannotGoError("\n".join(map(routes.unknown_name, unknown)))
    user_ids = dict.fromkeys(one.user_id for one in found if isinstance(one, Person))
    return Destination(kind=DestinationKind.PEOPLE, user_ids=tuple(user_ids))


async def _here(message: telegram.Message, person: Person, context: LeadbellContext) -> Destination:
    if is_private(message.chat):
        raise _CannotGoError(_("Write it in the group or topic that the leads are to go to."))
    thread_id = message.message_thread_id if message.is_topic_message else GENERAL if message.chat.is_forum else None
    opened = message.reply_to_message and message.reply_to_message.forum_topic_created
    title = opened.name if opened else ""
    return await _chat(ChatId(message.chat.id), thread_id, title, person, context)


async def _chat(
    chat_id: ChatId, thread_id: int | None, title: str, person: Person, context: LeadbellContext
) -> Destination:
    """Another chat than the account's is taken only where the bot and whoever says so are members."""
    if context.services.chats.is_own(chat_id):
        return Destination(kind=DestinationKind.PLACE, thread_id=thread_id, title=title)
    if await context.services.routes.is_of_another(chat_id):
        raise _CannotGoError(_("That group is another account's."))
    standing = context.services.routes.standing
    try:
        mine = await standing(chat_id, UserId(context.bot.id))
        theirs = await standing(chat_id, person.user_id)
        named = (await context.bot.get_chat(chat_id)).title or ""
    except (DeliveryError, TelegramError):
        mine, theirs, named = Membership.OUT, Membership.OUT, ""
    if mine is not Membership.IN:
        raise _CannotGoError(_("I am not in that group. Add me there first, then send this again."))
    if theirs is not Membership.IN:
        raise _CannotGoError(
            _("I cannot see that you are in that group. Leads go only where you are too; make me administrator there.")
        )
    where = " · ".join(filter(None, (named, title)))
    return Destination(kind=DestinationKind.PLACE, chat_id=chat_id, thread_id=thread_id, title=where)


async def press(code: RoutePress, press: Press) -> PressReply:
    context = press.context
    if code.step is RouteStep.TEST:
        await lead_messages.put(press, await _explained(code.number, context))
        return QUIET
    if code.step is RouteStep.LIST:
        await lead_messages.put(press, await _listed(context, is_admin=press.is_admin))
        return QUIET
    if not press.is_admin:
        return alert(answers.admins_only())
    if code.step is RouteStep.OPEN:
        known = await context.services.routes.all()
        found = next((one for one in known if one.route.route_id == code.number), None)
        if found is None:
            return alert(routes.gone())
        await lead_messages.put(press, routes.one(found, known.index(found) + 1, len(known), code.account_id))
        return QUIET
    return await _change(code, press)


async def _change(code: RoutePress, press: Press) -> PressReply:
    known, person = press.context.services.routes, press.person
    match code.step:
        case RouteStep.UP:
            result = await known.move(code.number, -1, person)
        case RouteStep.DOWN:
            result = await known.move(code.number, 1, person)
        case RouteStep.DELETE:
            result = await known.delete(code.number, person)
        case _:
            result = await known.undo(person)
    if result.why is not None:
        return alert(routes.why(result))
    is_undone = code.step is RouteStep.UNDO
    await lead_messages.put(press, await _listed(press.context, is_admin=True, result=None if is_undone else result))
    return PressReply(_("Undone.") if is_undone else _("Done. It can be undone for a minute."))
