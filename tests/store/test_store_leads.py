from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.lead import Kind, Lead, Origin, Status
from bot.store import buyers, leads
from bot.store.positions import lead_id_of, position, position_of
from tests import databases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.ids import BuyerId
    from bot.domain.lead import StoredLead
    from bot.store.adding import NewLead

    Leads = Callable[..., Lead]

MOBILE, OTHER, LANDLINE = "+919000000031", "+919000000032", "+911200000001"


async def read(shelf: Any, added: NewLead) -> StoredLead:
    async with shelf.database.reading() as connection:
        found = await leads.get(connection, shelf.account_id, added.lead_id)
    assert found is not None
    return found


async def buyers_of(shelf: Any, *rows: Lead) -> list[BuyerId | None]:
    """The buyers of leads that come in one after the other."""
    return [(await read(shelf, (await shelf.add(row))[0])).buyer_id for row in rows]


async def newest_first(shelf: Any) -> list[StoredLead]:
    async with shelf.database.reading() as connection:
        places = await leads.older(connection, shelf.account_id, low=0, high=2**63 - 1, limit=10_000)
        return await leads.at(connection, shelf.account_id, places)


async def test_a_lead_that_is_known_is_passed_over(shelf: Any, lead: Leads) -> None:
    assert len(await shelf.add(lead("1"), lead("1", name="Again"), lead("2"))) == 2
    added = await shelf.add(lead("2"), lead("1", name="Later"), lead("3"))
    assert [one.lead.query_id for one in added] == ["3"]
    assert [one.lead.name for one in await newest_first(shelf)] == [None, None, None]


async def test_a_query_id_counts_within_its_kind_and_its_account(shelf: Any, lead: Leads) -> None:
    assert len(await shelf.add(lead("1"), lead("1", kind=Kind.BUYLEAD), lead("1", kind=Kind.CALL))) == 3
    async with shelf.database.transaction() as connection:
        await connection.execute("INSERT INTO accounts (account_id, name) VALUES (2, 'second')")
    assert len(await replace(shelf, account_id=2).add(lead("1"))) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"kind": Kind.CALL},
        {"enquired_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"mobile": OTHER},
        {"email": "b@example.com"},
        {"product": "Inverter"},
        {"message": "Another"},
        {"name": "Another"},
        {"company": "Another"},
        {"quantity": "20 piece"},
        {"order_value_min": 3000},
    ],
    ids=lambda other: str(*other),
)
async def test_without_a_query_id_what_was_said_tells_leads_apart(
    shelf: Any, lead: Leads, other: dict[str, Any]
) -> None:
    row = lead(query_id=None, mobile=MOBILE, email="a@example.com", product="LED Clock", message="Please call")
    assert len(await shelf.add(row, row, row._replace(**other))) == 2
    assert await shelf.add(row._replace(address="Ring Road", city="Surat", raw='{"RN": "2"}')) == []


async def test_a_lead_with_nothing_but_a_kind_is_kept(shelf: Any) -> None:
    (added,) = await shelf.add(Lead(kind="W"))
    stored = await read(shelf, added)
    assert stored.lead == Lead(kind="W")
    assert (stored.status, stored.owner_id, stored.owner_name, stored.claimed_at) == (Status.NEW, None, None, None)
    assert await shelf.add(Lead(kind="W")) == []


async def test_what_is_read_back_is_what_was_stored(shelf: Any, lead: Leads) -> None:
    whole = lead(
        "1", name="Asha", company="T & S", mobile=MOBILE, mobile_alt=OTHER, phone=LANDLINE, phone_alt="12345 ext 6",
        email="a@example.com", email_alt="b@example.com", address="12, Road", city="Surat", state="Gujarat",
        pincode="395003", country="IN", product="पानी की टंकी", category="Tanks", subject="Requirement",
        message="line\nline 🟢", quantity="5 piece", order_value_min=1, order_value_max=2**40, requirement="Own use",
        call_seconds=51, receiver_mobile=OTHER, raw='{"A": "b"}', enquired_at=datetime(2024, 1, 3, 12, 44, tzinfo=UTC),
    )  # fmt: skip
    (added,) = await shelf.add(whole, origin=Origin.IMPORT, batch=9)
    stored = await read(shelf, added)
    assert stored.lead == whole
    assert (stored.lead_id, stored.origin, stored.stored_at) == (added.lead_id, Origin.IMPORT, shelf.now)
    async with shelf.database.reading() as connection:
        assert await leads.number_in_batch(connection, shelf.account_id, 9) == 1
        assert await leads.number_in_batch(connection, shelf.account_id, 8) == 0
        assert await leads.number(connection, shelf.account_id) == 1


async def test_what_sqlite_cannot_hold_does_not_stop_the_batch(shelf: Any, lead: Leads) -> None:
    odd = lead("1\0", name="A\0sha \ud83d", email="a\ud800@example.com", order_value_max=10**30, raw="\udfff")
    assert len(await shelf.add(odd, lead("2"))) == 2
    assert await shelf.add(odd, lead("1", name="the same without the NUL")) == []
    assert await shelf.found("asha") == ["1"]


@pytest.mark.parametrize(
    "enquired_at",
    [None, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)],
    ids=["none", "in 9999", "in two months"],
)
async def test_without_a_believable_time_a_lead_stands_where_it_was_stored(
    shelf: Any, lead: Leads, enquired_at: datetime | None
) -> None:
    shelf.now += timedelta(microseconds=900_000)
    (odd,) = await shelf.add(lead("odd", enquired_at=enquired_at))
    later = replace(shelf, now=shelf.now + timedelta(minutes=5))
    await later.add(lead("next", enquired_at=shelf.now + timedelta(minutes=4)))
    assert [one.lead.query_id for one in await newest_first(shelf)] == ["next", "odd"]
    stored = await read(shelf, odd)
    assert stored.lead.enquired_at == enquired_at
    assert position_of(stored.lead, stored.lead_id, stored.stored_at) >> 30 == int(shelf.now.timestamp())


async def test_enquiries_before_1970_come_last_and_keep_their_date(shelf: Any, lead: Leads) -> None:
    old = datetime(1900, 1, 1, tzinfo=UTC)
    (added, *_others) = await shelf.add(
        lead("old", enquired_at=old), lead("older", enquired_at=datetime(1, 1, 1, tzinfo=UTC)), lead("x")
    )
    assert (await newest_first(shelf))[0].lead.query_id == "x"
    assert old in [one.lead.enquired_at for one in await newest_first(shelf)]
    assert added.lead.query_id == "older"


async def test_numbers_follow_the_time_of_enquiry_within_a_batch(shelf: Any, lead: Leads) -> None:
    moments = [timedelta(hours=3), timedelta(hours=9), timedelta(hours=1)]
    rows = [lead(str(number), enquired_at=shelf.now - ago) for number, ago in enumerate(moments)]
    added = await shelf.add(*rows, lead("none", enquired_at=None))
    assert [(one.lead_id, one.lead.query_id) for one in added] == [(1, "1"), (2, "0"), (3, "2"), (4, "none")]
    (late,) = await shelf.add(lead("late", enquired_at=shelf.now - timedelta(days=9)))
    assert late.lead_id == 5
    assert [one.lead.query_id for one in await newest_first(shelf)] == ["none", "2", "0", "1", "late"]


async def test_a_position_holds_the_second_and_the_number(shelf: Any, lead: Leads) -> None:
    (added,) = await shelf.add(lead("1"))
    ((place,),) = await shelf.rows("SELECT position FROM leads")
    assert added.lead.enquired_at is not None
    assert place == position(added.lead.enquired_at, added.lead_id)
    assert lead_id_of(place) == added.lead_id
    assert await shelf.rows(f"SELECT {'position' if databases.is_postgres() else 'rowid'} FROM lead_search") == [
        (place,)
    ]


async def test_positions_fit_into_the_database_for_any_moment(shelf: Any) -> None:
    moments = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert [0 <= position(moment, 2**30 - 1) < 2**63 for moment in moments] == [True, True]


@pytest.mark.parametrize("number", [0, -1, 2**30, 2**64, 10**4000, -(10**30)])
async def test_a_number_that_no_lead_can_have_is_not_found(shelf: Any, number: int) -> None:
    async with shelf.database.reading() as connection:
        assert await leads.get(connection, shelf.account_id, number) is None


async def test_another_accounts_lead_is_not_found(shelf: Any, lead: Leads) -> None:
    (added,) = await shelf.add(lead("1"))
    async with shelf.database.reading() as connection:
        assert await leads.get(connection, shelf.account_id + 1, added.lead_id) is None


async def test_every_number_of_a_lead_is_indexed_once_backwards(shelf: Any, lead: Leads) -> None:
    await shelf.add(lead("1", mobile=MOBILE, mobile_alt=MOBILE, phone=LANDLINE, phone_alt="call 12345"))
    stored = await shelf.rows("SELECT reversed FROM lead_phones ORDER BY reversed")
    assert stored == [("100000002119",), ("130000000919",), ("54321",)]


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ({"mobile": MOBILE}, {"mobile": MOBILE}, True),
        ({"mobile": MOBILE}, {"mobile": OTHER}, False),
        ({"mobile": MOBILE, "mobile_alt": OTHER}, {"mobile": OTHER}, True),
        ({"mobile": MOBILE}, {"mobile": OTHER, "mobile_alt": MOBILE}, True),
        ({"email": "a@example.com"}, {"email": "A@Example.com"}, True),
        ({"mobile": MOBILE, "email": "a@example.com"}, {"email": "a@example.com"}, False),
        ({"email": "a@example.com"}, {"mobile": MOBILE, "email": "a@example.com"}, False),
        ({"phone": LANDLINE, "email": "a@example.com"}, {"email": "a@example.com"}, False),
        ({"phone": LANDLINE}, {"phone": LANDLINE}, False),
        ({"mobile": "12 34"}, {"mobile": "12 34"}, False),
        ({}, {}, False),
    ],
    ids=[
        "mobile", "two mobiles", "alternate then mobile", "mobile then alternate", "mail", "mail after mobile",
        "mobile after mail", "mail after landline", "landline only", "unread number", "nothing",
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_one_batch", [True, False], ids=["one batch", "two batches"])
async def test_the_same_buyer_is_recognised(
    shelf: Any, lead: Leads, first: dict[str, Any], second: dict[str, Any], *, is_same: bool, is_one_batch: bool
) -> None:
    rows = [lead("1", **first), lead("2", **second)]
    if is_one_batch:
        one, two = [(await read(shelf, added)).buyer_id for added in await shelf.add(*rows)]
    else:
        one, two = await buyers_of(shelf, *rows)
    assert (one == two) is is_same


async def test_buyers_are_never_merged_later(shelf: Any, lead: Leads) -> None:
    first, second, both, again = await buyers_of(
        shelf,
        lead("1", mobile=MOBILE),
        lead("2", mobile=OTHER),
        lead("3", mobile=OTHER, mobile_alt=MOBILE),
        lead("4", mobile=MOBILE),
    )
    assert first != second
    assert both == second
    assert again == first


async def test_leads_of_a_buyer_are_counted_by_enquiry_without_catalogue_views(shelf: Any, lead: Leads) -> None:
    ages: Sequence[tuple[str, int]] = [(Kind.ENQUIRY, 9), (Kind.CATALOGUE_VIEW, 8), (Kind.CALL, 7), (Kind.BUYLEAD, 1)]
    rows = [lead(str(age), kind=kind, mobile=MOBILE, enquired_at=shelf.now - timedelta(days=age)) for kind, age in ages]
    await shelf.add(*rows[::-1])
    await shelf.add(lead("99", mobile=MOBILE, enquired_at=None), lead("other", mobile=OTHER))
    found = {one.lead.query_id: one for one in await newest_first(shelf)}
    async with shelf.database.reading() as connection:
        placed = await buyers.places(connection, shelf.account_id, [one.lead_id for one in found.values()])
    ids = {name: one.lead_id for name, one in found.items()}
    told = {name: (placed[lead_id].nth, placed[lead_id].earlier_id) for name, lead_id in ids.items()}
    assert told == {
        "9": (1, None),
        "8": (1, ids["9"]),
        "7": (2, ids["9"]),
        "1": (3, ids["7"]),
        "99": (4, ids["1"]),
        "other": (1, None),
    }


async def test_counts_are_by_kind_and_status_in_the_period(shelf: Any, lead: Leads) -> None:
    await shelf.add(
        lead("1"), lead("2"), lead("3", kind=Kind.CALL), lead("4", enquired_at=shelf.now - timedelta(days=2))
    )
    async with shelf.database.transaction() as connection:
        await connection.execute("UPDATE all_leads SET status = 'won' WHERE query_id = '2'")
    low, high = position(shelf.now - timedelta(days=1)), position(shelf.now)
    async with shelf.database.reading() as connection:
        counted = await leads.counts(connection, shelf.account_id, low=low, high=high)
    assert sorted(counted) == [("P", Status.NEW, 1), ("W", Status.NEW, 1), ("W", Status.WON, 1)]


async def test_five_thousand_leads_are_one_batch(shelf: Any, lead: Leads) -> None:
    rows = [
        lead(
            str(number),
            mobile=f"+91900{number % 3000:07}",
            name=f"Asha no{number}",
            message="I am interested in solar panels, पानी की टंकी. " * 5,
            enquired_at=shelf.now - timedelta(minutes=number),
        )
        for number in range(5_000)
    ]
    assert len(await shelf.add(*rows, batch=1)) == 5_000
    assert await shelf.add(*rows) == []
    assert await shelf.rows("SELECT count(*) FROM buyers") == [(3_000,)]
    assert await shelf.found("asha no4999 solar") == ["4999"]


@pytest.mark.parametrize("batch", [None, 7])
async def test_pages_upwards_and_downwards_are_cut_where_they_begin(shelf: Any, lead: Leads, batch: int | None) -> None:
    await shelf.add(*(lead(str(n), enquired_at=shelf.now - timedelta(hours=n)) for n in range(1, 8)), batch=batch)
    await shelf.add(lead("else"), batch=8)
    async with shelf.database.reading() as connection:
        low, high = position(shelf.now - timedelta(hours=6)), position(shelf.now - timedelta(hours=1))
        down = await leads.older(connection, shelf.account_id, low=low, high=high, limit=3, batch=batch)
        up = await leads.newer(connection, shelf.account_id, low=low, high=high, limit=3, batch=batch)
        shown = [[one.lead.query_id for one in await leads.at(connection, shelf.account_id, at)] for at in (down, up)]
    assert shown == [["2", "3", "4"], ["4", "5", "6"]]
