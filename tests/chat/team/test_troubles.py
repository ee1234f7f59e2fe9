"""Telegram is slow, away, full or strict: leads wait and nothing is said twice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.notice import Fault
from bot.sandbox.botapi import FloodRate, Limits, MemberStatus
from tests.languages import heard
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.botapi import Message
    from tests.chat.team.conftest import Office


def cards(office: Office) -> list[Message]:
    return [message for message in office.group.messages if message.text.startswith("🟢")]


@pytest.mark.english  # no words are looked at
async def test_a_flood_limit_is_obeyed_and_nothing_is_lost(office: Office) -> None:
    office.town.api.faults.flood(retry_after=1, times=1)
    began = time.monotonic()
    await office.queues(*office.leads(5))
    await office.town.world.wait_for(lambda: len(cards(office)) == 5)
    assert time.monotonic() - began >= 1
    assert len(office.town.api.calls.refused(429)) == 1


@pytest.mark.english  # no words are looked at
async def test_cards_and_answers_together_stay_below_the_limit(opens: Callable[..., Any]) -> None:
    async with opens(TELEGRAM_GROUP_RATE="5/2", limits=Limits(group=FloodRate(5, 1), penalty=30)) as office:
        await office.queues(*office.leads(12))
        for _time in range(3):
            office.town.asha.says(office.group, "/today@leadbell_bot")
        await office.town.world.wait_for(lambda: len(office.group.by_bot) == 15)
        assert office.town.api.flood.violations == []


@pytest.mark.english  # no words are looked at
async def test_a_server_error_is_tried_again(office: Office) -> None:
    office.town.api.faults.server_error("sendMessage", is_html=True)
    await office.queues(office.lead())
    await office.town.world.wait_for(lambda: len(cards(office)) == 1)


async def test_a_card_telegram_cannot_read_goes_out_as_plain_text(office: Office) -> None:
    office.town.api.faults.refuse(400, "Bad Request: can't parse entities: unexpected end tag", "sendMessage")
    card = await office.receives(office.lead(product="<b> & more"))
    assert "<b> & more" in card.text
    assert "+91 90000 00031" in card.text
    assert card.buttons == []


async def test_a_group_that_moves_is_followed(office: Office) -> None:
    office.group.kind = "group"
    fresh = office.town.world.upgrade_to_supergroup(office.group)
    await office.queues(office.lead())
    await office.town.world.wait_for(lambda: any(m.text.startswith("🟢") for m in fresh.by_bot))
    answer = await office.answer(fresh, lambda: office.town.asha.says(fresh, "/today@leadbell_bot"))
    assert "/lead_1" in answer.text
    card = next(m for m in fresh.by_bot if m.text.startswith("🟢"))
    await office.town.asha.presses(card, "👤 Contact")
    await office.town.world.wait_for(lambda: fresh.last.body.kind == "contact")


async def test_a_deleted_topic_sends_leads_to_the_group_and_tells_admins(office: Office) -> None:
    await office.answer(office.boss.chat, office.boss.starts)
    office.town.api.faults.refuse(400, "Bad Request: message thread not found", "sendMessage")
    await office.queues(office.lead())
    await office.town.world.wait_for(lambda: len(cards(office)) == 1)
    await office.town.world.wait_for(lambda: any(heard("topic", text.lower()) for text in office.boss.chat.texts))


async def test_a_bot_that_was_removed_keeps_the_leads_and_tells_the_admins(office: Office) -> None:
    await office.answer(office.boss.chat, office.boss.starts)
    office.town.world.kick_bot(office.group, office.town.ravi)
    await office.queues(office.lead(), office.lead("2", mobile="+919000000032"))
    await office.town.world.wait_for(lambda: any("⚠️" in text for text in office.boss.chat.texts))
    assert cards(office) == []
    status = await office.parts.services.report.status()
    assert Fault.CHAT_REFUSED in {fault for fault, _since, _words in status.faults}
    office.town.world.add_bot(office.group, office.town.ravi, MemberStatus.ADMINISTRATOR)
    await office.town.world.wait_for(lambda: len(cards(office)) == 2)
    await office.settles()
    assert (await office.parts.services.report.status()).faults == ()


async def test_a_group_that_answers_a_command_gets_its_leads_at_once(office: Office) -> None:
    """What the group's rights were changed to is told to no bot; the next try would come after ten minutes."""
    office.town.api.faults.refuse(400, "Bad Request: not enough rights to send text messages", "sendMessage", times=1)
    await office.queues(office.lead())
    await office.town.world.wait_for(lambda: office.town.api.calls.refused(400))
    assert cards(office) == []
    office.town.asha.says(office.group, "/help@leadbell_bot")
    await office.town.world.wait_for(lambda: len(cards(office)) == 1)


async def test_a_bot_that_may_write_again_does(office: Office) -> None:
    for role in (MemberStatus.RESTRICTED, MemberStatus.MEMBER):
        office.town.world.set_role(office.group, office.town.world.bot, role, by=office.town.ravi)
        if role is MemberStatus.RESTRICTED:
            office.town.api.faults.refuse(400, "Bad Request: not enough rights", "sendMessage", times=1)
            await office.queues(office.lead())
            await office.town.world.wait_for(lambda: office.town.api.calls.refused(400))
    await office.town.world.wait_for(lambda: len(cards(office)) == 1)


async def test_a_topic_that_is_opened_again_gets_its_leads_at_once(office: Office) -> None:
    office.group.is_forum = True
    topic = office.town.world.add_topic(office.group, "Leads")
    office.town.world.close_topic(office.group, topic)
    office.town.api.faults.refuse(400, "Bad Request: TOPIC_CLOSED", "sendMessage", times=1)
    await office.queues(office.lead())
    await office.town.world.wait_for(lambda: office.town.api.calls.refused(400))
    office.town.world.reopen_topic(office.group, topic)
    await office.town.world.wait_for(lambda: len(cards(office)) == 1)


@pytest.mark.english  # no words are looked at
async def test_leads_wait_while_telegram_is_away(office: Office) -> None:
    await office.town.api.go_down()
    await office.queues(office.lead())
    metrics = office.parts.shared.metrics.registry
    await until(lambda: metrics.get_sample_value("leadbell_sends_total", {"result": "temporary"}))
    await office.town.api.come_up()
    await office.town.world.wait_for(lambda: len(cards(office)) == 1)
    answer = await office.asks(office.town.asha, "/today")
    assert "/lead_1" in answer.text


async def test_a_stop_finishes_the_answer_and_confirms_the_update(opens: Callable[..., Any]) -> None:
    async with opens() as office:
        office.town.api.faults.slow("sendMessage", seconds=0.5)
        office.town.asha.says(office.town.asha.chat, "/today")
        await office.town.world.wait_for(lambda: office.town.api.calls.of("sendMessage"))
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert len(office.town.asha.chat.by_bot) == 1
    assert office.town.world.updates.waiting == []


@pytest.mark.english  # no words are looked at
async def test_a_stop_is_quick_while_telegram_hangs(opens: Callable[..., Any]) -> None:
    async with opens() as office:
        office.town.api.faults.hang("sendMessage", times=None)
        for person in (office.town.asha, office.town.ravi):
            person.says(person.chat, "/today")
        await office.town.world.wait_for(lambda: len(office.town.api.calls.of("sendMessage")) == 2)
        began = time.monotonic()
    assert time.monotonic() - began < 10


async def test_no_call_carries_a_buyers_number_to_where_it_does_not_belong(office: Office) -> None:
    await office.receives(office.lead())
    await office.asks(office.town.vikram, "/search 9000000031")
    sent = [
        call.parameters
        for call in office.town.api.calls
        if str(call.parameters.get("chat_id")) == str(office.town.vikram.id)
    ]
    assert sent
    assert "00031" not in str(sent)
