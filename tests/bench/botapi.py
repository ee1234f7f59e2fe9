"""A Bot API server that does next to nothing, so that what is measured is the bot: people who ask, wait, and ask on.

The sandbox's server is strict, and so too slow for this. Every person sits in a private chat and is a member of the
group; whoever got an answer asks the next question at once.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

TOKEN: Final = "123456789:AAbench-bench-bench-bench-bench-bench"
GROUP: Final = -1009000000001
FLOOD: Final = {
    "ok": False,
    "error_code": 429,
    "description": "Too Many Requests: retry after 20",
    "parameters": {"retry_after": 20},
}
_FIRST_PERSON: Final = 700_000_000


@dataclass
class Person:
    """Asks one question after another."""

    id: int
    questions: Iterator[str]
    asked_at: float = 0.0
    took: list[float] = field(default_factory=list)
    """Seconds from each question to its answer."""


class Server:
    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.url = ""
        self.first_call = asyncio.Event()
        self.first_fetch = asyncio.Event()
        """The bot asked for updates: it is up."""
        self.flooded: set[int] = set()
        """Chats that get a 429 for whatever is sent there."""
        self.refused = 0
        self.on_sent: Callable[[int, str], object] = lambda _chat_id, _text: None
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._update_ids = itertools.count(1)
        self._message_ids = itertools.count(1)
        self._is_open = True

    def add(self, count: int, questions: Callable[[int], Iterator[str]]) -> None:
        """So many people, each with questions of their own."""
        for number in range(count):
            person = Person(_FIRST_PERSON + number, questions(number))
            self.people[person.id] = person
            self._ask(person)

    def stop_asking(self) -> None:
        """Everybody waits for the answer to the last question, and asks none after it."""
        self._is_open = False

    def open(self) -> None:
        """Whoever gets an answer asks on."""
        self._is_open = True

    def go_on_asking(self) -> None:
        self.open()
        for person in self.people.values():
            self._ask(person)

    def _ask(self, person: Person) -> None:
        text = next(person.questions)
        message: dict[str, Any] = {
            "message_id": next(self._message_ids),
            "date": int(time.time()),
            "chat": {"id": person.id, "type": "private", "first_name": "Ravi"},
            "from": {"id": person.id, "is_bot": False, "first_name": "Ravi"},
            "text": text,
        }
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        person.asked_at = time.perf_counter()
        self._waiting.put_nowait({"update_id": next(self._update_ids), "message": message})

    async def answer(self, request: web.Request) -> web.Response:
        self.first_call.set()
        method = request.match_info["method"].lower()
        given = dict(await request.post()) | dict(request.query)
        if method == "sendmessage" and int(str(given["chat_id"])) in self.flooded:
            self.refused += 1
            return web.json_response(FLOOD, status=429)
        result = await self._results.get(method, Server._nothing)(self, given)
        return web.json_response({"ok": True, "result": result})

    async def _nothing(self, _given: dict[str, Any]) -> object:
        return True

    async def _me(self, _given: dict[str, Any]) -> object:
        return {"id": 1, "is_bot": True, "first_name": "Leadbell", "username": "leadbell_bot"}

    async def _member(self, given: dict[str, Any]) -> object:
        user = {"id": int(given["user_id"]), "is_bot": False, "first_name": "Ravi"}
        return {"status": "member", "user": user}

    async def _updates(self, given: dict[str, Any]) -> object:
        self.first_fetch.set()
        if float(given.get("timeout", 0)) == 0:
            return []
        updates: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(float(given["timeout"])):
                updates.append(await self._waiting.get())
        except TimeoutError:
            return updates
        while not self._waiting.empty() and len(updates) < 100:
            updates.append(self._waiting.get_nowait())
        return updates

    async def _sent(self, given: dict[str, Any]) -> object:
        chat_id = int(given["chat_id"])
        self.on_sent(chat_id, given["text"])
        person = self.people.get(chat_id)
        if person is not None:
            person.took.append(time.perf_counter() - person.asked_at)
            if self._is_open:
                self._ask(person)
        kind = "private" if chat_id > 0 else "supergroup"
        message = {
            "message_id": next(self._message_ids),
            "from": await self._me(given),
            "chat": {"id": chat_id, "type": kind, "title": "Sales"},
            "date": int(time.time()),
            "text": given["text"],
        }
        return message | ({"reply_markup": json.loads(given["reply_markup"])} if "reply_markup" in given else {})

    _results: Final = {
        "getme": _me,
        "getchatmember": _member,
        "getupdates": _updates,
        "sendmessage": _sent,
    }


@asynccontextmanager
async def opened() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


def settings(server: Server, database: str, **more: str) -> dict[str, str]:
    """For `leadbell run` against this server, with no pace to wait for."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_CHAT_ID": str(GROUP),
        "TELEGRAM_API_URL": server.url,
        "TELEGRAM_GROUP_RATE": "100000/1",
        "TIMEZONE": _where_it_is_noon(),
        "PUSH_TOKEN": "bench0123456789abcdef",
        "DATABASE_URL": f"sqlite:///{database}",
        "HTTP_LISTEN": "127.0.0.1:0",
        "ESCALATE_AFTER": "off",
        "LOG_LEVEL": "warning",
        **more,
    }


def _where_it_is_noon() -> str:
    """So that "today" has as many leads at any hour."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def percentile(took: list[float], share: float) -> float:
    """Milliseconds."""
    ordered = sorted(took)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000
