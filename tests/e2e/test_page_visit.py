"""The demo as a visitor meets it: what each of its people can do and see on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot import lifecycle
from bot.config import Settings
from bot.sandbox.botapi.town import WoundClock
from bot.sandbox.demo import DemoWorld, demo_world

playwright = pytest.importorskip("playwright.async_api")
expect = playwright.expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Locator, Page

    Window = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.english,  # the demo is in English
]

WIDEST = """Math.max(document.documentElement.scrollWidth,
  ...[...document.querySelectorAll('.scroller, .sidebar, .panel')].map(node => node.scrollWidth))"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo() -> AsyncIterator[DemoWorld]:
    """One for all: leads only come to it."""
    async with demo_world(WoundClock(), port=0) as demo, lifecycle.service(Settings.from_values(demo.settings)):
        yield demo


def visitor(demo: DemoWorld, name: str) -> str:
    person = next(one for one in demo.world.people.values() if one.name == name)
    return f"{demo.page_url}?as={person.id}"


def texts(page: Page, words: str) -> Locator:
    return page.locator("#thread .text").filter(has_text=words)


async def write(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.keyboard.press("Enter")


async def test_the_waiting_leads_are_on_the_page_within_five_seconds(window: Window) -> None:
    async with (
        demo_world(WoundClock(), port=0) as demo,
        lifecycle.service(Settings.from_values(demo.settings)),
        window(visitor(demo, "Meena")) as page,
    ):
        await expect(texts(page, "Leadbell is connected")).to_be_visible()
        for record in demo.simulator.seller.records:
            card = texts(page, f"{record.kind} {record.query_id}")
            await expect(card).to_have_count(1)
            await expect(card).to_contain_text("📞 +91 90000")


async def test_an_inline_lookup_goes_to_the_group_with_its_number_hidden(demo: DemoWorld, window: Window) -> None:
    async with window(visitor(demo, "Asha")) as page:
        await expect(texts(page, "Solar").first).to_be_visible()
        await page.get_by_label("Message", exact=True).fill("@leadbell_bot solar")
        await expect(page.get_by_role("option").first).to_contain_text("olar")
        await page.keyboard.press("Enter")
        sent = page.locator("#thread .row.out .text").last
        await expect(sent).to_contain_text("📞 +91 90")
        await expect(sent).to_contain_text("••")


async def test_words_find_a_lead(demo: DemoWorld, window: Window) -> None:
    record = next(one for one in demo.simulator.seller.records if one.name and one.product)
    async with window(visitor(demo, "Asha")) as page:
        await expect(texts(page, record.query_id).first).to_be_visible()
        await write(page, f"/search {record.mobile}")
        await expect(texts(page, f"🔎 {record.mobile}").last).to_contain_text(record.product)


async def test_an_outsider_learns_nothing(demo: DemoWorld, window: Window) -> None:
    async with window(visitor(demo, "Vikram")) as page:
        await expect(page.get_by_role("heading", name="You are not in this group")).to_be_visible()
        await page.get_by_role("button", name="Open the chat with the bot").click()
        await page.get_by_role("button", name="Start", exact=True).click()
        await expect(texts(page, "Only members of the sales group")).to_be_visible()
        await write(page, "/today")  # one sentence a minute is all that strangers get
        queries = len(demo.api.calls.of("answerInlineQuery"))
        await page.get_by_label("Message", exact=True).fill("@leadbell_bot solar")
        await demo.world.wait_for(lambda: len(demo.api.calls.of("answerInlineQuery")) > queries)
        await expect(page.get_by_role("option")).to_have_count(0)
        shown = await page.content()
        assert [one.name for one in demo.simulator.seller.records if one.name and one.name in shown] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_never_scrolls_sideways(demo: DemoWorld, window: Window, scheme: str) -> None:
    options = {"viewport": {"width": 360, "height": 640}, "color_scheme": scheme, "has_touch": True}
    async with window(visitor(demo, "Ravi"), **options) as page:
        await expect(texts(page, "#5 ·").first).to_be_visible()
        await write(page, "/week")
        await expect(texts(page, "The last 7 days").last).to_be_visible()
        for opener in (None, "#to-panel", "#panel-close", "#to-chats"):
            if opener:
                await page.locator(opener).click()
            assert await page.evaluate(WIDEST) <= 360
