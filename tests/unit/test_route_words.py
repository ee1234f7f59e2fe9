from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import route_words
from bot.domain.ids import ChatId
from bot.domain.route_words import Target, TypedRoute


@pytest.mark.parametrize("arrow", ["->", " -> ", " --> ", "→", " → ", " => ", " —> ", " ➡️ "])
def test_an_arrow_is_typed_in_many_ways(arrow: str) -> None:
    assert route_words.read(f"kind:B value>1l{arrow}@ravi, @asha") == TypedRoute(
        query="kind:B value>1l", target=Target.PEOPLE, names=("@ravi", "@asha")
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("here", TypedRoute(query="city:surat", target=Target.HERE)),
        ("Mute.", TypedRoute(query="city:surat", target=Target.MUTE)),
        ("the group", TypedRoute(query="city:surat", target=Target.GROUP)),
        ("topic 12", TypedRoute(query="city:surat", target=Target.TOPIC, thread_id=12)),
        ("-1001234567890", TypedRoute(query="city:surat", target=Target.CHAT, chat_id=ChatId(-1001234567890))),
        ("-100123456:7", TypedRoute(query="city:surat", target=Target.CHAT, chat_id=ChatId(-100123456), thread_id=7)),
        ("ravi kumar", TypedRoute(query="city:surat", target=Target.PEOPLE, names=("ravi kumar",))),
        ("ravi and asha", TypedRoute(query="city:surat", target=Target.PEOPLE, names=("ravi", "asha"))),
        ("@ravi @asha @ravi", TypedRoute(query="city:surat", target=Target.PEOPLE, names=("@ravi", "@asha"))),
        ("", TypedRoute(query="city:surat", target=Target.NOTHING)),
    ],
)
def test_behind_the_arrow_stands_where_to(words: str, expected: TypedRoute) -> None:
    assert route_words.read(f"city:surat -> {words}") == expected


@pytest.mark.parametrize(
    ("typed", "query", "target"),
    [
        ("kind:B @ravi", "kind:B", Target.PEOPLE),
        ("kind:B @ravi, @asha", "kind:B", Target.PEOPLE),
        ("city:surat here", "city:surat", Target.HERE),
        ("kind:BIZ mute", "kind:BIZ", Target.MUTE),
        ("kind:B solar pump", "kind:B solar pump", Target.NOTHING),
    ],
)
def test_without_an_arrow_only_what_is_clear_is_taken(typed: str, query: str, target: Target) -> None:
    found = route_words.read(typed)
    assert (found.query, found.target) == (query, target)


def test_a_value_that_is_at_least_so_much_holds_no_arrow() -> None:
    assert route_words.read("value=>50000 -> here").query == "value=>50000"
    assert route_words.read("value => 50000 here").query == "value => 50000"


@given(st.text())
def test_nothing_typed_is_an_error(typed: str) -> None:
    route_words.read(typed)
