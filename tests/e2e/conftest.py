"""What all tests share: what processes are forked from, and a real browser, with a clean profile for each window."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot.chat import application, press
from bot.chat.updates_health import RetryDelays
from tests import programs
from tests.e2e.stage import inherited
from tests.each_language import in_a_language, pytest_generate_tests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Browser, ConsoleMessage, Page

__all__ = ["in_a_language", "pytest_generate_tests"]

ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPECTED_WHILE_AWAY = "WebSocket connection to"
"""What chromium itself says of a server that is not there; the page cannot keep it from saying so."""


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session", autouse=True)
def _forks() -> Iterator[None]:
    """Not where each process is measured, and where other libraries may not be forked."""
    if sys.platform != "linux" or "COVERAGE_PROCESS_START" in os.environ:
        yield
        return
    programs.forks = programs.ForkServer(inherited())
    yield
    programs.forks.close()
    programs.forks = None


@pytest.fixture
def true_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is about the start itself."""
    monkeypatch.setattr(programs, "forks", None)


@pytest.fixture
def asks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody else gets the bot's updates, and has to be met some times."""
    monkeypatch.setattr(application, "RetryDelays", partial(RetryDelays, poll=1.0, conflict_retry=0.2))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    if path is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("REQUIRE_BROWSER=1, but there is no chromium: install it, or name it in CHROMIUM")
    if path is None:
        pytest.skip("no chromium is installed (name one in CHROMIUM)")
    playwright = pytest.importorskip("playwright.async_api")
    playwright.expect.set_options(timeout=30_000)  # milliseconds; its own 5 s are too few for a busy machine
    async with playwright.async_playwright() as engine:
        browser = await engine.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        await browser.close()


@pytest.fixture
def window(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AbstractAsyncContextManager[Page]]:
    """Opens the page at an address, and at the end fails the test if the page reported any error."""
    # Beside a browser a busy machine takes its time; what is about time is tried elsewhere.
    monkeypatch.setattr(press, "PATIENCE", 10)
    monkeypatch.setattr(press, "WRITTEN_WITHIN", 8)

    @asynccontextmanager
    async def opened(url: str, **options: Any) -> AsyncIterator[Page]:
        context = await browser.new_context(**options)
        complaints: list[str] = []
        page = await context.new_page()
        page.on("console", lambda message: _note(complaints, message))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector("#app.is-ready")
        yield page
        await context.close()
        assert complaints == []

    return opened


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED_WHILE_AWAY):
        complaints.append(message.text)
