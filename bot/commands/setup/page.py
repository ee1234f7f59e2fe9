"""Asking in a browser: the same questions, each a page; whoever asks waits until the page brings the answer."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

from bot.errors import LeadbellError
from bot.i18n import _
from bot.web import setup_page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.chat.check_line import CheckLine
    from bot.commands.setup.dialogue import Dialogue, Question

FAREWELL_SECONDS: Final = 30.0
"""How long the last page can still be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    number: int
    text: str
    default: str
    choices: tuple[tuple[str, str], ...] = ()
    is_yes_no: bool = False
    may_be_empty: bool = False
    answer: asyncio.Future[str] = field(compare=False)


class Browser:
    """Both sides: what asks, and what the page shows of it."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.earlier = 0
        self.question: OpenQuestion | None = None
        self.is_over = False
        self._was_seen_over = asyncio.Event()
        self._number = 0

    def tell(self, text: str) -> None:
        self.said.append((text, ""))

    def show(self, line: CheckLine) -> None:
        self.said.append((line.text, "ok" if line.is_ok else "bad"))

    async def ask(self, question: Question) -> str:
        return await self._asked(
            question.text, question.default, choices=question.choices, may_be_empty=question.may_be_empty
        )

    async def confirm(self, text: str, *, default: bool = True) -> bool:
        return await self._asked(text, "y" if default else "n", is_yes_no=True) == "y"

    async def _asked(
        self,
        text: str,
        default: str,
        *,
        choices: tuple[tuple[str, str], ...] = (),
        is_yes_no: bool = False,
        may_be_empty: bool = False,
    ) -> str:
        self._number += 1
        self.question = OpenQuestion(
            number=self._number,
            text=text,
            default=default,
            choices=choices,
            is_yes_no=is_yes_no,
            may_be_empty=may_be_empty,
            answer=asyncio.get_running_loop().create_future(),
        )
        try:
            return await self.question.answer
        finally:
            self.question = None

    def answer(self, number: int, text: str) -> None:
        asked = self.question
        if asked is None or asked.number != number or asked.answer.done():
            return
        allowed = ("y", "n") if asked.is_yes_no else tuple(value for value, _meaning in asked.choices)
        given = text or asked.default
        if (given or asked.may_be_empty) and (not allowed or given in allowed):
            asked.answer.set_result(given)
            self.earlier = len(self.said)
            self.question = None

    def seen(self) -> None:
        if self.is_over:
            self._was_seen_over.set()

    async def ends(self) -> None:
        """The end is a page too, for whoever still looks."""
        self.is_over = True
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._was_seen_over.wait()


async def asked_in_browser(work: Callable[[Dialogue], Awaitable[bool]]) -> bool:
    browser = Browser()
    async with setup_page.served(browser) as link:
        click.echo(
            _("Open this link in a browser of this machine; only the first that does is let in: {link}").format(
                link=link
            )
        )
        try:
            works = await work(browser)
        except LeadbellError as error:
            browser.said.append((str(error), "bad"))
            await browser.ends()
            raise
        await browser.ends()
        return works
