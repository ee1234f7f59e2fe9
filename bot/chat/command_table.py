"""The one table of commands. Handlers, Telegram's command menus, /help and docs/commands.md are made from it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Update,
)
from telegram.error import BadRequest, Forbidden
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.chat import (
    button_table,
    commands,
    fetching,
    forgetting,
    greetings,
    inline,
    lead_messages,
    membership,
    prompts,
    router,
)
from bot.chat.bot_api import BotApi
from bot.chat.command import Command, CommandScope, Purpose
from bot.chat.context import LeadbellContext
from bot.chat.jobs import Job, schedule
from bot.chat.menu_expiry import LOOK_EVERY, UNFOLDED, MenuExpiry
from bot.chat.questions import OpenQuestions
from bot.chat.views import Views
from bot.health.troubles import Activity
from bot.i18n import _
from bot.team.access import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from telegram.ext import ExtBot

    from bot.services import Services

    App = Application[Any, Any, Any, Any, Any, Any]
    Callback = Callable[[Update, Any], Coroutine[Any, Any, None]]

COMMANDS: Final = (
    Command(name="today", purpose=Purpose.NEW, handler=commands.today, description=_("today's leads")),
    Command(name="yesterday", purpose=Purpose.NEW, handler=commands.yesterday, description=_("yesterday's leads")),
    Command(name="week", purpose=Purpose.NEW, handler=commands.week, description=_("the last seven days")),
    Command(
        name="search",
        purpose=Purpose.FIND,
        handler=commands.search,
        arguments=_("words"),
        description=_("any words, and kind:B city:surat since:7d status:open by:ravi"),
    ),
    Command(name="lead", purpose=Purpose.FIND, handler=commands.lead, arguments="1234", description=_("one lead")),
    Command(name="open", purpose=Purpose.WORK, handler=commands.open_, description=_("unclaimed, oldest first")),
    Command(name="mine", purpose=Purpose.WORK, handler=commands.mine, description=_("my leads, by next reminder")),
    Command(
        name="stats",
        purpose=Purpose.CHECK,
        handler=commands.stats,
        arguments="7d",
        description=_("how the team does"),
    ),
    Command(
        name="audit",
        purpose=Purpose.ADMIN,
        handler=commands.audit,
        arguments="1234",
        description=_("who was shown a lead's number"),
        is_admin_only=True,
    ),
    Command(
        name="forget",
        purpose=Purpose.ADMIN,
        handler=forgetting.forget,
        arguments="90000 00031",
        description=_("erase a buyer who wishes it; asks back"),
        is_admin_only=True,
    ),
    Command(
        name="buyer",
        purpose=Purpose.ADMIN,
        handler=forgetting.buyer,
        arguments="90000 00031",
        description=_("all that is kept about a buyer, as files"),
        where=CommandScope.PRIVATE,
        is_admin_only=True,
    ),
    Command(
        name="template",
        purpose=Purpose.ADMIN,
        handler=greetings.template,
        arguments=_("words"),
        description=_("the WhatsApp greeting"),
        is_admin_only=True,
    ),
    Command(name="fetch", purpose=Purpose.NEW, handler=fetching.fetch, description=_("ask IndiaMART now")),
    Command(
        name="status", purpose=Purpose.CHECK, handler=commands.status, description=_("polls, what waits, what is wrong")
    ),
    Command(name="help", handler=commands.help_, description=_("what I can do"), is_open=True),
    Command(
        name="start",
        handler=commands.start,
        description=_("begin; in a private chat, how to be let in"),
        in_menu=False,
        is_open=True,
    ),
)

_WRITTEN: Final = filters.UpdateType.MESSAGE & ~filters.VIA_BOT & ~filters.FORWARDED
_TOPIC_OPENED: Final = (
    filters.StatusUpdate.FORUM_TOPIC_CREATED
    | filters.StatusUpdate.FORUM_TOPIC_REOPENED
    | filters.StatusUpdate.GENERAL_FORUM_TOPIC_UNHIDDEN
)
_WORDS: Final = filters.TEXT | filters.CAPTION
"""Also those below a picture."""


def register(application: App, services: Services) -> None:
    """Every handler there is. Edited messages, channel posts and what came through inline mode are left alone."""
    settings = services.settings
    views = Views(settings.timezone, lambda: str(application.bot.username), services.clock.now, settings.sight)
    menus = MenuExpiry(services.clock, application.bot_data.setdefault(UNFOLDED, {}))
    context = LeadbellContext(
        application.bot, BotApi(application.bot), services, views, COMMANDS, menus, OpenQuestions(services.clock)
    )
    if application.job_queue is not None:
        schedule(
            application.job_queue,
            Job(Activity.MENUS, LOOK_EVERY, lambda: lead_messages.fold(context), services.troubles),
        )
        schedule(
            application.job_queue, Job(Activity.QUESTIONS, LOOK_EVERY, lambda: prompts.tidy(context), services.troubles)
        )
    for command in COMMANDS:
        application.add_handler(
            CommandHandler(command.name, _given(partial(router.command, command), context), _WRITTEN)
        )
    application.add_handler(MessageHandler(_WRITTEN & filters.COMMAND, _given(router.other_command, context)))
    application.add_handler(MessageHandler(_WRITTEN & filters.REPLY & _WORDS, _given(prompts.reply, context)))
    application.add_handler(CallbackQueryHandler(_given(button_table.press, context)))
    application.add_handler(InlineQueryHandler(_given(inline.ask, context)))
    _register_membership(application, context)


def _register_membership(application: App, context: LeadbellContext) -> None:
    member, mine = ChatMemberHandler.CHAT_MEMBER, ChatMemberHandler.MY_CHAT_MEMBER
    application.add_handler(ChatMemberHandler(_given(membership.member_changed, context), member))
    application.add_handler(ChatMemberHandler(_given(membership.bot_changed, context), mine))
    status = filters.StatusUpdate
    for kind, handler in (
        (status.LEFT_CHAT_MEMBER, membership.left),
        (status.NEW_CHAT_MEMBERS, membership.came),
        (status.MIGRATE, membership.migrated),
        (_TOPIC_OPENED, membership.topic_opened),
    ):
        application.add_handler(MessageHandler(filters.UpdateType.MESSAGE & kind, _given(handler, context)))


def _given(handler: Callable[[Update, LeadbellContext], Awaitable[None]], context: LeadbellContext) -> Callback:
    async def handle(update: Update, _context: Any) -> None:
        await handler(update, context)

    return handle


async def set_menus(bot: ExtBot[Any], services: Services) -> None:
    """What the apps offer behind the menu button and after a slash."""
    await bot.set_my_commands(_menu(is_private=True), BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(_menu(is_private=False), BotCommandScopeAllGroupChats())
    for admin in services.settings.telegram_admins:
        # Refused where that admin never wrote to the bot; they then have the plain menu.
        with suppress(BadRequest, Forbidden):
            await bot.set_my_commands(_menu(is_private=True, role=Role.ADMIN), BotCommandScopeChat(admin))


def _menu(*, is_private: bool, role: Role = Role.MEMBER) -> list[BotCommand]:
    shown = (command for command in COMMANDS if command.in_menu and command.is_for(role))
    return [BotCommand(one.name, one.description) for one in shown if one.where.covers(is_private=is_private)]


def commands_table() -> str:
    """The table of docs/commands.md."""
    rows = "".join(f"| `{command.usage}` | {_described(command)} |\n" for command in COMMANDS)
    return f"| command | answer |\n|---|---|\n{rows}"


def _described(command: Command) -> str:
    return _("{what}, for admins").format(what=command.description) if command.is_admin_only else command.description
