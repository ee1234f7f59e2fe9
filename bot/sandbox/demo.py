"""The demo's world: the two servers, its people, its leads and its faults. The service itself is started elsewhere."""

from __future__ import annotations

import asyncio
import errno
import random
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bot.domain.lead import Kind
from bot.domain.notice import Fault as Told
from bot.errors import LeadbellError
from bot.health.faults import PATIENCE
from bot.i18n import _
from bot.sandbox.botapi import BotApiServer, Control, MemberStatus, World, hosts
from bot.sandbox.eight_weeks import EightWeeks
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.server import Simulator
from bot.sandbox.simulator.trades import SOLAR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.sandbox.botapi import Chat
    from bot.sandbox.botapi.town import WoundClock
    from bot.sandbox.simulator.lead_record import LeadRecord
    from bot.sandbox.simulator.seller import Seller

HOST: Final = "127.0.0.1"
PORT: Final = 8765
"""Where the chat page is, as long as nothing else is there."""
FLOOR: Final = timedelta(seconds=2)
DIRT: Final = 0.05
"""The share of leads whose rows are as untidy as real ones."""
FLOOD_WAIT: Final = 10
"""Seconds the sandbox asks the bot to wait, for as long as the flood switch is on."""
PAUSE: Final = (20.0, 40.0)
"""Seconds between two leads that come by themselves, least and most."""
_SEED: Final = 20
_DRAWS: Final = 200
_PRODUCTS: Final = frozenset(product.name for product in SOLAR)
_WAITING: Final = (
    (timedelta(hours=5), Kind.ENQUIRY),
    (timedelta(hours=2), Kind.BUYLEAD),
    (timedelta(minutes=48), Kind.CALL),
    (timedelta(minutes=4), Kind.ENQUIRY),
)
"""What is there when the demo starts: how long ago, and what."""
_KINDS: Final = (Kind.ENQUIRY, Kind.BUYLEAD, Kind.CALL, Kind.WHATSAPP, Kind.CATALOGUE_VIEW)
_WEIGHTS: Final = (45, 25, 15, 10, 5)


class Arrivals:
    """Brings leads to the simulated seller: some by themselves, others when asked."""

    def __init__(self, seller: Seller, clock: Clock, seed: int = _SEED) -> None:
        self._seller = seller
        self._clock = clock
        self._random = random.Random(seed)

    def prepare(self) -> None:
        """The leads of the hours before; the first one's buyer came back a minute ago."""
        earlier = [self._arrive(kind, ago) for ago, kind in _WAITING]
        self._again(earlier[0], timedelta(minutes=1))

    async def keep_coming(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(self._random.uniform(*PAUSE))
            self._arrive_any()

    async def new_enquiry(self, _chat: object, _on: object) -> None:
        self._arrive(Kind.ENQUIRY)

    async def twenty_leads(self, _chat: object, _on: object) -> None:
        for _number in range(20):
            self._arrive_any()

    async def call(self, _chat: object, _on: object) -> None:
        self._arrive(Kind.CALL)

    async def same_buyer(self, _chat: object, _on: object) -> None:
        buyers = [record for record in self._seller.records if record.mobile and record.kind != Kind.CATALOGUE_VIEW]
        self._again(buyers[-1])

    def _arrive_any(self) -> None:
        self._arrive(self._random.choices(_KINDS, _WEIGHTS)[0])

    def draw(self, moment: datetime, kind: str) -> LeadRecord:
        return _solar(lambda: self._seller.leads.lead(moment, kind))

    def _arrive(self, kind: str, ago: timedelta = timedelta(0)) -> LeadRecord:
        moment = self._clock.now() - ago
        return self._seller.add(self.draw(moment, kind))

    def _again(self, earlier: LeadRecord, ago: timedelta = timedelta(0)) -> None:
        moment = self._clock.now() - ago
        self._seller.add(_solar(lambda: self._seller.leads.again(earlier, moment)))


def _solar(draw: Callable[[], LeadRecord]) -> LeadRecord:
    """A lead for a seller of solar goods: the simulator's buyers ask for all sorts of things. Calls name no product."""
    for _draw in range(_DRAWS):
        record = draw()
        if not record.product or record.product in _PRODUCTS:
            return record
    return draw()


@dataclass(slots=True)
class Mishaps:
    """The faults a visitor may switch on and off."""

    simulator: Simulator
    api: BotApiServer

    async def indiamart_down(self, _chat: object, on: object) -> None:
        await (self.simulator.go_down() if on else self.simulator.come_up())

    async def wrong_key(self, _chat: object, on: object) -> None:
        if on:
            self.simulator.faults.switch_on(SimulatorFault.WRONG_KEY)
        else:
            self.simulator.faults.switch_off()

    async def telegram_flood(self, _chat: object, on: object) -> None:
        self.api.faults.clear()
        if on:
            self.api.faults.flood(retry_after=FLOOD_WAIT, times=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWorld:
    """What a running demo is made of. `settings` start the service by the names its environment would use."""

    settings: dict[str, str] = field(repr=False)
    page_url: str
    """As this machine itself opens the page."""
    others: tuple[str, ...] = ()
    """Addresses that other machines in the network may open."""
    api: BotApiServer
    world: World
    simulator: Simulator
    weeks: EightWeeks
    """The service is to join them."""


@asynccontextmanager
async def demo_world(
    clock: WoundClock,
    *,
    port: int | None = None,
    host: str = HOST,
    names: Sequence[str] = (),
) -> AsyncIterator[DemoWorld]:
    """Both servers, running, and what the service needs to be started with.

    `port` 0 is any free one, None the usual one or else any. `host` is the address that the page listens on, `names`
    are further ones that it answers to.
    """
    world, settings = _people(clock)
    controls: dict[str, Control] = {}
    with _temporary() as folder:
        async with (
            Simulator(clock, floor=FLOOR, seed=_SEED, dirt=DIRT) as simulator,
            BotApiServer(world, port=_free(host, port), host=host, names=names, controls=controls) as api,
        ):
            arrivals = Arrivals(simulator.seller, clock)
            weeks = EightWeeks(world, clock, simulator.seller, arrivals.draw, _group(world))
            controls.update(_controls(arrivals, Mishaps(simulator, api), weeks))
            arrivals.prepare()
            settings |= _addresses(api, simulator, Path(folder))
            async with _running(arrivals.keep_coming()):
                yield DemoWorld(
                    settings=settings,
                    page_url=f"{api.url}/",
                    others=_others(api, host, names),
                    api=api,
                    world=world,
                    simulator=simulator,
                    weeks=weeks,
                )


def _temporary() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="leadbell-demo-", ignore_cleanup_errors=True)
    except OSError as error:
        raise LeadbellError(
            _("The demo needs a folder for temporary files, and none can be written. Name one in TMPDIR.")
        ) from error


def _others(api: BotApiServer, host: str, names: Sequence[str]) -> tuple[str, ...]:
    found = [*names, *(hosts.own_addresses() if hosts.is_wildcard(host) else ())]
    return tuple(f"{api.url_at(one)}/" for one in dict.fromkeys(found))


def _people(clock: Clock) -> tuple[World, dict[str, str]]:
    """Three sales people, an outsider, their group with the bot in it, and what the service needs to know of them."""
    world = World(clock)
    ravi = world.add_person("Ravi", is_admin=True)
    asha, meena = world.add_person("Asha"), world.add_person("Meena")
    world.add_person("Vikram")
    group = world.add_group(
        "Sharma Solar · Sales", [ravi, asha, meena], kind="supergroup", bot_role=MemberStatus.ADMINISTRATOR
    )
    settings = {
        "TELEGRAM_BOT_TOKEN": world.bot.token,
        "TELEGRAM_CHAT_ID": str(group.id),
        "TELEGRAM_ADMINS": str(ravi.id),
    }
    return world, settings


def _addresses(api: BotApiServer, simulator: Simulator, folder: Path) -> dict[str, str]:
    return {
        "TELEGRAM_API_URL": api.url,
        "INDIAMART_KEY": simulator.seller.api_key,
        "INDIAMART_API": "v2",
        "INDIAMART_URL": simulator.url,
        "POLL_EVERY": f"{FLOOR.total_seconds():g}s",
        "DATABASE_URL": f"sqlite:///{(folder / 'demo.db').as_posix()}",
        "HTTP_LISTEN": "off",
        "WORKING_HOURS": "Mon-Sat 09:30-19:00",
    }


def _group(world: World) -> Chat:
    return next(chat for chat in world.chats.values() if chat.person is None)


def _controls(arrivals: Arrivals, mishaps: Mishaps, weeks: EightWeeks) -> dict[str, Control]:
    return {
        "new_enquiry": Control(_("New enquiry"), group="lead", action=arrivals.new_enquiry),
        "twenty_leads": Control(_("20 leads at once"), group="lead", action=arrivals.twenty_leads),
        "call": Control(_("A call"), group="lead", action=arrivals.call),
        "same_buyer": Control(_("Same buyer again"), group="lead", action=arrivals.same_buyer),
        "eight_weeks": Control(
            _("Eight weeks of trade"),
            group="lead",
            action=weeks.play,
            hint=_(
                "The clock runs ahead while the team works, for a minute; then /stats, /digest and charts tell of it."
            ),
        ),
        "indiamart_down": _switch(_("IndiaMART is down"), mishaps.indiamart_down, _down()),
        "wrong_key": _switch(_("Wrong IndiaMART key"), mishaps.wrong_key, _wrong_key()),
        "telegram_flood": _switch(_("Telegram flood limit"), mishaps.telegram_flood, _flood()),
    }


def _down() -> str:
    minutes = int(PATIENCE[Told.NO_CONNECTION].total_seconds() // 60)
    return _(
        "The group hears of it after {n}\u00a0min; /status shows it now. What comes meanwhile is fetched later."
    ).format(n=minutes)


def _wrong_key() -> str:
    return _(
        "The group hears at once that no leads come. Ravi, the admin, hears in private what to do, "
        "if he has started the bot."
    )


def _flood() -> str:
    return _(
        "Telegram takes no message and says each time to wait {n}\u00a0s. /status is silent too; what waits is posted "
        "when it is over."
    ).format(n=FLOOD_WAIT)


def _switch(label: str, action: Callable[[object, object], Awaitable[None]], hint: str) -> Control:
    return Control(label, group="fault", is_switch=True, action=action, hint=hint)


def _free(host: str, port: int | None) -> int:
    """The port to listen on: as asked, or the usual one, or 0 for any where another demo has that."""
    wanted = PORT if port is None else port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, wanted), family=family).close()
    except OSError as error:
        if error.errno in {errno.EADDRNOTAVAIL, socket.EAI_NONAME}:
            said = _("{host} is no address of this machine. --host 0.0.0.0 means all it has.").format(host=host)
            raise LeadbellError(said) from error
        if port is None:
            return 0
        raise LeadbellError(
            _("Port {port} cannot be used ({reason}). Choose another with --port.").format(
                port=port, reason=error.strerror
            )
        ) from error
    return wanted


@asynccontextmanager
async def _running(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
