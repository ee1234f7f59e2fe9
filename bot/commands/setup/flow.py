"""The order of the questions. Each is left out where its answer stands there already and is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.chat import bot_check
from bot.chat.check_line import CheckLine
from bot.chat.test_card import PRESS_SECONDS
from bot.commands.check import card_lines, proxies, record_of
from bot.commands.setup import admins, boot, group, leads, offers
from bot.commands.setup.questions import ASK_TOKEN, TOKEN, token, what_is_wrong
from bot.config.keyring import new_key
from bot.errors import LeadbellError
from bot.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from bot.chat.bot_check import BotCheck
    from bot.commands.setup.answers import Answers, KnownAnswers
    from bot.commands.setup.dialogue import Dialogue

LISTEN_SECONDS: Final = 300.0
"""How long somebody has to find the group on their phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds."""

    listen: float = LISTEN_SECONDS
    press: float = PRESS_SECONDS


async def run(dialogue: Dialogue, answers: Answers, folder: Path, patience: Patience | None = None) -> bool:
    """True if the way to the group and back was seen to work. Raises LeadbellError where nothing can be done here."""
    patience = patience or Patience()
    _begin(dialogue, answers)
    await _telegram(dialogue, answers, patience)
    await leads.ask(dialogue, answers)
    await offers.ask(dialogue, answers)
    if not answers["SECRET_KEY"]:
        answers.put(SECRET_KEY=new_key())
    works = await prove(dialogue, answers, patience)
    started_by = await boot.offer(dialogue, folder)
    dialogue.tell(
        _("Leadbell is set up: all of it stands in {path}, for your eyes only.").format(path=answers.file.path)
        + "\n"
        + (started_by or _("Start it in this folder: leadbell run"))
    )
    return works


def _begin(dialogue: Dialogue, answers: Answers) -> None:
    dialogue.tell(
        _(
            "Leadbell is set up here. Each answer is tried at once and kept in {path}; an interrupted setup goes on."
        ).format(path=answers.file.path)
    )
    if adopted := answers.adopt_environment():
        dialogue.show(
            CheckLine(True, _("From the environment, and written down: {names}").format(names=", ".join(adopted)))
        )
    for said in (*answers.refused.values(), *answers.unknown):
        dialogue.show(CheckLine(False, said))
    for line in proxies(answers.settings()):
        dialogue.show(line)


async def _telegram(dialogue: Dialogue, answers: Answers, patience: Patience) -> None:
    """The bot and its group."""
    while True:
        text = answers[TOKEN] or await ask_token(dialogue)
        settings = answers.settings(TELEGRAM_BOT_TOKEN=text)
        async with bot_check.opened(settings, await record_of(settings)) as bot:
            if await is_ours(dialogue, answers, bot, text):
                await group.ask(dialogue, answers, bot, patience.listen)
                return


async def ask_token(dialogue: Dialogue) -> str:
    while True:
        text = token(await dialogue.ask(ASK_TOKEN.spoken))
        said = what_is_wrong(TOKEN, text)
        if not said:
            return text
        dialogue.show(CheckLine(False, said))


async def is_ours(dialogue: Dialogue, answers: KnownAnswers, bot: BotCheck, text: str) -> bool:
    """Whether this bot can be used. One that cannot is forgotten, and asked for anew."""
    while True:
        line = await bot.token()
        dialogue.show(line)
        if line.is_ok:
            break
        if bot.is_refused:
            answers.put(TELEGRAM_BOT_TOKEN="")
            return False
        if not await dialogue.confirm(_("Try again?")):
            raise LeadbellError(
                _("Without Telegram nothing can be tried. Run leadbell setup again when it can be reached.")
            )
    webhook = await bot.webhook(lambda said: dialogue.confirm(said, default=False))
    if webhook is not None:
        dialogue.show(webhook)
        if not webhook.is_ok:
            answers.put(TELEGRAM_BOT_TOKEN="")
            return False
    answers.put(TELEGRAM_BOT_TOKEN=text)
    return True


async def prove(dialogue: Dialogue, answers: KnownAnswers, patience: Patience) -> bool:
    while True:
        last = None
        async for last in card_lines(answers.settings(), patience.press):
            if last.moved_to is None:
                dialogue.show(last)
        if last is not None and last.moved_to is not None:
            group.move(dialogue, answers, last.moved_to)
            continue
        is_ok = last is not None and last.is_ok
        if is_ok or not await dialogue.confirm(_("Post another test card?")):
            await admins.offer_presser(dialogue, answers, None if last is None else last.pressed_by)
            return is_ok
