"""Texts from strangers made fit for a message: cleaned, measured, shortened, and only then marked up."""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LIMIT: Final = 4096
"""UTF-16 units of a message, entities taken out (Bot API)."""

ELLIPSIS: Final = "…"
LEAST_MESSAGE: Final = 300
LEAST_VALUE: Final = 100
LONG_LINES: Final = 4
_LITTLE: Final = 5
"""One part of so many may go with a word that is not whole."""
LONG_CHARACTERS: Final = 300
WORD_JOINER: Final = "\u2060"
"""Invisible, breaks no line, and in no address, name or command that Telegram knows (ZWJ and ZWNJ may stand in one)."""
MOST_MARKS: Final = 5
"""On one letter, joiners counted: no script needs more, and piles of them reach over other lines."""
_COUNTED: Final = re.compile(r"(?<=\d) (?=[^\W\d_])")
"""Between a number and its unit."""
_JOINERS: Final = frozenset("\u200c\u200d")
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and symbols to Unicode, and nothing to see."""
_TAG: Final = re.compile(r"<[^>]*>")
_QUOTED: Final = re.compile(r"<blockquote[^>]*>(.*?)</blockquote>", re.DOTALL)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LETTER: Final = r"[^\W\d_]"
_LIVE: Final = re.compile(
    rf"""
      (?P<email> (?<![^\s(,;:<\["'“‘]) [A-Za-z0-9_-]{{1,35}} (?:[.+][A-Za-z0-9_-]{{1,35}}){{0,5}}
                 @ (?:[A-Za-z0-9-]{{1,30}}\.){{1,5}} [A-Za-z]{{2,8}} (?![\w@＠＃/?\#\-]|[.:]\w) )
    | [@＠] (?=[\u200c\u200d]*\w)
    | : (?=//)
    | (?<![\w/<>]) / (?=\w)
    | [\#＃] (?=\w*[^\W\d])
    | \$ (?=\w*{_LETTER})
    | (?<=[\w\-\u200c\u200d]) [.．。｡] (?=[\u200c\u200d]* {_LETTER}\w | xn--)
    | (?<=[wW]{{3}}) \.
    | (?<=\d) \. (?=\d+\.\d+\.\d)
    """,
    re.VERBOSE,
)
"""Behind each of these the mark is put: `@name`, `http://`, `/command`, `#tag`, `$TAG`, `example.com`, `10.0.0.1`."""
_SIGN: Final = re.compile(r"[@＠:/#＃$.．。｡]")
"""Each of them has one; most texts have none."""

_ADDRESS: Final = re.compile(rf"(?<![\w.+-])[\w.+-]+@(?!{WORD_JOINER})[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)
"""An e-mail address that bears no mark."""


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def line(text: str | None) -> str:
    """One line of sound characters that mentions, links and commands nothing; empty for what shows nothing."""
    return inert(plain_line(text))


def block(text: str | None) -> str:
    """Several lines, without blank ones."""
    return inert(plain_block(text))


def plain_line(text: str | None) -> str:
    """The same where Telegram makes nothing of a text by itself: address books, links, e-mail addresses."""
    return " ".join(_sound(text or "").split())


def plain_block(text: str | None) -> str:
    lines = (" ".join(one.split()) for one in _sound(text or "").splitlines())
    return "\n".join(one for one in lines if one)


def typed(text: str) -> str:
    """What somebody wrote to the bot: without controls and halves of characters, which nothing could keep or show."""
    return _CONTROLS.sub(" ", text).strip()


def inert(text: str) -> str:
    """With an invisible mark in all of which Telegram would make a mention, link, command or tag.

    Whole e-mail addresses stay as they are, to be copied: they are how a buyer wants to be reached.
    """
    if _SIGN.search(text) is None:
        return text
    return _LIVE.sub(lambda found: found[0] if found["email"] else found[0] + WORD_JOINER, text)


def together(text: str) -> str:
    """Numbers stay on a line with what they count."""
    return _COUNTED.sub("\u00a0", text)


def _sound(text: str) -> str:
    if text.isascii() and text.isprintable():  # most are: nothing in it is invisible
        return text
    sound = "".join(_characters(text))
    return sound if any(map(_is_seen, sound)) else ""


def _characters(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        kept = _character(character)
        marks = marks + 1 if kept and _clings(kept) else 0
        if marks <= MOST_MARKS:
            yield kept


def _character(character: str) -> str:
    """Joiners belong to Hindi and to emoji; other invisible characters could turn a line around."""
    if character.isascii() and character.isprintable():
        return character
    if character == "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if character in _BLANK or category in {"Cc", "Cs", "Zl", "Zp", "Zs"}:
        return "\n" if character in "\r\x0b\x0c\x85\u2028\u2029" else " "
    return "" if category == "Cf" else character


def _is_seen(character: str) -> bool:
    """Marks are, but on a letter."""
    return unicodedata.category(character)[0] not in "CMZ" or unicodedata.category(character) == "Co"


def shorten(text: str, limit: int) -> str:
    """At most so many UTF-16 units, with an ellipsis where something was cut off; whole characters."""
    if units(text) <= limit:
        return text
    end = _end(text, limit - len(ELLIPSIS))
    kept = _without_cut_address(text[:end], text[end:])
    return _whole_words(kept, text[len(kept) :], limit) + ELLIPSIS


def pieces(text: str, limit: int) -> Iterator[str]:
    """All of it, in parts of at most so many UTF-16 units: whole characters, whole words where that costs little."""
    while units(text) > limit:
        end = _end(text, limit)
        part = _whole_words(text[:end], text[end:], limit)
        yield part
        text = text[len(part) :].lstrip()
    yield text


def _end(text: str, room: int) -> int:
    """Of what has room of a text that is too long."""
    end = 0
    for character in text:
        room -= units(character)
        if room < 0:
            break
        end += 1
    return _boundary(text, end)


def _without_cut_address(kept: str, rest: str) -> str:
    """The beginning of an e-mail address is another's, or the name of a site."""
    cut = len(kept)
    through = (found for found in _ADDRESS.finditer(kept + re.split(r"\s", rest, maxsplit=1)[0]) if found.end() > cut)
    return kept[: min((found.start() for found in through), default=cut)]


def _whole_words(kept: str, rest: str, limit: int) -> str:
    """Without the first letters of a word, as long as that costs little."""
    before, blank, begun = kept.rpartition(" ")
    is_within = bool(blank and before) and not rest.startswith(" ")
    return (before if is_within and len(begun) <= limit // _LITTLE else kept).rstrip()


def _boundary(text: str, end: int) -> int:
    """Not between a letter and its marks, within reason."""
    for back in range(min(end, 16)):
        here = end - back
        if not (_clings(text[here]) or text[here - 1] == "\u200d"):
            return here
    return end


def _clings(character: str) -> bool:
    is_joined = character == WORD_JOINER or unicodedata.category(character).startswith("M")
    return is_joined or character in _JOINERS or "🏻" <= character <= "🏿"


def fit(values: Mapping[str, str], draw: Callable[[Mapping[str, str]], str], limit: int = LIMIT) -> str:
    """HTML drawn from the values, these shortened until it fits: `message` first, then the longest of the others.

    Nothing is cut below a floor, so what is drawn must fit with every value at its floor.
    """
    fitted = dict(values)
    while (over := units(without_markup(drawn := draw(fitted))) - limit) > 0:
        name = _longest(fitted)
        if name is None:
            break
        fitted[name] = shorten(fitted[name], max(_floor(name), units(fitted[name]) - over))
    return drawn


def _longest(values: Mapping[str, str]) -> str | None:
    if units(values.get("message", "")) > LEAST_MESSAGE:
        return "message"
    sizes = {name: units(value) for name, value in values.items() if units(value) > _floor(name)}
    return max(sizes, key=sizes.__getitem__) if sizes else None


def _floor(name: str) -> int:
    return LEAST_MESSAGE if name == "message" else LEAST_VALUE


def escaped(text: str) -> str:
    """As Telegram's HTML: every text goes through this, `bold` or `quote` exactly once."""
    return escape(text, quote=False)


def bold(text: str) -> str:
    return f"<b>{escaped(text)}</b>"


def quote(text: str) -> str:
    is_long = len(text) > LONG_CHARACTERS or text.count("\n") >= LONG_LINES
    return f"<blockquote{' expandable' if is_long else ''}>{escaped(text)}</blockquote>"


def without_markup(html: str) -> str:
    """Never shorter than what Telegram leaves of the HTML after entities."""
    return unescape(_TAG.sub("", _QUOTED.sub(r"“\1”", html)))
