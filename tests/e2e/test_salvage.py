"""`leadbell salvage` as somebody types it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_transfer import Shop, shop

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["shop"]

pytestmark = [
    pytest.mark.sqlite,  # a damaged file
    pytest.mark.english,  # no words are looked at but the command line's
]


def spoil(path: Path, pages: int) -> None:
    content = bytearray(path.read_bytes())
    chance = random.Random(1)
    for number in chance.sample(range(1, len(content) // 4096), pages):
        content[number * 4096 : (number + 1) * 4096] = chance.randbytes(4096)
    path.write_bytes(content)


def test_a_damaged_database_is_refused_salvaged_and_the_result_goes_on(shop: Shop) -> None:
    shop.write(2000)
    assert shop.run("import", "leads.jsonl")[0] == 0
    before = set(shop.leads())
    database = shop.folder / "leadbell.db"
    spoil(database, 100)
    content = database.read_bytes()
    code, _said, complained = shop.run("export", "all.csv")
    assert (code, complained.startswith("leadbell.db is damaged")) == (1, True)
    assert "leadbell salvage FILE" in complained
    code, said, complained = shop.run("salvage", "rescued.db")
    assert (code, complained) == (0, "")
    assert said.splitlines()[0].startswith("leads: ")
    assert "known to be missing" in said
    assert said.endswith("To go on with it: leadbell restore rescued.db\n")
    assert database.read_bytes() == content
    brought = set(shop.leads("rescued.db"))
    assert brought < before
    assert len(brought) > 1000
    assert shop.run("restore", "rescued.db")[0] == 0
    assert shop.run("export", "all.csv")[1] == f"all.csv: {len(brought):,} leads.\n"
    assert shop.run("import", "leads.jsonl")[1].startswith(f"2,000 rows: {2000 - len(brought):,} new")
    assert shop.names() == {"leads.jsonl", "rescued.db", "all.csv"}


def test_a_damaged_file_can_be_named_itself_and_nothing_is_written_over(shop: Shop) -> None:
    shop.write(20)
    assert shop.run("import", "leads.jsonl")[0] == 0
    (shop.folder / "leadbell.db").rename(shop.folder / "damaged.db")
    code, said, _complained = shop.run("salvage", "damaged.db")
    assert (code, said.splitlines()[0]) == (0, "leads: 20 rows brought.")
    assert len(shop.leads("damaged.salvaged.db")) == 20
    code, _said, complained = shop.run("salvage", "damaged.db")
    assert (code, "damaged.salvaged.db is there already" in complained) == (1, True)
    code, _said, complained = shop.run("salvage", "none.db")
    assert (code, "There is no database leadbell.db" in complained) == (1, True)
