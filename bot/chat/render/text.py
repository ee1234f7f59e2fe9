"""Texts from strangers made fit for a message: cleaned, measured, shortened, and only then marked up."""

from __future__ import annotations

import unicodedata
from html import escape
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIMIT: Final = 4096
"""UTF-16 units of a message, entities taken out (Bot API)."""

ELLIPSIS: Final = "…"
LEAST_MESSAGE: Final = 300
LEAST_VALUE: Final = 100
LONG_LINES: Final = 4
LONG_CHARACTERS: Final = 300
_JOINERS: Final = frozenset("\u200c\u200d")


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def line(text: str | None) -> str:
    """One line of sound characters; empty for nothing."""
    return " ".join(_sound(text or "").split())


def block(text: str | None) -> str:
    """Several lines, without blank ones."""
    lines = (" ".join(one.split()) for one in _sound(text or "").splitlines())
    return "\n".join(one for one in lines if one)


def _sound(text: str) -> str:
    if text.isprintable():  # most are: nothing in it is invisible
        return text
    return "".join(filter(None, map(_character, text)))


def _character(character: str) -> str:
    """Joiners belong to Hindi and to emoji; other invisible characters could turn a line around."""
    if character in "\n\t " or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in {"Cc", "Cs", "Zl", "Zp", "Zs"}:
        return "\n" if character in "\r\x0b\x0c\x85\u2028\u2029" else " "
    return "" if category == "Cf" else character


def shorten(text: str, limit: int) -> str:
    """At most so many UTF-16 units, with an ellipsis where something was cut off; whole characters."""
    if units(text) <= limit:
        return text
    room, end = limit - len(ELLIPSIS), 0
    for character in text:
        room -= units(character)
        if room < 0:
            break
        end += 1
    return text[: _boundary(text, end)].rstrip() + ELLIPSIS


def _boundary(text: str, end: int) -> int:
    """Not between a letter and its marks, within reason."""
    for back in range(min(end, 16)):
        here = end - back
        if not (_clings(text[here]) or text[here - 1] == "\u200d"):
            return here
    return end


def _clings(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character).startswith("M") or "🏻" <= character <= "🏿"


def fit(values: Mapping[str, str], draw: Callable[[Mapping[str, str]], str], limit: int = LIMIT) -> dict[str, str]:
    """The values shortened until what is drawn from them fits: `message` first, then the longest of the others.

    Nothing is cut below a floor, so what is drawn must fit with every value at its floor.
    """
    fitted = dict(values)
    while (over := units(draw(fitted)) - limit) > 0:
        name = _longest(fitted)
        if name is None:
            break
        fitted[name] = shorten(fitted[name], max(_floor(name), units(fitted[name]) - over))
    return fitted


def _longest(values: Mapping[str, str]) -> str | None:
    if units(values.get("message", "")) > LEAST_MESSAGE:
        return "message"
    sizes = {name: units(value) for name, value in values.items() if units(value) > _floor(name)}
    return max(sizes, key=sizes.__getitem__) if sizes else None


def _floor(name: str) -> int:
    return LEAST_MESSAGE if name == "message" else LEAST_VALUE


class Markup(Protocol):
    """How emphasis is written: every text goes through one of these exactly once."""

    def __hash__(self) -> int: ...

    def plain(self, text: str) -> str: ...

    def bold(self, text: str) -> str: ...

    def quote(self, text: str) -> str: ...


class Html:
    """Telegram's HTML."""

    def plain(self, text: str) -> str:
        return escape(text, quote=False)

    def bold(self, text: str) -> str:
        return f"<b>{self.plain(text)}</b>"

    def quote(self, text: str) -> str:
        is_long = len(text) > LONG_CHARACTERS or text.count("\n") >= LONG_LINES
        return f"<blockquote{' expandable' if is_long else ''}>{self.plain(text)}</blockquote>"


class Plain:
    """The same without markup; never shorter than what is left of the HTML after entities."""

    def plain(self, text: str) -> str:
        return text

    def bold(self, text: str) -> str:
        return text

    def quote(self, text: str) -> str:
        return f"“{text}”"


HTML: Final = Html()
PLAIN: Final = Plain()
