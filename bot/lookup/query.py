"""Reads what a person typed after /search: words, one number, and filters such as `kind:B city:surat value>1l`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from bot.domain import money, spans
from bot.domain.lead import Kind, Status
from bot.domain.plain_text import plain
from bot.domain.words.all import FILTERS, KINDS, MISSED, dotted, meant, says
from bot.domain.words.all import ME as ME_WORDS
from bot.domain.words.all import STATUSES as STATUS_WORDS
from bot.indiamart.parse import places
from bot.lookup import typed_number
from bot.store.matching import MOST_WORDS
from bot.store.search import SearchTerms
from bot.store.spelling import is_searchable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LONGEST_TEXT: Final = 4096
NEAR: Final = 70
"""Of 100: so like must a word be to one that was probably meant (rapidfuzz' ratio)."""

_FILTER: Final = (
    r"(?<!\S)(?:"
    r'(?P<name>[^\s:<>=≤≥"]{1,24}):(?!\s*[<>=≤≥])(?:"(?P<quoted>[^"]*)"|(?P<plain>\S*))'
    r'|(?P<worth>[^\s:<>=≤≥"]{1,24}):?\s*(?P<sign>[<>]=?|=[<>]|[≤≥])\s*(?:"(?P<amount>[^"]*)"|(?P<figure>'
    rf"(?:(?:₹|rs\b\.?|inr\b)\s*)?\d[\d,.]*(?:\s*(?:{dotted(money.UNIT)})(?!\S))?(?!\S)|\S*))"
    rf"|(?P<missed>{dotted(MISSED)})(?!\S)"
    r")"
)
"""What looks like a filter; whether its name is one, the languages' words say."""
_QUOTES: Final = str.maketrans("“”„«»", '"' * 5)
"""Phones put these in by themselves."""
_LIKE_A_FILTER: Final = re.compile(r"(?<!\S)([a-z]{2,10})(:|[<>]=?|[≤≥]|=)(?=\S)", re.IGNORECASE)
_VALUE_WORDS: Final = ("price", "amount", "worth", "order")
KIND_WORDS: Final = ("enquiry", "buylead", "call", "calls", "whatsapp", "catalogue", "view")
"""What somebody may have meant who mistyped it."""


class Filter(StrEnum):
    KIND = "kind"
    CITY = "city"
    PRODUCT = "product"
    COUNTRY = "country"
    VALUE = "value"
    SINCE = "since"
    STATUS = "status"
    BY = "by"
    MISSED = "missed"
    """A word by itself: a call that nobody took."""


_BY_NAME: Final = tuple(one for one in Filter if one not in {Filter.MISSED, Filter.VALUE})
"""Behind which a colon stands."""

OPEN: Final = "open"
ME: Final = "me"
STATUSES: Final = (OPEN, *(status.value for status in Status if status is not Status.NEW))
"""What `status:` is asked for; `new` is understood, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFilter:
    """A part that looks like a filter and is none, with what would be one."""

    typed: str
    name: Filter | None
    """None where the name itself is not understood."""
    good: tuple[str, ...] = ()
    """Values that would be understood, if they are few."""
    near: str = ""
    """The filter that was probably meant, whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """What was typed, understood."""

    terms: SearchTerms = field(default_factory=SearchTerms)
    since: datetime | None = None
    owner: str | None = None
    """A person's name after `by:`; `me` is whoever asks."""
    bad_filters: tuple[BadFilter, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.terms.is_empty and self.since is None and self.owner is None


def read(text: str, now: datetime) -> ParsedQuery:
    """Never fails: what is not understood is a word, or a puzzle."""
    cleaned = typed_number.bare(plain(text[:LONGEST_TEXT]).translate(_QUOTES))
    wanted, rest, at = ParsedQuery(), "", 0
    for match in _filters().finditer(cleaned):
        name, value = _named(match)
        if name is None:
            continue
        rest, at = f"{rest}{cleaned[at : match.start()]} ", match.end()
        understood = _FILTERS[name](wanted, value, now) if value.strip() else None
        wanted = understood or replace(wanted, bad_filters=(*wanted.bad_filters, _puzzle(match[0], name, value)))
    rest += cleaned[at:]
    wanted = replace(wanted, bad_filters=(*wanted.bad_filters, *_misspelled(rest)))
    number = typed_number.take(rest)
    words = tuple(word for word in number.rest.split() if is_searchable(word))[:MOST_WORDS]
    found = replace(wanted.terms, words=words, number=number.digits, phone=number.phone, number_as_words=number.words)
    return replace(wanted, terms=found)


@cache
def _filters() -> re.Pattern[str]:
    return re.compile(_FILTER, re.IGNORECASE)


def _named(match: re.Match[str]) -> tuple[Filter | None, str]:
    """The filter, and what it is asked for; None for what is none."""
    if match["missed"]:
        return Filter.MISSED, match["missed"]
    name = meant(FILTERS, match["worth"] or match["name"])
    if match["sign"]:
        amount = (match["figure"] if match["amount"] is None else match["amount"]).strip()
        return (Filter.VALUE if name == Filter.VALUE else None), match["sign"] + amount
    return None if name is None else Filter(name), match["plain"] if match["quoted"] is None else match["quoted"]


def _puzzle(typed: str, name: Filter, value: str) -> BadFilter:
    if name is Filter.COUNTRY:
        return named(typed, name, value, (), places.country_names())
    known = {Filter.STATUS: STATUSES, Filter.KIND: Kind.KNOWN}.get(name, ())
    return named(typed, name, value, known) if known and value else BadFilter(typed=typed, name=name, good=known)


def named(typed: str, name: Filter, value: str, good: Sequence[str], spelled: Sequence[str] = ()) -> BadFilter:
    """`good` are the values there are; `spelled` what else they may be called."""
    near = nearest(value, [*good, *spelled])
    shown = f'"{near}"' if " " in near else near
    return BadFilter(typed=typed, name=name, good=tuple(good), near=f"{name}:{shown}" if near else "")


def unknown_kind(value: str) -> BadFilter:
    return named(f"{Filter.KIND}:{value}", Filter.KIND, value, Kind.KNOWN, KIND_WORDS)


def unknown_person(value: str, people: Sequence[str]) -> BadFilter:
    """`people` are the names of the team."""
    firsts = [name.split()[0] for name in people if name.strip()]
    return named(f"{Filter.BY}:{value}", Filter.BY, value, [ME, *people], firsts)


def _misspelled(rest: str) -> Iterator[BadFilter]:
    """What remains is looked for as words, too: it may be one."""
    for match in _LIKE_A_FILTER.finditer(rest):
        known = _equalled(match[1]) if match[2] == "=" else _near(match[1], match[2])
        if known:
            whole = rest[match.start() :].split(maxsplit=1)[0]
            yield BadFilter(typed=whole, name=None, near=f"{known}{whole[len(match[0]) :]}")


def _equalled(typed: str) -> str:
    """`kind=W`; what is like a filter's name without being one may be anything: size=5."""
    name = meant(FILTERS, typed)
    if name is None:
        return ""
    return f"{Filter.VALUE}>=" if name == Filter.VALUE else f"{name}:"


def _near(typed: str, sign: str) -> str:
    is_compared = sign != ":"
    near = nearest(typed, [Filter.VALUE, *_VALUE_WORDS] if is_compared else list(_BY_NAME))
    if not near:
        return ""
    return f"{Filter.VALUE}{sign}" if is_compared else f"{near}:"


def nearest(typed: str, known: Sequence[str]) -> str:
    """Empty where nothing is near."""
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415 - needed only after a mistake

    found = process.extractOne(typed, known, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=NEAR)
    return "" if found is None else str(found[0])


def _kind(wanted: ParsedQuery, value: str, _now: datetime) -> ParsedQuery:
    kind = meant(KINDS, value) or value.upper()
    return replace(wanted, terms=replace(wanted.terms, kind=kind))


def _city(wanted: ParsedQuery, value: str, _now: datetime) -> ParsedQuery | None:
    return replace(wanted, terms=replace(wanted.terms, city=value)) if is_searchable(value) else None


def _product(wanted: ParsedQuery, value: str, _now: datetime) -> ParsedQuery | None:
    return replace(wanted, terms=replace(wanted.terms, product=value)) if is_searchable(value) else None


def _country(wanted: ParsedQuery, value: str, _now: datetime) -> ParsedQuery | None:
    code = places.code_of_country(value)
    return None if code is None else replace(wanted, terms=replace(wanted.terms, country=code))


_SIGNS: Final = re.compile(r"[<>=≤≥]+")


def _value(wanted: ParsedQuery, value: str, _now: datetime) -> ParsedQuery | None:
    """`>50000`, `<=1.5 lakh`. Two of them are a span."""
    sign = _SIGNS.match(value)
    least, most = (money.rupees(value[sign.end() :]) if sign else None) or (None, None)
    if sign is None or least is None or least != most:
        return None
    beyond = 0 if sign[0] in _WITH_LIMIT else 1
    terms = wanted.terms
    is_least = sign[0] in _UPWARDS
    terms = replace(terms, least=least + beyond) if is_least else replace(terms, most=least - beyond)
    return replace(wanted, terms=terms)


_UPWARDS: Final = frozenset({">", ">=", "=>", "≥"})
_WITH_LIMIT: Final = frozenset({">=", "=>", "≥", "<=", "=<", "≤"})


def _missed(wanted: ParsedQuery, _value: str, _now: datetime) -> ParsedQuery:
    return replace(wanted, terms=replace(wanted.terms, is_missed=True))


def _since(wanted: ParsedQuery, value: str, now: datetime) -> ParsedQuery | None:
    moment = spans.read(value, now, now.tzinfo or UTC)
    return None if moment is None else replace(wanted, since=moment)


def _status(wanted: ParsedQuery, value: str, _now: datetime) -> ParsedQuery | None:
    status = meant(STATUS_WORDS, value)
    if status is None or status == OPEN:
        return None if status is None else replace(wanted, terms=replace(wanted.terms, is_open=True))
    return replace(wanted, terms=replace(wanted.terms, status=Status(status).value))


def _owner(wanted: ParsedQuery, value: str, _now: datetime) -> ParsedQuery:
    return replace(wanted, owner=ME if says(ME_WORDS, value) else value.removeprefix("@"))


_FILTERS: Final[dict[Filter, Callable[[ParsedQuery, str, datetime], ParsedQuery | None]]] = {
    Filter.KIND: _kind,
    Filter.CITY: _city,
    Filter.PRODUCT: _product,
    Filter.COUNTRY: _country,
    Filter.VALUE: _value,
    Filter.MISSED: _missed,
    Filter.SINCE: _since,
    Filter.STATUS: _status,
    Filter.BY: _owner,
}


def owned_by(terms: SearchTerms, user_ids: list[int]) -> SearchTerms:
    return replace(terms, owners=json.dumps(user_ids))
