"""New messages in the sandbox: what is taken, what is refused, and in which words."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from bot.sandbox.botapi import MemberStatus
from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with Bot(town.world.bot.token, base_url=town.api.base_url, base_file_url=town.api.base_file_url) as bot:
        yield bot


async def test_a_message_arrives_with_its_entities_and_buttons(town: Town, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("✋ Claim", callback_data="c:1", style="success")]])
    sent = await bot.send_message(town.group.id, "<b>Hi</b> &amp; bye", parse_mode="HTML", reply_markup=keyboard)
    assert sent.text_html == "<b>Hi</b> &amp; bye"
    assert sent.reply_markup == keyboard
    assert town.group.last.html == "<b>Hi</b> &amp; bye"
    assert town.group.last.buttons == [["✋ Claim"]]


async def test_4096_units_pass_and_4097_do_not(town: Town) -> None:
    assert (await town.says("<b>" + "😀" * 2048 + "</b>"))["ok"]
    assert (await town.says("😀" * 2048 + "x"))["description"] == "Bad Request: message is too long"


@pytest.mark.parametrize("text", ["", " \n ", "<b></b>"])
async def test_an_empty_text_is_refused(town: Town, text: str) -> None:
    assert (await town.says(text))["description"] == "Bad Request: message text is empty"


@pytest.mark.parametrize("length", [1024, 1025])
async def test_a_caption_holds_1024_units(town: Town, bot: Bot, length: int) -> None:
    if length == 1024:
        sent = await bot.send_photo(town.group.id, PNG, caption="x" * length)
        assert (sent.photo[0].width, sent.photo[0].height) == (640, 480)
        return
    with pytest.raises(BadRequest, match=r"(?i)message caption is too long"):
        await bot.send_photo(town.group.id, PNG, caption="x" * length)


BUTTONS: list[tuple[dict[str, Any], str]] = [
    ({"callback_data": ""}, "BUTTON_DATA_INVALID"),
    ({"callback_data": "पान" * 8}, "BUTTON_DATA_INVALID"),
    ({"url": "tel:+919000000031"}, "BUTTON_URL_INVALID"),
    ({"url": "javascript:x"}, "BUTTON_URL_INVALID"),
    ({"url": "http://"}, "BUTTON_URL_INVALID"),
    ({"copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
    ({"copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ({}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    (
        {"callback_data": "a", "url": "http://a.b"},
        "can't parse inline keyboard button: Exactly one action must be used for a button",
    ),
    ({"callback_data": "a", "style": "red"}, "can't parse inline keyboard button: Invalid button style specified"),
    ({"callback_data": "a", "text": " "}, "keyboard button text must be non-empty"),
]


@pytest.mark.parametrize(("button", "complaint"), BUTTONS)
async def test_a_bad_button_is_refused(town: Town, button: dict[str, Any], complaint: str) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", **button}]]}
    assert (await town.says("x", reply_markup=keyboard))["description"] == f"Bad Request: {complaint}"


@pytest.mark.parametrize(
    "button",
    [
        {"callback_data": "x" * 64},
        {"url": "https://wa.me/919000000031?text=Hi%20there"},
        {"url": "tg://user?id=1"},
        {"copy_text": {"text": "x" * 256}},
        {"switch_inline_query_current_chat": ""},
        {"callback_data": "a", "style": "danger"},
    ],
)
async def test_a_good_button_is_taken(town: Town, button: dict[str, Any]) -> None:
    assert (await town.says("x", reply_markup={"inline_keyboard": [[{"text": "Go", **button}]]}))["ok"]


async def test_a_hundred_buttons_pass_and_one_more_does_not(town: Town) -> None:
    rows = [[{"text": "x", "callback_data": "x"}] * 5] * 20
    assert (await town.says("x", reply_markup={"inline_keyboard": rows}))["ok"]
    refused = await town.says("x", reply_markup={"inline_keyboard": [*rows, rows[0][:1]]})
    assert refused["description"] == "Bad Request: reply markup is too long"


async def test_form_json_multipart_and_query_say_the_same(town: Town) -> None:
    url = f"{town.api.base_url}{town.world.bot.token}/sendMessage"
    words = {"chat_id": str(town.group.id), "text": "hello"}
    for request in (
        town.http.post(url, data=words),
        town.http.post(url, json=words),
        town.http.get(url, params=words),
        town.http.post(f"{url[:-11]}SENDMESSAGE", data=words),
    ):
        async with request as response:
            assert (response.status, (await response.json())["ok"]) == (200, True)
    assert town.group.texts == ["hello"] * 4


async def test_a_body_that_is_no_json_is_refused(town: Town) -> None:
    url = f"{town.api.base_url}{town.world.bot.token}/sendMessage"
    async with town.http.post(url, data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert (response.status, (await response.json())["ok"]) == (400, False)


async def test_a_person_who_never_pressed_start_cannot_be_written_to(town: Town, bot: Bot) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(town.ravi.id, "x")
    town.ravi.starts()
    assert (await bot.send_message(town.ravi.id, "x")).chat.first_name == "Ravi"


async def test_a_person_who_blocked_the_bot_cannot_be_written_to(town: Town, bot: Bot) -> None:
    town.ravi.starts()
    town.ravi.blocks_bot()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(town.ravi.id, "x")


@pytest.mark.parametrize("chat_id", [-100, "@nobody", "abc", -1009999999999])
async def test_an_unknown_chat_is_not_found(town: Town, bot: Bot, chat_id: int | str) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(chat_id, "x")


async def test_a_chat_the_bot_was_never_in_is_not_found(town: Town, bot: Bot) -> None:
    elsewhere = town.world.add_group("Elsewhere", [town.vikram], bot_role=None)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(elsewhere.id, "x")


async def test_a_kicked_bot_is_told_so(town: Town, bot: Bot) -> None:
    town.world.kick_bot(town.group, town.ravi)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(town.group.id, "x")


async def test_a_bot_that_left_is_no_member(town: Town, bot: Bot) -> None:
    await bot.leave_chat(town.group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(town.group.id, "x")


async def test_a_muted_bot_has_not_enough_rights(town: Town, bot: Bot) -> None:
    town.world.set_role(town.group, town.world.bot, MemberStatus.RESTRICTED)
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to send text messages to the chat"):
        await bot.send_message(town.group.id, "x")


async def test_an_upgraded_group_names_its_new_id(town: Town, bot: Bot) -> None:
    young = town.world.add_group("Young", [town.ravi], kind="group")
    await bot.send_message(young.id, "before")
    supergroup = town.world.upgrade_to_supergroup(young)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(young.id, "x")
    assert caught.value.new_chat_id == supergroup.id
    await bot.send_message(supergroup.id, "after")
    assert [m.text for m in supergroup.by_bot] == ["after"]


async def test_both_service_messages_of_a_move_are_seen(town: Town) -> None:
    young = town.world.add_group("Young", [town.ravi], kind="group")
    supergroup = town.world.upgrade_to_supergroup(young)
    first, second = [update["message"] for update in await town.updates()]
    assert (first["chat"]["id"], first["migrate_to_chat_id"]) == (young.id, supergroup.id)
    assert (second["chat"]["id"], second["migrate_from_chat_id"]) == (supergroup.id, young.id)


async def test_a_reply_to_nothing_is_refused_unless_it_may_miss(town: Town, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(town.group.id, "x", reply_parameters=ReplyParameters(999))
    reply = ReplyParameters(999, allow_sending_without_reply=True)
    assert (await bot.send_message(town.group.id, "x", reply_parameters=reply)).reply_to_message is None


async def test_a_reply_shows_what_it_answers(town: Town, bot: Bot) -> None:
    asked = town.ravi.says(town.group, "who?")
    sent = await bot.send_message(town.group.id, "me", reply_parameters=ReplyParameters(asked.message_id))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "who?"


async def test_a_contact_carries_its_card(town: Town, bot: Bot) -> None:
    vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Asha\nEND:VCARD"
    sent = await bot.send_contact(town.group.id, "+919000000031", "Asha", vcard=vcard)
    assert sent.contact is not None
    assert sent.contact.vcard == vcard
    with pytest.raises(BadRequest, match=r"(?i)contact_vcard_too_long"):
        await bot.send_contact(town.group.id, "+919000000031", "Asha", vcard="x" * 2049)


async def test_a_document_can_be_fetched_again(town: Town, bot: Bot) -> None:
    sent = await bot.send_document(
        town.group.id, b"a;b\n1;2\n", filename="leads.csv", caption="<b>x</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a;b\n1;2\n"
    assert sent.document.file_name == "leads.csv"
    again = await bot.send_document(town.group.id, sent.document.file_id)
    assert again.document == sent.document


async def test_a_photo_that_is_none_is_refused(town: Town, bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(town.group.id, b"GIF89a")


async def test_copies_and_forwards_say_the_same(town: Town, bot: Bot) -> None:
    first = town.ravi.says(town.group, "hello")
    await bot.copy_message(town.group.id, town.group.id, first.message_id)
    forwarded = await bot.forward_message(town.group.id, town.group.id, first.message_id)
    assert forwarded.forward_origin is not None
    assert town.group.texts == ["hello"] * 3


async def test_an_unknown_method_and_a_malformed_token_are_404(town: Town) -> None:
    assert (await town.call("sendTelepathy"))[0] == 404
    async with town.http.get(f"{town.api.base_url}123:short/getMe") as response:
        assert (response.status, await response.json()) == (
            404,
            {"ok": False, "error_code": 404, "description": "Not Found"},
        )


async def test_a_revoked_token_is_unauthorized(town: Town, bot: Bot) -> None:
    town.world.revoke_token()
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_a_chat_action_is_checked(town: Town, bot: Bot) -> None:
    assert await bot.send_chat_action(town.group.id, "typing")
    with pytest.raises(BadRequest, match=r"(?i)wrong parameter action"):
        await bot.send_chat_action(town.group.id, "dancing")
