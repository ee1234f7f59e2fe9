"""What IndiaMART pushes, over a real socket, into the service as it runs without a key."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from yarl import URL

from bot.config import Settings
from bot.lifecycle import service
from bot.sandbox.botapi import town as towns
from bot.sandbox.simulator.dirty_rows import Dirt
from bot.sandbox.simulator.server import Simulator
from bot.store import accounts, pushes
from tests import databases
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.botapi import Chat, HumanUser
    from bot.sandbox.botapi.town import Town
    from bot.services import Services
    from bot.store.database import Database

TOKEN = "k7Qw2ZpX9mB4tR8sVn3d-push"
SAMPLES = Path(__file__).parents[1] / "samples"
SAMPLE = (SAMPLES / "push_lead_b.json").read_bytes()
RECORD: dict[str, Any] = json.loads(SAMPLE)["RESPONSE"]


def record(number: int) -> dict[str, Any]:
    return RECORD | {"UNIQUE_QUERY_ID": str(620_000_000 + number), "SENDER_MOBILE": f"+91-90000{number:05}"}


@dataclass(frozen=True)
class Listener:
    """The running service, as IndiaMART and the group see it."""

    town: Town
    services: Services
    path: Path
    url: str
    database: Database

    async def push(
        self,
        body: bytes | aiohttp.FormData | dict[str, Any],
        *,
        token: str = TOKEN,
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> int:
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        address = URL(f"{self.url}/indiamart/{token}", encoded=True)
        async with self.town.http.request(method, address, data=data, headers=headers) as response:
            await response.read()
            return response.status

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return databases.by_hand(self.path, statement)

    @property
    def leads(self) -> int:
        return int(self.rows("SELECT count(*) FROM leads")[0][0])

    @property
    def texts(self) -> list[str]:
        return [message.text or "" for message in self.town.group.by_bot]

    async def is_quiet(self) -> None:
        """Until everything that was to be said stands in the group."""
        await until(lambda: not self.rows("SELECT 1 FROM outbox"))

    async def counted(self, result: str) -> float:
        """What /metrics says of it."""
        async with self.town.http.get(f"{self.url}/metrics") as response:
            lines = (await response.text()).splitlines()
        return next(float(line.split()[1]) for line in lines if f'pushes_total{{result="{result}"}}' in line)

    async def remembers(self, found: list[tuple[str, int]], where: str = "true") -> None:
        """Until the log of pushes is this, in the order of the results."""
        statement = f"SELECT result, number FROM push_log WHERE {where} ORDER BY result"
        await until(lambda: self.rows(statement) == found)

    async def asks_status(self, person: HumanUser, chat: Chat | None = None) -> str:
        where = chat or person.chat

        def answers() -> list[str]:
            return [text for message in where.by_bot if (text := message.text or "").startswith("Leadbell ")]

        before = len(answers())
        person.says(where, "/status")
        await self.town.world.wait_for(lambda: len(answers()) > before)
        return answers()[-1]

    async def has_said(self, words: str, times: int = 1) -> None:
        await self.town.world.wait_for(lambda: sum(words in text for text in self.texts) >= times)


@asynccontextmanager
async def listening(path: Path, *, has_admin: bool = False, **more: str) -> AsyncIterator[Listener]:
    port = free_port()
    async with towns.opened() as town:
        values = {
            "TELEGRAM_BOT_TOKEN": town.world.bot.token,
            "TELEGRAM_CHAT_ID": town.group.id,
            "TELEGRAM_API_URL": town.api.url,
            "TELEGRAM_GROUP_RATE": "1000/1",
            "PUSH_TOKEN": TOKEN,
            "DATABASE_URL": databases.new_url(path),
            "HTTP_LISTEN": f"127.0.0.1:{port}",
        }
        values |= {"TELEGRAM_ADMINS": str(town.ravi.id)} if has_admin else {}
        async with service(Settings.from_values(values | more), town.clock) as registry:
            await until(registry.has_main)
            parts = registry.main
            yield Listener(town, parts.services, path, f"http://127.0.0.1:{port}", parts.shared.database)


@pytest.fixture
async def listener(tmp_path: Path) -> AsyncIterator[Listener]:
    async with listening(tmp_path / "leads.db") as listener:
        yield listener


async def test_a_pushed_lead_becomes_a_card_without_any_key(listener: Listener) -> None:
    assert await listener.push(SAMPLE) == 200
    assert listener.leads == 1
    await listener.has_said("Karim Example")
    assert listener.rows("SELECT origin FROM leads") == [("push",)]


@pytest.mark.parametrize(
    "body",
    [
        {"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": RECORD},
        {"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": [RECORD]},
        {"body": {"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": RECORD}},
        {"body": json.dumps({"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": RECORD})},
        RECORD,
    ],
    ids=["object", "array", "nested", "text in it", "bare"],
)
async def test_every_shape_of_a_push_is_the_same_lead(body: dict[str, Any], listener: Listener) -> None:
    assert await listener.push(body) == 200
    assert listener.rows("SELECT kind, query_id FROM leads") == [("B", "620000051")]


async def test_an_array_of_records_is_as_many_leads(listener: Listener) -> None:
    assert await listener.push({"RESPONSE": [record(1), record(2), record(3)]}) == 200
    assert listener.leads == 3


@pytest.mark.parametrize("dirt", [one for one in Dirt if one is not Dirt.BROKEN])
async def test_a_lead_that_indiamart_pushes_untidily_is_there_once(dirt: Dirt, listener: Listener) -> None:
    async with Simulator(push_retry=timedelta(seconds=0.2)) as simulator:
        simulator.seller.push.turn_on(f"{listener.url}/indiamart/{TOKEN}/")
        assert await simulator.seller.push.test() == 200
        simulator.seller.arrive("W", product="Gate Valve", mobile="+91-9000000021", dirt=frozenset({dirt}))
        await simulator.seller.push.delivered(1)
    await listener.has_said("Gate Valve")
    assert listener.leads == 1
    assert listener.rows("SELECT * FROM unreadable") == []


async def test_a_pushed_row_that_is_no_json_is_kept_and_told_once(listener: Listener) -> None:
    async with Simulator(push_retry=timedelta(seconds=0.2)) as simulator:
        simulator.seller.push.turn_on(f"{listener.url}/indiamart/{TOKEN}")
        simulator.seller.arrive("W", dirt=frozenset({Dirt.BROKEN}))
        await simulator.seller.push.delivered(1)
    await listener.has_said("could not be read")
    assert listener.leads == 0
    assert len(listener.rows("SELECT body FROM pushes")) == 1


async def test_a_column_nobody_has_described_is_told_once_and_never_what_stood_there(listener: Listener) -> None:
    for number in (1, 2):
        assert await listener.push({"RESPONSE": record(number) | {"BUYER_HEIGHT": "very tall"}}) == 200
    await listener.has_said("BUYER_HEIGHT")
    await listener.has_said("Example Associates", times=2)
    await listener.is_quiet()
    assert sum("BUYER_HEIGHT" in text for text in listener.texts) == 1
    assert not any("very tall" in text for text in listener.texts)


async def test_a_lead_pushed_again_gets_200_and_no_second_card(listener: Listener) -> None:
    assert [await listener.push(SAMPLE) for _again in range(3)] == [200, 200, 200]
    await listener.push({"RESPONSE": record(2)})
    await listener.has_said("Example Associates", times=2)
    assert listener.leads == 2
    assert sum("Example Associates" in text for text in listener.texts) == 2


@pytest.mark.parametrize(
    "token", ["wrong", "", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "%E0%A4%95%E0%A5%81%E0%A4%82", "%ff%fe", "a%2Fb"]
)
async def test_a_wrong_token_gets_404_and_leaves_nothing(token: str, listener: Listener) -> None:
    assert await listener.push(SAMPLE, token=token) == 404
    assert listener.leads == 0
    assert listener.rows("SELECT * FROM pushes") == []


async def test_a_wrong_token_is_refused_before_the_body_is_read(listener: Listener) -> None:
    assert await listener.push(b"x" * 300_000, token="wrong") == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_post_is_taken(method: str, listener: Listener) -> None:
    assert await listener.push(SAMPLE, method=method) == 405
    assert listener.leads == 0


async def test_whoever_opens_the_address_in_a_browser_reads_that_it_is_right(listener: Listener) -> None:
    for ending in ("", "/"):
        async with listener.town.http.get(f"{listener.url}/indiamart/{TOKEN}{ending}") as response:
            assert response.status == 200
            assert "This is the address for IndiaMART's push" in await response.text()
        async with listener.town.http.head(f"{listener.url}/indiamart/{TOKEN}{ending}") as response:
            assert (response.status, await response.read()) == (200, b"")
    assert listener.rows("SELECT * FROM push_log") == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
async def test_a_wrong_token_looks_like_any_page_that_is_not_there(method: str, listener: Listener) -> None:
    seen = []
    for path in (f"/indiamart/{TOKEN}x", f"/indiamart/{TOKEN}/x", "/indiamart/", "/indiamart", "/elsewhere"):
        async with listener.town.http.request(method, f"{listener.url}{path}", data=SAMPLE) as response:
            headers = {name: value for name, value in response.headers.items() if name != "Date"}
            seen.append((response.status, response.reason, headers, await response.read()))
    assert seen == [seen[-1]] * 5
    assert seen[0][0] == 404


@pytest.mark.parametrize("prefix", ["/shop", "/a/b.c/%E0%A4%A6", "/", "/indiamart", "/indiamart/x"])
async def test_a_reverse_proxy_may_hand_on_the_path_below_which_it_has_us(prefix: str, listener: Listener) -> None:
    below = replace(listener, url=f"{listener.url}{prefix}")
    assert await below.push(SAMPLE) == 200
    assert (await below.push(SAMPLE, token=TOKEN + "x"), await below.push(SAMPLE, token="")) == (404, 404)
    assert listener.leads == 1


@pytest.mark.parametrize("ending", ["/", "//"])
async def test_an_address_may_end_in_a_slash(ending: str, listener: Listener) -> None:
    assert await listener.push(SAMPLE, token=TOKEN + ending) == 200
    assert listener.leads == 1


@pytest.mark.parametrize(
    ("sample", "content_type", "name"),
    [
        ("push_cp1252.json", "application/json", "José Sample"),
        ("push_cp1252.json", "application/json; charset=utf-8", "José Sample"),
        ("push_form.txt", "application/x-www-form-urlencoded", "Mohan Sample"),
        ("push_multipart.txt", "multipart/form-data; boundary=b", "Mohan Sample"),
    ],
)
async def test_a_push_that_is_nearly_right_becomes_a_card(
    sample: str, content_type: str, name: str, listener: Listener
) -> None:
    assert await listener.push((SAMPLES / sample).read_bytes(), headers={"Content-Type": content_type}) == 200
    await listener.has_said(name)


@pytest.mark.parametrize("is_multipart", [False, True])
@pytest.mark.parametrize("is_flat", [False, True])
async def test_a_form_as_a_library_sends_it_is_the_same_lead(
    *, is_multipart: bool, is_flat: bool, listener: Listener
) -> None:
    form = aiohttp.FormData(default_to_multipart=is_multipart)
    for name, value in RECORD.items() if is_flat else [("data", json.dumps({"RESPONSE": RECORD}))]:
        form.add_field(name, str(value))
    assert await listener.push(form) == 200
    assert listener.rows("SELECT kind, query_id FROM leads") == [("B", "620000051")]


async def test_a_body_over_256_kb_is_refused_packed_or_not(listener: Listener) -> None:
    limit = 256 * 1024
    assert await listener.push(b" " * (limit + 1)) == 413
    assert await listener.push(gzip.compress(b" " * (limit + 1))) == 413
    assert listener.rows("SELECT * FROM pushes") == []
    assert await listener.push(SAMPLE.ljust(limit)) == 200
    assert listener.leads == 1


async def test_what_is_refused_is_logged_once_a_minute_and_kind_without_the_token(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    async def refused_thrice() -> list[str]:
        caplog.clear()
        for _again in range(3):
            await listener.push(SAMPLE, token=f"{TOKEN}x")
            await listener.push(b"x" * 300_000)
            await listener.push(SAMPLE, method="PUT")
        return [line for line in caplog.messages if line.startswith("a push was refused")]

    texts = [
        "a push was refused: its address under /indiamart/ does not end in PUSH_TOKEN (404)",
        "a push was refused: it is larger than 256 KB (413)",
        "a push was refused: only POST is taken there (405)",
    ]
    assert await refused_thrice() == texts
    assert await refused_thrice() == []
    listener.town.clock.ahead += 61
    assert await refused_thrice() == [f"{text} (6 times)" for text in texts]
    assert TOKEN not in caplog.text
    for kind in ("wrong_address", "too_large", "wrong_method"):
        assert await listener.counted(kind) == 9
    await listener.remembers([("too_large", 9), ("wrong_address", 9), ("wrong_method", 9)])


async def test_admins_read_in_private_what_became_of_the_latest_pushes(tmp_path: Path) -> None:
    async with listening(tmp_path / "leads.db", has_admin=True) as listener:
        ravi = listener.town.ravi
        assert "No push has come yet" in await listener.asks_status(ravi)
        for body in (b"gibberish", b"x" * 300_000, SAMPLE, SAMPLE, b"{}"):
            await listener.push(body)
        await listener.push({"RESPONSE": [record(1), record(2)]}, token=f"{TOKEN}/")
        await listener.remembers([("too_large", 1)], where="result = 'too_large'")
        said = (await listener.asks_status(ravi)).partition("The latest pushes:\n")[2].splitlines()
        assert [line.partition("m: ")[2] for line in said if "refused" not in line] == [
            "2 new leads, among them #2",
            "a test, with no lead in it",
            "known already, #1",
            "new lead #1",
        ]
        assert [line.partition("m: ")[2] for line in said if "refused" in line] == ["refused (413): larger than 256 KB"]
        assert len(said) == 5
        assert not any(word in "".join(said) for word in ("Karim", "90000"))


async def test_the_team_does_not_read_about_pushes(tmp_path: Path) -> None:
    async with listening(tmp_path / "leads.db", has_admin=True) as listener:
        await listener.push(SAMPLE)
        ravi, asha = listener.town.ravi, listener.town.asha
        assert "latest pushes" not in await listener.asks_status(asha)
        assert "latest pushes" not in await listener.asks_status(ravi, listener.town.group)
        assert "latest pushes" in await listener.asks_status(ravi)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"<html>", b'"lead"', b"a=b", b'{"CODE": 200, "RESPONSE": "7"}'])
async def test_what_holds_no_lead_gets_200_and_is_kept_byte_for_byte(body: bytes, listener: Listener) -> None:
    assert await listener.push(body) == 200
    assert listener.rows("SELECT body, reason FROM pushes") == [(body, "no lead in it")]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"test": true}', b'{"CODE": 200, "RESPONSE": {}}'])
async def test_a_test_ping_is_quiet_counted_and_remembered(body: bytes, tmp_path: Path) -> None:
    async with listening(tmp_path / "leads.db", has_admin=True) as listener:
        await listener.is_quiet()
        assert [await listener.push(body), await listener.push(body)] == [200, 200]
        assert listener.rows("SELECT result FROM push_log") == [("test",), ("test",)]
        assert listener.rows("SELECT 1 FROM outbox UNION ALL SELECT 1 FROM unreadable") == []
        assert await listener.counted("test") == 2


async def test_a_body_that_is_not_packed_as_it_says_is_kept_byte_for_byte(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    assert await listener.push(b"not packed", headers={"Content-Encoding": "gzip"}) == 200
    assert listener.rows("SELECT body, reason FROM pushes") == [(b"not packed", "no lead in it")]
    assert await listener.push(gzip.compress(SAMPLE), headers={"Content-Encoding": "gzip"}) == 200
    assert listener.leads == 1
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize("body", [b"no lead", b'{"test":1}', SAMPLE])
async def test_a_header_with_any_bytes_costs_no_push(
    body: bytes, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    address = URL(listener.url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"POST /indiamart/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n".encode())
    writer.write(b"Content-Type: text/plain; x=\xff\r\nConnection: close\r\n\r\n" + body)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    writer.close()
    assert (listener.leads, [kept for (kept,) in listener.rows("SELECT body FROM pushes")]) in ((0, [body]), (1, []))
    assert (listener.leads == 1) == (body == SAMPLE)
    assert not any(record.exc_info for record in caplog.records)


async def test_a_push_that_breaks_off_leaves_nothing_and_is_no_error(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    address = URL(listener.url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    head = f"POST /indiamart/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n"
    writer.write(f"{head}{{".encode())
    assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"  # it is being read
    writer.close()
    await listener.town.world.wait_for(lambda: "a request broke off before it was read" in caplog.messages)
    assert listener.rows("SELECT * FROM pushes") == []
    assert not any(record.exc_info for record in caplog.records)


async def test_people_hear_of_an_unreadable_body_once_however_often_it_comes(listener: Listener) -> None:
    await listener.is_quiet()
    before = len(listener.texts)
    assert [await listener.push(b"gibberish") for _again in range(3)] == [200, 200, 200]
    await listener.push(SAMPLE)
    await listener.has_said("Karim Example")
    assert len(listener.texts) == before + 2
    await listener.push(b"other gibberish")
    await listener.town.world.wait_for(lambda: len(listener.texts) == before + 3)


async def test_a_row_that_is_no_lead_is_kept_and_the_others_count(listener: Listener) -> None:
    assert await listener.push({"RESPONSE": [{"QUERY_TYPE": "W"}, record(1)]}) == 200
    assert listener.leads == 1
    assert listener.rows("SELECT raw FROM unreadable") == [('{"QUERY_TYPE":"W"}',)]


async def test_a_database_that_cannot_be_written_gets_503_and_later_200(listener: Listener) -> None:
    await listener.is_quiet()
    async with databases.locked(listener.path), asyncio.timeout(30):
        assert await listener.push(SAMPLE) == 503
    assert listener.leads == 0
    await listener.remembers([("not_stored", 1)])
    assert await listener.push(SAMPLE) == 200
    assert listener.leads == 1


async def test_a_lead_that_trips_over_us_is_kept_told_and_taken_in_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "leads.db"
    async with listening(path) as listener, databases.refusing(listener.database, "all_leads"):
        assert [await listener.push(SAMPLE), await listener.push(SAMPLE)] == [200, 200]
        assert listener.rows("SELECT body, reason FROM pushes") == [(SAMPLE, None)]
        await listener.town.world.wait_for(lambda: any("could not be read" in text for text in listener.texts))
    async with listening(path) as listener:
        await listener.has_said("Karim Example")
        assert listener.rows("SELECT * FROM pushes") == []
        assert listener.leads == 1


async def test_what_an_earlier_run_could_only_keep_is_taken_in_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "leads.db"
    async with databases.opened(path) as database, database.transaction() as connection:
        account_id = await accounts.open_account(connection)
        for number in range(150):
            body = json.dumps({"RESPONSE": record(number)}).encode()
            await pushes.keep(connection, account_id, body, reason=None, now=towns.WoundClock().now())
    async with listening(path) as listener:
        assert listener.leads == 150
        assert listener.rows("SELECT * FROM pushes") == []


@pytest.mark.no_cover
async def test_a_thousand_pushes_twenty_at_a_time_lose_nothing(listener: Listener) -> None:
    turn = asyncio.Semaphore(20)

    async def one(number: int) -> int:
        async with turn:
            return await listener.push({"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": record(number)})

    statuses = await asyncio.gather(*(one(number) for number in range(1000)))
    assert set(statuses) == {200}
    assert listener.leads == 1000


async def test_without_a_push_token_there_is_no_such_page(tmp_path: Path) -> None:
    path, nowhere = tmp_path / "leads.db", "http://127.0.0.1:9"
    async with listening(path, PUSH_TOKEN="", INDIAMART_KEY="a-key-of-its-own", INDIAMART_URL=nowhere) as listener:
        assert await listener.push(SAMPLE) == 404
