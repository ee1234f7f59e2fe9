"""Asking in a terminal, with rich's prompts."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.prompt import Confirm, InvalidResponse, Prompt
from rich.text import Text

from bot.errors import LeadbellError
from bot.i18n import _, pgettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.chat.check_line import CheckLine
    from bot.commands.setup.dialogue import Question


class _YesNo(Confirm):
    """By letter and word, in the language spoken here too; another word that begins alike is no answer."""

    def process_response(self, value: str) -> bool:
        return super().process_response(_typed("y", "n").get(value.strip().casefold(), value))

    def check_choice(self, value: str) -> bool:
        return value in self.choices if self.choices else True


class _Line(Prompt):
    """One line; refused are answers beside the choices, and none where there has to be one."""

    may_be_empty = False
    yes_no: Mapping[str, str] = {}
    """Which choice a plain yes or no means, by how it is typed."""

    def process_response(self, value: str) -> str:
        text = super().process_response(self.yes_no.get(value.strip().casefold(), value))
        if not text and not self.may_be_empty:
            raise InvalidResponse(_("An answer is needed; Ctrl-C ends."))
        return text


class Terminal:
    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._asked = ""

    def tell(self, text: str) -> None:
        self._console.print(Text(f"\n{text}"))

    def show(self, line: CheckLine) -> None:
        mark = ("✓ ", "bold green") if line.is_ok else ("✗ ", "bold red")
        self._console.print(Text.assemble(mark, line.text))

    async def ask(self, question: Question) -> str:
        shown = [f"  {value}  {meaning}" for value, meaning in question.choices]
        text = "\n".join([question.text, *shown, _("Your choice")] if shown else [question.text])
        choices = [value for value, _meaning in question.choices] or None
        line = _Line(Text(f"\n{text}"), console=self._console, choices=choices)
        line.may_be_empty = question.may_be_empty
        line.yes_no = _yes_no(question)
        line.show_choices = False
        line.illegal_choice_message = _("Type one of these: {choices}").format(choices=", ".join(choices or ()))
        self._begin(question.text)
        with _interruptible():
            return line(default=question.default) if question.default else line()

    async def confirm(self, text: str, *, default: bool = True) -> bool:
        self._begin(text)
        line = _YesNo(Text(f"\n{text}"), console=self._console)
        line.validate_error_message = _("Type y for yes, or n for no.")
        with _interruptible():
            return line(default=default)

    def _begin(self, text: str) -> None:
        """What is left of a paste is no answer to another question; to the same one its next line may be."""
        if text != self._asked and sys.platform != "win32" and sys.stdin.isatty():
            import termios  # noqa: PLC0415 - not on Windows

            termios.tcflush(sys.stdin, termios.TCIFLUSH)
        self._asked = text

    async def ask_no(self, text: str) -> bool:
        """What cannot be taken back is not done by whoever only presses Enter."""
        return await self.confirm(text, default=False)


def _yes_no(question: Question) -> dict[str, str]:
    """By letter and word, in English and in the language spoken here; what is a choice itself stays that."""
    return _typed(question.yes, question.no) | {value.casefold(): value for value, _meaning in question.choices}


def _typed(yes: str, no: str) -> dict[str, str]:
    """Which of these two is meant, by how it is typed; one that is empty never is."""
    words = ((yes, ("Yes", _("Yes"))), (no, ("No", pgettext("answer", "No"))))
    return {form.casefold(): choice for choice, said in words if choice for word in said for form in (word, word[:1])}


@contextmanager
def _interruptible() -> Iterator[None]:
    """While a line is awaited nothing else goes on in here; Ctrl-C, which asyncio has taken, ends it all the same."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except EOFError:
        raise LeadbellError(
            _("Nobody answers. Run this in a terminal (in a container with -it), or as leadbell setup --web.")
        ) from None
    finally:
        signal.signal(signal.SIGINT, before)
