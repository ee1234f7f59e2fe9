"""Edits, deletions, reactions and pins in the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Claim", callback_data="c")]])
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x02\0\0\0"


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with Bot(town.world.bot.token, base_url=town.api.base_url) as bot:
        yield bot


async def test_an_edit_replaces_text_and_keyboard_and_keeps_the_history(town: Town, bot: Bot) -> None:
    sent = await bot.send_message(town.group.id, "one", reply_markup=KEYBOARD)
    edited = await bot.edit_message_text("<b>two</b>", town.group.id, sent.message_id, parse_mode="HTML")
    message = town.group.last
    assert getattr(edited, "edit_date", None) is not None
    assert (message.html, message.buttons) == ("<b>two</b>", [])
    assert [(v.text, len(v.markup.rows)) for v in message.versions] == [("one", 1)]


async def test_an_edit_without_a_change_is_not_modified(town: Town, bot: Bot) -> None:
    sent = await bot.send_message(town.group.id, "<b>one</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text(
            "<strong>one</strong> ", town.group.id, sent.message_id, parse_mode="HTML", reply_markup=KEYBOARD
        )
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(town.group.id, sent.message_id, reply_markup=KEYBOARD)


async def test_a_keyboard_can_be_taken_away_alone(town: Town, bot: Bot) -> None:
    sent = await bot.send_message(town.group.id, "one", reply_markup=KEYBOARD)
    await bot.edit_message_reply_markup(town.group.id, sent.message_id)
    assert (town.group.last.text, town.group.last.buttons) == ("one", [])


async def test_a_missing_message_cannot_be_edited_or_deleted(town: Town, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", town.group.id, 999)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(town.group.id, 999)


async def test_somebody_elses_message_cannot_be_edited_or_deleted(town: Town, bot: Bot) -> None:
    message_id = town.ravi.says(town.group, "mine").message_id
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", town.group.id, message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(town.group.id, message_id)


async def test_an_edit_that_is_too_long_says_so_in_capitals(town: Town) -> None:
    sent = (await town.says("one"))["result"]
    words = {"chat_id": town.group.id, "message_id": sent["message_id"], "text": "x" * 4097}
    assert (await town.call("editMessageText", **words))[1]["description"] == "Bad Request: MESSAGE_TOO_LONG"


async def test_a_caption_is_edited_as_a_caption(town: Town, bot: Bot) -> None:
    photo = await bot.send_photo(town.group.id, PNG, caption="one")
    with pytest.raises(BadRequest, match="no text in the message to edit"):
        await bot.edit_message_text("two", town.group.id, photo.message_id)
    await bot.edit_message_caption(town.group.id, photo.message_id, caption="two")
    assert town.group.last.text == "two"
    text = await bot.send_message(town.group.id, "x")
    with pytest.raises(BadRequest, match="no caption in the message to edit"):
        await bot.edit_message_caption(town.group.id, text.message_id, caption="two")


async def test_an_old_message_can_be_edited_but_not_deleted(town: Town, bot: Bot) -> None:
    sent = await bot.send_message(town.group.id, "one")
    town.group.last.date -= timedelta(days=400)
    await bot.edit_message_text("two", town.group.id, sent.message_id)
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(town.group.id, sent.message_id)


async def test_deletions_take_the_message_away(town: Town, bot: Bot) -> None:
    ids = [(await bot.send_message(town.group.id, str(number))).message_id for number in range(3)]
    await bot.delete_message(town.group.id, ids[0])
    await bot.delete_messages(town.group.id, [*ids[1:], 999])
    assert town.group.by_bot == []
    assert len(town.group.history) == 3


async def test_a_kicked_bot_cannot_edit(town: Town, bot: Bot) -> None:
    sent = await bot.send_message(town.group.id, "one")
    town.world.kick_bot(town.group, town.ravi)
    with pytest.raises(Forbidden):
        await bot.edit_message_text("two", town.group.id, sent.message_id)


async def test_a_reaction_is_seen(town: Town, bot: Bot) -> None:
    message = town.ravi.says(town.group, "hi")
    await bot.set_message_reaction(town.group.id, message.message_id, "👍")
    assert message.reaction == "👍"
    await bot.set_message_reaction(town.group.id, message.message_id)
    assert message.reaction == ""


async def test_pinning_needs_the_right_to(town: Town, bot: Bot) -> None:
    sent = await bot.send_message(town.group.id, "one")
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to manage pinned messages"):
        await bot.pin_chat_message(town.group.id, sent.message_id)
    own = town.group.members[town.world.bot.id]
    town.group.members[town.world.bot.id] = replace(own, rights=frozenset({"can_pin_messages"}))
    await bot.pin_chat_message(town.group.id, sent.message_id)
    pinned = (await bot.get_chat(town.group.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id
