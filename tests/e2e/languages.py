"""What people see, in each language, at the width of a phone, to be looked at: `python -m tests.e2e.languages gu hi`.

Writes a folder for each language into SHOTS (or /tmp/leadbell-languages): every message of the gallery, every menu, the
charts, and `sheet-1.png` and on with all of them side by side; and prints what is parted, wrapped or cut. By hand: a
minute a language. Wants `pip install -e '.[test]'`, Debian's chromium and fonts-noto-core.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image
from playwright.async_api import async_playwright

from bot.config import Settings
from bot.domain.chart import ChartKind
from bot.domain.report_span import ReportSpan
from bot.i18n import LANGUAGES, language, speaking
from bot.lifecycle import service
from bot.sandbox import eight_weeks as trade
from bot.sandbox.demo import demo_world
from tests.e2e.conftest import ARGS
from tests.e2e.test_page_looks import MEASURE, address, hung, unfolded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.async_api import Browser, Page

    from bot.sandbox.botapi import Message

FOLDER: Final = Path(os.environ.get("SHOTS") or "/tmp/leadbell-languages")  # noqa: S108 - pictures to look at
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 360, "height": 1600}, "timezone_id": "Asia/Kolkata"}
COLUMNS: Final = 4
HIGHEST: Final = 2000
"""Pixels of a sheet's column."""
GAP: Final = 8


async def main(languages: Sequence[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        for spoken in languages:
            with speaking(spoken):
                folder = FOLDER / spoken
                folder.mkdir(parents=True, exist_ok=True)
                pictures = [*await _messages(browser, folder), *await _charts(folder)]
                _sheets(folder, pictures)
        await browser.close()


async def _messages(browser: Browser, folder: Path) -> list[Path]:
    async with hung() as gallery:
        page = await browser.new_page(**PHONE, has_touch=True)
        await page.goto(address(gallery, "Asha"))
        await page.wait_for_selector("#app.is-ready")
        await unfolded(page)
        taken = await _taken(page, gallery.shown, folder)
        taken += await _taken(page, await gallery.unfold(), folder)
        await page.close()
    return taken


async def _taken(page: Page, shown: Mapping[str, Message], folder: Path) -> list[Path]:
    await page.wait_for_timeout(500)
    for wrong in dict.fromkeys(await page.evaluate(MEASURE)):
        print(f"{folder.name}: {wrong}")  # noqa: T201 - run by hand
    found = []
    for name, message in shown.items():
        found.append(folder / f"{name.strip('/').replace(' ', '-')}.png")
        await page.locator(f'#thread .row[data-id="{message.message_id}"]').screenshot(path=found[-1])
    return found


async def _charts(folder: Path) -> list[Path]:
    clock = trade.HurriedClock()
    found = []
    async with demo_world(clock, port=0) as demo:
        settings = Settings.from_values(demo.settings | {"BOT_LANGUAGE": language()})
        async with service(settings, clock) as registry:
            parts = registry.main
            demo.weeks.join(lambda: registry.main)
            await demo.weeks.play()
            span = ReportSpan.of(timedelta(days=trade.DAYS), clock.now(), settings.timezone)
            photos = await parts.services.charts.of(span, *ChartKind)
        for kind, photo in zip(ChartKind, photos, strict=True):
            if photo.png is None:
                print(f"{folder.name}: no picture of {kind}")  # noqa: T201 - run by hand
                continue
            found.append(folder / f"chart-{kind}.png")
            drawn = Image.open(io.BytesIO(photo.png)).convert("RGB")
            drawn.resize((360, drawn.height * 360 // drawn.width)).save(found[-1])
    return found


def _sheets(folder: Path, pictures: Sequence[Path]) -> None:
    columns: list[list[Image.Image]] = [[]]
    for path in pictures:
        one = Image.open(path).convert("RGB")
        if sum(other.height + GAP for other in columns[-1]) + one.height > HIGHEST:
            columns.append([])
        columns[-1].append(one)
    for first in range(0, len(columns), COLUMNS):
        sheet = Image.new("RGB", (COLUMNS * (PHONE["viewport"]["width"] + GAP), HIGHEST), "white")
        for at, column in enumerate(columns[first : first + COLUMNS]):
            top = 0
            for one in column:
                sheet.paste(one, (at * (PHONE["viewport"]["width"] + GAP), top))
                top += one.height + GAP
        sheet.save(folder / f"sheet-{first // COLUMNS + 1}.png")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or LANGUAGES))
