"""The README's tables come from the code. After a change run `python tests/unit/test_readme.py` to write them anew."""

from __future__ import annotations

import re
from functools import partial
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
    from collections.abc import Callable

README = Path(__file__).parents[2] / "README.md"


def cli_table() -> str:
    """Every command of the command line with its own help."""
    context = click.Context(main)
    rows = ["| command | does |", "|---|---|"]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
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


TABLES: dict[str, Callable[[], str]] = {
    "commands": commands_table,
    "cli": cli_table,
    "settings": settings_table,
    "retention": retention_table,
}


def _filled(table: str, match: re.Match[str]) -> str:
    return f"{match[1]}{table}{match[2]}"


def with_tables(text: str) -> str:
    for name, table in TABLES.items():
        pattern = re.compile(rf"(<!-- {name}:[^>]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text, found = pattern.subn(partial(_filled, table()), text)
        assert found == 1, name
    return text


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_readmes_table_is_what_the_code_says(name: str) -> None:
    table = TABLES[name]()
    assert len(table.splitlines()) > 3
    assert table in README.read_text(encoding="utf-8"), f"run: python {Path(__file__).relative_to(README.parent)}"


def test_the_readme_links_only_to_what_is_there() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", README.read_text(encoding="utf-8"))
    assert [link for link in links if not (README.parent / link).exists()] == []


@pytest.mark.parametrize("word", [*UnreadyReason, *Cause])
def test_reasons_and_causes_of_a_trouble_are_explained(word: str) -> None:
    section = README.read_text(encoding="utf-8").split("### When something fails")[1].split("\n## ")[0]
    assert f"`{word}`" in section


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
