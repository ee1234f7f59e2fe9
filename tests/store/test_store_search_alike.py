"""The same leads and the same questions: PostgreSQL finds what SQLite finds, in the same order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from bot.domain.lead import Lead
from bot.indiamart import rows
from bot.lookup import query
from bot.store import lead_words, search
from bot.store.sqlite import SqliteDatabase
from tests import databases
from tests.bench.corpus import Corpus
from tests.store.conftest import NOW, Shelf, open_shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.store.database import Database

pytestmark = pytest.mark.skipif(not databases.is_postgres(), reason="asks both engines")

LEADS: Final = 200
PART: Final = 40
ODD: Final = (
    *("पानी की मोटर", "क्षेत्र पंप", "தண்ணீர் மோட்டார்", "mono-perc 3.5 kW"),
    *("Café Zürich", "ŠKODA pump", "Straße", "SCO 12/14"),
)
TYPED: Final = (
    *("पानी", "पान", "पाना", "मोटर पानी", "क्ष", "தண்", "mono-perc", "perc-mono", "mono/p", "3.5", "cafe", "zurich"),
    *("skoda", "straße", "strasse", "12/14", "submersible", "subm", "s", "typewriter submersible", "traders gujarat"),
    *("want machine", "example.com", "9000", "+91 90000 00031", "00031", "90000 00123", "2000000077", "#12", "#8195"),
    *("31", "kind:B", "missed", "status:open", "since:2h", "value>1", "city:a", "city:submersible", "product:machine"),
    *("product:want", "kind:W submersible since:1h", "machine kind:B status:open", "submersible nosuchword"),
)


def leads(seed: int) -> list[Lead]:
    corpus, chance = Corpus(seed), random.Random(seed)
    found = (rows.read(corpus.row(number, LEADS, newest=NOW)) for number in range(LEADS))
    leads = [one for one in found if isinstance(one, Lead)]
    return [
        one if chance.random() < 0.7 else one._replace(message=f"{one.message or ''} {chance.choice(ODD)}")
        for one in leads
    ]


async def filled(database: Database) -> Shelf:
    """A few portions of few leads; one half of each has enquired before those of the portion before it."""
    shelf, found = await open_shelf(database), leads(7)
    for part, start in enumerate(range(0, len(found), PART)):
        async with database.transaction() as connection:
            number = max((part << lead_words.PORTION_BITS) - PART // 2, start)
            await connection.execute("UPDATE accounts SET last_number = :number", {"number": number})
        some = found[start : start + PART]
        await shelf.add(*(
            one if nth % 2 or one.enquired_at is None
            else one._replace(enquired_at=one.enquired_at - timedelta(minutes=PART / 2))
            for nth, one in enumerate(some)
        ))  # fmt: skip
    return shelf


def questions() -> Iterator[str]:
    yield from TYPED
    chance = random.Random(3)
    for one in leads(7)[::8]:
        words = " ".join(filter(None, (one.name, one.city, one.product, one.message))).split()
        typed = chance.sample(words, k=min(chance.randrange(1, 4), len(words)))
        yield " ".join(word[: chance.randrange(1, len(word) + 1)] for word in typed)


async def answer(shelf: Shelf, terms: search.SearchTerms) -> list[int]:
    async with shelf.database.reading() as connection:
        return await search.find(
            connection, shelf.account_id, terms, low=0, high=2**63 - 1, limit=1000, upwards=False
        )  # fmt: skip


async def test_both_engines_find_the_same(database: Database, tmp_path: Path) -> None:
    async with SqliteDatabase(tmp_path / "other.db") as file:
        ours, theirs = await filled(database), await filled(file)
        found = 0
        for typed in questions():
            for bounds in ({}, {"limit": 7, "upwards": True}):
                places = await ours.places(typed, **bounds)
                assert places == await theirs.places(typed, **bounds), typed
                found += bool(places)
            guarded = replace(query.read(typed, NOW).terms, is_guarded=True)
            assert await answer(ours, guarded) == await answer(theirs, guarded), typed
    assert found > 100


async def test_pages_come_one_after_the_other_through_portions_that_overlap(database: Database) -> None:
    shelf = await filled(database)
    every = await shelf.places("machine")
    pages, high = list[int](), 2**63 - 1
    while page := await shelf.places("machine", limit=9, high=high):
        pages += page
        high = page[-1]
    assert pages == every == sorted(every, reverse=True)
    assert len(every) > 100
