"""Messages that wait to be posted, and Telegram refusing some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.ids import ChatId, ChatPlace
from bot.domain.notice import NoticeCode
from bot.domain.priority import Priority
from bot.store import outbox
from bot.store.outbox_messages import Draft, MessageKind
from tests.services.played import trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.errors import DeliveryTrouble
    from tests.services.world import World


async def announce(world: World, chat_id: int | None = None, count: int = 1) -> None:
    body = {"code": NoticeCode.OLD_STORED.value, "facts": {"count": count, "view": 1}}
    draft = Draft(
        what=MessageKind.NOTICE, turn=Priority.NOTICE, body=body, chat_id=None if chat_id is None else ChatId(chat_id)
    )
    async with world.database.transaction() as connection:
        await outbox.add(connection, world.account_id, [draft], world.clock.now())
    world.delivery.wake()


def refusing(
    kind: DeliveryTrouble, when: Callable[[ChatPlace, Any, bool], bool]
) -> Callable[[ChatPlace, Any, bool], Exception | None]:
    return lambda place, what, plain: trouble(kind) if when(place, what, plain) else None
