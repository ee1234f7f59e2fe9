"""Inputs that people published, from where they come in to the card, the buyer and the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.chat.views import buttons
from bot.indiamart import push
from tests.services.test_broken_rows import poll

if TYPE_CHECKING:
    from tests.services.world import World

CASES = Path(__file__).parents[1] / "cases"


async def pulled(world: World, rows: list[dict[str, Any]]) -> list[tuple[str | None, Any]]:
    """Each row's mobile, and its buyer, in the order of the rows."""
    numbered = [{"UNIQUE_QUERY_ID": str(number), "QUERY_TYPE": "W", **row} for number, row in enumerate(rows, 1)]
    await poll(world, json.dumps({"CODE": 200, "RESPONSE": numbered}).encode())
    return [tuple(row) for row in await world.rows("SELECT mobile, buyer_id FROM leads ORDER BY CAST(query_id AS INT)")]


def case(name: str) -> Any:
    return json.loads((CASES / name).read_text(encoding="utf-8"))


async def test_letters_and_masks_never_become_digits_nor_buyers_nor_buttons(world: World) -> None:
    values = case("03-phones-with-letters.json")
    found = await pulled(world, [{"SENDER_MOBILE": value} for value in values * 2])
    mobiles = [mobile for mobile, _buyer in found]
    assert mobiles == [*values[:-1], "+919000001011"] * 2
    as_written = [buyer for mobile, buyer in found if mobile != "+919000001011"]
    assert len(set(as_written)) == len(as_written)
    assert len({buyer for mobile, buyer in found if mobile == "+919000001011"}) == 1
    leads = push.read(json.dumps([{"MOB": value} for value in values]).encode()).leads
    assert [buttons.best_number(lead) for lead in leads] == [""] * 5 + ["+919000001011"]


async def test_doubled_country_codes_are_one_buyer(world: World) -> None:
    found = await pulled(world, [{"SENDER_MOBILE": value} for value in case("05-phones-doubled-code.json")])
    assert [mobile for mobile, _buyer in found] == ["+919000001011"] * 3
    assert len({buyer for _mobile, buyer in found}) == 1


async def test_names_that_clients_reported_are_read(world: World) -> None:
    (lead,) = push.read((CASES / "16-other-key-names.json").read_bytes()).leads
    assert (lead.mobile, lead.company) == ("+919000001015", "WAPP Traders")
    found = await pulled(world, [{"SENDER_MOBILE": "9000001011", "SENDER_MOBILE_WAPP": "9000001012"}])
    assert [mobile for mobile, _buyer in found] == ["+919000001011"]
    assert await world.rows("SELECT mobile_alt FROM leads") == [("+919000001012",)]


async def test_fillers_are_no_identity(world: World) -> None:
    fillers = ["0", "00", "NA", "N/A", "n.a.", "#N/A", "-", "--", "None", "null", "nil", "undefined", "NaN", "3.3E+09"]
    rows = [
        {"UNIQUE_QUERY_ID": filler, "SENDER_NAME": name, "SENDER_EMAIL": "NA", "SENDER_MOBILE": "+91-0000000000"}
        for filler in [*fillers, 0]
        for name in ("Asha", "Ravi")
    ]
    texts = [{**row, "QUERY_PRODUCT_NAME": f"Pump {number}"} for number, row in enumerate(rows)]
    await poll(world, json.dumps({"CODE": 200, "RESPONSE": texts}).encode())
    found = await world.rows("SELECT query_id, mobile, email, buyer_id FROM leads ORDER BY lead_id")
    assert {row[:3] for row in found} == {(None, None, None)}
    assert len({row[3] for row in found}) == len(rows)


async def test_three_people_with_only_a_name_and_a_product_are_three_leads_however_often_they_come(
    world: World,
) -> None:
    rows = [{"SENDER_NAME": name, "QUERY_PRODUCT_NAME": "Pump"} for name in ("Asha", "Ravi", "Na")]
    for _poll in range(2):
        await poll(world, json.dumps({"CODE": 200, "RESPONSE": rows}).encode())
    assert await world.rows("SELECT name FROM leads ORDER BY name") == [("Asha",), ("Na",), ("Ravi",)]


async def test_a_number_of_a_country_that_is_only_named_is_not_indias(world: World) -> None:
    found = await pulled(
        world,
        [
            {"SENDER_MOBILE": "6505550100", "SENDER_COUNTRY": "United States"},
            {"SENDER_MOBILE": "6505550100", "SENDER_COUNTRY": "Elbonia"},
            {"SENDER_MOBILE": "9000001011", "SENDER_COUNTRY": "India"},
        ],
    )
    assert [mobile for mobile, _buyer in found] == ["+16505550100", "6505550100", "+919000001011"]
    assert await world.rows("SELECT country FROM leads ORDER BY query_id") == [("US",), (None,), ("IN",)]
