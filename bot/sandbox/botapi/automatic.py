"""What Telegram finds in a text by itself: commands, mentions, addresses, numbers."""

from __future__ import annotations

import re
from typing import Final

from bot.sandbox.botapi.entities import Entity, FormattedText, units

_IN_A_LINK: Final = r"[^\s<>\"\u2060]"
_AT_ITS_END: Final = r"[^\s<>\"\u2060.,;:!?)]"
"""The word joiner, as nearly all of its block, is in no address (td: is_url_unicode_symbol)."""
_PATTERNS: Final = (
    (
        "url",
        re.compile(
            rf"(?<![\w@.])(?:https?://{_IN_A_LINK}+{_AT_ITS_END}|(?:www\.|t\.me/|wa\.me/){_IN_A_LINK}*{_AT_ITS_END})"
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@.])@[A-Za-z0-9_]{4,32}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{7,18}\d(?!\w)")),
)
_OPAQUE: Final = frozenset({"code", "pre", "text_link", "text_mention"})


def annotate(formatted: FormattedText) -> FormattedText:
    """The same text, its own entities first, with those Telegram adds."""
    taken = [(e.offset, e.end) for e in formatted.entities if e.kind in _OPAQUE]
    found = list(formatted.entities)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(formatted.text):
            offset = units(formatted.text[: match.start()])
            end = offset + units(match[0])
            if all(end <= start or stop <= offset for start, stop in taken):
                taken.append((offset, end))
                found.append(Entity(kind, offset, end - offset))
    return FormattedText(formatted.text, tuple(sorted(found, key=lambda e: (e.offset, -e.length))))
