"""Who is behind a lead: the same mobile, or the same e-mail where a lead has no phone. Buyers are never merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.ids import AccountId, BuyerId, LeadId
from bot.domain.phones import is_e164
from bot.store.connections import listed
from bot.store.positions import ID_MASK
from bot.store.prepared_leads import reversed_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.lead import Lead
    from bot.store.database import Connection

MAIL: Final = "mail:"
"""In front of an address, as a contact."""

OF_NUMBER: Final = """
    SELECT buyer_id FROM buyer_contacts WHERE account_id = :account_id AND contact = :number
    UNION SELECT leads.buyer_id FROM lead_phones JOIN leads ON leads.lead_id = lead_phones.position & {id_mask}
    WHERE lead_phones.account_id = :account_id AND lead_phones.reversed = :reversed
""".replace("{id_mask}", str(ID_MASK))

OF_LEAD: Final = "SELECT buyer_id FROM leads WHERE account_id = :account_id AND number = :number"

OF_MAIL: Final = """
    SELECT buyer_id FROM buyer_contacts WHERE account_id = :account_id AND contact = 'mail:' || :mail
    UNION SELECT buyer_id FROM leads
    WHERE account_id = :account_id AND (lower(email) = :mail OR lower(email_alt) = :mail)
"""

KNOWN: Final = """
    SELECT contact, buyer_id FROM buyer_contacts
    WHERE account_id = :account_id AND contact IN (SELECT value FROM json_each(:contacts))
"""

LAST_ID: Final = "SELECT coalesce(max(buyer_id), 0) AS last FROM buyers"
NEXT_IDS_POSTGRES: Final = """
    SELECT nextval(pg_get_serial_sequence('buyers', 'buyer_id')) AS id FROM generate_series(1, :many)
"""

ADD: Final = """
    INSERT INTO buyers (buyer_id, account_id, created_at)
    SELECT CAST(value AS BIGINT), :account_id, :now FROM json_each(:buyer_ids)
"""

ADD_CONTACTS: Final = """
    INSERT INTO buyer_contacts (account_id, contact, buyer_id)
    SELECT :account_id, json_extract(value, '$[0]'), CAST(json_extract(value, '$[1]') AS BIGINT)
    FROM json_each(:contacts)
"""

# Somebody who left the group suggests nothing. Of a buyer who never stops writing the newest leads will do.
PLACES: Final = """
    SELECT this.lead_id,
        (SELECT count(*) FROM leads
            WHERE leads.buyer_id = this.buyer_id AND leads.position <= this.position AND leads.kind <> 'BIZ') AS nth,
        (SELECT leads.lead_id FROM leads
            WHERE leads.buyer_id = this.buyer_id AND leads.position < this.position AND leads.kind <> 'BIZ'
            ORDER BY leads.position DESC LIMIT 1) AS earlier_id,
        (SELECT people.name FROM (
                SELECT leads.account_id, leads.owner_id, leads.position FROM leads
                WHERE leads.buyer_id = this.buyer_id AND leads.position < this.position
                ORDER BY leads.position DESC LIMIT :limit
            ) AS earlier
            JOIN people ON people.account_id = earlier.account_id AND people.user_id = earlier.owner_id
            WHERE people.left_at IS NULL ORDER BY earlier.position DESC LIMIT 1) AS known_to
    FROM leads AS this
    WHERE this.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +this.account_id = :account_id
"""
MOST_LOOKED_AT: Final = 50

# A buyer some of whose leads are younger than RETENTION, or than the wish, is still one.
LEFT_OVER: Final = """
    SELECT buyer_id FROM buyers WHERE buyer_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:buyer_ids))
        AND +account_id = :account_id
        AND NOT EXISTS (SELECT 1 FROM all_leads WHERE all_leads.buyer_id = buyers.buyer_id)
"""
FORGET: Final = tuple(
    f"""
    DELETE FROM {table}
    WHERE buyer_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:buyer_ids)) AND account_id = :account_id
    """  # noqa: S608 - names of ours
    for table in ("buyer_contacts", "do_not_call", "buyers")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerPlace:
    """Where a lead stands among its buyer's."""

    nth: int = 0
    """1 for the first."""
    earlier_id: LeadId | None = None
    """The one before it."""
    known_to: str | None = None
    """Who had the latest of the earlier leads that somebody had."""


def contacts(lead: Lead) -> tuple[str, ...]:
    """What identifies the lead's buyer, the strongest first. Empty = a buyer nobody can be compared with."""
    if lead.mobile and is_e164(lead.mobile) and not lead.mobile_alt:  # nearly always
        return (lead.mobile,)
    if lead.phones:
        return tuple(dict.fromkeys(m for m in (lead.mobile, lead.mobile_alt) if m and is_e164(m)))
    return (f"{MAIL}{lead.email.lower()}",) if lead.email and "@" in lead.email else ()


async def assign(
    connection: Connection, account_id: AccountId, leads: Sequence[Lead], created_at: int
) -> list[BuyerId]:
    """The buyer of each lead, made where unknown. A contact stays with the buyer it was first seen with. The account's
    row is locked: nobody else adds to its buyers meanwhile.
    """
    of_leads = [contacts(lead) for lead in leads]
    wanted = listed({contact for own in of_leads for contact in own})
    known = await connection.fetch_all(KNOWN, {"account_id": account_id, "contacts": wanted})
    owners = {row["contact"]: BuyerId(row["buyer_id"]) for row in known}
    free = iter(await _free_ids(connection, len(of_leads)))
    assigned: list[BuyerId] = []
    new_buyers: list[BuyerId] = []
    new_contacts: list[tuple[str, BuyerId]] = []
    for own in of_leads:
        buyer = next(filter(None, map(owners.get, own)), None)
        if buyer is None:
            buyer = BuyerId(next(free))
            new_buyers.append(buyer)
        for contact in own:
            if contact not in owners:
                owners[contact] = buyer
                new_contacts.append((contact, buyer))
        assigned.append(buyer)
    await connection.execute(ADD, {"account_id": account_id, "buyer_ids": listed(new_buyers), "now": created_at})
    await connection.execute(ADD_CONTACTS, {"account_id": account_id, "contacts": listed(new_contacts)})
    return assigned


async def _free_ids(connection: Connection, many: int) -> Sequence[int]:
    """As many as may be needed. PostgreSQL's come from the sequence, which gives none to two; some may stay unused."""
    if connection.is_postgres:
        return sorted(row["id"] for row in await connection.fetch_all(NEXT_IDS_POSTGRES, {"many": many}))
    row = await connection.fetch_one(LAST_ID)
    last = 0 if row is None else int(row["last"])
    return range(last + 1, last + 1 + many)


async def places(connection: Connection, account_id: AccountId, lead_ids: Iterable[LeadId]) -> dict[LeadId, BuyerPlace]:
    """Where each lead stands among its buyer's by time of enquiry. Catalogue views do not count."""
    parameters = {"account_id": account_id, "lead_ids": listed(lead_ids), "limit": MOST_LOOKED_AT}
    return {
        LeadId(row["lead_id"]): BuyerPlace(
            nth=row["nth"],
            earlier_id=None if row["earlier_id"] is None else LeadId(row["earlier_id"]),
            known_to=row["known_to"],
        )
        for row in await connection.fetch_all(PLACES, parameters)
    }


async def of_contact(connection: Connection, account_id: AccountId, contact: str) -> list[BuyerId]:
    """Whoever has this number (E.164), e-mail address, or lead (`#12`)."""
    if contact.startswith("#"):
        rows = await connection.fetch_all(OF_LEAD, {"account_id": account_id, "number": int(contact[1:])})
    elif "@" in contact:
        rows = await connection.fetch_all(OF_MAIL, {"account_id": account_id, "mail": contact.lower()})
    else:
        number = {"number": contact, "reversed": reversed_digits(contact)}
        rows = await connection.fetch_all(OF_NUMBER, {"account_id": account_id, **number})
    return [BuyerId(row["buyer_id"]) for row in rows if row["buyer_id"] is not None]


async def forget_left_over(connection: Connection, account_id: AccountId, buyer_ids: Sequence[BuyerId]) -> None:
    """Of these those of whom no lead is left."""
    rows = await connection.fetch_all(LEFT_OVER, {"account_id": account_id, "buyer_ids": listed(buyer_ids)})
    gone = {"account_id": account_id, "buyer_ids": listed(row["buyer_id"] for row in rows)}
    for statement in FORGET:
        await connection.execute(statement, gone)
