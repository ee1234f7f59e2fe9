"""The command that adds an extra: for the installation that runs, and without an index that has Leadbell."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shlex
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from bot.config.extras import Extra, how_to_add
from tests.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="split as a POSIX shell does")


@pytest.mark.parametrize("extra", Extra)
def test_the_extras_packages_go_into_the_environment_that_runs(extra: Extra) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    words = shlex.split(how_to_add(extra))
    assert sys.executable in words
    asked = [Requirement(line).name for line in project["optional-dependencies"][extra]]
    assert [Requirement(word).name for word in words[-len(asked) :]] == asked


def test_uv_does_it_where_there_is_no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    words = shlex.split(how_to_add(Extra.SOCKS))
    assert words[:-1] == ["uv", "pip", "install", "--python", sys.executable]


def test_pipx_does_it_where_it_made_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pipx_metadata.json").touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert how_to_add(Extra.SOCKS).startswith("pipx inject leadbell 'aiohttp-socks")


def test_what_runs_from_its_files_alone_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.requires("leadbell")
    assert how_to_add(Extra.CHARTS).endswith(" 'leadbell[charts]'")
