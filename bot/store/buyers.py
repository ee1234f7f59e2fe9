"""Who is behind a lead: the same mobile, or the same e-mail where a lead has no phone. Buyers are never merged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.models import AccountId, BuyerId, LeadId
from bot.phones import is_e164
from bot.store import bulk, fetch
from bot.store.positions import position_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from bot.models import Lead, StoredLead
    from bot.store.database import Connection

KNOWN: Final = """
    SELECT contact, buyer_id FROM buyer_contacts
    WHERE account_id = :account_id AND contact IN (SELECT value FROM json_each(:contacts))
"""

LAST_ID: Final = "SELECT coalesce(max(buyer_id), 0) AS last FROM buyers"

ADD: Final = "INSERT INTO buyers (buyer_id, account_id, created_at)"

ADD_CONTACTS: Final = "INSERT INTO buyer_contacts (account_id, contact, buyer_id)"

NTH: Final = """
    SELECT count(*) AS nth FROM leads WHERE buyer_id = :buyer_id AND position <= :position AND kind <> 'BIZ'
"""

EARLIER: Final = """
    SELECT lead_id FROM leads WHERE buyer_id = :buyer_id AND position < :position AND kind <> 'BIZ'
    ORDER BY position DESC LIMIT 1
"""

# Somebody who left the group suggests nothing. Of a buyer who never stops writing the newest leads will do.
KNOWN_TO: Final = """
    SELECT people.name FROM (
        SELECT account_id, owner_id, position FROM leads WHERE buyer_id = :buyer_id AND position < :position
        ORDER BY position DESC LIMIT :limit
    ) AS earlier
    JOIN people ON people.account_id = earlier.account_id AND people.user_id = earlier.owner_id
    WHERE people.left_at IS NULL ORDER BY earlier.position DESC LIMIT 1
"""
MOST_LOOKED_AT: Final = 50


def contacts(lead: Lead) -> tuple[str, ...]:
    """What identifies the lead's buyer, the strongest first. Empty = a buyer nobody can be compared with."""
    if lead.mobile and is_e164(lead.mobile) and not lead.mobile_alt:  # nearly always
        return (lead.mobile,)
    if lead.phones:
        return tuple(dict.fromkeys(m for m in (lead.mobile, lead.mobile_alt) if m and is_e164(m)))
    return (f"mail:{lead.email.lower()}",) if lead.email and "@" in lead.email else ()


def assign(
    connection: sqlite3.Connection, account_id: AccountId, leads: Sequence[Lead], created_at: int
) -> list[BuyerId]:
    """The buyer of each lead, made where unknown. A contact stays with the buyer it was first seen with."""
    of_leads = [contacts(lead) for lead in leads]
    wanted = json.dumps(list({contact for own in of_leads for contact in own}))
    owners = {
        row["contact"]: BuyerId(row["buyer_id"])
        for row in connection.execute(KNOWN, {"account_id": account_id, "contacts": wanted})
    }
    last = first_new = connection.execute(LAST_ID).fetchone()["last"]
    assigned: list[BuyerId] = []
    new_contacts: list[tuple[AccountId, str, BuyerId]] = []
    for own in of_leads:
        buyer = next(filter(None, map(owners.get, own)), None)
        if buyer is None:
            last += 1
            buyer = BuyerId(last)
        for contact in own:
            if contact not in owners:
                owners[contact] = buyer
                new_contacts.append((account_id, contact, buyer))
        assigned.append(buyer)
    bulk.insert(ADD, [(number, account_id, created_at) for number in range(first_new + 1, last + 1)], connection)
    bulk.insert(ADD_CONTACTS, new_contacts, connection)
    return assigned


async def nth(connection: Connection, lead: StoredLead) -> tuple[int, LeadId | None]:
    """Which lead of its buyer this is by time of enquiry, and the one before it. Catalogue views do not count."""
    parameters = _before(lead)
    counted = await fetch.one(connection, NTH, parameters)
    row = await fetch.one(connection, EARLIER, parameters)
    return 0 if counted is None else int(counted["nth"]), None if row is None else LeadId(row["lead_id"])


async def known_to(connection: Connection, lead: StoredLead) -> str | None:
    """The name of whoever had the latest of the buyer's earlier leads that somebody had."""
    row = await fetch.one(connection, KNOWN_TO, _before(lead) | {"limit": MOST_LOOKED_AT})
    return None if row is None else str(row["name"])


def _before(lead: StoredLead) -> dict[str, object]:
    return {"buyer_id": lead.buyer_id, "position": position_of(lead.lead, lead.lead_id, lead.stored_at)}
