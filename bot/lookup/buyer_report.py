"""What is kept about a buyer, told to an admin or to who sits at the machine; and that they were told is noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain import masking
from bot.i18n import _
from bot.lookup import buyer_page
from bot.store import audit, buyers, kept, sealing
from bot.store.audit import NOBODY, Seen

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId, UserId
    from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class BuyerReport:
    json: bytes
    page: bytes


class BuyerReports:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def about(self, contact: str, *, user_id: UserId = NOBODY, machine: str = "") -> BuyerReport | None:
        """Of whoever has this number (E.164) or e-mail address; None where nothing is kept."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            buyer_ids = await buyers.of_contact(connection, self._account_id, contact)
            found = await kept.about(connection, self._account_id, buyer_ids)
            lead_ids = await sealing.leads_of(connection, self._account_id, buyer_ids)
            if not lead_ids:
                return None
            if machine:
                await audit.note_at_machine(
                    connection, self._account_id, Seen.BUYER, lead_ids, machine=machine, now=now
                )  # fmt: skip
            else:
                await audit.note(connection, self._account_id, Seen.BUYER, lead_ids, user_id, now=now)
        title = _("What is kept about {contact}, {day}").format(
            contact=masking.contact(contact), day=now.date().isoformat()
        )
        return BuyerReport(buyer_page.as_json(found), buyer_page.as_page(found, title))
