"""Everything that README and the pages tell people to type is followed by a test, or at least looked through."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from bot.cli import main
from tests.pages import PAGES, ROOT, Block, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEEDS = {"docker", "kubernetes", "postgres", "systemd", "network", "development"}


def typed() -> Iterator[tuple[str, list[str]]]:
    """Every command line of Leadbell's in a block or within a sentence, by its page."""
    for block in blocks():
        for line in block.lines:
            # What a container is told comes behind the image's name, which is the program's.
            words = re.sub(r"^docker (?:compose )?(?:run|exec) .*leadbell (?=[a-z])", "leadbell ", line)
            if words.startswith("leadbell "):
                yield block.page, shlex.split(words, comments=True)[1:]
    for page in PAGES:
        for code in re.findall(r"`(?:[\w./]+/)?leadbell ([a-z][^`]*)`", page.read_text(encoding="utf-8")):
            yield page.name, code.split()


def test_every_block_has_a_name_of_its_own() -> None:
    names = [block.name for block in blocks()]
    assert [block for block in blocks() if not block.name or block.needs not in NEEDS | {""}] == []
    assert len(names) == len(set(names)) > 10


def test_every_block_that_can_be_run_is_followed_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "e2e").glob("test_*.py"))
    followed = set(re.findall(r'(?:follow\(stage|commands\(|typed_at\(\w+), "([\w ]+)"|commands\("([\w ]+)"\)', tests))
    names = {name for pair in followed for name in pair if name}
    assert {block.name for block in blocks() if not block.needs} - names == set()


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell")
@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.name)
def test_every_block_is_one_that_a_shell_reads(block: Block) -> None:
    done = subprocess.run(["sh", "-n"], input="\n".join(block.lines), text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_of_leadbell_that_a_page_names_is_there_with_its_options() -> None:
    unknown, seen = [], 0
    for page, words in typed():
        command = main.commands.get(words[0])
        if command is None:
            unknown.append((page, words))
            continue
        known = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
        unknown += [(page, words) for word in words if word.startswith("--") and word.split("=")[0] not in known]
        seen += 1
    assert unknown == []
    assert seen > 40


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    [unit] = re.findall(r"```ini\n(\[Unit\].*?)```", page, re.DOTALL)
    program = "/opt/leadbell/bin/leadbell"
    assert program in unit
    path = tmp_path / "leadbell.service"
    path.write_text(unit.replace(program, str(shutil.which("true"))), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "leadbell" in line] == []
    assert done.returncode == 0
