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
    Command("today", commands.today, _("today's leads"), Purpose.NEW),
    Command("yesterday", commands.yesterday, _("yesterday's leads"), Purpose.NEW),
    Command("week", commands.week, _("the last seven days"), Purpose.NEW),
    Command(
        "search",
        commands.search,
        _("any words, and kind:B city:surat since:7d status:open by:ravi"),
        Purpose.FIND,
        arguments=_("words"),
    ),
    Command("lead", commands.lead, _("one lead"), Purpose.FIND, arguments="1234"),
    Command("open", commands.open_, _("unclaimed: BuyLeads, then the oldest"), Purpose.WORK),
    Command("mine", commands.mine, _("my leads, by next reminder"), Purpose.WORK),
    Command("stats", commands.stats, _("how the team does"), Purpose.CHECK, arguments="7d"),
    Command(
        "audit", commands.audit, _("who was shown a lead's number"), Purpose.ADMIN, arguments="1234", is_admin_only=True
    ),
    Command(
        "forget",
        forgetting.forget,
        _("erase a buyer who wishes it; asks back"),
        Purpose.ADMIN,
        arguments="90000 00031",
        is_admin_only=True,
    ),
    Command(
        "buyer",
        forgetting.buyer,
        _("all that is kept about a buyer, as files"),
        Purpose.ADMIN,
        arguments="90000 00031",
        where=CommandScope.PRIVATE,
        is_admin_only=True,
    ),
    Command(
        "template",
        greetings.template,
        _("the WhatsApp greeting"),
        Purpose.ADMIN,
        arguments=_("words"),
        is_admin_only=True,
    ),
    Command("fetch", fetching.fetch, _("ask IndiaMART now"), Purpose.NEW),
    Command("status", commands.status, _("polls, what waits, what is wrong"), Purpose.CHECK),
    Command("help", commands.help_, _("what I can do"), is_open=True),
    Command("start", commands.start, _("begin; in a private chat, how to be let in"), in_menu=False, is_open=True),
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
