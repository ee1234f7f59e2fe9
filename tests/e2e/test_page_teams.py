"""The chat page with two teams, two bots and a forum: each person's own chats, topics as tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.sandbox.botapi import Control, MemberStatus
from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.sandbox.botapi import BotUser, Chat, HumanUser

    Window = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.english,  # the page's own words are English
]

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True}


@dataclass(frozen=True, slots=True)
class Teams:
    """Asha is in both groups, Ravi in the first, Vikram in none."""

    town: Town
    forum: Chat
    second: BotUser
    asked: list[Any]

    def page(self, person: HumanUser) -> str:
        return f"{self.town.api.url}/?as={person.id}"

    async def says(self, text: str, topic: str = "", **parameters: Any) -> None:
        thread_id = next((one.thread_id for one in self.forum.topics.values() if one.name == topic), None)
        where = {"chat_id": self.forum.id} | ({} if thread_id is None else {"message_thread_id": thread_id})
        status, body = await self.town.call("sendMessage", self.second, text=text, **where, **parameters)
        assert status == 200, body


@pytest_asyncio.fixture(loop_scope="session")
async def teams() -> AsyncIterator[Teams]:
    asked: list[Any] = []

    async def ask(chat: Chat | None, _on: object) -> None:
        asked.append(chat)

    async with opened(controls={"lead": Control("New enquiry", group="lead", action=ask)}) as town:
        second = town.world.new_bot("Patel Pumps", "patel_bot")
        people = [town.world.add_person("Kiran", is_admin=True), town.asha]
        forum = town.world.add_group("Patel Pumps · Leads", people, topics=["BuyLeads", "Surat"], bot_role=None)
        town.world.set_role(forum, second, MemberStatus.ADMINISTRATOR)
        yield Teams(town, forum, second, asked)


def tab(page: Page, name: str) -> Any:
    return page.locator("#topics .topic").filter(has_text=name)


def texts(page: Page) -> Any:
    return page.locator("#thread .text")


async def open_chat(page: Page, title: str) -> None:
    if await page.locator("#to-chats").is_visible():
        await page.locator("#to-chats").click()
    await page.locator(".chat-item").filter(has_text=title).first.click()


async def test_each_topic_is_a_tab_with_its_own_messages(teams: Teams, window: Window) -> None:
    async with window(teams.page(teams.town.asha), **PHONE) as page:
        await expect(page.locator("#topics")).to_be_hidden()
        await open_chat(page, "Patel Pumps · Leads")
        await expect(tab(page, "General")).to_have_attribute("aria-current", "true")
        await teams.says("for everybody")
        await teams.says("from Surat", "Surat")
        await expect(texts(page)).to_have_text(["for everybody"])
        await expect(tab(page, "Surat").locator(".badge")).to_have_text("1")
        await tab(page, "Surat").click()
        await expect(texts(page)).to_have_text(["from Surat"])
        await expect(tab(page, "Surat").locator(".badge")).to_have_count(0)
        await page.locator("#text").fill("ours")
        await page.locator("#text").press("Enter")
        await expect(texts(page)).to_have_text(["from Surat", "ours"])
        assert teams.forum.last.thread_id == next(t.thread_id for t in teams.forum.topics.values() if t.name == "Surat")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_topics_come_are_closed_and_go_while_the_page_is_open(teams: Teams, window: Window) -> None:
    async with window(teams.page(teams.town.asha)) as page:
        await open_chat(page, "Patel Pumps · Leads")
        made = teams.town.world.add_topic(teams.forum, "Exports")
        await tab(page, "Exports").click()
        await expect(page.locator("#thread .service")).to_contain_text("made the topic “Exports”")
        teams.town.world.close_topic(teams.forum, made)
        await expect(tab(page, "Exports")).to_contain_text("🔒")
        teams.town.world.delete_topic(teams.forum, made)
        await expect(page.locator("#topics .topic")).to_have_text(["General", "BuyLeads", "Surat"])
        await expect(tab(page, "General")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize(
    ("name", "chats"),
    [
        ("asha", ["Sharma Solar", "Patel Pumps · Leads", "Leadbell", "Patel Pumps"]),
        ("ravi", ["Sharma Solar", "Leadbell"]),
        ("vikram", ["Sharma Solar", "Patel Pumps · Leads", "Leadbell", "Patel Pumps"]),
    ],
)
async def test_each_person_has_the_chats_that_are_theirs(
    teams: Teams, window: Window, name: str, chats: list[str]
) -> None:
    async with window(teams.page(getattr(teams.town, name))) as page:
        await expect(page.locator(".chat-item .chat-top b")).to_have_text(chats)
        if name == "vikram":
            await expect(page.get_by_text("You are not in this group").first).to_be_visible()


async def test_the_private_chat_is_with_the_bot_that_is_spoken_to(teams: Teams, window: Window) -> None:
    async with window(teams.page(teams.town.asha)) as page:
        await page.locator(".chat-item").last.click()
        await page.locator("#start").click()
        await expect(texts(page)).to_have_text(["/start"])
        assert (teams.town.asha.chat_with(teams.second).texts, teams.town.asha.chat.texts) == (["/start"], [])
        keyboard = [[{"text": "Open", "url": f"https://t.me/{teams.town.world.bot.username}?start=lead_1"}]]
        private = {"chat_id": teams.town.asha.id, "reply_markup": {"inline_keyboard": keyboard}}
        await teams.town.call("sendMessage", teams.second, text="over there", **private)
        await page.get_by_role("button", name="Open", exact=True).click()
        await expect(texts(page)).to_have_text(["/start lead_1"])
        await expect(page.locator("#chat-title")).to_have_text("Leadbell")


async def test_an_inline_lookup_asks_the_bot_that_is_named(teams: Teams, window: Window) -> None:
    async with window(teams.page(teams.town.asha)) as page:
        await page.locator("#text").fill("@patel_bot pump")
        await teams.town.world.wait_for(lambda: any("inline_query" in one for one in teams.second.updates.waiting))
        assert teams.second.updates.waiting[-1]["inline_query"]["query"] == "pump"
        assert not any("inline_query" in update for update in teams.town.world.updates.waiting)


async def test_a_lead_comes_to_the_team_whose_chat_is_open(teams: Teams, window: Window) -> None:
    async with window(teams.page(teams.town.asha)) as page:
        await expect(page.locator("#leads-title")).to_have_text("Make a lead arrive at Sharma Solar")
        await page.get_by_role("button", name="New enquiry").click()
        await page.locator(".chat-item").last.click()
        await expect(page.locator("#leads-title")).to_have_text("Make a lead arrive at Patel Pumps")
        await page.get_by_role("button", name="New enquiry").click()
        await teams.town.world.wait_for(lambda: len(teams.asked) == 2)
        assert teams.asked == [teams.town.group, teams.forum]
