"""Which group the leads go to, what the bot may do there, and who is told of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.check_line import CheckLine
from bot.chat.updates import HeardChat, HeardKind, Listening
from bot.commands.setup import admins
from bot.commands.setup.dialogue import Question
from bot.commands.setup.questions import ADMINS, CHAT, answered
from bot.domain.ids import UserId
from bot.domain.person import Person
from bot.errors import LeadbellError
from bot.i18n import _

if TYPE_CHECKING:
    from bot.chat.bot_check import BotCheck, GroupCheck
    from bot.commands.setup.answers import KnownAnswers
    from bot.commands.setup.dialogue import Dialogue


async def ask(dialogue: Dialogue, answers: KnownAnswers, bot: BotCheck, seconds: float | None) -> None:
    """For so long somebody has to write in the group; None where a running service hears what is written."""
    found = await _known(dialogue, answers, bot)
    if found is None:
        found = await (_typed(dialogue, answers, bot) if seconds is None else _sought(dialogue, answers, bot, seconds))
    if seconds is None and not answers[ADMINS]:
        await admins.ask_numbers(dialogue, answers)
    await _rights(dialogue, answers, bot, found)
    for user_id in answers.settings().telegram_admins:
        await admins.reached(dialogue, bot, user_id)


async def _known(dialogue: Dialogue, answers: KnownAnswers, bot: BotCheck) -> GroupCheck | None:
    """The group that is set already, under its present id."""
    if not answers[CHAT]:
        return None
    found = await _looked_at(answers, bot)
    if found.is_moved:
        move(dialogue, answers, found.chat_id)
        found = await _looked_at(answers, bot)
    for line in found.lines:
        dialogue.show(line)
    return found if found.is_reached else None


def move(dialogue: Dialogue, answers: KnownAnswers, chat_id: int) -> None:
    """As Telegram does with a young group as soon as somebody in it becomes an administrator."""
    answers.put(TELEGRAM_CHAT_ID=str(chat_id))
    dialogue.show(CheckLine(True, _("The group became a supergroup; its new id is written down.")))


async def _looked_at(answers: KnownAnswers, bot: BotCheck) -> GroupCheck:
    settings = answers.settings()
    return await bot.group(settings.telegram_chat_id, settings.telegram_thread_id)


async def _sought(dialogue: Dialogue, answers: KnownAnswers, bot: BotCheck, seconds: float) -> GroupCheck:
    while True:
        one = await _heard(dialogue, bot, seconds)
        if one is None:
            if not await dialogue.confirm(_("Listen again?")):
                raise LeadbellError(
                    _("Without a group leads have no place. Run leadbell setup again: it goes on here.")
                )
            continue
        topic = "" if one.thread_id is None else f":{one.thread_id}"
        answers.put(TELEGRAM_CHAT_ID=f"{one.chat_id}{topic}")
        found = await _known(dialogue, answers, bot)
        if found is None:
            continue
        if not answers[ADMINS]:
            await _admin(dialogue, answers, one)
        return found


async def _typed(dialogue: Dialogue, answers: KnownAnswers, bot: BotCheck) -> GroupCheck:
    dialogue.tell(
        _(
            "The running Leadbell hears what is written to @{name}, so the group's number is typed here. Add @{name} "
            "to the group, best as an administrator with every right switched off. Then open the group in "
            "web.telegram.org: its address ends with the number, such as #-1001234567890."
        ).format(name=bot.name)
    )
    while True:
        text = await answered(dialogue, CHAT, Question(text=_("The group's number")))
        answers.put(TELEGRAM_CHAT_ID=text)
        found = await _known(dialogue, answers, bot)
        if found is not None:
            return found


async def _heard(dialogue: Dialogue, bot: BotCheck, seconds: float) -> HeardChat | None:
    """The group that somebody wrote in and meant."""
    dialogue.tell(
        _(
            "On your phone, add @{name} to the sales group, best as an administrator with every right switched off. "
            "Then write /start@{name} there, in a group with topics in the one for leads. Listening\u00a0…"
        ).format(name=bot.name)
    )
    turned_down: set[int] = set()
    told: set[str] = set()
    async for one in bot.listen(Listening(seconds)):
        if isinstance(one, CheckLine):
            dialogue.show(one)
            return None
        if one.is_gone or one.chat_id in turned_down:
            continue
        if one.kind is HeardKind.GROUP and one.is_written:
            if await dialogue.confirm(_("Is “{title}” the group for the leads?").format(title=one.title)):
                return one
            turned_down.add(one.chat_id)
        if (said := _to_do(one, bot.name)) not in told:
            told.add(said)
            dialogue.tell(said)
    return None


def _to_do(one: HeardChat, name: str) -> str:
    if one.kind is HeardKind.PRIVATE:
        return _(
            "That was the bot's private chat with {person}, where faults can be told. Now write /start@{name} in the "
            "group."
        ).format(person=one.user_name, name=name)
    if one.kind is HeardKind.CHANNEL:
        return _("“{title}” is a channel, where no team can press buttons. Write /start@{name} in a group.").format(
            title=one.title, name=name
        )
    if one.is_written:
        return _("Then write /start@{name} in the right group.").format(name=name)
    return _("The bot is in “{title}” now. Write /start@{name} there.").format(title=one.title, name=name)


async def _admin(dialogue: Dialogue, answers: KnownAnswers, one: HeardChat) -> None:
    if one.user_id is None:
        dialogue.show(
            CheckLine(
                False,
                _(
                    "That was written anonymously, as the group: whoever presses the test card's button can become an "
                    "admin, who hears of faults."
                ),
            )
        )
        return
    await admins.offer_writer(dialogue, answers, Person(UserId(one.user_id), one.user_name))


async def _rights(dialogue: Dialogue, answers: KnownAnswers, bot: BotCheck, found: GroupCheck) -> None:
    while not found.can_see_members:
        if not await dialogue.confirm(_("Look again, once it is an administrator? (n goes on without)")):
            return
        found = await _known(dialogue, answers, bot) or found
