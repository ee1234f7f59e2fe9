"""What people write under their own headings for a lead's number and its kind, and what of that means anything here: a
serial number is no id of IndiaMART's, and would make two leads one; `Hot` is no kind, and would make one lead two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.domain.lead import Kind
from bot.files import headings
from bot.files.mapping import MappedBy
from bot.i18n import N_
from bot.indiamart.parse import filler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.files.mapping import Column


class Unread(NamedTuple):
    """A cell that is not read although its column is."""

    column: Column
    reason: str
    """To be translated, with blanks for `column` and `place`."""


NO_ID: Final = N_("{column} in {place} (no id of IndiaMART)")
NO_KIND: Final = N_("{column} in {place} (no kind of lead)")
NO_TIME: Final = N_("{column} in {place} (no time)")
NO_DAY: Final = N_("{column} in {place} (a time without a day)")

_ID: Final = re.compile(r"[1-9]\d{8,9}(?:\.0*)?", re.ASCII)
"""9 digits a BuyLead or a call has, 10 an enquiry (observed)."""
_PEOPLES: Final = frozenset({MappedBy.WRITTEN, MappedBy.LIKELY})
_OF_EXPORTS: Final = frozenset({"kind"})
"""What an export writes over its columns, so that a kind that nobody has described yet may stand below it."""
_KINDS: Final[dict[str, str]] = {
    Kind.ENQUIRY: """
        enquiry, direct, web, website, direct enquiry, web enquiry, website enquiry, product enquiry, direct lead,
        पूछताछ, इन्क्वायरी""",
    Kind.BUYLEAD: "buylead, buy lead, bl, purchased buylead, purchased buy lead, बायलीड",
    Kind.CALL: """
        call, phone, telephone, phone call, pns, pns call, missed call, incoming call, inbound call, answered call,
        received call, call enquiry, phone enquiry, कॉल, फोन, फ़ोन, मिस्ड कॉल""",
    Kind.WHATSAPP: """
        whatsapp, whats app, whatsapp enquiry, whatsapp message, whatsapp lead, whatsapp chat, व्हाट्सएप, व्हाट्सऐप""",
    Kind.CATALOGUE_VIEW: "catalogue view, catalog view, catalogue, catalog",
}
_BY_WORDS: Final = {
    **{headings.folded(word): kind for kind, text in _KINDS.items() for word in text.split(",")},
    **{kind.lower(): kind for kind in Kind.KNOWN},
}


def kind(text: str) -> str | None:
    """IndiaMART's letters for a kind as people name it, one or many of them; None for what is none."""
    word = headings.folded(text).replace("inquir", "enquir")
    return _BY_WORDS.get(word) or _BY_WORDS.get(re.sub(r"s$", "", re.sub(r"ies$", "y", word)))


def unread(said: Mapping[Column, str]) -> Iterator[Unread]:
    """Of a row's cells those that mean nothing here. IndiaMART's own columns and --map's are taken as they are."""
    for column, text in said.items():
        if column.how in _PEOPLES and not filler.is_filler(text):
            if column.field == "query_id" and _ID.fullmatch(text) is None:
                yield Unread(column, NO_ID)
            elif column.field == "kind" and kind(text) is None and headings.folded(column.title) not in _OF_EXPORTS:
                yield Unread(column, NO_KIND)
