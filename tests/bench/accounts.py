"""What an account costs that has nothing to do: memory, and processor time.

    python -m tests.bench.accounts --accounts 1000 --seconds 60

The service is run as a process of its own twice: with the account `main` alone, and with so many beside it, which are
served through the same bot, have leads by push only, and get none. The difference is theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import aiohttp

from bot.clock import Clock
from bot.config import Settings
from bot.config.keyring import new_key
from bot.store import account_settings, accounts, engines
from bot.store.account_settings import By
from tests.bench import botapi
from tests.bench.idle import resting
from tests.bench.process import running
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.connections import Connection
    from tests.bench.idle import Rest

MEMORY_GOAL = 100.0
"""KB of an account."""
AT_ONCE = 200
SETTLE = 20.0
"""Seconds until the admins' menus are set, of which each takes a call."""
PROCESSOR_GOAL = 0.6
"""Seconds in a minute, of all of them."""


@dataclass(frozen=True)
class Found:
    took: float
    """Seconds from the start until all were served."""
    rest: Rest


def idle(number: int) -> dict[str, str]:
    return {
        "TELEGRAM_CHAT_ID": str(-1_000_000_000_000 - number),
        "TELEGRAM_ADMINS": str(1_000_000 + number),
        "PUSH_TOKEN": secrets.token_urlsafe(24),
        "WORKING_HOURS": "Mon-Sat 10:00-19:00",
    }


async def prepare(settings: Settings, number: int, own: Callable[[int], dict[str, str]] = idle) -> None:
    """As so many `leadbell account add`, of groups that have been greeted."""
    async with engines.database(settings.database_url) as database:
        async with database.transaction() as connection:
            await accounts.open_account(connection)
        # Rows that one transaction changes thousands of times make PostgreSQL slow.
        for first in range(0, number, AT_ONCE):
            async with database.transaction() as connection:
                for n in range(first, min(first + AT_ONCE, number)):
                    await _prepare(connection, settings, f"shop-{n}", own(n))


async def _prepare(connection: Connection, settings: Settings, name: str, own: dict[str, str]) -> None:
    now = Clock().now()
    account_id = await accounts.add(connection, name)
    assert account_id is not None
    await accounts.connect(connection, account_id, now)
    for word, text in own.items():
        await account_settings.put(connection, account_id, word, text, by=By(), keyring=settings.secret_key, now=now)


async def measure_one(folder: Path, number: int, seconds: float) -> Found:
    async with botapi.opened() as server:
        port = free_port()
        given = botapi.settings(server, str(folder / f"{number}.db"))
        given |= {"SECRET_KEY": new_key(), "HTTP_LISTEN": f"127.0.0.1:{port}", "PUSH_TOKEN": secrets.token_urlsafe(24)}
        given.pop("INDIAMART_KEY", None)
        await prepare(Settings.from_values(given), number)
        begun = time.perf_counter()
        async with running("bot", "run", environment=given) as process:
            await _all_served(f"http://127.0.0.1:{port}/metrics", number + 1)
            took = time.perf_counter() - begun
            await asyncio.sleep(SETTLE)
            return Found(took, await resting(process, seconds))


async def _all_served(url: str, number: int) -> None:
    """The metrics name every account; of more than a thousand, a thousand."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(300):
        while True:
            try:
                async with session.get(url) as response:
                    if (await response.text()).count("leadbell_account_faults{") >= min(number, 1000):
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)


async def measure(number: int, seconds: float) -> bool:
    with TemporaryDirectory(prefix="leadbell-accounts-") as name:
        alone, many = [await measure_one(Path(name), n, seconds) for n in (0, number)]
    each = (many.rest.megabytes - alone.rest.megabytes) * 1024 / number
    busy = max(many.rest.share - alone.rest.share, 0.0) * 60
    print(
        f"{number} idle accounts: {each:.0f} KB each (goal under {MEMORY_GOAL:.0f}), {many.rest.megabytes:.0f} MB; "
        f"{busy:.2f} s of processor a minute (goal under {PROCESSOR_GOAL}), alone {alone.rest.share * 60:.2f} s; "
        f"served {many.took:.1f} s after the start, alone {alone.took:.1f} s"
    )
    return each < MEMORY_GOAL and busy < PROCESSOR_GOAL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.accounts", description=__doc__)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    raise SystemExit(0 if asyncio.run(measure(arguments.accounts, arguments.seconds)) else 1)


if __name__ == "__main__":
    main()
