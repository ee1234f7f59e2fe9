"""Strangers press and write, through the whole bot; then a look at what of them is still there."""

from __future__ import annotations

import asyncio
import gc
import types
from typing import TYPE_CHECKING, Any

from bot.chat.views import callback_data, lead_codes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import HumanUser
    from tests.chat.conftest import Team

AT_ONCE = 100
NOT_OURS = (type, types.ModuleType, types.FrameType, types.CodeType)
SANDBOX = ("bot.sandbox.", "aiohttp.web")
"""Whatever is reached through these is the interpreter's, or of the other side: both sides share an event loop."""


def held(roots: Iterable[Any]) -> set[int]:
    """Every number that anything reached from there holds, keys of dictionaries and parts of codes alike."""
    found, seen, waiting = set[int](), set[int](), list(roots)
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or _is_beyond(thing):
            continue
        seen.add(id(thing))
        if isinstance(thing, int):
            found.add(int(thing))
        elif isinstance(thing, types.FunctionType):
            waiting.extend(thing.__closure__ or ())
        else:
            waiting.extend(gc.get_referents(thing))
    return found


def _is_beyond(thing: object) -> bool:
    return isinstance(thing, NOT_OURS) or str(type(thing).__module__).startswith(SANDBOX)


async def press(team: Team, person: HumanUser, card: Message, data: str) -> None:
    answer = await team.town.world.queries.press_data(person, card, data)
    assert "is yours" not in answer.text
    person.says(person.chat, "/today")


async def quiet_for(team: Team, seconds: float) -> None:
    """Until all was said and so long after that, wound on: strangers are told one after the other."""
    while not team.services.sender.is_idle:
        team.town.clock.ahead += 30
        team.services.sender.tidy()
        await asyncio.sleep(0.01)
    team.town.clock.ahead += seconds
    team.services.sender.tidy()
    team.services.access.tidy()
    await team.services.sender.pacer.written()


async def crowd(team: Team, many: int) -> tuple[set[int], set[int]]:
    """So many strangers press a card and write. Who of them is known to the bot right then, and an hour later."""
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.answers(team.town.ravi, team.group, "/today")
    team.group.username = "sharma_solar"  # whoever finds a public group can press in it
    strangers = [team.town.world.add_person(f"Stranger {one}") for one in range(many)]
    claim = callback_data.encode(lead_codes.Claim(number))
    for start in range(0, many, AT_ONCE):
        await asyncio.gather(*(press(team, one, card, claim) for one in strangers[start : start + AT_ONCE]))
        team.town.clock.ahead += 7
    await team.town.world.wait_for(lambda: not team.town.world.updates.waiting)
    ids, roots = {one.id for one in strangers}, [team.services, team.chat.application]
    before = held(roots) & ids
    # The library holds the latest update until the next one comes.
    assert (await team.town.ravi.presses(card, "✋ Claim")).text == f"#{number} is yours. Good luck!"
    await quiet_for(team, 3_600)
    return before, held(roots) & ids
