"""One polite sentence a minute for whoever may not, and then silence: whatever they send, and however much of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.chat.views import callback_data
from bot.chat.views.lead_codes import Claim, SendContact
from bot.domain import budgets
from bot.team.strangers import RefusalChannel
from tests.languages import heard
from tests.waiting import until

if TYPE_CHECKING:
    from bot.sandbox.botapi.people import HumanUser
    from tests.chat.conftest import Team

SENT = ("/today", "/search clock", "/help", "/start", "/start lead_1", "/lead_1", "/dance", "/template x")


async def is_handled(team: Team, person: HumanUser) -> None:
    """Until everything was looked at that this person has sent: an inline query is answered when all before it were."""
    await asyncio.gather(*(person.asks_inline(f"{number}") for number in range(3)))
    await team.settles()


async def test_whatever_a_stranger_sends_in_a_minute_is_one_sentence(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    vikram = team.town.vikram
    for _minute in range(2):
        before = len(vikram.chat.by_bot)
        for text in SENT * 3:
            vikram.says(vikram.chat, text)
            await team.said(vikram.chat, before)
            await is_handled(team, vikram)
        assert len(vikram.chat.by_bot) == before + 1
        team.town.clock.ahead += budgets.REFUSAL_SECONDS
    assert str(number) not in "".join(message.text for message in vikram.chat.by_bot)
    assert len(team.town.api.calls.of("getChatMember")) == 1
    assert await team.has_started(vikram)


async def test_a_strangers_replies_to_a_card_are_one_sentence_too(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    for _reply in range(5):
        team.town.vikram.says(team.group, "call me", reply_to=card)
        await team.said(team.group, 1)
        await is_handled(team, team.town.vikram)
    assert len(team.group.by_bot) == 2


async def test_a_strangers_presses_are_all_answered_and_one_of_them_in_words(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    press = team.town.world.queries.press_data
    codes = [callback_data.encode(Claim(number)), callback_data.encode(SendContact(number)), "forged", "1c99999"] * 3
    answers = [(await press(team.town.vikram, card, code)).text for code in codes]
    assert heard("only for the members", answers[0])
    assert set(answers[1:]) == {""}
    team.town.clock.ahead += budgets.REFUSAL_SECONDS
    assert heard("only for the members", (await press(team.town.vikram, card, codes[0])).text)


async def test_who_joins_and_is_removed_within_the_minute_is_told_again(team: Team) -> None:
    vikram = team.town.vikram
    assert heard("only for the members", (await team.answers(vikram, vikram.chat, "/today")).text)
    vikram.joins(team.group)
    assert not heard("only for the members", (await team.answers(vikram, vikram.chat, "/today")).text)
    team.town.world.remove(team.group, vikram, team.town.ravi)
    assert heard("only for the members", (await team.answers(vikram, vikram.chat, "/today")).text)


async def test_while_telegram_does_not_tell_who_is_a_member_outsiders_leave_room_for_the_team(team: Team) -> None:
    """Also where hundreds of them write at once, as often as they can."""
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.asha.presses(card, "⏰ Remind")
    outsiders = [team.town.world.add_person(f"Outsider {one}") for one in range(60)]
    team.town.api.faults.slow("getChatMember", seconds=60)
    for person in outsiders:
        for _message in range(20):
            person.says(person.chat, "/today")
    strangers = team.chat.accounts.strangers
    await until(lambda: strangers.is_full)
    assert heard("is yours", (await team.town.asha.presses(card, "✋ Claim")).text)


async def test_memory_holds_no_more_strangers_than_are_answered(team: Team) -> None:
    strangers = team.services.access.strangers
    known = sum(strangers.may_hear(said, who) for who in range(5_000) for said in RefusalChannel)
    assert known == budgets.REFUSALS == strangers.remembered
    team.town.clock.ahead += budgets.REFUSAL_SECONDS
    assert heard("only for the members", (await team.answers(team.town.vikram, team.town.vikram.chat, "/today")).text)
    assert strangers.remembered == 1


async def test_of_what_one_outsider_sends_so_much_waits_and_the_rest_is_passed_over(team: Team) -> None:
    vikram = team.town.vikram
    team.town.api.faults.slow("getChatMember", seconds=60)
    for _message in range(3 * budgets.STRANGERS_WAITING_OWN):
        vikram.says(vikram.chat, "/today")
    strangers = team.chat.accounts.strangers
    await until(lambda: strangers.waiting(vikram.id) >= budgets.STRANGERS_WAITING_OWN)
    assert "only for the members" not in (await team.answers(team.town.ravi, team.town.ravi.chat, "/help")).text
    assert strangers.waiting(vikram.id) == budgets.STRANGERS_WAITING_OWN


async def test_what_somebody_sent_before_they_were_known_is_all_heard_when_telegram_tells(team: Team) -> None:
    asha = team.town.asha
    slow = team.town.api.faults.slow("getChatMember", seconds=1)
    for number in range(5 * budgets.STRANGERS_OWN):
        asha.says(asha.chat, f"/start lead_{number}")
    await team.town.world.wait_for(lambda: slow.struck > 0)
    await team.town.world.wait_for(lambda: len(asha.chat.by_bot) >= budgets.STRANGERS_OWN)
    assert len(team.town.api.calls.of("getChatMember")) == 1
