"""Each account's digest is its own: its times, its numbers, its chats; and it waits for nobody else's."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.lookup.digest import DigestReport
from bot.store.figures import Figure
from tests.services.many import Town, group, in_town, key
from tests.services.played import lead, leads_answer

if TYPE_CHECKING:
    from tests.services.played import RecordingChat

ZONE = ZoneInfo("Asia/Kolkata")


def digests(chat: RecordingChat) -> list[tuple[int, int]]:
    """To whom, and how many came."""
    found = [(one.place.chat_id, one.what) for one in chat.posted if isinstance(one.what, DigestReport)]
    return sorted((chat_id, report.numbers[Figure.CAME].n) for chat_id, report in found)


@in_town
async def test_two_accounts_hear_each_of_its_own_at_its_own_time(town: Town) -> None:
    soon = [(town.clock.now().astimezone(ZONE) + timedelta(minutes=n)).strftime("%H:%M") for n in (3, 5)]
    async with town.open():
        for number, clock in zip((2, 3), soon, strict=True):
            rows = [lead(str(10 * number + n), enquired_at=town.clock.now()) for n in range(number)]
            town.seller(key(number)).answers.append(leads_answer(*rows))
            await town.add(number, DIGEST=clock)
        await asyncio.sleep(3.5 * 60)
        assert digests(town.chat(2)) == [(group(2), 2), (5, 2)]
        assert digests(town.chat(3)) == []
        await asyncio.sleep(2 * 60)
        assert [came for _chat_id, came in digests(town.chat(3))] == [3, 3]
        assert len(digests(town.chat(2))) == 2
        assert digests(town.chat(1)) == []
