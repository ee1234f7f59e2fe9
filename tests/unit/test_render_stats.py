"""/stats as people read it, page by page, and the charts as pictures and as text."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.charts import bars, renderer
from bot.charts.chart import Chart, Form, Series
from bot.charts.renderer import has_room
from bot.chat.views import Views, charts
from bot.chat.views.list_codes import StatsPage
from bot.domain.chart import ChartKind
from bot.domain.ids import UserId
from bot.domain.lead import Status
from bot.domain.report_span import ReportSpan
from bot.domain.sight import Numbers, SightRule
from bot.i18n import LANGUAGES, speaking
from bot.lookup.charts import ChartFacts
from bot.lookup.lists import Counts
from bot.lookup.money import BuyLeads, Money
from bot.lookup.stats import PersonStats, ResponseTimes, Result, Spread, StatsQuery, StatsReport
from bot.sandbox.botapi import keyboards, wording
from bot.store.stats import Trade

if TYPE_CHECKING:
    from bot.chat.views.message import RenderedMessage

ZONE = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 11, 29, 18, 0, tzinfo=ZONE)
SPAN = ReportSpan.of(timedelta(days=7), NOW, ZONE)
NOTO = Path("/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf")
HUGE = "Ω<b>{name}</b>" * 40
SPREAD = Spread(timedelta(minutes=4), timedelta(minutes=50), 9, 6)
ALONE = Spread(timedelta(hours=26), timedelta(hours=26), 1)
RAVI = PersonStats(
    user_id=UserId(5),
    name="Ravi",
    claimed=9,
    contacted=7,
    result=Result(leads=9, claimed=9, contacted=7, quoted=3, won=2, lost=1, value=160000),
    to_call=2,
    claim=SPREAD,
)
MEENA = PersonStats(user_id=UserId(6), name="Meena")
REPORT = StatsReport(
    query=StatsQuery(span=SPAN),
    counts=Counts(12, (("W", 8), ("B", 4)), ((Status.NEW, 3), (Status.WON, 2))),
    result=Result(leads=12, claimed=9, contacted=7, quoted=3, won=2, lost=3, value=160000),
    before=Result(leads=9, won=1, value=40000),
    all_before=9,
    times=ResponseTimes(indiamart=SPREAD, leadbell=SPREAD, claim=SPREAD, contact=ALONE),
    times_before=ResponseTimes(claim=ALONE),
    people=(RAVI, MEENA),
    kinds=(("W", Result(8, 6, 5, 2, 2, 1, 160000)), ("B", Result(4, 3, 2, 1))),
    lost=(("price", 2), ("other", 1)),
    to_call=(1, 0, 0, 0, 1),
    products=(Trade("Pump", 7, 4, 2, 160000), Trade("LED Clock", 5, 3, 0, 0)),
    cities=(Trade("Surat", 5, 1, 0, 0),),
    money=Money(1438, 160000),
    buyleads=BuyLeads(25, 4),
)
VIEWS = Views(ZONE, lambda: "bot", lambda: NOW)


def sent(message: RenderedMessage) -> str:
    """As Telegram would show it, which takes the buttons too."""
    keyboards.read(message.reply_markup)
    return wording.inner_text({"message_text": message.text, "parse_mode": "HTML"}).text.replace("\u00a0", " ")


def page(which: StatsPage, report: StatsReport = REPORT) -> str:
    return sent(VIEWS.stats(report, which, 2**53))


def test_the_summary_says_what_came_how_fast_it_was_and_what_waits() -> None:
    assert page(StatsPage.SUMMARY) == (
        "📊 The last 7 days: 12 leads\n"
        "▲ 3 more than in the time before (9)\n"
        "\n"
        "🟢 Enquiry 8 · 🛒 BuyLead 4\n"
        "open 3 · won 2\n"
        "🏆 2 won ₹1.6 lakh · before 1 ₹40,000\n"
        "\n"
        "⏱ IndiaMART: 4 min, a tenth over 50 min\n"
        "⏱ Leadbell: 4 min, a tenth over 50 min\n"
        "⏱ claim: 4 min, a tenth over 50 min (before 26 h)\n"
        "⏱ first call: 26 h\n"
        "Claim and first call: since the card, in working time.\n"
        "\n"
        "📞 2 leads are claimed and nobody has called yet"
    )


def test_everybody_is_listed_with_what_they_did() -> None:
    assert page(StatsPage.PEOPLE) == (
        "📊 The last 7 days: 12 leads\n"
        "\n"
        "Ravi · 9 claimed · 7 called\n"
        "⏱ 4 min · 67% under 5 min\n"
        "🏆 2 won of 9 (22%) ₹1.6 lakh\n"
        "📞 2 still to call\n"
        "\n"
        "Nothing claimed: Meena\n"
        "\n"
        "From card to claim, in working time."
    )


def test_what_became_of_the_leads_is_told_by_kind_reason_and_age() -> None:
    assert page(StatsPage.RESULTS) == (
        "📊 The last 7 days: 12 leads\n"
        "\n"
        "🟢 Enquiry 8 · 5 called\n"
        "🏆 2 won of 8 (25%) ₹1.6 lakh\n"
        "🛒 BuyLead 4 · 2 called · none won\n"
        "\n"
        "💔 Lost: price too high 2 · other reasons 1\n"
        "\n"
        "📞 Claimed, and nobody has called yet: under 1 h 1 · over a week 1\n"
        "Ravi 2"
    )


def test_money_is_told_per_lead_call_and_order_and_for_products_and_cities() -> None:
    assert page(StatsPage.TRADE) == (
        "📊 The last 7 days: 12 leads\n"
        "\n"
        "📦 Pump · 7\n"
        "🏆 2 won ₹1.6 lakh · cost ₹840\n"
        "📦 LED Clock · 5\n"
        "cost ₹600\n"
        "\n"
        "📍 Surat · 5\n"
        "cost ₹600\n"
        "\n"
        "💰 IndiaMART’s fee for this time: ₹1,438\n"
        "₹120 a lead · ₹205 a buyer called · ₹719 an order won\n"
        "Won ₹1.6 lakh, 111 times the fee\n"
        "\n"
        "🛒 BuyLeads this week: 4 of 25 used\n"
        "21 left until Saturday night"
    )


@pytest.mark.parametrize("which", StatsPage)
def test_the_longest_names_and_the_most_of_everything_fit(which: StatsPage) -> None:
    trades = (Trade(HUGE, 10**7, 10**7, 10**7, 10**13),) * 5
    team = (replace(RAVI, name=HUGE, claimed=10**7, to_call=10**7),) * 60
    sent(VIEWS.stats(replace(REPORT, people=team, products=trades, cities=trades), which, 2**53))


@pytest.mark.parametrize("which", StatsPage)
def test_stats_of_nothing_are_a_heading(which: StatsPage) -> None:
    nothing = StatsReport(
        query=StatsQuery(span=ReportSpan.today(NOW, ZONE)), counts=Counts(0, (), ()), result=Result(), before=Result(),
        all_before=0,
    )  # fmt: skip
    assert page(which, nothing) == "📊 Today: 0 leads"


def test_a_number_in_a_product_is_masked_where_numbers_are() -> None:
    masking = Views(ZONE, lambda: "bot", lambda: NOW, SightRule(Numbers.CLAIM, frozenset()))
    telling = replace(REPORT, products=(Trade("Pump, call 9000000031", 7, 4, 0, 0),))
    assert "9000000031" in page(StatsPage.TRADE, telling)
    assert "9000000031" not in sent(masking.stats(telling, StatsPage.TRADE, 1))


def facts(number: int, people: int, days: int = 7) -> ChartFacts:
    """Spread evenly over kinds, days and hours."""
    team = tuple(
        replace(RAVI, user_id=UserId(n), name=f"{('Ravi', 'मोहन', 'ગીતા', 'கண்ணன்', 'గోపాల్ 🚀')[n % 5]} {n}")
        for n in range(people)
    )
    first, by_day = date(2026, 11, 29) - timedelta(days=days - 1), {}
    for n in range(days):
        by_day[first + timedelta(days=n)] = Counter({"W": number // days, "B": 1, "P": n % 3})
    hours = tuple(tuple(number * (9 <= hour < 20) // 77 for hour in range(24)) for _day in range(7))
    report = replace(REPORT, people=(*team, MEENA), counts=Counts(number, (("W", number),), ()))
    opened = tuple(tuple(float(9 <= hour < 19 and day < 6) for hour in range(24)) for day in range(7))
    return ChartFacts(report=report, by_day=by_day, by_hour=hours, open=opened, unclaimed=(3, 2, 0, 0, number))


def test_charts_say_in_words_what_they_would_draw() -> None:
    said = wording.inner_text(
        {"message_text": charts.words(charts.chart(ChartKind.FUNNEL, facts(12, 1))), "parse_mode": "HTML"}
    )
    assert said.text == (
        "From lead to order, by kind\n"
        "The last 7 days: 12 leads\n"
        "Enquiry\n"
        "came      ████████████ 8\n"
        "claimed   █████████ 6\n"
        "contacted ███████▌ 5\n"
        "quoted    ███ 2\n"
        "won       ███ 2\n"
        "BuyLead\n"
        "came      ████████████ 4\n"
        "claimed   █████████ 3\n"
        "contacted ██████ 2\n"
        "quoted    ███ 1\n"
        "won        0"
    )


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize(("number", "people", "days"), [(0, 0, 1), (3, 1, 7), (3000, 30, 56), (10**6, 60, 900)])
def test_a_chart_in_words_fits_a_message_and_a_phone(kind: ChartKind, number: int, people: int, days: int) -> None:
    drawn = charts.chart(kind, facts(number, people, days))
    wording.inner_text({"message_text": charts.words(drawn), "parse_mode": "HTML"})
    assert max(map(len, bars.lines(drawn)[:-1]), default=0) <= 44


def test_many_days_are_drawn_by_week_and_many_weeks_by_month() -> None:
    titles = [charts.chart(ChartKind.DAYS, facts(9, 1, days)).title for days in (35, 36, 245, 246)]
    assert titles == ["Leads by day and kind", *["Leads by week and kind"] * 2, "Leads by month and kind"]


def test_a_label_in_words_keeps_its_signs_and_its_place() -> None:
    """Twelve letters, as in English: the signs of vowels stand above and below them."""
    drawn = Chart(form=Form.ROWS, title="t", labels=("ઓર્ડર મળ્યો પછી શું", "આવી"), series=(Series("s", (1.0, 1.0)),))
    assert bars.lines(drawn) == ["ઓર્ડર મળ્યો પછી  ████████████ 1", "આવી           ████████████ 1"]


async def test_all_charts_are_drawn_by_one_process_and_none_without_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese is in none of the fonts: that chart is told in words. Debian's fonts-noto-core has India's letters."""
    monkeypatch.setattr(renderer, "SECONDS", 170)  # many more than a digest has, and the machine may be busy
    people = 6 if NOTO.exists() else 1
    drawn = [charts.chart(kind, facts(60, people)) for kind in ChartKind]
    for spoken in LANGUAGES if NOTO.exists() else ():
        with speaking(spoken):
            drawn.append(charts.chart(ChartKind.HOURS, facts(60, 1)))
    unwritten = replace(drawn[0], title="图表")
    *pngs, without = await renderer.pictures([*drawn, unwritten])
    assert without is None
    sizes = [_size(png) for png in pngs]
    assert {width for width, _height in sizes} == {1080}
    assert all(300 < height < 2200 for _width, height in sizes)


def _size(png: bytes | None) -> Any:
    assert png is not None
    assert png.startswith(b"\x89PNG")
    return struct.unpack(">II", png[16:24])


def test_bars_of_text_speak_of_no_hatching_which_only_the_picture_has() -> None:
    drawn = charts.chart(ChartKind.HOURS, facts(9, 1))
    assert "hatched" in charts.caption(drawn)
    assert "outside working hours." in charts.words(drawn)
    assert "hatched" not in charts.words(drawn)


async def test_who_asks_while_many_charts_wait_to_be_drawn_is_told_in_words_at_once() -> None:
    drawn = [charts.chart(ChartKind.AGE, facts(9, 1))]
    async with renderer.turn():
        assert has_room()
        waiting = [asyncio.create_task(renderer.pictures(drawn)) for _one in range(renderer.MOST_WAITING + 1)]
        await asyncio.sleep(0)
        assert not has_room()
        assert await renderer.pictures(drawn) == [None]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_cannot_be_drawn_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Chart(form=Form.ROWS, title="t", labels=("a",), series=(Series("s", (1.0, 2.0)),))
    assert await renderer.pictures([broken]) == [None]
    monkeypatch.setattr(renderer, "is_there", lambda: False)
    assert await renderer.pictures([charts.chart(ChartKind.AGE, facts(9, 1))]) == [None]
