from __future__ import annotations

import re
import signal
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot import app
from bot.clock import Clock
from bot.commands import backfill
from bot.config import Settings
from bot.domain.lead import Kind
from bot.errors import LeadbellError
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.server import Simulator
from bot.store import leads, outbox
from tests import databases
from tests.e2e.stage import staged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.english  # the command line's words: tests/e2e/test_languages.py

DAYS = 20


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(Clock(), floor=timedelta(0)) as running:
        now = Clock().now()
        for number in range(300):
            running.seller.arrive(Kind.ENQUIRY, at=now - timedelta(days=DAYS) * (number + 1) / 301)
        yield running


def settings(simulator: Simulator, folder: Path, **more: str) -> Settings:
    return Settings.from_values(
        {
            "TELEGRAM_BOT_TOKEN": "1000:token-of-the-test",
            "TELEGRAM_CHAT_ID": "-1001",
            "INDIAMART_KEY": simulator.seller.api_key,
            "INDIAMART_URL": simulator.url,
            "POLL_EVERY": "0.05s",
            "LOOKBACK": "1h",
            "DATABASE_URL": databases.url(folder / "leads.db"),
            **more,
        }
    )


async def test_history_is_fetched_whole_in_windows_indiamart_allows(simulator: Simulator, tmp_path: Path) -> None:
    chosen = settings(simulator, tmp_path)
    await backfill.run(chosen, DAYS)
    windows = [(window.start, window.end) for window in simulator.seller.windows]
    assert max(end - start for start, end in windows) <= timedelta(days=7)
    # The newest first, then from the oldest on.
    assert windows[0][1] == max(end for _start, end in windows[:2])
    owed = [window for window in windows if window[1] < windows[0][0]]
    assert owed == sorted(owed)
    async with app.opened(chosen, Clock()) as intake, intake.shared.database.reading() as connection:
        assert await leads.number(connection, intake.account_id) == 300
        # A hundred are listed, ten to a message; the rest is one message; the last hour has a card at most.
        assert (await outbox.waiting(connection, intake.account_id)).rows <= 10 + 1 + 20


async def test_history_goes_on_where_it_was_interrupted(simulator: Simulator, tmp_path: Path) -> None:
    chosen = settings(simulator, tmp_path)
    simulator.faults.queue(None, None, SimulatorFault.WRONG_KEY)
    with pytest.raises(LeadbellError, match="refuses the key"):
        await backfill.run(chosen, DAYS)
    first = len(simulator.calls)
    await backfill.run(chosen, DAYS)
    async with app.opened(chosen, Clock()) as intake, intake.shared.database.reading() as connection:
        assert await leads.number(connection, intake.account_id) == 300
    assert len(simulator.calls) > first


async def test_history_that_does_not_come_is_waited_for_and_the_reason_told_once(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings(simulator, tmp_path)
    simulator.faults.queue(SimulatorFault.HTML_PAGE, SimulatorFault.SERVER_ERROR)
    await backfill.run(chosen, DAYS)
    said, complained = capsys.readouterr()
    assert " ".join(complained.split()).count("IndiaMART does not answer properly. It is tried again") == 1
    assert said.startswith("Done.")
    async with app.opened(chosen, Clock()) as intake, intake.shared.database.reading() as connection:
        assert await leads.number(connection, intake.account_id) == 300


def heeds_ctrl_c() -> None:
    """A shell has it ignored in what it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_backfill_that_is_stopped_says_what_is_kept_and_that_it_can_be_run_again(
    tmp_path: Path, number: signal.Signals
) -> None:
    # The next call is an hour away.
    async with staged(tmp_path, {"POLL_EVERY": "1h"}) as stage:
        stage.simulator.seller.arrive_many(3)
        stage.service.before = heeds_ctrl_c
        await stage.service.start("backfill", "--days", "20")
        await stage.town.world.wait_for(lambda: stage.has_tables() and bool(stage.rows("SELECT 1 FROM leads")), 60)
        assert stage.service.process is not None
        stage.service.process.send_signal(number)
        assert await stage.service.ends(within=20) == 1
        assert re.fullmatch(
            r"Stopped\. \d new leads? (?:is|are) kept\. Run it again, or leadbell run, and the rest is fetched\.\n",
            stage.service.log,
        )


async def test_history_needs_a_key(simulator: Simulator, tmp_path: Path) -> None:
    chosen = settings(simulator, tmp_path, INDIAMART_KEY="", PUSH_TOKEN="a-long-random-token-of-the-test")
    with pytest.raises(LeadbellError, match="INDIAMART_KEY"):
        await backfill.run(chosen, DAYS)
