"""Whose turn it is: fair whoever comes, is away, or is done with their leads."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.ids import UserId
from bot.domain.routes import Hand, next_in_turn

TEAM = [UserId(n) for n in range(1, 5)]
FIRST, SECOND, *OTHERS = TEAM


@dataclass
class Book:
    """Who has how many open leads, as a team would note it."""

    in_hand: dict[UserId, int] = field(default_factory=lambda: dict.fromkeys(TEAM, 0))
    given: dict[UserId, int] = field(default_factory=lambda: dict.fromkeys(TEAM, 0))
    last: dict[UserId, int] = field(default_factory=lambda: dict.fromkeys(TEAM, 0))
    there: list[UserId] = field(default_factory=lambda: list(TEAM))
    came: int = 0

    def happen(self, what: str, who: UserId) -> UserId | None:
        """Who is given a lead, if it is one that comes and anybody is there."""
        if what == "lead":
            return self._arrive()
        if what == "close":
            self.in_hand[who] = max(self.in_hand[who] - 1, 0)
        else:
            self.there = [one for one in TEAM if (one in self.there and one != who) or (one == who and what == "back")]
        return None

    def _arrive(self) -> UserId | None:
        self.came += 1
        hand = next_in_turn(
            Hand(user_id=one, open_leads=self.in_hand[one], last_given=self.last[one]) for one in self.there
        )
        if hand is None:
            return None
        self.in_hand[hand.user_id] += 1
        self.given[hand.user_id] += 1
        self.last[hand.user_id] = self.came
        return hand.user_id


def events(*kinds: str, people: list[UserId] = TEAM) -> st.SearchStrategy[list[tuple[str, UserId]]]:
    arrivals = st.just(("lead", FIRST))
    return st.lists(
        st.one_of(arrivals, arrivals, st.tuples(st.sampled_from(kinds), st.sampled_from(people))), max_size=120
    )


@given(events("away", "back", "close"))
@settings(max_examples=300, deadline=None)
def test_nobody_is_given_a_second_lead_more_than_anybody_else_there_has(happened: list[tuple[str, UserId]]) -> None:
    book = Book()
    for what, who in happened:
        receiver = book.happen(what, who)
        if receiver is not None:
            assert all(book.in_hand[receiver] <= book.in_hand[one] + 1 for one in book.there)


@given(events("away", "back", "close", people=OTHERS))
@settings(max_examples=300, deadline=None)
def test_two_who_are_there_as_long_get_as_many_whatever_the_others_do(happened: list[tuple[str, UserId]]) -> None:
    book = Book()
    for what, who in happened:
        book.happen(what, who)
        assert abs(book.given[FIRST] - book.given[SECOND]) <= 1


@given(events("away", "back", "close"))
@settings(max_examples=300, deadline=None)
def test_nobody_gets_two_more_than_another_but_for_what_they_closed(happened: list[tuple[str, UserId]]) -> None:
    """Of two who are there from the beginning to the end."""
    book, closed, was_away = Book(), dict.fromkeys(TEAM, 0), set[UserId]()
    for what, who in happened:
        before = book.in_hand[who]
        book.happen(what, who)
        closed[who] += before - book.in_hand[who] if what == "close" else 0
        was_away |= {who} if what == "away" else set()
    stayed = [one for one in TEAM if one not in was_away]
    for one in stayed:
        for other in stayed:
            # Whoever is done with more of theirs has room for as many more.
            assert book.given[one] <= book.given[other] + 1 + closed[one]


def test_who_has_waited_longest_goes_first_where_hands_are_equal() -> None:
    hands = [Hand(user_id=UserId(1), open_leads=1, last_given=9), Hand(user_id=UserId(2), open_leads=1, last_given=4)]
    assert next_in_turn(hands) == hands[1]
    assert next_in_turn([]) is None
