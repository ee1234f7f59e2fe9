"""Lists and pages: ten leads fit, whatever they hold, and each has its button."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.chat.views import Views, text
from bot.chat.views.callback_data import decode
from bot.chat.views.lead_codes import ShowLead
from bot.chat.views.list_codes import TurnPage
from bot.clock import IST
from bot.delivery.messenger import Listing, ListingReason
from bot.domain.ids import AccountId, LeadId, LeadNumber, UserId
from bot.domain.lead import Kind, Lead, Origin, Status, StoredLead
from bot.domain.person import Person
from bot.domain.sight import Numbers, SightRule
from bot.lookup.lists import Counts, LeadPage, ListQuery, Period
from bot.lookup.query import BadFilter, Filter
from bot.sandbox.botapi import keyboards, wording
from bot.store.figures import Figure

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=IST)
WORDS = Views(ZoneInfo("Asia/Kolkata"), lambda: "lead_test_bot", lambda: NOW)
ENQUIRED = datetime(2024, 1, 5, 18, 14, tzinfo=IST)
LEAD = Lead(
    kind=Kind.BUYLEAD,
    name="Asha Testwala",
    city="Ernakulam",
    product="Solar <pump>",
    enquired_at=ENQUIRED,
    country="IN",
)
HUGE = '<b>&"A\\😀' * 1000


def stored(number: int, lead: Lead = LEAD, **facts: Any) -> StoredLead:
    return StoredLead(
        lead_id=LeadId(number),
        account_id=AccountId(1),
        number=LeadNumber(number),
        lead=lead,
        origin=Origin.PULL,
        stored_at=ENQUIRED,
        **facts,
    )


def text_of(message: Any) -> str:
    return wording.inner_text({"message_text": message.text, "parse_mode": "HTML"}).text.replace("\u00a0", " ")


def rows_of(message: Any) -> list[list[tuple[str, object]]]:
    keyboards.read(message.reply_markup)
    return [[(b["text"], decode(b["callback_data"])) for b in row] for row in message.reply_markup["inline_keyboard"]]


def test_a_day_reads_like_this() -> None:
    won = stored(2, status=Status.WON, owner_name="Ravi")
    counts = Counts(12, (("B", 11), ("W", 1)), ((Status.NEW, 11), (Status.WON, 1)))
    page = LeadPage(
        query=ListQuery(period=Period.TODAY, day="2024-01-05"), leads=(stored(3), won), older=77, counts=counts
    )
    message = WORDS.page(page, 5)
    assert text_of(message).split("\n") == [
        "Today, 5 Jan: 12 leads",
        "🛒 BuyLead 11 · 🟢 Enquiry 1",
        "open 11 · won 1",
        "",
        "🛒 /lead_3 · Solar <pump>",
        "Asha Testwala, Ernakulam · 5 Jan 2024",
        "",
        "🛒 /lead_2 · Solar <pump>",
        "Asha Testwala, Ernakulam · 5 Jan 2024 · won by Ravi",
    ]
    assert rows_of(message) == [
        [("#3", ShowLead(3)), ("#2", ShowLead(2))],
        [("Older ›", TurnPage(5, older=True, key=77))],
    ]


@pytest.mark.parametrize(
    ("period", "heading"),
    [
        (Period.TODAY, "Today, 1 Jan: 1 lead"),
        (Period.YESTERDAY, "Yesterday, 31 Dec: 1 lead"),
        (Period.WEEK, "The last 7 days, 26 Dec to 1 Jan: 1 lead"),
    ],
)
def test_a_period_names_its_days(period: Period, heading: str) -> None:
    counts = Counts(1, (("B", 1),), ((Status.NEW, 1),))
    page = LeadPage(query=ListQuery(period=period, day="2024-01-01"), leads=(stored(1),), counts=counts)
    assert text_of(WORDS.page(page, None)).split("\n")[0] == heading


def test_what_somebody_typed_as_the_reason_is_masked_above_its_leads_where_numbers_come_with_a_claim() -> None:
    page = LeadPage(query=ListQuery(figure=Figure.LOST, label="9000000031 is off"), leads=(stored(1),), hits=1)
    guarded = Views(ZoneInfo("Asia/Kolkata"), lambda: "lead_test_bot", lambda: NOW, SightRule(Numbers.CLAIM))
    assert "9000000031 is off" in text_of(WORDS.page(page, 6))
    assert "9000000031" not in text_of(guarded.page(page, 6))


def test_a_search_shows_whole_dates_and_what_was_not_understood() -> None:
    page = LeadPage(query=ListQuery(words="pump since:soon"), leads=(stored(1),), newer=9)
    message = WORDS.page(page, 6, (BadFilter(typed="since:soon", name=Filter.SINCE),))
    lines = text_of(message).split("\n")
    assert lines[0] == "🔎 pump since:soon"
    assert lines[3] == "Asha Testwala, Ernakulam · 5 Jan 2024"
    assert lines[5].startswith("I do not understand “since:soon”: write 2026-01-31, or how long ago: 12h, 7d")
    assert rows_of(message)[1] == [("‹ Newer", TurnPage(6, older=False, key=9))]


@pytest.mark.parametrize(
    ("hits", "said"), [(1, "1 lead"), (12, "12 leads"), (100, "100 leads"), (101, "more than 100 leads")]
)
def test_a_search_says_on_top_how_many_there_are(hits: int, said: str) -> None:
    page = LeadPage(query=ListQuery(words="pump"), leads=(stored(1),), hits=hits)
    assert text_of(WORDS.page(page, 6)).split("\n")[0] == f"🔎 pump: {said}"


def test_number_buttons_stand_five_in_a_row() -> None:
    message = WORDS.listing(Listing(ListingReason.BURST, tuple(stored(n) for n in range(10, 0, -1))))
    assert [len(row) for row in rows_of(message)] == [5, 5]
    assert text_of(message).startswith("⚡ 10 more leads came at the same time\n")


@pytest.mark.no_cover
@pytest.mark.parametrize("heading", ListingReason)
def test_ten_huge_leads_fit_one_message(heading: ListingReason) -> None:
    huge = LEAD._replace(kind=HUGE, product=HUGE, name=HUGE, city=HUGE, country="ZA")
    leads = tuple(stored(2**63 - n, huge, status=Status.WON, owner_name=HUGE) for n in range(1, 11))
    counts = Counts(10, tuple((f"{n}{HUGE}", 1) for n in range(40)), ((Status.WON, 10),))
    people = tuple(Person(UserId(5_000_000_000 + n), f"{n} " + "Ravi " * 20) for n in range(20))
    assert text_of(WORDS.listing(Listing(heading, leads, people)))
    assert len(WORDS.listing(Listing(heading, leads, people)).plain.text.encode("utf-16-le")) <= 8192
    page = LeadPage(query=ListQuery(words=HUGE), leads=leads, newer=2**62, older=1, counts=counts)
    message = WORDS.page(page, 2**63 - 1, (BadFilter(typed=HUGE, name=Filter.BY, good=(HUGE,) * 50, near=HUGE),) * 50)
    assert text_of(message)
    assert len(rows_of(message)) == 3


def test_an_empty_answer_says_how_to_widen_it() -> None:
    said = text_of(
        WORDS.nothing(ListQuery(words="<pmup> kind:"), (BadFilter(typed="kind:", name=Filter.KIND, good=Kind.KNOWN),))
    )
    assert said.startswith(
        "Nothing matches “<pmup> kind:”.\nI do not understand “kind:”: kinds are W, B, P, WA, BIZ.\n"
    )
    assert "last 5 digits" in said
    assert text_of(WORDS.nothing(ListQuery(words="*" * 4096), (BadFilter(typed=HUGE, name=None, near=HUGE),)))
    assert text_of(WORDS.nothing(ListQuery())).startswith("Nothing to look for.")


def test_an_empty_day_is_named() -> None:
    said = text_of(WORDS.nothing(ListQuery(period=Period.TODAY, day="2024-01-05")))
    assert said.startswith("Today, 5 Jan: no leads.")


def test_a_page_that_became_empty_is_still_a_message() -> None:
    message = WORDS.page(LeadPage(query=ListQuery(batch=4), leads=()), 3)
    assert text_of(message) == "🗂 Older leads\n\nNo leads here."
    assert message.reply_markup is None


def test_a_lead_without_a_time_or_a_name_is_one_line() -> None:
    message = WORDS.listing(Listing(ListingReason.OLD, (stored(1, Lead(kind="W")),)))
    assert text_of(message).split("\n")[:3] == ["🗂 1 older lead", "", "🟢 /lead_1 · Enquiry"]


def test_a_pointer_names_the_lead_it_replies_to() -> None:
    assert text_of(WORDS.pointer(stored(1234))) == "🛒 Here is #1234."


@pytest.mark.parametrize("text", [HUGE, "😀" * 500, "x" * 500, "<&>" * 500])
def test_twenty_leads_of_a_burst_fit_whatever_they_hold(text: str) -> None:
    lead = LEAD._replace(name=text, company=text, city=text, product=text, country="AE")
    leads = tuple(stored(100_000 + n, lead, status=Status.WON, owner_name=text) for n in range(20))
    message = WORDS.listing(Listing(ListingReason.BURST, leads))
    assert len(text_of(message).encode("utf-16-le")) // 2 <= 4096
    assert sum(len(row) for row in rows_of(message)) == 20


def test_a_short_listings_numbers_stand_in_even_rows() -> None:
    leads = tuple(stored(number) for number in range(1, 7))
    assert [len(row) for row in rows_of(WORDS.listing(Listing(ListingReason.BURST, leads)))] == [3, 3]


def test_what_is_shortened_ends_with_a_whole_word_where_that_costs_little() -> None:
    assert text.shorten("550 W Mono PERC Half Cut Bifacial Module with 25 years", 44) == (
        "550 W Mono PERC Half Cut Bifacial Module…"
    )
    assert text.shorten("Venkatasubramanian Lakshminarayanan", 30) == "Venkatasubramanian Lakshminar…"
