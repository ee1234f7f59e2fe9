from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.chat import press
from bot.chat.press import PATIENCE
from bot.chat.views import callback_data
from bot.chat.views.lead_codes import AskFor, PromptKind, SendContact, ShowLead
from bot.chat.views.list_codes import TurnPage
from bot.domain.ids import ChatId
from bot.domain.lead import Kind
from bot.domain.priority import Priority
from bot.lookup.lists import ListQuery
from bot.sandbox.botapi.chats import MemberStatus
from bot.store import cards, outbox
from bot.store.outbox_messages import Draft, MessageKind
from tests import databases
from tests.claiming import claimed
from tests.languages import heard, worded
from tests.waiting import until

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from bot.sandbox.botapi import Message
    from bot.store.database import Connection
    from tests.chat.conftest import Team

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def test_pages_turn_there_and_back_in_the_same_message(team: Team) -> None:
    await team.has(*(team.lead(number) for number in range(1, 26)))
    asha = team.town.asha
    said = await team.answers(asha, team.group, "/week")
    first = said.text
    assert (await asha.presses(said, "Older")).text == ""
    await team.settles()
    assert said.text != first
    await asha.presses(said, "Newer")
    await team.settles()
    assert said.text == first


async def test_a_page_that_looks_the_same_is_no_failure(team: Team) -> None:
    await team.has(*(team.lead(number) for number in range(1, 26)))
    asha = team.town.asha
    said = await team.answers(asha, team.group, "/week")
    data = said.button("Older")["callback_data"]
    await asha.presses(said, "Older")
    answer = await team.town.world.queries.press_data(asha, said, data)
    assert not answer.show_alert


async def test_a_list_nobody_remembers_asks_for_the_command_again(team: Team) -> None:
    said = await team.answers(team.town.asha, team.group, "/week")
    data = callback_data.encode(TurnPage(77, older=True, key=5))
    answer = await team.town.world.queries.press_data(team.town.asha, said, data)
    assert answer.show_alert
    assert heard("again", answer.text)


async def test_an_old_button_says_that_it_is_old(team: Team) -> None:
    said = await team.answers(team.town.asha, team.group, "/week")
    for data in ("0", "claim:1", "9c1", "🦜"):
        answer = await team.town.world.queries.press_data(team.town.asha, said, data)
        assert answer.show_alert
        assert heard("button is old", answer.text)


async def test_a_lists_button_in_the_group_posts_the_card_once_and_then_points_to_it(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    said = await team.answers(team.town.asha, team.group, "/today")
    await team.town.asha.presses(said, f"#{number}")
    card = await team.said(team.group, 1)
    assert "LED Clock" in card.text
    await team.town.asha.presses(said, f"#{number}")
    pointer = await team.said(team.group, 2)
    assert pointer.reply_to is card


async def test_a_card_that_was_deleted_is_posted_anew_where_somebody_asks_for_it(team: Team) -> None:
    """By Telegram's own auto-delete, which tells no bot."""
    (number,) = await team.has(team.lead(1))

    async def posted() -> Message:
        message = await team.card(number)

        async def is_recorded() -> bool:
            found = await team.services.cards.posted(number)
            return found is not None and found.message_id == message.message_id

        await until(is_recorded)
        return message

    card = await posted()
    card.is_deleted = True
    again = await posted()
    assert again.text == card.text
    pointer = await team.card(number)
    assert pointer.reply_to is again


async def test_whenever_a_lists_button_is_pressed_the_lead_gets_one_card(
    team: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also in the moment in which Telegram has the card already and the database does not."""
    done, transaction = outbox.done, team.database.transaction
    is_recording, go_on, writers = asyncio.Event(), asyncio.Event(), set[object]()

    async def held(*arguments: Any) -> None:
        await done(*arguments)
        is_recording.set()
        await go_on.wait()

    def writing() -> AbstractAsyncContextManager[Connection]:
        writers.add(asyncio.current_task())
        return transaction()

    monkeypatch.setattr(outbox, "done", held)
    monkeypatch.setattr(team.database, "transaction", writing)
    (number,) = await team.has(team.lead(1))
    await team.card(number)
    await is_recording.wait()
    pressed = asyncio.create_task(team.services.cards.show(number))
    await until(lambda: pressed in writers)
    if databases.is_postgres():  # where it has begun, and waits for the row
        await until(lambda: databases.by_hand(tmp_path / "leads.db", WAITS) == [(1,)])
    go_on.set()
    await pressed
    assert (await team.said(team.group, 1)).text == worded(f"🟢 Here is #{number}.")


@pytest.mark.postgres
async def test_a_card_that_is_just_being_recorded_as_posted_is_pointed_to(team: Team, tmp_path: Path) -> None:
    """Where several write at the same time: it is not posted a second time."""
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.services.cards.posted(number)
    account_id, later = team.services.account_id, team.services.clock.now() + timedelta(days=1)
    async with team.database.transaction() as connection:
        posted = await cards.get(connection, account_id, number)
        await connection.execute("DELETE FROM cards")
        draft = Draft(what=MessageKind.CARD, turn=Priority.PRESS, lead_id=number)
        await outbox.add(connection, account_id, [draft], later)
    assert posted
    async with team.database.transaction() as connection:
        await connection.execute("DELETE FROM outbox")
        await cards.add(connection, account_id, posted)
        pressed = asyncio.create_task(team.services.cards.show(number))
        await until(lambda: databases.by_hand(tmp_path / "leads.db", WAITS) == [(1,)])
    await pressed
    assert (await team.said(team.group, 1)).reply_to is card


async def test_a_lists_button_in_private_sends_a_view(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    asha = team.town.asha
    said = await team.answers(asha, asha.chat, "/today")
    await asha.presses(said, f"#{number}")
    view = await team.said(asha.chat, 1)
    assert "LED Clock" in view.text
    assert len(team.group.by_bot) == 0
    await asha.presses(view, "Contact")
    await team.settles()
    assert asha.chat.last.body.kind == "contact"


async def test_the_contact_goes_to_the_private_chat_of_who_pressed_start(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    asha = team.town.asha
    await team.answers(asha, asha.chat, "/start")
    card = await team.card(number)
    answer = await asha.presses(card, "Contact")
    assert heard("private chat", answer.text)
    await team.settles()
    assert asha.chat.last.body.kind == "contact"
    assert "BEGIN:VCARD" in asha.chat.last.body.fields["vcard"]
    assert team.group.last is card


async def test_without_start_the_contact_is_a_reply_to_the_card_once(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    answers = [await person.presses(card, "Contact") for person in (team.town.asha, team.town.ravi)]
    assert heard("below the card", answers[0].text)
    assert heard("already", answers[1].text)
    assert all(heard("Start", answer.text) and answer.show_alert for answer in answers)
    await team.settles()
    contacts = [message for message in team.group.by_bot if message.body.kind == "contact"]
    assert [message.reply_to for message in contacts] == [card]


async def test_two_who_press_at_once_get_one_contact(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await asyncio.gather(*(person.presses(card, "Contact") for person in (team.town.asha, team.town.ravi)))
    await team.settles()
    assert sum(message.body.kind == "contact" for message in team.group.by_bot) == 1


async def test_who_blocked_the_bot_is_forgotten_and_the_card_gets_the_contact(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    asha = team.town.asha
    await team.answers(asha, asha.chat, "/start")
    card = await team.card(number)
    asha.has_blocked = True
    await asha.presses(card, "Contact")
    contact = await team.said(team.group, 1)
    assert contact.reply_to is card
    assert not await team.has_started(asha)


async def test_a_contact_that_could_not_be_sent_may_be_asked_for_again(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    team.town.api.faults.refuse(400, "Bad Request: not enough rights", "sendContact", times=1)
    await team.town.asha.presses(card, "Contact")
    await team.settles()
    assert worded("The contact is below the card.") in (await team.town.asha.presses(card, "Contact")).text


async def test_a_lead_without_a_card_or_number_explains_itself(team: Team) -> None:
    with_phone, without = await team.has(team.lead(1), team.lead(2, mobile=None, kind=Kind.BUYLEAD))
    said = await team.answers(team.town.asha, team.group, f"/lead {with_phone}")
    assert heard("press Start", (await team.town.asha.presses(said, "Contact")).text)
    press = team.town.world.queries.press_data
    assert heard("phone", (await press(team.town.asha, said, callback_data.encode(SendContact(without)))).text)
    for code in (SendContact(99), ShowLead(99)):
        assert heard("not here", (await press(team.town.asha, said, callback_data.encode(code))).text)


async def test_strangers_press_in_vain(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    answer = await team.town.vikram.presses(card, "Contact")
    assert answer.show_alert
    assert heard("only for the members", answer.text)
    assert team.group.last is card


async def test_a_press_in_another_chat_is_answered_with_nothing(team: Team) -> None:
    other = team.town.world.add_group("Other", [team.town.asha], bot_role=MemberStatus.ADMINISTRATOR)
    await team.town.call("sendMessage", chat_id=other.id, text="x")
    press = team.town.world.queries.press_data
    assert (await press(team.town.asha, other.last, callback_data.encode(ShowLead(1)))).text == ""


@pytest.mark.english  # no words are looked at
async def test_a_press_is_answered_before_telegram_has_taken_what_it_caused(team: Team) -> None:
    await team.has(*(team.lead(number) for number in range(1, 26)))
    said = await team.answers(team.town.asha, team.group, "/week")
    first = said.text
    team.town.api.faults.slow("editMessageText", seconds=2)
    assert (await team.town.asha.presses(said, "Older")).text == ""
    assert said.text == first
    await team.town.world.wait_for(lambda: said.text != first)


@pytest.mark.usefixtures("hurried")
async def test_a_press_that_cannot_be_stored_in_time_is_to_be_pressed_again(team: Team, tmp_path: Path) -> None:
    """And nothing of it is done later: somebody else may have been first meanwhile."""
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "⏰ Remind")
    await team.town.asha.presses(card, "⏰ Remind")
    async with databases.locked(tmp_path / "leads.db"):
        answer = await team.town.asha.presses(card, "✋ Claim")
        assert heard("press again", answer.text)
        assert answer.show_alert
    await claimed(team.town.ravi, card)
    await team.town.world.wait_for(lambda: "✋ Ravi" in card.text)


async def test_a_press_is_answered_although_telegram_does_not_tell_who_may(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PATIENCE", PATIENCE)
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    team.town.api.faults.slow("getChatMember", seconds=3)
    answer = await team.town.asha.presses(card, "✋ Claim")
    assert heard("press again", answer.text)
    assert worded("✋ Asha") not in card.text
    await team.town.world.wait_for(lambda: worded("✋ Asha") in card.text)


async def test_the_old_leads_notice_opens_its_newest_page(team: Team) -> None:
    await team.has(*(team.lead(number) for number in range(1, 26)))
    view_id = team.services.lookup.remember(ListQuery(words="clock"))
    said = await team.answers(team.town.asha, team.group, "/today")
    data = callback_data.encode(TurnPage(view_id, older=True, key=callback_data.LARGEST))
    await team.town.world.queries.press_data(team.town.asha, said, data)
    await team.settles()
    assert "/lead_25" in said.text
    assert "Newer" not in str(said.buttons)


@pytest.mark.english  # no words are looked at
async def test_a_press_is_answered_although_the_work_failed(team: Team) -> None:
    await team.has(*(team.lead(number) for number in range(1, 26)))
    said = await team.answers(team.town.asha, team.group, "/week")
    first = said.text
    team.town.api.faults.server_error("editMessageText")
    assert (await team.town.asha.presses(said, "Older")).text == ""
    await team.town.world.wait_for(lambda: said.text != first)  # it was tried again


async def test_a_question_asked_twice_before_it_could_be_said_is_said_once(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    team.services.sender.pacer.hold(ChatId(team.group.id), 1)
    note = callback_data.encode(AskFor(number, PromptKind.NOTE))
    for person in (team.town.asha, team.town.asha, team.town.ravi):
        await team.town.world.queries.press_data(person, card, note)
    await team.settles()
    assert len(team.group.by_bot) == 1 + 2  # the card, and one question for each of them
