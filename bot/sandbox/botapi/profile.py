"""What a bot says of itself: its menu of commands, its name and descriptions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from bot.sandbox.botapi.refusal import bad

_NAME: Final = re.compile(r"[a-z0-9_]{1,32}")
SCOPES: Final = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


@dataclass(frozen=True, slots=True)
class CommandMenu:
    scope: dict[str, Any]
    language: str
    commands: list[dict[str, str]]

    @property
    def wire(self) -> dict[str, Any]:
        return {"scope": self.scope, "language_code": self.language, "commands": self.commands}


@dataclass(slots=True)
class Profile:
    menus: dict[tuple[str, str], CommandMenu] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """By field (`name`, `description`, `short_description`) and language."""

    def commands(self, scope: dict[str, Any] | None = None, language: str = "") -> list[dict[str, str]]:
        menu = self.menus.get(_key(scope, language))
        return [] if menu is None else menu.commands

    def set_commands(self, scope: dict[str, Any] | None, language: str, commands: list[Any]) -> None:
        checked = [_command(command) for command in commands]
        if len(checked) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        if len({command["command"] for command in checked}) < len(checked):
            raise bad("BOT_COMMAND_DUPLICATE")
        if not checked:
            self.menus.pop(_key(scope, language), None)
            return
        self.menus[_key(scope, language)] = CommandMenu(scope or {"type": "default"}, language, checked)

    @property
    def wire(self) -> list[dict[str, Any]]:
        return [menu.wire for menu in self.menus.values()]


def _command(value: Any) -> dict[str, str]:
    command = value if isinstance(value, dict) else {}
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not _NAME.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _key(scope: dict[str, Any] | None, language: str) -> tuple[str, str]:
    return json.dumps(scope or {"type": "default"}, sort_keys=True), language
