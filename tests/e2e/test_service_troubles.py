"""Nothing fails in silence: what keeps leads from being stored, and what nobody thought of, is said by /readyz,
/metrics and /status, and told to the admin once when it starts and once when it ends, whatever the outbox can take.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests import databases
from tests.e2e.shop import Shop, opened
from tests.languages import heard, worded
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[Shop]:
    async with opened(folder, HTTP_LISTEN=f"127.0.0.1:{free_port()}") as shop:
        await shows(shop, 200, lambda said: said == {"status": "ready"})
        yield shop


async def page(shop: Shop, path: str) -> tuple[int, Any]:
    async with shop.town.http.get(f"http://{shop.settings['HTTP_LISTEN']}{path}") as answer:
        return answer.status, await (answer.text() if path == "/metrics" else answer.json())


async def shows(shop: Shop, status: int, condition: Callable[[Any], bool]) -> Any:
    """What /readyz says, as soon as it is so; pytest's own timeout is what fails here."""
    code, said = await page(shop, "/readyz")

    async def is_so() -> bool:
        nonlocal code, said
        code, said = await page(shop, "/readyz")
        return code == status and condition(said)

    await until(is_so, float("inf"))
    return said


def told(shop: Shop) -> list[str]:
    """The admin, of what is no lead."""
    return [text.splitlines()[0] for text in shop.boss.chat.texts]


def refusing(shop: Shop, _path: Path) -> AbstractAsyncContextManager[None]:
    """Whatever is to be stored of leads trips over a trigger."""
    return databases.refusing(shop.parts.shared.database, "all_leads")


def locked(_shop: Shop, path: Path) -> AbstractAsyncContextManager[None]:
    """By another program."""
    return databases.locked(path)


def full(shop: Shop, _path: Path) -> AbstractAsyncContextManager[None]:
    """As a disk that is full, or turned read-only."""
    return databases.full(shop.parts.shared.database)


def stumble() -> None:
    nobody: dict[str, str] = {}
    nobody["Asha Testwala +91 90000 00031"].strip()


@pytest.mark.parametrize(
    ("trouble", "cause", "starts", "ends"),
    [
        (
            refusing,
            "database",
            "⚠️ Leadbell's database does not take what comes in",
            "✅ Leadbell's database takes what comes in again",
        ),
        pytest.param(
            locked,
            "database",
            "⚠️ Leadbell's database does not take what comes in",
            "✅ Leadbell's database takes what comes in again",
            marks=pytest.mark.english,  # the same words
        ),
        (
            full,
            "disk",
            "⚠️ The disk of Leadbell's machine is full, or cannot be written",
            "✅ Leadbell can write on its disk again",
        ),
    ],
)
async def test_what_keeps_leads_from_being_stored_is_known_everywhere(
    tmp_path: Path,
    trouble: Callable[[Shop, Path], AbstractAsyncContextManager[None]],
    cause: str,
    starts: str,
    ends: str,
) -> None:
    async with listening(tmp_path) as shop:
        async with trouble(shop, tmp_path / "leads.db"):
            shop.simulator.seller.arrive("W")
            said = await shows(shop, 503, lambda said: cause in said.get("reasons", []))
            assert cause in {one["cause"] for one in said["failures"]}
            await shop.until(lambda: told(shop) == [worded(starts)])
            _code, numbers = await page(shop, "/metrics")
            assert f'cause="{cause}",work="' in numbers
            status = await shop.asks(shop.boss, "/status")
            assert worded(starts.removeprefix("⚠️ ")) in status.text
            assert str(tmp_path) not in status.text + shop.boss.chat.texts[0]
        await shop.has_cards(1)
        await shows(shop, 200, lambda said: said == {"status": "ready"})
        await shop.until(lambda: [one for one in told(shop) if one[0] in "⚠✅"] == worded([starts, ends]))


async def test_a_mistake_in_the_poller_is_told_and_makes_it_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(tmp_path) as shop:

        async def step(*_known: object) -> None:
            stumble()

        monkeypatch.setattr(shop.services.poller, "step", step)
        await shows(shop, 503, lambda said: "mistake" in said["reasons"])
        await shop.until(lambda: told(shop) == worded(["⚠️ Leadbell stumbled over a mistake of its own"]))
        text = shop.boss.chat.texts[0]
        assert heard("Where it was: ", text)
        assert "KeyError" in text
        assert "Asha" not in text
        assert "/" not in text


async def test_a_mistake_in_a_handler_is_told_and_holds_nobody_else_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(tmp_path) as shop:

        async def page(*_words: object, **_how: object) -> None:
            raise ZeroDivisionError("Asha Testwala +91 90000 00031")

        monkeypatch.setattr(shop.services.lookup, "page", page)
        await shop.asks(shop.town.asha, "/today")
        await shop.until(lambda: told(shop) == worded(["⚠️ Leadbell stumbled over a mistake of its own"]))
        assert "Asha" not in shop.boss.chat.texts[0]
        await shows(shop, 200, lambda said: [one["work"] for one in said["failures"]] == ["update"])


async def test_a_mistake_in_a_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(tmp_path) as shop:
        monkeypatch.setattr(shop.parts.shared.metrics, "read", lambda *_found, **_more: stumble())
        async with shop.town.http.get(f"http://{shop.settings['HTTP_LISTEN']}/metrics") as answer:
            assert (answer.status, await answer.text()) == (500, "internal error\n")
        await shop.until(lambda: told(shop) == worded(["⚠️ Leadbell stumbled over a mistake of its own"]))


async def test_a_task_that_nobody_waits_for_is_noticed_too(tmp_path: Path) -> None:
    async with listening(tmp_path) as shop:
        asyncio.get_running_loop().call_soon(stumble)
        await shop.until(lambda: told(shop) == worded(["⚠️ Leadbell stumbled over a mistake of its own"]))
        assert "Asha" not in shop.boss.chat.texts[0]


@pytest.mark.english  # no words are looked at
async def test_an_event_loop_that_was_held_up_is_a_reason(tmp_path: Path) -> None:
    async with listening(tmp_path) as shop:
        time.sleep(3)  # noqa: ASYNC251 - nobody else may do anything meanwhile
        await shows(shop, 503, lambda said: said["reasons"] == ["loop_held"])
        await shows(shop, 200, lambda said: said == {"status": "ready"})


@pytest.mark.english  # no words are looked at
async def test_a_transaction_that_does_not_end_is_a_reason(tmp_path: Path) -> None:
    async with listening(tmp_path) as shop:
        async with shop.parts.shared.database.transaction():
            await shows(shop, 503, lambda said: "writer_held" in said["reasons"])
        await shows(shop, 200, lambda said: said == {"status": "ready"})


@pytest.mark.sqlite  # a server's disk is another machine's
async def test_a_disk_with_hardly_any_room_is_told_before_anything_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(tmp_path) as shop:
        monkeypatch.setattr("bot.health.watchdog.LEAST_ROOM", 2**62)
        await shows(shop, 503, lambda said: said["reasons"] == ["disk"])
        full_disk = worded(["⚠️ The disk of Leadbell's machine is full, or cannot be written"])
        await shop.until(lambda: told(shop) == full_disk)
        monkeypatch.setattr("bot.health.watchdog.LEAST_ROOM", 0)
        await shop.until(lambda: len(told(shop)) == 2)
