"""The demo's world: the two servers, its people, its leads and its faults. The service itself is started elsewhere."""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bot.config import keyring
from bot.domain.notice import Fault as Told
from bot.errors import LeadbellError
from bot.health.faults import PATIENCE
from bot.i18n import _, shown, systems
from bot.sandbox import second_seller
from bot.sandbox.arrivals import Arrivals
from bot.sandbox.botapi import BotApiServer, Control, MemberStatus, World, hosts
from bot.sandbox.eight_weeks import EightWeeks
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.server import Simulator
from bot.sandbox.simulator.trades import PUMPS, SOLAR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence

    from bot.sandbox.botapi import Chat
    from bot.sandbox.botapi.town import WoundClock
    from bot.sandbox.second_seller import SecondSeller

HOST: Final = "127.0.0.1"
PORT: Final = 8765
"""Where the chat page is, as long as nothing else is there."""
FLOOR: Final = timedelta(seconds=2)
EVERY: Final = f"{FLOOR.total_seconds():g}s"
DIRT: Final = 0.05
"""The share of leads whose rows are as untidy as real ones."""
FLOOD_WAIT: Final = 10
"""Seconds the sandbox asks the bot to wait, for as long as the flood switch is on."""
_SEED: Final = 20


@dataclass(frozen=True, slots=True)
class Market:
    """Leads for the seller whose group is open on the page, or whose bot; for the first where neither is."""

    first: Arrivals
    others: Mapping[int, Arrivals]

    def lead(self, arrive: Callable[[Arrivals], None]) -> Callable[[Chat | None, object], Awaitable[None]]:
        async def press(chat: Chat | None, _on: object) -> None:
            arrive(self.first if chat is None else self.others.get(chat.id, self.first))

        return press


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
    second: SecondSeller
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
    world, controls = World(clock), dict[str, Control]()
    with _temporary() as folder:
        async with (
            Simulator(clock, floor=FLOOR, seed=_SEED, dirt=DIRT) as simulator,
            BotApiServer(world, port=_free(host, port), host=host, names=names, controls=controls) as api,
        ):
            settings, second = _people(world, simulator)
            arrivals = Arrivals(simulator.seller, clock, SOLAR, _SEED)
            others = Arrivals(second.seller, clock, PUMPS, _SEED + 1)
            weeks = EightWeeks(world, clock, simulator.seller, arrivals.draw, next(iter(world.chats.values())))
            market = Market(arrivals, {second.group.id: others})
            controls.update(_controls(market, Mishaps(simulator, api), weeks))
            arrivals.prepare()
            settings |= _addresses(api, simulator, Path(folder))
            async with _running(arrivals.keep_coming()), _running(second.begin(world, others)):
                yield DemoWorld(
                    settings=settings,
                    second=second,
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


def _people(world: World, simulator: Simulator) -> tuple[dict[str, str], SecondSeller]:
    """Two teams with a group and a bot each, one who is in both and one who is in neither; what the service needs to
    know of them.
    """
    ravi = world.add_person("Ravi", is_admin=True)
    asha, meena = world.add_person("Asha", username="asha"), world.add_person("Meena")
    kiran = world.add_person("Kiran", is_admin=True)
    world.add_person("Vikram")
    group = world.add_group("Sharma Solar · Sales", [ravi, asha, meena], bot_role=MemberStatus.ADMINISTRATOR)
    settings = {
        "TELEGRAM_BOT_TOKEN": world.bot.token,
        "TELEGRAM_CHAT_ID": str(group.id),
        "TELEGRAM_ADMINS": str(ravi.id),
    }
    return settings, second_seller.made(world, simulator.add_seller(), kiran, asha, every=EVERY)


def _addresses(api: BotApiServer, simulator: Simulator, folder: Path) -> dict[str, str]:
    return {
        "TELEGRAM_API_URL": api.url,
        "INDIAMART_KEY": simulator.seller.api_key,
        "INDIAMART_API": "v2",
        "INDIAMART_URL": simulator.url,
        "POLL_EVERY": EVERY,
        "DATABASE_URL": f"sqlite:///{(folder / 'demo.db').as_posix()}",
        "HTTP_LISTEN": "off",
        "SECRET_KEY": keyring.new_key(),
        "WORKING_HOURS": "Mon-Sat 09:30-19:00",
    }


def _controls(market: Market, mishaps: Mishaps, weeks: EightWeeks) -> dict[str, Control]:
    return {
        "new_enquiry": Control(_("New enquiry"), group="lead", action=market.lead(Arrivals.new_enquiry)),
        "twenty_leads": Control(_("20 leads at once"), group="lead", action=market.lead(Arrivals.twenty_leads)),
        "call": Control(_("A call"), group="lead", action=market.lead(Arrivals.call)),
        "same_buyer": Control(_("Same buyer again"), group="lead", action=market.lead(Arrivals.same_buyer)),
        "eight_weeks": Control(
            _("Eight weeks of work in a minute"),
            group="lead",
            action=weeks.play,
            hint=_(
                "The clock runs ahead while Sharma Solar's team claims, calls and sells; then /stats, /digest and "
                "charts tell of it."
            ),
        ),
        "indiamart_down": _switch(_("IndiaMART is down"), mishaps.indiamart_down, _down()),
        "wrong_key": _switch(_("Wrong IndiaMART key"), mishaps.wrong_key, _wrong_key()),
        "telegram_flood": _switch(_("Telegram flood limit"), mishaps.telegram_flood, _flood()),
    }


def _down() -> str:
    minutes = int(PATIENCE[Told.NO_CONNECTION].total_seconds() // 60)
    return _(
        "The groups hear of it after {n}\u00a0min; /status shows it now. What comes meanwhile is fetched later."
    ).format(n=minutes)


def _wrong_key() -> str:
    return _(
        "The groups hear at once that no leads come. Their admins, Ravi and Kiran, hear in private what to do, "
        "if they have started the bot."
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
                port=port, reason=shown(systems(error))
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
