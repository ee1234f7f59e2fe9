"""`leadbell account add`: asks for what is missing, trying each answer at once, as `leadbell setup` does.

Until all is there the account is paused, and the same command goes on with it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from bot.chat import bot_check
from bot.chat.check_line import CheckLine
from bot.clock import Clock
from bot.commands import check, terminal
from bot.commands.accounts.answers import AccountAnswers, typed
from bot.commands.accounts.changing import by_machine
from bot.commands.setup import flow, group, leads
from bot.commands.setup.dialogue import Question
from bot.commands.setup.flow import Patience
from bot.commands.setup.questions import CHAT, KEY, MOBILE, PUSH, TOKEN
from bot.config.clashes import clashes
from bot.config.given import missing
from bot.errors import LeadbellError
from bot.i18n import N_, _
from bot.store import accounts
from bot.team import accounts as team

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.commands.setup.dialogue import Dialogue
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.store.database import Connection
    from bot.team.accounts import SettledAccount

ASK_BOT: Final = Question(
    text=N_("Which bot speaks in this account's group?"),
    choices=(("1", N_("the one of main")), ("2", N_("one of its own"))),
    default="1",
)


async def add(
    files: Settings,
    name: str,
    words: Sequence[str],
    *,
    dialogue: Dialogue | None = None,
    patience: Patience | None = None,
) -> bool:
    """True if all that could be tried works. `dialogue` is None where nobody sits there to be asked."""
    values = typed(words)
    async with terminal.opened(files, may_begin=True) as (database, _main), database.transaction() as connection:
        account_id, values, known = await _begun(connection, files, name, values)
        is_whole = dialogue is None or not list(missing(_with_bot(files, values)))
        if is_whole:
            await _end(connection, files, account_id, values)
    if dialogue is None or is_whole:
        click.echo(_("The account {name} is there.").format(name=name))
        return await check.of_account(files, name)
    main = known[0].settings or files
    others = {one.stored.name: one.settings for one in known if one.settings and one.stored.name != name}
    answers, patience = AccountAnswers(main, name, values), patience or Patience()
    try:
        await _asked(dialogue, answers, others, patience)
    finally:
        async with terminal.opened(files) as (database, _main), database.transaction() as connection:
            await team.change(connection, files, account_id, answers.values, by=by_machine(), now=Clock().now())
    async with terminal.opened(files) as (database, _main), database.transaction() as connection:
        await accounts.resume(connection, account_id)
    before = dict(answers.values)
    works = await _proved(dialogue, answers, patience)
    if answers.values != before:  # the one who pressed the card is an admin, or the group has another id
        async with terminal.opened(files) as (database, _main), database.transaction() as connection:
            await team.change(connection, files, account_id, answers.values, by=by_machine(), now=Clock().now())
    return works


def _with_bot(files: Settings, values: Mapping[str, str]) -> dict[str, str]:
    return {TOKEN: files.texts.get(TOKEN, ""), **values}


async def _begun(
    connection: Connection, files: Settings, name: str, values: dict[str, str]
) -> tuple[AccountId, dict[str, str], list[SettledAccount]]:
    """The account's row, paused; one that was begun before is gone on with."""
    known = await team.all_of(connection, files)
    mine = next((one for one in known if one.stored.name == name), None)
    if mine is None:
        account_id = await team.add(connection, files, name)
        await accounts.pause(connection, account_id, Clock().now())
        return account_id, values, known
    if mine.settings is not None or not mine.stored.is_paused or mine.stored.is_removed:
        raise LeadbellError(_("There is an account {name} already.").format(name=name))
    before = {setting: one.text for setting, one in mine.stored.own.items()}
    return mine.stored.account_id, before | values, known


async def _end(connection: Connection, files: Settings, account_id: AccountId, values: dict[str, str]) -> None:
    """Raises SettingsError with every problem: then there is no account."""
    await accounts.resume(connection, account_id)
    await team.change(connection, files, account_id, values, by=by_machine(), now=Clock().now(), is_new=True)


async def _asked(
    dialogue: Dialogue, answers: AccountAnswers, others: Mapping[str, Settings], patience: Patience
) -> None:
    dialogue.tell(
        _("The account {name}. An interrupted one goes on with the same command.").format(name=answers.account)
    )
    while True:
        await _telegram(dialogue, answers, others, patience)
        if _is_free(dialogue, answers, others, CHAT):
            break
    while True:
        await leads.ask(dialogue, answers)
        if _is_free(dialogue, answers, others, KEY, MOBILE, PUSH):
            break


def _is_free(dialogue: Dialogue, answers: AccountAnswers, others: Mapping[str, Settings], *names: str) -> bool:
    """What another account has is forgotten, and asked for anew."""
    said = [one for one in clashes(answers.settings(), others) if one.startswith(names)]
    for one in said:
        dialogue.show(CheckLine(False, one))
    if said:
        answers.put(**dict.fromkeys(names, ""))
    return not said


async def _telegram(
    dialogue: Dialogue, answers: AccountAnswers, others: Mapping[str, Settings], patience: Patience
) -> None:
    while True:
        inherited = answers.settings().telegram_bot_token.get_secret_value()
        text = answers[TOKEN] or inherited
        if not answers[TOKEN] and not answers[CHAT] and await dialogue.ask(ASK_BOT.spoken) == "2":
            text = await flow.ask_token(dialogue)
        settings = answers.settings(TELEGRAM_BOT_TOKEN=text)
        async with bot_check.opened(settings, await check.record_of(settings)) as bot:
            if not await flow.is_ours(dialogue, answers, bot, text):
                continue
            if text == inherited:
                answers.put(TELEGRAM_BOT_TOKEN="")
            is_heard = any(one.telegram_bot_token.get_secret_value() == text for one in others.values())
            is_heard = is_heard and await check.is_served(answers.settings())
            await group.ask(dialogue, answers, bot, None if is_heard else patience.listen)
            return


async def _proved(dialogue: Dialogue, answers: AccountAnswers, patience: Patience) -> bool:
    name = answers.account
    if await check.is_served(answers.settings()):
        dialogue.tell(
            _("The account {name} is there. The running service greets its group in a moment.").format(name=name)
        )
        return True
    works = await flow.prove(dialogue, answers, patience)
    dialogue.tell(_("The account {name} is there, and is served from the next leadbell run on.").format(name=name))
    return works


def at_terminal() -> Dialogue | None:
    """Whoever sits there to be asked."""
    from bot.commands.setup.terminal import Terminal  # noqa: PLC0415 - only where somebody does

    return Terminal() if sys.stdin.isatty() else None
