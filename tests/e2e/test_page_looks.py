"""What people read, at the width of a phone: labels fit their buttons, and no line begins with what belongs to the one
before.
"""

from __future__ import annotations

import itertools
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import pytest
from playwright.async_api import expect

from bot.config import Settings
from bot.i18n import language
from bot.lifecycle import service
from bot.sandbox.botapi import NO_LIMITS
from bot.sandbox.botapi.town import opened
from bot.sandbox.demo import demo_world
from tests.e2e.gallery import Gallery, HurriedClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Locator, Page

    from bot.sandbox.botapi import Message

    Window = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),
    pytest.mark.english,  # the demo is in English; other languages: tests/e2e/languages.py
]

SHOTS = os.environ.get("SHOTS")
"""A folder: what is measured is also photographed there."""
WIDTHS = (360, 390)
HEIGHT = 740
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
OPENERS = ("#to-panel", "#panel-close", "#to-chats", ".chat-item.is-open")
"""Pressed one after the other; the last leads back."""

MEASURE = r"""() => {
  const found = [];
  const lines = (node) => {
    // The words on each visual line, and whether the text itself, not the width, began it.
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const lines = [];
    let isBroken = true, text;
    while ((text = walker.nextNode())) {
      for (const match of text.data.matchAll(/\n|[^ \n]+/g)) {
        if (match[0] === "\n") { isBroken = true; continue; }
        const range = document.createRange();
        range.setStart(text, match.index);
        range.setEnd(text, match.index + match[0].length);
        for (const box of [...range.getClientRects()].filter((one) => one.width)) {
          let line = lines.at(-1);
          if (isBroken || box.top > line.middle) {
            line = { words: [], isBroken, middle: (box.top + box.bottom) / 2 };
            lines.push(line);
            isBroken = false;
          }
          line.words.push(match[0]);
        }
      }
    }
    return lines;
  };
  const UNIT = /^(am|pm|s|min|h|d|kg|km|m|lakh|crore|piece|pieces|pcs|nos|units?|leads?|days?)[.,;:)]?$/i;
  for (const node of document.querySelectorAll("#thread .text")) {
    const shown = lines(node);
    shown.forEach((line, at) => {
      if (line.isBroken) return;
      const before = shown[at - 1].words.at(-1), first = line.words[0];
      const isParted = /\d[.,]?$/.test(before) && UNIT.test(first);
      if (isParted || (line.words.length === 1 && UNIT.test(first)) || first.startsWith("·"))
        found.push(`line: ${shown[at - 1].words.join(" ")} | ${line.words.join(" ")}`);
    });
  }
  const labels = [...document.querySelectorAll("#thread .key > span")].filter((label) => label.offsetParent);
  for (const label of labels) {
    const range = document.createRange();
    range.selectNodeContents(label);
    const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top / 8)));
    const width = range.getBoundingClientRect().width, key = label.parentElement;
    const { paddingLeft, paddingRight } = getComputedStyle(key);
    const room = key.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    if (tops.size > 1 && label.clientHeight > 24) found.push(`label wraps: ${label.textContent}`);
    if (label.scrollWidth > label.clientWidth || width > room + 1 || label.scrollHeight > label.clientHeight + 2)
      found.push(`label is cut: ${label.textContent}`);
  }
  for (const button of document.querySelectorAll("button:not(.quoted, .chat-item), .person")) {
    if (button.offsetParent !== null && button.scrollWidth > button.clientWidth + 1)
      found.push(`wider than its button: ${button.textContent.trim()}`);
  }
  const widest = Math.max(document.documentElement.scrollWidth,
    ...[...document.querySelectorAll(".scroller, .sidebar, .panel")].map((node) => node.scrollWidth));
  if (widest > window.innerWidth) found.push(`scrolls sideways: ${widest}`);
  return found;
}"""


@asynccontextmanager
async def hung() -> AsyncIterator[Gallery]:
    clock = HurriedClock()
    async with demo_world(clock, port=0) as demo:
        changed = {"WORKING_HOURS": "Mon-Sun 00:00-24:00", "BOT_LANGUAGE": language()}
        settings = Settings.from_values(demo.settings | changed)
        async with service(settings, clock) as registry:
            gallery = Gallery(demo, registry.main.services, clock)
            await gallery.hang()
            yield gallery


def address(gallery: Gallery, name: str) -> str:
    return f"{gallery.demo.page_url}?as={gallery.person(name).id}"


async def unfolded(page: Page) -> None:
    """Every message is there, and every quotation open."""
    await page.evaluate("document.fonts.ready")
    while await page.locator("#earlier").is_visible():
        await page.locator("#earlier").click()


async def test_everything_fits_a_phone(window: Window) -> None:
    """With every menu closed, and with every menu open."""
    phone = {"viewport": {"width": WIDTHS[0], "height": HEIGHT}, "has_touch": True, "timezone_id": "Asia/Kolkata"}
    async with hung() as gallery, window(address(gallery, "Asha"), **phone) as page:
        await unfolded(page)
        await _is_there(page, gallery.shown, "")
        wrong = await _looked_at(page, gallery.shown)
        room = await page.locator("#scroller").evaluate("node => node.clientHeight")
        help_ = await _row(page, gallery.shown["/help"]).locator(".bubble").evaluate("node => node.offsetHeight")
        assert help_ < room
        menus = await gallery.unfold()
        await _is_there(page, menus, "‹ Back")
        wrong |= await _looked_at(page, menus, around=False)
        assert wrong == {}


def _row(page: Page, message: Message) -> Locator:
    return page.locator(f'#thread .row[data-id="{message.message_id}"]')


async def _is_there(page: Page, shown: Mapping[str, Message], words: str) -> None:
    for message in shown.values():
        await expect(_row(page, message)).to_contain_text(words)


async def _looked_at(page: Page, shown: Mapping[str, Message], *, around: bool = True) -> dict[str, list[str]]:
    """What is wrong, by width, colours and part of the page."""
    found: dict[str, list[str]] = {}
    for width, scheme in itertools.product(WIDTHS, SCHEMES):
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await page.emulate_media(color_scheme=scheme)
        where = f"{width}-{scheme}"
        await _photographed(page, shown, width, where)
        found[where] = await page.evaluate(MEASURE)
        for opener in OPENERS if around else ():
            await page.locator(opener).click()
            found[f"{where} {opener}"] = await page.evaluate(MEASURE)
            if SHOTS:
                await page.screenshot(path=Path(SHOTS) / f"page{opener.strip('#').split()[0]}-{where}.png")
    return {where: wrong for where, wrong in found.items() if wrong}


async def _photographed(page: Page, shown: Mapping[str, Message], width: int, where: str) -> None:
    if not SHOTS:
        return
    await page.set_viewport_size({"width": width, "height": 2 * HEIGHT})
    Path(SHOTS).mkdir(parents=True, exist_ok=True)
    for name, message in shown.items():
        path = Path(SHOTS) / f"{name.strip('/').replace(' ', '-')}-{where}.png"
        await _row(page, message).screenshot(path=path)
    await page.set_viewport_size({"width": width, "height": HEIGHT})


@pytest.mark.parametrize("ending", ["12 min", "6:24 pm", "₹1-2.4 lakh", "500 piece"])
async def test_a_unit_that_is_parted_from_its_number_is_found(window: Window, ending: str) -> None:
    """Of lines of every length one breaks before the unit, and none does where the blank keeps them together."""
    async with opened(limits=NO_LIMITS) as town:
        for length in range(30, 60):
            await town.says(
                "It is late now, and we wait, and wait on, since then"[-length:].rjust(length, "i") + " " + ending
            )
        async with window(f"{town.api.url}/?as={town.ravi.id}", viewport={"width": 360, "height": HEIGHT}) as page:
            await unfolded(page)
            found: list[str] = await page.evaluate(MEASURE)
            assert any(line.endswith(f"| {ending.rsplit(maxsplit=1)[-1]}") for line in found)
            kept = ending.replace(" ", "\u00a0")
            for message in town.group.by_bot:
                text = message.text.replace(ending, kept)
                await town.call("editMessageText", chat_id=town.group.id, message_id=message.message_id, text=text)
            await expect(page.locator("#thread .text").last).to_contain_text(kept)
            assert await page.evaluate(MEASURE) == []


async def test_a_label_that_does_not_fit_is_found(window: Window) -> None:
    async with opened() as town:
        label = "✋ Claim this lead before others do"
        keys = [[{"text": label, "callback_data": "c"}, {"text": "Two", "callback_data": "d"}]]
        await town.says("a lead", reply_markup={"inline_keyboard": keys})
        async with window(f"{town.api.url}/?as={town.ravi.id}", viewport={"width": 360, "height": HEIGHT}) as page:
            await unfolded(page)
            assert f"label wraps: {label}" in await page.evaluate(MEASURE)
