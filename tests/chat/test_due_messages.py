"""Reminders and callouts as they arrive in the group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import ChatId, UserId
from bot.domain.person import Person
from bot.store import escalations, outbox
from bot.store.escalations import EscalationStep
from bot.store.outbox_messages import Draft, MessageKind
from tests.languages import heard, worded
from tests.waiting import until

if TYPE_CHECKING:
    from bot.domain.ids import LeadId
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import HumanUser
    from tests.chat.conftest import Team


async def call_out(team: Team, lead_ids: list[LeadId], admin: HumanUser | None = None) -> Message:
    if admin is not None:
        await team.answers(admin, admin.chat, "/start")
    room = team.group if admin is None else admin.chat
    before = len(room.by_bot)
    await queue(team, lead_ids, admin)
    team.services.delivery.wake()
    return await team.said(room, before)


async def queue(team: Team, lead_ids: list[LeadId], admin: HumanUser | None = None) -> None:
    services, now = team.services, team.services.clock.now()
    step = EscalationStep.GROUP if admin is None else EscalationStep.ADMINS
    async with team.database.transaction() as connection:
        for lead_id in lead_ids:
            await escalations.start(connection, services.account_id, lead_id, now)
        callout_id = await escalations.call_out(connection, services.account_id, step, lead_ids, is_last=False, now=now)
        chat_id = None if admin is None else ChatId(admin.chat.id)
        draft = Draft(what=MessageKind.CALLOUT, turn=2, body={"callout_id": callout_id}, chat_id=chat_id)
        await outbox.add(connection, services.account_id, [draft], now)


async def test_a_reminder_is_a_reply_to_the_card_that_mentions_whoever_set_it(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    card = await team.card(lead_id)
    ravi = team.town.ravi
    await team.services.access.seen.saw(Person(UserId(ravi.id), "Ravi <R>"), None)
    await team.services.reminders.add(
        lead_id, Person(UserId(ravi.id), "Ravi <R>"), team.services.clock.now(), "call & ask"
    )
    await team.services.reminders.fire()
    said = await team.said(team.group, 1)
    assert said.reply_to is card
    assert said.text.startswith("⏰ Ravi <R>: call & ask\n")
    assert f'href="tg://user?id={ravi.id}"' in said.html


async def test_the_audit_knows_that_the_group_saw_the_number_of_a_reminder(team: Team) -> None:
    """Also of a lead that has no card."""
    (lead_id,) = await team.has(team.lead(1))
    await team.services.reminders.add(lead_id, Person(UserId(5), "Ravi"), team.services.clock.now())
    await team.services.reminders.fire()
    assert "90000" in (await team.said(team.group, 0)).text

    async def is_noted() -> bool:
        async with team.database.reading() as connection:
            return bool(await connection.fetch_all("SELECT 1 FROM audit WHERE act = 'reminder'"))

    await until(is_noted)
    answer = await team.answers(team.meera, team.meera.chat, f"/audit {lead_id}")
    assert heard("in a reminder in the group", answer.text)


async def test_nobody_is_called_out_to_a_buyer_who_asked_meanwhile_to_be_left_alone(team: Team) -> None:
    first, second = await team.has(team.lead(1), team.lead(2))
    await queue(team, [first])
    await team.services.do_not_call.note(first, Person(UserId(5), "Ravi"), is_admin=False)
    assert f"/lead_{second} " in (await call_out(team, [second])).text
    assert len(team.group.by_bot) == 1


async def test_a_reminder_comes_also_where_the_card_was_deleted(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    (await team.card(lead_id)).is_deleted = True
    await team.services.reminders.add(lead_id, Person(UserId(5), "Ravi"), team.services.clock.now())
    await team.services.reminders.fire()
    assert (await team.said(team.group, 0)).reply_to is None


async def test_a_callout_of_one_lead_is_a_reply_to_its_card(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    card = await team.card(lead_id)
    assert (await call_out(team, [lead_id])).reply_to is card


async def test_a_callout_of_many_leads_has_pages(team: Team) -> None:
    lead_ids = await team.has(*(team.lead(number) for number in range(1, 26)))
    said = await call_out(team, lead_ids)
    assert heard("25 leads are still unclaimed", said.text)
    assert said.text.endswith(worded("Page 1 of 3"))
    asha = team.town.asha
    await asha.presses(said, "More")
    await team.settles()
    await asha.presses(said, "More")
    await team.settles()
    assert said.text.endswith(worded("Page 3 of 3"))
    assert said.button(f"#{lead_ids[-1]}")
    await asha.presses(said, "Back")
    await team.settles()
    assert said.text.endswith(worded("Page 2 of 3"))
    assert len(team.group.by_bot) == 1


@pytest.mark.english
async def test_a_claim_in_a_callout_is_shown_there_too(team: Team) -> None:
    first, second = await team.has(team.lead(1), team.lead(2))
    said = await call_out(team, [first, second])
    answer = await team.town.ravi.presses(said, f"✋ Claim #{first}")
    assert answer.text == worded(f"#{first} is yours. Good luck!")
    await team.town.world.wait_for(lambda: said.text.startswith("✋ 1 lead is still unclaimed"))
    assert "claimed\u00a0by\u00a0Ravi" in said.text
    assert said.buttons == worded([[f"✋ Claim #{second}"]])
    await team.town.asha.presses(said, f"✋ Claim #{second}")
    await team.town.world.wait_for(lambda: said.text.startswith("✅ Everything here has been claimed"))
    assert said.buttons == []


@pytest.mark.english
async def test_in_a_private_chat_two_quick_claims_are_both_shown(team: Team) -> None:
    lead_ids = await team.has(team.lead(1), team.lead(2))
    said = await call_out(team, lead_ids, team.meera)
    for lead_id in lead_ids:
        await team.meera.presses(said, f"✋ Claim #{lead_id}")
    await team.town.world.wait_for(lambda: said.text.startswith("✅ Everything here has been claimed"))


async def test_who_claims_in_a_callout_of_a_busy_group_is_told_at_once(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    said = await call_out(team, [lead_id])
    before = said.text
    team.services.sender.pacer.hold(ChatId(team.group.id), 60)
    answer = await team.town.ravi.presses(said, "Claim")
    assert answer.text == worded(f"#{lead_id} is yours. Good luck!")
    assert said.text == before


async def test_a_callout_of_another_database_is_an_old_button(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    said = await call_out(team, [lead_id])
    answer = await team.town.world.queries.press_data(team.town.asha, said, "1l77.0")
    assert answer.show_alert
    assert heard("button is old", answer.text)
