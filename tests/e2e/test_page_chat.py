"""The chat page in a browser, against the real sandbox; the bot is a script of this test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.errors import LeadbellError
from bot.sandbox.botapi import BotApiServer, Control, MemberStatus, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    Window = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.english,  # the page's own words are English
]

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'


class Sandbox:
    """The running sandbox, its people, and the bot's side of the conversation."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.world = World()
        self.ravi = self.world.add_person("Ravi", is_admin=True)
        self.asha = self.world.add_person(HOSTILE)
        self.vikram = self.world.add_person("Vikram")
        self.group = self.world.add_group(
            "Sharma Solar <b>Sales</b>", [self.ravi, self.asha], kind="supergroup", bot_role=MemberStatus.ADMINISTRATOR
        )
        self.switched: list[Any] = []
        controls = {
            "lead": Control("New enquiry", group="lead", action=self._refuse),
            "down": Control("IndiaMART is down", group="fault", is_switch=True, action=self._switch),
        }
        self.api = BotApiServer(self.world, port=0, controls=controls)
        self._session = session
        self._offset = 0

    async def _switch(self, _chat: object, on: object) -> None:
        self.switched.append(on)

    async def _refuse(self, _chat: object, _on: object) -> None:
        raise LeadbellError("IndiaMART has no more leads today.")

    def page(self, person: Any) -> str:
        return f"{self.api.url}/?as={person.id}"

    async def call(self, method: str, **parameters: Any) -> Any:
        url = f"{self.api.url}/bot{self.world.bot.token}/{method}"
        async with self._session.post(url, json=parameters) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def say(self, html: str, keyboard: list[list[dict[str, Any]]] | None = None, **more: Any) -> dict[str, Any]:
        if keyboard is not None:
            more["reply_markup"] = {"inline_keyboard": keyboard}
        answer: dict[str, Any] = await self.call(
            "sendMessage", chat_id=self.group.id, text=html, parse_mode="HTML", **more
        )
        return answer

    async def heard(self, kind: str) -> dict[str, Any]:
        """The next update of this kind; others are let pass."""
        while True:
            for update in await self.call("getUpdates", offset=self._offset, timeout=5, limit=1):
                self._offset = update["update_id"] + 1
                if kind in update:
                    content: dict[str, Any] = update[kind]
                    return content


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with aiohttp.ClientSession() as session:
        sandbox = Sandbox(session)
        async with sandbox.api:
            yield sandbox


async def test_a_message_of_the_bot_appears_and_is_spoken(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.ravi)) as page:
        await sandbox.say("🟢 <b>Enquiry</b> · Solar &amp; more")
        await expect(page.locator("#thread .text")).to_have_text("🟢 Enquiry · Solar & more")
        await expect(page.locator("#thread .text b")).to_have_text("Enquiry")
        await expect(page.locator("#spoken")).to_contain_text("Solar & more")


async def test_an_edit_changes_the_message_in_its_place(sandbox: Sandbox, window: Window) -> None:
    first = await sandbox.say("open", [[{"text": "Claim", "callback_data": "c"}]])
    await sandbox.say("another")
    async with window(sandbox.page(sandbox.ravi)) as page:
        await expect(page.locator("#thread .row")).to_have_count(2)
        await sandbox.call(
            "editMessageText", chat_id=sandbox.group.id, message_id=first["message_id"], text="taken by Asha"
        )
        await expect(page.locator("#thread .text")).to_have_text(["taken by Asha", "another"])
        await expect(page.locator("#thread .stamp").first).to_contain_text("edited")
        await expect(page.locator("#thread .key")).to_have_count(0)


async def test_a_press_is_answered_with_a_modal_alert(sandbox: Sandbox, window: Window) -> None:
    await sandbox.say("lead", [[{"text": "✋ Claim", "callback_data": "claim:1", "style": "success"}]])
    async with window(sandbox.page(sandbox.ravi)) as page:
        await page.get_by_role("button", name="✋ Claim").click()
        press = await sandbox.heard("callback_query")
        assert (press["data"], press["from"]["id"]) == ("claim:1", sandbox.ravi.id)
        await expect(page.locator(".key.is-waiting")).to_have_count(1)
        answer = {"callback_query_id": press["id"], "text": "Asha was first.", "show_alert": True}
        await sandbox.call("answerCallbackQuery", **answer)
        await expect(page.get_by_role("dialog")).to_contain_text("Asha was first.")
        await expect(page.locator(".key.is-waiting")).to_have_count(0)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_press_is_answered_with_a_toast(sandbox: Sandbox, window: Window) -> None:
    await sandbox.say("lead", [[{"text": "Remind", "callback_data": "r"}]])
    async with window(sandbox.page(sandbox.ravi)) as page:
        await page.get_by_role("button", name="Remind", exact=True).click()
        press = await sandbox.heard("callback_query")
        await sandbox.call("answerCallbackQuery", callback_query_id=press["id"], text="In one hour.")
        await expect(page.locator(".toast")).to_have_text("In one hour.")


async def test_words_after_the_bots_name_look_up_and_the_keyboard_picks(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.ravi)) as page:
        await page.get_by_label("Message", exact=True).fill(f"@{sandbox.world.bot.username} solar")
        query = await sandbox.heard("inline_query")
        assert (query["query"], query["from"]["id"]) == ("solar", sandbox.ravi.id)
        results = [_article("1", "Lead one"), _article("2", "Lead two")]
        await sandbox.call("answerInlineQuery", inline_query_id=query["id"], results=results, cache_time=0)
        await expect(page.get_by_role("option")).to_have_count(2)
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("option", selected=True)).to_contain_text("Lead two")
        await page.keyboard.press("Enter")
        await expect(page.locator("#thread .row.out .text")).to_have_text("This is Lead two")
        await expect(page.locator("#thread .via")).to_have_text(f"via @{sandbox.world.bot.username}")
        await expect(page.locator("#text")).to_have_value("")


def _article(number: str, title: str) -> dict[str, Any]:
    content = {"message_text": f"This is <b>{title}</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": number, "title": title, "description": "x", "input_message_content": content}


async def test_a_copy_button_fills_the_clipboard(sandbox: Sandbox, window: Window) -> None:
    await sandbox.say("lead", [[{"text": "Copy number", "copy_text": {"text": "+919000000031"}}]])
    permissions = ["clipboard-read", "clipboard-write"]
    async with window(sandbox.page(sandbox.ravi), permissions=permissions) as page:
        await page.get_by_role("button", name="Copy number").click()
        await expect(page.locator(".toast")).to_have_text("Copied: +919000000031")
        assert await page.evaluate("navigator.clipboard.readText()") == "+919000000031"


async def test_a_copy_button_works_where_the_clipboard_api_is_missing(sandbox: Sandbox, window: Window) -> None:
    await sandbox.say("lead", [[{"text": "Copy number", "copy_text": {"text": "+919000000031"}}]])
    async with window(sandbox.page(sandbox.ravi)) as page:
        await page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        await page.get_by_role("button", name="Copy number").click()
        await expect(page.locator(".toast")).to_have_text("Copied: +919000000031")


async def test_an_outsider_sees_nothing_of_the_group(sandbox: Sandbox, window: Window) -> None:
    await sandbox.say("Secret lead +91 90000 00031")
    async with window(sandbox.page(sandbox.vikram)) as page:
        await expect(page.get_by_role("heading", name="You are not in this group")).to_be_visible()
        await sandbox.say("Another secret lead")
        await sandbox.call("sendMessage", chat_id=sandbox.group.id, text="and a secret one")
        await expect(page.locator("#composer")).to_be_hidden()
        await page.get_by_role("button", name="Open the chat with the bot").click()
        await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
        assert "ecret" not in await page.content()


async def test_an_outsider_may_write_to_the_bot_in_private(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.vikram)) as page:
        await page.get_by_role("button", name="Open the chat with the bot").click()
        await page.get_by_role("button", name="Start", exact=True).click()
        message = await sandbox.heard("message")
        assert (message["text"], message["chat"]["id"]) == ("/start", sandbox.vikram.id)
        await sandbox.call("sendMessage", chat_id=sandbox.vikram.id, text="This bot serves one team.")
        await expect(page.locator("#thread .row.in .text")).to_have_text("This bot serves one team.")


async def test_a_private_answer_is_seen_by_its_reader_only(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.ravi)) as ravi, window(sandbox.page(sandbox.asha)) as asha:
        await ravi.locator(".chat-item").last.click()
        await ravi.get_by_role("button", name="Start", exact=True).click()
        await sandbox.heard("message")
        await sandbox.call("sendMessage", chat_id=sandbox.ravi.id, text="only for Ravi")
        await expect(ravi.locator("#thread .row.in")).to_contain_text("only for Ravi")
        await sandbox.say("for all")
        await expect(asha.locator("#thread .text")).to_have_text("for all")
        await asha.locator(".chat-item").last.click()
        assert "only for Ravi" not in await asha.content()
        await expect(ravi.get_by_label("1 unread")).to_be_visible()


async def test_a_link_to_the_bot_opens_the_private_chat_with_its_payload(sandbox: Sandbox, window: Window) -> None:
    url = f"https://t.me/{sandbox.world.bot.username}?start=lead_12"
    await sandbox.say("lead", [[{"text": "Open", "url": url}]])
    async with window(sandbox.page(sandbox.ravi)) as page:
        await page.get_by_role("button", name="Open", exact=True).click()
        assert (await sandbox.heard("message"))["text"] == "/start lead_12"
        await expect(page.locator("#chat-title")).to_have_text(sandbox.world.bot.name)


async def test_a_link_elsewhere_opens_in_a_new_tab(sandbox: Sandbox, window: Window) -> None:
    await sandbox.say("lead", [[{"text": "WhatsApp", "url": f"{sandbox.api.url}/page/wallpaper.svg"}]])
    async with window(sandbox.page(sandbox.ravi)) as page, page.context.expect_page() as opened:
        await page.get_by_role("button", name="WhatsApp").click()
        await (await opened.value).wait_for_url("**/page/wallpaper.svg")


async def test_commands_are_offered_completed_and_clickable(sandbox: Sandbox, window: Window) -> None:
    commands = [{"command": "today", "description": "Leads of today"}, {"command": "search", "description": "Find"}]
    await sandbox.call("setMyCommands", commands=commands)
    await sandbox.say("see /lead_12, not a/b")
    async with window(sandbox.page(sandbox.ravi)) as page:
        await page.get_by_role("button", name="Commands").click()
        await expect(page.get_by_role("option")).to_have_count(2)
        await page.keyboard.type("se")
        await page.keyboard.press("Tab")
        await expect(page.locator("#text")).to_have_value("/search ")
        await page.keyboard.type("pump")
        await page.keyboard.press("Enter")
        assert (await sandbox.heard("message"))["text"] == "/search pump"
        await page.locator("#thread .command", has_text="/lead_12").click()
        assert (await sandbox.heard("message"))["text"] == "/lead_12"


async def test_a_forced_reply_takes_the_focus_and_answers_that_message(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.ravi)) as page:
        markup = {"force_reply": True, "input_field_placeholder": "Your note"}
        question = await sandbox.say("Write the note", reply_markup=markup)
        await expect(page.locator("#text")).to_be_focused()
        await expect(page.locator("#text")).to_have_attribute("placeholder", "Your note")
        await page.keyboard.type("call at 5")
        await page.keyboard.press("Enter")
        answer = await sandbox.heard("message")
        assert answer["reply_to_message"]["message_id"] == question["message_id"]
        await expect(page.locator("#thread .row.out .quoted")).to_contain_text("Write the note")


async def test_a_long_quotation_is_folded_to_three_lines(sandbox: Sandbox, window: Window) -> None:
    await sandbox.say(f"<blockquote expandable>{'a long requirement ' * 60}</blockquote>")
    async with window(sandbox.page(sandbox.ravi)) as page:
        quote = page.locator("#thread .folded")
        folded = await quote.evaluate("node => node.clientHeight")
        await page.get_by_role("button", name="Whole quotation").click()
        assert folded < 75 < await quote.evaluate("node => node.clientHeight")


async def test_a_contact_is_saved_as_a_vcard(sandbox: Sandbox, window: Window) -> None:
    await sandbox.call("sendContact", chat_id=sandbox.group.id, phone_number="+919000000031", first_name="Asha T")
    async with window(sandbox.page(sandbox.ravi)) as page, page.expect_download() as download:
        await page.get_by_role("button", name="Save contact").click()
        saved = await download.value
        assert saved.suggested_filename == "Asha T.vcf"
        assert "+919000000031" in (await saved.path()).read_text()


async def test_names_texts_and_titles_cannot_inject(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.asha)) as asha, window(sandbox.page(sandbox.ravi)) as ravi:
        await asha.locator("#text").fill(HOSTILE)
        await asha.keyboard.press("Enter")
        heard = await sandbox.heard("message")
        await sandbox.say("quoting", reply_parameters={"message_id": heard["message_id"]})
        await expect(ravi.locator("#thread .sender").first).to_have_text(HOSTILE)
        await expect(ravi.locator("#thread .text").first).to_have_text(HOSTILE)
        await expect(ravi.locator("#thread .quoted b")).to_have_text(HOSTILE)
        await expect(ravi.locator("#chat-title")).to_have_text("Sharma Solar <b>Sales</b>")
        for page in (asha, ravi):
            assert await page.evaluate("window.hit") is None
            assert await page.locator("#thread img, #chats img, #people img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_wider_than_a_small_phone(sandbox: Sandbox, window: Window, scheme: str) -> None:
    long = "Monocrystalline" * 12
    await sandbox.say(
        f"<b>{long}</b>\n<pre>{long}</pre><blockquote>{long}</blockquote>",
        [[{"text": f"{number} {long[:50]}", "callback_data": "x"} for number in range(4)]],
    )
    options = {"viewport": {"width": 360, "height": 640}, "color_scheme": scheme, "has_touch": True}
    async with window(sandbox.page(sandbox.ravi), **options) as page:
        for opener in (None, "#to-panel", "#panel-close", "#to-chats"):
            if opener:
                await page.locator(opener).click()
            assert await page.evaluate(WIDEST) <= 360


WIDEST = """Math.max(document.documentElement.scrollWidth,
  ...[...document.querySelectorAll('.scroller, .sidebar, .panel')].map(node => node.scrollWidth))"""


async def test_the_page_comes_back_by_itself_after_the_server_did(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.ravi)) as page:
        await expect(page.locator("#chat-state")).to_have_text("3 members")
        await sandbox.api.go_down()
        await expect(page.locator("#chat-state")).to_have_text("connecting…")
        await page.locator("#text").fill("kept")
        await page.keyboard.press("Enter")
        await expect(page.locator("#text")).to_have_value("kept")
        await sandbox.api.come_up()
        await sandbox.say("while you were away")
        await expect(page.locator("#chat-state")).to_have_text("3 members")
        await expect(page.locator("#thread .text")).to_have_text("while you were away")


async def test_the_demos_switches_and_refusals_show(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.ravi), viewport={"width": 1300, "height": 700}) as page:
        switch = page.get_by_role("switch", name="IndiaMART is down")
        await switch.click()
        await expect(switch).to_be_checked()
        await switch.click()
        await expect(switch).not_to_be_checked()
        assert sandbox.switched == [True, False]
        await page.get_by_role("button", name="New enquiry").click()
        await expect(page.locator(".toast")).to_have_text("IndiaMART has no more leads today.")


async def test_the_visitor_may_become_somebody_else(sandbox: Sandbox, window: Window) -> None:
    async with window(sandbox.page(sandbox.ravi)) as page:
        await page.get_by_role("radio", name="Vikram").check(force=True)
        await expect(page.get_by_role("heading", name="You are not in this group")).to_be_visible()
        assert json.loads(await page.evaluate("new URLSearchParams(location.search).get('as')")) == sandbox.vikram.id
