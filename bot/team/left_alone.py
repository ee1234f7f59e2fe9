"""What it does that a buyer asked to be left alone, and what taking that back does; in the transaction of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.priority import Priority
from bot.store import do_not_call, private_cards
from bot.store.changes import ChangeKind
from bot.team.private_cards import drawing

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId, LeadId, UserId
    from bot.store.database import Connection


async def take_back(
    connection: Connection, account_id: AccountId, lead_id: LeadId, act: ChangeKind, user_id: UserId, now: datetime
) -> None:
    """What such a change did."""
    if act is ChangeKind.DO_NOT_CALL:
        await lift(connection, account_id, lead_id, now)
    elif act is ChangeKind.CALL_AGAIN:
        await do_not_call.add(connection, account_id, lead_id, user_id, now)
        await do_not_call.silence(connection, account_id, lead_id, now)
        await redraw(connection, account_id, lead_id, now)


async def lift(connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime) -> None:
    removed = await do_not_call.remove(connection, account_id, lead_id)
    if removed is not None:
        await do_not_call.bring_back(connection, account_id, lead_id, removed[1], now)
        await redraw(connection, account_id, lead_id, now)


async def redraw(connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime) -> None:
    """Every card of the buyer's, in the group and in private."""
    await do_not_call.redraw(connection, account_id, lead_id, turn=Priority.PRESS, now=now)
    standing = await private_cards.of_buyer(connection, account_id, lead_id)
    await drawing(connection, account_id, standing, now)
