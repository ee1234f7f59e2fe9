"""`leadbell --version`, and with `--verbose` what a bug report needs: no secret, no folder, nothing of a buyer."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bot import __version__
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

_FOR_DEVELOPERS: Final = re.compile(r"extra == .(test|docs)\b")


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Both, for the group of all commands."""
    # An eager option is read first, wherever it stands.
    verbose = click.option(
        "--verbose", is_flag=True, is_eager=True, expose_value=False, callback=_noted,
        help=_("With --version: also of Python, the system, the database and the libraries."),
    )  # fmt: skip
    version = click.option(
        "--version", is_flag=True, expose_value=False, callback=_told, help=_("Show the version and exit.")
    )
    return version(verbose(command))


def _noted(ctx: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's own signature
    ctx.meta[__name__] = value


def _told(ctx: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's own signature
    if value:
        click.echo(f"leadbell, version {__version__}")
        if ctx.meta[__name__]:
            click.echo(report())
        ctx.exit()


def report() -> str:
    from bot.store.migrate import engine_version, schema_version  # noqa: PLC0415 - only here

    lines = {
        "Python": f"{platform.python_version()} {platform.python_implementation()}",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "installed": _kind(),
        "engine": _engine(),
        "SQLite": engine_version(),
        "schema": str(schema_version()),
        "libraries": ", ".join(_libraries()),
    }
    return "\n".join(f"{name}: {text}" for name, text in lines.items())


def _kind() -> str:
    """How it came here; told by what each installer leaves."""
    is_contained = any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv"))
    return f"{_installer()}, in a container" if is_contained else _installer()


def _installer() -> str:
    place = Path(sys.prefix)
    for mark, name in (("uv-receipt.toml", "uv tool"), ("pipx_metadata.json", "pipx")):
        if (place / mark).exists():
            return name
    own = _own()
    if own is not None and '"editable": true' in (own.read_text("direct_url.json") or ""):
        return "editable, from its files"
    return "in an environment of its own" if sys.prefix != sys.base_prefix else "among the system's packages"


def _engine() -> str:
    """The kind of database alone: the rest of the address has passwords and folders."""
    from bot.config import read_given  # noqa: PLC0415 - only here
    from bot.errors import SettingsError  # noqa: PLC0415

    try:
        given = read_given(os.environ).values
    except SettingsError as error:
        return " ".join(error.problems)
    kind, colon, _rest = given.get("DATABASE_URL", "sqlite:").partition(":")
    return kind if colon and kind in {"sqlite", "postgresql"} else "not one that Leadbell knows"


def _libraries() -> list[str]:
    """Those that Leadbell itself asks for."""
    own = _own()
    asked = (own.requires if own else None) or []
    names = {re.split(r"[^\w.-]", line)[0] for line in asked if not _FOR_DEVELOPERS.search(line)}
    return [f"{name} {found.version}" for name in sorted(names) if (found := _found(name)) is not None]


def _own() -> Distribution | None:
    return _found("leadbell")


def _found(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None
