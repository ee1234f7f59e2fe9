"""Telegram and IndiaMART for thousands of sellers, in a process of their own, so that they are not what is measured.

    python -m tests.bench.peers PORT SELLERS LEADS_A_SECOND BEGUN

They do next to nothing, but note when each seller is polled and when each lead's card comes. `BEGUN` is the epoch that
`called_before()` counts from. What is due, and given, between `POST /bench/begin` and `POST /bench/end` is
measured; the answer to the latter says what was found.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from bot.indiamart.parse import times
from tests.bench import botapi
from tests.bench.corpus import Corpus
from tests.bench.ingest import enveloped
from tests.bench.seller import NOTHING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

EVERY: Final = 300.0
"""Seconds between two polls of a seller."""
SOON: Final = 5.0
"""Seconds after which a poll that has not come by the end is late for sure."""
PATIENCE: Final = 30.0
"""Seconds after which a lead without a card is missing."""
MARK: Final = re.compile(r"\bNo-(\d+)-(\d+)\b")
"""How a lead's product names it."""


def called_before(number: int, begun: float) -> float:
    """When the seller was polled last, before the service began: they are spread evenly over the time of a poll."""
    return float(int(begun - EVERY * ((number * 0.618033988749895) % 1.0)))


def key(number: int) -> str:
    return f"bench-key-{number:06d}"


def token(number: int) -> str:
    return f"{100_000_001 + number}:AAbench-bench-bench-bench-bench-bench"


@dataclass(slots=True)
class Lead:
    row: dict[str, Any]
    at: datetime
    answered_at: float | None = None
    posted_at: float | None = None
    cards: int = 0


@dataclass
class Peers:
    sellers: int
    called_at: list[float]
    """When each seller was polled last."""
    begun_at: float = float("inf")
    """Since when is measured."""
    late: list[float] = field(default_factory=list)
    """Seconds, of polls that were due since then."""
    leads: dict[int, list[Lead]] = field(default_factory=lambda: defaultdict(list))
    polls: int = 0
    calls: int = 0
    _corpus: Corpus = field(default_factory=Corpus)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def pull(self, request: web.Request) -> web.Response:
        number, now = int(request.query["glusr_crm_key"].rpartition("-")[2]), time.time()
        due_at, self.called_at[number] = self.called_at[number] + EVERY, now
        if due_at >= self.begun_at:
            self.late.append(now - due_at)
        if now >= self.begun_at:
            self.polls += 1
        rows = self._rows(number, request.query)
        return web.Response(body=enveloped(rows) if rows else NOTHING, content_type="application/json")

    def _rows(self, number: int, query: Any) -> list[dict[str, Any]]:
        if number not in self.leads:
            return []
        start, end = times.parse(query["start_time"]), times.parse(query["end_time"])
        assert start is not None
        assert end is not None
        found = [lead for lead in self.leads[number] if start <= lead.at <= end]
        for lead in found:
            lead.answered_at = lead.answered_at or time.time()
        return [lead.row for lead in found]

    async def telegram(self, request: web.Request) -> web.Response:
        self.calls += 1
        bot_id = int(request.match_info["token"].partition(":")[0])
        given = dict(await request.post()) | dict(request.query)
        me = {"id": bot_id, "is_bot": True, "first_name": "Leadbell", "username": f"bench_{bot_id}_bot"}
        result: object = True
        match request.match_info["method"].lower():
            case "getme":
                result = me
            case "getupdates":
                await asyncio.sleep(float(str(given.get("timeout", 0))))
                result = []
            case "getwebhookinfo":
                result = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
            case "getchatmember":
                result = {"status": "administrator", "user": me} | dict.fromkeys(RIGHTS, False)
            case "sendmessage":
                result = self._sent(me, given)
        return web.json_response({"ok": True, "result": result})

    def _sent(self, me: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        for number, place in MARK.findall(str(given["text"])):
            lead = self.leads[int(number)][int(place)]
            lead.posted_at = lead.posted_at or time.time()
            lead.cards += 1
        chat = {"id": int(given["chat_id"]), "type": "supergroup", "title": "Sales"}
        now = int(time.time())
        return {"message_id": next(self._ids), "from": me, "chat": chat, "date": now, "text": given["text"]}

    async def arrive(self, a_second: float, begun: float) -> None:
        """Leads by chance, for sellers by chance, until cancelled; also those that came before, since the last poll."""
        chance, at = random.Random(1), begun - EVERY
        while True:
            at += chance.expovariate(a_second)
            await asyncio.sleep(max(0.0, at - time.time()))
            number = chance.randrange(self.sellers)
            if at > self.called_at[number]:
                self._arrived(number, datetime.fromtimestamp(int(at), UTC))

    def _arrived(self, number: int, at: datetime) -> None:
        lead_id = next(self._ids)
        row = self._corpus.row(lead_id, lead_id + 1, newest=at)
        product = f"No-{number}-{len(self.leads[number])}"
        row |= {"QUERY_TYPE": "W", "QUERY_PRODUCT_NAME": product, "SUBJECT": f"Requirement for {product}"}
        # A buyer who returns would have the earlier product on the card too.
        row |= {"SENDER_MOBILE": f"+91-{9_000_000_000 + lead_id}", "SENDER_EMAIL": ""}
        self.leads[number].append(Lead(row, at))

    async def begin(self, _request: web.Request) -> web.Response:
        self.begun_at, self.polls, self.calls = time.time(), 0, 0
        return web.json_response({})

    async def end(self, _request: web.Request) -> web.Response:
        now = time.time()
        seconds = now - self.begun_at
        waiting = [now - at - EVERY for at in self.called_at if at + EVERY >= self.begun_at]
        late = [*self.late, *(one for one in waiting if one > SOON)]
        leads = [lead for found in self.leads.values() for lead in found]
        answered = [lead for lead in leads if (lead.answered_at or 0) >= self.begun_at]
        took = [lead.posted_at - lead.answered_at for lead in answered if lead.posted_at and lead.answered_at]
        return web.json_response(
            {
                "polls": self.polls / seconds,
                "calls": self.calls / seconds,
                "late": [botapi.percentile(late, part) / 1000 for part in (0.5, 0.99)] if late else [],
                "leads": len(leads),
                "answered": len(answered),
                "posted": [botapi.percentile(took, part) / 1000 for part in (0.5, 0.99)] if took else [],
                "missing": sum(
                    1 for lead in answered if lead.posted_at is None and now - (lead.answered_at or now) > 30
                ),
                "repeated": sum(max(lead.cards - 1, 0) for lead in leads),
            }
        )


RIGHTS: Final = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories"),
)


def main() -> None:
    port, sellers, leads, begun = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    peers = Peers(sellers, [called_before(number, begun) for number in range(sellers)])

    async def arriving(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(peers.arrive(leads, begun))
        yield
        task.cancel()

    app = web.Application()
    app.cleanup_ctx.append(arriving)
    app.router.add_post("/bench/begin", peers.begin)
    app.router.add_post("/bench/end", peers.end)
    app.router.add_route("*", "/bot{token}/{method}", peers.telegram)
    app.router.add_get("/{path:.*}", peers.pull)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
