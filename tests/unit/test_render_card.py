"""The card: word for word where it is ordinary, and always a message Telegram takes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.chat.views import Views
from bot.chat.views.greeting import words
from bot.clock import IST
from bot.domain.card import Card, EarlierLead, Lateness
from bot.domain.ids import AccountId, LeadId, LeadNumber
from bot.domain.lead import Kind, Lead, Origin, Status, StoredLead
from bot.sandbox.botapi import keyboards, wording
from bot.sandbox.botapi.entities import FormattedText, units

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=IST)
WORDS = Views(ZoneInfo("Asia/Kolkata"), lambda: "lead_test_bot", lambda: NOW)
ENQUIRED = datetime(2024, 1, 3, 18, 14, tzinfo=IST)
LEAD = Lead(
    kind=Kind.ENQUIRY,
    query_id="2640000001",
    enquired_at=ENQUIRED,
    name="Asha Testwala",
    company="Testwala & Sons",
    mobile="+919000000031",
    email="asha.testwala@example.com",
    address="12 Test Road, Ernakulam",
    city="Ernakulam",
    state="Kerala",
    pincode="683000",
    country="IN",
    product="550 W Mono PERC PV Solar Module",
    message="I am interested in 550 W Mono PERC PV Solar Module",
    quantity="500 piece",
    order_value_min=3000,
    order_value_max=10000,
    requirement="Business use",
)
EARLIER = EarlierLead(
    lead_id=LeadId(7),
    kind=Kind.ENQUIRY,
    enquired_at=datetime(2023, 12, 12, 10, 0, tzinfo=IST),
    product="Solar inverter",
    status=Status.WON,
    owner_name="Ravi",
)
BARE = Lead(kind=Kind.ENQUIRY)
PICTURE = """\
🟢 Enquiry · 550 W Mono PERC PV Solar Module
Asha Testwala, Testwala & Sons
📞 +91 90000 00031
✉️ asha.testwala@example.com
📍 Ernakulam, Kerala 683000
🕕 3 Jan 2024, 6:14 pm, reached us after 12 min
{message}
📦 500 piece · 💰 ₹3,000-10,000 · Business use
🔁 3rd lead from this buyer, last 12 Dec: Solar inverter, won by Ravi
#1234 · W 2640000001"""


def card_of(lead: Lead, **facts: Any) -> Card:
    stored = StoredLead(
        lead_id=LeadId(1234),
        account_id=AccountId(1),
        number=LeadNumber(1234),
        lead=lead,
        origin=Origin.PULL,
        stored_at=datetime.now(UTC),
    )
    return Card(stored=stored, **facts)


def sent(card: Card) -> FormattedText:
    """As the Bot API takes it."""
    return wording.inner_text({"message_text": WORDS.card(card).text, "parse_mode": "HTML"})


def spaced(text: str) -> str:
    """As it reads: what keeps a number and its unit together is looked at in a test of its own."""
    return text.replace("\u00a0", " ").replace("\u2060", "")


def lines(lead: Lead, **facts: Any) -> list[str]:
    return spaced(sent(card_of(lead, **facts)).text).split("\n")


def buttons(lead: Lead) -> dict[str, dict[str, Any]]:
    keyboard = WORDS.card(card_of(lead)).reply_markup
    return {} if keyboard is None else {b["text"]: b for b in keyboards.read(keyboard).buttons}


def greeting(lead: Lead) -> str:
    return parse_qs(urlsplit(str(buttons(lead)["💬 WhatsApp"]["url"])).query)["text"][0]


@pytest.mark.parametrize(
    ("sent_as", "year"),
    [
        ("Feb-2014", 2014), ("2014", 2014), ("12-Mar-14", 2014), ("12 Mar 2014", 2014), ("since 2014", 2014),
        ("2014-03-12 00:00:00", 2014), ("20140312101112", 2014), ("1996", 1996), ("2024", 2024),
        ("1970-01-01", None), ("0000-00-00", None), ("2025", None), ("2099", None), ("NA", None), ("9000002014", None),
        ("5 years", None), ("1234", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_since_when_a_buyer_is_on_indiamart_is_shown_if_it_can_be(sent_as: str | None, year: int | None) -> None:
    shown = [line for line in lines(LEAD._replace(member_since=sent_as)) if "IndiaMART" in line]
    assert shown == ([] if year is None else [f"🏷 On IndiaMART since {year}"])


def test_how_long_a_buyer_is_on_indiamart_stands_before_their_earlier_leads() -> None:
    found = lines(LEAD._replace(member_since="Feb-2014"), nth=3, earlier=EARLIER)
    at = found.index("🏷 On IndiaMART since 2014")
    assert found[at - 1].startswith("📦")
    assert found[at + 1].startswith("🔁")


def test_an_ordinary_lead_reads_word_for_word_like_this() -> None:
    card = card_of(LEAD, reached_after=timedelta(minutes=12), nth=3, earlier=EARLIER)
    formatted = sent(card)
    assert spaced(formatted.text) == PICTURE.format(message="I am interested in 550 W Mono PERC PV Solar Module")
    kinds = [entity.kind for entity in formatted.entities]
    assert kinds[0] == "bold"
    assert "blockquote" in kinds


def test_the_plain_card_says_the_same_without_markup() -> None:
    message = WORDS.card(card_of(LEAD, reached_after=timedelta(minutes=12), nth=3, earlier=EARLIER)).plain
    assert spaced(message.text) == PICTURE.format(message="“I am interested in 550 W Mono PERC PV Solar Module”")
    assert message.reply_markup is None


def test_what_is_empty_is_left_out() -> None:
    assert lines(BARE) == ["🟢 Enquiry", "#1234 · W"]
    assert list(buttons(BARE)) == ["✋ Claim", "⏰ Remind", "⋯ More"]


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        ("W", "🟢 Enquiry · Pump"),
        ("B", "🛒 BuyLead · Pump"),
        ("P", "📞 Call · Pump"),
        ("WA", "💬 WhatsApp enquiry · Pump"),
        ("BIZ", "👀 Catalogue view · Pump"),
        ("V<2>", "🔔 V<2> · Pump"),
    ],
)
def test_each_kind_has_its_sign(kind: str, headline: str) -> None:
    assert lines(Lead(kind=kind, product="Pump"))[0] == headline


def test_without_a_product_the_subject_or_the_category_stands_in_the_headline() -> None:
    assert lines(BARE._replace(subject="About pumps", category="Pumps"))[0] == "🟢 Enquiry · About pumps"
    assert lines(BARE._replace(category="Pumps"))[0] == "🟢 Enquiry · Pumps"


CALL = Lead(
    kind=Kind.CALL, name="Asha", mobile="+919000000031", call_seconds=105, receiver_mobile="+918000000001", city="Surat"
)


def test_a_call_names_the_buyer_first_and_the_number_that_rang_last() -> None:
    assert lines(CALL._replace(subject="Buyer Call")) == [
        "📞 Call",
        "Asha",
        "📞 +91 90000 00031",
        "⏱ 1 min 45 s",
        "📍 Surat",
        "☎️ rang 80000 00001",
        "#1234 · P",
    ]
    assert not any("rang" in line for line in lines(CALL._replace(receiver_mobile=None)))


@pytest.mark.parametrize("rang", ["+918000000001", "+911140000001", "08040000001", "080-4000-0001", "+27600000001"])
def test_only_the_buyers_number_becomes_a_link(rang: str) -> None:
    formatted = sent(card_of(CALL._replace(receiver_mobile=rang)))
    assert [entity.kind for entity in formatted.entities].count("phone_number") == 1
    line = next(line for line in formatted.text.split("\n") if line.startswith("☎️"))
    # Nor by a phone's own rules: no run of digits, blanks and dashes is as long as a number.
    assert max(sum(map(str.isdecimal, run)) for run in re.findall(r"[\d\s()+.-]+", line)) <= 5
    assert re.sub(r"\D", "", line) == re.sub(r"\D", "", rang.removeprefix("+91"))


@pytest.mark.parametrize("words", ["Buyer Call", "BUYER CALL", "Missed call", "Call"])
def test_a_calls_own_name_is_no_product(words: str) -> None:
    for named in (CALL._replace(subject=words), CALL._replace(product=words), CALL._replace(category=words)):
        assert lines(named)[0] == "📞 Call"
    assert lines(CALL._replace(product=words, category="Pumps"))[0] == "📞 Call · Pumps"
    assert lines(BARE._replace(product=words))[0] == f"🟢 Enquiry · {words}"


def test_a_very_short_call_asks_to_be_called_back() -> None:
    call = Lead(kind=Kind.CALL, mobile="+919000000031", call_seconds=4)
    assert "📵 Missed call, call back first" in lines(call)


def test_each_number_has_a_line_of_its_own_the_mobile_first() -> None:
    lead = BARE._replace(mobile="+919000000031", mobile_alt="+919000000032", phone="+911200000001")
    assert lines(lead)[1:4] == ["📞 +91 90000 00031", "📞 +91 90000 00032", "📞 +91 120 000 0001"]


def test_foreign_buyers_get_their_flag_before_the_place_or_else_the_number() -> None:
    abroad = Lead(kind=Kind.ENQUIRY, mobile="+27600000001", country="ZA")
    assert "📍 🇿🇦 Durban" in lines(abroad._replace(city="Durban"))
    assert "📞 +27 60 000 0001" in lines(abroad._replace(city="Durban"))
    assert "📞 🇿🇦 +27 60 000 0001" in lines(abroad)
    assert "📍 🇿🇦 South Africa" in lines(abroad._replace(mobile=None))


def test_the_address_stands_in_where_city_and_state_are_missing() -> None:
    assert "📍 12 Test Road 683000" in lines(BARE._replace(address="12 Test Road", pincode="683000"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ((160000, 312000), "💰 ₹1.6-3.12 lakh"),
        ((5000, 5000), "💰 ₹5,000"),
        ((5000, None), "💰 from ₹5,000"),
        ((None, 12345678), "💰 up to ₹1.23 crore"),
    ],
)
def test_the_order_value_is_said_as_people_say_it(value: tuple[int | None, int | None], shown: str) -> None:
    assert shown in lines(BARE._replace(order_value_min=value[0], order_value_max=value[1]))


def test_a_requirement_alone_has_a_sign_of_its_own() -> None:
    assert "📝 Business use" in lines(BARE._replace(requirement="Business use"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, ""),
        (60, ", reached us after 1 min"),
        (3 * 3600 + 300, ", reached us after 3 h 5 min"),
        (86400, ", reached us after 1 d"),
    ],
)
def test_the_delay_is_told_from_a_minute_on(seconds: int, words: str) -> None:
    lead = BARE._replace(enquired_at=ENQUIRED)
    assert f"🕕 3 Jan 2024, 6:14 pm{words}" in lines(lead, reached_after=timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("hour", "minute", "face"),
    [(0, 0, "🕛"), (0, 14, "🕛"), (0, 15, "🕧"), (0, 45, "🕐"), (12, 44, "🕧"), (23, 45, "🕛"), (18, 30, "🕡")],
)
def test_the_clock_face_shows_the_nearest_half_hour(hour: int, minute: int, face: str) -> None:
    lead = BARE._replace(enquired_at=ENQUIRED.replace(hour=hour, minute=minute))
    assert lines(lead)[1].startswith(face)


@pytest.mark.parametrize("reason", Lateness)
def test_a_late_card_says_by_how_much_and_why(reason: Lateness) -> None:
    line = lines(BARE, late_by=timedelta(minutes=25), late_reason=reason)[1]
    assert line.startswith("🐢 Posted 25 min late: ")
    assert lines(BARE, late_reason=reason)[1].startswith("🐢 Posted late: ")


def test_what_held_the_poll_up_lasted_until_the_lead_was_stored() -> None:
    line = lines(BARE, late_reason=Lateness.KEY_REFUSED)[1]
    assert re.fullmatch(r"🐢 Posted late: our IndiaMART key was refused until \d+:\d\d [ap]m", line)


def test_a_long_message_is_folded() -> None:
    long = BARE._replace(message="\n".join(f"line {n}" for n in range(5)))
    short = BARE._replace(message="\n".join(f"line {n}" for n in range(4)))
    assert "expandable_blockquote" in {entity.kind for entity in sent(card_of(long)).entities}
    assert "blockquote" in {entity.kind for entity in sent(card_of(short)).entities}


@pytest.mark.parametrize(("nth", "words"), [(2, "2nd"), (11, "11th"), (21, "21st"), (112, "112th"), (103, "103rd")])
def test_returning_buyers_are_counted_in_english(nth: int, words: str) -> None:
    assert lines(BARE, nth=nth)[1] == f"🔁 {words} lead from this buyer"


def test_the_last_leads_year_is_shown_where_the_day_alone_would_mislead() -> None:
    earlier = replace(EARLIER, enquired_at=datetime(2022, 12, 12, tzinfo=IST), status=Status.NEW, owner_name=None)
    line = lines(BARE._replace(enquired_at=ENQUIRED), nth=2, earlier=earlier)[2]
    assert line == "🔁 2nd lead from this buyer, last 12 Dec 2022: Solar inverter, open"


def test_a_last_lead_without_a_product_is_told_by_its_kind() -> None:
    earlier = replace(EARLIER, kind=Kind.CALL, product=None, status=Status.NEW, owner_name=None)
    line = lines(BARE._replace(enquired_at=ENQUIRED), nth=2, earlier=earlier)[2]
    assert line == "🔁 2nd lead from this buyer, last 12 Dec: Call, open"


def test_the_keyboard_reaches_the_buyer_first() -> None:
    keyboard = WORDS.card(card_of(LEAD)).reply_markup
    assert keyboard is not None
    assert [[button["text"] for button in row] for row in keyboard["inline_keyboard"]] == [
        ["✋ Claim", "💬 WhatsApp", "📋 Copy"],
        ["⏰ Remind", "👤 Contact", "⋯ More"],
    ]
    assert buttons(LEAD)["📋 Copy"]["copy_text"] == {"text": "+919000000031"}
    assert greeting(LEAD) == (
        "Hello Asha Testwala, thank you for your interest in 550 W Mono PERC PV Solar Module on IndiaMART. "
        "How may we help you?"
    )


def test_a_landline_has_no_whatsapp() -> None:
    assert list(buttons(BARE._replace(phone="+911200000001"))) == [
        *("✋ Claim", "📋 Copy", "⏰ Remind", "👤 Contact", "⋯ More"),
    ]


def test_a_long_hindi_greeting_is_cut_between_characters() -> None:
    lead = LEAD._replace(name="आशा" * 200, product="सोलर पैनल " * 200)
    assert len(buttons(lead)["💬 WhatsApp"]["url"].encode()) <= 1000
    assert greeting(lead).startswith("Hello आशा")
    assert "\ufffd" not in greeting(lead)


def test_a_teams_own_greeting_is_filled_in_once() -> None:
    lead = LEAD._replace(name="{product}")
    assert words(lead, "Namaste {name}!\n{product}, {price}?") == f"Namaste {{product}}!\n{LEAD.product}, {{price}}?"


def test_a_greeting_without_a_name_and_a_product_still_reads_well() -> None:
    assert words(BARE) == "Hello, thank you for your enquiry on IndiaMART. How may we help you?"


def test_a_time_at_the_edge_of_the_calendar_is_shown() -> None:
    assert "31 Dec 9999" in lines(BARE._replace(enquired_at=datetime.max.replace(tzinfo=UTC)))[1]


@pytest.mark.parametrize("field", ["name", "company", "product", "city", "email", "quantity", "query_id", "message"])
def test_one_huge_value_leaves_all_others_whole(field: str) -> None:
    huge: dict[str, Any] = {field: "क्ष<&>" * 2000}
    text = spaced(sent(card_of(LEAD._replace(**huge), nth=3, earlier=EARLIER)).text)
    assert "📞 +91 90000 00031" in text
    assert "…" in text
    assert units(text) > 3500
    others = {"Asha Testwala": "name", "Ernakulam, Kerala": "city", "500 piece": "quantity", "I am inter": "message"}
    assert all(words in text for words, name in others.items() if name != field)


def test_the_message_is_shortened_before_anything_else() -> None:
    text = sent(card_of(LEAD._replace(message="x" * 10_000, name="n" * 1000))).text
    assert "n" * 1000 in text
    assert units(text) > 4000


def test_turned_and_invisible_characters_do_not_reach_the_chat() -> None:
    lead = LEAD._replace(name="A\u202egpj.exe\u2066\u0000\ud800B", city="पा\u200dनी")
    text = sent(card_of(lead)).text
    assert "Agpj.\u2060exe B, Testwala & Sons" in text
    assert "पा\u200dनी" in text


NASTY = st.sampled_from(
    [
        "<b>",
        "&",
        '"',
        "\\",
        "&amp;",
        "\ud800",
        "\udc00",
        "\0",
        "\x07",
        "\u202e",
        "😀",
        "पानी",
        "\n",
        "👩‍👩‍👧",
        "e\u0301" * 40,
    ]
)
TEXTS = st.none() | st.lists(NASTY | st.text(max_size=12), max_size=4).map("".join)
NUMBERS = st.sampled_from(["+919000000031", "+27600000001", "+911200000001"]) | TEXTS
RUPEES = st.none() | st.integers(0, 2**63 - 1)
LEADS = st.builds(
    Lead,
    kind=st.sampled_from(Kind.KNOWN) | st.text(min_size=1, max_size=100),
    query_id=TEXTS,
    enquired_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    **dict.fromkeys(("name", "company", "email", "email_alt", "address", "city", "state", "pincode"), TEXTS),
    **dict.fromkeys(("product", "category", "subject", "message", "quantity", "requirement"), TEXTS),
    **dict.fromkeys(("mobile", "mobile_alt", "phone", "phone_alt", "receiver_mobile"), NUMBERS),
    country=st.none() | st.sampled_from(["IN", "ZA", "001", "\0", "ZZ", "&&"]),
    order_value_min=RUPEES,
    order_value_max=RUPEES,
    call_seconds=st.none() | st.integers(0, 2**63 - 1),
)
EARLIERS = st.none() | st.builds(
    EarlierLead,
    lead_id=st.just(LeadId(1)),
    kind=st.sampled_from([*Kind.KNOWN, "NEW"]),
    enquired_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    product=TEXTS,
    status=st.sampled_from(Status),
    owner_name=TEXTS,
)
WRITTEN = (
    *("name", "company", "email", "email_alt", "address", "city", "state", "pincode", "query_id"),
    *("product", "category", "subject", "message", "quantity", "requirement", "phone_alt", "receiver_mobile"),
)


def swollen(lead: Lead, names: set[str], times: int) -> Lead:
    """Huge texts are made here, so that a failing example stays short."""
    larger: dict[str, Any] = {name: (getattr(lead, name) or '<b>&"A\\😀') * times for name in names}
    return lead._replace(**larger)


@settings(max_examples=60, deadline=None)
@given(LEADS, EARLIERS, st.sets(st.sampled_from(WRITTEN)), st.sampled_from([1, 40, 700]))
@example(Lead(kind="K" * 500), EARLIER, set(WRITTEN), 1500)
@example(LEAD, EARLIER, set(WRITTEN), 300)
def test_every_lead_becomes_a_message_telegram_takes(
    lead: Lead, earlier: EarlierLead | None, names: set[str], times: int
) -> None:
    card = card_of(swollen(lead, names, times), earlier=earlier, nth=3, late_reason=Lateness.BUSY)
    message = WORDS.card(card)
    message.text.encode()
    text = sent(card).text
    assert "#1234 · " in text
    assert lead.mobile != "+919000000031" or "+91 90000 00031" in text
    if message.reply_markup is not None:
        read = keyboards.read(message.reply_markup)
        assert all(len(button.get("url", "").encode()) <= 1000 for button in read.buttons)
    assert wording.inner_text({"message_text": WORDS.card(card).plain.text}).text
