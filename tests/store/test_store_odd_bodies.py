"""Bodies that are no leads, and searches, go with the buyer they tell of, and nobody waits meanwhile."""

from __future__ import annotations

import gzip
import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pytest

from bot.clock import Clock
from bot.domain.ids import LeadId
from bot.domain.lead import Status
from bot.lookup.buyer_report import BuyerReports
from bot.store import leads, odd_bodies, pushes, sealing, unreadable, views
from bot.store.odd_bodies import BODIES, THESE, VIEWS, LookedThrough
from bot.store.traces import Traces
from bot.team.erasure import Erasure
from tests import databases
from tests.store.conftest import NOW, make_lead, open_shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from bot.store.database import Connection
    from tests.store.conftest import Shelf

MAIL: Final = "raj.k@example.com"
NUMBER: Final = "+919000077123"
INDIA: Final = ZoneInfo("Asia/Kolkata")


class At(Clock):
    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def erasure(shelf: Shelf, at: datetime = NOW, retention: timedelta | None = None) -> Erasure:
    return Erasure(shelf.database, shelf.account_id, At(at), retention=retention, timezone=INDIA)


async def keep(connection: Connection, *bodies: str, first: int = 1) -> None:
    """As rows, and as pushed bodies."""
    for number, body in enumerate(bodies, first):
        await connection.execute(
            "INSERT INTO unreadable (account_id, digest, raw, reason, origin, seen_at)"
            " VALUES (1, :digest, :body, 'why', 'pull', 5)",
            {"digest": str(number), "body": body},
        )
        await connection.execute(
            "INSERT INTO pushes (account_id, received_at, body, digest, reason) VALUES (1, 5, :body, :digest, 'why')",
            {"digest": str(number), "body": body.encode()},
        )


async def left(shelf: Shelf) -> list[int]:
    """How many are kept of each, and say anything."""
    says = {"unreadable": "raw <> ''", "pushes": "length(body) > 0", VIEWS: "true"}
    return [(await shelf.rows(f"SELECT count(*) FROM {table} WHERE {says[table]}"))[0][0] for table in (*BODIES, VIEWS)]


@pytest.mark.parametrize(
    "body",
    [
        '{"SENDER_EMAIL":"Raj.K@Example.com","QUERY_TIME":"x"}',
        "QUERY_TIME=x&SENDER_EMAIL=raj.k%40example.com",
        '{"SENDER_EMAIL":"raj.k\\u0040example.com"',
        f"write to <{MAIL}>, please",
    ],
)
async def test_who_is_known_by_an_address_alone_is_in_no_body_either(shelf: Shelf, body: str) -> None:
    await shelf.add(make_lead("1", name="Raj", mobile=None, email=MAIL))
    other = '{"SENDER_EMAIL":"suraj.k@example.com","x":"raj.k@example.org"}'
    async with shelf.database.transaction() as connection:
        await keep(connection, body, other)
    report = await BuyerReports(shelf.database, shelf.account_id, At(NOW)).about(MAIL, machine="me")
    assert report is not None
    told = json.loads(report.json)
    assert (len(told["unreadable"]), len(told["pushes"])) == (1, 1)
    assert await erasure(shelf).seal_of_lead(LeadId(1), is_urgent=True) == 1
    assert await shelf.rows("SELECT raw FROM unreadable WHERE raw <> ''") == [(other,)]
    assert await left(shelf) == [1, 1, 0]


async def test_a_body_that_comes_after_the_look_is_looked_at_too(shelf: Shelf) -> None:
    await shelf.add(make_lead("1", mobile=NUMBER))
    async with shelf.database.transaction() as connection:
        await keep(connection, "9000077123", "9800000001")
        await connection.execute("INSERT INTO pushes (account_id, received_at, body, digest) VALUES (1, 5, :body, '7')",
                                 {"body": b"90000 77123"})  # fmt: skip
    looked = await odd_bodies.look_through(shelf.database, shelf.account_id, [LeadId(1)])
    async with shelf.database.transaction() as connection:
        await connection.execute("UPDATE pushes SET reason = 'tripped' WHERE digest = '7'")
        await keep(connection, "call 090000-77123", first=8)
        await views.remember(connection, shelf.account_id, ['{"words": "77123"}'], NOW)
        found = await leads.many(connection, shelf.account_id, [LeadId(1)])
        buyer_ids = [one.buyer_id for one in found if one.buyer_id is not None]
        await sealing.seal_buyers(connection, shelf.account_id, buyer_ids, at=NOW, is_urgent=False, looked=looked)
    assert await left(shelf) == [1, 1, 0]
    assert await shelf.rows("SELECT count(*) FROM sealed_rows WHERE body LIKE '%77123%'") == [(6,)]


async def test_what_was_looked_through_for_others_is_of_no_use(shelf: Shelf) -> None:
    await shelf.add(make_lead("1", mobile=NUMBER), make_lead("2", mobile="+919800000001"))
    async with shelf.database.transaction() as connection:
        await keep(connection, "9000077123")
    looked = await odd_bodies.look_through(shelf.database, shelf.account_id, [LeadId(2)])
    async with shelf.database.transaction() as connection:
        (found,) = await leads.many(connection, shelf.account_id, [LeadId(1)])
        assert found.buyer_id is not None
        await sealing.seal_buyers(connection, shelf.account_id, [found.buyer_id], at=NOW, is_urgent=True, looked=looked)
    assert await left(shelf) == [0, 0, 0]


class WatchedTraces(Traces):
    threads: set[threading.Thread]

    def are_in(self, text: str) -> bool:
        self.threads.add(threading.current_thread())
        return super().are_in(text)

    def are_sought(self, view: str) -> bool:
        self.threads.add(threading.current_thread())
        return super().are_sought(view)


async def test_the_event_loop_does_not_look(shelf: Shelf) -> None:
    await shelf.add(make_lead("1", mobile=NUMBER))
    async with shelf.database.transaction() as connection:
        await keep(connection, *(f"9000077123 {number}" for number in range(120)))
        await views.remember(connection, shelf.account_id, ['{"words": "77123"}'], NOW)
        traces = WatchedTraces(await leads.many(connection, shelf.account_id, [LeadId(1)]))
        traces.threads = set()
        await odd_bodies.take_out(connection, shelf.account_id, LookedThrough(traces), None)
    assert await left(shelf) == [0, 0, 0]
    assert traces.threads
    assert threading.current_thread() not in traces.threads


async def test_bodies_are_looked_through_before_the_transaction(tmp_path: Path) -> None:
    said: list[str] = []
    async with databases.opened(tmp_path / "leads.db", said.append) as database:
        shelf = await open_shelf(database)
        await shelf.add(make_lead("1", mobile=NUMBER))
        async with database.transaction() as connection:
            await keep(connection, *map(str, range(120)))
        said.clear()
        await erasure(shelf).seal_of_lead(LeadId(1), is_urgent=False)
    last = max(number for number, one in enumerate(said) if one == THESE["unreadable"])
    assert last < said.index(sealing.BEGIN)


async def test_a_nights_old_leads_look_through_the_bodies_once(tmp_path: Path) -> None:
    said: list[str] = []
    async with databases.opened(tmp_path / "leads.db", said.append) as database:
        shelf = await open_shelf(database)
        await shelf.add(*(make_lead(str(number), mobile=f"+9190000{number:05}") for number in range(120)))
        async with database.transaction() as connection:
            await keep(connection, "9000000007", "9000000119", "9800000001")
        said.clear()
        later = NOW.astimezone(INDIA).replace(hour=4) + timedelta(days=600)
        await erasure(shelf, later, timedelta(days=540)).age(later, NOW - timedelta(days=30))
        assert await shelf.rows("SELECT count(*) FROM leads") == [(0,)]
        assert await left(shelf) == [1, 1, 0]
    assert said.count(THESE["pushes"]) == 2  # to look, and to take out


@pytest.mark.parametrize(("reason", "is_left"), [("husband is ill", False), ("price", True)])
async def test_a_view_of_what_was_said_of_the_buyer_goes_too(shelf: Shelf, reason: str, *, is_left: bool) -> None:
    await shelf.add(make_lead("1", mobile=NUMBER))
    query: dict[str, Any] = {"figure": "lost", "label": reason}
    async with shelf.database.transaction() as connection:
        await connection.execute(
            "UPDATE all_leads SET status = :lost, lost_reason = :reason", {"lost": Status.LOST, "reason": reason}
        )
        await views.remember(connection, shelf.account_id, [json.dumps(query)], NOW)
    await erasure(shelf).seal_of_lead(LeadId(1), is_urgent=True)
    assert await left(shelf) == [0, 0, int(is_left)]


OTHERS: Final = [{"UNIQUE_QUERY_ID": str(number), "SENDER_MOBILE": f"+91-98000{number:05}"} for number in range(9)]


def plain(rows: object) -> bytes:
    return json.dumps(rows).encode()


def wide(rows: object) -> bytes:
    return json.dumps(rows).encode("utf-16")


def packed(rows: object) -> bytes:
    return gzip.compress(json.dumps(rows).encode())


@pytest.mark.parametrize("reason", [None, "more than 500 rows in one push", "handed on"])
@pytest.mark.parametrize("write", [plain, packed, wide])
async def test_of_a_body_with_many_buyers_only_one_is_told_and_taken_out(
    shelf: Shelf, reason: str | None, write: Callable[[object], bytes]
) -> None:
    await shelf.add(make_lead("1", mobile=NUMBER))
    own = {"UNIQUE_QUERY_ID": "77", "SENDER_MOBILE": "+91-9000077123"}
    async with shelf.database.transaction() as connection:
        await pushes.keep(connection, shelf.account_id, write([*OTHERS, own]), reason=reason, now=NOW)
    report = await BuyerReports(shelf.database, shelf.account_id, At(NOW)).about(NUMBER, machine="me")
    assert report is not None
    (told,) = json.loads(report.json)["pushes"]
    assert json.loads(told["body"]) == [own]
    assert b"98000" not in report.page
    await erasure(shelf).seal_of_lead(LeadId(1), is_urgent=False)
    ((body, why),) = await shelf.rows("SELECT body, reason FROM pushes")
    assert (json.loads(bytes(body)), why) == (OTHERS, reason)
    ((sealed,),) = await shelf.rows("SELECT body FROM sealed_rows WHERE body LIKE '%pushes%'")
    assert json.loads(json.loads(sealed)["row"]["body"]) == [own]


async def test_what_comes_again_of_a_forgotten_buyer_is_not_kept_again(shelf: Shelf) -> None:
    row, body = '{"SENDER_MOBILE":"9000077123"}', b"call 9000077123"
    await shelf.add(make_lead("1", mobile=NUMBER))

    async def comes() -> tuple[int, bool]:
        async with shelf.database.transaction() as connection:
            rows = await unreadable.keep(connection, shelf.account_id, [(row, "why")], origin="pull", now=NOW)
            return rows, await pushes.keep(connection, shelf.account_id, body, reason="no lead in it", now=NOW)

    assert await comes() == (1, True)
    await erasure(shelf).seal_of_lead(LeadId(1), is_urgent=True)
    assert await comes() == (0, False)
    assert await left(shelf) == [0, 0, 0]


@pytest.mark.parametrize("is_urgent", [False, True])
@pytest.mark.parametrize("contact", [NUMBER, MAIL])
async def test_who_stands_only_in_what_could_not_be_read_is_told_and_forgotten(
    shelf: Shelf, contact: str, *, is_urgent: bool
) -> None:
    async with shelf.database.transaction() as connection:
        await keep(connection, f'{{"x": "{contact}"}}', "9800000001")
    wishes, reports = erasure(shelf), BuyerReports(shelf.database, shelf.account_id, At(NOW))
    assert (await wishes.find(contact), await wishes.bodies_of(contact)) == ([], 2)
    report = await reports.about(contact, machine="me")
    assert report is not None
    assert json.loads(report.json)["unreadable"][0]["raw"] == {"x": contact}
    assert await wishes.seal_contact(contact, is_urgent=is_urgent) == 2
    assert await left(shelf) == [1, 1, 0]
    assert await wishes.bodies_of(contact) == 0
    assert await reports.about(contact, machine="me") is None
    await wishes.erase(passed=NOW + timedelta(days=400))
    assert await shelf.rows(f"SELECT count(*) FROM sealed_rows WHERE body LIKE '%{contact}%'") == [(0,)]
