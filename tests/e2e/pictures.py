"""README's pictures, made from the running demo at the width of a phone: `python -m tests.e2e.pictures`.

Writes docs/phone.png (claimed, won, a reminder, the digest), docs/leadbell.webp (the way of one lead) and
docs/charts.png (of eight weeks of trade, which take a minute). Wants `pip install -e '.[test,docs]'` and Debian's
chromium.
"""

from __future__ import annotations

import asyncio
import base64
import io
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from PIL import Image
from playwright.async_api import async_playwright, expect

from bot.config import Settings
from bot.domain.chart import ChartKind
from bot.domain.lead import Kind
from bot.domain.report_span import ReportSpan
from bot.lifecycle import service
from bot.sandbox import eight_weeks as trade
from bot.sandbox.demo import demo_world
from tests.e2e.conftest import ARGS
from tests.e2e.gallery import A_MINUTE, BUYLEAD, Gallery, HurriedClock
from tests.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from bot.sandbox.botapi import Message

PHONE: Final = {"width": 360, "height": 640}
SHARPNESS: Final = 2
"""Pixels of a picture for one of the page."""
SMALLER: Final = (324, 576)
"""The animation's."""
SECONDS: Final = 2.4
"""For which each step stands."""
LARGEST: Final = 500_000
"""Bytes of the animation."""
CHARTS: Final = (ChartKind.DAYS, ChartKind.RESPONSE, ChartKind.HOURS)
GAP: Final = 20
"""Pixels between two of them."""
WHO: Final = "Ravi"
WATCHED_BY: Final = "Meena"
PRODUCT: Final = {
    "product": "550 W Mono PERC PV Solar Module",
    "message": "I am interested in 550 W Mono PERC PV Solar Module",
}
FRAMED: Final = """<body style="margin:0;width:max-content;background:#fff">
<div style="display:flex;align-items:flex-start;gap:20px;padding:12px">{phones}</div></body>"""
PHONE_FRAME: Final = """<img src="data:image/png;base64,{data}" width="270"
style="border:5px solid #222;border-radius:24px">"""


@dataclass
class Story:
    gallery: Gallery
    page: Page
    steps: list[bytes] = field(default_factory=list)

    async def told(self) -> None:
        card = await self._arrives()
        await self._shown(card, "✋ Claim")
        await self._pressed(card, "✋ Claim", "✋ Ravi")
        await self._pressed(card, "🗣 Contacted", "🗣 Contacted")
        await self._won(card)
        await self._reminded(await self._claimed_another())
        await self._shown(await self.gallery.answers(WATCHED_BY, "/today"), "Today")
        digest = await self.gallery.answers(WATCHED_BY, "/digest")
        await self._shown(digest, digest.text.splitlines()[0])

    async def _arrives(self, **changed: str) -> Message:
        services, simulator = self.gallery.services, self.gallery.demo.simulator
        assert services.poller is not None
        seller = simulator.seller
        await self.gallery.passes(6 * A_MINUTE)
        said: dict[str, Any] = {**BUYLEAD, **PRODUCT, **changed}
        record = replace(seller.leads.lead(self.gallery.clock.now(), Kind.BUYLEAD), **said)
        seller.add(record)
        await services.poller.fetch_now()
        await self.gallery.until(lambda: self._cards(record.query_id))
        return self._cards(record.query_id)[0]

    def _cards(self, query_id: str) -> list[Message]:
        return [one for one in self.gallery.group.by_bot if one.text.endswith(f" {query_id}")]

    async def _pressed(self, card: Message, button: str, words: str) -> None:
        await self.gallery.passes(A_MINUTE)
        await self.gallery.person(WHO).presses(card, button)
        await self._shown(card, words)

    async def _won(self, card: Message) -> None:
        ravi = self.gallery.person(WHO)
        await self.gallery.passes(A_MINUTE)
        await ravi.presses(card, "🏆 Won")
        await self.gallery.until(lambda: "💰 Order value" in str(card.buttons))
        await ravi.presses(card, "💰 Order value")
        await self.gallery.until(lambda: self._saying("order value of"))
        ravi.says(self.gallery.group, "1.8 lakh", reply_to=self._saying("order value of")[0])
        await self._shown(card, "1.8 lakh")

    async def _claimed_another(self) -> Message:
        card = await self._arrives(
            name="Meena Demo", company="Demo Kirana Store", mobile="+91-9000077711", email="", city="Junagadh",
            state="Gujarat", pincode="362000", quantity="12", order_value="Rs. 80,000 - 1.2 Lakh",
        )  # fmt: skip
        await self.gallery.person(WHO).presses(card, "✋ Claim")
        await self.gallery.until(lambda: "✋ Ravi" in card.text)
        return card

    async def _reminded(self, card: Message) -> None:
        await self.gallery.passes(A_MINUTE)
        await self.gallery.person(WHO).presses(card, "⏰ Remind")
        await self.gallery.person(WHO).presses(card, "in 1 h")
        await self.gallery.passes(61 * A_MINUTE)
        await self.gallery.services.reminders.fire()
        await self.gallery.until(lambda: self._saying("⏰ Ravi"))
        await self._shown(self._saying("⏰ Ravi")[-1], "Ravi")

    def _saying(self, words: str) -> list[Message]:
        return [one for one in self.gallery.group.by_bot if words in one.text]

    async def _shown(self, message: Message, words: str) -> None:
        row = self.page.locator(f'#thread .row[data-id="{message.message_id}"]')
        await expect(row).to_contain_text(words)
        await self.page.locator("#scroller").evaluate("node => { node.scrollTop = node.scrollHeight }")
        await expect(row).to_be_in_viewport()
        self.steps.append(await self.page.screenshot(animations="disabled"))


async def main() -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        steps = [step async for step in _story(browser)]
        (ROOT / "docs" / "phone.png").write_bytes(await _side_by_side(browser, [steps[1], *steps[3:5], steps[6]]))
        await browser.close()
    (ROOT / "docs" / "leadbell.webp").write_bytes(_moving(steps))
    (ROOT / "docs" / "charts.png").write_bytes(_beside([one async for one in _charts()]))


async def _charts() -> AsyncIterator[bytes]:
    clock = trade.HurriedClock()
    async with demo_world(clock, port=0) as demo, service(Settings.from_values(demo.settings), clock) as registry:
        parts = registry.main
        demo.weeks.join(lambda: registry.main)
        await demo.weeks.play()
        span = ReportSpan.of(timedelta(days=trade.DAYS), clock.now(), parts.services.settings.timezone)
        for photo in await parts.services.charts.of(span, *CHARTS):
            assert photo.png is not None
            yield photo.png


def _beside(pngs: list[bytes]) -> bytes:
    """Small: few colours, and at the width of a phone."""
    drawn = [Image.open(io.BytesIO(png)).convert("RGB") for png in pngs]
    scaled = [one.resize((PHONE["width"], one.height * PHONE["width"] // one.width)) for one in drawn]
    sheet = Image.new("RGB", (sum(one.width + GAP for one in scaled) - GAP, max(one.height for one in scaled)), "white")
    for at, one in enumerate(scaled):
        sheet.paste(one, (at * (PHONE["width"] + GAP), 0))
    made = io.BytesIO()
    sheet.quantize(200).save(made, "PNG", optimize=True)
    return made.getvalue()


async def _story(browser: Browser) -> AsyncIterator[bytes]:
    clock = HurriedClock()
    async with demo_world(clock, port=0) as demo, service(Settings.from_values(demo.settings), clock) as registry:
        gallery = Gallery(demo, registry.main.services, clock)
        options: dict[str, Any] = {"viewport": PHONE, "timezone_id": "Asia/Kolkata", "color_scheme": "light"}
        page = await browser.new_page(**options, device_scale_factor=SHARPNESS, has_touch=True)
        await page.goto(f"{demo.page_url}?as={gallery.person(WATCHED_BY).id}")
        await page.wait_for_selector("#app.is-ready")
        story = Story(gallery, page)
        await story.told()
        for step in story.steps:
            yield step


async def _side_by_side(browser: Browser, pictures: list[bytes]) -> bytes:
    page = await browser.new_page(viewport={"width": 1300, "height": 800}, device_scale_factor=1)
    phones = "".join(PHONE_FRAME.format(data=base64.b64encode(one).decode()) for one in pictures)
    await page.set_content(FRAMED.format(phones=phones))
    await page.evaluate("Promise.all([...document.images].map((one) => one.decode()))")
    return await page.locator("div").screenshot()


def _moving(steps: list[bytes]) -> bytes:
    frames = [Image.open(io.BytesIO(step)).convert("RGB").resize(SMALLER) for step in steps]
    made = io.BytesIO()
    frames[0].save(
        made,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=int(SECONDS * 1000),
        loop=0,
        quality=60,
        method=6,
    )
    assert len(made.getvalue()) < LARGEST
    return made.getvalue()


if __name__ == "__main__":
    asyncio.run(main())
