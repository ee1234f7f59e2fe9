"""A database of any size, made of invented leads, and the questions people have about it."""

from __future__ import annotations

import asyncio
import itertools
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from bot.domain.lead import Lead, Origin
from bot.indiamart import rows
from bot.store import accounts, adding, prepared_leads
from tests.bench.corpus import EVERYWHERE, FORGOTTEN, Corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.store.database import Database
    from bot.store.prepared_leads import PreparedLead

PART: Final = 5_000


async def write(database: Database, count: int, *, beside: int = 0) -> None:
    """`count` leads up to now, the newest of a second ago; in between come those of another account, so many that they
    end together, with the same numbers, words and buyers.
    """
    now = datetime.now(UTC)
    async with database:
        async with database.transaction() as connection:
            own = await accounts.open_account(connection)
            other = await accounts.open_account(connection, "neighbour")
            await accounts.pause(connection, other, now)  # it has no settings
        largest = max(count, beside)
        for start in range(0, largest, PART):
            for account_id, of in ((other, beside), (own, count)):
                part = range(start * of // largest, min(start + PART, largest) * of // largest)
                found = await asyncio.to_thread(_read, part, of, now)
                async with database.transaction() as connection:
                    await adding.add(connection, account_id, found, origin=Origin.IMPORT, now=now)


def _read(part: Iterable[int], of: int, now: datetime) -> list[PreparedLead]:
    corpus = Corpus()
    read = [rows.read(corpus.row(number, of, newest=now)) for number in part]
    return prepared_leads.of_all(one for one in read if isinstance(one, Lead))


def newest(count: int, number: int) -> Iterator[dict[str, Any]]:
    """The newest of `count` leads, as IndiaMART would send them."""
    corpus = Corpus()
    return (corpus.row(one, count, newest=datetime.now(UTC)) for one in range(count - number, count))


def searches(count: int, seed: int = 0) -> Iterator[str]:
    """As people type them: whole words and their beginnings, common, rare and gone ones, two words, phones, ids."""
    corpus, rng = Corpus(), random.Random(seed)
    makers = (
        lambda row: row["SENDER_NAME"].split()[0],
        lambda row: row["SENDER_NAME"].lower(),
        lambda row: row["SENDER_NAME"].split()[-1][:4],
        lambda row: row["SENDER_CITY"][:5],
        lambda row: f"{row['SENDER_NAME'].split()[-1]} {row['SENDER_CITY']}",
        lambda row: row.get("QUERY_PRODUCT_NAME", "machine").split()[0],
        lambda row: row["SENDER_MOBILE"],
        lambda row: row["SENDER_MOBILE"][-6:],
        lambda row: row["UNIQUE_QUERY_ID"],
        lambda _row: EVERYWHERE,
        lambda _row: EVERYWHERE[:6],
        lambda _row: FORGOTTEN,
        lambda _row: f"{EVERYWHERE} {FORGOTTEN}",
        lambda row: f"{EVERYWHERE} {row['SENDER_CITY']}",
        lambda _row: "traders",
        lambda _row: "nosuchword",
    )
    for number in itertools.count():
        maker = makers[number % len(makers)]
        yield f"/search {maker(corpus.row(rng.randrange(count), count))}"


def lookups(count: int, seed: int = 0) -> Iterator[str]:
    """Searches, and between them the day's list and single leads."""
    rng, found = random.Random(seed), searches(count, seed)
    while True:
        yield next(found)
        yield "/today"
        yield next(found)
        yield f"/lead {rng.randrange(1, count + 1)}"
