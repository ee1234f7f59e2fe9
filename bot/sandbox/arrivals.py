"""The demo's leads: some that are there when it starts, some that come by themselves, and others when asked for."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.lead import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.sandbox.simulator.lead_record import LeadRecord
    from bot.sandbox.simulator.seller import Seller
    from bot.sandbox.simulator.trades import Product

PAUSE: Final = (20.0, 40.0)
"""Seconds between two leads that come by themselves, least and most."""
_DRAWS: Final = 200
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
    """Brings leads to one simulated seller, who sells the products of one trade."""

    def __init__(self, seller: Seller, clock: Clock, trade: Sequence[Product], seed: int) -> None:
        self._seller = seller
        self._clock = clock
        self._products = {product.name for product in trade}
        self._random = random.Random(seed)

    def prepare(self, share: float = 1) -> None:
        """The leads of the hours before, or of so small a share of them; the first one's buyer came back at the end."""
        earlier = [self._arrive(kind, ago * share) for ago, kind in _WAITING]
        self._again(earlier[0], timedelta(minutes=1) * share)

    async def keep_coming(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(self._random.uniform(*PAUSE))
            self._arrive_any()

    def new_enquiry(self) -> None:
        self._arrive(Kind.ENQUIRY)

    def twenty_leads(self) -> None:
        for _number in range(20):
            self._arrive_any()

    def call(self) -> None:
        self._arrive(Kind.CALL)

    def same_buyer(self) -> None:
        buyers = [record for record in self._seller.records if record.mobile and record.kind != Kind.CATALOGUE_VIEW]
        self._again(buyers[-1])

    def _arrive_any(self) -> None:
        self._arrive(self._random.choices(_KINDS, _WEIGHTS)[0])

    def draw(self, moment: datetime, kind: str) -> LeadRecord:
        return self._of_the_trade(lambda: self._seller.leads.lead(moment, kind))

    def _arrive(self, kind: str, ago: timedelta = timedelta(0)) -> LeadRecord:
        moment = self._clock.now() - ago
        return self._seller.add(self.draw(moment, kind))

    def _again(self, earlier: LeadRecord, ago: timedelta = timedelta(0)) -> None:
        moment = self._clock.now() - ago
        self._seller.add(self._of_the_trade(lambda: self._seller.leads.again(earlier, moment)))

    def _of_the_trade(self, draw: Callable[[], LeadRecord]) -> LeadRecord:
        """The simulator's buyers ask for all sorts of things. Calls name no product."""
        for _draw in range(_DRAWS):
            record = draw()
            if not record.product or record.product in self._products:
                return record
        return draw()
