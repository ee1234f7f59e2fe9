"""What is known so far: read from where settings are read, each right answer written down at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from bot.commands.setup.questions import ADMINS, CHAT, KEY, LANGUAGE, MOBILE, OFFERED, PUSH, TOKEN, what_is_wrong
from bot.config import Settings, read_given
from bot.config.catalogue import file_name, other_spelling
from bot.config.env_file import EnvFile
from bot.errors import LeadbellError, SettingsError
from bot.i18n import _
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ASKED: Final = (TOKEN, CHAT, ADMINS, KEY, MOBILE, PUSH, LANGUAGE, *(one.name for one in OFFERED))
NOT_YET: Final = frozenset({TOKEN, CHAT, KEY, MOBILE})
"""What may be missing while it is asked for."""


class KnownAnswers(Protocol):
    """What the questions look at and fill, wherever it is kept."""

    @property
    def account(self) -> str:
        """Whose settings they are."""

    @property
    def turned_down(self) -> set[int]:
        """Who was offered as an admin in this run, and is to be none: they are asked about once."""

    def __getitem__(self, name: str) -> str: ...

    def settings(self, **changes: str) -> Settings:
        """As they would be with these too; raises SettingsError."""

    def put(self, **values: str) -> None:
        """An empty text takes a setting out."""


class Answers:
    account = MAIN

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self.file = EnvFile(folder)
        self.file.confirm()
        self.turned_down: set[int] = set()
        given = read_given(environ, folder)
        self._in_environment = given.in_environment
        self.refused = {
            name: said for name in ASKED if (text := given.values.get(name)) and (said := what_is_wrong(name, text))
        }
        """What stands there and cannot be right: it is asked for again."""
        self._values = {name: text for name, text in given.values.items() if name not in self.refused}
        not_ours = [
            said for name, said in self.refused.items() if {name, file_name(name)} & self._in_environment.keys()
        ]
        self.unknown = given.unknown
        """A sentence for each name that is no setting."""
        if given.problems or not_ours:
            raise SettingsError([*given.problems, *not_ours, *self.unknown])
        self.settings()  # what is not asked for has to be right

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")

    def settings(self, **changes: str) -> Settings:
        """As they would be with these too; raises SettingsError."""
        values = {name: text for name, text in (self._values | changes).items() if text}
        return Settings.build(values, [], NOT_YET)

    def put(self, **values: str) -> None:
        """Written down at once, so that whatever ends this, it goes on from here. An empty text takes a setting out."""
        changed = {name: text for name, text in values.items() if self[name] != text or name in self.refused}
        for name in changed:
            self._may_be_set(name)
        self._values |= changed
        self._write(changed)

    def _may_be_set(self, name: str) -> None:
        for there in (name, file_name(name)):
            if there in self._in_environment:
                raise LeadbellError(
                    _(
                        "{name} is set in the environment, which wins over .env. Take it out there, or set it right, "
                        "and run this again."
                    ).format(name=there)
                )

    def adopt_environment(self) -> list[str]:
        """What the environment says is written down too: the service may be started without it. The names."""
        found = {name: text for name, text in self._in_environment.items() if name not in self.refused}
        if found:
            self._write(found)
        return sorted(found)

    def _write(self, values: Mapping[str, str]) -> None:
        """A secret's other spelling goes: both in one file are refused."""
        others = {other: "" for name in values if (other := other_spelling(name)) is not None}
        self.file.put({**values, **others})
