"""What may stand in the way of a first start, and what is said of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bot
from tests import databases
from tests.e2e.shop import Shop, opened
from tests.e2e.stage import staged
from tests.languages import heard, worded
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.sandbox.simulator.seller import Seller

ROOT = Path(bot.__file__).parents[1]


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[Shop]:
    async with opened(folder, HTTP_LISTEN=f"127.0.0.1:{free_port()}") as shop:
        await until(lambda: is_ready(shop))
        yield shop


async def reasons(shop: Shop) -> list[str]:
    async with shop.town.http.get(f"http://{shop.settings['HTTP_LISTEN']}/readyz") as answer:
        found: list[str] = (await answer.json()).get("reasons", [])
        return found


async def is_ready(shop: Shop) -> bool:
    return not await reasons(shop)


def told(shop: Shop) -> list[str]:
    return [text.splitlines()[0] for text in shop.boss.chat.texts]


@asynccontextmanager
async def second_leadbell(shop: Shop) -> AsyncIterator[None]:
    """It fetches with the same token, and has another database."""

    async def fetch() -> None:
        while True:
            await shop.town.call("getUpdates", timeout=1)
            await asyncio.sleep(0)

    task = asyncio.create_task(fetch())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.sqlite  # a server's wait forty seconds before they believe it: tests/unit/test_updates_health.py
@pytest.mark.usefixtures("asks_again_soon")
async def test_a_second_leadbell_with_the_same_token_is_told_to_the_admins_once(tmp_path: Path) -> None:
    async with listening(tmp_path) as shop:
        async with second_leadbell(shop):
            await until(lambda: bot_is_shared(shop))
            shop.clock.ahead += timedelta(seconds=61)
            await shop.until(lambda: told(shop))
            await until(lambda: len(shop.town.api.calls.of("getUpdates")) > 20)
            assert told(shop) == [worded("⚠️ Another program fetches what is written to the bot")]
            assert heard("every lead is posted twice", shop.boss.chat.texts[0])
        assert shop.notices == []


async def bot_is_shared(shop: Shop) -> bool:
    return "bot_shared" in await reasons(shop)


@pytest.mark.usefixtures("asks_again_soon")
async def test_another_programs_webhook_is_named_and_left_alone(tmp_path: Path) -> None:
    async with listening(tmp_path) as shop:
        shop.town.world.updates.webhook = "https://crm.example/hook/secret-word"
        shop.town.world.updates.terminate()
        await shop.until(lambda: told(shop))
        assert await reasons(shop) == ["webhook"]
        assert worded("The address is at crm.example.") in shop.boss.chat.texts[0]
        assert "secret-word" not in shop.boss.chat.texts[0]
        shop.simulator.seller.arrive()
        await shop.has_cards(1)
        assert shop.town.api.calls.of("deleteWebhook") == []
        shop.town.world.updates.webhook = ""
        await shop.until(lambda: told(shop)[1:])
        assert told(shop)[1] == worded("✅ What is written to the bot comes to Leadbell again")


@pytest.mark.english  # what is looked at is the log
@pytest.mark.usefixtures("true_starts")
async def test_a_start_before_the_network_is_up_goes_on_by_itself(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.town.api.faults.reset(times=None)
        await stage.simulator.go_down()
        stage.simulator.seller.arrive_many(2)
        await stage.service.start()
        await stage.service.says("Telegram cannot be reached")
        await stage.service.says("trying again by itself")
        await until(lambda: stage.has_tables() and stage.rows("SELECT last_outcome FROM accounts") != [(None,)])
        await stage.simulator.come_up()
        stage.town.api.faults.clear()
        await stage.drained()
        assert (stage.lost, await stage.service.stop()) == (set(), 0)


@pytest.mark.english  # no words are looked at
@pytest.mark.usefixtures("true_starts")
@pytest.mark.parametrize("name", ["Sharma & Sons", "100 % leads", 'o\'clock "daily" $HOME', "दुकान"])
async def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    async with staged(tmp_path / name) as stage:
        stage.simulator.seller.arrive()
        await stage.service.start()
        await stage.drained()
        assert (stage.lost, await stage.service.stop()) == (set(), 0)
        files = {"log.txt"} if databases.is_postgres() else {"leads.db", "log.txt"}
        assert {path.name for path in (tmp_path / name).iterdir()} == files


@pytest.mark.english  # the command line's words
@pytest.mark.usefixtures("true_starts")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (lambda port: {"HTTP_LISTEN": f"127.0.0.1:{port}"}, "Set HTTP_LISTEN to a free port, or to off."),
        pytest.param(
            lambda _port: {"DATABASE_URL": "sqlite:////proc/leads.db"},
            "let Leadbell's user write there",
            marks=pytest.mark.sqlite,
        ),
    ],
    ids=["a port in use", "a read-only folder"],
)
async def test_what_the_machine_refuses_is_one_sentence(
    tmp_path: Path, changes: Callable[[int], dict[str, str]], said: str
) -> None:
    taken = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    async with taken, staged(tmp_path, changes(taken.sockets[0].getsockname()[1])) as stage:
        await stage.service.start()
        assert await stage.service.ends() == 1
        assert said in stage.service.log
        assert "Traceback" not in stage.service.log


def with_a_young_key(seller: Seller) -> None:
    """Made five minutes ago; a lead came before it, and one since."""
    now = seller.clock.now()
    seller.first_key_at = now - timedelta(minutes=5)
    seller.arrive("W", at=now - timedelta(minutes=7))
    seller.arrive("W", at=now - timedelta(minutes=3))


async def test_a_key_made_just_before_the_start_brings_its_leads_with_the_second_call(tmp_path: Path) -> None:
    """What came before it comes a day after it was made, and the group hears of both."""
    async with opened(tmp_path, waiting=with_a_young_key) as shop:
        before, since = shop.simulator.seller.records
        await shop.has_cards(1)
        assert [text.split()[-1] for text in shop.cards] == [since.query_id]
        made_at = shop.simulator.seller.first_key_at
        assert made_at is not None
        assert shop.windows[1].start == made_at.replace(microsecond=0)
        assert shop.notices == [worded("⚠️ The leads of earlier days may take a day to come; new ones come as usual.")]
        await shop.moves_on(timedelta(days=1))
        await shop.until(lambda: any(text.endswith(before.query_id) for text in shop.texts))


def old_pythons() -> list[Path]:
    installed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    if not os.access(installed, os.R_OK | os.X_OK):
        return []  # there are none, or they are another user's
    return [path for series in (6, 7, 8, 9, 10) for path in installed.glob(f"3.{series}.*/bin/python")]


@pytest.mark.english
@pytest.mark.parametrize("python", old_pythons(), ids=str)
def test_an_old_python_is_told_so_in_a_sentence(python: Path) -> None:
    ran = subprocess.run([python, "-m", "bot", "check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith("Leadbell needs Python 3.11 or newer, and this is 3.")
    assert "Traceback" not in ran.stderr
