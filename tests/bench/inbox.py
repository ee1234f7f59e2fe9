"""The baseline of pushes: an aiohttp server that keeps each body as it came, committed before the 200, and no more.

python -m tests.bench.inbox DATABASE PORT
"""

from __future__ import annotations

import sys

import aiosqlite
from aiohttp import web


async def _open(app: web.Application) -> None:
    connection = app["connection"] = await aiosqlite.connect(sys.argv[1], isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "CREATE TABLE bodies (body BLOB)"):
        await connection.execute(statement)


async def _close(app: web.Application) -> None:
    await app["connection"].close()


async def receive(request: web.Request) -> web.Response:
    await request.app["connection"].execute("INSERT INTO bodies VALUES (?)", (await request.read(),))
    return web.Response(text="OK\n")


async def ready(_request: web.Request) -> web.Response:
    return web.Response()


def main() -> None:
    app = web.Application()
    app.on_startup.append(_open)
    app.on_cleanup.append(_close)
    app.add_routes([web.post("/indiamart/{token}", receive), web.get("/readyz", ready)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[2]), access_log=None, print=None)


if __name__ == "__main__":
    main()
