"""What is installed only where it is wanted, and the command that adds it to the installation that runs."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import sys
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path


class Extra(StrEnum):
    """As `pyproject.toml` and `install.sh --with` name them."""

    CHARTS = "charts"
    POSTGRES = "postgres"
    SOCKS = "socks"


def how_to_add(extra: Extra) -> str:
    """`/opt/leadbell/bin/python -m pip install 'aiohttp-socks>=0.12,<1'`: its packages by themselves, into the
    environment of this Python. Leadbell itself need be neither on an index nor in the folder it came from.
    """
    if (Path(sys.prefix) / "pipx_metadata.json").exists():
        installer = ["pipx", "inject", "leadbell"]
    elif importlib.util.find_spec("pip") is not None:
        installer = [sys.executable, "-m", "pip", "install"]
    else:  # uv makes environments without it
        installer = ["uv", "pip", "install", "--python", sys.executable]
    return " ".join(map(_quoted, [*installer, *_packages(extra)]))


def _packages(extra: Extra) -> list[str]:
    try:
        asked = requires("leadbell") or []
    except PackageNotFoundError:  # it runs from its files
        asked = []
    of_extra = re.compile(rf"""(.+?)\s*;\s*extra == ["']{extra}["']""")
    found = [match[1] for line in asked if (match := of_extra.fullmatch(line)) is not None]
    return found or [f"leadbell[{extra}]"]


def _quoted(word: str) -> str:
    if os.name == "nt":  # < and > mean files there, too
        return f'"{word}"' if re.search(r"[\s<>&|^,;\[\]]", word) else word
    return shlex.quote(word)
