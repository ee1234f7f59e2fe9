"""Buttons: every press is answered, once and in words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.botapi import MemberStatus
from tests.languages import heard, worded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chat.team.conftest import Office


async def test_a_contact_of_a_view_in_private_stays_there(office: Office) -> None:
    await office.keeps(office.lead())
    view = await office.asks(office.town.asha, "/lead 1")
    await office.town.asha.presses(view, "👤 Contact")
    await office.settles()
    assert [message.body.kind for message in office.town.asha.chat.by_bot] == ["text", "contact"]
    assert office.group.by_bot == []


async def test_odd_buyers_make_a_contact_too(office: Office) -> None:
    odd = office.lead(name="😀;,\\n\r\nEND:VCARD " * 200, company="ö" * 3000, address="x\n" * 2000, email="a@b;c" * 400)
    await office.answer(office.town.asha.chat, office.town.asha.starts)
    card = await office.receives(odd)
    await office.town.asha.presses(card, "👤 Contact")
    await office.town.world.wait_for(lambda: office.town.asha.chat.last.body.kind == "contact")
    vcard = office.town.asha.chat.last.body.fields["vcard"]
    assert len(vcard.encode()) <= 2048
    assert [line for line in vcard.splitlines() if line.startswith("END")] == ["END:VCARD"]
    assert "+919000000031" in vcard


OLD = ["0c1", "2c1", "9z", "1c", "1cx", "1c99999999999999999999", "1t1x1", "x" * 64, "claim:1", "1c٣", "1c-1", " 1c1"]


@pytest.mark.parametrize("data", OLD)
async def test_a_button_of_another_version_says_that_it_is_old(office: Office, data: str) -> None:
    card = await office.receives(office.lead())
    answer = await office.town.world.queries.press_data(office.town.asha, card, data)
    assert answer.show_alert
    assert heard("old", answer.text)


@pytest.mark.parametrize("data", ["1c999", "1s999", "1t999o5", "1t999n5", "1c0", "1t0o0"])
async def test_a_button_about_something_that_is_gone_is_answered(office: Office, data: str) -> None:
    card = await office.receives(office.lead())
    answer = await office.town.world.queries.press_data(office.town.asha, card, data)
    assert answer.text
    assert "went wrong" not in answer.text


async def test_a_press_does_not_wait_for_a_chats_turn(opens: Callable[..., Any]) -> None:
    async with opens(TELEGRAM_GROUP_RATE="4/60") as office:
        await office.receives(office.lead())
        card = await office.receives(office.lead("7", mobile="+919000000077"))
        async with asyncio.timeout(30):
            await office.town.world.queries.press_data(office.town.asha, card, "0old")


async def test_one_throttled_group_does_not_hold_up_a_private_chat(opens: Callable[..., Any]) -> None:
    async with opens(TELEGRAM_GROUP_RATE="1/30") as office:
        await office.receives(office.lead())
        for _time in range(5):
            office.town.asha.says(office.group, "/today@leadbell_bot")
        async with asyncio.timeout(25):
            await office.asks(office.town.ravi, "/today")


async def test_an_old_lead_of_a_list_is_posted_when_its_button_is_pressed(office: Office) -> None:
    await office.keeps(office.lead())
    listing = await office.answer(office.group, lambda: office.town.asha.says(office.group, "/today@leadbell_bot"))
    answer = await office.town.asha.presses(listing, "#1")
    await office.town.world.wait_for(lambda: worded("👤 Contact") in str(office.group.last.buttons))
    assert not heard("went wrong", answer.text)


async def test_an_anonymous_administrator_presses_under_their_own_name(office: Office) -> None:
    office.town.world.set_role(office.group, office.town.ravi, MemberStatus.ADMINISTRATOR)
    card = await office.receives(office.lead())
    await office.town.ravi.presses(card, "👤 Contact")
    await office.town.world.wait_for(lambda: office.group.last.body.kind == "contact")
