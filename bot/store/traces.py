"""What tells of some buyers in a text that no column names them in: a raw body, or what is or was searched for.

Looked for in Python: a number is written in many ways. Where such texts are kept: `odd_bodies`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from bot.domain import masking, phones
from bot.domain.lead import LostReason
from bot.store.matching import LEAST_DIGITS, NATIONAL
from bot.store.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from bot.domain.lead import Lead, StoredLead

LEAST_LETTERS: Final = 3
WHOLE_NAME: Final = 6
"""Letters of a name that tells of its bearer by itself."""
_RUN: Final = re.compile(r"\d(?:[\s().+/-]{0,3}\d){4,}")
_WORD: Final = re.compile(r"\w+")
_ADDRESS: Final = re.compile(r"[^\s,;<>]+@[^\s,;<>]+")
_BOUND: Final = re.compile(r"\w*\s*[<>]=?\s*\S+")
"""In a search: an order's value, which is nobody's number."""
_ESCAPED: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrtbf])")
"""In JSON."""


class Traces:
    """Of some leads, thousands at a time: what costs a step for each of them is done in a set or in one long text."""

    def __init__(self, found: Sequence[StoredLead], contacts: Iterable[str] = ()) -> None:
        """`contacts` are further numbers and e-mail addresses of theirs."""
        of = [one.lead for one in found]
        self.lead_ids = {one.lead_id for one in found}
        written = [*contacts, *(one for lead in of for one in (*lead.phones, lead.email, lead.email_alt) if one)]
        dialled = (phones.digits(one) for one in written if "@" not in one)
        numbers = {digits for digits in dialled if len(digits) >= NATIONAL}
        self._lasts = {number[-NATIONAL:] for number in numbers}
        self._numbers = "\n".join(sorted(numbers))
        self._ends = {number[-length:] for number in numbers for length in range(LEAST_DIGITS, NATIONAL)}
        mails = {address for one in written for address in _ADDRESS.findall(one)}
        self._mails = {f" {_plain(one)} " for one in mails}
        self._names = {name for lead in of if len(name := _plain(lead.name)) >= WHOLE_NAME}
        self._words = sorted({word for lead in of for text in (lead.name, lead.company, lead.email, lead.email_alt)
                              for word in _words(text)})  # fmt: skip
        self._messages = "\n".join(_plain(lead.message) for lead in of if lead.message)
        self._query_ids = {lead.query_id for lead in of if lead.query_id}
        self._reasons = {_plain(one.lost_reason) for one in found if one.lost_reason} - _USUAL_REASONS

    def are_in(self, text: str) -> bool:
        """Whether a raw text tells of one of the buyers."""
        plain = f" {_plain(_as_meant(text))} "
        if any(one in plain for one in self._mails) or any(one in plain for one in self._names):
            return True
        return any(run in self._query_ids or self._have(run) for run in _runs(plain))

    def are_sought(self, view: str) -> bool:
        """Whether it searches for what tells of one of them, or counts what was said of one. Rather too often: the view
        is then only too old.
        """
        words, label = _sought(view)
        return self._are_typed(words) or self._are_typed(label) or _plain(label) in self._reasons

    def are_routed(self, query: str) -> bool:
        """Whether a route looks for one of them alone: by number, address or whole name. Not too often: leads go by it.
        A word that is part of a name may be a product's, or many another buyer's.
        """
        plain = f" {_plain(_BOUND.sub(' ', query))} "
        words = f" {' '.join(_words(plain))} "
        if any(run in self._ends or self._have(run) for run in map(_undialled, _runs(plain))):
            return True
        return any(one in plain for one in self._mails) or any(
            f" {' '.join(_words(one))} " in words for one in self._names
        )

    def _are_typed(self, text: str) -> bool:
        plain = _plain(text)
        numbers = map(_undialled, _runs(plain))
        if any(run in self._numbers or self._have(run) for run in numbers if run):
            return True
        typed = [word for word in _words(plain) if len(word) >= LEAST_LETTERS]
        return any(map(self._has_word, typed)) or (bool(plain) and plain in self._messages)

    def _have(self, run: str) -> bool:
        """Whether the digits hold a number of theirs."""
        return any(run[at : at + NATIONAL] in self._lasts for at in range(len(run) - NATIONAL + 1))

    def _has_word(self, begun: str) -> bool:
        at = bisect_left(self._words, begun)
        return at < len(self._words) and self._words[at].startswith(begun)


def harmless(one: StoredLead) -> tuple[str | None, str | None]:
    """Product and city, where they tell nothing of the buyer: they are counted."""
    return _harmless(one.lead.product, one.lead), _harmless(one.lead.city, one.lead)


def _as_meant(text: str) -> str:
    """As it came, as a form would mean it, and as JSON would."""
    parts = [text]
    if "%" in text or "+" in text:
        parts.append(unquote_plus(text))
    if "\\" in text:
        parts.append(_ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text))
    return " ".join(parts)


def _sought(view: str) -> tuple[str, str]:
    """The words of a view, and the reason or topic whose leads it shows; see `bot.lookup.lists`."""
    try:
        query: dict[str, Any] = json.loads(view)
        found = query.get("words") or "", query.get("label") or ""
    except (ValueError, AttributeError):
        return view, ""
    return found if all(isinstance(one, str) for one in found) else (view, "")


def _plain(text: str | None) -> str:
    return phones.tidied(fold(text or "").casefold())


def _words(text: str | None) -> list[str]:
    return _WORD.findall(_plain(text))


def _runs(plain: str) -> Iterator[str]:
    for found in _RUN.finditer(plain):
        yield phones.digits(found[0])


def _undialled(run: str) -> str:
    """Without the zeros that are dialled in front of a number."""
    return run.lstrip("0")


def _harmless(text: str | None, lead: Lead) -> str | None:
    if not text or masking.words(text, lead.phones) != text:
        return None
    own = {word for one in (lead.name, lead.company) for word in _words(one) if len(word) >= LEAST_LETTERS}
    return None if own & set(_words(text)) else text


_USUAL_REASONS: Final = {_plain(one.value) for one in LostReason}
"""Of a button: they tell nothing."""
