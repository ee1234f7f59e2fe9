"""Takes out of a text what must not be read: keys, tokens, buyers' numbers and addresses."""

from __future__ import annotations

import base64
import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

STARS: Final = "***"
SHORTEST: Final = 4
"""A shorter text is no secret, and hiding it would make the log unreadable."""

_COLON: Final = r"(?::|%(?:25){0,4}3A)"
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # Bot API addresses, and a bot token anywhere else.
        (rf"(/(?:file/)?bot)\d+{_COLON}[^\s/?'\"]+", rf"\1{STARS}"),
        (rf"(?<!\w)\d{{6,}}{_COLON}[\w-]{{30,}}", STARS),
        # v2's query and v1's path; v1's key may hold slashes where somebody did not encode it.
        (r"(glusr_crm_key(?:=|%(?:25){0,4}3D))[^\s&'\"]+", rf"\1{STARS}"),
        (r"(glusr_mobile_key(?:/|%(?:25){0,4}2F))\S+?(?=/Start_Time|/?[\s'\"<>)]|/?$)", rf"\1{STARS}"),
        (r"(glusr_mobile(?:/|%(?:25){0,4}2F))[^\s/'\"]+", rf"\1{STARS}"),
        # The push address; a traceback's file below a folder of that name stays.
        (r"(/indiamart/)(?![\w-]+\.py\b)[\w.~%-]{16,}", rf"\1{STARS}"),
        # Buyers. Chat ids (-100…), lead numbers, times, ports and "user 123…" stay.
        (r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", "[e-mail]"),
        (r"(?:\+|%2B)[1-9](?:[ ().-]{0,2}\d){7,14}", "[phone]"),
        (r"(?<![\w.-])(?<!user )(?<!chat )(?:0|(?:00)?91[ -]?)?[6-9]\d{4}[ -]?\d{5}(?![\w.]\d|\w)", "[phone]"),
        (r"(?<![\w.-])0\d{2,4}[ -]\d{6,8}(?!\w)", "[phone]"),
    )
)


class Redactor:
    """Takes secrets out of a text, however they are spelled: plain, percent-encoded, escaped, in base64."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._known = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
        self._as_they_are = {
            _unaltered(part).casefold() for secret in self._known for part in (secret, *_base64(secret))
        }
        self._has_blanks = any(" " in secret for secret in self._known)

    def __call__(self, text: str) -> str:
        if self._known and self._may_hold(text):
            text = self._secrets.sub(STARS, text)
        for length in sorted(HIDDEN, reverse=True):
            parts = {text[start : start + length] for start in range(len(text) - length + 1)}
            for secret in parts & HIDDEN[length]:
                text = text.replace(secret, STARS)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def _may_hold(self, text: str) -> bool:
        """All ways to write a secret otherwise than it is have one of three characters in them; but a blank's `+`."""
        if self._has_blanks or not _OTHERWISE.isdisjoint(text):
            return True
        folded = _unaltered(text).casefold()
        return any(part in folded for part in self._as_they_are)

    @cached_property
    def _secrets(self) -> re.Pattern[str]:
        """Each character in any of its ways, so that mixtures match too. Made where it is needed: it takes its time."""
        spellings = [
            part for one in self._known for part in ("".join(map(_spelled, one)), *map(_lettered, _base64(one)))
        ]
        return re.compile("|".join(spellings), re.IGNORECASE)


_OTHERWISE: Final = frozenset("%\\&")
HIDDEN: Final[dict[int, set[str]]] = {}
"""By their length: a line is cut into all its parts of that length, however many secrets there are."""


def hide(secrets: Iterable[str]) -> None:
    """These must not appear any more either: of an account that is taken up while the process runs, or a key that is
    typed. Of thousands; so they are looked for as they are and as addresses and JSON have them, not in every mixture.
    """
    for secret in secrets:
        if len(secret) >= SHORTEST:
            for one in (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]):
                HIDDEN.setdefault(len(one), set()).add(one)


def _spelled(character: str) -> str:
    """A pattern for all ways to write it.

    Repeated escaping is followed a few times over; without a bound, a line of backslashes takes minutes.
    """
    raw = character.encode(errors="surrogatepass")
    percent = "".join(f"%(?:25){{0,4}}{byte:02x}" for byte in raw)
    number = ord(character)
    escaped = rf"\\{{1,16}}(?:x{number:02x}|u{number:04x}|U{number:08x})"
    plain = re.escape(character) if character.isalnum() else rf"\\{{0,16}}{re.escape(character)}"
    ways = [plain, percent, escaped, f"&#(?:{number}|x{number:x});"]
    if number > 0xFFFF:
        pair = character.encode("utf-16-be")
        ways.append("".join(rf"\\{{1,16}}u{pair[i : i + 2].hex()}" for i in (0, 2)))
    ways += _SHORTHANDS.get(character, [])
    return f"(?:{'|'.join(ways)})"


_SHORTHANDS: Final = {
    " ": [r"\+"],
    "\n": [r"\\{1,16}n"],
    "\r": [r"\\{1,16}r"],
    "\t": [r"\\{1,16}t"],
    "&": ["&amp;"],
    "<": ["&lt;"],
    ">": ["&gt;"],
    '"': ["&quot;"],
}


def _base64(secret: str) -> list[str]:
    """The secret inside a longer text in base64, at each of its three alignments.

    The first and last letters depend on the neighbours and are left out.
    """
    raw = secret.encode(errors="surrogatepass")
    found = []
    for shift in range(3):
        first = -(-shift * 8 // 6)
        last = (shift + len(raw)) * 8 // 6
        letters = base64.b64encode(b"\0" * shift + raw).decode()[first:last]
        if len(letters) >= 8:
            found.append(letters)
    return found


def _lettered(letters: str) -> str:
    """A pattern for both of base64's alphabets."""
    return "".join(_LETTERS.get(letter, letter) for letter in letters)


def _unaltered(text: str) -> str:
    return text.translate(_ALPHABETS)


_LETTERS: Final = {"+": r"(?:[+-]|%2B)", "/": r"(?:[/_]|%2F)"}
_ALPHABETS: Final = str.maketrans("-_", "+/")
