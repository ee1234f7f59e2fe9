"""What is kept about a buyer, told to an admin or to who sits at the machine; and that they were told is noted."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.domain import masking
from bot.i18n import PAGE_FONTS, _
from bot.store import audit, buyers, kept, odd_bodies, sealing
from bot.store.audit import NOBODY, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.clock import Clock
    from bot.domain.ids import AccountId, UserId
    from bot.store.database import Database


STYLE: Final = (
    f"body{{font:15px/1.4 {PAGE_FONTS}}}body{{margin:2em;max-width:70em}}"
    "table{border-collapse:collapse;margin:.5em 0}"
    "th,td{border:1px solid #bbb;padding:.2em .5em;text-align:left;vertical-align:top}td{overflow-wrap:anywhere}"
)
SHOWN: Final = "backslashreplace"
"""Half an emoji, which a row may hold, as JSON writes it."""


@dataclass(frozen=True, slots=True)
class BuyerReport:
    json: bytes
    page: bytes
    """HTML."""


class BuyerReports:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def about(self, contact: str, *, user_id: UserId = NOBODY, machine: str = "") -> BuyerReport | None:
        """Of whoever has this number (E.164) or e-mail address; None where nothing is kept."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            buyer_ids = await buyers.of_contact(connection, self._account_id, contact)
            lead_ids = await sealing.leads_of(connection, self._account_id, buyer_ids)
        contacts = [] if contact.startswith("#") else [contact]
        looked = await odd_bodies.look_through(self._database, self._account_id, lead_ids, contacts)
        async with self._database.transaction() as connection:
            found = await kept.about(connection, self._account_id, buyer_ids, looked)
            lead_ids = await sealing.leads_of(connection, self._account_id, buyer_ids)
            if not lead_ids and not looked.bodies:
                return None
            seen = connection, self._account_id, Seen.BUYER, lead_ids
            if machine:
                await audit.note_at_machine(*seen, machine=machine, now=now)
            else:
                await audit.note(*seen, user_id, now=now)
        title = _("What is kept about {contact}, {day}").format(
            contact=masking.contact(contact), day=now.date().isoformat()
        )
        return BuyerReport(json.dumps(found, ensure_ascii=False, indent=2).encode(errors=SHOWN), _page(found, title))


def _page(kept: Mapping[str, Any], title: str) -> bytes:
    sections = "".join(f"<h2>{html.escape(_heading(name))}</h2>{_drawn(value)}" for name, value in kept.items())
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{html.escape(title)}</h1>{sections}</body></html>"
    )
    return page.encode(errors=SHOWN)


def _heading(table: str) -> str:
    return {
        "contacts": _("What the buyer is known by"),
        "do_not_call": _("Asked not to be called"),
        "leads": _("Enquiries, with the rows as IndiaMART sent them"),
        "cards": _("Messages in the group"),
        "response_times": _("How fast the team answered, in seconds"),
        "private_cards": _("Messages in private chats"),
        "changes": _("What the team did"),
        "notes": _("What the team wrote"),
        "reminders": _("Reminders"),
        "audit": _("Who was shown the number"),
        "outbox": _("Messages on their way"),
        "parked": _("Messages put aside"),
        "unreadable": _("Rows that could not be read"),
        "pushes": _("Pushed bodies that could not be read"),
        "routes": _("Routes that look for the buyer"),
    }.get(table, table)


def _drawn(value: Any) -> str:
    if isinstance(value, dict):
        rows = (f"<tr><th>{html.escape(str(name))}</th><td>{_drawn(one)}</td></tr>" for name, one in value.items())
        return f"<table>{''.join(rows)}</table>"
    if isinstance(value, list):
        return "".join(f"<div>{_drawn(one)}</div>" for one in value)
    return "" if value is None else html.escape(str(value))
