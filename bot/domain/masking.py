"""What a buyer's data looks like where others read along: recognisable, but nobody can call, write or search with it.

The rule is about what remains, not about how it was written: everything that is no digit is dropped, in any script, and
of what is left no seven digits in a row may be a part of one of the buyer's numbers. `everything` holds a finished
message to it, whatever drew that; `card` makes the parts readable first. Both mask e-mail addresses too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.domain import budgets, phones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.card import Card
    from bot.domain.lead import Lead

SHOWN_IN_FRONT: Final = 4
"""At most: a country code and two digits. With those at the end six, fewer than tell a number from others."""
SHOWN_AT_THE_END: Final = 2
LEAST_DIGITS: Final = 7
"""Shorter runs of digits are no phone numbers; a PIN code has six."""
DOT: Final = "•"
_NUMBERS: Final = ("mobile", "mobile_alt", "phone", "phone_alt", "receiver_mobile")
_EMAILS: Final = ("email", "email_alt")
_KEPT: Final = frozenset({"kind", "query_id", "country", "raw", *_NUMBERS, *_EMAILS})
_LONGEST_NUMBER: Final = 15
"""Digits (E.164)."""
_FARTHEST: Final = 24
"""Characters between two digits of one number: `98123 and then 45670`. What stands farther apart is two figures."""
_WITHOUT_CODE: Final = re.compile(r"[6-9][0-9]{9}")
_WITH_CODE: Final = re.compile(r"(?:0|91|0091|091)[1-9][0-9]{9}")
_BETWEEN: Final = re.compile(r"[^\w,;₹$€]*|_{1,3}")
"""Between the digits of one number: no letter, and nothing that parts figures. With a comma or a word between them
digits have to look like a number before they are taken for one.
"""
_LONGEST_EMAIL_PART: Final = 64
"""Characters (RFC 5321); longer runs are not looked through from each of their places."""
_PART: Final = rf"[^\s@<>(),;:]{{1,{_LONGEST_EMAIL_PART}}}"
_EMAIL: Final = re.compile(
    rf"{_PART}\s{{0,3}}(?:[@＠﹫]|[(\[{{]\s?at\s?[)\]}}])\s{{0,3}}{_PART}(?:\s?[(\[{{]\s?dot\s?[)\]}}]\s?[a-z]+)*"
    rf"|{_PART}\s+at\s+[\w-]{{1,64}}\s+(?:dot|\.)\s+[a-z]{{2,}}",
    re.IGNORECASE,
)
MOST_LOOKS: Final = 4
"""At a text in which hiding a number brought another together. Whoever builds more of them loses every digit."""


def number(text: str) -> str:
    """`+91 90••• •••31`."""
    shown = phones.show(text)
    return _hide(shown, _inner([place for place, _digit in _digits(shown)]))


def email(text: str) -> str:
    """`a•••@•••`."""
    first = next((character for character in text if character.isalnum()), "")
    return f"{first}{DOT * 3}@{DOT * 3}"


def contact(text: str) -> str:
    """By what a buyer was named: a number, an address, or `#` and a lead's number."""
    if text.startswith("#"):
        return text
    return email(text) if "@" in text else number(text)


def words(text: str, known: Iterable[str] = ()) -> str:
    """A text in which somebody may have written a number or an e-mail address, `known` ones or any other."""
    return _EMAIL.sub(lambda found: email(found[0]), _without_unknown(_without_known(text, known)))


def everything(text: str, *leads: Lead) -> str:
    """A finished message about these leads, markup and all: the last look before it goes where others read along."""
    for address in filter(None, (one for lead in leads for one in (lead.email, lead.email_alt))):
        text = re.sub(re.escape(address), lambda found: email(found[0]), text, flags=re.IGNORECASE)
    known = [number for lead in leads for number in lead.phones]
    return _EMAIL.sub(lambda found: email(found[0]), _without_known(text, known))


def card(shown: Card) -> Card:
    earlier, known = shown.earlier, shown.stored.lead.phones
    if earlier is not None and earlier.product:
        earlier = replace(earlier, product=words(earlier.product, known))
    note = None if shown.note is None else replace(shown.note, text=words(shown.note.text, known))
    reason = None if shown.lost_reason is None else words(shown.lost_reason, known)
    stored = shown.stored._replace(lead=lead(shown.stored.lead))
    return replace(shown, stored=stored, earlier=earlier, note=note, lost_reason=reason, is_masked=True)


def lead(shown: Lead) -> Lead:
    masked: dict[str, Any] = {}
    for name, value in zip(shown._fields, shown, strict=True):
        if not isinstance(value, str):
            continue
        if name in _NUMBERS:
            masked[name] = number(value)
        elif name in _EMAILS:
            masked[name] = email(value)
        elif name not in _KEPT:
            masked[name] = words(value[: budgets.DRAWN], shown.phones)
    return shown._replace(**masked)


def _digits(text: str) -> Iterator[tuple[int, str]]:
    """(place, digit) of all that reads as a digit: any script, circled, superscript, keycaps; `⑩` gives two."""
    for place, character in enumerate(text):
        if "0" <= character <= "9":
            yield place, character
        elif not character.isascii():
            value = unicodedata.numeric(character, -1.0)
            if value >= 0 and value.is_integer():
                yield from ((place, digit) for digit in str(int(value)))


def _inner(places: Sequence[int]) -> Sequence[int]:
    """Those of a number's digits that are hidden."""
    in_front = max(min(len(places) - LEAST_DIGITS, SHOWN_IN_FRONT), 0)
    return places[in_front : len(places) - SHOWN_AT_THE_END]


def _hide(text: str, places: Iterable[int]) -> str:
    hidden = set(places)
    return "".join(DOT if place in hidden else character for place, character in enumerate(text))


def _without_known(text: str, known: Iterable[str]) -> str:
    """No seven digits in a row of a known number are left. Hiding brings others together, so it is looked at again."""
    parts = {
        run[start : start + LEAST_DIGITS]
        for run in (_plain(one) for one in known)
        for start in range(len(run) - LEAST_DIGITS + 1)
    }
    for look in range(MOST_LOOKS):
        found = list(_digits(text))
        stretches = list(_stretches("".join(digit for _place, digit in found), parts))
        if not stretches:
            return text
        shown = 0 if look else SHOWN_AT_THE_END
        text = _hide(text, (place for start, end in stretches for place, _digit in found[start : end - shown]))
    return _hide(text, (place for place, _digit in _digits(text)))


def _plain(text: str) -> str:
    return "".join(digit for _place, digit in _digits(text))


def _stretches(run: str, parts: set[str]) -> Iterator[tuple[int, int]]:
    """(start, end) of what is covered by parts that stand side by side or overlap."""
    start = end = -1
    for here in range(len(run) - LEAST_DIGITS + 1):
        if run[here : here + LEAST_DIGITS] not in parts:
            continue
        if here > end:
            if end > 0:
                yield start, end
            start = here
        end = here + LEAST_DIGITS
    if end > 0:
        yield start, end


def _without_unknown(text: str) -> str:
    """Without what may be a number that nobody told us of: groups of digits that together make one."""
    groups = list(_groups(text))
    hidden: list[int] = []
    first = 0
    while first < len(groups):
        after = _number_from(text, groups, first)
        if after is not None:
            hidden += _inner([place for group in groups[first:after] for place, _digit in group])
        first = after or first + 1
    return _hide(text, hidden)


_Group = list[tuple[int, str]]


def _groups(text: str) -> Iterator[_Group]:
    """Digits that stand side by side."""
    group: _Group = []
    for place, digit in _digits(text):
        if group and place > group[-1][0] + 1:
            yield group
            group = []
        group.append((place, digit))
    if group:
        yield group


def _number_from(text: str, groups: Sequence[_Group], first: int) -> int | None:
    """The group after the longest number that begins with the group `first`; None where none begins there."""
    run, after = "", None
    is_one = True
    begins = groups[first][0][0]
    has_plus = text[max(begins - 3, 0) : begins].rstrip(" (").endswith("+")
    for index, group in enumerate(groups[first:], first):
        gap = text[groups[index - 1][-1][0] + 1 : group[0][0]] if index > first else ""
        run += "".join(digit for _place, digit in group)
        if len(gap) > _FARTHEST or (len(run) > _LONGEST_NUMBER and index > first):
            break
        is_one = is_one and _BETWEEN.fullmatch(gap) is not None
        if len(run) >= LEAST_DIGITS and (is_one or has_plus or _reads_as_number(run)):
            after = index + 1
    return after


def _reads_as_number(run: str) -> bool:
    """Whether digits with letters between them still make an Indian number, with or without its code."""
    return _WITHOUT_CODE.fullmatch(run) is not None or _WITH_CODE.fullmatch(run) is not None
