"""The greeting an admin sets: checked before it is saved, one for all kinds, and one for a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.ids import UserId
from bot.domain.lead import Kind
from bot.domain.person import Person
from bot.team.greetings import LONGEST, GreetingFlaws, Templates, flaws

if TYPE_CHECKING:
    from tests.services.world import World

MEERA = Person(UserId(7), "Meera")
HELLO = "Hello {name}, about {product}: this is {owner}."


def templates(world: World) -> Templates:
    return world.services.templates


async def test_without_one_there_is_none(world: World) -> None:
    assert await templates(world).get(Kind.ENQUIRY) is None
    assert await templates(world).all_() == {}


async def test_one_for_all_kinds_is_replaced_and_gives_way_to_a_kinds_own(world: World) -> None:
    service = templates(world)
    await service.save(None, "Old", MEERA)
    assert await service.save(None, f"  {HELLO} ", MEERA) is None
    assert await service.save(Kind.CALL, "You called", MEERA) is None
    assert await service.get(Kind.ENQUIRY) == HELLO
    assert await service.get(Kind.CALL) == "You called"
    assert await service.all_() == {None: HELLO, Kind.CALL: "You called"}


async def test_a_kinds_own_can_be_taken_back(world: World) -> None:
    service = templates(world)
    await service.save(None, HELLO, MEERA)
    await service.save(Kind.CALL, "You called", MEERA)
    assert await service.remove(Kind.CALL)
    assert not await service.remove(Kind.CALL)
    assert await service.get(Kind.CALL) == HELLO


async def test_a_flawed_one_is_not_saved(world: World) -> None:
    service = templates(world)
    assert await service.save(None, "Hello {nmae} and {Product}", MEERA) == GreetingFlaws(
        unknown=("{nmae}", "{Product}")
    )
    assert await service.save(None, "   ", MEERA) == GreetingFlaws(is_empty=True)
    assert await service.save(None, "x" * (LONGEST + 3), MEERA) == GreetingFlaws(too_long_by=3)
    assert await service.all_() == {}


def test_braces_that_are_no_gaps_are_words() -> None:
    assert flaws("{ } {a b} }{ {name}") is None
