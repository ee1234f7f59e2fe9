"""What every function of the store is called with: one account's number, and ids of that one's or the other's."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from datetime import timedelta
from enum import EnumType
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.config.keyring import Keyring, new_key
from bot.config.values import Secret
from bot.domain.card import Lateness
from bot.domain.digest_times import DigestAudience, DigestKind, DigestSlot
from bot.domain.ids import ChatId, ChatPlace, LeadId, MessageId, UserId
from bot.domain.lead import Origin, SealCause, Status, Window
from bot.domain.person import Person
from bot.domain.priority import Priority
from bot.domain.routes import Destination, DestinationKind, RoutedLead, RouteReason
from bot.store import (
    account_settings,
    audit,
    cards,
    changes,
    figures,
    leads,
    prepared_leads,
    search,
    stats,
)
from bot.store.faults import OpenFault
from bot.store.lead_words import WordsOfLead
from bot.store.odd_bodies import LookedThrough
from bot.store.outbox_messages import Draft, MessageKind, OutboxRow
from bot.store.positions import position_of
from bot.store.traces import Traces
from tests import databases
from tests.store.conftest import NOW, make_lead
from tests.store.own_rows import kept_at
from tests.store.two_accounts import SECOND, without, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bot.domain.ids import AccountId
    from bot.domain.lead import StoredLead


@dataclass(frozen=True)
class World:
    path: Path
    alone: Path
    """The same without the other account."""
    account_id: AccountId
    other_id: AccountId
    ids: Mapping[AccountId, dict[str, list[int]]]
    """Of each account, by the name of the key."""
    stored: Mapping[AccountId, list[StoredLead]]


def made(folder: Path) -> World:
    path, alone = folder / "both.db", folder / "alone.db"
    first, second = asyncio.run(_written(path))
    assert asyncio.run(_written(alone)) == (first, second)
    with kept_at(alone) as kept:
        without(kept, second)
    with kept_at(path) as kept:
        ids = {one: {KEYS[table]: kept.keys(table, one) for table in KEYS} for one in (first, second)}
    stored = asyncio.run(_stored(path, ids))
    return World(path, alone, first, second, ids, stored)


async def _written(path: Path) -> tuple[AccountId, AccountId]:
    async with databases.opened(path) as database:
        return await write(database, partial(kept_at, path))


async def _stored(path: Path, ids: Mapping[AccountId, dict[str, list[Any]]]) -> dict[AccountId, list[StoredLead]]:
    async with databases.opened(path) as database, database.reading() as connection:
        return {one: await leads.many(connection, one, own["lead_id"]) for one, own in ids.items()}


KEYS: Final = {
    "all_leads": "lead_id", "buyers": "buyer_id", "outbox": "outbox_id", "pushes": "push_id", "seals": "seal_id",
    "reminders": "reminder_id", "callouts": "callout_id", "changes": "change_id", "views": "view_id",
    "routes": "route_id",
}  # fmt: skip
KEYRING: Final = Keyring((new_key(),))
DAY: Final = timedelta(days=1)


def arguments(function: Callable[..., Any], world: World, of: AccountId, leads_of: AccountId) -> dict[str, Any]:
    """For a call with the first account's number, and with ids of leads, and of all else, of that one or the other."""
    found = {}
    for name, one in inspect.signature(function).parameters.items():
        if name not in {"connection", "database"} and (one.default is one.empty or name in GIVEN):
            found[name] = _argument(function, name, world, leads_of if "lead" in name or name == "found" else of)
    return found


GIVEN: Final = frozenset({"low", "high"})


def _argument(function: Callable[..., Any], name: str, world: World, of: AccountId) -> Any:
    annotation = function.__annotations__[name]
    ids, made_here = world.ids[of], _made(world, of)
    if name == "account_id":
        return world.account_id
    if name in ids:
        return ids[name][0]
    if name.endswith("_ids") and name[:-1] in ids:
        return ids[name[:-1]]
    own = f"{function.__module__.rpartition('.')[2]}.{name}"
    for known in (own, f"{name}: {annotation}", name, f": {annotation}"):
        if known in made_here:
            return made_here[known]
    kind = function.__globals__.get(annotation)
    if isinstance(kind, EnumType):
        return next(iter(kind))
    raise AssertionError(
        f"say in tests/store/two_accounts_calls.py, _made, what is handed over as `{name}: {annotation}`"
    )


def _made(world: World, of: AccountId) -> dict[str, Any]:
    ids = world.ids[of]
    lead_id = LeadId(ids["lead_id"][0])
    new = prepared_leads.of_all([make_lead("9", name="Asha", mobile="+919000000030"), make_lead("0")])
    before, after = changes.LeadState(), changes.LeadState(status=Status.JUNK)
    row = OutboxRow(
        what=MessageKind.EDIT, turn=1, lead_id=lead_id, outbox_id=ids["outbox_id"][1], queued_at=NOW,
        due_at=NOW, tries=0, revision=SECOND,
    )  # fmt: skip
    card = cards.PostedCard(
        lead_id=lead_id, chat_id=ChatId(-1001), message_id=MessageId(9), posted_at=NOW, late_by=None,
        late_reason=None, nth=1, earlier_lead_id=lead_id,
    )  # fmt: skip
    routed = RoutedLead(lead_id=lead_id, route_id=ids["route_id"][0], reason=RouteReason.PLACE)
    notice = Draft(what=MessageKind.NOTICE, turn=1)
    return {
        "now": NOW, "now: int": SECOND, "before: datetime": NOW + DAY, "since: datetime": NOW - DAY, ": datetime": NOW,
        ": datetime | None": NOW, "before: LeadState": before, "after: LeadState": after, ": bool": True,
        ": str": "asha", ": str | None": "asha", ": int": 1, ": int | None": 1, ": float": float(SECOND),
        "since: int": 0, "low": 0, "high": 2**63 - 1, "limit": 100, "newest": 100, "offset": 0, "key": 0,
        "user_id": UserId(77), "chat_id": ChatId(-1001), "message_id": MessageId(SECOND), "user_ids": [77],
        "places": [position_of(one.lead, one.lead_id, one.stored_at) for one in world.stored[of]],
        "row: OutboxRow": row, "card: PostedCard": card,
        "drafts": [notice, Draft(what=row.what, turn=0, lead_id=lead_id)],
        "found: Sequence[PreparedLead]": new, "found: Sequence[StoredLead]": world.stored[of],
        "found: Sequence[WordsOfLead]": [WordsOfLead(nth, nth, one) for nth, one in enumerate(new, 1)],
        "leads: Sequence[Lead]": [one.lead for one in new], "origin: Origin": Origin.PULL, "cause": SealCause.WISH,
        "text: Secret": Secret("asha"), "keyring": KEYRING, "query_ids": ["0", "1"], "body: bytes": b"asha",
        ": timedelta | None": DAY, ": timedelta": DAY,
        "account_settings.name": "TIMEZONE", "person": Person(UserId(77), "Asha"), "window": Window(NOW, NOW + DAY),
        "terms": search.SearchTerms(words=("asha",)), "sightings": [(NOW, audit.Seen.LOOKUP, lead_id, UserId(77))],
        "rows": [("{}", "asha")], "queries": ['{"words": "asha"}', "asha"], "old": ChatId(-1001),
        "new: ChatId": ChatId(-2), "turn: Priority": Priority.EDIT,
        "notes": {lead_id: "asha"}, "names": ["asha"], "moments": {lead_id: (SECOND + 1, SECOND)},
        "marks": ["asha 0", "asha 1"], "contacts: Collection[str]": ["asha"],
        "contacts: Iterable[str]": ["asha"], "identities": ["asha"], "calls": [(ChatId(-1001), float(SECOND))],
        "holds": [(ChatId(-1001), float(SECOND), float(SECOND + 1))],
        "by": account_settings.By(), "changes.by": UserId(77), "given": {lead_id: UserId(77)},
        "counted": figures.Counted(), "to": Destination(kind=DestinationKind.PLACE), "set_by": UserId(77),
        "place: ChatPlace": ChatPlace(ChatId(-1001), 1), "found: Iterable[RoutedLead]": [routed],
        "slots": [DigestSlot(DigestAudience.GROUP, DigestKind.MORNING, "2026-01-05T09:00", NOW)],
        "stretch": stats.Stretch(account_id=world.account_id, low=0, high=2**63 - 1),
        "reason: Lateness": Lateness.TELEGRAM, "ended": OpenFault("asha", NOW, "asha", NOW),
        "found: Sequence[LeadId]": ids["lead_id"], "admins": [UserId(77)], "turns": list(range(10)),
        "accounts: Iterable[AccountId]": [world.account_id],
        "looked": LookedThrough(Traces(world.stored[of])),
    }  # fmt: skip
