"""/stats answers in words, and the chart that belongs to the answer follows when it holds up nobody."""

from __future__ import annotations

import asyncio
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from bot.charts import renderer
from bot.chat import statistics
from bot.domain.ids import UserId
from bot.domain.person import Person
from bot.domain.priority import Priority
from bot.store import response_times
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.charts.chart import Chart
    from bot.sandbox.botapi.messages import Message
    from tests.chat.conftest import Team

ALONE = "an answer stands without its chart"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 20, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0" * 21 * 20))
    + chunk(b"IEND", b"")
)


class Painter:
    """Draws at once, and what it likes."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.is_slow = False

    async def pictures(self, charts: Sequence[Chart]) -> list[bytes | None]:
        self.drawn += [one.title for one in charts]
        if self.is_slow:
            await asyncio.Event().wait()
        return [PNG] * len(charts)


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    painter = Painter()
    monkeypatch.setattr(renderer, "has_room", lambda: True)
    monkeypatch.setattr(renderer, "pictures", painter.pictures)
    return painter


async def pictures(team: Team, number: int) -> list[Message]:
    """As soon as there are so many."""

    def found() -> list[Message]:
        return [one for one in team.group.by_bot if one.body.kind == "photo"]

    await team.town.world.wait_for(lambda: len(found()) >= number)
    return found()


@pytest.mark.english
async def test_the_chart_follows_the_words_once_a_minute(team: Team, painter: Painter) -> None:
    await team.has(team.lead(1))
    said = await team.answers(team.town.asha, team.group, "/stats today")
    (photo,) = await pictures(team, 1)
    assert photo.text == "Leads by day and kind\nToday: 1 lead"
    assert photo.message_id > said.message_id
    assert photo.reply_to is said.reply_to
    await team.answers(team.town.ravi, team.group, "/stats today")
    await team.answers(team.town.ravi, team.group, "/stats yesterday")
    await team.answers(team.town.ravi, team.group, "/stats month")
    assert [one.text.split(":")[0] for one in await pictures(team, 2)][1:] == ["Leads by day and kind\nThis month"]
    assert len(painter.drawn) == 2


@pytest.mark.english
async def test_of_a_person_it_is_how_fast_they_claim(team: Team, painter: Painter) -> None:
    numbers = await team.has(team.lead(1), team.lead(2))
    await team.card(numbers[0])

    async def is_timed() -> bool:
        async with team.database.reading() as connection:
            found = await response_times.get(connection, team.services.account_id, numbers[0])
        return found.posted_at is not None

    await until(is_timed)
    for number, person in zip(numbers, (team.town.ravi, team.town.asha), strict=True):
        await team.services.claims.claim(number, Person(UserId(person.id), person.first_name))
    await team.answers(team.town.asha, team.group, "/stats asha")
    await team.answers(team.town.asha, team.group, "/stats ravi")
    (photo,) = await pictures(team, 1)
    assert photo.text.startswith("How fast a new card is claimed\nIn working time. The last 7 days, Ravi: 1 lead.")
    assert len(painter.drawn) == 1, "nothing of Asha's was timed"


async def test_what_is_not_drawn_in_time_is_left_out(
    team: Team, painter: Painter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await team.has(team.lead(1))
    painter.is_slow = True
    monkeypatch.setattr(statistics, "IN_TIME", 0.05)
    await team.answers(team.town.asha, team.group, "/stats")
    await team.town.world.wait_for(lambda: ALONE in caplog.text)
    painter.is_slow = False
    monkeypatch.setattr(statistics, "IN_TIME", 30)
    await team.answers(team.town.asha, team.group, "/stats")
    assert len(await pictures(team, 1)) == 1


async def test_it_takes_no_call_that_somebody_may_wait_for(
    gathered: Callable[..., Any], painter: Painter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with gathered(more={"TELEGRAM_GROUP_RATE": "20/60"}) as team:
        await team.has(team.lead(1))
        for _card in range(4):
            team.services.sender.pacer.count(team.group.id, Priority.CARD)
        monkeypatch.setattr(statistics, "IN_TIME", 0.5)
        await team.answers(team.town.asha, team.group, "/stats")
        await team.town.world.wait_for(lambda: ALONE in caplog.text)
        assert len(painter.drawn) == 1
        assert team.group.by_bot[-1].body.kind != "photo"


@pytest.mark.usefixtures("painter")
async def test_a_group_that_takes_no_pictures_is_told_in_words_what_they_show(team: Team) -> None:
    await team.has(team.lead(1))
    team.town.api.faults.refuse(400, "Bad Request: not enough rights to send photos to the chat", "sendPhoto", times=1)
    before = len(team.group.by_bot)
    said = await team.answers(team.town.asha, team.group, "/stats today")
    told = await team.said(team.group, before + 1)
    assert told.body.kind == "text"
    assert told.reply_to is said.reply_to
