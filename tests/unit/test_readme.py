"""The pages' tables come from the code. After a change run `python tests/unit/test_readme.py` to write them anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from bot.chat.command_table import commands_table
from bot.cli import main
from bot.config import settings_table
from bot.health.readiness import UnreadyReason
from bot.health.troubles import Cause
from bot.store.retention import MONTH, RETENTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def described(group: click.Group, context: click.Context, of: str = "") -> Iterator[tuple[str, click.Command]]:
    """Each command by all of its words."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from described(command, context, f"{of}{name} ")
        else:
            yield f"{of}{name}", command


def cli_table() -> str:
    """Every command of the command line with its own help."""
    context = click.Context(main)
    rows = ["| command | does |", "|---|---|"]
    for name, command in described(main, context):
        pieces = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS]", "").strip()
        rows.append(f"| `leadbell {name}{' ' + pieces if pieces else ''}` | {command.help} |")
    return "\n".join(rows) + "\n"


def retention_table() -> str:
    """What is kept for how long, in months of 30 days where it is whole ones."""
    rows = ["| what | is kept for |", "|---|---|"]
    for kept in RETENTION:
        span = f"{kept.span.days} days" if kept.span % MONTH else f"{kept.span // MONTH} months"
        rows.append(f"| {kept.what} | {span} |")
    return "\n".join(rows) + "\n"


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "commands": ("commands.md", commands_table),
    "cli": ("command-line.md", cli_table),
    "settings": ("settings.md", settings_table),
    "retention": ("retention.md", retention_table),
}
"""Each table's page and where it comes from."""


def with_table(name: str, text: str) -> str:
    """The page with this table as the code has it now."""
    begin, end = f"<!-- {name}: generated from the code, see tests/unit/test_readme.py -->\n", f"<!-- /{name} -->"
    before, rest = text.split(begin)
    return f"{before}{begin}{TABLES[name][1]()}{end}{rest.split(end)[1]}"


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_pages_table_is_what_the_code_says(name: str) -> None:
    text = (DOCS / TABLES[name][0]).read_text(encoding="utf-8")
    assert len(TABLES[name][1]().splitlines()) > 3
    assert with_table(name, text) == text, f"run: python {Path(__file__).relative_to(ROOT)}"


@pytest.mark.parametrize("word", [*UnreadyReason, *Cause])
def test_reasons_and_causes_of_a_trouble_are_explained(word: str) -> None:
    assert f"`{word}`" in (DOCS / "watching.md").read_text(encoding="utf-8").split("## When something fails")[1]


if __name__ == "__main__":
    for table, (page, _made) in TABLES.items():
        path = DOCS / page
        path.write_text(with_table(table, path.read_text(encoding="utf-8")), encoding="utf-8")
