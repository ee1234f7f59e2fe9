"""What the pages tell people to type: their blocks of code, each with a name in a comment before it.

`<!-- back up -->` is a block that a test follows word by word. `<!-- compose: docker -->` cannot be run by a test,
because it needs what stands behind the colon: it is looked through instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_BLOCK: Final = re.compile(
    r"(?:^ *<!-- (?P<name>[\w ]+)(?:: (?P<needs>\w+))? -->\n)?^(?P<indent> *)```sh\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    page: str
    name: str
    needs: str
    """What a test has not: `docker`, `systemd`, `network`; `postgres`, which it has with that engine; or empty."""
    lines: tuple[str, ...]


def blocks() -> list[Block]:
    return [block for page in PAGES for block in _blocks(page)]


def commands(name: str) -> tuple[str, ...]:
    """The lines of the block of this name."""
    [found] = (block.lines for block in blocks() if block.name == name)
    return found


def _blocks(page: Path) -> list[Block]:
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [
        Block(
            page=page.name,
            name=match["name"] or "",
            needs=match["needs"] or "",
            lines=tuple(dedent(match["text"]).splitlines()),
        )
        for match in found
    ]
