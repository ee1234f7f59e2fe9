"""What a lead's card shows, put together in a few statements for many leads as for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import SKEW
from bot.domain.card import Card, EarlierLead, Lateness, Note
from bot.domain.ids import LeadId
from bot.store import buyers, cards, changes, lead_routes, leads, notes, templates
from bot.store.buyers import BuyerPlace
from bot.store.changes import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.domain.lead import StoredLead
    from bot.store.cards import PostedCard
    from bot.store.changes import Change
    from bot.store.database import Connection
    from bot.store.notes import StoredNote


async def assemble(
    connection: Connection,
    account_id: AccountId,
    lead_id: int,
    *,
    late: Lateness | None = None,
    now: datetime | None = None,
) -> Card | None:
    """The lead as it is now, with the facts its card was posted with; a lead without a card gets them as of now.

    Without `now` it does not offer to undo the last change.
    """
    found = await assemble_many(connection, account_id, [lead_id], late=late, now=now)
    return found[0] if found else None


async def assemble_many(
    connection: Connection,
    account_id: AccountId,
    lead_ids: Iterable[int],
    *,
    late: Lateness | None = None,
    now: datetime | None = None,
) -> list[Card]:
    """As `assemble`, in the order asked, in as many statements as for one; leads that are not here are left out."""
    found = await leads.many(connection, account_id, [LeadId(lead_id) for lead_id in lead_ids])
    facts = await _facts(connection, account_id, [stored.lead_id for stored in found])
    return [_card(stored, facts, late, now) for stored in found]


async def assemble_sealed(connection: Connection, account_id: AccountId, lead_id: int) -> Card | None:
    """What is left to be shown of a sealed lead."""
    found = await leads.sealed(connection, account_id, [LeadId(lead_id)])
    return Card(stored=found[0]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is known about leads beyond their own rows."""

    posted: Mapping[LeadId, PostedCard]
    places: Mapping[LeadId, BuyerPlace]
    earlier: Mapping[LeadId, StoredLead]
    notes: Mapping[LeadId, StoredNote]
    changes: Mapping[LeadId, Change]
    templates: Mapping[str, str]
    given: AbstractSet[LeadId]


async def _facts(connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId]) -> _Facts:
    posted = await cards.many(connection, account_id, lead_ids)
    places = await buyers.places(connection, account_id, lead_ids)
    named = {one.earlier_lead_id for one in posted.values()} | {one.earlier_id for one in places.values()}
    before = await leads.many(connection, account_id, [one for one in named if one is not None])
    return _Facts(
        posted=posted,
        places=places,
        earlier={one.lead_id: one for one in before},
        notes=await notes.latest_of(connection, account_id, lead_ids),
        changes=await changes.last_of(connection, account_id, lead_ids),
        templates=await templates.all_(connection, account_id),
        given=await lead_routes.given(connection, account_id, lead_ids),
    )


def _card(stored: StoredLead, facts: _Facts, late: Lateness | None, now: datetime | None) -> Card:
    posted = facts.posted.get(stored.lead_id)
    place, written = facts.places.get(stored.lead_id, BuyerPlace()), facts.notes.get(stored.lead_id)
    earlier_id = place.earlier_id if posted is None else posted.earlier_lead_id
    is_timed = is_time_known(stored, now)
    return Card(
        stored=stored,
        reached_after=_after(stored.lead.enquired_at, stored.stored_at) if is_timed else None,
        late_by=None if posted is None else posted.late_by,
        late_reason=late if posted is None else posted.late_reason,
        nth=place.nth if posted is None else posted.nth,
        earlier=None if earlier_id is None else _earlier(facts.earlier.get(earlier_id)),
        known_to=None if stored.owner_id is not None else place.known_to,
        is_given=stored.lead_id in facts.given,
        claimed_after=_after(stored.lead.enquired_at, stored.claimed_at) if is_timed else None,
        note=None if written is None else Note(written.who, written.text),
        won_value=stored.won_value,
        lost_reason=stored.lost_reason,
        template=templates.of_kind(facts.templates, stored.lead.kind),
        undo_id=_undo_id(facts.changes.get(stored.lead_id), now),
    )


_NOT_UNDONE: Final = frozenset({ChangeKind.CLAIM, ChangeKind.GIVE, ChangeKind.RETURN})


def _undo_id(last: Change | None, now: datetime | None) -> int | None:
    """The last change, if it is young enough to be undone. Not a claim: whoever taps Claim twice would take it back;
    it is released. Nor what no person did.
    """
    if now is None or last is None or last.act in _NOT_UNDONE or not changes.is_undoable(last, now):
        return None
    return last.change_id


def is_time_known(stored: StoredLead, now: datetime | None) -> bool:
    """Whether it was stored (and claimed) by a clock that can have been right: not before it was enquired, and not in
    what is still to come.
    """
    enquired_at = stored.lead.enquired_at
    latest = stored.stored_at if stored.claimed_at is None else max(stored.stored_at, stored.claimed_at)
    is_over = now is None or latest <= now + SKEW
    return is_over and (enquired_at is None or stored.stored_at >= enquired_at - SKEW)


def _after(enquired_at: datetime | None, moment: datetime | None) -> timedelta | None:
    return None if enquired_at is None or moment is None else max(moment - enquired_at, timedelta(0))


def _earlier(before: StoredLead | None) -> EarlierLead | None:
    if before is None:
        return None
    return EarlierLead(
        lead_id=before.lead_id,
        kind=before.lead.kind,
        enquired_at=before.lead.enquired_at,
        product=before.lead.product,
        status=before.status,
        owner_name=before.owner_name,
    )
