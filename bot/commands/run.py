"""`leadbell run` and `leadbell demo`: the service as what this process is for."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from typing import TYPE_CHECKING

import click

from bot import lifecycle
from bot.commands import terminal
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.clock import Clock
    from bot.config import Settings
    from bot.services import AccountParts

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """The service, until SIGTERM or SIGINT."""
    await serve(settings, stopped())


async def serve(
    settings: Settings,
    stop: asyncio.Event,
    clock: Clock | None = None,
    joined: Callable[[Callable[[], AccountParts]], None] = lambda _serving: None,
) -> None:
    """The service as what this process is for, and all that is tuned for it: the same for `run` and `demo`."""
    async with lifecycle.service(settings, clock, stop=stop) as registry:
        joined(lambda: registry.main)
        # What is there by now stays: the garbage collector need not walk over it again and again.
        gc.freeze()
        await stop.wait()
        log.info("stopping")


async def demo(*, port: int | None, host: str, names: Sequence[str]) -> None:
    """The same service against the two servers of the sandbox, until SIGTERM or SIGINT.

    `host` is the address that the page listens on, `names` are further ones that it is opened under.
    """
    from bot.config import Settings  # noqa: PLC0415 - the service itself never needs the sandbox
    from bot.sandbox.demo import demo_world  # noqa: PLC0415
    from bot.sandbox.eight_weeks import HurriedClock  # noqa: PLC0415

    stop, clock = stopped(), HurriedClock()
    async with demo_world(clock, port=port, host=host, names=names) as world:
        click.echo(_("The sales group is at {url} - Ctrl-C ends the demo.").format(url=world.page_url))
        if world.others:
            click.echo(_("Others in your network open {urls}").format(urls=" ".join(world.others)))
            click.echo(
                _(
                    "Whoever can reach this machine can open it, be any of its people and press everything. "
                    "All that is in it is made up. End it when you have seen enough."
                )
            )
        settings = Settings.from_values(world.settings)
        await world.second.join(settings, clock)
        await serve(settings, stop, clock, world.weeks.join)


def stopped() -> asyncio.Event:
    """Set by SIGTERM and SIGINT. Heard by the interpreter and not by the event loop, which may be held up."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end(*_signal: object) -> None:
        terminal.ends_anyway()
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop
