"""What stands in a field where nobody said anything: `NA`, `#N/A`, `-`, `None`, `0`. It is no value, and above all no
identity: two leads whose id is `0`, or two buyers whose e-mail is `NA`, have nothing in common.
"""

from __future__ import annotations

import re
from typing import Final

from bot.domain import phones

NOTHING: Final = frozenset(
    {
        "", "blank", "empty", "na", "nan", "nil", "none", "notapplicable", "notavailable", "notgiven", "notmentioned",
        "notprovided", "notset", "notspecified", "null", "undefined", "unknown",
    }
)  # fmt: skip
"""Letters and digits of the words, in lower case."""
NOBODY: Final = frozenset({"buyer", "indiamart buyer", "indiamart user", "indiamart customer", "indiamart"})
"""What IndiaMART writes where it knows no name (observed)."""
_INITIALS: Final = frozenset(word[0] for word in NOTHING if word)
_SAYS_NOTHING: Final = re.compile(r"[\W_]+")
_PERSONS: Final = frozenset({"Na", "Nil", "Nan"})
"""Written so they are somebody's name, as in `Nil Sharma`."""
_LONGEST: Final = 30
"""Characters of a filler that begins with a letter, blanks and dots included."""
_ERROR: Final = re.compile(r"#(?:REF|VALUE|NAME|DIV/0|NUM|NULL|SPILL)[!?]")
"""What a spreadsheet shows in the place of a value."""
_ZEROS: Final = re.compile(r"0+(?:\.0*)?")
_FIGURE: Final = re.compile(r"([0-9]+)\.0*")


def is_filler(text: str) -> bool:
    """Of any field but a message, where people may well answer `NA`."""
    if text[:1].isalpha():  # nearly all values; most are told by their first letter or their length
        return (
            text[0].casefold() in _INITIALS
            and len(text) <= _LONGEST
            and _SAYS_NOTHING.sub("", text).casefold() in NOTHING
        )
    bare = _SAYS_NOTHING.sub("", text).casefold()
    return bare in NOTHING or _ZEROS.fullmatch(text.strip()) is not None or _ERROR.fullmatch(text.strip()) is not None


def value(text: str | None) -> str | None:
    return None if text is None or is_filler(text) else text


def message(text: str | None) -> str | None:
    """Only a lone `0` says nothing: people may well answer `NA`."""
    return None if text is None or _ZEROS.fullmatch(text) else text


def name(text: str | None) -> str | None:
    """A person's name."""
    if text is None or text.casefold() in NOBODY or (is_filler(text) and text not in _PERSONS):
        return None
    return text


def query_id(text: str | None) -> str | None:
    """IndiaMART's id of a lead. A spreadsheet's `2640000001.0` is itself again; one that was rounded is none."""
    if text is None or (text.isdecimal() and text[0] != "0"):  # nearly always
        return text
    if is_filler(text) or phones.is_rounded(text):
        return None
    figure = _FIGURE.fullmatch(text)
    return figure[1] if figure else phones.unspread(text)


def email(text: str | None) -> str | None:
    """Not whether it is well-formed: only whether it is one at all. `na@na.com` is none."""
    local, at, domain = (text or "").partition("@")
    if text is None or not at:
        return value(text)
    return None if is_filler(local) and is_filler(domain.partition(".")[0]) else text
