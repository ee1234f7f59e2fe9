"""What people ask and press takes as many statements, from the update to the answer, for many rows as for few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.views.callback_data import ShowHistory, TurnCallout, encode
from bot.domain.ids import UserId
from bot.team.access import Person
from tests.chat.conftest import gather
from tests.chat.test_due_messages import call_out

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.domain.ids import LeadId
    from tests.chat.conftest import Team

FEW, MANY = 2, 23
"""More than a page."""
BEHIND = ("sends", "views", "BEGIN", "COMMIT", "sqlite_master")
"""Written when it suits, and together; and what begins and ends a reading."""


async def asked(team: Team, _lead_ids: list[LeadId], text: str) -> None:
    await team.answers(team.town.asha, team.town.asha.chat, text)


async def inline(team: Team, lead_ids: list[LeadId]) -> None:
    answer = await team.town.asha.asks_inline("clock", team.town.asha.chat)
    assert len(answer.results) == min(len(lead_ids), 20)


def command(text: str) -> Callable[[Team, list[LeadId]], Awaitable[None]]:
    return lambda team, lead_ids: asked(team, lead_ids, text)


USES: dict[str, Callable[[Team, list[LeadId]], Awaitable[None]]] = {
    "inline": inline,
    **{text: command(text) for text in ("/today", "/week", "/search clock", "/open", "/mine", "/stats", "/status")},
    "/lead 1": command("/lead 1"),
}


async def known(team: Team, number: int) -> list[LeadId]:
    """Leads of one buyer, half of them Asha's, each with a note."""
    lead_ids = await team.has(*(team.lead(n, mobile="+919000000031") for n in range(1, number + 1)))
    asha = Person(UserId(team.town.asha.id), "Asha")
    for lead_id in lead_ids:
        await team.services.notes.add(lead_id, asha, "a note")
        if lead_id % 2:
            await team.services.claims.claim(lead_id, asha)
    return lead_ids


async def counted(team: Team, seen: list[str], use: Callable[[], Awaitable[object]]) -> int:
    """Asked twice: the first time more is noted, such as who asked."""
    await use()
    await team.rests()
    seen.clear()
    await use()
    await team.rests()
    return sum(not any(word in statement for word in BEHIND) for statement in seen)


async def statements(path: Path, name: str, number: int) -> int:
    seen: list[str] = []
    async with gather(path, on_statement=seen.append) as team:
        await team.answers(team.town.asha, team.town.asha.chat, "/start")
        lead_ids = await known(team, number)
        return await counted(team, seen, lambda: USES[name](team, lead_ids))


@pytest.mark.parametrize("name", USES)
async def test_an_answer_takes_as_many_statements_for_many_leads_as_for_few(name: str, tmp_path: Path) -> None:
    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    few = await statements(tmp_path / "few", name, FEW)
    assert few > 0
    assert await statements(tmp_path / "many", name, MANY) == few


async def presses(path: Path, number: int) -> list[int]:
    """A page of a callout, a lead's history, and a claim, of leads whose buyer has so many."""
    seen: list[str] = []
    async with gather(path, on_statement=seen.append) as team:
        asha, services = team.town.asha, team.services
        lead_ids = await team.has(*(team.lead(n, mobile="+919000000031") for n in range(1, number + 1)))
        said = await call_out(team, lead_ids)
        page = encode(TurnCallout(1, 0))
        history = encode(ShowHistory(lead_ids[0], 0))
        person = Person(UserId(asha.id), "Asha")
        for n in range(number):
            await services.notes.add(lead_ids[0], person, f"note {n}")
        press = team.town.world.queries.press_data
        return [
            await counted(team, seen, lambda: press(asha, said, page)),
            await counted(team, seen, lambda: press(asha, said, history)),
        ]


async def test_a_press_takes_as_many_statements_for_many_rows_as_for_few(tmp_path: Path) -> None:
    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    few = await presses(tmp_path / "few", FEW)
    assert all(number > 0 for number in few)
    assert await presses(tmp_path / "many", MANY) == few
