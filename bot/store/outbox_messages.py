"""Messages of the `outbox` table: what is queued, and what a row says, which is not taken on trust."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from bot.clock import from_epoch
from bot.domain.card import Lateness
from bot.domain.ids import ChatId, LeadId
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.connections import Row

LATEST: Final = 253_402_214_400
"""31 December 9999, less a day for the zones: the last second that is taken for a time."""


class MessageKind(StrEnum):
    CARD = "card"
    EDIT = "edit"
    """A lead's card brought up to date; see `store/edits.py`."""
    LISTING = "listing"
    NOTICE = "notice"
    POINTER = "pointer"
    """A reply to a lead's card, so that a tap leads there."""
    REMINDER = "reminder"
    CALLOUT = "callout"
    """Unclaimed leads."""
    DIGEST = "digest"
    PHOTO = "photo"
    """A picture, which stands in the body."""
    PRIVATE = "private"
    """A lead's card in somebody's private chat, new or drawn anew; with `NUMBERS=claim`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to queue. `chat_id` None is the account's chat, wherever it moves. `body` depends on `what`."""

    what: MessageKind
    turn: int
    lead_id: LeadId | None = None
    """Whose card it is, or is about: it goes to where that stands."""
    body: dict[str, Any] = field(default_factory=dict)
    chat_id: ChatId | None = None
    thread_id: int | None = None
    """The topic; None is the chat's own."""
    beside: LeadId | None = None
    """Of what is no lead's own: it goes to where the card of this one stands."""
    late: Lateness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow(Draft):
    """A message that is queued."""

    outbox_id: int
    queued_at: datetime
    due_at: datetime
    tries: int
    revision: int = 0
    """Counts how often an edit was asked for."""


class UnreadableRowError(Exception):
    """A row that is no message. Only its number and the reason are told: its facts may name a buyer."""

    def __init__(self, outbox_id: int, reason: ParkReason) -> None:
        super().__init__(f"outbox row {outbox_id}: {reason.value}")
        self.outbox_id = outbox_id
        self.reason = reason


_KINDS: Final = frozenset(MessageKind)
_LATENESS: Final = frozenset(Lateness)


def read(row: Row) -> OutboxRow:
    """Nothing is taken on trust: a later version, or a hand, may have written it."""
    if row["what"] not in _KINDS:
        raise UnreadableRowError(row["outbox_id"], ParkReason.UNKNOWN_KIND)
    chat_id = row["chat_id"]
    if chat_id is not None and (type(chat_id) is not int or chat_id == 0):
        raise UnreadableRowError(row["outbox_id"], ParkReason.BAD_ADDRESS)
    lead_id = row["lead_id"]
    return OutboxRow(
        outbox_id=row["outbox_id"],
        chat_id=None if chat_id is None else ChatId(chat_id),
        thread_id=None if row["thread_id"] is None else _integer(row, "thread_id"),
        turn=_integer(row, "turn"),
        what=MessageKind(row["what"]),
        lead_id=None if lead_id is None else LeadId(_integer(row, "lead_id")),
        body=_body(row),
        queued_at=moment(row, "queued_at"),
        due_at=moment(row, "due_at"),
        tries=_integer(row, "tries"),
        revision=_integer(row, "revision"),
        late=Lateness(row["late"]) if row["late"] in _LATENESS else None,
    )


def _integer(row: Row, column: str) -> int:
    value = row[column]
    if type(value) is not int:
        raise UnreadableRowError(row["outbox_id"], ParkReason.BAD_COLUMN)
    return value


def moment(row: Row, column: str) -> datetime:
    if not 0 <= (second := _integer(row, column)) <= LATEST:
        raise UnreadableRowError(row["outbox_id"], ParkReason.BAD_COLUMN)
    return from_epoch(second)


def _body(row: Row) -> dict[str, Any]:
    try:
        body = json.loads(row["body"])
    except (TypeError, ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise UnreadableRowError(row["outbox_id"], ParkReason.BAD_BODY)
    return body
