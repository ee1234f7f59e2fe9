"""Whether a search would find a lead that is at hand: as `store.search` does, without a look into the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.ids import AccountId
from bot.lookup.query import Filter
from bot.store.matching import LEAST_DIGITS, pattern
from bot.store.prepared_leads import reversed_digits
from bot.store.search import as_dialled
from bot.store.search_statements import NO_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.lead import Lead
    from bot.lookup.query import ParsedQuery
    from bot.store.matching import Pattern
    from bot.store.search import SearchTerms

ANY_ACCOUNT: Final = AccountId(1)
"""No index is asked, so that it is all the same whose."""
ABOUT_PEOPLE: Final = (Filter.SINCE, Filter.STATUS, Filter.BY)
"""What says nothing of a lead that has just come: nobody has done anything with it."""


def beyond(wanted: ParsedQuery) -> tuple[Filter, ...]:
    """The filters of a search that tell no new leads apart."""
    has = (wanted.since is not None, wanted.terms.is_open or wanted.terms.status is not None, wanted.owner is not None)
    return tuple(name for name, is_there in zip(ABOUT_PEOPLE, has, strict=True) if is_there)


class Matcher:
    """For many leads. Guarded terms, and those about people, are not its business."""

    def __init__(self, terms: SearchTerms) -> None:
        self._terms = terms
        self._number = None if terms.number is None else _Number(terms)
        self._words = pattern(ANY_ACCOUNT, terms.words)
        self._city = pattern(ANY_ACCOUNT, (), city=terms.city)
        self._product = pattern(ANY_ACCOUNT, (), product=terms.product)
        self._looks = self._all_looks()

    def matches(self, lead: Lead) -> bool:
        return self.why_not(lead) is None

    def why_not(self, lead: Lead) -> str | None:
        """The first of what was looked for that the lead has not: a filter's name, or `words`."""
        return next((name for name, has in self._looks if not has(lead)), None)

    def _all_looks(self) -> list[tuple[str, Callable[[Lead], bool]]]:
        terms = self._terms
        looks: list[tuple[bool, str, Callable[[Lead], bool]]] = [
            (terms.kind is not None, Filter.KIND, lambda lead: lead.kind == terms.kind),
            (terms.is_missed, Filter.MISSED, lambda lead: lead.is_missed_call),
            (terms.country is not None, Filter.COUNTRY, lambda lead: lead.country == terms.country),
            (terms.has_value, Filter.VALUE, self._has_value),
            (terms.city is not None, Filter.CITY, lambda lead: _holds(self._city, lead)),
            (
                terms.product is not None,
                Filter.PRODUCT,
                lambda lead: _holds(self._product, lead),
            ),
            (bool(terms.words) or self._number is not None, "words", self._has_words),
            # A route without words was emptied: it looked for a buyer who was forgotten.
            (terms.is_empty, "words", lambda _lead: False),
        ]
        return [(name, has) for is_asked, name, has in looks if is_asked]

    def _has_value(self, lead: Lead) -> bool:
        least, most = lead.order_value_min, lead.order_value_max
        if least is None and most is None:
            return False
        wanted = self._terms.least or 0, NO_LIMIT if self._terms.most is None else self._terms.most
        return (NO_LIMIT if most is None else most) >= wanted[0] and (least or 0) <= wanted[1]

    def _has_words(self, lead: Lead) -> bool:
        if self._number is None:
            return _holds(self._words, lead)
        by_number = self._number.is_of(lead) and (not self._words or _holds(self._words, lead))
        return by_number or _holds(self._number.as_words, lead)


class _Number:
    """One run of digits, for what it may be."""

    def __init__(self, terms: SearchTerms) -> None:
        self.digits = terms.number or ""
        dialled = as_dialled(self.digits, terms.phone)
        self._ends = [reversed_digits(one) for one in (self.digits, dialled) if len(one) >= LEAST_DIGITS]
        self.as_words = pattern(ANY_ACCOUNT, terms.number_as_words + terms.words)

    def is_of(self, lead: Lead) -> bool:
        numbers = [reversed_digits(phone) for phone in lead.phones]
        return lead.query_id == self.digits or any(one.startswith(end) for one in numbers for end in self._ends)


def _holds(wanted: Pattern, lead: Lead) -> bool:
    return wanted.holds(lead._asdict())
