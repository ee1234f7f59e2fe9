"""What SQLite does for the statements that run often, or over a million leads: an index, and no sort."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from bot.store import (  # fmt: skip
    adding,
    beginnings,
    bursts,
    buyers,
    cards,
    changes,
    chats,
    digests,
    edits,
    erasing,
    escalations,
    exports,
    figures,
    lead_routes,
    leads,
    missed_calls,
    notes,
    outbox,
    parked,
    pushes,
    reminders,
    retention,
    routes,
    search_statements,
    stats,
    views,
    worklists,
)
from bot.store.figures import Figure

pytestmark = pytest.mark.sqlite

LOOKUPS = {
    "book.COUNT": exports.COUNT,
    "book.STRETCH": exports.STRETCH,
    "adding.KNOWN": adding.KNOWN,
    "adding.LAST_ID": adding.LAST_ID,
    "leads.GET": leads.GET,
    "leads.GET_MANY": leads.GET_MANY,
    "leads.OLDER": leads.OLDER,
    "leads.NEWER": leads.NEWER,
    "leads.BATCH_OLDER": leads.BATCH_OLDER,
    "leads.BATCH_NEWER": leads.BATCH_NEWER,
    "leads.COUNTS": leads.COUNTS,
    "buyers.PLACES": buyers.PLACES,
    "leads.NUMBER_IN_BATCH": leads.NUMBER_IN_BATCH,
    "buyers.KNOWN": buyers.KNOWN,
    "buyers.LAST_ID": buyers.LAST_ID,
    "search.WORDS": search_statements.WORDS.newest_first,
    "search.WORDS_UPWARDS": search_statements.WORDS.oldest_first,
    "search.NUMBERS": search_statements.NUMBERS.newest_first,
    "search.NUMBERS_UPWARDS": search_statements.NUMBERS.oldest_first,
    "search.FILTERS_ONLY": search_statements.FILTERS_ONLY.newest_first,
    "search.FILTERS_ONLY_UPWARDS": search_statements.FILTERS_ONLY.oldest_first,
    "lead_routes.GET": lead_routes.GET,
    "lead_routes.GIVEN": lead_routes.GIVEN,
    "lead_routes.PLACES": lead_routes.PLACES,
    "lead_routes.TAKEN": lead_routes.TAKEN,
    "lead_routes.IN_HAND": lead_routes.IN_HAND,
    "lead_routes.LAST_GIVEN": lead_routes.LAST_GIVEN,
    "lead_routes.KNOWN_TO": lead_routes.KNOWN_TO,
    "lead_routes.SETTLE": lead_routes.SETTLE,
    "lead_routes.ANSWERED": lead_routes.ANSWERED,
    "lead_routes.UNANSWERED": lead_routes.UNANSWERED,
    "routes.LIVE": routes.LIVE,
    "search.FROM_ABROAD": search_statements.FROM_ABROAD.newest_first,
    "search.FROM_ABROAD_UPWARDS": search_statements.FROM_ABROAD.oldest_first,
    "search.CALLS": search_statements.CALLS.newest_first,
    "search.WITH_VALUE": search_statements.WITH_VALUE.newest_first,
    "outbox.NEXT": outbox.NEXT,
    "outbox.NEXT_DUE": outbox.NEXT_DUE,
    "outbox.NEXT_DUE_UP_TO": outbox.NEXT_DUE_UP_TO,
    "bursts.LISTS": bursts.LISTS,
    "leads.NEWEST_FIRST": leads.NEWEST_FIRST,
    "bursts.CARDS": bursts.CARDS,
    "outbox.DONE": outbox.DONE,
    "outbox.OLDEST": outbox.OLDEST,
    "parked.PARK": parked.PARK,
    "parked.UNPARK": parked.UNPARK,
    "parked.LAST_TOLD": parked.LAST_TOLD,
    "parked.UNTOLD": parked.UNTOLD,
    "parked.TELL": parked.TELL,
    "cards.GET_MANY": cards.GET_MANY,
    "cards.BY_MESSAGE": cards.BY_MESSAGE,
    "changes.STATE": changes.STATE,
    "changes.SET": changes.SET,
    "changes.OF_LEAD": changes.OF_LEAD,
    "edits.ADD": edits.ADD,
    "edits.DONE": edits.DONE,
    "leads.OTHERS": leads.OTHERS,
    "notes.LATEST": notes.LATEST,
    "notes.LATEST_OF": notes.LATEST_OF,
    "changes.LAST_OF": changes.LAST_OF,
    "escalations.GET": escalations.GET,
    "escalations.LEADS": escalations.LEADS,
    "escalations.WAITING": escalations.WAITING,
    "escalations.CALL_OUT": escalations.CALL_OUT,
    "missed_calls.UNRETURNED": missed_calls.UNRETURNED,
    "missed_calls.RETURNED": missed_calls.RETURNED,
    "escalations.HAS_CLAIMED": escalations.HAS_CLAIMED,
    "escalations.CLAIMED": escalations.CLAIMED,
    "escalations.SETTLE": escalations.SETTLE,
    "missed_calls.FOR_GOOD": missed_calls.FOR_GOOD,
    "missed_calls.SETTLE": missed_calls.SETTLE,
    "escalations.DUE": escalations.DUE,
    "escalations.OPEN": escalations.OPEN,
    "erasing.AT_WORK": erasing.AT_WORK,
    "reminders.ALIKE": reminders.ALIKE,
    "reminders.DUE": reminders.DUE,
    "reminders.FIRE": reminders.FIRE,
    "reminders.OF_PERSON": reminders.OF_PERSON,
    "work.UNCLAIMED_FROM": worklists.UNCLAIMED_FROM,
    "work.UNCLAIMED_BEFORE": worklists.UNCLAIMED_BEFORE,
    "work.COUNT": worklists.COUNT,
    "pushes.PENDING": pushes.PENDING,
    "views.ACCOUNT_OF": views.ACCOUNT_OF,
    "views.RECALL": views.RECALL,
    "views.REMEMBER": views.REMEMBER,
    "pushes.KEEP": pushes.KEEP,
    "chats.FORGET_SENDS": chats.FORGET_SENDS,
    "beginnings.SENDS": beginnings.SENDS,
    "beginnings.HOLDS": beginnings.HOLDS,
    "beginnings.ROUTES": beginnings.ROUTES,
    "beginnings.CALLOUTS": beginnings.CALLOUTS,
    "retention.UNREADABLE": retention.UNREADABLE,
    "retention.PUSHES": retention.PUSHES,
    "retention.PARKED": retention.PARKED,
    "retention.VIEWS": retention.VIEWS,
    "retention.REMINDERS": retention.REMINDERS,
    "retention.ESCALATIONS": retention.ESCALATIONS,
    "retention.CALLOUT_LEADS": retention.CALLOUT_LEADS,
    "retention.CALLOUTS": retention.CALLOUTS,
    "stats.OUTCOMES": stats.OUTCOMES,
    "stats.TIMES": stats.TIMES,
    "stats.DOINGS": stats.DOINGS,
    "stats.PRODUCTS": stats.PRODUCTS,
    "stats.TO_CALL": stats.TO_CALL,
    "stats.OPEN": stats.OPEN,
    "stats.QUARTERS": stats.QUARTERS,
    "digests.WAITING": digests.WAITING,
    "digests.BUYERS": digests.BUYERS,
    "digests.VALUES": digests.VALUES,
    **{f"figures.COUNT {name}": statement for name, statement in figures.COUNT.items()},
    **{f"figures.OLDER {name}": statement for name, statement in figures.OLDER.items()},
    **{f"figures.NEWER {name}": statement for name, statement in figures.NEWER.items()},
}
STANDING = (Figure.OPEN, Figure.MISSED, Figure.TO_CALL)
"""Of leads that wait: read in the order in which they are listed, as far as the page goes."""
FEW_ROWS_SORTED = {
    "digests.BUYERS",
    *(f"figures.{way} {name}" for way in ("OLDER", "NEWER") for name in Figure if name not in (*STANDING, Figure.CAME)),
    "buyers.PLACES",
    "escalations.CALL_OUT",
    "escalations.CLAIMED",
    "missed_calls.FOR_GOOD",
    "missed_calls.UNRETURNED",
    "escalations.WAITING",
    "leads.COUNTS",
    "search.NUMBERS",
    "search.NUMBERS_UPWARDS",
    "bursts.CARDS",
    "outbox.NEXT_DUE_UP_TO",
    "leads.NEWEST_FIRST",
    *(name for name in LOOKUPS if name.startswith("stats.")),
}
"""These sort or group what they found, which is little, or what is counted."""
TABLES = (
    "leads", "all_leads", "lead_phones", "buyers", "buyer_contacts", "outbox", "cards", "changes", "notes", "pushes",
    "people", "views", "sends", "unreadable", "parked", "reminders", "escalations", "callouts", "callout_leads",
    "routes", "route_changes", "lead_routes",
)  # fmt: skip

SHORT = (
    "SEARCH people",
    "INDEX pushes_pending",
    "INDEX leads_unclaimed",
    "INDEX parked_untold",
    "INDEX escalations_open",
    "INDEX leads_to_call",
    "INDEX routes_in_order",
    "INDEX lead_routes_unanswered",
    "INDEX sends_held",
)
"""A team, and partial indexes of what is still to be taken in, claimed, told, called out or waited for: read whole if
need be.
"""


async def plan(shelf: Any, statement: str) -> list[str]:
    async with shelf.database.reading() as connection:
        parameters: defaultdict[str, Any] = defaultdict(lambda: None)
        rows = await connection.fetch_all(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [str(row["detail"]) for row in rows]


def reads_everything(step: str) -> bool:
    """By scanning a table, or by an index of which only the account is used: most databases hold one account."""
    is_scan = any(step.split(" USING ", maxsplit=1)[0] == f"SCAN {table}" for table in TABLES)
    return is_scan or (step.endswith("(account_id=?)") and not any(table in step for table in SHORT))


@pytest.mark.parametrize("name", LOOKUPS)
async def test_no_lookup_reads_a_whole_table(shelf: Any, name: str) -> None:
    steps = await plan(shelf, LOOKUPS[name])
    assert [step for step in steps if reads_everything(step)] == [], steps


@pytest.mark.parametrize("name", sorted(LOOKUPS.keys() - FEW_ROWS_SORTED))
async def test_no_list_is_sorted(shelf: Any, name: str) -> None:
    steps = await plan(shelf, LOOKUPS[name])
    assert [step for step in steps if "TEMP B-TREE" in step] == [], steps


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("search.FROM_ABROAD", "leads_from_abroad"),
        ("search.FROM_ABROAD_UPWARDS", "leads_from_abroad"),
        ("search.CALLS", "leads_calls"),
        ("search.WITH_VALUE", "leads_with_value"),
    ],
)
async def test_what_few_leads_have_is_looked_for_among_those_few(shelf: Any, name: str, index: str) -> None:
    (step, *_more) = await plan(shelf, LOOKUPS[name])
    assert f"INDEX {index} " in step


@pytest.mark.parametrize("statements", [figures.COUNT, figures.OLDER, figures.NEWER, figures.BY_LABEL])
@pytest.mark.parametrize(
    ("figure", "index"),
    [
        (Figure.OPEN, "leads_unclaimed"),
        (Figure.MISSED, "leads_missed"),
        (Figure.TO_CALL, "leads_to_call"),
        (Figure.CAME, "leads_by_position"),
    ],
)
async def test_what_stands_open_is_counted_and_listed_from_an_index_alone(
    shelf: Any, figure: Figure, index: str, statements: dict[Figure, str]
) -> None:
    (step, *_more) = await plan(shelf, statements[figure])
    assert step.startswith(f"SEARCH all_leads USING COVERING INDEX {index} (account_id=? AND position>")


@pytest.mark.parametrize("name", ["leads.OLDER", "leads.NEWER", "leads.COUNTS", "stats.OUTCOMES", "stats.QUARTERS"])
async def test_periods_are_answered_from_the_index_alone(shelf: Any, name: str) -> None:
    (step, *_more) = await plan(shelf, LOOKUPS[name])
    assert (
        step.removeprefix("SEARCH all_")
        .removeprefix("SEARCH ")
        .startswith("leads USING COVERING INDEX leads_by_position")
    )
