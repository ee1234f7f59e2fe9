"""`leadbell setup --web`: the same questions as pages, for the browser that opens the link first."""

from __future__ import annotations

import html
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.sandbox.simulator.server import API_KEY
from tests.e2e.newcomer import FAST, Newcomer, arriving
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.english  # each language: tests/e2e/test_setup_languages.py


@dataclass
class Visitor:
    """A browser as far as HTTP goes."""

    http: aiohttp.ClientSession
    link: str
    page: str = ""

    @property
    def origin(self) -> str:
        return re.sub(r"^(http://[^/]+)/.*", r"\1", self.link)

    async def looks(self) -> str:
        async with self.http.get(self.link) as answer:
            assert answer.status == 200, await answer.text()
            self.page = html.unescape(await answer.text())
        return self.page

    async def sees(self, words: str) -> None:
        async def is_there() -> bool:
            return words in await self.looks()

        await until(is_there)

    async def posts(self, text: str, **headers: str) -> int:
        number = re.search(r'name="number" value="(\d+)"', self.page)
        assert number is not None, self.page
        form = {"number": number[1], "answer": text}
        async with self.http.post(
            self.link, data=form, headers={"Origin": self.origin} | headers, allow_redirects=False
        ) as answer:
            return answer.status

    async def answers(self, question: str, text: str = "") -> None:
        async def is_asked() -> bool:
            await self.looks()
            return question in self.page.split('<div id="now">')[1]

        await until(is_asked)
        assert await self.posts(text) == 303


@asynccontextmanager
async def visiting(newcomer: Newcomer) -> AsyncIterator[Visitor]:
    await newcomer.begins("setup", "--web")
    await newcomer.reads("http://127.0.0.1:")
    await newcomer.reads("\n")
    link = re.search(r"http://127\.0\.0\.1:\d+/\S+", newcomer.said)
    assert link is not None
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Visitor(http, link[0])


async def test_the_browser_leads_to_the_pressed_card_too(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.environment |= FAST
        newcomer.simulator.seller.arrive_many(2)
        async with visiting(newcomer) as visitor:
            await visitor.answers("The bot's token", "https://t.me/leadbell_bot")
            await visitor.sees("That is the bot's name.")
            await visitor.answers("The bot's token", newcomer.world.bot.token)
            await visitor.sees("add @leadbell_bot to the sales group")
            assert 'http-equiv="refresh"' in visitor.page
            await newcomer.adds_the_bot()
            await visitor.answers("Is “Sharma Sales” the group for the leads?", "y")
            await visitor.answers("Shall Ravi be an admin", "y")
            await visitor.answers("How do leads come", "1")
            await visitor.answers("IndiaMART's key", "some-other-key")
            await visitor.answers("How do leads come", "1")
            assert "IndiaMART refuses the key" in visitor.page
            await visitor.answers("IndiaMART's key", API_KEY)
            await visitor.answers("In which language", "en")
            await visitor.answers("Change one now?", "n")
            assert "the key works: 2 leads" in visitor.page
            await visitor.sees("Press its button")
            await newcomer.presses()
            await visitor.answers("start by itself", "no")
            await visitor.sees("You can close this page.")
            assert "Ravi pressed the button" in visitor.page
            assert await newcomer.ends() == 0
            assert newcomer.env()["INDIAMART_KEY"] == API_KEY
            with pytest.raises(aiohttp.ClientConnectorError):
                await visitor.looks()
        assert newcomer.world.bot.token not in newcomer.said


async def test_nobody_else_can_look_or_answer(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer, visiting(newcomer) as visitor:
        await visitor.looks()
        async with aiohttp.ClientSession() as other:
            for address, headers, status in (
                (visitor.link, {}, 403),
                (f"{visitor.origin}/", {}, 404),
                (f"{visitor.origin}/{'x' * 32}/", {}, 404),
                (visitor.link, {"Host": "leadbell.attacker.example"}, 404),
                (visitor.link, {"Origin": "http://attacker.example"}, 404),
            ):
                async with other.get(address, headers=headers) as answer:
                    assert answer.status == status, (address, headers)
        assert await visitor.posts("stolen", Origin="http://attacker.example") == 404
        assert await visitor.posts("stolen", Origin="null") == 404
        assert await visitor.posts("stolen", Host="attacker.example") == 404
        await visitor.looks()
        assert "stolen" not in visitor.page
        assert "form-action 'self'" in (await visitor.http.get(visitor.link)).headers["Content-Security-Policy"]


async def test_an_answer_to_an_older_question_is_none(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer, visiting(newcomer) as visitor:
        await visitor.answers("The bot's token", "<b>bold</b>")
        first = visitor.page
        await visitor.sees("it does not look like a bot token")
        visitor.page = first
        await visitor.posts("again")
        await visitor.looks()
        assert visitor.page.count("it does not look like a bot token") == 1


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_it_fits_a_phone(tmp_path: Path, browser: Browser) -> None:
    async with arriving(tmp_path) as newcomer, visiting(newcomer) as visitor:
        newcomer.environment |= FAST
        context = await browser.new_context(viewport={"width": 360, "height": 740})
        page = await context.new_page()
        await page.goto(visitor.link)
        await answers(page, "@leadbell_bot")
        await page.get_by_text("That is the bot's name").wait_for()
        await answers(page, newcomer.world.bot.token)
        await page.get_by_text("add @leadbell_bot").wait_for()
        await newcomer.adds_the_bot()
        await page.get_by_text("Is “Sharma Sales” the group").wait_for()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.screenshot(path=tmp_path / "group.png", full_page=True)
        await page.get_by_role("button", name="Yes").click()
        await page.get_by_role("button", name="No").click()
        await page.get_by_label("with a Pull API key").check()
        await page.screenshot(path=tmp_path / "way.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.get_by_role("button", name="Go on").click()
        await answers(page, API_KEY)
        await page.get_by_text("the key works").wait_for()
        await page.screenshot(path=tmp_path / "key.png", full_page=True)
        await context.close()


async def answers(page: Page, text: str) -> None:
    await page.get_by_role("textbox").fill(text)
    await page.get_by_role("button", name="Go on").click()
