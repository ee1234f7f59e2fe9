"""The bar of a command somebody waits for, on a terminal: nothing that is logged breaks its line."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from bot import log
from bot.commands import terminal
from bot.commands.setup.dialogue import Question
from bot.commands.setup.terminal import Terminal
from bot.i18n import _, speaking


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_is_logged_stands_above_the_bar_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, sys.unraisablehook)
    try:
        log.configure("error", "text")
        with terminal.bar("import", 10) as advance:
            advance(5)
            logging.getLogger("bot.test").error("a fault")
            advance(10)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        sys.excepthook, sys.unraisablehook = hooks
    lines = [line.rsplit("\x1b[2K", 1)[-1].strip() for line in screen.getvalue().split("\n")]
    (line,) = [line for line in lines if "a fault" in line]
    assert line.endswith("ERROR bot.test: a fault")
    assert "import" not in line
    assert "import" in screen.getvalue()


def test_without_a_terminal_no_bar_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    with terminal.bar("import", 10) as advance:
        advance(10)
    assert screen.getvalue() == ""


BOOT = Question(
    text="Shall it start by itself?", choices=(("systemd", "s"), ("no", "n")), default="systemd", yes="systemd", no="no"
)


@pytest.mark.english  # it sets its languages itself
@pytest.mark.parametrize(
    ("typed", "language", "chosen"),
    [
        ("y", "en", "systemd"), ("YES", "en", "systemd"), ("n", "en", "no"), ("No", "en", "no"), ("", "en", "systemd"),
        ("systemd", "en", "systemd"), ("हाँ", "hi", "systemd"), ("नहीं", "hi", "no"), ("n", "hi", "no"),
        ("nobody\nno", "en", "no"),
    ],
)  # fmt: skip
async def test_a_choice_between_ways_and_none_takes_yes_and_no(
    monkeypatch: pytest.MonkeyPatch, typed: str, language: str, chosen: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
    with speaking(language):
        assert await Terminal().ask(BOOT) == chosen


@pytest.mark.english  # it sets its languages itself
@pytest.mark.parametrize(
    ("typed", "language", "is_yes"),
    [
        ("y", "en", True), ("YES", "en", True), (" n ", "en", False), ("No", "en", False), ("", "en", True),
        ("हाँ", "hi", True), ("नहीं", "hi", False), ("yes", "hi", True), ("n", "hi", False),
        ("nonsense\ny", "en", True), ("yesterday\nn", "en", False), ("yep\nnope\nno", "en", False),
        ("हम\nनहीं", "hi", False), ("नमस्ते\nहाँ", "hi", True), ("yn\nY", "en", True),
    ],
)  # fmt: skip
async def test_a_question_takes_yes_and_no_and_asks_back_at_every_other_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, language: str, *, is_yes: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
    with speaking(language):
        assert await Terminal().confirm("Shall Ravi be an admin?") is is_yes
        assert capsys.readouterr().out.count(_("Type y for yes, or n for no.")) == typed.count("\n")
