"""HTML in messages, as far as it is HTML: IndiaMART puts some in, and buyers write `<Urgent>` and `a<b then c>d`.

Only elements that HTML has go, with attributes as HTML writes them; every other character stays.
"""

from __future__ import annotations

import html
import re
from typing import Final

_LINE_NAMES: Final = (
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 head header hgroup hr html li main menu nav ol optgroup option p pre section summary table "
    "tbody tfoot thead title tr ul"
)
"""Before and behind these a new line begins."""
_LINES: Final = frozenset(_LINE_NAMES.split())
_CELLS: Final = frozenset({"td", "th", "caption"})
_INLINE_NAMES: Final = (
    "a abbr acronym area audio b base basefont bdi bdo big button canvas cite code col colgroup data datalist del dfn "
    "em embed font frame frameset i iframe img input ins kbd label legend link map mark marquee meta meter nobr "
    "noframes noscript object output param picture progress q rp rt ruby s samp script select slot small source span "
    "strike strong style sub sup svg template textarea time track tt u var video wbr"
)
_OFFICE: Final = r"[ovwmx]:[a-z]{1,30}"
"""What Word and Outlook put in: `<o:p>`."""
_SWITCHES: Final = (
    "async|autofocus|checked|compact|controls|defer|disabled|hidden|multiple|nohref|noshade|nowrap|open|readonly|required"
    "|selected"
)
"""Attributes that have no value. Other words behind a name are a buyer's: `a<b then c>d`."""
_VALUE: Final = r"""(?:"[^"<]{0,2000}"|'[^'<]{0,2000}'|[^\s"'<>=`]{1,500})"""
_ATTRIBUTE: Final = rf"""\s{{1,5}}(?:[a-z_:@][\w:.\-]{{0,60}}\s?=\s?{_VALUE}|(?:{_SWITCHES})(?![\w\-]))"""
_NAME: Final = "|".join(sorted(_LINES | _CELLS | set(_INLINE_NAMES.split()), key=len, reverse=True))
_TAG: Final = re.compile(
    rf"<\s?/?\s?({_NAME}|{_OFFICE})(?:{_ATTRIBUTE}){{0,30}}\s{{0,5}}/?>"
    r"|<!--[^<>]{0,500}-->|<!doctype [a-z][^<>]{0,200}>",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"<(style|script)\b[^<>]{0,500}>[^<]{0,5000}</\1\s?>", re.IGNORECASE)
"""With what is in it: that is for browsers."""
_BREAK: Final = re.compile(r"<\s?/?\s?(?:br|p|div|li|tr)\s?/?\s?>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""With its semicolon: `Notes&notes` holds none, whatever a browser makes of it."""


def plain(text: str) -> str:
    """Without tags and with entities read; what begins a line in HTML begins one here."""
    if "<" in text:
        # Nearly all tags are this one, and no other can have it inside.
        text = _TAG.sub(_instead, _CODE.sub("", text).replace("<br>", "\n"))
    if "&" in text:
        # Some breaks come escaped; other escaped tags are the buyer's words.
        text = _BREAK.sub("\n", unescaped(text))
    return text


def unescaped(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _instead(tag: re.Match[str]) -> str:
    name = (tag[1] or "").lower()
    return "\n" if name in _LINES else " " if name in _CELLS else ""
