"""The buyer as a vCard 3.0, which phones take over into their address book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import card, text
from bot.domain import phones
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.lead import Lead, StoredLead

MOST_BYTES: Final = 2048
"""Of a contact's vCard (Bot API)."""
_LONGEST_VALUE: Final = 200
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;"})


def vcard(stored: StoredLead) -> str:
    """The needed lines always, the others as long as they fit."""
    head, tail = "BEGIN:VCARD\r\nVERSION:3.0\r\n", "END:VCARD\r\n"
    room = MOST_BYTES - len(head) - len(tail)
    kept: list[str] = []
    for line in _lines(stored):
        whole = f"{line}\r\n"
        if len(whole.encode()) <= room:
            room -= len(whole.encode())
            kept.append(whole)
    return head + "".join(kept) + tail


def full_name(lead: Lead) -> str:
    """Never empty: an address book needs something to sort by."""
    return _short(lead.name) or _short(lead.company) or _("IndiaMART buyer")


def _lines(stored: StoredLead) -> Iterator[str]:
    """In the order of their worth."""
    lead = stored.lead
    name = _escaped(full_name(lead))
    yield f"N:;{name};;;"
    yield f"FN:{name}"
    for number in filter(phones.is_e164, lead.phones):  # what could not be read as one calls somebody else, or nobody
        yield f"TEL;TYPE={'CELL' if number in {lead.mobile, lead.mobile_alt} else 'VOICE'}:{number}"
    for email in dict.fromkeys(filter(None, (lead.email, lead.email_alt))):
        if shown := _short(email):
            yield f"EMAIL;TYPE=INTERNET:{_escaped(shown)}"
    if company := _short(lead.company):
        yield f"ORG:{_escaped(company)}"
    if address := _address(lead):
        yield address
    yield f"NOTE:{_escaped(_note(stored))}"


def _address(lead: Lead) -> str:
    parts = [_short(part) for part in (lead.address, lead.city, lead.state, lead.pincode, lead.country)]
    return "ADR;TYPE=WORK:;;" + ";".join(map(_escaped, parts)) if any(parts) else ""


def _note(stored: StoredLead) -> str:
    about = _short(card.title(stored.lead))
    return " · ".join(filter(None, (f"IndiaMART #{stored.number}", about)))


def _short(value: str | None) -> str:
    return text.shorten(text.plain_line(value), _LONGEST_VALUE)


def _escaped(value: str) -> str:
    return value.translate(_ESCAPES)
