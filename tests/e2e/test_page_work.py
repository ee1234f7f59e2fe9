"""Working a lead on the demo page, as its visitors do: the whole service behind it, nothing scripted."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.config import Settings
from bot.lifecycle import service
from bot.sandbox.botapi.town import WoundClock
from bot.sandbox.demo import DemoWorld, demo_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Locator, Page

    Window = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(240),
    pytest.mark.english,  # the demo is in English
]

PATIENCE = 20_000
"""Milliseconds until an edit shows."""
WIDE = {"width": 1300, "height": 900}
BETWEEN_EDITS = 3
A_MINUTE = 62
"""Seconds after which the group's calls of a minute are forgotten, and a change can be undone no more."""


class HurriedClock(WoundClock):
    """The time of day is wound on as well: the one clock of the servers and of the service."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead)


@pytest.fixture
def clock() -> HurriedClock:
    return HurriedClock()


@pytest_asyncio.fixture(loop_scope="session")
async def demo(clock: HurriedClock) -> AsyncIterator[DemoWorld]:
    async with demo_world(clock, port=0) as world, service(Settings.from_values(world.settings), clock):
        yield world


def address(demo: DemoWorld, name: str) -> str:
    person = next(one for one in demo.world.people.values() if one.name == name)
    return f"{demo.page_url}?as={person.id}"


async def newest_card(page: Page) -> Locator:
    """A card nobody has claimed, held by its message and not by what it says."""
    waiting = page.locator("#thread .row", has=page.get_by_role("button", name="✋ Claim", exact=True))
    await expect(waiting.last).to_be_visible(timeout=PATIENCE)
    number = await waiting.last.get_attribute("data-id")
    return page.locator(f'#thread .row[data-id="{number}"]')


async def press(card: Locator, *buttons: str) -> None:
    for button in buttons:
        await card.get_by_role("button", name=button, exact=True).click()


async def says(card: Locator, words: str) -> None:
    await expect(card.locator(".text").first).to_contain_text(words, timeout=PATIENCE)


async def test_a_lead_walks_from_new_to_won_by_buttons_alone(
    demo: DemoWorld, window: Window, clock: HurriedClock
) -> None:
    async with window(address(demo, "Asha"), viewport=WIDE) as page:
        card = await newest_card(page)
        await press(card, "✋ Claim")
        await says(card, "✋ Asha, after")
        # What a person's reading takes, and the group's minute, are wound on instead of waited for.
        clock.ahead += BETWEEN_EDITS
        await press(card, "🗣 Contacted")
        await says(card, "🗣 Contacted")
        clock.ahead += BETWEEN_EDITS
        await press(card, "⋯ More", "🗑 Junk")
        await says(card, "🗑 Junk")
        clock.ahead += BETWEEN_EDITS
        await press(card, "↩️ Undo")
        await says(card, "🗣 Contacted")
        # So far it took most of the calls that a group may have in a minute.
        clock.ahead += A_MINUTE
        await press(card, "⋯ More", "📝 Note")
        await expect(page.locator("#replying")).to_be_visible()
        await page.keyboard.type("wants 20 pieces")
        await page.keyboard.press("Enter")
        await says(card, "📝 Asha: wants 20 pieces")
        clock.ahead += BETWEEN_EDITS
        await press(card, "📄 Quoted")
        await says(card, "📄 Quoted")
        clock.ahead += BETWEEN_EDITS
        await press(card, "🏆 Won")
        await says(card, "🏆 Won")
        await press(card, "⋯ More", "🕘 History")
        history = page.locator("#thread .row .text", has_text="🕘 History of")
        for line in (
            "quoted → won",
            "contacted → quoted",
            "wants 20 pieces",
            "undone",
            "contacted → junk",
            "✋ claimed",
        ):
            await expect(history.last).to_contain_text(line)
    assert demo.api.flood.violations == []


async def test_the_order_value_is_asked_of_who_won(demo: DemoWorld, window: Window) -> None:
    async with window(address(demo, "Asha"), viewport=WIDE) as page:
        card = await newest_card(page)
        await press(card, "⋯ More", "🏆 Won")
        await press(card, "💰 Order value")
        await expect(page.locator("#text")).to_have_attribute("placeholder", "50,000 or 1.5 lakh")
        await page.keyboard.type("1.6 lakh")
        await page.keyboard.press("Enter")
        await says(card, "🏆 Won: ₹1.6 lakh")


async def test_two_windows_race_for_a_lead_and_one_of_them_wins(demo: DemoWorld, window: Window) -> None:
    async with (
        window(address(demo, "Ravi"), viewport=WIDE) as ravi,
        window(address(demo, "Asha"), viewport=WIDE) as asha,
    ):
        card = await newest_card(ravi)
        number = await card.get_attribute("data-id")
        same = asha.locator(f'#thread .row[data-id="{number}"]')
        await expect(same).to_be_visible()
        # Both fingers are on their keys already: whoever is second must not find another key there.
        keys = [await one.locator(".key").first.element_handle() for one in (card, same)]
        await asyncio.gather(*(key.evaluate("key => key.click()") for key in keys))
        await says(card, "✋ ")
        shown = await card.locator(".text").first.inner_text()
        won, lost = ("Ravi", asha) if "✋ Ravi, after" in shown else ("Asha", ravi)
        winner = ravi if won == "Ravi" else asha
        await says(same, f"✋ {won}, after")
        await expect(lost.get_by_role("dialog")).to_contain_text(re.compile(f"{won} was first: #[0-9]+ is taken."))
        await lost.keyboard.press("Enter")
        await expect(winner.locator(".toast", has_text="is yours").first).to_be_visible()
