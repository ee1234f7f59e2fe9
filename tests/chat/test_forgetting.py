"""/forget, over HTTP: it asks back, takes everything off the chat at once, and nothing brings the buyer back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.chat.views.callback_data import encode
from bot.chat.views.lead_codes import Claim, Forget, ForgetStep, SendContact, ShowHistory, ShowLead
from bot.domain.ids import LeadId, UserId
from bot.domain.person import Person
from bot.store import unreadable
from bot.store.audit import Seen
from tests.languages import heard, worded

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bot.domain.lead import Lead
    from tests.chat.conftest import Team

SECRETS: Final = ("Quillonxa", "90000 77123", "9000077123", "zyrbat@example.com", "grobbelfint")


def wanted(team: Team, number: int = 1, **fields: Any) -> Lead:
    given = {"name": "Quillonxa Raman", "mobile": "+919000077123", "email": "zyrbat@example.com"}
    return team.lead(number, **(given | {"message": f"I need grobbelfint {number}"} | fields))


def told(text: str) -> list[str]:
    plain = text.replace("\u2060", "").replace("\u00a0", " ")
    return [one for one in SECRETS if one in plain]


async def forgotten(team: Team, button: str = "Forget") -> str:
    meera = team.meera
    question = await team.answers(meera, meera.chat, "/forget 090000-77123")
    await meera.presses(question, button)
    await team.town.world.wait_for(lambda: "forgotten" in question.text)
    return question.text


async def test_the_question_names_what_it_would_do(team: Team) -> None:
    first, _second = await team.has(wanted(team), wanted(team, 2))
    await team.card(first)
    await team.services.cards.posted(first)
    await team.services.notes.add(first, Person(UserId(7), "Ravi"), "calls back")
    meera = team.meera
    question = await team.answers(meera, meera.chat, "/forget 90000 77123")
    assert question.text.splitlines()[0] == worded("🗑 Forget +91 90••• •••23?")
    assert worded("2 leads (#1, #2), 1 card, 1 note") in question.text
    assert [one["text"] for one in question.markup.buttons] == worded(
        ["Forget", "Forget, and overwrite now", "No, keep"]
    )
    await meera.presses(question, "No, keep")
    await team.town.world.wait_for(lambda: question.text == worded("Nothing was changed."))
    assert "Quillonxa" in (await team.answers(meera, meera.chat, "/lead 1")).text


@pytest.mark.english
@pytest.mark.parametrize("button", ["Forget", "Forget, and overwrite now"])
async def test_the_cards_in_the_chat_say_no_more_of_the_buyer(team: Team, button: str) -> None:
    first, second, other = await team.has(wanted(team), wanted(team, 2), team.lead(3))
    cards = [await team.card(one) for one in (first, second, other)]
    assert await forgotten(team, button) != ""
    await team.town.world.wait_for(lambda: all(heard("Erased", card.text) for card in cards[:2]))
    assert [told(card.html) for card in cards] == [[], [], []]
    assert worded("Erased at the buyer's wish.") in cards[0].text
    assert cards[0].text.splitlines()[-1] == "#1 · W"
    assert not cards[0].markup.buttons
    assert "Buyer 3" in cards[2].text


@pytest.mark.english
@pytest.mark.parametrize(
    "typed",
    ["/lead 1", "/lead_1", "/start lead_1", "/search 9000077123", "/search Quillonxa", "/search zyrbat@example.com",
     "/search grobbelfint", "/today", "/week", "/open", "/mine", "/stats", "/status", "/forget 9000077123", "/audit 1"],
)  # fmt: skip
async def test_no_answer_tells_of_the_buyer(team: Team, typed: str) -> None:
    first, _other = await team.has(wanted(team), team.lead(3))
    await team.services.claims.claim(first, Person(UserId(team.meera.id), "Meera"))
    await team.card(first)
    await forgotten(team)
    answer = await team.answers(team.meera, team.meera.chat, typed)
    shown = answer.html.split("/search")[0] if "/search" in typed else answer.html
    assert [one for one in told(shown) if one not in typed] == []


@pytest.mark.english
@pytest.mark.parametrize("code", [Claim(1), ShowLead(1), SendContact(1), ShowHistory(1, 0)])
async def test_no_press_tells_of_the_buyer(team: Team, code: Any) -> None:
    (first,) = await team.has(wanted(team))
    card = await team.card(first)
    await forgotten(team)
    before = len(team.group.by_bot)
    answer = await team.town.world.queries.press_data(team.town.ravi, card, encode(code))
    assert answer.text == worded("This lead is not here any more.")
    assert len(team.group.by_bot) == before


@pytest.mark.english
async def test_inline_knows_the_buyer_no_more(team: Team) -> None:
    await team.has(wanted(team), team.lead(3))
    await forgotten(team)
    for typed, number in (("Quillonxa", 0), ("9000077123", 0), ("", 1)):
        answer = await team.town.ravi.asks_inline(typed, chat_type="sender")
        assert len(answer.results) == number
        assert told(str(answer.results)) == []


async def test_a_card_that_is_on_its_way_says_no_more_when_it_is_there(team: Team) -> None:
    (first,) = await team.has(wanted(team))
    fault = team.town.api.faults.hang("sendMessage", is_accepted=True)
    await team.services.cards.show(first)
    card = await team.said(team.group, 0)
    assert "Quillonxa" in card.text
    await team.services.erasure.seal_of_lead(first, is_urgent=False)
    team.town.api.faults.lift(fault)
    await team.town.world.wait_for(lambda: heard("Erased", card.text))
    assert told(card.html) == []


@pytest.mark.english
async def test_with_numbers_at_the_claim_the_cards_in_private_say_no_more_either(
    gathered: Callable[..., AbstractAsyncContextManager[Team]],
) -> None:
    async with gathered(numbers="claim") as team:
        ravi = team.town.ravi
        await team.answers(ravi, ravi.chat, "/start")
        (first,) = await team.has(wanted(team))
        card = await team.card(first)
        before = len(ravi.chat.by_bot)
        await ravi.presses(card, "✋ Claim")
        private = await team.said(ravi.chat, before)
        assert "90000 77123" in private.text.replace("\u00a0", " ").replace("\u2060", "")
        await forgotten(team)
        await team.town.world.wait_for(lambda: heard("Erased", private.text) and heard("Erased", card.text))
        assert told(private.html) == told(card.html) == []


@pytest.mark.english
async def test_the_audit_keeps_who_was_shown_the_number_and_names_nobody(team: Team) -> None:
    (first,) = await team.has(wanted(team))
    await team.card(first)
    await team.rests()
    await forgotten(team)
    seen = await team.services.audit_trail.all_()
    assert {(one.number, one.seen) for one in seen} == {(1, Seen.CARD)}


@pytest.mark.parametrize("said", ["/audit", "/audit @", "/audit  @ "])
async def test_an_audit_without_a_name_asks_for_one_and_lists_nobody(team: Team, said: str) -> None:
    await team.card(*await team.has(wanted(team)))
    answer = await team.answers(team.meera, team.meera.chat, said)
    assert heard("a person's name behind the command", answer.text)


async def test_only_admins_may_forget(team: Team) -> None:
    (first,) = await team.has(wanted(team))
    ravi = team.town.ravi
    answer = await team.answers(ravi, team.group, "/forget 9000077123")
    assert heard("Only admins", answer.text)
    code = encode(Forget(first, ForgetStep.SEAL))
    assert heard("Only admins", (await team.town.world.queries.press_data(ravi, answer, code)).text)
    assert await team.services.lookup.lead(first) is not None


async def test_what_is_no_number_is_refused_with_an_example(team: Team) -> None:
    meera = team.meera
    for typed in ("/forget", "/forget asha", "/forget 12"):
        assert "/forget 90000 00031" in (await team.answers(meera, meera.chat, typed)).text
    assert heard("Nothing is kept about", (await team.answers(meera, meera.chat, "/forget 9000099999")).text)


async def test_who_stands_only_in_what_could_not_be_read_is_named(team: Team) -> None:
    services, meera = team.services, team.meera
    async with team.database.transaction() as connection:
        rows = [('{"x": "9000077123"}', "why")]
        await unreadable.keep(connection, services.account_id, rows, origin="pull", now=services.clock.now())
    said = (await team.answers(meera, meera.chat, "/forget 9000077123")).text
    assert heard("1 row that could not be read.", said)
    assert "leadbell forget" in said


async def test_the_typed_number_is_deleted_where_it_can_be(team: Team) -> None:
    await team.has(wanted(team))
    meera = team.meera
    asked = meera.says(meera.chat, "/forget 9000077123")
    await team.town.world.wait_for(lambda: asked not in meera.chat.messages)


async def test_an_old_question_forgets_nobody_else(team: Team) -> None:
    await team.has(wanted(team))
    meera = team.meera
    question = await team.answers(meera, meera.chat, "/forget 9000077123")
    await team.services.erasure.seal_of_lead(LeadId(1), is_urgent=False)
    await team.has(team.lead(5))
    assert (await meera.presses(question, "Forget")).text == worded("This lead is not here any more.")
    assert await team.services.lookup.lead(2) is not None
