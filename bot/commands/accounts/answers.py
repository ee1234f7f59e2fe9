"""What is known of an account that is being added: as typed on the command line, then by answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.setup.answers import NOT_YET
from bot.config.catalogue import BY_NAME
from bot.config.layers import nearest
from bot.config.settings import problem
from bot.errors import SettingsError
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Settings


class AccountAnswers:
    def __init__(self, main: Settings, account: str, values: dict[str, str]) -> None:
        self._main = main
        self.account = account
        self.values = values
        self.turned_down: set[int] = set()

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def settings(self, **changes: str) -> Settings:
        return self._main.of_account(self.values | changes, optional=NOT_YET)

    def put(self, **values: str) -> None:
        """An empty text is kept: what was begun before may have a row that it takes out."""
        self.values |= values


def typed(words: Sequence[str]) -> dict[str, str]:
    """`SETTING=VALUE` by name. Raises SettingsError with every one that cannot be an account's setting."""
    values: dict[str, str] = {}
    problems = []
    for word in words:
        name, equals, text = word.partition("=")
        name, text = name.strip().upper(), text.strip()
        if said := _refused(name, text, is_whole=bool(equals)):
            problems.append(said)
        values[name] = text
    if problems:
        raise SettingsError(problems)
    return values


def _refused(name: str, text: str, *, is_whole: bool) -> str:
    if not is_whole:
        return _("{word} is no SETTING=VALUE, such as HOLIDAYS=IN.").format(word=f"“{name}”")
    if name not in BY_NAME:
        near = nearest(name)
        sentence = _("{name} is not a setting.").format(name=name)
        return sentence if near is None else f"{sentence} " + _("Did you mean {name}?").format(name=near)
    if BY_NAME[name].is_service:
        return _("{name} is the whole service's: set it in .env.").format(name=name)
    return problem(name, text) if text else ""
