from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from telegram.ext import ExtBot

from bot.chat.messenger import TelegramMessenger
from bot.chat.transport import AiohttpRequest
from bot.chat.views.message import RenderedMessage
from bot.delivery.messenger import Membership
from bot.domain.ids import ChatId, ChatPlace, MessageId, UserId
from bot.errors import DeliveryError, DeliveryTrouble
from bot.sandbox.botapi import MemberStatus
from bot.sandbox.botapi import town as towns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.chat.views import Views
    from bot.delivery.messenger import Messenger
    from bot.domain.card import Card
    from bot.domain.lead import StoredLead
    from bot.sandbox.botapi.town import Town

pytestmark = pytest.mark.english  # nothing is said

KEYBOARD = {"inline_keyboard": [[{"text": "Contact", "callback_data": "1"}]]}
CARD = cast("Card", SimpleNamespace(stored=SimpleNamespace(lead_id=1)))
STORED = cast("StoredLead", None)


class Scribe(SimpleNamespace):
    """Words that say what they are told to."""

    said = "<b>Asha</b> https://example.com"

    def card(self, _card: object, *, to: object) -> RenderedMessage:
        assert to is None
        return RenderedMessage(self.said, KEYBOARD)

    def pointer(self, _stored: object) -> RenderedMessage:
        return RenderedMessage("<b>Here</b> &amp; there")


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with towns.opened() as opened:
        yield opened


@pytest.fixture
def scribe() -> Scribe:
    return Scribe()


@pytest.fixture
async def messenger(town: Town, scribe: Scribe) -> AsyncIterator[Messenger]:
    requests = AiohttpRequest(), AiohttpRequest()
    bot: ExtBot[None] = ExtBot(
        town.world.bot.token,
        town.api.base_url,
        request=requests[0],
        get_updates_request=requests[1],
    )
    yield TelegramMessenger(bot, cast("Views", scribe))
    for request in requests:
        await request.shutdown()


def place(town: Town, thread_id: int | None = None) -> ChatPlace:
    return ChatPlace(ChatId(town.group.id), thread_id)


async def test_a_card_is_posted_with_its_buttons_and_without_a_preview(town: Town, messenger: Messenger) -> None:
    message_id = await messenger.post_card(place(town), CARD)
    message = town.group.messages[-1]
    assert (message.message_id, message.text) == (message_id, "Asha https://example.com")
    assert message.has_preview is False
    assert message.button("Contact")


async def test_a_plain_card_is_sent_letter_by_letter(town: Town, messenger: Messenger, scribe: Scribe) -> None:
    scribe.said = "<b>a</b> &lt; b &amp;amp; &lt;c&gt;"
    await messenger.post_card(place(town), CARD, plain=True)
    assert town.group.messages[-1].text == "a < b &amp; <c>"


async def test_a_plain_pointer_has_no_markup(town: Town, messenger: Messenger) -> None:
    await messenger.post_pointer(place(town), await messenger.post_card(place(town), CARD), STORED, plain=True)
    assert town.group.messages[-1].text == "Here & there"


async def test_nothing_is_pointed_at_that_is_gone(town: Town, messenger: Messenger) -> None:
    with pytest.raises(DeliveryError) as raised:
        await messenger.post_pointer(place(town), MessageId(999), STORED)
    assert raised.value.trouble is DeliveryTrouble.MISSING


async def test_an_edit_that_changes_nothing_is_a_success(town: Town, messenger: Messenger, scribe: Scribe) -> None:
    message_id = await messenger.post_card(place(town), CARD)
    await messenger.edit_card(place(town), message_id, CARD)
    scribe.said = "claimed"
    await messenger.edit_card(place(town), message_id, CARD)
    assert town.group.messages[-1].text == "claimed"


async def test_what_telegram_refuses_is_a_delivery_error_with_its_meaning(
    town: Town, messenger: Messenger, scribe: Scribe
) -> None:
    assert await trouble(messenger, place(town, thread_id=4711)) is DeliveryTrouble.TOPIC
    assert await trouble(messenger, ChatPlace(ChatId(-1009))) is DeliveryTrouble.CHAT
    town.api.faults.server_error("sendMessage")
    assert await trouble(messenger, place(town)) is DeliveryTrouble.TEMPORARY
    for said in ("<b>open", "", "x" * 5000):
        scribe.said = said
        assert await trouble(messenger, place(town)) is DeliveryTrouble.MESSAGE


async def test_an_edit_of_a_message_that_is_gone_is_missing(town: Town, messenger: Messenger) -> None:
    with pytest.raises(DeliveryError) as caught:
        await messenger.edit_card(place(town), MessageId(999), CARD)
    assert caught.value.trouble is DeliveryTrouble.MISSING


async def trouble(messenger: Messenger, where: ChatPlace) -> DeliveryTrouble:
    with pytest.raises(DeliveryError) as caught:
        await messenger.post_card(where, CARD)
    return caught.value.trouble


async def test_members_are_in_and_others_are_out(town: Town, messenger: Messenger) -> None:
    chat_id = ChatId(town.group.id)
    assert await messenger.standing(chat_id, UserId(town.ravi.id)) is Membership.IN
    assert await messenger.standing(chat_id, UserId(town.asha.id)) is Membership.IN
    assert await messenger.standing(chat_id, UserId(town.vikram.id)) is Membership.OUT
    town.asha.leaves(town.group)
    assert await messenger.standing(chat_id, UserId(town.asha.id)) is Membership.OUT
    town.world.remove(town.group, town.asha, town.ravi)
    assert await messenger.standing(chat_id, UserId(town.asha.id)) is Membership.OUT


@pytest.mark.parametrize(("is_member", "standing"), [(True, Membership.IN), (False, Membership.OUT)])
async def test_a_restricted_person_is_in_while_a_member(
    town: Town, messenger: Messenger, *, is_member: bool, standing: Membership
) -> None:
    town.world.set_role(town.group, town.asha, MemberStatus.RESTRICTED, by=town.ravi, is_member=is_member)
    assert await messenger.standing(ChatId(town.group.id), UserId(town.asha.id)) is standing


@pytest.mark.parametrize(
    ("description", "standing"),
    [
        ("Bad Request: user not found", Membership.OUT),
        ("Bad Request: PARTICIPANT_ID_INVALID", Membership.OUT),
        ("Bad Request: member list is inaccessible", Membership.UNKNOWN),
        ("Bad Request: CHAT_ADMIN_REQUIRED", Membership.UNKNOWN),
    ],
)
async def test_a_refusal_to_tell_has_a_meaning(
    town: Town, messenger: Messenger, description: str, standing: Membership
) -> None:
    town.api.faults.refuse(400, description, "getChatMember")
    assert await messenger.standing(ChatId(town.group.id), UserId(town.asha.id)) is standing


async def test_any_other_refusal_to_tell_is_a_delivery_error(town: Town, messenger: Messenger) -> None:
    town.api.faults.refuse(400, "Bad Request: chat not found", "getChatMember")
    with pytest.raises(DeliveryError):
        await messenger.standing(ChatId(town.group.id), UserId(town.asha.id))
