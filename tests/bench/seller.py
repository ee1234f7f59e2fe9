"""An IndiaMART with a long history, for benchmarks: each old window holds the next few thousand leads, made before.

python -m tests.bench.seller PORT LEADS LEADS_OF_A_WINDOW
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from aiohttp import web

from bot.indiamart.parse import times
from tests.bench.corpus import Corpus
from tests.bench.ingest import enveloped

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTHING = b'{"CODE": 204, "STATUS": "SUCCESS", "MESSAGE": "There are no leads in the given time duration."}'


def answers(leads: int, of_a_window: int) -> Iterator[bytes]:
    rows = Corpus().rows(leads)
    while part := list(islice(rows, of_a_window)):
        yield enveloped(part)


def main() -> None:
    port, leads, of_a_window = map(int, sys.argv[1:])
    waiting = list(answers(leads, of_a_window))[::-1]

    async def pull(request: web.Request) -> web.Response:
        end = times.parse(request.query["end_time"])
        is_old = end is not None and end < datetime.now(UTC) - timedelta(days=1)
        body = waiting.pop() if is_old and waiting else NOTHING
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.add_routes([web.get("/{path:.*}", pull)])
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
