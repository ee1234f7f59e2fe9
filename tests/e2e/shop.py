"""The service in this process, between the two servers, under a clock that can be moved on."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

from bot import lifecycle
from bot.clock import Clock
from bot.config import Settings
from bot.i18n import _, speaking
from bot.sandbox.botapi import NO_LIMITS
from bot.sandbox.botapi import town as towns
from bot.sandbox.simulator.server import API_KEY, CRM_KEY, MOBILE, Simulator
from tests import databases
from tests.clocks import until_next
from tests.languages import heard, plain, spoken, worded
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime, time

    from bot.domain.lead import Window
    from bot.registry import Registry
    from bot.sandbox.botapi import Chat, HumanUser, Message
    from bot.sandbox.botapi.town import Town
    from bot.sandbox.simulator.seller import Seller
    from bot.services import AccountParts, Services

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


class MovedClock(Clock):
    """Real time and what it was moved on by, wall and monotonic time alike.

    It starts at the next moment that is `at` this time of day in India, or now; only the wall clock knows of that.
    """

    def __init__(self, at: time | None = None) -> None:
        self.ahead = timedelta()
        self._start = timedelta() if at is None else until_next(at, super().now())

    def now(self) -> datetime:
        return super().now() + self._start + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead.total_seconds()


@dataclass
class Shop:
    """Ravi and Asha are in the group, Vikram is not. `boss` is an admin who has started the bot."""

    town: Town
    simulator: Simulator
    boss: HumanUser
    clock: MovedClock
    settings: dict[str, str] = field(repr=False)
    running: Registry | None = None

    @property
    def parts(self) -> AccountParts:
        assert self.running is not None
        return self.running.main

    @property
    def services(self) -> Services:
        return self.parts.services

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """The service runs; may be entered again, as after a restart."""
        async with lifecycle.service(Settings.from_values(self.settings), self.clock) as registry:
            self.running = registry
            await until(registry.has_main)
            yield

    @property
    def group(self) -> Chat:
        return self.town.group

    @property
    def texts(self) -> list[str]:
        """As they read in the group; what keeps numbers and units together is taken out."""
        return [plain(text).replace("\u2060", "") for text in self.group.texts]

    @property
    def cards(self) -> list[str]:
        """As they stand in the group, in order of posting."""
        return [text for text in self.texts if text.splitlines()[-1].startswith("#")]

    @property
    def notices(self) -> list[str]:
        """What Leadbell said of itself to the group, the greeting left out."""
        cards = self.cards
        return [text for text in self.texts if text not in cards and not heard("is connected", text)]

    def this_year(self, cards: str) -> str:
        """As they read in the year of the test: a card leaves out the year that it is."""
        return cards.replace(f" {self.clock.now().astimezone(self.services.settings.timezone).year}, ", ", ")

    @property
    def windows(self) -> list[Window]:
        return self.simulator.seller.windows

    def card(self, query_id: str) -> str:
        [found] = [text for text in self.cards if text.endswith(f" {query_id}")]
        return found

    async def until(self, condition: Callable[[], Any], seconds: float = 30) -> None:
        await self.town.world.wait_for(condition, seconds)

    async def has_cards(self, count: int) -> list[str]:
        await self.until(lambda: len(self.cards) >= count)
        return self.cards

    async def polls(self, more: int = 2) -> None:
        """So many further calls were answered: the answer before the last is stored when the last call comes."""
        await self.simulator.called(len(self.simulator.calls) + more)

    async def idle(self) -> None:
        """Until the answer that is under way is taken in."""
        poller = self.services.poller
        assert poller is not None
        await self.until(lambda: not poller.is_busy)

    async def moves_on(self, by: timedelta) -> None:
        """The clock is later now, and whoever sleeps looks at it again."""
        await self.idle()  # an answer under way was given at the old time, and would tell of a wrong clock
        self.clock.ahead += by
        assert self.services.poller is not None
        await self.services.poller.fetch_now()
        self.services.delivery.wake()

    async def asks(self, person: HumanUser, text: str, chat: Chat | None = None) -> Message:
        """What the bot answers, in private unless a chat is named."""
        where = chat or person.chat
        before = len(where.by_bot)
        person.says(where, text)
        await self.until(lambda: len(where.by_bot) > before)
        return where.by_bot[before]


@asynccontextmanager
async def opened(folder: Path, *bodies: bytes, **how: Any) -> AsyncIterator[Shop]:
    """As `prepared`, and the service runs."""
    async with prepared(folder, *bodies, **how) as shop, shop.serving():
        yield shop


@asynccontextmanager
async def prepared(
    folder: Path,
    *bodies: bytes,
    api: str = "v2",
    at: time | None = None,
    waiting: Callable[[Seller], Any] = lambda _seller: None,
    **changed: str,
) -> AsyncIterator[Shop]:
    """IndiaMART answers with these bodies first, one a call, then as its simulator does.

    It is `at` this time of day in India (the next one), or as late as it really is. `waiting` brings leads before the
    first poll.
    """
    clock = MovedClock(at)
    async with (
        towns.opened(limits=NO_LIMITS, language=spoken()) as town,
        Simulator(clock, floor=timedelta(0)) as simulator,
    ):
        waiting(simulator.seller)
        for body in bodies:
            simulator.faults.can(body)
        boss = town.world.add_person("Boss", has_started=True)
        values = {
            "TELEGRAM_BOT_TOKEN": town.world.bot.token,
            "TELEGRAM_CHAT_ID": str(town.group.id),
            "TELEGRAM_ADMINS": str(boss.id),
            "TELEGRAM_API_URL": town.api.url,
            "TELEGRAM_GROUP_RATE": "1000/1",
            "INDIAMART_KEY": CRM_KEY if api == "v1" else API_KEY,
            "INDIAMART_MOBILE": MOBILE if api == "v1" else "",
            "INDIAMART_URL": simulator.url,
            "POLL_EVERY": "0.2s" if api == "v1" else "0.1s",
            "DATABASE_URL": databases.new_url(folder / "leads.db"),
            "HTTP_LISTEN": "off",
            "DIGEST": "off",
            "BOT_LANGUAGE": spoken(),
        }
        yield Shop(town, simulator, boss, clock, values | changed)


def undelayed(card: str) -> str:
    """Without the words that grow with the age of a sample."""
    with speaking(spoken()):
        delayed = plain(_("{when}, reached us after\u00a0{span}")).format(when="(.+)", span=".+")
    return re.sub(delayed, r"\1", card)


OURS = re.compile(r"(?!✉️|📍|#|📞 \+)\W")
"""A line of a card that the buyer did not write begins with such a sign."""
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"]
DAY = re.compile(rf"(\d+) ({'|'.join(MONTHS)})( \d{{4}})?")


def in_words(cards: str) -> str:
    """Cards as they read in the language of the test."""
    with speaking(spoken()):
        return "\n".join(_in_words(line) if OURS.match(line) else line for line in cards.split("\n"))


def _in_words(line: str) -> str:
    """Where no sentence of ours stands around them, times and amounts are one by one what they are."""
    units = {"min": _("{n}\u00a0min"), "s": _("{n}\u00a0s")}
    words = re.sub(r"(\d+) (min|s)\b", lambda found: units[found[2]].format(n=found[1]), worded(line))
    words = re.sub(r"(?<=\d )([ap]m|lakh)\b", lambda found: _(found[0]), words)
    return plain(DAY.sub(_day, words))


def _day(found: re.Match[str]) -> str:
    month = MONTHS.index(found[2]) + 1
    day = date(int(found[3] or 2000), month, int(found[1]))
    return str(format_date(day, f"d MMM{' y' * bool(found[3])}", locale=f"{spoken()}_IN"))
