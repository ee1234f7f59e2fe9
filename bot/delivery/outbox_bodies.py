"""What stands in the body of an outbox row, read without trusting that it is there; and the rows that are lists."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final

from bot.clock import from_epoch
from bot.delivery.messenger import ListingReason
from bot.delivery.parking import UnbuildableError
from bot.domain.digest_times import DigestKind
from bot.domain.ids import LeadId
from bot.domain.notice import Notice, NoticeCode
from bot.domain.photo import Photo
from bot.domain.priority import Priority
from bot.store.outbox_messages import LATEST, Draft, MessageKind
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.ids import ChatId

HIGHEST: Final = 2**63 - 1


def number(body: Mapping[str, Any], name: str) -> int:
    """The number of a row of ours."""
    return _number(body.get(name))


def notice(body: Mapping[str, Any]) -> Notice:
    code, facts = body.get("code"), body.get("facts")
    if not isinstance(code, str) or code not in set(NoticeCode):
        raise UnbuildableError(ParkReason.BAD_FACTS)
    if not isinstance(facts, dict) or any(type(fact) not in {str, int} for fact in facts.values()):
        raise UnbuildableError(ParkReason.BAD_FACTS)
    return Notice(NoticeCode(code), facts)


def listing(body: Mapping[str, Any]) -> tuple[ListingReason, list[LeadId]]:
    """Why it is posted, and the numbers of its leads."""
    heading, lead_ids = body.get("heading"), body.get("lead_ids")
    if not isinstance(heading, str) or heading not in set(ListingReason) or not isinstance(lead_ids, list):
        raise UnbuildableError(ParkReason.BAD_FACTS)
    return ListingReason(heading), [LeadId(_number(lead_id)) for lead_id in lead_ids]


def listings(
    heading: ListingReason,
    turn: Priority,
    lead_ids: Sequence[LeadId],
    size: int,
    chat_id: ChatId | None = None,
    thread_id: int | None = None,
) -> list[Draft]:
    """As many rows as there are lists of this size, for one topic of a chat."""
    parts = (lead_ids[start : start + size] for start in range(0, len(lead_ids), size))
    bodies = ({"heading": heading.value, "lead_ids": list(part)} for part in parts)
    return [
        Draft(what=MessageKind.LISTING, turn=turn, body=body, chat_id=chat_id, thread_id=thread_id) for body in bodies
    ]


def digest(body: Mapping[str, Any]) -> tuple[DigestKind, datetime]:
    """Which, and for when it was meant."""
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in set(DigestKind):
        raise UnbuildableError(ParkReason.BAD_FACTS)
    return DigestKind(kind), from_epoch(min(_number(body.get("slot_at")), LATEST))


def photo(body: Mapping[str, Any]) -> Photo:
    text, png, words = body.get("text"), body.get("png"), body.get("words", "")
    if not isinstance(text, str) or not isinstance(png, str) or not isinstance(words, str):
        raise UnbuildableError(ParkReason.BAD_FACTS)
    try:
        return Photo(text, b64decode(png, validate=True) or None, words)
    except binascii.Error:
        raise UnbuildableError(ParkReason.BAD_FACTS) from None


def photos(found: Iterable[Photo], *, chat_id: ChatId | None = None, turn: Priority = Priority.CHART) -> list[Draft]:
    """A message each, in this order; to the account's chat unless told otherwise. Leads do not wait for pictures."""
    return [
        Draft(
            what=MessageKind.PHOTO,
            turn=turn,
            body={"text": one.text, "png": b64encode(one.png or b"").decode(), "words": one.words},
            chat_id=chat_id,
        )
        for one in found
    ]


def _number(value: object) -> int:
    if type(value) is not int or not 0 < value <= HIGHEST:
        raise UnbuildableError(ParkReason.BAD_FACTS)
    return value
