"""SIGTERM before anything has begun: in a container the command is the first process, and such a one dies of no signal
that it does not handle itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stage import inherited

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.english  # nothing is said

SLOW = """
import os, pathlib, time
pathlib.Path("loading.part").write_text(os.readlink("/proc/self"))
os.rename("loading.part", "loading")
time.sleep(600)
"""
"""In place of a library that takes long to load. Outside of the container its process has another number."""
CONTAINER = ("unshare", "--pid", "--fork", "--kill-child", "--")


def can_contain() -> bool:
    try:
        return subprocess.run([*CONTAINER, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes as Linux has them")
@pytest.mark.parametrize("words", [["-m", "bot", "run"], ["-c", "from bot.__main__ import main; main()"]])
@pytest.mark.parametrize(
    ("wrapped", "code"),
    [
        ((), -signal.SIGTERM),
        pytest.param(
            CONTAINER, 128 + signal.SIGTERM, marks=pytest.mark.skipif(not can_contain(), reason="no namespaces here")
        ),
    ],
    ids=["process", "container"],
)
def test_who_is_told_to_stop_while_it_loads_stops(
    tmp_path: Path, words: list[str], wrapped: tuple[str, ...], code: int
) -> None:
    (tmp_path / "click.py").write_text(SLOW, encoding="utf-8")
    started = subprocess.Popen(
        [*wrapped, sys.executable, *words],
        cwd=tmp_path,
        env=inherited() | {"PYTHONPATH": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not (tmp_path / "loading").exists() and started.poll() is None:
            time.sleep(0.01)
        os.kill(int((tmp_path / "loading").read_text(encoding="utf-8")), signal.SIGTERM)
        complained = started.communicate(timeout=30)[1]
    finally:
        started.kill()
    assert (started.returncode, complained) == (code, "")


SET = {
    "TELEGRAM_BOT_TOKEN": f"1234567:{'x' * 35}",
    "TELEGRAM_CHAT_ID": "-1001",
    "PUSH_TOKEN": "p" * 40,
    "DATABASE_URL": "sqlite:///leads.db",
}


@pytest.mark.skipif(sys.platform != "linux", reason="processes as Linux has them")
def test_the_service_that_is_told_to_stop_while_it_begins_stops_cleanly(tmp_path: Path) -> None:
    (tmp_path / "aiohttp.py").write_text(SLOW, encoding="utf-8")  # the settings do without it
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=inherited() | SET | {"PYTHONPATH": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not (tmp_path / "loading").exists() and started.poll() is None:
            time.sleep(0.01)
        started.send_signal(signal.SIGTERM)
        complained = started.communicate(timeout=30)[1]
    finally:
        started.kill()
    assert (started.returncode, "Traceback" in complained) == (0, False)


@pytest.mark.skipif(sys.platform != "linux", reason="processes as Linux has them")
def test_ctrl_c_while_it_loads_ends_it_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text(SLOW, encoding="utf-8")
    # What a shell runs in the background hears no Ctrl-C.
    hears = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    started = subprocess.Popen(
        [sys.executable, "-c", f"{hears}; from bot.__main__ import main; main()"],
        cwd=tmp_path,
        env=inherited() | {"PYTHONPATH": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not (tmp_path / "loading").exists() and started.poll() is None:
            time.sleep(0.01)
        started.send_signal(signal.SIGINT)
        complained = started.communicate(timeout=30)[1]
    finally:
        started.kill()
    assert (started.returncode, complained) == (128 + signal.SIGINT, "")
