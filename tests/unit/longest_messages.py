"""Every message that there is, with the longest facts: what renders them is all named here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.chat import test_card
from bot.chat.command_table import COMMANDS
from bot.chat.views import Views, answers, charts, choices, forgetting, message, prompts, routes, status, templates
from bot.chat.views import settings as setting_views
from bot.chat.views.choices import Choice
from bot.chat.views.lead_codes import Menu, PromptKind
from bot.chat.views.list_codes import StatsPage
from bot.chat.views.message import RenderedMessage
from bot.chat.views.times import Now
from bot.clock import to_epoch
from bot.delivery.messenger import Callout, DueReminder, Listing, ListingReason
from bot.domain.card import Lateness
from bot.domain.chart import ChartKind
from bot.domain.digest_times import DigestKind
from bot.domain.ids import AccountId, BuyerId, ChatId, LeadId, LeadNumber, UserId
from bot.domain.lead import Kind, SealCause, Status
from bot.domain.notice import Fault, Notice, NoticeCode
from bot.domain.person import Person
from bot.domain.routes import MOST_PEOPLE, MOST_ROUTES, Destination, DestinationKind, Route, RoutedLead, RouteReason
from bot.domain.typed_times import TimeProblem
from bot.i18n import ENGLISH
from bot.indiamart.answer import Outcome
from bot.intake.fetch_report import PollSummary
from bot.lookup.digest import Number
from bot.lookup.lists import LeadPage, ListQuery
from bot.lookup.query import BadFilter, Filter
from bot.lookup.worklists import WorkItem, WorkPage
from bot.store.audit import Seen, Sighting
from bot.store.reminders import Reminder
from bot.store.sealing import SealExtent
from bot.store.stats import Trade
from bot.team.attendance import UnknownName
from bot.team.claim_rules import ChangeResult
from bot.team.do_not_call import CancelledReminder, Silenced
from bot.team.erasure import FoundBuyer
from bot.team.greetings import LONGEST as LONGEST_GREETING
from bot.team.greetings import GreetingFlaws
from bot.team.notes import HistoryEntry
from bot.team.own_settings import LatestChange, ShownSetting
from bot.team.routes import Explanation, RouteEntry, RouteRefusal, RouteResult
from tests.unit import test_render_digest as digests
from tests.unit import test_render_notices as notices
from tests.unit import test_render_stats as stats
from tests.unit.test_render_text import NOW, card_of, lead_of, stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.charts.chart import Chart

ZONE: Final = digests.ZONE
WORDS: Final = Views(ZONE, lambda: "lead_test_bot", lambda: NOW)
MANY: Final = 10**7
ACCOUNT: Final = AccountId(1)


def of_leads(words: str, kind: str) -> Iterator[RenderedMessage]:
    one = stored(lead_of(words, kind), words)._replace(number=LeadNumber(10**9))
    people = [Person(UserId(n), words) for n in range(9)]
    for standing in (Status.NEW, Status.CLAIMED, Status.LOST):
        card = card_of(lead_of(words, kind), words)
        card = replace(card, stored=one._replace(status=standing), known_to=words, nth=10**6)
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
    yield WORDS.unclaimed(work, ACCOUNT)
    yield WORDS.mine(work, ACCOUNT, 5, words, 0, is_own=False)
    bad = [BadFilter(typed=words, name=name, good=(words,) * 9, near=words) for name in (*Filter, None)]
    yield WORDS.nothing(ListQuery(words=words), bad)
    yield WORDS.history(one, [entry] * 3, [one] * 5, 0)
    yield from (
        prompts.prompt(kind, one, people[0], "lead_test_bot", before)
        for kind in PromptKind
        for before in ("", words[:300])
    )
    yield WORDS.template_preview(ACCOUNT, None, "{name} {product}", one.lead, words)
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
    past = replace(notices.STATUS, faults=(), last_lead=(LeadNumber(MANY), NOW), last_fault=(Fault.REFUSED, NOW, NOW))
    yield from (WORDS.status(past, is_technical=one) for one in (True, False))
    yield from _of_settings(words)
    yield from (RenderedMessage(said(one)) for one in all_charts(words) for said in (charts.words, charts.caption))
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


def all_charts(words: str) -> Iterator[Chart]:
    for number, people, days in ((3, 1, 7), (10**6, 30, 400)):
        facts = stats.facts(number, people, days)
        team = tuple(replace(one, name=words) for one in facts.report.people)
        longest = replace(facts, report=replace(facts.report, people=team, person_name=words))
        yield from (charts.chart(kind, longest) for kind in ChartKind)


def everything(words: str, kind: str) -> Iterator[RenderedMessage]:
    yield from of_leads(words, kind)
    yield from of_the_team(words)
    yield from of_routes(words, kind)
    yield from of_greetings(words)
    yield from of_people(words, kind)
    yield from of_answers(words)


def of_routes(words: str, kind: str) -> Iterator[RenderedMessage]:
    """As many as there may be, each to as many people."""
    one = stored(lead_of(words, kind), words)
    people = Destination(kind=DestinationKind.PEOPLE, user_ids=(UserId(1),) * MOST_PEOPLE)
    to = [
        people,
        Destination(kind=DestinationKind.PLACE, title=words),
        Destination(kind=DestinationKind.MUTE),
        *(Destination(kind=DestinationKind.PLACE, chat_id=ChatId(-(10**13)), thread_id=n) for n in (None, 1, MANY)),
    ]
    all_ = [
        RouteEntry(
            route=Route(route_id=10**9, query=words, destination=one),
            names=(words[:128],) * len(one.user_ids),
            taken=MANY,
        )
        for one in to
    ]
    first = all_[0]
    bad = tuple(BadFilter(typed=words, name=name, good=(words,) * 9, near=words) for name in Filter)
    yield routes.how()
    yield message.said(routes.no_destination())
    yield message.said(routes.unknown_name(UnknownName(words, (words[:128],) * 9)))
    for why in RouteRefusal:
        yield routes.refused(RouteResult(why=why, bad_filters=bad, beyond=tuple(Filter)))
    yield routes.added([first] * MOST_ROUTES, RouteResult(change_id=10**9), ACCOUNT)
    for known in ([], [first] * MOST_ROUTES, [*all_] * (MOST_ROUTES // len(all_))):
        yield routes.listed(known, LeadNumber(10**9), ACCOUNT, is_admin=True, change_id=10**9)
    yield routes.one(first, 2, MOST_ROUTES, ACCOUNT)
    passed = tuple((first.route, name) for name in ("words", *Filter)) * 5
    for reason in RouteReason:
        decided = RoutedLead(lead_id=LeadId(1), route_id=1, reason=reason)
        yield routes.explained(
            Explanation(stored=one, would=first, passed=passed, did=first, routed=decided, given_to=words[:128]),
            ACCOUNT,
        )
    yield routes.explained(Explanation(stored=one, would=None, passed=passed), ACCOUNT)


def of_greetings(words: str) -> Iterator[RenderedMessage]:
    """Whatever is too long, or has unknown blanks, is not saved, but answered."""
    lead = lead_of(words, Kind.ENQUIRY)
    typed = (words + "{name} {product} {owner}")[-LONGEST_GREETING:]
    yield templates.overview(dict.fromkeys((*Kind.KNOWN, None), typed))
    yield templates.overview({})
    yield templates.kinds()
    unknown = tuple(f"{{{words[:500]}{n}}}" for n in range(9))
    yield templates.flaws(GreetingFlaws(is_empty=True, too_long_by=MANY, unknown=unknown))
    for one in (Kind.CATALOGUE_VIEW, None):
        yield WORDS.template_preview(ACCOUNT, one, typed, lead, words)
        yield templates.saved(one, typed)
        yield from (templates.removed(one, is_done=is_done) for is_done in (True, False))


def of_people(words: str, kind: str) -> Iterator[RenderedMessage]:
    """Who is there, who is forgotten or left alone, and who was shown what."""
    one, person = stored(lead_of(words, kind), words), Person(UserId(5), words[:128])
    for until in (NOW, None):
        yield WORDS.away(words[:128], until)
    yield WORDS.back(words[:128])
    yield from (WORDS.hours(words[:128], typed) for typed in (words[:200], None))
    yield WORDS.pointer(one)
    yield WORDS.given(one.lead_id, one.number, person, person)
    for cause in SealCause:
        yield WORDS.card(replace(card_of(one.lead, words), stored=one._replace(sealed_for=cause)))
    yield message.said(WORDS.reminder_set(one.number, NOW, is_working_time=False))
    waiting = (CancelledReminder(person, one.number, NOW),) * 20
    yield WORDS.silenced(Silenced(ChangeResult(number=one.number), waiting), person)
    seen = [
        Sighting(
            at=NOW, seen=how, number=one.number, user_id=UserId(5), name=words[:128], username="x" * 32, machine=by
        )
        for by in ("", words[:60])
        for how in Seen
    ]
    for found in (seen * 3, []):
        yield from (WORDS.audited(found, of) for of in (one, None))
    buyer = FoundBuyer(
        buyer_id=BuyerId(1),
        lead_ids=(one.lead_id,) * 9,
        numbers=(LeadNumber(10**9),) * 9,
        extent=SealExtent(*[MANY] * 5),
    )
    yield forgetting.how("/forget")
    yield forgetting.nobody(words[:200])
    yield forgetting.only_bodies(words[:200], MANY)
    yield forgetting.question(words[:200], [buyer] * 9)
    yield forgetting.kept()
    yield from (forgetting.done(MANY, timedelta(days=365), is_urgent=is_urgent) for is_urgent in (True, False))


def of_answers(words: str) -> Iterator[RenderedMessage]:
    """To what somebody asked or wrote."""
    yield from (answers.welcome(is_known=known) for known in (True, False))
    for problem in TimeProblem:
        yield message.said(answers.time_problem(problem))
    for one in (answers.paused, answers.stranger, answers.anonymous, answers.admins_only, answers.unknown_command):
        yield message.said(one())
    yield message.said(answers.lead_missing(MANY))
    yield test_card.proof(words[:128])
    teams = [Choice(AccountId(n), title) for n, title in enumerate(["", *[words[:255]] * 99], 1)]
    yield choices.question(teams, chosen=AccountId(2))
    yield choices.chosen(teams[1])
    for is_group in (True, False):
        yield choices.languages(ENGLISH, is_group=is_group)
        yield choices.language_chosen(is_group=is_group)
    yield message.said(status.fetch_asking())
    yield from (message.said(status.fetch_later(at, ZONE)) for at in (NOW, None))
    for outcome in (*Outcome, None):
        yield message.said(status.fetch_result(PollSummary(outcome), NOW, ZONE))
    for polled in (None, PollSummary(new=MANY, is_complete=True), PollSummary(new=MANY, is_backlog=True)):
        yield message.said(status.fetch_result(polled, NOW, ZONE))
