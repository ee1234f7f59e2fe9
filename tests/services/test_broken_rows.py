"""Bodies with broken rows, from a real socket to the database."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.lead import Window
from bot.i18n import shown
from bot.indiamart import v2
from bot.indiamart.answer import Answer, Outcome
from bot.indiamart.client import Session, source
from bot.intake.window_size import STUMBLES
from tests.services.played import NOON
from tests.services.world import ADMIN, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CASES = Path(__file__).parents[1] / "cases"
ROWS, BROKEN = 2_000, 20


@asynccontextmanager
async def indiamart(body: bytes, content_type: str = "application/json") -> AsyncIterator[str]:
    """A server that gives every call the same answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        writer.write(body)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


async def poll(world: World, body: bytes, content_type: str = "application/json") -> Answer:
    """One poll that brings what the real client makes of the body."""
    async with indiamart(body, content_type) as url, Session() as session:
        answer = await source(session, api="v2", url=url, key="k" * 20).fetch(Window(NOON, NOON + timedelta(hours=1)))
    world.indiamart.answers.append(answer)
    await world.poll()
    return answer


def rows() -> list[str]:
    """Two thousand, of which one in a hundred is broken in one of five ways."""
    found = []
    for number in range(ROWS):
        row = json.dumps(
            {"UNIQUE_QUERY_ID": str(3_300_000_000 + number), "QUERY_TYPE": "W", "QUERY_MESSAGE": "need it"}
        )
        broken = (
            row.replace("need", "3\\x4"),
            row.replace("need", '"3" Gate Valve" need'),
            f"{row[:-1]},}}",
            row[:-1],
            row.replace('"W"', ""),
        )
        found.append(broken[number // 100 % 5] if number % 100 == 50 else row)
    return found


def enveloped(found: list[str]) -> bytes:
    return (
        f'{{"CODE": 200, "STATUS": "SUCCESS", "TOTAL_RECORDS": {len(found)}, "RESPONSE": [{",".join(found)}]}}'.encode()
    )


async def count(world: World, table: str) -> int:
    return int((await world.rows(f"SELECT count(*) FROM {table}"))[0][0])


async def test_twenty_broken_rows_of_two_thousand_cost_no_other_and_do_not_hold_the_window(world: World) -> None:
    body = enveloped(rows())
    for _poll in range(3):
        assert (await poll(world, body)).is_complete
    assert await count(world, "leads") == ROWS - BROKEN
    assert [raw for (raw,) in await world.rows("SELECT raw FROM unreadable ORDER BY unreadable_id")] == rows()[50::100]
    assert (await world.spans())[-1].end == world.indiamart.windows[-1].end
    told = await world.rows("SELECT body, chat_id FROM outbox WHERE what = 'notice'")
    assert [(json.loads(body)["facts"]["count"], chat) for body, chat in told] == [(BROKEN, ADMIN)]


async def test_a_poisoned_row_is_kept_and_the_good_one_beside_it_is_a_lead(world: World) -> None:
    assert (await poll(world, (CASES / "01-poison-escape.json").read_bytes())).is_complete
    assert await world.rows("SELECT query_id, mobile FROM leads") == [("3300000001", "+919000001001")]
    ((raw, reason),) = await world.rows("SELECT raw, reason FROM unreadable")
    assert "size 3\\x4" in raw
    assert shown(reason) == "a row is no JSON"


@pytest.mark.parametrize("total", [b"null", b'"many"', b"3"])
async def test_broken_rows_do_not_hold_a_window_that_says_no_total(world: World, total: bytes) -> None:
    """Where the rows end was seen, so that none is missing; and a body that breaks so would do it again for ever."""
    await world.cover()
    body = enveloped(rows()).replace(b'"TOTAL_RECORDS": 2000', b'"TOTAL_RECORDS": ' + total)
    assert (await poll(world, body)).is_complete
    assert await count(world, "leads") == ROWS - BROKEN
    assert (await world.spans())[-1].end == world.indiamart.windows[-1].end
    assert await count(world, "faults") == 0


async def test_leads_of_hours_in_which_no_row_could_be_read_come_when_they_can_be(world: World) -> None:
    await world.cover()
    whole = [json.dumps({"UNIQUE_QUERY_ID": str(number), "SENDER_NAME": "Asha"}) for number in range(5)]
    broken = [row.replace("Asha", "don\\'t") for row in whole]
    for _poll in range(2):
        assert not (await poll(world, enveloped(broken))).is_complete
    assert [raw for (raw,) in await world.rows("SELECT raw FROM unreadable ORDER BY unreadable_id")] == broken
    assert (await world.spans())[-1].end < world.indiamart.windows[-1].end
    assert (await poll(world, enveloped(whole))).is_complete
    assert await count(world, "leads") == 5
    assert (await world.spans())[-1].end == world.indiamart.windows[-1].end


async def test_rows_that_can_never_be_read_do_not_stop_the_newest_window(world: World) -> None:
    await world.cover()
    moment = world.clock.now()
    bad = v2.read(200, enveloped([f'{{"SENDER_NAME": "{number}\\x4"}}' for number in range(3)]))
    nothing = Answer(outcome=Outcome.NOTHING)
    world.indiamart.respond = lambda window: bad if window.start <= moment <= window.end else nothing
    for _poll in range(60):
        await world.poll()
    assert await count(world, "unreadable") == 3
    assert (await world.spans())[-1].end > moment + timedelta(hours=2)


async def test_history_that_stays_malformed_is_told_once_though_new_windows_are_answered(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - timedelta(days=2))
    history = [Outcome.MALFORMED]
    world.indiamart.respond = lambda window: Answer(outcome=history[0] if window.end < NOON else Outcome.NOTHING)
    for _poll in range(120):
        await world.poll()
    assert len(world.indiamart.windows) - len({window.end for window in world.indiamart.windows}) > STUMBLES
    assert await told(world) == ["fault_started"] * 2  # to the group and the admin
    history[0] = Outcome.NOTHING
    for _poll in range(40):
        await world.poll()
    assert await told(world) == ["fault_started"] * 2 + ["fault_ended"] * 2
    assert len(await world.spans()) == 1


async def told(world: World) -> list[str]:
    rows = await world.rows("SELECT body FROM outbox WHERE what = 'notice' ORDER BY outbox_id")
    return [json.loads(body)["code"] for (body,) in rows]


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=iso-8859-1"])
async def test_old_bytes_are_read_as_they_were_meant(world: World, content_type: str) -> None:
    body = '{"CODE": 200, "RESPONSE": [{"UNIQUE_QUERY_ID": "1", "SENDER_NAME": "José", "SUBJECT": "5° bend – Ø 25"}]}'
    await poll(world, body.encode("cp1252"), content_type)
    assert await world.rows("SELECT name, subject FROM leads") == [("José", "5° bend – Ø 25")]


async def test_a_declared_charset_counts_where_the_bytes_are_no_utf_8(world: World) -> None:
    body = '{"CODE": 200, "RESPONSE": [{"UNIQUE_QUERY_ID": "1", "SENDER_NAME": "Иван"}]}'
    await poll(world, body.encode("cp1251"), "application/json; charset=windows-1251")
    await poll(world, body.replace('"1"', '"2"').encode(), "application/json; charset=windows-1251")
    assert await world.rows("SELECT name FROM leads") == [("Иван",), ("Иван",)]


async def test_a_column_that_nobody_knows_is_told_to_the_admins_once_and_its_value_never(world: World) -> None:
    row = {"UNIQUE_QUERY_ID": "1", "buyerScore": "secret 9000001011", "RN": "1", "Mohan 9000001011": "x", "SIZE_MM": 3}
    for _poll in range(2):
        await poll(world, json.dumps({"CODE": 200, "RESPONSE": [row]}).encode())
    notices = [json.loads(body) for (body,) in await world.rows("SELECT body FROM outbox WHERE what = 'notice'")]
    assert notices == [{"code": "new_names", "facts": {"names": "BUYER_SCORE, SIZE_MM"}}]
