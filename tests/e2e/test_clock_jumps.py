"""The machine's clock jumps while the service runs: what is due comes when it is due by what has really passed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.clock import SKEW, Clock, TrustedClock
from bot.config import Settings
from bot.domain.ids import AccountId, LeadId, LeadNumber, UserId
from bot.domain.lead import Kind, Lead, Origin, StoredLead
from bot.domain.person import Person
from bot.lifecycle import service
from bot.lookup.card_facts import is_time_known
from bot.sandbox.botapi import NO_LIMITS
from bot.sandbox.botapi import town as towns
from bot.sandbox.simulator.server import Simulator
from tests import databases
from tests.claiming import claimed
from tests.languages import heard, spoken
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox.botapi.town import Town
    from bot.services import Services

BACK_TO_1970 = timedelta(seconds=-datetime.now(UTC).timestamp() + 60)
JUMPS = {
    "-2 h": timedelta(hours=-2),
    "+1 day": timedelta(days=1),
    "+40 days": timedelta(days=40),
    "+400 days": timedelta(days=400),
    "1970": BACK_TO_1970,
}


class WrongClock(Clock):
    """The machine's, by so much wrong."""

    def __init__(self, wrong_by: timedelta = timedelta()) -> None:
        self.wrong_by = wrong_by

    def now(self) -> datetime:
        return super().now() + self.wrong_by


class Jumpy:
    def __init__(self, town: Town, simulator: Simulator, services: Services, clock: WrongClock) -> None:
        self.town, self.simulator, self.services, self.clock = town, simulator, services, clock

    def said(self, words: str) -> int:
        return sum(words in (message.text or "") for message in self.town.group.by_bot)

    async def has_said(self, words: str, times: int = 1) -> None:
        await self.town.world.wait_for(lambda: self.said(words) >= times)

    async def is_told(self) -> None:
        """Until a poll has told what time it is."""
        await until(lambda: abs(self.services.clock.now() - datetime.now(UTC)) <= timedelta(seconds=3))

    async def has_card(self, product: str) -> str:
        self.simulator.seller.arrive("W", product=product)
        await self.has_said(product)
        return next(text for message in self.town.group.by_bot if product in (text := message.text or ""))


@asynccontextmanager
async def jumpy(folder: Path, wrong_by: timedelta = timedelta(), slow: float = 0.0) -> AsyncIterator[Jumpy]:
    """`slow` is how long Telegram takes to say who the bot is, in seconds."""
    clock = WrongClock(wrong_by)
    async with towns.opened(limits=NO_LIMITS, language=spoken()) as town, Simulator(floor=timedelta(0)) as simulator:
        values = {
            "TELEGRAM_BOT_TOKEN": town.world.bot.token,
            "TELEGRAM_CHAT_ID": town.group.id,
            "TELEGRAM_API_URL": town.api.url,
            "TELEGRAM_ADMINS": str(town.ravi.id),
            "TELEGRAM_GROUP_RATE": "1000/1",
            "INDIAMART_KEY": simulator.seller.api_key,
            "INDIAMART_URL": simulator.url,
            "POLL_EVERY": "0.3s",
            "DATABASE_URL": databases.new_url(folder / "leads.db"),
            "HTTP_LISTEN": "off",
            "WORKING_HOURS": "Mon-Sun 00:00-24:00",
            "ESCALATE_AFTER": "8s",
            "DIGEST": "off",
            "BOT_LANGUAGE": spoken(),
        }
        town.api.faults.slow("getMe", seconds=slow, times=None)
        async with service(Settings.from_values(values), clock) as registry:
            await until(registry.has_main)
            yield Jumpy(town, simulator, registry.main.services, clock)


@pytest.mark.english  # ten seconds, and hardly any words
async def test_whatever_the_clock_does_leads_reminders_and_callouts_come_in_their_time(tmp_path: Path) -> None:
    async with asyncio.TaskGroup() as group:  # side by side: they wait, most of their time
        for name, jump in JUMPS.items():
            group.create_task(_jumped(jump, tmp_path / name), name=name)


async def _jumped(jump: timedelta, folder: Path) -> None:
    folder.mkdir()
    async with jumpy(folder) as stage:
        await stage.has_card("Gate Valve")
        await stage.is_told()
        ravi = Person(UserId(stage.town.ravi.id), "Ravi")
        add = stage.services.reminders.add
        now = stage.services.clock.now()
        assert await add(LeadId(1), ravi, now + timedelta(seconds=4), "soon")
        assert await add(LeadId(1), ravi, now + timedelta(hours=1), "later")
        for wrong_by in (jump, timedelta()):
            stage.clock.wrong_by = wrong_by
            card = await stage.has_card(f"Pump {wrong_by.days}")
            assert "reached us after" not in card
            assert "late" not in card
        await stage.has_said("soon")
        await stage.has_said("still unclaimed")
        assert datetime.now(UTC) - now >= timedelta(seconds=4)
        assert stage.said("later") == 0
        assert stage.said("soon") == 1


async def test_an_admin_is_told_also_before_telegram_has_said_who_the_bot_is(tmp_path: Path) -> None:
    """What goes to a person is in their language, which is noted by bot and person."""
    async with jumpy(tmp_path, timedelta(days=400), slow=1.0) as stage:
        stage.town.ravi.chat.has_started = True
        await stage.has_card("Gate Valve")
        await stage.town.world.wait_for(lambda: stage.town.ravi.chat.by_bot)
        assert (await stage.services.report.status()).parked.number == 0


@pytest.mark.parametrize("wrong_by", [timedelta(days=400), timedelta(days=-400), BACK_TO_1970])
async def test_a_clock_that_was_wrong_from_the_start_dates_no_card(wrong_by: timedelta, tmp_path: Path) -> None:
    """What was stored before anybody could know it, by push, keeps its wrong time: then the card leaves it out."""
    async with jumpy(tmp_path, wrong_by) as stage:
        await stage.has_card("Gate Valve")
        await stage.is_told()
        card = await stage.has_card("Pump")
        assert not heard("reached us after", card)
        found = next(message for message in stage.town.group.by_bot if "Pump" in (message.text or ""))
        await claimed(stage.town.asha, found)
        await stage.town.world.wait_for(lambda: "✋ Asha" in (found.text or ""))
        assert " d" not in next(line for line in (found.text or "").splitlines() if line.startswith("✋"))


class HandClock(Clock):
    def __init__(self) -> None:
        self.wall, self.mono = datetime(2026, 3, 2, 12, tzinfo=UTC), 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.mono

    def passed(self) -> float:
        return self.mono


@pytest.mark.english
def test_nothing_is_corrected_before_indiamart_told_its_time_or_within_two_minutes_of_it() -> None:
    hand = HandClock()
    clock = TrustedClock(hand)
    assert clock.now() == hand.wall
    clock.hear(hand.wall + SKEW)
    assert clock.now() == hand.wall


@pytest.mark.english
@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
def test_a_jump_moves_nothing_and_time_goes_on_with_what_passes(jump: timedelta) -> None:
    hand = HandClock()
    clock, true = TrustedClock(hand), hand.wall
    clock.hear(true)
    for wrong_by in (jump, timedelta()):
        hand.wall, hand.mono = true + timedelta(seconds=10) + wrong_by, hand.mono + 10
        true += timedelta(seconds=10)
        assert clock.now() == true
        assert clock.machine() == hand.wall


@pytest.mark.english
@pytest.mark.parametrize(
    ("stored", "claimed", "is_known"),
    [
        (timedelta(minutes=-5), None, True),
        (timedelta(minutes=-5), timedelta(minutes=-1), True),
        (timedelta(days=400), None, False),
        (timedelta(minutes=-5), timedelta(days=400), False),
        (timedelta(days=-400), None, False),
    ],
)
def test_times_that_cannot_be_are_no_facts_of_a_card(
    stored: timedelta, claimed: timedelta | None, *, is_known: bool
) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    lead = StoredLead(
        lead_id=LeadId(1),
        account_id=AccountId(1),
        number=LeadNumber(1),
        lead=Lead(kind=Kind.ENQUIRY, enquired_at=now - timedelta(minutes=10)),
        origin=Origin.PUSH,
        stored_at=now + stored,
        claimed_at=None if claimed is None else now + claimed,
    )
    assert is_time_known(lead, now) is is_known
