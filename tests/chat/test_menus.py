"""The menus under a lead: opening one and choosing is two edits at most, whichever way somebody goes through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.chat.views import callback_data, lead_codes
from bot.chat.views.lead_codes import Menu
from bot.domain.ids import UserId
from bot.domain.lead import Status
from bot.domain.person import Person
from bot.errors import StoreError
from bot.store import edits
from bot.team import cards as team_cards
from tests.chat.conftest import gather
from tests.languages import worded
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.ids import LeadId
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import HumanUser as Member
    from tests.chat.conftest import Team

OPENERS = ("⋯ More", "⏰ Remind")
BACK = "‹ Back"
ANSWERS = {"📝": "wants a sample", "⏰": "tomorrow 10", "🏆": "85,000", "💔": "bought elsewhere"}
"""By how the question begins."""
STATES: dict[str, list[dict[str, Any]]] = {
    "new": [],
    "claimed": [{}],
    "quoted": [{"status": Status.QUOTED}],
    "won": [{"status": Status.WON}],
    "won with its value": [{"status": Status.WON, "won_value": 5000}],
    "lost": [{"status": Status.LOST}],
    "lost for a reason": [{"status": Status.LOST, "reason": "price"}],
    "junk": [{"status": Status.JUNK}],
}


@dataclass
class Trip:
    """One way through a menu of a lead of its own."""

    card: Message
    opener: str
    button: str

    def edits(self, team: Team) -> int:
        """Every call that redraws the card, also one that changes nothing."""
        return sum(
            call.method.lower().startswith("editmessage")
            and str(call.parameters.get("message_id")) == str(self.card.message_id)
            for call in team.town.api.calls
        )


def unfolded(card: Message) -> bool:
    return BACK in str(card.buttons)


async def lead_in(team: Team, state: str, person: Member, number: int) -> LeadId:
    (lead_id,) = await team.has(team.lead(number))
    who = Person(UserId(person.id), person.name)
    for step in STATES[state]:
        if step:
            await team.services.claims.set_status(lead_id, person=who, is_admin=True, **step)
        else:
            await team.services.claims.claim(lead_id, who)
    return lead_id


def choices(card: Message) -> list[str]:
    """What can be pressed, by the bot's own codes: links and copies cost no call."""
    return [one["callback_data"] for one in card.markup.buttons if "callback_data" in one]


def cards(team: Team, lead_id: LeadId) -> list[Message]:
    return [one for one in team.group.by_bot if f"\n#{lead_id} · " in one.text]


async def opened(team: Team, state: str, person: Member, number: int, opener: str) -> Message:
    # Telegram takes twenty calls a minute here.
    team.town.clock.ahead += 62
    lead_id = await lead_in(team, state, person, number)
    await team.services.cards.show(lead_id)
    await team.town.world.wait_for(lambda: cards(team, lead_id))
    (card,) = cards(team, lead_id)
    await person.presses(card, opener)
    await team.settles()
    assert unfolded(card)
    return card


def own(code: str, number: int, first: int) -> str:
    """The same choice for another lead: the number stands behind two letters."""
    return code[:2] + code[2:].replace(str(first), str(number), 1)


async def goes(team: Team, state: str, person: Member, trip: tuple[int, str, str, int]) -> Trip:
    number, opener, code, first = trip
    card = await opened(team, state, person, number, opener)
    (lead_id,) = {
        one.lead_id for one in map(callback_data.decode, choices(card)) if isinstance(one, lead_codes.OpenMenu)
    }
    before = len(team.group.by_bot)
    await team.town.world.queries.press_data(person, card, own(code, lead_id, first))
    await team.settles()
    questions = [one for one in team.group.by_bot[before:] if one.markup.kind == "force_reply"]
    for question in questions:
        person.says(team.group, ANSWERS[question.text[0]], reply_to=question)
    await team.town.world.wait_for(lambda: all(question.is_deleted for question in questions))
    await rests(team)  # before the clock goes on, and what is open too long is folded beside it
    return Trip(card, opener, code)


async def rests(team: Team) -> None:
    """Until the outbox is empty and everything has been said."""

    async def is_empty() -> bool:
        await team.settles()
        async with team.database.reading() as connection:
            return await connection.fetch_one("SELECT 1 AS waits FROM outbox") is None

    await until(is_empty)


@pytest.mark.english
@pytest.mark.parametrize("state", STATES)
async def test_no_way_through_a_menu_is_more_than_two_edits(team: Team, state: str) -> None:
    """Meera may do everything. Whatever she chooses, in the end nothing is left unfolded."""
    number, trips = 0, []
    for opener in OPENERS:
        number += 1
        probe = await opened(team, state, team.meera, number, opener)
        (first,) = {
            one.lead_id for one in map(callback_data.decode, choices(probe)) if isinstance(one, lead_codes.OpenMenu)
        }
        for code in choices(probe):
            number += 1
            trips.append(await goes(team, state, team.meera, (number, opener, code, first)))
    assert len(trips) > 8
    await rests(team)
    team.town.clock.ahead += 62
    await team.town.world.wait_for(lambda: not any(unfolded(one.card) for one in trips))
    await rests(team)
    assert [(one.opener, one.button, one.edits(team)) for one in trips if one.edits(team) > 2] == []


async def test_for_an_admin_the_names_stand_under_more(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.answers(team.town.asha, team.group, "/status")
    await team.meera.presses(card, "⋯ More")
    await team.settles()
    assert ["👥 Asha", "👥 Meera"] in card.buttons
    assert "Give to" not in str(card.buttons)
    await team.meera.presses(card, "👥 Asha")
    await team.town.world.wait_for(lambda: "✋ Asha" in card.text)
    assert not unfolded(card)


async def test_remind_takes_no_open_menu_away_but_asks(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "⋯ More")
    await team.settles()
    before = card.buttons
    await team.town.asha.presses(card, "⏰ Remind")
    await team.settles()
    assert card.buttons == before
    assert team.group.by_bot[-1].text == worded(f"⏰ Reply with when to remind you of #{number}, Asha.")


async def test_a_menu_that_is_open_already_is_not_drawn_again(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "⏰ Remind")
    await team.settles()
    await team.town.world.queries.press_data(
        team.town.asha, card, callback_data.encode(lead_codes.OpenMenu(number, Menu.REMIND))
    )
    await team.settles()
    assert Trip(card, "", "").edits(team) == 1


async def test_who_claims_is_done_with_what_they_opened(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "⋯ More")
    await team.town.ravi.presses(card, "✋ Claim")
    await team.town.world.wait_for(lambda: "✋ Ravi" in card.text)
    assert not unfolded(card)


async def test_a_card_that_was_pressed_before_it_was_written_down_is_edited_no_third_time(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its menu was opened as a view's is; what is chosen in it closes it all the same."""
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await rests(team)
    with monkeypatch.context() as slow:
        slow.setattr(team_cards, "LOOKS", 0)
        await team.town.ravi.presses(card, "⋯ More")
    await team.settles()
    await team.town.ravi.presses(card, "🗣 Contacted")
    await rests(team)
    team.town.clock.ahead += 62
    await team.looks()
    await rests(team)
    assert Trip(card, "", "").edits(team) == 2
    assert not unfolded(card)


@pytest.mark.english
async def test_a_menu_that_cannot_be_folded_now_keeps_no_other_open_and_folds_at_the_next_look(tmp_path: Path) -> None:
    away: list[str] = []

    def fails_once(statement: str) -> None:
        if away and away[0] in statement:
            away.clear()
            raise StoreError("the database is away")

    async with gather(tmp_path, on_statement=fails_once) as team:
        cards = [await team.card(lead_id) for lead_id in await team.has(team.lead(1), team.lead(2))]
        await rests(team)
        for card in cards:
            await team.town.ravi.presses(card, "⋯ More")
        await team.settles()
        assert all(unfolded(card) for card in cards)
        team.town.clock.ahead += 62
        away.append(edits.ADD)
        await team.looks()
        await rests(team)
        assert not away
        assert not unfolded(cards[1])
        await team.looks()
        await rests(team)
        assert not any(unfolded(card) for card in cards)
