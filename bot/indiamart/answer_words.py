"""What of an answer's own words may be told, and stand in a log: a sentence, never a row. Rows hold buyers' data."""

from __future__ import annotations

import html
import re
from typing import Final

from bot.i18n import Sentence
from bot.indiamart import error_sentences
from bot.indiamart.parse import texts

HIDDEN: Final = Sentence("an answer that is no sentence; it is not shown, because it may hold buyers' data")
LONGEST_SENTENCE: Final = 300
_SHOWN: Final = 5_000
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_ABSENT: Final = frozenset({404, 410})

_TITLE: Final = re.compile(r"<(?:!doctype\s+html|html|head)\b.{0,2000}?<title>([^<]{1,300})", re.IGNORECASE | re.DOTALL)
"""Of a page: data in XML may have a title too, such as Mrs."""
_OF_DATA: Final = re.compile(r"""[\[{]\s*["'\\\[{]|[\]'"]\s*=>|<(?!\s?/?\s?(?:a|b|br|i|p|strong|u)\b)""", re.IGNORECASE)
"""JSON, what PHP prints of an array, or tags that a sentence does not have."""
_OF_A_PERSON: Final = re.compile(r"@|\d{5}")
_OF_ONE_LINE: Final = re.compile(r"[^<\r\n]*")
_TIGHT: Final = re.compile(r"[\t|;=&]|,(?! )")
"""What stands between the values of a row as text. IndiaMART's sentences have a comma without a blank, but only one."""


def named(text: str) -> str:
    """What stands in a field for messages: as it is, unless data was put there."""
    begun = text[:_SHOWN]
    return HIDDEN if _OF_DATA.search(begun) else " ".join(texts.paragraphs(begun).split())


def headline(status: int, text: str) -> str:
    """A page's title, or a bare sentence; of all else the HTTP status, or that it is not shown."""
    begun = text[:_SHOWN].strip()
    page = _TITLE.search(begun)
    said = html.unescape(page[1]).strip() if page else begun
    if not said or (not _OF_A_PERSON.search(said) if page else is_sentence(said)):
        return said
    return HIDDEN if 200 <= status < 300 else f"HTTP {status}"


def of_status(status: int, *, is_empty: bool = False, is_cut: bool = False) -> Sentence:
    """Where an answer has no words of its own, or only those of a page that stands at a wrong address."""
    if status in _REDIRECTS:
        return Sentence(
            "HTTP {status}, which points to another address: that is not followed, please check INDIAMART_URL",
            status=status,
        )
    if status in _ABSENT:
        return Sentence("HTTP {status}, there is nothing at this address: please check INDIAMART_URL", status=status)
    if is_cut:
        return Sentence("HTTP {status}, and an answer that breaks off", status=status)
    if is_empty:
        return Sentence("HTTP {status}, and an empty answer", status=status)
    return Sentence("HTTP {status}, and no word why", status=status)


def of_code(status: int, code: int) -> Sentence:
    """The same of an envelope without leads."""
    return Sentence(
        "HTTP {status} and CODE {code}, without leads and without a word why",
        status=status,
        code=code,
    )


def is_elsewhere(status: int) -> bool:
    """Whether a page with this status says that the address is not IndiaMART's: its own words say less than that."""
    return status in _REDIRECTS | _ABSENT


def is_sentence(text: str) -> bool:
    """Whether a bare text is surely no row. One that IndiaMART is known to say may have a comma as rows have them."""
    if len(text) > LONGEST_SENTENCE or text.startswith(("{", "[")) or not _OF_ONE_LINE.fullmatch(text):
        return False
    if _OF_DATA.search(text) or _OF_A_PERSON.search(text):
        return False
    return len(_TIGHT.findall(text)) <= (error_sentences.outcome(text) is not None)
