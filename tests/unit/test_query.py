from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lookup import query
from bot.store.matching import MOST_WORDS
from bot.store.search import SearchTerms

IST = timezone(timedelta(hours=5, minutes=30))
NOW = datetime(2026, 1, 5, 17, 30, tzinfo=IST)


def read(text: str) -> query.ParsedQuery:
    return query.read(text, NOW)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("+91-90000 00031", "919000000031"),
        ("9000000031", "9000000031"),
        ("090000 00031", "09000000031"),
        ("0091 90000 00031", "00919000000031"),
        ("(+91) 90000.00031", "919000000031"),
        ("90000\u00a000031", "9000000031"),
        ("\u202a+919000000031\u202c", "919000000031"),
        ("९०००० ०००३१", "9000000031"),
        ("00031", "00031"),
        ("#1234", "1234"),
        ("# 1234", "1234"),
        ("1234", "1234"),
        ("2640000001", "2640000001"),
    ],
)
def test_a_number_is_read_in_any_spelling(typed: str, digits: str) -> None:
    wanted = read(typed)
    assert (wanted.terms.number, wanted.terms.words) == (digits, ())
    assert "".join(wanted.terms.number_as_words) == digits


@pytest.mark.parametrize(
    "typed", ["550Wp", "WP550", "a1b2", "é0", "पानी5", "3.5", "10-20", "(12)", "24AAAAA0000A1Z5", "x9000000031y"]
)
def test_digits_within_a_word_are_no_number(typed: str) -> None:
    assert read(typed).terms == SearchTerms(words=(typed,))


def test_everything_may_be_mixed() -> None:
    wanted = read("ravi 9000000031 city:surat since:7d kind:b status:open by:ravi")
    assert wanted == query.ParsedQuery(
        terms=SearchTerms(
            words=("ravi",), number="9000000031", number_as_words=("9000000031",), city="surat", kind="B", is_open=True
        ),
        since=NOW - timedelta(days=7),
        owner="ravi",
    )


def test_filters_may_stand_between_words_and_between_digits() -> None:
    assert read("solar kind:p 90000 city:surat 00031 pump").terms == SearchTerms(
        words=("solar", "pump"), number="9000000031", number_as_words=("90000", "00031"), kind="P", city="surat"
    )


def test_the_longest_number_is_the_number_and_the_others_are_words() -> None:
    wanted = read("5 kW x 9000000031 y 12")
    assert wanted.terms.number == "9000000031"
    assert wanted.terms.words == ("5", "kW", "x", "y", "12")


@pytest.mark.parametrize(
    ("typed", "city"),
    [
        ("city:surat", "surat"),
        ("CITY:Surat", "Surat"),
        ('city:"new delhi"', "new delhi"),
        ("city:“new delhi”", "new delhi"),
        ('city:"new', '"new'),
        ("city:सूरत", "सूरत"),
    ],
)
def test_a_city_may_be_quoted(typed: str, city: str) -> None:
    assert read(typed).terms == SearchTerms(city=city)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("kind:w", "W"),
        ("kind:BuyLead", "B"),
        ("kind:call", "P"),
        ("kind:wa", "WA"),
        ("kind:view", "BIZ"),
        ("kind:q", "Q"),
    ],
)
def test_a_kind_is_its_code_or_its_word(typed: str, kind: str) -> None:
    assert read(typed).terms == SearchTerms(kind=kind)


@pytest.mark.parametrize(
    ("typed", "since"),
    [
        ("since:7d", NOW - timedelta(days=7)),
        ("since:12H", NOW - timedelta(hours=12)),
        ("since:2w", NOW - timedelta(weeks=2)),
        ("since:3m", NOW - timedelta(minutes=3)),
        ("since:1mo", NOW - timedelta(days=30)),
        ('since:"90 minutes"', NOW - timedelta(minutes=90)),
        ("since:31-12-2025", datetime(2025, 12, 31, tzinfo=IST)),
        ("since:2025-12-31", datetime(2025, 12, 31, tzinfo=IST)),
        ("since:2025-12-31T10:00+00:00", datetime(2025, 12, 31, 10, tzinfo=UTC)),
    ],
)
def test_since_is_a_span_or_a_date_in_the_askers_zone(typed: str, since: datetime) -> None:
    assert read(typed).since == since


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("status:open", SearchTerms(is_open=True)),
        ("status:NEW", SearchTerms(status="new")),
        ("status:won", SearchTerms(status="won")),
    ],
)
def test_a_status_is_one_of_ours_or_open(typed: str, expected: SearchTerms) -> None:
    assert read(typed).terms == expected


@pytest.mark.parametrize(
    "typed",
    [
        "since:someday",
        "since:",
        "since:7x",
        "since:2025-13-01",
        "status:odd",
        "kind:",
        "product:",
        "country:zz",
        "value>",
        "value:5",
        "value>1,5l",
        'city:""',
        "city:---",
        "by:",
    ],
)
def test_a_filter_that_is_not_understood_is_a_puzzle(typed: str) -> None:
    wanted = read(f"solar {typed}")
    assert [puzzle.typed for puzzle in wanted.bad_filters] == [typed]
    assert wanted.terms == SearchTerms(words=("solar",))


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("status:wonn", "status:won"),
        ("status:Contcted", "status:contacted"),
        ("status:foo", ""),
        ("since:abc", ""),
        ("staus:won", "status:won"),
        ("cty:surat", "city:surat"),
        ("kinds:B", "kind:B"),
        ("countri:AE", "country:AE"),
        ("country:germny", "country:germany"),
        ("prodct:pump", "product:pump"),
        ("valu>500", "value>500"),
        ("price<=2l", "value<=2l"),
        ("value>lots", ""),
        ("value:500", ""),
        ("value=500", "value>=500"),
        ("kind=W", "kind:W"),
        ("CITY=surat", "city:surat"),
    ],
)
def test_a_near_miss_is_told_with_what_was_probably_meant(typed: str, near: str) -> None:
    (puzzle,) = read(f"solar {typed} pump").bad_filters
    assert (puzzle.typed, puzzle.near) == (typed, near)


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("value>50000", (50_001, None)),
        ("value>=50,000", (50_000, None)),
        ("VALUE > 1 lakh", (100_001, None)),
        ("value>1l", (100_001, None)),
        ("value≥2cr", (20_000_000, None)),
        ("value<₹1.5 crore", (None, 14_999_999)),
        ('value<="10 k"', (None, 10_000)),
        ("value:>50k", (50_001, None)),
        ("value>1l value<5l", (100_001, 499_999)),
    ],
)
def test_a_value_is_an_amount_as_people_write_it(typed: str, span: tuple[int | None, int | None]) -> None:
    least, most = span
    assert read(f"{typed} pump") == query.ParsedQuery(terms=SearchTerms(words=("pump",), least=least, most=most))


@pytest.mark.parametrize(
    ("typed", "code"),
    [("ae", "AE"), ("dubai", "AE"), ('"United Arab Emirates"', "AE"), ("IN", "IN"), ("uk", "GB"), ("na", "NA")],
)
def test_a_country_is_its_code_or_its_name(typed: str, code: str) -> None:
    assert read(f"country:{typed}").terms == SearchTerms(country=code)


def test_a_missed_call_is_a_word_and_a_product_is_named() -> None:
    assert read("missed surat").terms == SearchTerms(words=("surat",), is_missed=True)
    assert read("missed call").terms == SearchTerms(is_missed=True)
    assert read("dismissed").terms == SearchTerms(words=("dismissed",))
    assert read('product:"solar pump" city:surat').terms == SearchTerms(product="solar pump", city="surat")


@pytest.mark.parametrize(
    ("typed", "near"), [("rvai", "by:Ravi"), ("ravi kumra", 'by:"Ravi Kumar"'), ("asa", "by:Asha"), ("nobody", "")]
)
def test_a_person_is_told_by_a_name_that_would_be_understood(typed: str, near: str) -> None:
    puzzle = query.unknown_person(typed, ["Ravi Kumar", "Asha", ""])
    assert puzzle.near == near
    if near:
        assert read(near).owner == near.removeprefix("by:").strip('"')


@pytest.mark.parametrize(
    "typed", ["12:30", "https://example.com", "note: x", "ratio 3:1", "hsn:8413", ":", "a<b", "5>3", "size=5", "a=b"]
)
def test_what_only_has_a_colon_is_no_puzzle(typed: str) -> None:
    assert read(typed).bad_filters == ()


@pytest.mark.parametrize("typed", ["", " ", "\n\t", "***", '"', "👍", "-", "%", "\0", "\ud800", "\u200d", "\u0301"])
def test_what_holds_no_letter_and_no_digit_is_empty(typed: str) -> None:
    assert read(typed).is_empty


def test_an_at_sign_before_a_name_is_left_out() -> None:
    assert read("by:@ravi_t").owner == "ravi_t"
    assert read('by:"Ravi K"').owner == "Ravi K"


def test_words_are_limited() -> None:
    assert len(read("word " * 800).terms.words) == MOST_WORDS


def test_a_word_that_only_looks_like_a_filter_is_a_word() -> None:
    assert read("kindly city xcity:surat").terms == SearchTerms(words=("kindly", "city", "xcity:surat"))


def test_owners_are_a_json_array() -> None:
    assert json.loads(query.owned_by(SearchTerms(), [77, 78]).owners or "") == [77, 78]


@given(st.text() | st.text(st.characters(codec=None)) | st.text("0123456789 +-#().x\"':citysnce"))
@settings(max_examples=500, deadline=None)
def test_nothing_typed_is_an_error(typed: str) -> None:
    wanted = read(typed)
    assert wanted.terms.number is None or wanted.terms.number.isascii()
    assert len(wanted.terms.words) <= MOST_WORDS
