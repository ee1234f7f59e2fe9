"""The WhatsApp greeting, written into a link that opens the chat with the buyer.

In English, whatever the team reads: the buyer may be in any state. /template sets it in other words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bot.chat.views import text
from bot.domain import phones

if TYPE_CHECKING:
    from bot.domain.lead import Lead

LONGEST_URL: Final = 1000
"""Bytes; phones open such a link for sure."""
_LONGEST_NAME: Final = 60
_LONGEST_PRODUCT: Final = 100
_GAP: Final = re.compile(r"\{(?:name|product|owner)\}")


def link(lead: Lead, number: str, template: str | None = None, owner: str | None = None) -> str:
    """`https://wa.me/<digits>?text=…`; a long greeting loses its end, whole characters at a time."""
    base = f"https://wa.me/{phones.digits(number)}?text="
    return base + _encoded(words(lead, template, owner), LONGEST_URL - len(base))


def words(lead: Lead, template: str | None = None, owner: str | None = None) -> str:
    """The greeting for this buyer. A template names its gaps `{name}`, `{product}` and `{owner}`."""
    name = text.shorten(text.plain_line(lead.name), _LONGEST_NAME)
    product = text.shorten(text.plain_line(lead.product) or text.plain_line(lead.category), _LONGEST_PRODUCT)
    if template is not None:
        gaps = {"{name}": name, "{product}": product, "{owner}": text.shorten(text.plain_line(owner), _LONGEST_NAME)}
        # What is left empty leaves no hole.
        return text.plain_block(_fill(text.plain_block(template), gaps))
    hello = f"Hello {name}," if name else "Hello,"
    thanks = f"thank you for your interest in {product} on IndiaMART."
    if not product:
        thanks = "thank you for your enquiry on IndiaMART."
    return f"{hello} {thanks} How may we help you?"


def _fill(template: str, values: dict[str, str]) -> str:
    """In one pass, so that a buyer's name cannot hold a gap of its own."""
    return _GAP.sub(lambda gap: values[gap[0]], template)


def _encoded(words: str, room: int) -> str:
    pieces: list[str] = []
    for character in words:
        piece = quote(character, safe="")
        room -= len(piece)
        if room < 0:
            break
        pieces.append(piece)
    return "".join(pieces)
