"""What the team did with a lead, as it is read: word for word where it is ordinary, and always what Telegram takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.views import Views, forgetting, prompts
from bot.chat.views.changes import status_label
from bot.chat.views.lead_codes import Menu, PromptKind
from bot.chat.views.text import WORD_JOINER
from bot.domain import masking
from bot.domain.card import Card, Note
from bot.domain.ids import AccountId, BuyerId, LeadId, LeadNumber, UserId
from bot.domain.lead import Kind, Lead, LostReason, Origin, Status, StoredLead
from bot.domain.person import Person
from bot.lookup.worklists import WorkItem, WorkPage
from bot.sandbox.botapi import keyboards, wording
from bot.sandbox.botapi.entities import units
from bot.store.changes import ChangeKind
from bot.store.reminders import Reminder
from bot.store.sealing import SealExtent
from bot.team.claim_rules import SETTABLE
from bot.team.erasure import FoundBuyer
from bot.team.notes import HistoryEntry

if TYPE_CHECKING:
    from bot.chat.views.message import RenderedMessage

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
WORDS = Views(ZoneInfo("Asia/Kolkata"), lambda: "lead_test_bot", lambda: NOW)
NOON = datetime(2024, 1, 3, 6, 30, tzinfo=UTC)
LEAD = Lead(kind=Kind.ENQUIRY, query_id="2640000001", mobile="+919000000031", product="Pump")
NEW = StoredLead(
    lead_id=LeadId(12), account_id=AccountId(1), number=LeadNumber(12), lead=LEAD, origin=Origin.PULL, stored_at=NOON
)
RAVIS = NEW._replace(owner_id=UserId(5), owner_name="Ravi", claimed_at=NOON, status=Status.CLAIMED)
HUGE = "<b>&\"'\\😀पानी" * 400
TEXTS = st.sampled_from(["", "Ravi", "<b>&", "😀" * 300, "x" * 3000, HUGE, "\u202e\ud800\n"])


def sent(message: RenderedMessage) -> str:
    """As the Bot API takes it: its text, and its buttons checked."""
    if message.reply_markup is not None:
        keyboards.read(message.reply_markup)
    text = wording.inner_text({"message_text": message.text, "parse_mode": "HTML"}).text
    assert units(text) <= 4096
    return text.replace("\u00a0", " ")


def below(stored: StoredLead, **facts: Any) -> list[str]:
    """What stands between the lead and its number."""
    return sent(WORDS.card(Card(stored=stored, **facts))).split("\n")[2:-1]


def buttons(card: Card, menu: Menu = Menu.NONE, people: tuple[Person, ...] = ()) -> list[list[str]]:
    keyboard = WORDS.card(card, menu, people).reply_markup
    return [] if keyboard is None else [[button["text"] for button in row] for row in keyboard["inline_keyboard"]]


def test_a_new_lead_says_nothing_of_the_team() -> None:
    assert below(NEW) == []


def test_the_owner_is_named_with_how_long_it_took() -> None:
    assert below(RAVIS, claimed_after=timedelta(minutes=4, seconds=20)) == ["✋ Ravi, after 4 min"]
    assert below(RAVIS) == ["✋ Ravi"]
    assert below(RAVIS._replace(owner_name=None)) == ["✋ a colleague"]


@pytest.mark.parametrize(
    ("status", "facts", "line"),
    [
        (Status.CONTACTED, {}, "🗣 Contacted"),
        (Status.QUOTED, {}, "📄 Quoted"),
        (Status.WON, {}, "🏆 Won"),
        (Status.WON, {"won_value": 160000}, "🏆 Won: ₹1.6 lakh"),
        (Status.LOST, {}, "💔 Lost"),
        (Status.LOST, {"lost_reason": "price"}, "💔 Lost: price too high"),
        (Status.LOST, {"lost_reason": "too <late>"}, "💔 Lost: too <late>"),
        (Status.JUNK, {}, "🗑 Junk"),
    ],
)
def test_each_status_has_its_line(status: Status, facts: dict[str, Any], line: str) -> None:
    assert below(RAVIS._replace(status=status), **facts) == ["✋ Ravi", line]


def test_the_latest_note_stands_below_shortened() -> None:
    assert below(NEW, note=Note("Asha", "call\nat 5")) == ["📝 Asha: call at 5"]
    (line,) = below(NEW, note=Note("Asha", "x" * 900))
    assert line.endswith("x…")
    assert units(line) < 320


def test_every_reason_has_words() -> None:
    shown = {below(RAVIS._replace(status=Status.LOST), lost_reason=reason)[1] for reason in LostReason}
    assert len(shown) == len(LostReason)
    assert not any(line.endswith(f": {reason}") for line in shown for reason in LostReason)


def test_an_owned_lead_has_no_claim_button_and_a_change_has_undo() -> None:
    assert buttons(Card(stored=RAVIS))[0] == ["💬 WhatsApp", "📋 Copy"]
    changed = Card(stored=RAVIS._replace(status=Status.QUOTED), undo_id=7)
    assert buttons(changed)[0] == ["↩️ Undo", "💬 WhatsApp", "📋 Copy"]
    assert buttons(Card(stored=NEW, undo_id=7))[:2] == [["✋ Claim", "↩️ Undo"], ["💬 WhatsApp", "📋 Copy"]]


REACH = ["💬 WhatsApp", "📋 Copy"]
REST = ["⏰ Remind", "👤 Contact", "⋯ More"]


@pytest.mark.parametrize(
    ("status", "facts", "rows"),
    [
        (Status.CLAIMED, {}, [["🗣 Contacted", "📄 Quoted"], ["🏆 Won", "💔 Lost"]]),
        (Status.CONTACTED, {}, [["✓ Contacted", "📄 Quoted"], ["🏆 Won", "💔 Lost"]]),
        (Status.QUOTED, {}, [["🗣 Contacted", "✓ Quoted"], ["🏆 Won", "💔 Lost"]]),
        (Status.WON, {}, [["🗣 Contacted", "📄 Quoted"], ["✓ Won", "💔 Lost"], ["💰 Order value"]]),
        (Status.WON, {"won_value": 0}, []),
        (Status.LOST, {"lost_reason": "price"}, []),
        (Status.JUNK, {}, []),
    ],
)
def test_a_claimed_card_offers_what_comes_next(status: Status, facts: dict[str, Any], rows: list[list[str]]) -> None:
    assert buttons(Card(stored=RAVIS._replace(status=status), **facts)) == [REACH, *rows, REST]


def test_a_lost_card_asks_why_until_it_is_told() -> None:
    offered = buttons(Card(stored=RAVIS._replace(status=Status.LOST)))
    assert offered[1:3] == [["🗣 Contacted", "📄 Quoted"], ["🏆 Won", "✓ Lost"]]
    assert sum(map(len, offered[3:-1])) == len(LostReason) + 1
    assert max(map(len, offered[3:-1])) == 2
    assert offered[-2][-1] == "✍️ Another reason"


@pytest.mark.parametrize("status", Status)
def test_every_status_is_one_press_away_or_under_more(status: Status) -> None:
    stored = NEW if status is Status.NEW else RAVIS._replace(status=status)
    offered = str(buttons(Card(stored=stored, won_value=1, lost_reason="x"), Menu.MORE))
    for other in SETTABLE:
        assert (status_label(other) in offered) is (other is not status)


@pytest.mark.parametrize("status", Status)
def test_more_tells_anew_how_a_lead_ended_and_releases_what_is_open(status: Status) -> None:
    stored = NEW if status is Status.NEW else RAVIS._replace(status=status)
    offered = str(buttons(Card(stored=stored, won_value=1, lost_reason="x"), Menu.MORE))
    assert ("💰 Order value" in offered) is (status is Status.WON)
    assert ("✍️ Another reason" in offered) is (status is Status.LOST)
    assert ("🙌 Release" in offered) is (status in {Status.CLAIMED, Status.CONTACTED, Status.QUOTED})


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("menu", Menu)
def test_no_row_has_more_than_three_buttons(status: Status, menu: Menu) -> None:
    people = tuple(Person(UserId(n), f"Person {n}") for n in range(1, 20))
    for stored in (NEW, RAVIS._replace(status=status)):
        assert max(len(row) for row in buttons(Card(stored=stored, undo_id=7), menu, people)) <= 3


def test_a_lead_is_not_given_to_who_has_it() -> None:
    owner = RAVIS.owner_id
    assert owner is not None
    people = (Person(owner, "Ravi"), Person(UserId(owner + 1), "Asha"))
    assert [row for row in buttons(Card(stored=RAVIS), Menu.MORE, people) if "👥" in str(row)] == [["👥 Asha"]]
    assert "👥 Ravi" in str(buttons(Card(stored=NEW), Menu.MORE, people))


def test_whoever_knows_the_buyer_is_suggested_until_somebody_claims() -> None:
    friend = "Ravi <b>" + "x" * 90
    label = buttons(Card(stored=NEW, known_to=friend))[0][0]
    assert label.startswith("✋ Claim (Ravi <b>x")
    assert label.endswith("… knows this buyer)")
    assert "Claim" not in str(buttons(Card(stored=RAVIS, known_to=friend)))


@pytest.mark.parametrize("menu", Menu)
def test_whatever_is_unfolded_the_first_rows_stay(menu: Menu) -> None:
    people = tuple(Person(UserId(n), "" if n == 1 else f"Person {n}") for n in range(1, 200))
    card = Card(stored=NEW)
    sent(WORDS.card(card, menu, people))
    assert buttons(card, menu, people)[0] == buttons(card)[0]
    assert buttons(card, menu, people)[1][:2] == buttons(card)[1][:2]


def test_a_masked_card_masks_what_the_team_wrote() -> None:
    card = Card(stored=RAVIS, note=Note("Asha", "or 9000000032"), lost_reason="went to 9000000033")
    masked = masking.card(card)
    assert masked.note is not None
    assert "9000000032" not in masked.note.text
    assert "9000000033" not in str(masked.lost_reason)


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(Status))
def test_whatever_people_write_the_card_is_taken(
    owner: str, note: str, reason: str, message: str, status: Status
) -> None:
    stored = RAVIS._replace(owner_name=owner, status=status, lead=LEAD._replace(message=message, name=HUGE))
    card = Card(stored=stored, note=Note(owner, note), lost_reason=reason, claimed_after=timedelta(days=9000))
    assert "#12 · W" in sent(WORDS.card(card, Menu.MORE))
    assert WORDS.card(card).plain.text


ENTRY = HistoryEntry(at=NOON, who="Ravi", what=None, text="x")
DONE = replace(ENTRY, text=None)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (replace(ENTRY, text="call\n\nat 5"), "📝 call\nat 5"),
        (replace(DONE, what=ChangeKind.CLAIM), "✋ claimed"),
        (replace(DONE, what=ChangeKind.RELEASE), "🙌 released"),
        (replace(DONE, what=ChangeKind.REASSIGN, owner_after="Asha"), "👥 given to Asha"),
        (
            replace(DONE, what=ChangeKind.STATUS, before=Status.QUOTED, after=Status.WON, won_value=50000),
            "quoted → won, ₹50,000",
        ),
        (
            replace(ENTRY, what=ChangeKind.STATUS, before=Status.NEW, after=Status.LOST, text="price"),
            "open → lost, price too high",
        ),
        (
            replace(DONE, what=ChangeKind.UNDO, before=Status.JUNK, after=Status.CLAIMED),
            "↩️ undone: junk → claimed",
        ),
        (
            replace(
                DONE,
                what=ChangeKind.UNDO,
                before=Status.QUOTED,
                after=Status.QUOTED,
                owner_before="Asha",
                owner_after="Ravi",
            ),
            "↩️ undone: back to Ravi",
        ),
        (
            replace(DONE, what=ChangeKind.UNDO, before=Status.NEW, after=Status.CLAIMED, owner_after="Ravi"),
            "↩️ undone: open → claimed, back to Ravi",
        ),
    ],
)
def test_each_event_is_told_with_who_and_when(entry: HistoryEntry, said: str) -> None:
    text = sent(WORDS.history(NEW, [entry], [], 0))
    assert text == f"🕘 History of #12\n3 Jan 2024, 12:00 pm · Ravi: {said}"


def test_an_empty_history_says_so() -> None:
    assert sent(WORDS.history(NEW, [], [], 5)).endswith("Nothing has happened yet.")


@pytest.mark.no_cover
def test_a_full_history_fits_on_every_page() -> None:
    noted = [replace(ENTRY, who="n" * 128, text=f"{n} {'😀' * 499}") for n in range(100)]
    others = [NEW._replace(lead=LEAD._replace(product=HUGE, name=HUGE, city=HUGE), owner_name=HUGE)] * 10
    seen = "".join(sent(WORDS.history(NEW, noted, others, page)) for page in range(100))
    assert all(f"{n} {'😀' * 499}" in seen for n in range(100))


@pytest.mark.parametrize("words", ["word ", "क्ष", "😀", "a@b.example, ", "x"])
def test_a_note_as_long_as_a_message_can_be_read_to_its_end(words: str) -> None:
    note = (words * 4096)[:4096].strip()
    noted = [replace(ENTRY, text=note), replace(ENTRY, text="short")]
    pages = [sent(WORDS.history(NEW, noted, [NEW], page)) for page in range(5)]
    read = "".join(page.split("\n", 1)[1].split("🔁", 1)[0] for page in pages)
    assert "".join(note.split()) in "".join(read.replace(WORD_JOINER, "").split())


def test_who_forgets_is_told_of_buyers_that_are_not_named() -> None:
    def buyer(number: int) -> FoundBuyer:
        lead_ids, numbers = (LeadId(number),), (LeadNumber(number),)
        return FoundBuyer(buyer_id=BuyerId(number), lead_ids=lead_ids, numbers=numbers, extent=SealExtent(leads=1))

    assert "(#5)" in sent(forgetting.question("+919000000001", [buyer(n) for n in range(1, 6)]))
    assert "more" not in sent(forgetting.question("+919000000001", [buyer(n) for n in range(1, 6)]))
    assert "and 2 more" in sent(forgetting.question("+919000000001", [buyer(n) for n in range(1, 8)])).splitlines()


def test_the_longest_worklist_fits() -> None:
    waiting = [
        Reminder(reminder_id=n, lead_id=LeadId(10**12), user_id=UserId(5), person_name=HUGE, text=HUGE, due_at=NOON)
        for n in range(50)
    ]
    stored = RAVIS._replace(lead=LEAD._replace(product=HUGE, name=HUGE, city=HUGE), owner_name=HUGE)
    entries = tuple(WorkItem(stored, tuple(waiting[n : n + 5])) for n in range(0, 50, 5))
    page = WorkPage(entries=entries, total=10**6, before=0, after=20, too_old=3)
    assert sent(WORDS.mine(page, AccountId(1), 5, HUGE, 10, is_own=True)).count("⏰") == 10
    assert "3 older leads are unclaimed too" in sent(WORDS.unclaimed(page, AccountId(1)))


@pytest.mark.parametrize("topic", PromptKind)
@pytest.mark.parametrize("name", ["Ravi", "{lead} <b>{name}</b>", "", HUGE])
def test_a_question_is_for_one_person_and_survives_any_name(topic: PromptKind, name: str) -> None:
    message = prompts.prompt(topic, NEW, Person(UserId(5), name), "lead_test_bot", "What? <b>")
    formatted = wording.inner_text({"message_text": message.text, "parse_mode": "HTML"})
    assert "#12" in formatted.text
    assert sorted(entity.kind for entity in formatted.entities) == ["text_link", "text_mention"]
    assert message.is_question
    assert message.reply_markup is not None
    assert message.reply_markup["selective"]
    keyboards.read(message.reply_markup)
