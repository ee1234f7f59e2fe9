"""What somebody may push who means harm, through the real entry point: each time a Claim, a normal push and the loop's
pace show that nothing was held up.
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import time
import zlib
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import pytest

from bot.domain import budgets
from bot.domain.unpacking import UnpackedTooLargeError
from bot.indiamart import push
from bot.store import notices
from tests import databases
from tests.web.test_web_push import Listener, listener, listening, record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

__all__ = ["listener"]

ROW: Final = b'{"SENDER_NAME":"a","QUERY_PRODUCT_NAME":"'


def in_itself(times: int, text: str = "[]") -> bytes:
    for _layer in range(times):
        text = json.dumps([text])
    return text.encode()


REFUSED: Final = {
    "two million items, packed": gzip.compress(b"[" + b"0," * 2_000_000 + b"0]"),
    "two million objects, packed": gzip.compress(b"[" + b"{}," * 2_000_000 + b"{}]"),
    "a bomb": gzip.compress(b"\0" * 50_000_000),
    "a bomb of zlib": zlib.compress(b" " * 50_000_000),
    "many small bombs": gzip.compress(b"[" + b"1," * 50_000) * 4,
    "longer than is taken": b"[" + b" " * budgets.PUSHED_BYTES,
}

TAKEN: Final = {
    "240 KB of empty objects": b"[" + b"{}," * 80_000 + b"{}]",
    "240 KB of numbers": b"[" + b"7," * 120_000 + b"7]",
    "240 KB of empty lists": b"[" + b"[]," * 80_000 + b"[]]",
    "objects that say nothing of a lead": b"[" + b'{"a":9},' * 30_000 + b"9]",
    "empty rows": json.dumps({"RESPONSE": [{"SENDER_NAME": ""}] * 10_000}).encode(),
    "nested lists": b"[" * 200_000,
    "nested and closed": b"[" * 100_000 + b"]" * 100_000,
    "nested objects": b'{"a":' * 40_000,
    "nested rows": b'{"RESPONSE":' * 10_000 + b"1" + b"}" * 10_000,
    "a nested value in a row": ROW + b'x","a":' + b"[" * 60_000 + b"]" * 60_000 + b"}",
    "texts in texts": in_itself(12),
    "digits": b"9" * 250_000,
    "digits behind a point": b"9." + b"9" * 250_000,
    "a number that is no number": b"[1e999999999,-1e999999999,NaN]",
    "digits in a row": ROW + b'x","ORDER_VALUE":' + b"9" * 200_000 + b"}",
    "many names": json.dumps({f"name{number}": number for number in range(12_000)}).encode(),
    "a name without end": b'{"' + b"aB" * 120_000 + b'":1}',
    "a form of many fields": b"a=1&" * 60_000,
    "a form of many brackets": b"a" + b"[b]" * 80_000 + b"=1",
    "a form of many parts": b"--x\r\n" + b"--x\r\n\r\n" * 30_000,
    "percent signs": b"%7B" * 80_000,
    "words of a test": b"api " * 60_000 + b"9",
    "quotes": b'"' + b'\\"' * 120_000 + b'"',
    "a text of 200 KB": ROW + b"x" * 200_000 + b'"}',
    "tags": ROW + b"<style>" * 30_000 + b'"}',
    "entities": ROW + b"&lt;" * 60_000 + b'"}',
    "zeros": b"\0" * 200_000,
    "no UTF-8": b"\xff\xfe" + b"[" * 100_000,
    "UTF-32": ('[{"a":1}]' * 5_000).encode("utf-32"),
    "lone surrogates": b'{"SENDER_NAME":"' + b"\\ud800" * 40_000 + b'"}',
    "a packed body that ends early": gzip.compress(b"{}" * 90_000)[:-20],
    "packed twice": gzip.compress(gzip.compress(b"[" + b"{}," * 80_000 + b"{}]")),
}


@asynccontextmanager
async def at_work() -> AsyncIterator[list[float]]:
    """Collects what each turn of the event loop computes, in seconds of its own thread: others may be as busy as they
    like.
    """
    turns: list[float] = []

    async def tick() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.01)
            turns.append(time.thread_time() - before)

    ticking = asyncio.create_task(tick())
    gc.collect()
    gc.freeze()  # as the service does: to walk over what the tests hold is none of its work
    try:
        yield turns
    finally:
        gc.unfreeze()
        ticking.cancel()


def cost(body: bytes) -> float:
    """Seconds of computing that it takes to read it."""
    before = time.thread_time()
    with suppress(UnpackedTooLargeError):
        push.read(body)
    return time.thread_time() - before


async def is_well(listener: Listener, number: int) -> None:
    """A normal push is a card."""
    listener.town.clock.ahead += 61  # Telegram takes 20 messages a minute
    assert await listener.push({"RESPONSE": record(number) | {"SENDER_NAME": f"Visitor {number}."}}) == 200
    await listener.has_said(f"Visitor {number}.")


@asynccontextmanager
async def with_admin(path: Path) -> AsyncIterator[Listener]:
    """Ravi hears in private what is wrong."""
    async with listening(path, has_admin=True) as listener:
        town = listener.town
        town.ravi.says(town.ravi.chat, "/start")
        await town.world.wait_for(lambda: bool(town.ravi.chat.by_bot))
        yield listener


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Listener]:
    async with with_admin(tmp_path / "leads.db") as listener:
        yield listener


def told(listener: Listener) -> list[str]:
    """What Ravi heard of rows that could not be read."""
    texts = [message.text or "" for message in listener.town.ravi.chat.by_bot]
    return [text for text in texts if "could not be read" in text]


async def is_told(listener: Listener, words: str) -> None:
    await listener.town.world.wait_for(lambda: any(words in text for text in told(listener)))


async def test_no_hostile_push_keeps_the_next_one_from_being_a_card(listener: Listener) -> None:
    await is_well(listener, 100)
    async with at_work() as turns:
        for number, (name, body) in enumerate((REFUSED | TAKEN).items()):
            status = await listener.push(body)
            assert status == (413 if name in REFUSED else 200), name
            await is_well(listener, number)
    # One fortieth, unless bodies are read on the loop.
    assert max(turns) < max(map(cost, TAKEN.values())) / 2
    assert len(listener.rows("SELECT 1 FROM unreadable")) <= len(TAKEN) * (budgets.BAD_ROWS + 1)
    assert listener.rows(f"SELECT 1 FROM leads WHERE length(message) > {budgets.TEXT}") == []
    assert listener.rows(f"SELECT 1 FROM leads WHERE length(raw) > {budgets.TEXT}") == []


async def test_of_many_bad_rows_the_first_are_kept_and_the_others_counted(watched: Listener) -> None:
    listener = watched
    bad = [{"a": number} for number in range(400)]
    assert await listener.push(json.dumps([record(1), *bad]).encode()) == 200
    rows = listener.rows("SELECT raw, reason FROM unreadable ORDER BY unreadable_id")
    assert [raw for raw, _reason in rows[:-1]] == [f'{{"a":{number}}}' for number in range(budgets.BAD_ROWS)]
    assert rows[-1][0].startswith('"380 rows, SHA-256 ')
    await is_told(listener, "400 rows are kept")
    assert await listener.push(json.dumps([record(1), *bad]).encode()) == 200
    assert listener.rows("SELECT raw, reason FROM unreadable ORDER BY unreadable_id") == rows


async def test_rows_beyond_the_budget_are_kept_as_they_came_and_told_once(watched: Listener) -> None:
    listener = watched
    body = json.dumps([{"SENDER_NAME": f"Visitor {number}"} for number in range(budgets.PUSHED_ROWS + 7)]).encode()
    assert await listener.push(body) == 200
    assert listener.leads == budgets.PUSHED_ROWS
    await is_told(listener, "more than 500 rows in one push")
    await is_told(listener, "7 rows are kept")
    assert await listener.push(body) == 200
    assert listener.rows("SELECT body FROM pushes") == [(body,)]
    assert listener.leads == budgets.PUSHED_ROWS


async def test_a_long_message_is_kept_in_part_and_says_how_much_is_gone(listener: Listener) -> None:
    message = "pump " * 40_000
    assert await listener.push({"RESPONSE": record(1) | {"QUERY_MESSAGE": message}}) == 200
    ((kept, raw),) = listener.rows("SELECT message, raw FROM leads")
    said = int(kept.partition("(cut, ")[2].split()[0])
    assert len(kept) <= budgets.TEXT
    assert kept.partition("…")[0].strip() == message[: len(message) - said].strip()
    assert json.loads(raw).endswith("characters more)")


async def test_four_hundred_bad_pushes_are_a_few_messages_and_after_an_hour_one(tmp_path: Path) -> None:
    path = tmp_path / "leads.db"
    async with with_admin(path) as listener:
        for number in range(200):
            assert await listener.push(f"gibberish {number}".encode()) == 200
        await listener.is_quiet()
        assert len(told(listener)) == budgets.NOTICES_PER_HOUR
    async with with_admin(path) as listener:  # a restart changes nothing
        for number in range(200, 400):
            assert await listener.push(f"gibberish {number}".encode()) == 200
        await listener.is_quiet()
        assert len(told(listener)) == 0
        assert len(listener.rows("SELECT 1 FROM pushes")) == 400
        # as if an hour had passed
        statement = "UPDATE notices SET began_at = began_at - :hour"
        # In a thread: the service, in this process, may be in the middle of writing.
        await asyncio.to_thread(databases.by_hand, path, statement, {"hour": notices.HOUR})
        await listener.push(b"one more")
        await is_told(listener, "397 rows are kept")
        await listener.is_quiet()
        assert len(told(listener)) == 2
