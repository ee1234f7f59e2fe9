"""What one account goes through is no other's business: two hundred in one process, and three of them in trouble."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.card import Card
from bot.indiamart.answer import Outcome
from tests.services.many import Town, group, in_town, key
from tests.services.played import NOON, failed, flood, lead, leads_answer

if TYPE_CHECKING:
    from bot.domain.ids import ChatPlace
    from bot.errors import DeliveryError

MANY = 200
FLOODED, DEAD, HANGING = 2, 3, 4
AT_ONCE = 5000
OTHERS = [1, *range(5, MANY + 1)]
SOON = 120.0
"""Seconds in which the machine may be slow; what waits behind 5,000 leads, twenty a minute, waits for hours."""


async def hangs(_window: Any) -> Any:
    await asyncio.Event().wait()


def floods(_place: ChatPlace, _what: Any, _plain: bool) -> DeliveryError | None:  # noqa: FBT001 - as it is called
    return flood(20)


@pytest.mark.no_cover
@in_town
async def test_every_other_accounts_new_lead_is_posted_while_one_has_5000_one_a_dead_key_and_one_hangs(
    town: Town,
) -> None:
    for number in range(2, MANY + 1):
        await town.add(number, POLL_EVERY="5m")
    for number in OTHERS:
        town.seller(key(number)).answers.append(leads_answer(lead(str(number))))
    rows = [lead(str(n), enquired_at=NOON - timedelta(seconds=n)) for n in range(10_000, 10_000 + AT_ONCE)]
    town.seller(key(FLOODED)).answers.append(leads_answer(*rows))
    town.seller(key(DEAD)).respond = lambda _window: failed(Outcome.BAD_KEY)
    town.seller(key(HANGING)).fetch = hangs  # type: ignore[method-assign, assignment]  # for ever
    async with town.open():
        town.chat(FLOODED).refuse = floods
        await asyncio.sleep(SOON)
        late = {}
        for number in OTHERS:
            cards = [one for one in town.chat(number).posted if isinstance(one.what, Card)]
            assert [one.place.chat_id for one in cards] == [group(number)]
            assert [one.what.stored.lead.query_id for one in cards if isinstance(one.what, Card)] == [str(number)]
            late[number] = cards[0].at - town.seller(key(number)).called_at[0]
        assert max(late.values()) < SOON
        assert not [one for one in town.chat(FLOODED).posted if isinstance(one.what, Card)]
        town.chat(FLOODED).refuse = lambda *_any: None
        await asyncio.sleep(60)
        assert town.chat(FLOODED).posted  # it goes on where it was
    assert await town.rows(f"SELECT count(*) FROM leads WHERE account_id = {FLOODED}") == [(AT_ONCE,)]
    assert await town.rows("SELECT count(*) FROM cards WHERE chat_id <> -1001 - account_id") == [(0,)]
