"""Started from where nothing is as usual: no folder, no keyboard, a terminal of another alphabet."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stage import inherited

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.english, pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell starts it")]

ENOUGH = {
    "TELEGRAM_BOT_TOKEN": "7100000001:AAEsomeTokenAsBotFatherGivesThem00000000",
    "TELEGRAM_CHAT_ID": "-1001234567890",
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
    "INDIAMART_URL": "http://127.0.0.1:9",
    "INDIAMART_KEY": "some-key-of-ours",
}


def started(folder: Path, how: str, *words: str, **environment: str) -> tuple[int, str, str]:
    """`how` is what a shell does with `"$@"`, the program and these words."""
    ran = subprocess.run(
        ["/bin/sh", "-c", how, "sh", sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=inherited() | ENOUGH | environment,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return ran.returncode, ran.stdout.decode("utf-8", "replace"), ran.stderr.decode("utf-8", "replace")


@pytest.mark.parametrize(("command", "code"), [("check", 2), ("setup", 2), ("status", 2), ("run", 2)])
def test_a_folder_that_was_deleted_is_said(tmp_path: Path, command: str, code: int) -> None:
    (tmp_path / "gone").mkdir()
    returned, _said, complained = started(tmp_path / "gone", 'rmdir "$PWD" && exec "$@"', command)
    assert returned == code, complained
    assert "- The folder that this is typed in is there no more." in complained
    assert "Traceback" not in complained


def test_a_bug_report_can_be_made_there_too(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    how = 'rmdir "$PWD" && exec "$@"'
    returned, said, complained = started(tmp_path / "gone", how, "--version", "--verbose")
    assert (returned, complained) == (0, "")
    assert "engine: The folder" in said


def test_setup_without_a_keyboard_says_that_nobody_answers(tmp_path: Path) -> None:
    returned, _said, complained = started(
        tmp_path, 'exec "$@" <&-', "setup", TELEGRAM_BOT_TOKEN="", TELEGRAM_CHAT_ID=""
    )
    assert returned == 1
    assert complained.startswith("Nobody answers.")


@pytest.mark.parametrize("how", ['exec "$@" <&-', 'exec "$@" >&-', 'exec "$@" <&- >&- 2>&-'])
def test_check_goes_on_without_what_was_closed(tmp_path: Path, how: str) -> None:
    returned, _said, complained = started(tmp_path, how, "check")
    assert (returned, "Traceback" in complained) == (1, False), complained


def test_help_in_hindi_is_shown_as_far_as_a_terminal_of_another_alphabet_can(tmp_path: Path) -> None:
    returned, said, complained = started(
        tmp_path, 'exec "$@"', "--help", LC_ALL="hi_IN.UTF-8", PYTHONIOENCODING="latin-1"
    )
    assert (returned, complained) == (0, "")
    assert "leadbell demo" in said
