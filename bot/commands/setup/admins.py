"""Who becomes an admin: whoever wrote /start in the group, or pressed the test card's button, is offered."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from bot.chat import bot_check
from bot.chat.check_line import CheckLine
from bot.commands.setup.dialogue import Question
from bot.commands.setup.questions import ADMINS, answered
from bot.errors import LeadbellError
from bot.i18n import _
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from bot.chat.bot_check import BotCheck
    from bot.commands.setup.answers import KnownAnswers
    from bot.commands.setup.dialogue import Dialogue
    from bot.config import Settings
    from bot.domain.person import Person


async def offer_writer(dialogue: Dialogue, answers: KnownAnswers, person: Person) -> None:
    said = _(
        "{name} (Telegram's number {user_id}) wrote that. Shall {name} be an admin of Leadbell, who hears of faults "
        "and may change settings?"
    )
    await _offered(dialogue, answers, person, said)


async def offer_presser(dialogue: Dialogue, answers: KnownAnswers, presser: Person | None) -> None:
    """Also beside the admins there are. Who presses a card that the service answers is not known here: then numbers are
    typed. At the end nobody is left to find out that there is no admin: it is said.
    """
    if presser is None and not answers[ADMINS]:
        await ask_numbers(dialogue, answers)
    if presser is not None and presser.user_id not in answers.settings().telegram_admins:
        said = _(
            "{name} (Telegram's number {user_id}) pressed it. Shall {name} be an admin of Leadbell, who hears of "
            "faults and may change settings?"
        )
        if await _offered(dialogue, answers, presser, said):
            async with bot_check.opened(answers.settings()) as bot:
                line = await bot.token()
                if line.is_ok:
                    await reached(dialogue, bot, presser.user_id)
                else:
                    dialogue.show(line)
    for note in notes(answers.settings(), answers.account):
        dialogue.show(CheckLine(False, note))


async def ask_numbers(dialogue: Dialogue, answers: KnownAnswers) -> None:
    asked = Question(
        text=_("The Telegram numbers of this group's admins, comma separated; they hear of faults"), may_be_empty=True
    )
    answers.put(TELEGRAM_ADMINS=await answered(dialogue, ADMINS, asked))


async def _offered(dialogue: Dialogue, answers: KnownAnswers, person: Person, said: str) -> bool:
    """Whether they are one now. Who may become a further one is none by Enter alone."""
    if person.user_id in answers.turned_down:
        return False
    known = answers[ADMINS]
    if not await dialogue.confirm(said.format(name=person.name, user_id=person.user_id), default=not known):
        answers.turned_down.add(person.user_id)
        return False
    try:
        answers.put(TELEGRAM_ADMINS=f"{known},{person.user_id}" if known else str(person.user_id))
    except LeadbellError as error:  # they are named where this cannot write
        dialogue.show(CheckLine(False, str(error)))
        return False
    return True


async def reached(dialogue: Dialogue, bot: BotCheck, user_id: int) -> None:
    while True:
        line = await bot.person(user_id)
        dialogue.show(line)
        if line.is_ok or not await dialogue.confirm(
            _("Open t.me/{name} and press Start. Look again? (n goes on without)").format(name=bot.name)
        ):
            return


def notes(settings: Settings, account: str) -> list[str]:
    """What goes without an admin, and how to have one; none where there is one."""
    if settings.telegram_admins:
        return []
    said = _(
        "No admin is set: nobody may use /settings, /route, /forget or /buyer, and only the group hears of faults."
    )
    if account == MAIN:
        how = _("To have one, run leadbell setup: it asks for one.")
    else:
        how = _("To have one: leadbell account set {account} TELEGRAM_ADMINS=NUMBER")
    return [f"{said} {how.format(account=shlex.quote(account))}"]
