"""Writing `.env`: one setting at a time, whole or not at all, and nothing else in it is touched."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.config import ownership
from bot.config.addresses import led_to
from bot.config.layers import bare, decoded
from bot.errors import LeadbellError
from bot.i18n import _, shown, systems

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE: Final = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", re.ASCII)
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
"""What dotenv takes for one. A comment or a value may hold what Python's `splitlines` ends a line at too."""
_PLAIN: Final = re.compile(r"[\w@%+=:,./~^*-]*", re.ASCII)
"""What everybody who reads such a file takes as it stands: python-dotenv, systemd, docker, a shell."""


class EnvFile:
    def __init__(self, folder: Path) -> None:
        self.path = led_to(folder / ".env")
        """Of a link what it leads to: that is what is written anew."""

    def confirm(self) -> None:
        """Raises LeadbellError where it can be neither made nor written."""
        try:
            descriptor, name = tempfile.mkstemp(prefix=".env.", dir=self.path.parent)
        except OSError as error:
            raise LeadbellError(
                _(
                    "{path} cannot be written ({reason}). Run this in a folder of your own: everything that Leadbell "
                    "needs is kept there."
                ).format(path=self.path, reason=shown(systems(error)))
            ) from error
        os.close(descriptor)
        Path(name).unlink()

    def put(self, values: Mapping[str, str]) -> None:
        """Set these; an empty text takes the setting out. Raises LeadbellError."""
        text = self._read()
        newline = "\r\n" if "\r\n" in text else "\n"
        lines = _LINE_END.split(text.removesuffix("\n").removesuffix("\r")) if text else []
        for name, value in values.items():
            lines = _with(lines, name, [f"{name}={quoted(value)}"] if value else [])
        self._replace(newline.join([*lines, ""]))

    def _read(self) -> str:
        try:
            return decoded(self.path.read_bytes())
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise LeadbellError(_("{path} cannot be read as UTF-8.").format(path=self.path)) from error

    def _replace(self, text: str) -> None:
        """`mkstemp` makes it with mode 0600, so that its owner alone can read it: that stays who it was."""
        try:
            descriptor, name = tempfile.mkstemp(prefix=".env.", dir=self.path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(text.encode())
                    file.flush()
                    os.fsync(file.fileno())
                    ownership.give(file.fileno(), self.path)
                Path(name).replace(self.path)
            finally:
                Path(name).unlink(missing_ok=True)
        except OSError as error:
            raise LeadbellError(
                _("{path} cannot be written ({reason}).").format(path=self.path, reason=shown(systems(error)))
            ) from error


def _with(lines: list[str], name: str, written: list[str]) -> list[str]:
    """In place of the last line that sets it, which is the one that counts; earlier ones go."""
    last = max((place for place, line in enumerate(lines) if _named(line) == name), default=len(lines))
    before = [line for line in lines[:last] if _named(line) != name]
    return [*before, *written, *lines[last + 1 :]]


def _named(line: str) -> str:
    match = _LINE.match(line)
    return match[1].upper() if match else ""


def quoted(value: str) -> str:
    """As it reads back by whoever reads `.env`."""
    if bare(value) != value:  # what looks like a comment, or like quotes of its own, gets quotes inside of the quotes
        mark = "'" if '"' in value else '"'
        value = f"{mark}{value}{mark}"
    if _PLAIN.fullmatch(value):
        return value
    if "'" not in value and "\\" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
