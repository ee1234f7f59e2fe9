"""Every message with the longest facts, in each language: always one that Telegram takes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts import bars
from bot.chat.command_table import COMMANDS
from bot.chat.views import Views, answers, charts, prompts
from bot.chat.views import settings as setting_views
from bot.chat.views.lead_codes import Menu, PromptKind
from bot.chat.views.list_codes import StatsPage
from bot.chat.views.message import RenderedMessage
from bot.chat.views.times import Now
from bot.clock import to_epoch
from bot.delivery.messenger import Callout, DueReminder, Listing, ListingReason
from bot.domain.card import Lateness
from bot.domain.chart import ChartKind
from bot.domain.digest_times import DigestKind
from bot.domain.ids import AccountId, LeadId, LeadNumber, UserId
from bot.domain.lead import Kind, Status
from bot.domain.notice import Fault, Notice, NoticeCode
from bot.domain.person import Person
from bot.i18n import LANGUAGES, speaking
from bot.lookup.digest import Number
from bot.lookup.lists import LeadPage, ListQuery
from bot.lookup.query import BadFilter, Filter
from bot.lookup.worklists import WorkItem, WorkPage
from bot.sandbox.botapi import keyboards, wording
from bot.sandbox.botapi.entities import units
from bot.store.reminders import Reminder
from bot.store.stats import Trade
from bot.team.notes import HistoryEntry
from bot.team.own_settings import LatestChange, ShownSetting
from tests import catalogues
from tests.unit import test_render_digest as digests
from tests.unit import test_render_notices as notices
from tests.unit import test_render_stats as stats
from tests.unit.test_render_text import NOW, card_of, lead_of, stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.charts.chart import Chart

ZONE: Final = digests.ZONE
WORDS: Final = Views(ZONE, lambda: "lead_test_bot", lambda: NOW)
LONGEST: Final = st.sampled_from(["<b>&\"'\\😀पानी" * 60, "தமிழ்நாடு " * 60, "x" * 4096, "@a /b #1 " * 80])
MANY: Final = 10**7


def of_leads(words: str, kind: str) -> Iterator[RenderedMessage]:
    one = stored(lead_of(words, kind), words)._replace(number=LeadNumber(10**9))
    people = [Person(UserId(n), words) for n in range(9)]
    for status in (Status.NEW, Status.CLAIMED, Status.LOST):
        card = card_of(lead_of(words, kind), words)
        card = replace(card, stored=one._replace(status=status), known_to=words, nth=10**6)
        late = replace(card, late_by=digests.NOW - digests.NOW.replace(hour=0), late_reason=Lateness.BUSY)
        yield from (WORDS.card(late, menu, people) for menu in (Menu.NONE, Menu.MORE, Menu.GIVE))
    reminders = [
        Reminder(reminder_id=n, lead_id=LeadId(12), user_id=UserId(5), person_name=words, text=words, due_at=NOW)
        for n in range(10)
    ]
    work = WorkPage(entries=tuple(WorkItem(one, (each,)) for each in reminders), total=MANY)
    entry = HistoryEntry(at=NOW, who=words[:128], what=None, owner_before=words, owner_after=words, text=words[:500])
    for total in (1, MANY):
        yield WORDS.callout(
            Callout(callout_id=1, is_for_admins=True, leads=(one,) * 10, total=total, unclaimed=total, page=1, pages=3)
        )
    yield WORDS.reminder(DueReminder(stored=one, user_id=UserId(5), person_name=words, text=words, meant_for=NOW))
    yield WORDS.unclaimed(work)
    yield WORDS.mine(work, 5, words, 0, is_own=False)
    bad = [BadFilter(typed=words, name=name, good=(words,) * 9, near=words) for name in (*Filter, None)]
    yield WORDS.nothing(ListQuery(words=words), bad)
    yield WORDS.history(one, [entry] * 3, [one] * 5, 0)
    yield from (
        prompts.prompt(kind, one, people[0], "lead_test_bot", before)
        for kind in PromptKind
        for before in ("", words[:300])
    )
    yield WORDS.template_preview(None, "{name} {product}", one.lead, words)
    yield WORDS.page(LeadPage(query=ListQuery(words=words), leads=(one,) * 10), 7, bad)
    yield from (WORDS.listing(Listing(reason, (one,) * 20, (Person(UserId(5), words),))) for reason in ListingReason)


def of_the_team(words: str) -> Iterator[RenderedMessage]:
    for kind in DigestKind:
        yield WORDS.digest(digests.report(kind, MANY, to_call=[(words, Number(MANY, 300))] * 9))
    team, trades = (replace(stats.RAVI, name=words, claimed=MANY),) * 60, (Trade(words, *[MANY] * 4),) * 5
    report = replace(stats.REPORT, people=team, products=trades, cities=trades)
    yield from (WORDS.stats(report, page, 2**53) for page in StatsPage)
    facts: dict[str, str | int] = {
        "message": words,
        "since": 1,
        "until": to_epoch(NOW),
        "wait": MANY,
        "skew": MANY,
        "count": MANY,
        "view": 1,
    }
    for code in NoticeCode:
        for fault in Fault if code in {NoticeCode.FAULT_STARTED, NoticeCode.FAULT_ENDED} else (Fault.API_DOWN,):
            yield WORDS.notice(Notice(code, facts | {"fault": fault.value}), is_private=True)
    troubles = tuple((fault, NOW, words) for fault in Fault)
    yield WORDS.status(replace(notices.STATUS, faults=troubles, leads=MANY, waiting=MANY), is_technical=True)
    yield from _of_settings(words)
    yield from (RenderedMessage(said(one)) for one in _charts(words) for said in (charts.words, charts.caption))
    yield from (answers.help_(COMMANDS, "lead_test_bot", is_known=known) for known in (True, False))


def _of_settings(words: str) -> Iterator[RenderedMessage]:
    account_id, now = AccountId(10**9), Now(NOW, ZONE)
    shown = {
        row.name: ShownSetting(text=words, source="leadbell.toml", is_own=True) for row in setting_views.ROWS.values()
    }
    latest = LatestChange(change_id=10**9, at=NOW, by=words)
    yield setting_views.overview(shown, account_id)
    for number in setting_views.ROWS:
        yield setting_views.one(number, shown, latest, account_id, now)
        yield setting_views.saved(number, 10**9, account_id, words[:300])
        yield setting_views.sure(number, words[:300], words[:300], account_id)
        yield setting_views.question(number, account_id, "lead_test_bot", words[:300])


def _charts(words: str) -> Iterator[Chart]:
    for number, people, days in ((3, 1, 7), (10**6, 30, 400)):
        facts = stats.facts(number, people, days)
        team = tuple(replace(one, name=words) for one in facts.report.people)
        longest = replace(facts, report=replace(facts.report, people=team, person_name=words))
        yield from (charts.chart(kind, longest) for kind in ChartKind)


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_no_english_is_left_in_any_message(language: str) -> None:
    """Cards, lists, callouts, reminders, digests, faults and every other notice, charts, prompts, settings, help."""
    with speaking(language):
        said = [text for one in (*of_leads("7", "W"), *of_the_team("7")) for text in (one.text, str(one.reply_markup))]
    left = {piece for piece in catalogues.english(language) for text in said if piece in text.replace("\u00a0", " ")}
    assert left == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_in_words_fits_a_phone(language: str) -> None:
    """A sign above or below a letter takes no room of its own."""
    with speaking(language):
        for drawn in _charts("Mahalakshmi <b>"):
            wide = max(
                (sum(not unicodedata.combining(sign) for sign in line) for line in bars.lines(drawn)[:-1]), default=0
            )
            assert wide <= 44, drawn.title


@pytest.mark.parametrize("language", LANGUAGES)
@given(LONGEST, st.sampled_from([*Kind.KNOWN, "x" * 300]))
@settings(max_examples=2)
def test_whatever_it_holds_a_message_is_one_that_telegram_takes(language: str, words: str, kind: str) -> None:
    with speaking(language):
        for message in (*of_leads(words, kind), *of_the_team(words)):
            for shape in (message, message.plain):
                mode = {"parse_mode": "HTML"} if shape is message else {}
                text = wording.inner_text({"message_text": shape.text, **mode}).text
                assert 0 < units(text) <= 4096
            if message.reply_markup is not None:
                keyboards.read(message.reply_markup)
