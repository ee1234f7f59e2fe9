"""The one table of commands. Handlers, Telegram's command menus, /help and docs/commands.md are made from it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.chat import (
    attendance,
    button_table,
    choosing,
    command_menus,
    commands,
    fetching,
    forgetting,
    greetings,
    inline,
    language_command,
    lead_messages,
    membership,
    prompts,
    router,
    routes,
    settings,
    statistics,
)
from bot.chat.auth import is_private
from bot.chat.command import Command, CommandScope, Purpose
from bot.chat.jobs import Job, schedule
from bot.chat.menu_expiry import LOOK_EVERY
from bot.chat.served_accounts import UnclearAccountError
from bot.domain.ids import UserId
from bot.health.troubles import Activity
from bot.i18n import N_, speaking

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from telegram import Update
    from telegram.ext import ExtBot

    from bot.chat.context import LeadbellContext
    from bot.chat.languages import Languages
    from bot.chat.served_accounts import ServedAccounts
    from bot.health.troubles import Troubles
    from bot.services import Services

    App = Application[Any, Any, Any, Any, Any, Any]
    Callback = Callable[[Update, Any], Coroutine[Any, Any, None]]
    Handler = Callable[[Update, LeadbellContext], Awaitable[None]]

COMMANDS: Final[tuple[Command, ...]] = (
    Command("today", commands.today, N_("today's leads"), Purpose.NEW, stands_alone=True),
    Command("yesterday", commands.yesterday, N_("yesterday's leads"), Purpose.NEW, stands_alone=True),
    Command("week", commands.week, N_("the last seven days"), Purpose.NEW, stands_alone=True),
    Command(
        "search",
        commands.search,
        N_("and kind:B city:surat since:7d"),
        Purpose.FIND,
        arguments=N_("words"),
    ),
    Command("lead", commands.lead, N_("one lead"), Purpose.FIND, arguments="1234"),
    Command("open", commands.open_, N_("unclaimed, BuyLeads first"), Purpose.WORK),
    Command("mine", commands.mine, N_("my leads, by next reminder"), Purpose.WORK, stands_alone=True),
    Command("digest", commands.digest, N_("how it stands, whom to call"), Purpose.CHECK),
    Command("stats", statistics.stats, N_("the team, with a chart"), Purpose.CHECK, arguments="month ravi"),
    Command(
        "audit",
        commands.audit,
        N_("who was shown a lead's number"),
        Purpose.ADMIN,
        arguments="1234",
        is_admin_only=True,
    ),
    Command(
        "forget",
        forgetting.forget,
        N_("erase a buyer who wishes it; asks back"),
        Purpose.ADMIN,
        arguments="90000 00031",
        is_admin_only=True,
    ),
    Command(
        "buyer",
        forgetting.buyer,
        N_("all that is kept about a buyer, as files"),
        Purpose.ADMIN,
        arguments="90000 00031",
        where=CommandScope.PRIVATE,
        is_admin_only=True,
    ),
    Command(
        "template",
        greetings.template,
        N_("the WhatsApp greeting"),
        Purpose.ADMIN,
        arguments=N_("words"),
        is_admin_only=True,
    ),
    Command(
        "settings",
        settings.settings,
        N_("key, hours, days off, admins and more"),
        Purpose.ADMIN,
        stands_alone=True,
        where=CommandScope.PRIVATE,
        is_admin_only=True,
    ),
    Command(
        "route",
        routes.route,
        N_("send leads to people, topics or groups"),
        Purpose.ADMIN,
        arguments="kind:B -> @ravi",
        is_admin_only=True,
    ),
    Command("away", attendance.away, N_("no leads till then"), Purpose.WORK, arguments="fri 10am"),
    Command("back", attendance.back, N_("I am there again"), Purpose.WORK),
    Command("hours", attendance.hours, N_("when I am there"), Purpose.WORK, arguments="Mon-Fri 10-18"),
    Command("fetch", fetching.fetch, N_("ask IndiaMART now"), Purpose.NEW, stands_alone=True),
    Command("status", commands.status, N_("polls, what waits, what is wrong"), Purpose.CHECK, stands_alone=True),
    Command("routes", routes.all_, N_("where leads go"), Purpose.CHECK, arguments="1234"),
    Command(
        "account",
        choosing.account,
        N_("members of several teams: whose leads are shown in private"),
        stands_alone=True,
        where=CommandScope.PRIVATE,
        in_menu=False,
        though_paused=True,
    ),
    Command("language", language_command.ask, N_("your language here"), stands_alone=True, though_paused=True),
    Command("help", commands.help_, N_("what I can do"), is_open=True),
    Command(
        "start",
        commands.start,
        N_("begin; in a private chat, how to be let in"),
        in_menu=False,
        is_open=True,
        though_paused=True,
    ),
)

_WRITTEN: Final = filters.UpdateType.MESSAGE & ~filters.VIA_BOT & ~filters.FORWARDED
_TOPIC_OPENED: Final = (
    filters.StatusUpdate.FORUM_TOPIC_CREATED
    | filters.StatusUpdate.FORUM_TOPIC_REOPENED
    | filters.StatusUpdate.GENERAL_FORUM_TOPIC_UNHIDDEN
)
_CONTACT: Final = filters.UpdateType.MESSAGE & filters.CONTACT
"""Also one that is forwarded."""
_WORDS: Final = filters.TEXT | filters.CAPTION
"""Also those below a picture."""


def register(application: App, accounts: ServedAccounts, troubles: Troubles) -> None:
    """Every handler there is. Edited messages, channel posts and what came through inline mode are left alone."""
    if application.job_queue is not None:
        for what, look in ((Activity.MENUS, lead_messages.fold), (Activity.QUESTIONS, prompts.tidy)):
            schedule(application.job_queue, Job(what, LOOK_EVERY, partial(_look, look, accounts), troubles))

    def add(kind: Callable[..., BaseHandler[Any, Any, Any]], handler: Handler, *given: Any, **more: Any) -> None:
        application.add_handler(kind(*given, callback=_given(handler, accounts), **more))

    # One for all: the library asks every handler about every update, and a row more would be a handler more.
    add(CommandHandler, _command, [command.name for command in COMMANDS], filters=_WRITTEN)
    add(MessageHandler, router.other_command, _WRITTEN & filters.COMMAND)
    add(MessageHandler, prompts.reply, _WRITTEN & filters.REPLY & _WORDS)
    add(MessageHandler, router.words, filters.ChatType.PRIVATE & (_WRITTEN & filters.TEXT | _CONTACT))
    add(CallbackQueryHandler, button_table.press)
    add(InlineQueryHandler, inline.ask)
    add(ChatMemberHandler, membership.member_changed, chat_member_types=ChatMemberHandler.CHAT_MEMBER)
    add(ChatMemberHandler, membership.bot_changed, chat_member_types=ChatMemberHandler.MY_CHAT_MEMBER)
    status = filters.StatusUpdate
    for kind, handler in (
        (status.LEFT_CHAT_MEMBER, membership.left),
        (status.NEW_CHAT_MEMBERS, membership.came),
        (status.MIGRATE, membership.migrated),
        (_TOPIC_OPENED, membership.topic_opened),
    ):
        add(MessageHandler, handler, filters.UpdateType.MESSAGE & kind)


_BY_NAME: Final = {command.name: command for command in COMMANDS}


async def _command(update: Update, context: LeadbellContext) -> None:
    message = update.message
    if message is not None:
        await router.command(_BY_NAME[router.command_name(message)], update, context)


def _given(handler: Handler, accounts: ServedAccounts) -> Callback:
    """With the context of the account that the update belongs to; what belongs to none is left alone."""

    async def handle(update: Update, _context: Any) -> None:
        try:
            found = await accounts.of_update(update)
        except UnclearAccountError as unclear:
            with speaking(await accounts.languages.of_update(update, unclear.among[0])):
                await choosing.ask(update, unclear.among, accounts)
            return
        for context in found:
            with speaking(await accounts.languages.of_update(update, context)):
                await handler(update, context)
            await _note_language(update, accounts)
        if not found and update.callback_query is not None:
            await update.callback_query.answer()  # else the presser's app waits for it

    return handle


async def _note_language(update: Update, accounts: ServedAccounts) -> None:
    """Of who writes in private and may look: strangers leave nothing behind."""
    chat, user = update.effective_chat, update.effective_user
    if chat is not None and is_private(chat) and user is not None and accounts.is_known(UserId(user.id)):
        await accounts.languages.note(update)


async def _look(look: Callable[[LeadbellContext], Awaitable[None]], accounts: ServedAccounts) -> None:
    """One account's mistake keeps no other from being looked at."""
    failed: list[Exception] = []
    for context in accounts:
        try:
            with speaking(context.services.settings.bot_language):
                await look(context)
        except Exception as error:  # noqa: BLE001 - raised below
            failed.append(error)
    if failed:
        raise failed[0]


async def set_menus(bot: ExtBot[Any]) -> None:
    await command_menus.set_all(bot, COMMANDS)


async def set_account_menus(bot: ExtBot[Any], services: Services, languages: Languages) -> None:
    await command_menus.set_accounts(bot, COMMANDS, services, languages)


def commands_table() -> str:
    """The table of docs/commands.md."""
    rows = "".join(f"| `{command.usage}` | {_described(command)} |\n" for command in COMMANDS)
    return f"| command | answer |\n|---|---|\n{rows}"


def _described(command: Command) -> str:
    return f"{command.description}, for admins" if command.is_admin_only else command.description
