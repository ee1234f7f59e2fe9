"""A lead at hand is told from others just as a search in the database tells it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.lead import Kind, Lead
from bot.lookup import query
from bot.lookup.matches import Matcher
from bot.store import leads as stored

if TYPE_CHECKING:
    from bot.domain.ids import LeadId
    from tests.store.conftest import Library, Shelf

WORDS = ("solar", "pump", "pumps", "mono-perc", "Surat", "सूरत", "550W", "é")
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from([Kind.BUYLEAD, Kind.CALL, Kind.ENQUIRY]),
        "city": st.sampled_from(["Surat", "Sur", "New Delhi", "सूरत"]),
        "country": st.sampled_from(["IN", "AE"]),
        "product": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
        "message": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
        "email": st.sampled_from(["asha@example.com"]),
        "mobile": st.sampled_from(["+919000000031", "+919000012345"]),
        "order_value_min": st.sampled_from([3_000, 100_000]),
        "order_value_max": st.sampled_from([100_000, 500_000]),
        "call_seconds": st.sampled_from([2, 90]),
    },
)
FILTERS = ("kind:B", "kind:P", "city:surat", 'city:"new del"', "country:AE", "missed", "product:pump", "product:सूरत")
VALUES = ("value>50000", "value<5000", "value>=1l", "value<=1l")
NUMBERS = ("9000000031", "+91 (0) 90000 00031", "tel:+91-91-9000000031", "00031", "12345", "2640000001", "#1")
PARTS = st.sampled_from([*WORDS, *FILTERS, *VALUES, *NUMBERS, "asha"])


def row(shelf: Shelf, number: int, facts: dict[str, Any]) -> Lead:
    enquired_at = shelf.now - timedelta(minutes=number)
    return Lead(Kind.ENQUIRY, str(2640000000 + number), enquired_at)._replace(**facts)


@given(st.lists(FACTS, min_size=1, max_size=6), st.lists(PARTS, min_size=1, max_size=3).map(" ".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_matcher_takes_what_the_search_finds(library: Library, facts: list[dict[str, Any]], typed: str) -> None:
    async def both(shelf: Shelf) -> tuple[set[LeadId], set[LeadId]]:
        added = await shelf.add(*[row(shelf, n, one) for n, one in enumerate(facts)])
        terms = query.read(typed, shelf.now).terms
        places = await shelf.places(typed)
        async with shelf.database.reading() as connection:
            found = await stored.at(connection, shelf.account_id, places)
        # A lead's own number is known only when it is stored.
        by_number = {one.lead_id for one in found if terms.number == str(one.number)}
        matcher = Matcher(terms)
        matched = {one.lead_id for one in added if matcher.matches(one.lead)}
        return {one.lead_id for one in found} - by_number, matched - by_number

    searched, matched = library.run(both)
    assert matched == searched
