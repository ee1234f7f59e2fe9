"""What many sellers cost: how late their polls are, how soon their leads stand in the group, processor and memory.

    python -m tests.bench.sellers --accounts 1000 --processes 2
    python -m tests.bench.sellers --accounts 1000 --engine sqlite

Real time, real processes, a poll of each account every 5 minutes. IndiaMART and Telegram are a process of their own
(`tests.bench.peers`). The accounts were polled before, spread over 5 minutes, as they are where they were added one by
one. Measured is from a minute after all are served, for so many `--minutes`; what it is at is said on stderr.
docs/scale.md has what was computed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from bot.config import Settings
from bot.config.keyring import new_key
from bot.store import engines
from tests.bench import botapi, peers
from tests.bench.accounts import prepare
from tests.bench.process import is_up, memory, of_children, of_family, processor_time, running
from tests.bench.servers import Server, place
from tests.ports import free_port

if TYPE_CHECKING:
    from asyncio.subprocess import Process

GOAL: Final = 5.0
"""Seconds that a poll may be late in 99 of 100."""
MEMORY_GOAL: Final = 2048.0
"""MB of all processes."""
LEADS: Final = 6 / 10_000
"""A second and account."""
LEAST_LEADS: Final = 1.0
"""A second of all, so that there is something to measure."""
AT_EASE: Final = 60.0
"""Seconds until what came together at the start has passed."""
SERVED_WITHIN: Final = 300.0
SAID_EVERY: Final = 10.0
"""Seconds between two words on stderr."""

POLLED: Final = """
    UPDATE accounts SET last_call_at = :at, last_answer_at = :at, last_ok_at = :at, wanted_from = :since,
        last_outcome = 'nothing', reread_at = :at
    WHERE name = :name
"""
COVERED: Final = """
    INSERT INTO coverage (account_id, starts_at, ends_at)
    SELECT account_id, :since, :at FROM accounts WHERE name = :name
"""
STATEMENTS: Final = """
    SELECT (SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query !~ '^(BEGIN|COMMIT)')::bigint
        + (SELECT 2 * (xact_commit + xact_rollback) FROM pg_stat_database WHERE datname = current_database())
"""
"""With each transaction's BEGIN and COMMIT, which are not counted once they are prepared."""
OFTEN: Final = "SELECT calls, total_exec_time, left(query, 110) FROM pg_stat_statements ORDER BY calls DESC LIMIT 40"


@dataclass(frozen=True)
class Plan:
    engine: str
    accounts: int
    bots: int
    processes: int
    minutes: float
    shows_statements: bool


def own(plan: Plan, number: int) -> dict[str, str]:
    """The settings of an account."""
    return {
        "TELEGRAM_CHAT_ID": str(botapi.GROUP - 1 - number),
        "TELEGRAM_BOT_TOKEN": peers.token(number % plan.bots),
        "INDIAMART_KEY": peers.key(number),
        "DIGEST": "off",
    }


async def furnish(settings: Settings, plan: Plan, begun: float) -> None:
    """As they are where they have been served for long."""
    await prepare(settings, plan.accounts, lambda number: own(plan, number))
    rows = []
    for number in range(plan.accounts):
        at = int(peers.called_before(number, begun))
        rows.append({"name": f"shop-{number}", "at": at, "since": at - 86_400})
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        await connection.execute_many(POLLED, rows)
        await connection.execute_many(COVERED, rows)


BEGUN: Final = time.monotonic()


def say(sentence: str) -> None:
    print(f"{time.monotonic() - BEGUN:6.1f} s  {sentence}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Cost:
    """What was used until now."""

    at: float
    services: float
    """Seconds of processor."""
    database: float
    peers: float
    statements: int


async def measure(plan: Plan) -> bool:
    ends = (AT_EASE + SERVED_WITHIN) / 60 + plan.minutes
    say(f"{plan.accounts} accounts on {plan.bots} bots; ends within {ends:.0f} minutes of the service's start")
    with place() as folder:
        server = Server(folder / "postgres") if plan.engine == "postgres" else None
        try:
            if server is not None:
                await asyncio.to_thread(server.make)
                say("PostgreSQL is there")
            return await _measure(plan, server.url if server else f"sqlite:///{folder / 'leads.db'}", server)
        finally:
            if server is not None:
                server.stop("immediate")


async def _measure(plan: Plan, url: str, server: Server | None) -> bool:
    port, begun = free_port(), time.time()
    base = f"http://127.0.0.1:{port}"
    given = {
        "TELEGRAM_BOT_TOKEN": peers.token(0),
        "TELEGRAM_CHAT_ID": str(botapi.GROUP),
        "TELEGRAM_API_URL": base,
        "INDIAMART_URL": base,
        "POLL_EVERY": f"{peers.EVERY:.0f}s",
        "PUSH_TOKEN": "bench0123456789abcdef",
        "DATABASE_URL": url,
        "SECRET_KEY": new_key(),
        "LOG_LEVEL": "warning",
        "DIGEST": "off",
    }
    await furnish(Settings.from_values(given), plan, begun)
    if server is not None:
        await asyncio.to_thread(server.ask, "VACUUM ANALYZE")  # else its own would do it meanwhile
        await asyncio.to_thread(server.ask, "SELECT pg_stat_statements_reset()")
    say("the accounts are made")
    async with AsyncExitStack() as stack:
        leads = max(LEAST_LEADS, LEADS * plan.accounts)
        others = await stack.enter_async_context(
            running("tests.bench.peers", str(port), str(plan.accounts), str(leads), str(begun))
        )
        await is_up(f"{base}/bot1:x/getMe")
        say("the peers are there; the service begins")
        ports = [free_port() for _number in range(plan.processes)]
        started = time.monotonic()
        services = [
            await stack.enter_async_context(
                running("bot", "run", environment=given | {"HTTP_LISTEN": f"127.0.0.1:{one}"})
            )
            for one in ports
        ]
        shares = await _all_served(services, ports, plan.accounts + 1)
        took = time.monotonic() - started
        begun_with = _cost(services, others, server)
        say(
            f"all are served after {took:.1f} s, {begun_with.services:.1f} + {begun_with.database:.1f} s of processor, "
            f"{begun_with.statements} statements; {AT_EASE:.0f} s until it is at ease"
        )
        if plan.shows_statements and server is not None:
            _tell_statements(server)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await asyncio.sleep(AT_EASE)
        await (await session.post(f"{base}/bench/begin")).read()
        before = _cost(services, others, server)
        say(f"measured for {plan.minutes:g} minutes from now")
        await asyncio.sleep(60 * plan.minutes)
        after = _cost(services, others, server)
        say("measured")
        async with session.post(f"{base}/bench/end") as response:
            found = await response.json()
        if plan.shows_statements and server is not None:
            _tell_statements(server)
        sizes = [*(memory(one) for one in services), 0.0 if server is None else of_family(server.pid)]
        return told(plan, found, (before, after), sizes, shares, took)


async def _all_served(services: list[Process], ports: list[int], number: int) -> list[int]:
    """How many accounts each process serves, once they are all of them together, and twice the same."""
    before: list[int] = []
    until, said_at = time.monotonic() + SERVED_WITHIN, time.monotonic()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SAID_EVERY)) as session:
        while time.monotonic() < until:
            shares = [await _served(session, port) for port in ports]
            if sum(shares) == number and shares == before:
                return shares
            before = shares
            if any(one.returncode is not None for one in services):
                raise SystemExit("a service ended")
            if time.monotonic() - said_at > SAID_EVERY:
                said_at = time.monotonic()
                say(f"{' + '.join(map(str, shares))} are served")
            await asyncio.sleep(1 + number / 2500)  # whoever is asked has to look at all of them
    raise SystemExit(f"not all are served after {SERVED_WITHIN:.0f} s")


async def _served(session: aiohttp.ClientSession, port: int) -> int:
    try:
        async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
            lines = (await response.text()).splitlines()
    except (aiohttp.ClientError, TimeoutError):
        return 0
    return next((int(float(line.split()[1])) for line in lines if line.startswith("leadbell_accounts ")), 0)


def _tell_statements(server: Server) -> None:
    """Those since the last time."""
    for calls, milliseconds, text in server.ask(OFTEN):
        print(f"{calls:>9} {milliseconds / max(calls, 1):8.3f} ms  {' '.join(text.split())}")
    server.ask("SELECT pg_stat_statements_reset()")


def _cost(services: list[Process], others: Process, server: Server | None) -> Cost:
    return Cost(
        at=time.monotonic(),
        services=sum(processor_time(one) for one in services),
        database=0.0 if server is None else of_children(server.pid),
        peers=processor_time(others),
        statements=0 if server is None else server.ask(STATEMENTS)[0][0],
    )


def told(
    plan: Plan, found: dict[str, Any], costs: tuple[Cost, Cost], sizes: list[float], shares: list[int], took: float
) -> bool:
    before, after = costs
    seconds = after.at - before.at
    late, posted = found["late"] or [0.0, 0.0], found["posted"] or [0.0, 0.0]
    *own, database = sizes
    statements = f"{(after.statements - before.statements) / seconds:.0f}" if plan.engine == "postgres" else "–"
    print(
        f"{plan.engine}, {plan.accounts} accounts on {plan.bots} bots, {plan.processes} process(es) "
        f"({' + '.join(map(str, shares))}), served after {took:.0f} s; load {os.getloadavg()[0]:.1f}, the peers' "
        f"{(after.peers - before.peers) / seconds:.2f}\n"
        f"polls {found['polls']:.1f}/s, late {late[0]:.2f} s (p50) {late[1]:.2f} s (p99, goal {GOAL:g}); "
        f"{found['leads']} leads, {found['answered']} given, in the group after {posted[0]:.2f} s (p50) "
        f"{posted[1]:.2f} s (p99), {found['missing']} missing, {found['repeated']} repeated; "
        f"{found['calls']:.1f} calls/s of Telegram\n"
        f"| {plan.accounts:,} | {plan.processes} | {late[0]:.2f} / {late[1]:.2f} s | "
        f"{posted[0]:.2f} / {posted[1]:.2f} s | {(after.services - before.services) / seconds:.2f} + "
        f"{(after.database - before.database) / seconds:.2f} | {sum(own):.0f} + {database:.0f} MB | {statements} |",
        flush=True,
    )
    return late[1] <= GOAL and sum(sizes) <= MEMORY_GOAL and not found["missing"] and not found["repeated"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sellers", description=__doc__)
    parser.add_argument("--engine", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--bots", type=int, help="one for a hundred accounts, if not said; two at least")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=5, help="that are measured; five are a poll of each account")
    parser.add_argument("--statements", action="store_true", help="also say which are executed most")
    arguments = parser.parse_args()
    plan = Plan(
        engine=arguments.engine,
        accounts=arguments.accounts,
        bots=arguments.bots or max(2, arguments.accounts // 100),
        processes=arguments.processes,
        minutes=arguments.minutes,
        shows_statements=arguments.statements,
    )
    raise SystemExit(0 if asyncio.run(measure(plan)) else 1)


if __name__ == "__main__":
    main()
