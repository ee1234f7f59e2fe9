"""install.sh as README has it typed, on a machine with these programs and no others; what fetches is a stand-in."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.e2e.newcomer import FAST, arriving
from tests.e2e.stage import inherited
from tests.e2e.test_transfer import Shop
from tests.pages import ROOT, commands

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="install.sh is for POSIX shells"),
    pytest.mark.usefixtures("true_starts"),
    pytest.mark.english,  # the command line's words: tests/e2e/test_setup_languages.py
]

PLACE = """
mkdir -p "$1"
printf '#!/bin/sh\\nexec "%s" -m bot "$@"\\n' "$PYTHON" >"$1/leadbell"
chmod +x "$1/leadbell"
"""
"""What puts the program into a folder."""
UV = 'if [ "$1 $2" = "tool dir" ]; then echo "$HOME/uv"; else set -- "$HOME/uv"; ' + PLACE + "fi"
PIPX = 'if [ "$1" = environment ]; then echo "$HOME/pipx"; else set -- "$HOME/pipx"; ' + PLACE + "fi"
PYTHON = (
    """
if [ "$1" = -c ]; then exec "$PYTHON" "$@"; fi
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
if [ "$2" = pip ]; then set -- "$(dirname "$0")"; """
    + PLACE
    + "fi"
)
HAS_SOCKS = 'case "$2" in *matplotlib* | *psycopg*) exit 1 ;; esac; exit 0'
"""What a Python says that is asked for a package."""
OLD = 'if [ "$1" = -c ]; then exit 1; fi'
BARE = 'case "$2" in *ensurepip*) [ -e "$HOME/fetched" ];; *) ' + PYTHON + ";; esac"
FETCH = '[ "$1" = update ] || touch "$HOME/fetched"'


@dataclass
class Machine:
    home: Path

    def has(self, **programs: str) -> None:
        for name, script in programs.items():
            path = self.home / "programs" / name.replace("_", "-")
            path.write_text(f'#!/bin/sh\necho "${{0##*/}} $*" >>"$HOME/calls"\n{script}\n', encoding="utf-8")
            path.chmod(0o755)

    def environment(self) -> dict[str, str]:
        named = {"HOME": str(self.home), "PATH": str(self.home / "programs"), "PYTHON": sys.executable}
        return inherited() | named

    def types(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            shlex.split(line), cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=60, check=False
        )

    @property
    def calls(self) -> Sequence[str]:
        return (self.home / "calls").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    home = tmp_path / "a home"
    (home / "programs").mkdir(parents=True)
    for name in ("sh", "dirname", "mkdir", "ln", "cp", "chmod", "touch", "env"):
        (home / "programs" / name).symlink_to(str(shutil.which(name)))
    machine = Machine(home)
    machine.has(id="echo 1000", python3=PYTHON)
    return machine


@pytest.mark.parametrize(
    ("programs", "call"),
    [
        ({"uv": UV, "pipx": PIPX}, f"uv tool install --quiet --force --python >=3.11 {ROOT}"),
        ({"pipx": PIPX}, f"pipx install --force --python python3 {ROOT}"),
        ({}, f"python -m pip install --quiet --disable-pip-version-check --upgrade {ROOT}"),
        (
            {"python3": OLD, "python3.12": PYTHON},
            f"python -m pip install --quiet --disable-pip-version-check --upgrade {ROOT}",
        ),
    ],
    ids=["uv", "pipx", "venv", "second python"],
)
def test_it_installs_by_what_is_there(machine: Machine, programs: dict[str, str], call: str) -> None:
    machine.has(**programs)
    [line] = commands("install")
    done = machine.types(line)
    assert done.returncode == 0, done.stderr
    assert call in machine.calls
    assert "leadbell setup, in a folder" in done.stderr
    assert "wants a new login" in done.stderr


@pytest.mark.parametrize(
    ("programs", "call"),
    [({"uv": UV}, "uv tool install"), ({"pipx": PIPX}, "pipx install"), ({}, "python -m pip install")],
    ids=["uv", "pipx", "venv"],
)
def test_it_installs_the_extras_that_it_is_asked_for(machine: Machine, programs: dict[str, str], call: str) -> None:
    machine.has(**programs)
    [line] = commands("extras")
    done = machine.types(f"{line} --version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("leadbell")
    [installed] = [one for one in machine.calls if one.startswith(call)]
    assert installed.endswith(f" {ROOT}[charts,postgres]")


@pytest.mark.parametrize(
    ("programs", "place", "call"),
    [
        ({"uv": UV}, "uv", "uv tool install"),
        ({"pipx": PIPX}, "pipx", "pipx install"),
        ({}, ".local/share", "python -m pip install"),
    ],
    ids=["uv", "pipx", "venv"],
)
def test_extras_that_are_there_stay(machine: Machine, programs: dict[str, str], place: str, call: str) -> None:
    machine.has(**programs, python3=PYTHON.replace('exec "$PYTHON" "$@"', HAS_SOCKS))
    environment = machine.home / place / "leadbell" / "bin"
    environment.mkdir(parents=True)
    shutil.copy(machine.home / "programs" / "python3", environment / "python")
    machine.types("sh install.sh --with charts --version")
    [installed] = [one for one in machine.calls if one.startswith(call)]
    assert installed.endswith(f" {ROOT}[charts,socks]")


@pytest.mark.parametrize("line", ["sh install.sh --with chart", "sh install.sh --with"])
def test_an_extra_that_there_is_not_is_refused(machine: Machine, line: str) -> None:
    done = machine.types(line)
    assert done.returncode == 1
    assert "--with takes charts, postgres and socks" in done.stderr
    assert not (machine.home / ".local").exists()


def test_where_debian_has_no_venv_its_package_is_fetched(machine: Machine) -> None:
    machine.has(python3=BARE, sudo='exec "$@"', apt_get=FETCH)
    done = machine.types("sh install.sh --version")
    assert "apt-get install -y -qq python3-venv" in machine.calls
    assert done.stdout.startswith("leadbell")


@pytest.mark.parametrize(
    "programs", [{"python3": OLD}, {"python3": BARE}, {"python3": OLD, "sudo": 'exec "$@"', "apt_get": FETCH}]
)
def test_without_a_python_it_says_where_to_get_one(machine: Machine, programs: dict[str, str]) -> None:
    machine.has(**programs)
    done = machine.types("sh install.sh demo")
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr
    assert not (machine.home / ".local").exists()


async def test_one_line_shows_it(machine: Machine) -> None:
    machine.has(uv=UV)
    [line] = commands("see it")
    process = await asyncio.create_subprocess_exec(
        *shlex.split(line), "--port", "0", cwd=ROOT, env=machine.environment(), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            said = (await process.stdout.readline()).decode()
        address = next(word for word in said.split() if word.startswith("http://"))
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            assert "<html" in (await response.text()).lower()
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0


async def test_one_line_sets_it_up(machine: Machine, tmp_path: Path) -> None:
    machine.has(uv=UV)
    [line] = commands("have it")
    async with arriving(tmp_path / "shop") as newcomer:
        program, script, *words = shlex.split(line)
        newcomer.environment |= machine.environment()
        await newcomer.begins(*words, program=[program, str(ROOT / script)])
        await newcomer.answers("The bot's token", newcomer.world.bot.token)
        await newcomer.reads("add @leadbell_bot to the sales group")


async def test_five_minutes_end_with_leads_in_the_group(tmp_path: Path) -> None:
    setting_up, running = (shlex.split(line)[1:] for line in commands("five minutes"))
    assert commands("set up") == ("mkdir shop", "cd shop", *commands("five minutes"))
    async with arriving(tmp_path / "shop") as newcomer:
        newcomer.environment |= FAST
        await newcomer.sets_up(*setting_up)
        lead = newcomer.simulator.seller.arrive()
        await newcomer.begins(*running)
        await newcomer.world.wait_for(lambda: any(lead.query_id in text for text in newcomer.group.texts), 60)


def test_leads_go_in_and_out_as_the_page_has_it(tmp_path: Path) -> None:
    (tmp_path / "leads.xlsx").write_bytes((ROOT / "tests/samples/sheets/date-time-columns.xlsx").read_bytes())
    for line in commands("in and out"):
        code, said, complained = Shop(tmp_path).run_apart(*shlex.split(line, comments=True)[1:])
        assert (code, complained) == (0, ""), said
