"""The four phone fields of a row: one value may hold several numbers, words, masks, a spreadsheet's spelling.

None of the numbers is lost and none made up: what cannot be read as a whole number stays as it was written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.domain import phones

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FEWEST_DIGITS: Final = 5
"""`+91-` and its like are no numbers; digits that are masked count (`98XXXXXX17`)."""
LONGEST_VALUE: Final = 300
"""Characters that are looked at."""
LONGEST_TAIL: Final = 5
"""Digits of a second number that leaves out what it has in common with the first: `0421-2220017/18`."""
_LOCAL_NUMBER: Final = range(6, 9)
"""Digits of a landline without its STD code."""
_JOINED: Final = " / "

ODD: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"＋": "+", "／": "/", "，": ",", "；": ";", "．": "."})
"""Signs for which keyboards and documents have others that look alike."""
_BETWEEN: Final = re.compile(
    r"\s*(?:[/,;|&\\\n\r]|\b(?:or|and|also)\b|(?<!\w)(?:या|और|व)(?!\w))\s*|(?=\+)", re.IGNORECASE
)
_RUN: Final = re.compile(r"[+(]*\d[\d\s().\-]*")
"""Digits, and what stands between the digits of one number."""
_GAP: Final = re.compile(r"[\s.()\-]+")
_MASK: Final = r"(?:[*•·●○∙⋅█#?_…]|[xX](?![a-wyzA-WYZ]))"
_MASKS: Final = re.compile(_MASK)
_MASK_BEHIND: Final = re.compile(rf"\s*(?![xX]\s*\d{{1,5}}(?!\d)){_MASK}")
"""A mask goes on where a number seems to end; but one `x` before a few digits is an extension."""
_MASK_BEFORE: Final = re.compile(r"(?:[*•·●○∙⋅█#?_…]|(?<![a-wyzA-WYZ])[xX])\s*$")
_NUMBER_SIGN: Final = re.compile(r"#\s*$|^\s*#\s*$")


class Phones(NamedTuple):
    """E.164 where a number could be read, else the text as it was written; by the names of a lead's fields."""

    mobile: str | None = None
    mobile_alt: str | None = None
    phone: str | None = None
    phone_alt: str | None = None


def fields(values: Sequence[str | None], country: str | None = None) -> Phones:
    """Of SENDER_MOBILE, SENDER_MOBILE_ALT, SENDER_PHONE and SENDER_PHONE_ALT, in this order; more may follow.

    A value with several numbers gives its first to its own field (the mobile's the first that can be one); the others,
    and those of further values, go into the fields that are empty, the alternate mobile before the landlines. What is
    left over is joined to the last one.
    """
    found = [split(value, country) if value else [] for value in values]
    if found and len(found[0]) > 1:
        found[0].sort(key=lambda number: not phones.can_be_mobile(number))
    fixed = len(Phones._fields)
    slots: list[str | None] = [own[0] if own else None for own in found[:fixed]]
    slots += [None] * (fixed - len(slots))
    left = [number for own in found[:fixed] for number in own[1:]] + [number for own in found[fixed:] for number in own]
    for number in dict.fromkeys(number for number in left if number not in slots):
        free = next((place for place, one in enumerate(slots) if one is None), None)
        if free is None:
            slots[-1] = f"{slots[-1]}{_JOINED}{number}"
        else:
            slots[free] = number
    return Phones(*slots)


def split(value: str, country: str | None = None) -> list[str]:
    """The numbers in one value, each once, in their order; a text that holds none that is whole, as it was written.

    Empty for what is no number: fillers, and what a spreadsheet rounded (`phones.is_rounded`).
    """
    if value.startswith("+91-") and (number := phones.normalize(value)) and phones.is_e164(number):
        return [number]  # nearly always
    text = _plain(value)
    if not _may_be_number(text):
        return []
    found = [number for part in _parts(text, country) for number in _numbers(part, country)]
    if any(map(phones.is_e164, found)):
        return list(dict.fromkeys(found))
    return [] if phones.is_filler(text) else [_as_written(text)]


def _plain(value: str) -> str:
    lines = value[:LONGEST_VALUE].translate(ODD).splitlines()
    return phones.unspread("\n".join(map(phones.tidied, lines)).strip("\n '\"="))


def is_any(value: str) -> bool:
    """Whether it says anything, a number or a text that could not be read as one: whether `split` is not empty."""
    text = _plain(value)
    return _may_be_number(text) and not phones.is_filler(text)


def one(value: str | None, country: str | None = None) -> str | None:
    """A field for one number only: the first of the value."""
    return next(iter(split(value, country)), None) if value else None


def is_masked(text: str) -> bool:
    """`98XXXXXX17`, `98****1234`: digits that somebody has hidden."""
    return any(_is_masked(text, run) for run in _RUN.finditer(text))


def _may_be_number(text: str) -> bool:
    """Whether enough digits stand there, if those that are masked count, and none was rounded away."""
    if phones.is_rounded(text):
        return False
    digits = sum(map(str.isdecimal, text))
    if digits and is_masked(text):
        digits += len(_MASKS.findall(text))
    return digits >= FEWEST_DIGITS


def _parts(text: str, country: str | None) -> Iterator[str]:
    """What stands between separators, one number each: tails written out, and pieces of one number joined again."""
    pieces = [piece for piece in (one.strip(" -.:") for one in _BETWEEN.split(text)) if piece]
    base, is_joined = "", False
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        if is_joined:
            is_joined = False
            continue
        part = phones.unspread(piece)
        if _are_one(part, following, country):
            part, is_joined = f"{part} {following}", True
        part = _with_head(base, part, country) or part
        base = part if phones.whole(part, country) else base
        yield part


def _are_one(piece: str, following: str, country: str | None) -> bool:
    """Whether the separator stands inside of a number: `0421/2220017`, `+91/9000001011`."""
    if not (_RUN.fullmatch(piece) and _RUN.fullmatch(following)) or len(phones.digits(piece)) > FEWEST_DIGITS:
        return False
    is_whole = phones.whole(following, country) is not None
    return not is_whole and phones.whole(f"{piece} {following}", country) is not None


def _with_head(base: str, tail: str, country: str | None) -> str | None:
    """The second number of `0421-2220017/18`, written out; None where the text is no such tail."""
    number = phones.whole(base, country) if base else None
    if number is None or not (tail.isascii() and tail.isdecimal()) or phones.whole(tail, country):
        return None
    is_local = not phones.can_be_mobile(number) and len(tail) in _LOCAL_NUMBER
    return number[: -len(tail)] + tail if is_local or len(tail) <= LONGEST_TAIL else None


def _numbers(part: str, country: str | None) -> Iterator[str]:
    """The whole numbers in a part; the part as it was written if there may be another that cannot be read."""
    is_read, is_left = False, False
    for run in _RUN.finditer(part):
        numbers = [] if _is_masked(part, run) else _whole_ones(run[0], country, has_words=run[0] != part)
        yield from numbers
        is_read = is_read or bool(numbers)
        is_left = is_left or (not numbers and len(phones.digits(run[0])) > FEWEST_DIGITS)
    if (is_left or not is_read) and _may_be_number(part) and not phones.is_filler(part):
        yield _as_written(part)


def _as_written(text: str) -> str:
    """In one line. Without a plus it cannot be taken for a number that was read; where its digits alone would be
    another number it keeps it, with a blank behind the code.
    """
    line = " ".join(text.split())
    if not phones.is_e164(line):
        return line
    bare, code = line.lstrip("+"), phones.HOME_CODE
    is_other = line.startswith(code) and phones.whole(bare) is not None
    return f"{code} {line.removeprefix(code)}" if is_other else bare


def _is_masked(part: str, run: re.Match[str]) -> bool:
    before, behind = part[: run.start()], part[run.end() :]
    if _NUMBER_SIGN.fullmatch(before) or _NUMBER_SIGN.fullmatch(behind):
        return False  # `#9000001011`
    return _MASK_BEFORE.search(before) is not None or _MASK_BEHIND.match(behind) is not None


def _whole_ones(run: str, country: str | None, *, has_words: bool) -> list[str]:
    """One number, or several with nothing but blanks between; beside words a few digits are a time or a count."""
    if (number := phones.whole(run, country)) is not None:
        return [number]
    found: list[str] = []
    begun = ""
    for piece in filter(None, _GAP.split(run)):
        begun = f"{begun} {piece}".strip()
        # What stands behind a country's code is never read without it.
        for candidate in (begun, piece) if has_words and not begun.startswith(("+", "00")) else (begun,):
            if (number := phones.whole(candidate, country)) is not None:
                found.append(number)
                begun = ""
                break
    return found if not begun or (has_words and len(phones.digits(begun)) < FEWEST_DIGITS) else []
