"""With `NUMBERS=claim`: the cards in private chats follow who has the lead. They are shown and masked by the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.ids import ChatId
from bot.domain.priority import Priority
from bot.store import outbox, people, private_cards
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.ids import AccountId, LeadId, MessageId, UserId
    from bot.store.database import Connection


async def follow(
    connection: Connection, account_id: AccountId, lead_id: LeadId, owner_id: UserId | None, now: datetime
) -> None:
    """Somebody else has the lead, or nobody: it is masked again where it stands, and the new owner gets a card if they
    started the bot.
    """
    standing = await private_cards.of_lead(connection, account_id, lead_id)
    await drawing(connection, account_id, [(lead_id, *one) for one in standing], now)
    if owner_id is None or owner_id in {user_id for user_id, _message_id in standing}:
        return
    if await people.has_started(connection, account_id, owner_id):
        await first(connection, account_id, lead_id, owner_id, now)


async def first(connection: Connection, account_id: AccountId, lead_id: LeadId, user_id: UserId, now: datetime) -> None:
    """Queue a card for somebody's private chat."""
    await outbox.add(connection, account_id, [_draft(user_id, {"lead_id": lead_id})], now)


async def drawing(
    connection: Connection, account_id: AccountId, standing: Iterable[tuple[LeadId, UserId, MessageId]], now: datetime
) -> None:
    """Queue that these are drawn anew, as their readers may see them then."""
    drafts = [_draft(user_id, {"lead_id": lead_id, "message_id": at}) for lead_id, user_id, at in standing]
    await outbox.add(connection, account_id, drafts, now)


def _draft(user_id: UserId, body: dict[str, int]) -> Draft:
    return Draft(what=MessageKind.PRIVATE, turn=Priority.PRESS, chat_id=ChatId(user_id), body=body)
