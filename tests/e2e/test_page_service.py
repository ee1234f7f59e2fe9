"""The demo as a visitor sees it: the real service behind the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot.config import Settings
from bot.domain.lead import Kind
from bot.lifecycle import service
from bot.sandbox.botapi.town import WoundClock
from bot.sandbox.demo import DemoWorld, demo_world

playwright = pytest.importorskip("playwright.async_api")
expect = playwright.expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Page

    from bot.sandbox.botapi import Chat

    Window = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.english,  # the demo is in English
]


@pytest_asyncio.fixture(loop_scope="session")
async def demo() -> AsyncIterator[DemoWorld]:
    clock = WoundClock()
    async with demo_world(clock, port=0) as world:
        settings = Settings.from_values(world.settings)
        await world.second.join(settings, clock)
        async with service(settings, clock):
            yield world


def page_of(demo: DemoWorld, name: str) -> str:
    person = next(one for one in demo.world.people.values() if one.name == name)
    return f"{demo.page_url}?as={person.id}"


async def type_in(page: Page, text: str) -> None:
    box = page.get_by_role("textbox").first
    await box.fill(text)
    await box.press("Enter")


def texts(page: Page) -> Any:
    return page.locator("#thread .text")


async def test_leads_are_there_soon_after_the_start_and_more_arrive(demo: DemoWorld, window: Window) -> None:
    async with window(page_of(demo, "Ravi")) as page:
        await expect(texts(page).filter(has_text="Chirag Khan").first).to_be_visible()
        before = await texts(page).count()
        await page.get_by_role("button", name="New enquiry").click()
        await expect(texts(page)).not_to_have_count(before)


async def test_a_list_turns_its_pages(demo: DemoWorld, window: Window) -> None:
    async with window(page_of(demo, "Asha")) as page:
        await page.get_by_role("button", name="20 leads at once").click()
        seller = demo.simulator.seller
        await demo.simulator.called(len(seller.calls) + 2, seller=seller)
        await type_in(page, "/today")
        listing = texts(page).filter(has_text="Today,").last
        await expect(listing).to_be_visible()
        first = await listing.inner_text()
        await page.get_by_role("button", name="Older ›").last.click()
        await expect(listing).not_to_have_text(first)
        await page.get_by_role("button", name="‹ Newer").last.click()
        await expect(listing).to_have_text(first.replace("\n", " "), use_inner_text=True)


async def test_a_member_searches_and_looks_up_inline(demo: DemoWorld, window: Window) -> None:
    async with window(page_of(demo, "Meena")) as page:
        await expect(texts(page).filter(has_text="Chirag Khan").first).to_be_visible()
        await type_in(page, "/search chirag bengal")
        await expect(texts(page).filter(has_text="/lead_1").last).to_be_visible()
        await page.get_by_role("textbox").first.fill(f"@{demo.world.bot.username} chirag")
        options = page.get_by_role("option")
        await expect(options.first).to_contain_text("Enquiry")
        # Posted into a group, a result shows no whole number.
        await expect(options.first).to_contain_text("••")


async def test_the_second_sellers_leads_come_into_their_topics_and_are_its_own(demo: DemoWorld, window: Window) -> None:
    second = demo.second
    asha = next(one for one in demo.world.people.values() if one.name == "Asha")
    topic = next(one for one in second.group.topics.values() if one.name == "BuyLeads")
    await demo.world.wait_for(lambda: in_topic(second.group, topic.thread_id, "BuyLead ·"))
    async with window(page_of(demo, "Asha")) as page:
        await page.locator(".chat-item").filter(has_text="Patel Pumps · Leads").click()
        await page.locator("#topics .topic").filter(has_text="BuyLeads").click()
        await page.get_by_role("button", name="✋ Claim").first.click()
        await expect(texts(page).filter(has_text="✋ Asha")).to_be_visible()
    buyer = next(one for one in second.seller.records if one.kind == Kind.BUYLEAD)
    found = [await asha.asks_inline(buyer.mobile[-10:], bot=bot) for bot in demo.world.bots]
    assert [bool(answer.results) for answer in found] == [False, True]


def in_topic(group: Chat, thread_id: int, words: str) -> bool:
    return any(message.thread_id == thread_id and words in message.text for message in group.by_bot)


async def test_an_outsider_gets_nothing(demo: DemoWorld, window: Window) -> None:
    vikram = next(one for one in demo.world.people.values() if one.name == "Vikram")
    vikram.starts("lead_1")
    await demo.world.wait_for(lambda: bool(vikram.chat.by_bot))
    assert all("+91" not in message.text for message in vikram.chat.by_bot)
    answer = await vikram.asks_inline("chirag")
    assert list(answer.results) == []
    async with window(page_of(demo, "Vikram")) as page:
        await expect(page.get_by_text("not in this group").first).to_be_visible()
        assert "Chirag" not in await page.locator("#thread").inner_text()


async def test_nothing_scrolls_sideways_on_a_phone(demo: DemoWorld, window: Window) -> None:
    async with window(page_of(demo, "Ravi"), viewport={"width": 360, "height": 740}) as page:
        await expect(texts(page).filter(has_text="Chirag Khan").first).to_be_attached()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
