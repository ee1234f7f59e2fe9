"""Numbers that could be mixed up, and the place of a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

AccountId = NewType("AccountId", int)

LeadId = NewType("LeadId", int)
"""Of one lead among all accounts'; it stands in buttons and in the database, and people never see it."""

LeadNumber = NewType("LeadNumber", int)
"""Of one lead among its account's: #1234, as people see and type it."""

BuyerId = NewType("BuyerId", int)

UserId = NewType("UserId", int)

ChatId = NewType("ChatId", int)

MessageId = NewType("MessageId", int)


@dataclass(frozen=True, slots=True)
class ChatPlace:
    """A chat, or one topic of a forum group."""

    chat_id: ChatId
    thread_id: int | None = None
