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
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.clock import Clock, to_epoch
from bot.config import Settings
from bot.config.catalogue import BY_NAME
from bot.config.keyring import new_key
from bot.store import account_settings, accounts, engines
from bot.store import secrets as secret_texts
from tests.bench import botapi
from tests.bench.idle import resting
from tests.bench.process import running
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.config.keyring import Keyring
    from tests.bench.idle import Rest

MEMORY_GOAL = 100.0
"""KB of an account."""
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
    """As after so many `leadbell account add`, of groups that have been greeted; but thousands in a few seconds."""
    now, keyring = to_epoch(Clock().now()), settings.secret_key
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        first = await accounts.open_account(connection) + 1
        await connection.execute(accounts.NEXT_REVISION)
        revision = await accounts.revision(connection)
        known = [{"account_id": first + n, "name": f"shop-{n}", "revision": revision} for n in range(number)]
        await connection.execute_many(ADD, [one | {"now": now} for one in known])
        by = {"user_id": 0, "machine": "bench", "now": now}
        rows = [by | {"account_id": first + n, **row} for n in range(number) for row in _rows(own(n), keyring)]
        await connection.execute_many(account_settings.PUT, rows)
        await connection.execute_many(account_settings.NOTE, rows)


ADD: Final = """
    INSERT INTO accounts (account_id, name, connected_at, revision) VALUES (:account_id, :name, :now, :revision)
"""


def _rows(own: dict[str, str], keyring: Keyring | None) -> Iterator[dict[str, object]]:
    for name, text in own.items():
        is_secret = BY_NAME[name].secret
        value = secret_texts.encrypted(name, text, keyring) if is_secret else text
        yield {"name": name, "value": value, "before": None, "after": value, "in_file": "", "is_secret": is_secret}


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
