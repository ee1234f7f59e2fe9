"""What Leadbell says of itself: every notice is a message, and every trouble comes with what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.command_table import COMMANDS
from bot.chat.views import Views, answers, message, status
from bot.chat.views.callback_data import LARGEST, decode
from bot.chat.views.list_codes import TurnPage
from bot.clock import IST, to_epoch
from bot.domain.ids import LeadNumber
from bot.domain.notice import Fault, Notice, NoticeCode
from bot.domain.usual import FewReason, Usual
from bot.health.status import StatusReport
from bot.i18n import kept
from bot.indiamart import answer_words
from bot.indiamart.answer import Outcome
from bot.intake.fetch_report import PollSummary
from bot.sandbox.botapi import wording
from bot.store.parked import ParkedSummary

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=IST)
ZONE = ZoneInfo("Asia/Kolkata")
WORDS = Views(ZONE, lambda: "lead_test_bot", lambda: NOW)
NOON = datetime(2024, 1, 3, 12, 0, tzinfo=IST)
ALERT = 200
"""Characters of an answer to a press (Bot API)."""


def spaced(words: str) -> str:
    return words.replace("\u00a0", " ")


def text_of(message: Any) -> str:
    return wording.inner_text({"message_text": message.text, "parse_mode": "HTML"}).text.replace("\u00a0", " ")


def said(code: NoticeCode, *, is_private: bool = True, **facts: str | int) -> str:
    """To an admin, or to the group."""
    notice = Notice(code, facts)
    text = text_of(WORDS.notice(notice, is_private=is_private))
    assert WORDS.notice(notice, is_private=is_private).plain.text.replace("\u00a0", " ") == text
    assert WORDS.notice(notice, is_private=is_private).plain.reply_markup is None
    return text


def fault(which: Fault, *, is_private: bool = True, **facts: int) -> str:
    return said(
        NoticeCode.FAULT_STARTED, is_private=is_private, fault=which.value, since=to_epoch(NOON), message="", **facts
    )


@pytest.mark.parametrize("which", Fault)
def test_each_trouble_starts_with_its_name_and_says_what_to_do(which: Fault) -> None:
    headline, *rest = fault(which).split("\n")
    assert headline.startswith("⚠️ ")
    assert max(map(len, rest)) > 40
    assert "Since 3 Jan 2024, 12:00 pm." in rest


BLAME = ("key", "refuse", "block", "fault", "wrong", "machine", "answer", "settings", "_", "error", "IP")


@pytest.mark.parametrize("which", [*Fault, "of a later version"])
def test_the_group_hears_one_sentence_that_blames_nobody_and_names_no_setting(which: str) -> None:
    facts: dict[str, Any] = {"fault": which, "since": to_epoch(NOON), "until": to_epoch(NOON), "wait": 900, "skew": 400}
    for code, sign in ((NoticeCode.FAULT_STARTED, "⚠️ "), (NoticeCode.FAULT_ENDED, "✅ ")):
        text = said(code, is_private=False, message="HTTP 401: key invalid", **facts)
        assert text.startswith(sign)
        assert re.fullmatch(r"[^.]+\.", text.replace("seller.indiamart.com", ""))
        assert "\n" not in text
        blamed = [word for word in BLAME if word in text]
        assert blamed == [] or which == Fault.CLOCK_WRONG


@pytest.mark.parametrize(
    ("which", "words"),
    [
        (Fault.WRONG_KEY, "seller.indiamart.com, Lead Manager → Import/Export Leads → Pull API → Generate key"),
        (Fault.WRONG_KEY, "INDIAMART_KEY"),
        (Fault.WRONG_KEY, "take INDIAMART_MOBILE out"),
        (Fault.KEY_SHARED, "Another CRM"),
        (Fault.NO_CONNECTION, "lmshelp@indiamart.com"),
        (Fault.CHAT_REFUSED, "TELEGRAM_CHAT_ID"),
        (Fault.TOPIC_GONE, "posted to the group itself"),
        (Fault.API_DOWN, "Nothing is lost"),
    ],
)
def test_the_advice_names_what_is_needed(which: Fault, words: str) -> None:
    assert words in fault(which)


def test_a_wrong_clock_says_by_how_much() -> None:
    assert "It is 5 min behind." in fault(Fault.CLOCK_WRONG, skew=300)
    assert "It is 2 h 1 min ahead." in fault(Fault.CLOCK_WRONG, skew=-7260)


def test_unreadable_rows_are_counted() -> None:
    assert "1 row is kept." in fault(Fault.UNREADABLE, count=1)
    assert "4,312 rows are kept." in fault(Fault.UNREADABLE, count=4312)


def test_a_blocked_key_says_until_when() -> None:
    assert "Blocked until about 3 Jan 2024, 12:15 pm." in fault(Fault.KEY_BLOCKED, wait=900)


def test_their_own_words_are_quoted_and_kept_short() -> None:
    text = said(NoticeCode.FAULT_STARTED, fault="api_down", message="<h1>502 & gone</h1>" + "x" * 9000)
    assert "The answer was: “<h1>502 & gone</h1>x" in text
    assert len(text) < 1000


@pytest.mark.parametrize("status", [302, 404])
def test_an_address_that_may_be_wrong_is_something_to_do(status: int) -> None:
    silent = kept(answer_words.of_status(status))
    text = said(NoticeCode.FAULT_STARTED, fault="api_down", message=silent)
    assert f"The answer was: “HTTP {status}, " in text
    assert "If INDIAMART_URL is set, please check it" in text
    assert "INDIAMART_URL is set" not in fault(Fault.API_DOWN)


def test_who_bars_the_way_to_indiamart_is_told_as_a_reason_and_not_as_an_answer() -> None:
    words = "the proxy proxy.shop:3128 answered 407: it wants a user and password"
    text = said(NoticeCode.FAULT_STARTED, fault="no_connection", message=words)
    assert f"The reason: {words}." in text
    assert "The answer was" not in text


@pytest.mark.parametrize("message", ["Bad Request: TOPIC_CLOSED", "TOPIC_CLOSED"])
def test_a_closed_topic_is_told_as_one(message: str) -> None:
    text = said(NoticeCode.FAULT_STARTED, fault="chat_refused", message=message)
    assert text.startswith("⚠️ The topic for leads is closed\n")
    assert "reopen the topic" in text
    assert "TELEGRAM_CHAT_ID" not in text
    assert "still a member" not in text
    status = replace(STATUS, faults=((Fault.CHAT_REFUSED, NOON, message),))
    lines = text_of(WORDS.status(status, is_technical=True)).split("\n")
    assert "⚠️ The topic for leads is closed, since 3 Jan 2024, 12:00 pm" in lines
    assert any("reopen the topic" in line for line in lines)


def test_a_closed_topic_of_a_route_is_told_with_its_group() -> None:
    text = said(NoticeCode.ROUTE_REFUSED, chat_id=-2002, message="Bad Request: TOPIC_CLOSED")
    assert "-2002" in text
    assert "reopen the topic" in text
    assert "Add me" not in text


def test_a_key_that_was_tried_late_is_news_and_no_trouble() -> None:
    text = said(NoticeCode.FAULT_ENDED, fault="key_untried", since=1_700_000_000, until=1_700_005_400)
    assert text == "✅ The IndiaMART key works"


@pytest.mark.parametrize("which", [one for one in Fault if one is not Fault.KEY_UNTRIED])
def test_the_end_of_a_trouble_says_how_long_it_was(which: Fault) -> None:
    text = said(NoticeCode.FAULT_ENDED, fault=which.value, since=1_700_000_000, until=1_700_005_400)
    assert text.startswith("✅ ")
    assert "It lasted 1 h 30 min." in text


@pytest.mark.parametrize("which", Fault)
def test_the_end_of_a_trouble_is_not_headed_by_the_trouble(which: Fault) -> None:
    headline = said(NoticeCode.FAULT_ENDED, fault=which.value).split("\n")[0]
    assert fault(which).split("\n")[0].removeprefix("⚠️ ") not in headline


def test_connected_says_when_it_polls_next() -> None:
    assert "next at 3 Jan 2024, 12:00 pm" in said(NoticeCode.CONNECTED, api="v2", next_poll=to_epoch(NOON))
    assert "push" in said(NoticeCode.CONNECTED, api="push")


def test_old_leads_are_opened_from_their_newest_page() -> None:
    message = WORDS.notice(Notice(NoticeCode.OLD_STORED, {"count": 4312, "view": 9}), is_private=False)
    assert text_of(message).startswith("🗂 4,312 older leads stored\n")
    assert message.reply_markup is not None
    data = str(message.reply_markup["inline_keyboard"][0][0]["callback_data"])
    assert decode(data) == TurnPage(9, older=True, key=LARGEST)


def test_a_moved_chat_shows_the_line_for_the_settings_to_admins() -> None:
    assert "TELEGRAM" not in said(NoticeCode.CHAT_MOVED, is_private=False, chat_id=-1001234567890)
    assert "TELEGRAM_CHAT_ID=-1001234567890" in said(NoticeCode.CHAT_MOVED, chat_id=-1001234567890)


FACTS = ("fault", "since", "until", "message", "wait", "skew", "count", "view", "chat_id", "api", "next_poll")
VALUES = st.integers(-(2**70), 2**70) | st.text() | st.sampled_from(Fault).map(str)


@given(st.sampled_from(NoticeCode), st.dictionaries(st.sampled_from(FACTS), VALUES))
def test_missing_and_odd_facts_still_make_a_notice(code: NoticeCode, facts: dict[str, str | int]) -> None:
    if isinstance(facts.get("view"), int):
        facts["view"] = abs(int(facts["view"])) % LARGEST
    for is_private in (True, False):
        assert text_of(WORDS.notice(Notice(code, facts), is_private=is_private))


STATUS = StatusReport(
    version="0.1.0",
    api="v2",
    has_push=True,
    last_poll=NOON,
    last_outcome="leads",
    last_new=3,
    next_poll=NOON + timedelta(minutes=5),
    backlog=timedelta(days=2),
    leads=160000,
    waiting=4,
    waiting_since=NOON,
    paced_until=NOON + timedelta(seconds=40),
    faults=((Fault.API_DOWN, NOON, "Bad <gateway>"),),
)


def test_status_reads_a_fact_a_line() -> None:
    assert text_of(WORDS.status(STATUS, is_technical=True)).split("\n")[:9] == [
        "Leadbell 0.1.0",
        "🔌 IndiaMART API v2 + push",
        "🕛 Last poll: 3 Jan 2024, 12:00 pm, 3 new leads",
        "⏭ Next poll: 3 Jan 2024, 12:05 pm",
        "⏳ History still to fetch: 2 d",
        "🗃 1,60,000 leads stored",
        (
            "📤 4 messages wait to be posted, since 3 Jan 2024, 12:00 pm, "
            "the group takes the next one at 3 Jan 2024, 12:00 pm"
        ),
        "⚠️ IndiaMART does not answer properly, since 3 Jan 2024, 12:00 pm",
        "“Bad <gateway>”",
    ]


def test_status_names_the_last_lead_and_the_trouble_that_was_over_last() -> None:
    past = (Fault.WRONG_KEY, NOON, NOON + timedelta(hours=1))
    status = replace(STATUS, faults=(), last_lead=(LeadNumber(1234), NOON), last_fault=past)
    lines = text_of(WORDS.status(status, is_technical=True)).split("\n")
    assert "📨 Last lead: /lead_1234, 3 Jan 2024, 12:00 pm" in lines
    span = "3 Jan 2024, 12:00 pm to 3 Jan 2024, 1:00 pm"
    at = lines.index("✅ No trouble")
    assert lines[at + 1] == f"🩹 Last trouble: IndiaMART does not accept the key, {span}"
    assert f"🩹 Last trouble: {span}" in text_of(WORDS.status(status, is_technical=False)).split("\n")
    again = replace(status, faults=STATUS.faults)
    assert "🩹" not in text_of(WORDS.status(again, is_technical=True))


def test_status_says_what_is_usual_and_why_it_may_be_less() -> None:
    usual = Usual(2, (14,) * 8)
    lines = text_of(WORDS.status(replace(STATUS, usual=usual), is_technical=False)).split("\n")
    assert f"📥 2 leads came today; by now on a {NOW:%A} it is usually 14" in lines
    few = (FewReason.HOLIDAY, FewReason.NOTHING_THERE)
    lines = text_of(WORDS.status(replace(STATUS, usual=usual, few=few), is_technical=False)).split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith(f"📉 2 leads came today; by now on a {NOW:%A}"))
    assert lines[at + 1] == "1. It is a holiday."
    assert lines[at + 2].startswith("2. IndiaMART answered at 3 Jan 2024, 12:00 pm and had no more.")
    lines = text_of(WORDS.status(replace(STATUS, usual=Usual(0, ())), is_technical=False)).split("\n")
    assert "📥 No lead came today" in lines


LEADS = (LeadNumber(12), LeadNumber(7))


def test_status_names_what_could_not_be_built_and_why() -> None:
    aside = ParkedSummary((("refused", 1), ("unknown_kind", 1), ("of tomorrow", 1)), LEADS)
    lines = text_of(WORDS.status(replace(STATUS, parked=aside, faults=()), is_technical=False)).split("\n")
    assert lines[-1] == (
        "⚠️ 3 messages could not be built: refused by Telegram (1), of a kind that this version does not know (1), "
        "of tomorrow (1) · leads #12, #7"
    )
    assert "✅ No trouble" not in lines


def test_status_names_a_fault_of_another_version() -> None:
    said = text_of(WORDS.status(replace(STATUS, faults=((None, NOON, ""),)), is_technical=True))
    assert "⚠️ Something is wrong, since" in said


def test_admins_hear_how_many_messages_could_not_be_built_and_why() -> None:
    assert said(NoticeCode.PARKED, unknown_kind=2, not_built=1).split("\n") == [
        "⚠️ 3 messages could not be built",
        "of a kind that this version does not know (2), the program failed on them (1)",
        "They are kept aside, everything else goes on. /status names them; a newer Leadbell tries them again.",
    ]


def test_status_in_the_group_tells_what_the_team_notices() -> None:
    text = text_of(WORDS.status(STATUS, is_technical=False))
    assert text.split("\n")[-1].startswith("⚠️ New leads do not come through at the moment")
    assert "gateway" not in text
    both = replace(STATUS, faults=(*STATUS.faults, (Fault.WRONG_KEY, NOON, "401")))
    assert text_of(WORDS.status(both, is_technical=False)) == text


def test_status_of_a_quiet_push_only_installation_is_short() -> None:
    quiet = replace(
        STATUS, api=None, last_poll=None, next_poll=None, backlog=timedelta(), leads=1, waiting=0, faults=()
    )
    assert text_of(WORDS.status(quiet, is_technical=True)).split("\n") == [
        "Leadbell 0.1.0",
        "🔌 push",
        "🗃 1 lead stored",
        "📤 Nothing waits to be posted",
        "✅ No trouble",
    ]


def test_status_with_every_trouble_at_once_fits() -> None:
    troubles = tuple((which, NOON, '<b>&"😀' * 2000) for which in Fault)
    assert text_of(WORDS.status(replace(STATUS, faults=troubles), is_technical=True))


@pytest.mark.parametrize("outcome", [None, "nothing", "too_soon", "bad_key", "their_fault", "unheard of"])
def test_every_outcome_of_a_poll_has_words(outcome: str | None) -> None:
    line = text_of(WORDS.status(replace(STATUS, last_outcome=outcome, last_new=0), is_technical=False)).split("\n")[2]
    assert "_" not in line


def test_fetch_says_when_it_may_not_call_yet() -> None:
    assert status.fetch_asking().startswith("Asking IndiaMART now.")
    assert "12:00 pm" in spaced(status.fetch_later(NOON.astimezone(UTC), ZONE))
    assert "comes by itself" in status.fetch_later(None, ZONE)


@pytest.mark.parametrize(
    ("polled", "said"),
    [
        (PollSummary(Outcome.LEADS, new=3, is_complete=True), "IndiaMART answered: 3 new leads."),
        (PollSummary(Outcome.LEADS, new=1, is_complete=True), "IndiaMART answered: 1 new lead."),
        (PollSummary(Outcome.NOTHING, is_complete=True), "IndiaMART answered: nothing new."),
        (PollSummary(Outcome.LEADS, new=2), "IndiaMART answered: 2 new leads. It is asked again at 12:00 pm."),
        (PollSummary(Outcome.BAD_KEY), "IndiaMART refused the key. It is asked again at 12:00 pm."),
        (PollSummary(), "IndiaMART could not be asked just now. It is asked again at 12:00 pm."),
        (
            PollSummary(Outcome.NOTHING, is_complete=True, is_backlog=True),
            "Just now older leads were fetched: nothing new. It is asked again at 12:00 pm.",
        ),
        (
            None,
            "IndiaMART has not answered yet; what comes stands here as cards. It is asked again at 12:00 pm.",
        ),
    ],
)
def test_fetch_says_what_came_of_it(polled: PollSummary | None, said: str) -> None:
    assert spaced(status.fetch_result(polled, NOON.astimezone(UTC), ZONE)) == said


@pytest.mark.parametrize("outcome", Outcome)
def test_every_failed_fetch_has_words_of_its_own(outcome: Outcome) -> None:
    said = status.fetch_result(PollSummary(outcome), None, ZONE)
    assert said.startswith("IndiaMART ")
    assert outcome is Outcome.LEADS or outcome is Outcome.NOTHING or "nothing new" not in said


def test_answers_to_presses_fit_an_alert() -> None:
    for words in (answers.stranger(), answers.anonymous(), answers.old_button()):
        assert len(words) <= ALERT
        assert message.said(words).text == words


def test_help_lists_the_commands_only_and_tells_strangers_how_to_be_let_in() -> None:
    known = text_of(answers.help_(COMMANDS, "lead_test_bot", is_known=True))
    about, _line, rest = known.partition("\n")
    assert about == "IndiaMART leads come here · /language"
    assert [block.split("\n")[0] for block in rest.split("\n\n")[:3]] == [
        "📥 What came",
        "✋ What to do next",
        "🔎 Find a lead",
    ]
    assert "✋ What to do next\n/open - unclaimed, BuyLeads first\n/mine - my leads, by next reminder\n" in known
    assert "@lead_test_bot words - from any chat" in known
    assert "Ask your team" in text_of(answers.help_([], "lead_test_bot", is_known=False))
    assert "Ask your team" in text_of(answers.welcome(is_known=False))
    assert "Ask your team" not in text_of(answers.welcome(is_known=True))


def test_a_missing_lead_is_named() -> None:
    assert "#12" in answers.lead_missing(12)
