"""CONTRIBUTING's example, `/won`, is put into the files it names, and its own test is run."""

from __future__ import annotations

import ast
import re
from inspect import getsource
from types import ModuleType
from typing import TYPE_CHECKING, cast

from bot.chat import command_table, commands
from tests.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import pytest

    from bot.chat.application import Handlers
    from tests.chat.conftest import Team

ROWS = "COMMANDS: Final[tuple[Command, ...]] = (\n"


def example() -> list[str]:
    """Its blocks: what is answered, the line in the table, the test."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", page.split("## An example")[1].split("\n## ")[0], re.DOTALL)


def module(text: str) -> ModuleType:
    made = ModuleType("example")
    exec(text, made.__dict__)  # noqa: S102 - the page's own code
    return made


async def test_the_example_of_a_command_works_as_it_stands_on_the_page(
    gathered: Callable[..., AbstractAsyncContextManager[Team]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, row, test = example()
    table = getsource(command_table)
    assert table.count(ROWS) == 1
    monkeypatch.setattr("bot.chat.commands", module(getsource(commands) + answer))
    handlers = cast("Handlers", module(table.replace(ROWS, f"{ROWS}*{row.strip()},\n")))
    async with gathered(handlers=handlers) as team:
        await module(test).test_won_lists_only_what_was_won(team)


def test_the_example_names_types_that_are_there() -> None:
    text = getsource(commands)
    imported = {
        one.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) for one in node.names
    }
    named = set(module(text + example()[0]).won.__annotations__.values())
    assert len(named) > 1
    assert named <= imported
