from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bot.clock import Clock
from bot.domain.ids import AccountId, UserId
from bot.domain.lead import Kind, Lead
from bot.domain.person import Person
from bot.domain.plain_text import plain
from bot.lookup import query
from bot.lookup.lists import ListQuery, Lookup
from bot.store import leads, people, search
from bot.store.spelling import fold, is_searchable, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Leads = Callable[..., Lead]

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
LEAD = Lead(kind=Kind.ENQUIRY, query_id="1", enquired_at=NOW)
TRIES = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACES = ("name", "company", "city", "state", "product", "message", "email", "email_alt")

letters = st.sampled_from("abcxyzABCZéÉñöŠßøıİΣςжЯ0123456789कखगपनमरलसािीुूेैोौंँः़्१२३தமி한글漢字ا")
marks = st.sampled_from("-_.,'\"@/&()*%:+#!?;~^|\\<>=[]{}₹½™®²°→✅✔\ufe0f👍🏽\u200d\u200c\u200b\u00ad\u0301\u20e3")
words = st.lists(st.one_of(letters, letters, letters, marks), min_size=1, max_size=14).map("".join)
texts = st.lists(words, min_size=1, max_size=6).map(" ".join)
typed = st.one_of(
    st.text(max_size=60),
    texts,
    st.text(st.characters(codec=None), max_size=20),
    st.lists(
        st.sampled_from(
            ["NEAR", "OR", "AND", "NOT", "*", "%", '"', "'", "-", "(", ")", "^", ":", "name:", "{", "\0", "\ud800", "",
             "city:", 'city:"', "value>", "value<9",
             "country:", "missed", "product:", "since:", "kind:", "by:", "status:", "since:9999-12-31",
             "since:9999m", "#", "+", "1", "9000000031", "solar", "पानी"]
        )
    ).map(" ".join),
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("value>50000", ["open ended", "large", "up to"]),
        ("value>2l", ["open ended", "large"]),
        ("value<5000", ["up to", "small"]),
        ("value>=10000 value<=10000", ["up to", "small"]),
        ("value>50000 pump", ["large"]),
        ("value>50000 kind:W", ["open ended", "large", "up to"]),
        ("country:AE", ["large"]),
        ("country:india", ["missed", "taken", "open ended", "up to", "small"]),
        ("country:AE value<5000", []),
        ("missed", ["missed"]),
        ("missed country:IN", ["missed"]),
        ("missed value>1", []),
        ("product:pump", ["large", "small"]),
        ('product:"solar pump"', ["large"]),
        ("product:surat", []),
        ("product:pump country:IN", ["small"]),
    ],
)
@pytest.mark.parametrize("upwards", [False, True])
async def test_value_country_product_and_missed_calls_are_filters(
    shelf: Any, lead: Leads, typed: str, expected: Sequence[str], *, upwards: bool
) -> None:
    facts: dict[str, dict[str, Any]] = {
        "small": {"order_value_min": 3_000, "order_value_max": 10_000, "product": "Sand pump"},
        "up to": {"order_value_max": 100_000, "city": "Surat"},
        "large": {"order_value_min": 300_000, "order_value_max": 300_000, "product": "Solar pump", "country": "AE"},
        "open ended": {"order_value_min": 100_000},
        "taken": {"kind": Kind.CALL, "call_seconds": 40},
        "missed": {"kind": Kind.CALL, "call_seconds": 3},
    }
    await shelf.add(*[lead(name, **({"country": "IN"} | fields)) for name, fields in facts.items()])
    places = await shelf.places(typed, upwards=upwards)
    async with shelf.database.reading() as connection:
        found = [one.lead.query_id for one in await leads.at(connection, shelf.account_id, places)]
    assert found == expected


@given(st.dictionaries(st.sampled_from(PLACES), texts, min_size=1), st.data())
@TRIES
def test_the_first_four_letters_of_any_word_find_the_lead(library: Any, fields: dict[str, Any], data: Any) -> None:
    text = data.draw(st.sampled_from(sorted(fields.values())))
    word = data.draw(st.sampled_from(plain(text).split() or ["-"]))
    start = data.draw(st.integers(min_value=0, max_value=max(len(word) - 1, 0)))
    # A word is what stands between blanks, or follows a mark that parts words.
    assume(start == 0 or fold(word[start - 1]) == " ")
    prefix = word[start : start + 4]
    assume(is_searchable(prefix))

    async def work(shelf: Any) -> None:
        await shelf.add(LEAD._replace(**fields))
        assert await shelf.places(prefix), (fields, prefix)

    library.run(work)


@given(typed)
@example('"' * 4000)
@example("*" * 4000)
@example("a" * 4000)
@example("a " * 2000)
@example("9" * 4000)
@example("9 " * 2000)
@example("पानी" * 1000)
@example("(" * 4000)
@example("9-" * 2000)
@example("since:0001-01-01 status:OPEN kind:\u2028 by:%")
@example("since:99999999999d")
@TRIES
def test_no_input_is_an_error(library: Any, text: str) -> None:
    async def work(shelf: Any) -> None:
        await shelf.add(LEAD)
        for upwards in (True, False):
            for place in await shelf.places(text, upwards=upwards, limit=3):
                assert place >= 0
        wanted = query.read(text, shelf.now)
        async with shelf.database.reading() as connection:
            await search.owners_named(connection, shelf.account_id, wanted.owner or text)

    library.run(work)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["solar", "inverter", "solar pump"])), max_size=25),
    st.integers(1, 7),
    st.sampled_from(["solar", "kind:W", "9000000031", "00031 solar", "inv", "13", "13 solar", "status:open solar"]),
)
@TRIES
def test_paging_both_ways_gives_every_match_once(
    library: Any, rows: list[tuple[int, str]], size: int, text: str
) -> None:
    async def work(shelf: Any) -> None:
        await shelf.add(
            *(
                LEAD._replace(
                    query_id=str(number),
                    enquired_at=shelf.now - timedelta(minutes=minute),
                    product=product,
                    mobile="+919000000031" if number % 2 else None,
                    phone="+911200000031" if number % 3 else None,
                )
                for number, (minute, product) in enumerate(rows)
            )
        )
        every = await shelf.places(text)
        assert every == sorted(set(every), reverse=True)
        downwards: list[int] = []
        while page := await shelf.places(text, limit=size, high=downwards[-1] if downwards else 2**63 - 1):
            assert len(page) <= size
            downwards += page
        upwards: list[int] = []
        while page := await shelf.places(text, limit=size, low=upwards[0] + 1 if upwards else 0, upwards=True):
            assert len(page) <= size
            upwards = page + upwards
        assert downwards == upwards == every

    library.run(work)


@given(st.text(), st.text())
@TRIES
def test_the_spelling_of_a_text_is_settled_after_one_pass(first: str, second: str) -> None:
    assert plain(plain(first)) == plain(first)
    assert fold(fold(first)) == fold(first) == fold(plain(first))
    assert fold(f"{first} {second}").split() == fold(first).split() + fold(second).split()


@pytest.mark.parametrize("field", PLACES)
async def test_each_of_these_texts_is_searched(shelf: Any, lead: Leads, field: str) -> None:
    await shelf.add(lead("1", **{field: "one solarium two"}), lead("2", subject="solarium", category="solarium"))
    assert await shelf.found("SOLAR") == ["1"]


async def test_all_words_have_to_match_in_any_place_and_order(shelf: Any, lead: Leads) -> None:
    await shelf.add(
        lead("1", name="Asha Testwala", city="Surat", product="Solar Module"),
        lead("2", name="Asha", city="Kochi", product="Solar Module"),
    )
    assert await shelf.found("module asha") == ["2", "1"]
    assert await shelf.found("module surat asha testw") == ["1"]
    assert await shelf.found("module surat asha kochi") == []


@pytest.mark.parametrize(
    ("text", "looked_for", "is_found"),
    [
        ("पानी की टंकी", "पानी", True),
        ("पानी की टंकी", "पान", True),
        ("पानी की टंकी", "पाना", False),
        ("पानी की टंकी", "पन", False),
        ("पानी की टंकी", "टंकी", True),
        ("पानी की टंकी", "टकी", False),
        ("क्षेत्र", "क्षे", True),
        ("क्षेत्र", "कषेत्र", False),
        ("क्\u200dष", "क्ष", True),
        ("क्ष", "क्\u200dष", True),
        ("क्\u200cष", "क्ष", True),
        ("फ़ोन", "फ\u093cोन", True),
        ("\u0929या", "न\u093cया", True),
        ("न\u200d\u093cया", "\u0929या", True),
        ("१२ किलो", "12 किलो", True),
        ("12 kilo", "१२", True),
        ("Café Zürich", "cafe zurich", True),
        ("Cafe\u0301", "café", True),
        ("Cafe", "CAFÉ", True),
        ("ŠKODA", "skoda", True),
        ("Straße", "straße", True),
        ("ЖЕЛЕЗО", "желез", True),
        ("✔️Solar", "solar", True),
        ("👍🏽solar", "solar", True),
        ("1️⃣solar", "solar", False),
        ("so\u00adlar", "solar", True),
        ("\u200esolar", "solar", True),
        ("mono\u200bsolar", "solar", True),
        ("O'Brien & Sons", "o'brien", True),
        ("O'Brien & Sons", "&", False),
        ("mono-perc", "perc", True),
        ("mono-perc", "mono/perc", True),
        ("mono-perc", "perc-mono", False),
        ("100% cotton", "100% cot", True),
        ("3.5 kW", "3.5", True),
        ("35 kW", "3.5", False),
        ("a.b@example.com", "a.b@exam", True),
        ("NEAR the station OR not", "near OR", True),
        ("solar", "NEAR(solar)", False),
        ("solar", "-solar", True),
        ("solar", "solar*", True),
        ("solar", "so*r", False),
        ("solar", 'so"lar', False),
        ("solar", '"solar"', True),
        ("solar", "solar 👍", True),
        ("solar", "sol%", True),
        ("solar", "s_lar", False),
    ],
)
async def test_what_is_found_by_what(shelf: Any, lead: Leads, text: str, looked_for: str, *, is_found: bool) -> None:
    await shelf.add(lead("1000", product=text))
    assert (await shelf.found(looked_for) == ["1000"]) is is_found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind:b", ["2"]),
        ("KIND:BuyLead", ["2"]),
        ("status:open", ["4", "3", "2"]),
        ("status:won", ["1"]),
        ("city:surat", ["2", "1"]),
        ("city:Sura", ["2", "1"]),
        ('city:"new delhi"', ["3"]),
        ("city:“new delhi”", ["3"]),
        ("city:delhi", ["3"]),
        ("city:solar", []),
        ("since:36h", ["4", "3"]),
        ("since:2w", ["4", "3", "2", "1"]),
        ("since:2026-01-05", ["4"]),
        ("since:9999-12-31", []),
        ("by:ravi", ["1"]),
        ("by:RAV", ["1"]),
        ("by:kumar", ["1"]),
        ("by:@rk_surat", ["1"]),
        ('by:"ravi kumar"', ["1"]),
        ("by:रवि", []),
        ("by:a", []),
        ("by:%", []),
        ("solar kind:b city:surat since:7d status:open", ["2"]),
        ("solar city:surat by:ravi", ["1"]),
        ("#1 by:ravi status:won kind:w city:surat", ["1"]),
    ],
)
async def test_filters_stand_anywhere_and_all_apply(shelf: Any, lead: Leads, text: str, expected: list[str]) -> None:
    await shelf.add(
        lead("1", city="Surat", product="Solar", enquired_at=shelf.now - timedelta(days=3)),
        lead("2", city="Surat", kind=Kind.BUYLEAD, product="Solar", enquired_at=shelf.now - timedelta(days=2)),
        lead("3", city="New Delhi", product="Solar", enquired_at=shelf.now - timedelta(days=1)),
        lead("4", message="Surat, Delhi"),
    )
    async with shelf.database.transaction() as connection:
        await connection.execute("UPDATE all_leads SET status = 'won', owner_id = 77 WHERE query_id = '1'")
        for number, name, username in ((77, "Ravi Kumar", "rk_surat"), (78, "Asha", None)):
            await people.saw(connection, shelf.account_id, Person(UserId(number), name, username), at_home=None)
    assert await found(shelf, text) == expected


class StandingClock(Clock):
    def now(self) -> datetime:
        return NOW


async def found(shelf: Any, text: str) -> Sequence[str]:
    """As the lookup service asks, with owners and the start of the period."""
    lookup = Lookup(shelf.database, shelf.account_id, StandingClock(), ZoneInfo("Asia/Kolkata"))
    page = await lookup.page(ListQuery(words=text))
    return [one.lead.query_id or "" for one in page.leads]


async def test_another_accounts_leads_are_never_found(shelf: Any, lead: Leads) -> None:
    await shelf.add(lead("1234567", mobile="+919000000031", product="solar"))
    other = replace(shelf, account_id=shelf.account_id + 1)
    for text in ("solar", "9000000031", "1234567", "#1", "kind:w", "status:open"):
        assert len(await shelf.places(text)) == 1
        assert await other.places(text) == []


@given(text=st.text())
def test_no_text_keeps_a_letter_that_an_account_has_in_the_index(text: str) -> None:
    letters = {tag(AccountId(1)), tag(AccountId(65_533))}
    assert not letters & set(fold(text + "".join(letters)))


@pytest.mark.parametrize("account_id", [0, -1, 65_534, 2**63])
def test_an_account_without_a_letter_of_its_own_is_refused(account_id: int) -> None:
    with pytest.raises(ValueError, match=f"account {account_id}"):
        tag(AccountId(account_id))


@pytest.mark.parametrize("number", [1, 2, 6_400, 65_533])
async def test_the_index_knows_every_accounts_letter(shelf: Any, lead: Leads, number: int) -> None:
    async with shelf.database.transaction() as connection:
        row = {"account_id": number, "name": f"account {number}"}
        await connection.execute(
            "INSERT INTO accounts (account_id, name) VALUES (:account_id, :name) ON CONFLICT DO NOTHING", row
        )
    other = replace(shelf, account_id=AccountId(number))
    await other.add(lead("1234567", name="Asha Beekay", product="mono-perc टंकी"))
    for text in ("asha", "bee", "mono-perc", "perc", "टंकी", "city:x", "a b"):
        assert await other.found(text) == ([] if text == "city:x" else ["1234567"])


async def test_lookups_may_run_at_the_same_time(shelf: Any, lead: Leads) -> None:
    await shelf.add(*(lead(str(number), product=f"solar {number}") for number in range(50)))
    answers = await asyncio.gather(*(shelf.places("solar", limit=5) for _number in range(20)))
    assert {len(answer) for answer in answers} == {5}
