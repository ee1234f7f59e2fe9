"""How leads come from IndiaMART, and whether the key works."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final

from bot import app
from bot.chat.check_line import CheckLine
from bot.chat.key_check_line import key_line
from bot.clock import Clock
from bot.commands.setup.questions import API, ASK_KEY, ASK_MOBILE, ASK_WAY, KEY, MOBILE, PUSH, what_is_wrong
from bot.errors import SettingsError
from bot.i18n import _
from bot.indiamart.answer import Outcome

if TYPE_CHECKING:
    from bot.commands.setup.answers import KnownAnswers
    from bot.commands.setup.dialogue import Dialogue, Question
    from bot.intake.key_check import KeyCheck, KeyCheckResult

A_MOMENT: Final = 2.0
SHORTEST_WAIT: Final = 0.05
"""Seconds."""


async def ask(dialogue: Dialogue, answers: KnownAnswers) -> None:
    if not answers[KEY] and answers[PUSH]:
        dialogue.show(CheckLine(True, _("Leads come by push only: no key is set.")))
        return
    found = {name: answers[name] for name in (KEY, MOBILE, API)}
    while not found[KEY] or not await _is_right(dialogue, answers, found):
        way = await dialogue.ask(ASK_WAY.spoken)
        if way == "3":
            if _push(dialogue, answers):
                return
            continue
        found[API] = _api(answers, "v1" if way == "2" else "v2")
        found[MOBILE] = await _asked(dialogue, ASK_MOBILE.spoken, MOBILE) if way == "2" else ""
        found[KEY] = await _asked(dialogue, ASK_KEY.spoken, KEY)
    answers.put(**found)


def _api(answers: KnownAnswers, chosen: str) -> str:
    """Where an API is named, in leadbell.toml perhaps, that one counts, whatever the mobile says: it is set right."""
    return chosen if answers[API] else ""


async def _asked(dialogue: Dialogue, question: Question, name: str) -> str:
    while True:
        text = await dialogue.ask(question)
        said = what_is_wrong(name, text)
        if not said:
            return text
        dialogue.show(CheckLine(False, said))


async def _is_right(dialogue: Dialogue, answers: KnownAnswers, found: dict[str, str]) -> bool:
    """One call, where IndiaMART's pace has room for it. A new key that cannot be tried is taken, and told of later."""
    settings, is_new = answers.settings(**found), found[KEY] != answers[KEY]
    async with app.opened(settings, Clock(), answers.account) as intake:
        if intake.pulling is None:
            return False
        tried = await _tried(intake.pulling.key_check)
        is_polled_otherwise = is_new and tried.answer is None and tried.not_before is None
        if not is_polled_otherwise:
            dialogue.show(key_line(tried, settings, intake.shared.clock.now()))
        if tried.works or (tried.answer is None and not is_new):
            return True
        if tried.answer is not None and tried.answer.outcome is Outcome.BAD_KEY:
            return False
        if tried.answer is not None and not await dialogue.confirm(_("Keep this key, and go on?")):
            return False
        async with intake.shared.database.transaction() as connection:
            await intake.faults.key_untried(connection)
    if is_polled_otherwise:
        dialogue.tell(_("A running Leadbell polls with the key it has. Start it again, and it tries the new one."))
    dialogue.tell(
        _(
            "The key is written down untried. “leadbell run” tries it as soon as IndiaMART allows; the admins hear how "
            "it went."
        )
    )
    return True


async def _tried(check: KeyCheck) -> KeyCheckResult:
    """Where IndiaMART can be asked in a moment, that is waited for."""
    loop = asyncio.get_running_loop()
    until = loop.time() + 2 * A_MOMENT
    while True:
        tried = await check.run()
        wait = None if tried.not_before is None else (tried.not_before - Clock().now()).total_seconds()
        if wait is None or wait > A_MOMENT or loop.time() > until:
            return tried
        await asyncio.sleep(max(wait, SHORTEST_WAIT))


def _push(dialogue: Dialogue, answers: KnownAnswers) -> bool:
    """Whether anything would hear of a push."""
    token = answers[PUSH] or secrets.token_urlsafe(24)
    # v1 would ask for the mobile.
    found = {PUSH: token, KEY: "", MOBILE: "", API: _api(answers, "v2")}
    try:
        answers.settings(**found)
    except SettingsError as error:
        dialogue.show(CheckLine(False, " ".join(error.problems)))
        return False
    answers.put(**found)
    dialogue.tell(
        _(
            "Give IndiaMART this address (Lead Manager, Import/Export Leads, Push API, Other), with the public name "
            "that leads to Leadbell's port (README, “Push”):\nhttps://your.name/indiamart/{token}"
        ).format(token=token)
    )
    return True
