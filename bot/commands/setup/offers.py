"""What goes without being asked for: settings with good values, and a port that is free."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.chat.check_line import CheckLine
from bot.commands.check import is_served
from bot.commands.setup.questions import ASK_LANGUAGE, LANGUAGE, OFFERED, what_is_wrong
from bot.config.addresses import at_home
from bot.config.values import BadValueError
from bot.domain import hour_words
from bot.errors import LeadbellError
from bot.health import nightly
from bot.i18n import _, language, shown, systems

if TYPE_CHECKING:
    from bot.commands.setup.answers import Answers
    from bot.commands.setup.dialogue import Dialogue
    from bot.commands.setup.questions import OfferedSetting

PORTS = 50
"""How many are looked at."""


async def ask(dialogue: Dialogue, answers: Answers) -> None:
    if not answers[LANGUAGE]:
        answers.put(**{LANGUAGE: await dialogue.ask(replace(ASK_LANGUAGE.spoken, default=language()))})
    stand = [f"  {_(one.label)}: {one.in_words(answers[one.name]) or _(one.shown)}" for one in OFFERED]
    said = _("These stand as follows, and can be changed at any time in .env:")
    if not await dialogue.confirm("\n".join([said, *stand, _("Change one now?")]), default=False):
        await _listen(dialogue, answers)
        return
    for one in OFFERED:
        await _one(dialogue, answers, one)
    await _listen(dialogue, answers)


async def _one(dialogue: Dialogue, answers: Answers, one: OfferedSetting) -> None:
    while True:
        text = await dialogue.ask(one.question(answers[one.name]))
        if text and one.name == "BACKUP_DIR":
            text = _whole_path(text)
        if one.name in hour_words.SETTINGS:
            text = hour_words.in_english(text)
        if text == (answers[one.name] or one.default):
            return
        said = what_is_wrong(one.name, text) or await _refused(dialogue, answers, one.name, text)
        if not said:
            answers.put(**{one.name: text})
            return
        dialogue.show(CheckLine(False, said))


def _whole_path(text: str) -> str:
    try:
        return str(at_home(text).absolute())
    except BadValueError:
        return text  # it is refused next


async def _refused(dialogue: Dialogue, answers: Answers, name: str, text: str) -> str:
    """A folder that is not there can be made, now that somebody sits there who knows whether it should be."""
    folder = nightly.folder(answers.settings(BACKUP_DIR=text)) if name == "BACKUP_DIR" else None
    if folder is None:
        return ""
    try:
        if not _is_folder(text) and await dialogue.confirm(_("There is no folder {path}. Make it?").format(path=text)):
            _make(text)
        folder.confirm()
    except LeadbellError as error:
        return str(error)
    return ""


def _is_folder(text: str) -> bool:
    try:
        return Path(text).is_dir()
    except OSError:
        return True  # there is nothing to make; what is wrong with it is said next


def _make(text: str) -> None:
    try:
        Path(text).mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise LeadbellError(
            _("{path} cannot be made ({reason}).").format(path=text, reason=shown(systems(error)))
        ) from error


async def _listen(dialogue: Dialogue, answers: Answers) -> None:
    """The next free port where another program has the usual one."""
    settings = answers.settings()
    listen = settings.http_listen
    if listen is None or await is_served(settings) or _is_free(listen.host, listen.port):
        return
    free = next((port for port in range(listen.port + 1, listen.port + PORTS) if _is_free(listen.host, port)), None)
    taken = _("Another program has port {port} of this machine").format(port=listen.port)
    if free is None:
        dialogue.show(CheckLine(False, _("{taken}. Set HTTP_LISTEN to a free one, or to off.").format(taken=taken)))
        return
    host = f"[{listen.host}]" if ":" in listen.host else listen.host
    answers.put(HTTP_LISTEN=f"{host}:{free}")
    dialogue.show(
        CheckLine(True, _("{taken}, so HTTP_LISTEN is {host}:{free}.").format(taken=taken, host=host, free=free))
    )


def _is_free(host: str, port: int) -> bool:
    """Whatever else is wrong with the address is said by the start itself."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with closing(socket.create_server((host, port), family=family)):
            return True
    except OSError:
        return False
