"""What people ask and press takes as many statements, from the update to the answer, for many rows as for few."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

import pytest

from bot.chat.views import settings
from bot.chat.views.callback_data import LARGEST, Code, encode
from bot.chat.views.lead_codes import (
    AskFor,
    CallAgain,
    Claim,
    ClaimFromCallout,
    Forget,
    ForgetStep,
    MarkLost,
    Menu,
    OpenMenu,
    PromptKind,
    Reassign,
    Release,
    SendContact,
    SetReminder,
    SetStatus,
    ShowHistory,
    ShowLead,
    ShowNumber,
    Silence,
    Undo,
)
from bot.chat.views.list_codes import (
    CancelReminder,
    OpenList,
    SendChart,
    ShowStats,
    StatsPage,
    TurnCallout,
    TurnMyList,
    TurnOpenList,
    TurnPage,
)
from bot.chat.views.setting_codes import (
    ChangeSetting,
    ChooseAccount,
    ProveWay,
    RoutePress,
    RouteStep,
    SaveTemplate,
    SetLanguage,
    SettingStep,
)
from bot.domain.chart import ChartKind
from bot.domain.ids import ChatId, LeadId, UserId
from bot.domain.lead import LostReason, Status
from bot.domain.person import Person
from bot.domain.typed_times import Preset
from bot.lookup.lists import ListQuery
from bot.store import escalations
from tests.chat.conftest import gather

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.chat.conftest import Team

pytestmark = pytest.mark.english  # no words are looked at

FEW, MANY = 2, 23
"""More than a page."""
BEHIND = ("sends", "views", "INTO audit", "BEGIN", "COMMIT", "sqlite_master")
"""Written when it suits, and together; and what begins and ends a reading."""


async def asked(team: Team, _lead_ids: list[LeadId], text: str) -> None:
    await team.answers(team.town.asha, team.town.asha.chat, text)


async def inline(team: Team, lead_ids: list[LeadId]) -> None:
    answer = await team.town.asha.asks_inline("clock", team.town.asha.chat)
    assert len(answer.results) == min(len(lead_ids), 20)


def command(text: str) -> Callable[[Team, list[LeadId]], Awaitable[None]]:
    return lambda team, lead_ids: asked(team, lead_ids, text)


COMMANDS = (
    *("/today", "/yesterday", "/week", "/search clock", "/search 00031", "/search by:asha status:open kind:W"),
    *("/open", "/mine", "/stats", "/stats 7d", "/status", "/digest evening", "/digest week", "/routes"),
)

USES: dict[str, Callable[[Team, list[LeadId]], Awaitable[None]]] = {
    "inline": inline,
    **{text: command(text) for text in COMMANDS},
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
        without_jobs(team)
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


def without_jobs(team: Team) -> None:
    """What comes round by itself, as whenever the clock is set, is in no count."""
    assert team.chat.application.job_queue is not None
    for job in team.chat.application.job_queue.jobs():
        job.schedule_removal()


async def shelved(team: Team, number: int) -> tuple[list[LeadId], int]:
    """A lead for each kind of press, all of a buyer who wrote `number` times more; and the callout of those that nobody
    has. The first one's history, Meera's reminders and what the callout names are as many.
    """
    services, meera = team.services, Person(UserId(team.meera.id), "Meera")
    leads = (team.lead(n, mobile="+919000000031") for n in range(1, number + len(get_args(Code)) + 1))
    own = (await team.has(*leads))[number:]
    for n in range(number):
        await services.notes.add(own[0], meera, f"note {n}")
        await services.claims.set_status(own[0], Status.QUOTED if n % 2 else Status.CONTACTED, meera, is_admin=True)
        await services.reminders.add(own[0], meera, services.clock.now() + timedelta(days=1 + n))
    for lead_id in own[1:-2]:
        await services.claims.claim(lead_id, meera)
    await services.access.seen.saw(Person(UserId(team.town.asha.id), "Asha"), ChatId(team.group.id))
    now = services.clock.now()
    async with team.database.transaction() as connection:
        unclaimed = [*range(1, number + 1), own[-1]]
        return own, await escalations.call_out(
            connection, services.account_id, escalations.EscalationStep.GROUP, list(map(LeadId, unclaimed)),
            is_last=False, now=now,
        )  # fmt: skip


def codes(team: Team, own: list[LeadId], callout_id: int, view_id: int, asked_id: int) -> list[Code]:
    """A press of each kind, on a lead of its own where it changes something."""
    return [
        SaveTemplate(team.services.account_id, ""),  # stands in the message itself, which others redraw
        ShowLead(own[0]),
        ShowHistory(own[0], 0),
        SendContact(own[0]),
        ShowNumber(own[0]),
        TurnPage(view_id, older=True, key=LARGEST),
        OpenList(view_id),
        TurnOpenList(team.services.account_id, 0),
        TurnMyList(team.services.account_id, team.meera.id, 0),
        TurnCallout(callout_id, 0),
        Release(own[2]),
        Reassign(own[3], team.town.asha.id),
        SetStatus(own[4], Status.QUOTED),
        MarkLost(own[5], LostReason.PRICE),
        Undo(own[6], 1),
        SetReminder(own[7], Preset.HOUR),
        CancelReminder(1, 0),
        Claim(own[-2]),
        ClaimFromCallout(own[-1], callout_id, 0),
        AskFor(own[8], PromptKind.NOTE),
        OpenMenu(own[9], Menu.MORE),
        Silence(own[0]),
        CallAgain(own[0]),
        Forget(own[0], ForgetStep.NO),
        ProveWay(),
        ChooseAccount(team.services.account_id),
        ShowStats(asked_id, StatsPage.PEOPLE),
        SendChart(asked_id, ChartKind.AGE),
        RoutePress(team.services.account_id, RouteStep.LIST, 0),
        ChangeSetting(team.services.account_id, min(settings.ROWS), SettingStep.LIST, 0),
        SetLanguage(0, is_group=False),
    ]


async def presses(path: Path, number: int) -> dict[str, int]:
    """How many statements each kind of press takes, in a private chat, where nothing of it goes through the outbox."""
    seen: list[str] = []
    async with gather(path, on_statement=seen.append) as team:
        meera, town = team.meera, team.town
        without_jobs(team)
        await team.answers(town.asha, town.asha.chat, "/start")
        await team.answers(meera, meera.chat, "/start")
        own, callout_id = await shelved(team, number)
        greeting = await team.answers(meera, meera.chat, "/template Namaste {name}")
        view = team.services.lookup.remember(ListQuery(words="clock"))
        today = team.services.clock.now().date().isoformat()
        asked = team.services.lookup.remember(ListQuery(words="7d", day=today))
        wanted = codes(team, own, callout_id, view, asked)
        assert {type(one) for one in wanted} == set(get_args(Code))
        found = {}
        # Asks back; the next press means it.
        await town.world.queries.press_data(meera, greeting, encode(Silence(own[0])))
        await team.rests()  # until the bot knows that it was read
        town.clock.ahead += 2
        for code in (ShowLead(own[0]), *wanted):
            await team.rests()
            seen.clear()
            said = await town.world.queries.press_data(meera, greeting, encode(code))
            await team.rests()
            assert not said.show_alert or isinstance(code, ShowNumber), (code, said)
            found[type(code).__name__] = sum(not any(word in statement for word in BEHIND) for statement in seen)
        return found


async def test_a_press_takes_as_many_statements_for_many_rows_as_for_few(tmp_path: Path) -> None:
    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    # Side by side: Telegram takes a message a second in a private chat.
    few, many = await asyncio.gather(presses(tmp_path / "few", FEW), presses(tmp_path / "many", MANY))
    assert {name for name, number in few.items() if not number} <= {"Forget", "ProveWay"}, "what only answers"
    assert many == few
