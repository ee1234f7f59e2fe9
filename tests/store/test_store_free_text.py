"""A column in which a buyer may be named is taken out, looked through, or listed here with the reason why it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Lead
from bot.domain.routes import Destination, DestinationKind
from bot.lookup.buyer_report import BuyerReports
from bot.store import leads, odd_bodies, routes, sealing
from bot.store.traces import Traces
from tests.store.conftest import NOW, make_lead, open_shelf
from tests.store.test_store_odd_bodies import At, erasure

if TYPE_CHECKING:
    from bot.store.database import Database
    from tests.store.conftest import Shelf

NUMBER: Final = "+919000077123"
TO: Final = Destination(kind=DestinationKind.MUTE)
MEERA: Final = UserId(77)
TEAM: Final = "people of the team, who are no buyers"
WORD: Final = "one of our own words"
NUMBERS: Final = "ids and figures only"
SET: Final = "what admins set for the account, of no buyer"
OF_LEADS: Final = "leads by their ids, and goes with a lead that it is about; facts, and charts, of nobody"

TAKEN_OUT: Final = {
    *(f"all_leads.{name}" for name in Lead._fields if name not in sealing.STAY),
    "all_leads.raw", "all_leads.product", "all_leads.city", "all_leads.identity", "all_leads.lost_reason",
    "buyer_contacts.contact", "lead_phones.reversed", "notes.text", "reminders.text",
    "changes.reason_before", "changes.reason_after",
}  # fmt: skip
"""With the lead whose row it is, by `sealing`."""
LOOKED_THROUGH: Final = {f"{table}.{column}" for table, column in odd_bodies.LOOKED_THROUGH.items()}
STAYS: Final = {
    "account_settings.in_file": SET, "account_settings.name": WORD, "account_settings.value": SET,
    "accounts.admins": NUMBERS, "accounts.last_outcome": WORD, "accounts.name": SET,
    "all_leads.kind": "counted", "all_leads.origin": WORD, "all_leads.status": WORD,
    "attendance.hours": TEAM,
    "audit.act": WORD, "audit.machine": TEAM,
    "brought_updates.body": "what somebody wrote, for the process that has the bot: a second, and two days at most",
    "callouts.step": WORD, "cards.late_reason": WORD,
    "changes.act": WORD, "changes.status_after": WORD, "changes.status_before": WORD,
    "digests.audience": WORD, "digests.kind": WORD, "digests.wall": NUMBERS,
    "faults.fault": WORD, "faults.message": "what a connection failed of, without a word that was received",
    "field_names.name": "what IndiaMART calls its fields",
    "holds.username": "a bot's", "languages.language": WORD, "last_faults.fault": WORD, "lead_routes.reason": WORD,
    "notices.kind": WORD,
    "outbox.body": OF_LEADS, "parked.body": OF_LEADS,
    "outbox.late": WORD, "outbox.what": WORD,
    "parked.late": WORD, "parked.reason": WORD, "parked.version": WORD, "parked.what": WORD,
    "people.name": TEAM, "people.username": TEAM,
    "push_log.result": WORD, "pushes.content_type": "a header", "pushes.reason": WORD,
    "pushes.digest": "a hash, of a row that goes", "unreadable.digest": "a hash, of a row that goes",
    "route_changes.act": WORD, "route_changes.after": NUMBERS, "route_changes.before": NUMBERS,
    "routes.destination": WORD, "routes.title": "a group's or topic's", "routes.user_ids": NUMBERS,
    "runs.host": "a machine's", "runs.main": SET, "runs.version": WORD,
    "seal_keys.key": "chance", "seal_marks.cause": WORD, "seal_marks.mark": "a keyed hash",
    "sealed_rows.body": "what was taken out, until it is overwritten", "seals.cause": WORD,
    "setting_changes.after": SET, "setting_changes.before": SET, "setting_changes.machine": TEAM,
    "setting_changes.name": WORD,
    "templates.kind": WORD, "templates.text": "a greeting for all buyers, with a blank for the name",
    "unreadable.origin": WORD, "unreadable.reason": WORD, "webhooks.address": SET, "webhooks.former": SET,
}  # fmt: skip
"""Where a buyer is not named, or may be, and why."""

COLUMNS: Final = """
    SELECT tables.name || '.' || columns.name
    FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name NOT LIKE 'lead_search%' AND tables.name NOT LIKE 'sqlite%'
        AND columns.type IN ('TEXT', 'BLOB') ORDER BY 1
"""


@pytest.mark.sqlite
async def test_every_free_text_is_taken_out_looked_through_or_stays_for_a_reason(shelf: Shelf) -> None:
    there = {row[0] for row in await shelf.rows(COLUMNS)}
    assert there == TAKEN_OUT & there | LOOKED_THROUGH | STAYS.keys()
    assert not (TAKEN_OUT | LOOKED_THROUGH) & STAYS.keys()
    assert all(STAYS.values())


async def route(shelf: Shelf, *queries: str, is_deleted: bool = False) -> None:
    async with shelf.database.transaction() as connection:
        for query in queries:
            order = await routes.order(connection, shelf.account_id)
            number = await routes.add(connection, shelf.account_id, query, TO)
            then = [*order, number]
            for order, act in (then, routes.ADDED), (then[:-1] if is_deleted else then, routes.DELETED):
                await routes.arrange(
                    connection, shelf.account_id, order, changed=number, act=act, user_id=MEERA, now=NOW
                )


async def queries(shelf: Shelf) -> list[Any]:
    return [row[0] for row in await shelf.rows("SELECT query FROM routes ORDER BY route_id")]


THEIRS: Final = ["90000 77123", "kind:B +91-90000-77123 value>1l", "77123", "quillonxa  RAMAN",
                 'city:"quillonxa raman"', "zyrbat@example.com missed"]  # fmt: skip
NOT_THEIRS: Final = ["solar", "raman", "value>77123", "city:surat", "kind:B 90000", "8000077123", "azyrbat@example.com"]
BUYER: Final = {"name": "Quillonxa Raman", "company": "Solar Surat", "mobile": NUMBER, "email": "zyrbat@example.com"}


@pytest.mark.parametrize("is_urgent", [False, True])
async def test_a_route_for_a_forgotten_buyer_alone_loses_its_words_and_all_others_stay(
    shelf: Shelf, *, is_urgent: bool
) -> None:
    await shelf.add(make_lead("1", **BUYER))
    await route(shelf, *THEIRS, *NOT_THEIRS)
    await erasure(shelf).seal_of_lead(LeadId(1), is_urgent=is_urgent)
    assert await queries(shelf) == [""] * len(THEIRS) + NOT_THEIRS
    async with shelf.database.reading() as connection:
        live = await routes.live(connection, shelf.account_id)
    assert len(live) == len(THEIRS) + len(NOT_THEIRS)  # those without words keep their place until they are deleted


async def test_of_a_deleted_route_nothing_stays_that_may_tell_of_the_buyer(shelf: Shelf) -> None:
    await shelf.add(make_lead("1", **BUYER))
    await route(shelf, "quillonxa", "raman", "90000", "pump", is_deleted=True)
    await erasure(shelf).seal_of_lead(LeadId(1), is_urgent=True)
    assert await queries(shelf) == ["", "", "", "pump"]


async def test_a_route_that_is_deleted_after_the_look_is_looked_at_again(shelf: Shelf) -> None:
    await shelf.add(make_lead("1", **BUYER))
    await route(shelf, "quillonxa")
    looked = await odd_bodies.look_through(shelf.database, shelf.account_id, [LeadId(1)])
    async with shelf.database.transaction() as connection:
        await routes.arrange(connection, shelf.account_id, [], changed=1, act=routes.DELETED, user_id=MEERA, now=NOW)
        found = await leads.many(connection, shelf.account_id, [LeadId(1)])
        buyer_ids = [one.buyer_id for one in found if one.buyer_id is not None]
        await sealing.seal_buyers(connection, shelf.account_id, buyer_ids, at=NOW, is_urgent=True, looked=looked)
    assert await queries(shelf) == [""]


async def test_a_route_for_a_buyer_is_told_to_who_asks_what_is_kept(shelf: Shelf) -> None:
    await shelf.add(make_lead("1", **BUYER))
    await route(shelf, "90000 77123", "city:surat")
    report = await BuyerReports(shelf.database, shelf.account_id, At(NOW)).about(NUMBER, machine="me")
    assert report is not None
    assert b"90000 77123" in report.json
    assert b"city:surat" not in report.json


async def test_the_routes_of_another_account_are_not_touched(database: Database, shelf: Shelf) -> None:
    other = await open_shelf(database, "other")
    await shelf.add(make_lead("1", **BUYER))
    await route(other, "90000 77123")
    await erasure(shelf).seal_of_lead(LeadId(1), is_urgent=True)
    assert await queries(other) == ["90000 77123"]


async def test_a_number_that_ends_in_an_orders_value_blanks_no_route_by_value(shelf: Shelf) -> None:
    (place,) = await shelf.add(make_lead("1", mobile="+919000050000"))
    async with shelf.database.reading() as connection:
        traces = Traces(await leads.many(connection, shelf.account_id, [place.lead_id]))
    assert traces.are_routed("50000")
    assert not traces.are_routed("value>50000")
    assert not traces.are_routed("kind:B value <= 50000 pump")
