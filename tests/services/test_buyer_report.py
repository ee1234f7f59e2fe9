"""What is kept about a buyer, whatever stood in the rows that IndiaMART sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.clock import Clock
from bot.lookup.buyer_report import BuyerReports
from tests.store.conftest import database, make_lead, open_shelf

if TYPE_CHECKING:
    from bot.store.database import Database

__all__ = ["database"]

NUMBER = "+919000077123"


@pytest.mark.parametrize(
    ("raw", "drawn"),
    [
        ('{"TAGS":[1,2]}', "<div>1</div><div>2</div>"),
        ('{"TAGS":["<x>",null]}', "<div>&lt;x&gt;</div><div></div>"),
        ('{"TAGS":[]}', "<th>TAGS</th><td></td>"),
        ('{"TAGS":[["x"],{"a":true}]}', "<div>x</div></div><div><table><tr><th>a</th><td>True"),
        ('["x",2.5]', "<div>x</div><div>2.5</div>"),
        ("7", "<td>7</td>"),
        ("no JSON", "<td>no JSON</td>"),
        ('{"EMOJI":"\\ud83d"}', "\\ud83d"),
        ('{"DEEP":' + "[" * 300 + "]" * 300 + "}", "[[[["),
        ("[" * 200_000, "[[[["),
    ],
)  # fmt: skip
async def test_any_row_is_told_as_it_came(database: Database, raw: str, drawn: str) -> None:
    shelf = await open_shelf(database)
    await shelf.add(make_lead("1", mobile=NUMBER, raw=raw))
    report = await BuyerReports(database, shelf.account_id, Clock()).about(NUMBER, machine="me")
    assert report is not None
    assert drawn in report.page.decode()
    [lead] = json.loads(report.json)["leads"]
    assert (lead["raw"] if isinstance(lead["raw"], str) else json.dumps(lead["raw"], separators=(",", ":"))) == raw
