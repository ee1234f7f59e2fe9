"""What strangers wrote says what it says and does nothing: no mention, link, command or tag, no name that is blank, no
marks over other lines. Ordinary texts stay as they are, letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.views import Views, text
from bot.chat.views.text import MOST_MARKS, WORD_JOINER, escaped
from bot.clock import IST
from bot.delivery.messenger import Callout, DueReminder, Listing, ListingReason
from bot.domain.card import Card, EarlierLead, Note
from bot.domain.ids import AccountId, LeadId, LeadNumber, UserId
from bot.domain.lead import Kind, Lead, Origin, Status, StoredLead
from bot.lookup.lists import LeadPage, ListQuery
from bot.lookup.query import BadFilter, Filter
from bot.lookup.worklists import WorkItem, WorkPage
from bot.sandbox.botapi import wording
from bot.store.reminders import Reminder
from bot.team.notes import HistoryEntry

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=IST)
WORDS = Views(ZoneInfo("Asia/Kolkata"), lambda: "lead_test_bot", lambda: NOW)

EMAIL = re.compile(
    r"(?<![^\s\u00a0(,;:<\"'“])[\w.+%'-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?![\w@/?#-]|[.:]\w)", re.ASCII
)
LIVE = re.compile(
    r"""
    (?<!\w) @ \w                            # a mention
    | ://                                   # an address with its protocol
    | [\w-] [.．。｡] [^\W\d_]{2}             # one without
    | \d+\.\d+\.\d+\.\d
    | (?<![\w/<>]) / \w                     # a command
    | (?<![\w#]) [#＃] \w* [^\W\d]           # a tag
    | (?<![\w$]) \$ (?:1INCH|[A-Z]{1,8}\b)  # a stock
    """,
    re.VERBOSE,
)
HOSTILE = (
    *("@durov", "@a", "＠durov", "http://evil.example", "HTTPS://evil", "tg://resolve?domain=x", "t.me/joinchat/x"),
    *("evil.com", "www.evil.co.in/path?a=b#c", "пример.рф", "उदाहरण.भारत", "evil.xn--p1ai", "evil。com", "10.0.0.1"),
    *(
        "/claim",
        "/claim@leadbell_bot",
        "(/start)",
        "#tag",
        "#1a",
        "＃tag",
        "$USD",
        "$1INCH",
        "a@b.com/x",
        "x@@evil.com",
    ),
    *(
        "evil.\u200dcom",
        "@\u200ddurov",
        "\u202eevil.com",
        "@\u2060durov",
        "//evil.com",
        "user:p@evil.com:80",
        "#",
        "/",
        ".",
    ),
)
ORDINARY = (
    *(
        "Asha Testwala",
        "M/s. Sharma & Sons",
        "Pvt. Ltd.",
        "आशा टेस्टवाला",
        "श्री क्‍षत्रिय",
        "र्‍य ज़िंदगी हूँ",
        "শ্রীমতী",
        "நிறுவனம்",
    ),
    *(
        "ക്രീം",
        "500/kg",
        "Rs.500/-",
        "and/or",
        "24/7",
        "1.5 HP",
        "50% off",
        "10 @ Rs. 45",
        "C#",
        "#12",
        "A-1/203",
        "12:30",
    ),
    *(
        "mohan@example.com",
        "Mail: mohan.k+x@mail.example.co.in.",
        "Mail <mohan@example.com>",
        "₹ 1,00,000",
        "$500",
        "US$ 5",
    ),
    *(
        "👨🏽\u200d🌾 farmer",
        "❤️\u200d🔥",
        "1️⃣ piece",
        "Zoë Müller",
        "Nguyễn Thị",
        "محمد علي",
        "rate<Rs.40>",
        "if a<b then c>d",
    ),
)


def is_live(shown: str) -> str | None:
    """What of it Telegram may make something of; e-mail addresses are meant to be."""
    found = LIVE.search(EMAIL.sub("e-mail", shown))
    return None if found is None else found[0]


BLANK = (
    *("\u3164", "\u2800\u2800", "\u115f\u1160", "\uffa0", "\u200b", "\u200d", "\u200c \u200d", "\u034f", "\ufe0f"),
    *(
        "\u0301\u0301",
        "\U0001d159",
        "\u00ad",
        "\u2063",
        "\U000e0041",
        "\u180e",
        "\u17b4",
        "\x00\x01",
        "\ufeff",
        "\u3164\u0301",
    ),
)
KINDS = {"bold", "blockquote", "expandable_blockquote", "pre", "email", "phone_number", "text_link", "text_mention"} | {
    "bot_command"
}
TEXTS = st.lists(st.sampled_from(HOSTILE) | st.sampled_from(ORDINARY) | st.text(max_size=6), max_size=8).flatmap(
    lambda parts: st.sampled_from(["", " ", "\n", ",", "."]).map(lambda between: between.join(parts))
)


@given(TEXTS)
@example("a@b.cc@durov")
@example("@\u0300x")
def test_nothing_in_a_text_is_live_and_without_its_marks_it_is_what_was_written(written: str) -> None:
    for shown, plain in (
        (text.line(written), text.plain_line(written)),
        (text.block(written), text.plain_block(written)),
    ):
        assert is_live(shown) is None
        assert shown.replace(WORD_JOINER, "") == plain
    assert text.line(text.line(written)) == text.line(written)


@pytest.mark.parametrize("written", [one for one in HOSTILE if is_live(one)])
def test_each_hostile_word_is_disarmed(written: str) -> None:
    assert len(text.line(written)) > len(text.plain_line(written))
    assert is_live(text.line(written)) is None


def test_the_check_itself_sees_what_is_live() -> None:
    assert sum(is_live(one) is not None for one in HOSTILE) >= 25
    assert [one for one in ORDINARY if is_live(one)] == []


@pytest.mark.parametrize("written", ORDINARY)
def test_ordinary_texts_stay_letter_by_letter(written: str) -> None:
    assert text.line(written) == written


@pytest.mark.parametrize("blank", BLANK)
def test_what_shows_nothing_is_empty(blank: str) -> None:
    assert text.line(blank) == text.block(blank) == ""


def test_a_lead_whose_name_shows_nothing_has_none() -> None:
    shown = WORDS.card(card_of(Lead(kind=Kind.ENQUIRY, name="\u3164", company="Testwala", mobile="+919000000031"))).text
    assert shown.splitlines()[1] == "Testwala"


@given(st.text(st.sampled_from("ab9@＠:/#＃$.．。｡-_ \u200c")))
@example("/lead")
@example("a．com")
def test_where_nothing_could_be_live_nothing_is_looked_for_and_nothing_is_missed(written: str) -> None:
    """The sign behind it, which is live nowhere, makes it look at every text."""
    assert text.inert(f"{written} $") == f"{text.inert(written)} $"


@given(st.text(st.sampled_from("aक\u0301\u0489\u0e31\u200d\u200c\ufe0f"), max_size=60))
def test_no_letter_carries_more_than_a_few_marks(written: str) -> None:
    marks = 0
    for character in text.line(written):
        marks = marks + 1 if unicodedata.category(character)[0] == "M" or character in "\u200c\u200d" else 0
        assert marks <= MOST_MARKS


@given(st.text(st.sampled_from("abc\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")))
def test_nothing_turns_a_line_around(written: str) -> None:
    assert text.line(written).strip("abc") == ""


def card_of(lead: Lead, words: str = "") -> Card:
    earlier = EarlierLead(
        lead_id=LeadId(7), kind=Kind.ENQUIRY, enquired_at=NOW, product=words, status=Status.WON, owner_name=words
    )
    return Card(stored=stored(lead, words), nth=2, earlier=earlier, note=Note(words, words), lost_reason=words)


def stored(lead: Lead, owner: str = "") -> StoredLead:
    return StoredLead(
        lead_id=LeadId(12),
        account_id=AccountId(1),
        number=LeadNumber(12),
        lead=lead,
        origin=Origin.PULL,
        stored_at=NOW,
        status=Status.LOST,
        owner_id=UserId(5),
        owner_name=owner,
    )


NAMED = (
    "name",
    "company",
    "address",
    "city",
    "state",
    "pincode",
    "product",
    "subject",
    "category",
    "message",
    "quantity",
)


def lead_of(words: str, kind: str = Kind.ENQUIRY) -> Lead:
    values: dict[str, Any] = dict.fromkeys((*NAMED, "requirement", "query_id", "email", "mobile", "phone"), words)
    return Lead(kind=kind, enquired_at=NOW, **values)


def entities_of(html: str) -> tuple[str, set[str]]:
    """The text as Telegram takes it, without what is ours, and the kinds of what it found in it."""
    formatted = wording.inner_text({"message_text": html, "parse_mode": "HTML"})
    ours = re.compile(r"/(?:lead_12|search|open)\b|\{name\} \{product\}")
    return ours.sub("", formatted.text), {one.kind for one in formatted.entities}


@example("t.me/joinchat/xMail: mohan.k+x@mail.example.co.in.@durov", Kind.ENQUIRY)  # cut in the address
@given(TEXTS, st.sampled_from([*Kind.KNOWN, "@durov", "evil.com"]))
def test_whatever_a_buyer_typed_nothing_of_any_message_is_live(words: str, kind: str) -> None:
    lead = lead_of(words, kind)
    one = stored(lead, words)
    callout = Callout(callout_id=1, is_for_admins=False, leads=(one,), total=1, unclaimed=1, page=0, pages=1)
    reminder = Reminder(reminder_id=1, lead_id=LeadId(12), user_id=UserId(5), person_name=words, text=words, due_at=NOW)
    work = WorkPage(entries=(WorkItem(one, (reminder,)),), total=1)
    reminding = DueReminder(stored=one, user_id=UserId(5), person_name=words, text=words)
    entry = HistoryEntry(at=NOW, who=words, what=None, owner_before=words, owner_after=words, text=words)
    messages = [
        WORDS.reminder(reminding),
        WORDS.unclaimed(work, AccountId(1)),
        WORDS.mine(work, AccountId(1), 5, words, 0, is_own=False),
        WORDS.nothing(ListQuery(words=words), [BadFilter(typed=words, name=Filter.KIND, good=(words,), near=words)]),
        WORDS.history(one, [entry], [one], 0),
        WORDS.template_preview(AccountId(1), None, "{name} {product}", lead, words),
        WORDS.card(card_of(lead, words)),
        WORDS.page(LeadPage(query=ListQuery(words=words), leads=(one,)), None),
        WORDS.listing(Listing(ListingReason.BURST, (one,) * 12)),
        WORDS.callout(callout),
    ]
    for message in messages:
        shown, kinds = entities_of(message.text)
        assert is_live(shown) is None
        assert kinds <= KINDS


def test_the_mark_is_nothing_that_html_would_change() -> None:
    assert escaped(WORD_JOINER) == WORD_JOINER


def test_an_address_cut_off_before_its_at_sign_goes_whole() -> None:
    shown = text.shorten(text.line("Asha evil.xn--p1ai.mohan@example.com writes"), 20)
    assert shown == "Asha…"
    assert is_live(shown) is None


def test_an_address_that_ends_where_the_text_is_cut_stays() -> None:
    assert text.shorten("Asha a@b.example and so on for long", 20) == "Asha a@b.example…"
