"""/buyer: all that is kept about one, as files, to an admin in private."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import UserId
from bot.domain.person import Person
from tests.chat.test_forgetting import forgotten, wanted
from tests.languages import heard, worded

if TYPE_CHECKING:
    from tests.chat.conftest import Team


async def told(team: Team, typed: str = "/buyer 90000 77123") -> dict[str, bytes]:
    meera, before = team.meera, len(team.meera.chat.by_bot)
    meera.says(meera.chat, typed)
    await team.town.world.wait_for(lambda: len(meera.chat.by_bot) >= before + 2)
    files = [message.body.file for message in meera.chat.by_bot[before:]]
    return {file.name: file.data for file in files if file is not None}


async def test_all_that_is_kept_comes_as_a_page_and_as_json(team: Team) -> None:
    raw = '{"SENDER_NAME": "Quillonxa Raman", "QUERY_ID": "1"}'
    first, _other = await team.has(wanted(team, raw=raw), team.lead(3))
    await team.card(first)
    ravi = Person(UserId(team.town.ravi.id), "Ravi")
    await team.town.ravi.presses(team.group.by_bot[0], "✋ Claim")
    await team.services.notes.add(first, ravi, "calls <back>")
    await team.rests()
    files = await told(team)
    kept: dict[str, Any] = json.loads(files["buyer.json"])
    assert kept["contacts"] == ["+919000077123"]
    (lead,) = kept["leads"]
    assert (lead["name"], lead["number"], lead["raw"]["QUERY_ID"]) == ("Quillonxa Raman", 1, "1")
    assert [(one["person"], one["text"]) for one in kept["notes"]] == [("Ravi", "calls <back>")]
    assert [one["act"] for one in kept["changes"]] == ["claim"]
    assert {one["act"] for one in kept["audit"]} >= {"card"}
    page = files["buyer.html"].decode()
    assert "Quillonxa Raman" in page
    assert "calls &lt;back&gt;" in page
    assert b"Buyer 3" not in files["buyer.html"] + files["buyer.json"]


async def test_that_it_was_told_is_noted(team: Team) -> None:
    await team.has(wanted(team))
    await told(team)
    again = json.loads((await told(team))["buyer.json"])
    assert [(one["act"], one["person"]) for one in again["audit"]] == [("buyer", "Meera")]


async def test_nobody_else_is_told_and_nobody_in_the_group(team: Team) -> None:
    await team.has(wanted(team))
    ravi, meera = team.town.ravi, team.meera
    assert heard("Only admins", (await team.answers(ravi, ravi.chat, "/buyer 9000077123")).text)
    answer = await team.answers(meera, team.group, "/buyer 9000077123")
    assert answer.body.file is None


@pytest.mark.english
async def test_of_who_is_forgotten_nothing_is_told(team: Team) -> None:
    await team.has(wanted(team))
    await forgotten(team)
    answer = await team.answers(team.meera, team.meera.chat, "/buyer 9000077123")
    assert answer.text == worded("Nothing is kept about +91 90••• •••23.")
    assert "/buyer 90000 00031" in (await team.answers(team.meera, team.meera.chat, "/buyer")).text
