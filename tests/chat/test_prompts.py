"""What people type in reply: notes, times, order values, reasons. The questions name whom they are for."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.chat.questions import STANDS
from bot.chat.views import callback_data, lead_codes
from bot.clock import IST
from bot.domain.ids import UserId
from bot.domain.lead import Status
from bot.domain.person import Person
from bot.sandbox.botapi.chats import MemberStatus
from bot.sandbox.botapi.entities import FormattedText
from bot.sandbox.botapi.messages import Body, StoredFile
from bot.team.claim_rules import LONGEST_REASON, ClaimResult
from bot.team.reminders import LONGEST_TEXT
from tests.chat.conftest import Afternoon
from tests.languages import heard, worded
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bot.domain.ids import LeadId
    from bot.domain.lead import StoredLead
    from bot.sandbox.botapi.messages import Message
    from tests.chat.conftest import Team


async def shows(team: Team, card: Message, words: str) -> None:
    await team.town.world.wait_for(lambda: words in card.text or worded(words) in card.text)


async def offers(team: Team, card: Message, button: str) -> None:
    await team.town.world.wait_for(lambda: button in str(card.buttons))


async def asked(team: Team, card: Message, *buttons: str) -> Message:
    """Ravi presses his way to a question."""
    before = len(team.group.by_bot)
    for button in buttons:
        await team.town.ravi.presses(card, button)
    return await team.said(team.group, before)


async def nods(team: Team, message: Message) -> None:
    await team.town.world.wait_for(lambda: message.reaction == "👍")


async def lead(team: Team, number: LeadId) -> StoredLead:
    stored = await team.services.lookup.lead(number)
    assert stored is not None
    return stored


async def test_a_reply_to_the_card_is_a_note_by_any_member(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    said = team.town.asha.says(team.group, "wants a <b>discount</b>", reply_to=card)
    await nods(team, said)
    await shows(team, card, "📝 Asha: wants a <b>discount</b>")
    assert team.group.by_bot == [card]


async def test_a_question_in_the_group_goes_once_it_is_answered(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    question = await asked(team, card, "⋯ More", "📝 Note")
    await nods(team, team.town.ravi.says(team.group, "sent the drawing", reply_to=question))
    await team.settles()
    assert team.group.by_bot == [card]


async def test_a_question_in_private_stays(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    asha = team.town.asha
    view = await team.answers(asha, asha.chat, f"/lead {number}")
    before = len(asha.chat.by_bot)
    for button in ("⋯ More", "📝 Note"):
        await asha.presses(view, button)
        await team.settles()
    question = await team.said(asha.chat, before)
    await nods(team, asha.says(asha.chat, "call in the evening", reply_to=question))
    await team.settles()
    assert question in asha.chat.by_bot


async def test_an_answer_that_is_not_understood_leaves_only_the_new_question(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    question = await asked(team, card, "⏰ Remind", "✍️ Another time")
    again = await team.answers(team.town.ravi, team.group, "whenever", reply_to=question)
    await team.settles()
    assert team.group.by_bot == [card, again]
    said = await team.answers(team.town.ravi, team.group, "in 2 hours", reply_to=again)
    await team.settles()
    assert team.group.by_bot == [card, said]


async def test_who_is_asked_the_same_anew_has_one_question(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    first = await asked(team, card, "⋯ More", "📝 Note")
    await team.town.asha.presses(card, "📝 Note")
    await team.settles()
    await team.town.ravi.presses(card, "📝 Note")
    await team.settles()
    await team.town.world.wait_for(lambda: first.is_deleted)
    assert [one.text for one in team.group.by_bot[1:]] == worded(
        [
            f"📝 Reply with your note on #{number}, Asha.",
            f"📝 Reply with your note on #{number}, Ravi.",
        ]
    )


@pytest.mark.english
@pytest.mark.parametrize(
    ("ways", "question", "choice"),
    [
        (["✋ Claim", "💔 Lost"], "✍️ Another reason", "price too high"),
        (["✋ Claim", "🏆 Won"], "💰 Order value", "↩️ Undo"),
        (["⏰ Remind"], "✍️ Another time", "in 1 h"),
    ],
)
async def test_what_a_button_settles_needs_no_answer_any_more(
    team: Team, ways: list[str], question: str, choice: str
) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    for button in (*ways, question):
        await offers(team, card, button)
        await team.town.ravi.presses(card, button)
        await team.settles()
    assert len(team.group.by_bot) == 2
    await team.town.ravi.presses(card, choice)
    await team.town.world.wait_for(lambda: team.group.by_bot == [card])


async def test_a_question_nobody_answers_goes_with_the_menu_it_came_from(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    before = card.buttons
    question = await asked(team, card, "⋯ More", "📝 Note")
    await team.settles()
    team.town.clock.ahead += 62
    await team.looks()
    assert question in team.group.by_bot
    assert card.buttons != before
    team.town.clock.ahead += STANDS
    await team.town.world.wait_for(lambda: team.group.by_bot == [card] and card.buttons == before)


async def test_who_may_not_answer_leaves_the_question_to_who_may(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    await team.town.ravi.presses(card, "🏆 Won")
    await shows(team, card, "🏆 Won")
    question = await asked(team, card, "💰 Order value")
    await team.answers(team.town.asha, team.group, "5000", reply_to=question)
    await team.settles()
    assert question in team.group.by_bot


@pytest.mark.parametrize(
    "refusal",
    [
        "Bad Request: message can't be deleted for everyone",
        "Bad Request: message to delete not found",
        "Bad Request: not enough rights",
        "Forbidden: bot was kicked from the supergroup chat",
    ],
)
async def test_a_question_that_cannot_be_deleted_stays_without_a_word(
    team: Team, refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    question = await asked(team, card, "⋯ More", "📝 Note")
    team.town.api.faults.refuse(403 if refusal.startswith("Forbidden") else 400, refusal, "deleteMessage", times=1)
    await nods(team, team.town.ravi.says(team.group, "sent the drawing", reply_to=question))
    await shows(team, card, "📝 Ravi: sent the drawing")
    await team.settles()
    assert len(team.town.api.calls.of("deleteMessage")) == 1
    assert team.group.by_bot == [card, question]
    assert [one for one in caplog.records if one.levelname in {"WARNING", "ERROR"}] == []


@pytest.mark.parametrize(
    ("code", "words"), [(400, "REACTION_INVALID"), (429, "Too Many Requests"), (502, "Bad Gateway")]
)
async def test_what_was_noted_is_never_said_to_have_failed(team: Team, code: int, words: str) -> None:
    """They would write it a second time."""
    (number,) = await team.has(team.lead(1))
    wait = {"retry_after": 30} if code == 429 else None
    team.town.api.faults.refuse(code, words, "setMessageReaction", parameters=wait)
    said = await team.answers(team.town.asha, team.group, "wants two", reply_to=await team.card(number))
    assert said.text == worded("Noted.")
    assert [entry.text for entry in await team.services.notes.history(number)] == ["wants two"]


async def test_a_reply_to_a_view_is_a_note_too(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    asha = team.town.asha
    view = await team.answers(asha, asha.chat, f"/lead {number}")
    await nods(team, asha.says(asha.chat, "call in the evening", reply_to=view))
    (entry,) = await team.services.notes.history(number)
    assert (entry.who, entry.text) == ("Asha", "call in the evening")


async def test_what_stands_below_a_picture_is_a_note_too(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    body = Body("photo", FormattedText("his visiting card"), StoredFile("1", "card.jpg", "image/jpeg", b"x"))
    said = team.town.world.post(team.group, team.town.asha, body, reply_to=card)
    await nods(team, said)
    await shows(team, card, "📝 Asha: his visiting card")


@pytest.mark.english
async def test_the_note_button_asks_the_presser_by_name(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    question = await asked(team, card, "⋯ More", "📝 Note")
    assert question.text == worded(f"📝 Reply with your note on #{number}, Ravi.")
    assert question.reply_to is card
    assert (question.markup.kind, question.markup.is_selective) == ("force_reply", True)
    assert [entity.kind for entity in question.body.formatted.entities][:2] == ["text_link", "text_mention"]
    await nods(team, team.town.ravi.says(team.group, "sent the drawing", reply_to=question))
    await shows(team, card, "📝 Ravi: sent the drawing")


async def test_a_question_is_still_understood_after_a_restart(
    gathered: Callable[..., AbstractAsyncContextManager[Team]], team: Team
) -> None:
    """Nothing but the message itself says what it is about: another process with another database reads the same."""
    (number,) = await team.has(team.lead(1))
    question = await asked(team, await team.card(number), "⋯ More", "📝 Note")
    async with gathered() as later:
        # The same file: both fixtures keep their leads in one folder.
        again = later.town.world.post(later.group, later.town.world.bot, question.body, question.markup)
        await nods(later, later.town.asha.says(later.group, "still here", reply_to=again))
        (entry,) = await later.services.notes.history(number)
    assert entry.text == "still here"


async def test_a_reply_to_a_reminder_or_to_what_points_to_a_card_is_a_note_too(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    ravi = team.town.ravi
    await team.card(number)
    await until(lambda: team.services.cards.posted(number))
    pointer = await team.card(number)
    assert pointer.text == worded(f"🟢 Here is #{number}.")
    await team.services.reminders.add(number, Person(UserId(ravi.id), "Ravi"), team.services.clock.now(), "call")
    before = len(team.group.by_bot)
    await team.services.reminders.fire()
    reminder = await team.said(team.group, before)
    for message, text in ((pointer, "is at a fair"), (reminder, "wants a sample")):
        await nods(team, ravi.says(team.group, text, reply_to=message))
    found = await team.services.notes.history(number)
    assert [entry.text for entry in found] == ["is at a fair", "wants a sample"]


async def test_other_replies_and_talk_are_left_alone(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    said = await team.answers(team.town.asha, team.group, "/today")
    team.town.asha.says(team.group, "nice list", reply_to=said)
    team.town.asha.says(team.group, "hello", reply_to=team.town.ravi.says(team.group, "hi"))
    await team.ignores(team.group)
    assert await team.services.notes.history(number) == []


async def test_in_private_a_reply_that_is_for_no_lead_is_a_search(team: Team) -> None:
    await team.has(team.lead(1), team.lead(2))
    asha = team.town.asha
    said = await team.answers(asha, asha.chat, "/today")
    for replied in (said, asha.says(asha.chat, "hm", reply_to=said)):
        await team.rests()
        found = await team.answers(asha, asha.chat, "LED Clock", reply_to=replied)
        assert "/lead_2" in found.text


async def test_who_writes_as_the_group_is_asked_to_show_themselves(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    before = len(team.group.by_bot)
    team.town.ravi.says(team.group, "a note", reply_to=card, is_anonymous=True)
    assert "Remain anonymous" in (await team.said(team.group, before)).text
    assert await team.services.notes.history(number) == []
    for command in ("/mine", "/template", "/language@leadbell_bot"):
        said = await team.answers(team.town.ravi, team.group, command, is_anonymous=True)
        assert "Remain anonymous" in said.text


async def test_a_stranger_notes_nothing(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    vikram = team.town.vikram
    vikram.joins(team.group)
    question = await asked(team, await team.card(number), "⋯ More", "📝 Note")
    vikram.leaves(team.group)
    await team.town.call("sendMessage", chat_id=team.group.id, text="x")
    before = len(team.group.by_bot)
    vikram.says(team.group, "spam", reply_to=question)
    assert heard("only for the members", (await team.said(team.group, before)).text)
    assert await team.services.notes.history(number) == []


@pytest.mark.english
async def test_the_order_value_is_typed_as_people_say_it(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    await team.town.ravi.presses(card, "🏆 Won")
    await shows(team, card, "🏆 Won")
    question = await asked(team, card, "💰 Order value")
    assert (await lead(team, number)).status is Status.WON
    again = await team.answers(team.town.ravi, team.group, "a lot", reply_to=question)
    assert heard("I do not understand this amount", again.text)
    assert again.markup.kind == "force_reply"
    await nods(team, team.town.ravi.says(team.group, "1.6 lakh", reply_to=again))
    await shows(team, card, "🏆 Won: ₹1.6\u00a0lakh")


async def test_a_value_by_who_may_not_set_it_is_refused(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    for button in ("⋯ More", "🏆 Won"):
        await team.town.ravi.presses(card, button)
    await shows(team, card, "🏆 Won")
    question = await asked(team, card, "💰 Order value")
    said = await team.answers(team.town.asha, team.group, "5000", reply_to=question)
    assert said.text == worded("Ravi has this lead. Only Ravi and admins may change it.")
    assert (await lead(team, number)).won_value is None


async def test_a_reason_of_ones_own_is_typed(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    for button in ("⋯ More", "💔 Lost"):
        await team.town.ravi.presses(card, button)
    await shows(team, card, "💔 Lost")
    question = await asked(team, card, "✍️ Another reason")
    await nods(team, team.town.ravi.says(team.group, "wanted   it yesterday", reply_to=question))
    await shows(team, card, "💔 Lost: wanted it yesterday")


async def test_asking_for_a_value_of_somebody_elses_lead_is_refused(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.asha.presses(card, "✋ Claim")
    await shows(team, card, "✋ Asha")
    # As a button of an older card has it, which asked before anything was set.
    code = callback_data.encode(lead_codes.AskFor(number, lead_codes.PromptKind.VALUE))
    answer = await team.town.world.queries.press_data(team.town.ravi, card, code)
    assert (answer.text, answer.show_alert) == (worded("Asha has this lead. Only Asha and admins may change it."), True)
    assert team.group.by_bot == [card]


@pytest.mark.english
@pytest.mark.parametrize("button", ["in 1 h", "in 3 h", "tomorrow 10:00"])
async def test_a_reminder_is_set_with_two_presses(team: Team, button: str) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    before = card.buttons
    await team.town.asha.presses(card, "⏰ Remind")
    answer = await team.town.asha.presses(card, button)
    assert answer.text.startswith(f"I will remind you of #{number} on ")
    await team.town.world.wait_for(lambda: card.buttons == before)
    page = await team.services.work.mine(UserId(team.town.asha.id))
    assert [len(entry.reminders) for entry in page.entries] == [1]


@pytest.mark.english
async def test_a_reminder_takes_a_typed_time_and_what_for(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    question = await asked(team, await team.card(number), "⏰ Remind", "✍️ Another time")
    said = await team.answers(team.town.ravi, team.group, "tomorrow 10 send the drawing", reply_to=question)
    assert re.match(rf"⏰ I will remind you of #{number} on \w+day \d", said.text)
    (reminder,) = await team.services.reminders.of(UserId(team.town.ravi.id))
    assert reminder.text == "send the drawing"


@pytest.mark.english
@pytest.mark.parametrize(
    ("typed", "is_outside"), [("sunday 11 am", True), ("mon 7:30 pm", True), ("tue 7 am", True), ("mon 11 am", False)]
)
async def test_a_reminder_outside_working_hours_says_so(team: Team, typed: str, *, is_outside: bool) -> None:
    (number,) = await team.has(team.lead(1))
    question = await asked(team, await team.card(number), "⏰ Remind", "✍️ Another time")
    said = await team.answers(team.town.ravi, team.group, typed, reply_to=question)
    assert said.text.endswith(" That is outside working hours.") == is_outside


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("whenever", "I do not understand this time"),
        ("1 Jan 2024 10:00", "over already"),
        ("in 900 days", "a year away"),
    ],
)
async def test_a_time_that_cannot_be_taken_is_asked_for_again(team: Team, typed: str, words: str) -> None:
    (number,) = await team.has(team.lead(1))
    question = await asked(team, await team.card(number), "⏰ Remind", "✍️ Another time")
    said = await team.answers(team.town.ravi, team.group, typed, reply_to=question)
    assert heard(words, said.text)
    assert said.markup.kind == "force_reply"
    await team.answers(team.town.ravi, team.group, "in 2 hours", reply_to=said)
    assert len(await team.services.reminders.of(UserId(team.town.ravi.id))) == 1


@pytest.mark.english
@pytest.mark.parametrize("most", [LONGEST_REASON, LONGEST_TEXT])
async def test_what_is_too_long_to_be_kept_whole_is_asked_for_again(team: Team, most: int) -> None:
    (number,) = await team.has(team.lead(1))
    buttons, before = {
        LONGEST_REASON: (("⋯ More", "💔 Lost", "✍️ Another reason"), ""),
        LONGEST_TEXT: (("⏰ Remind", "✍️ Another time"), "tomorrow 10 "),
    }[most]
    card = await team.card(number)
    for button in buttons[:-1]:
        await team.town.ravi.presses(card, button)
    await offers(team, card, buttons[-1])
    question = await asked(team, card, buttons[-1])
    again = await team.answers(team.town.ravi, team.group, before + "x" * (most + 30), reply_to=question)
    assert again.text.startswith("This is 30 characters too long.")
    assert again.markup.kind == "force_reply"
    assert not await team.services.reminders.of(UserId(team.town.ravi.id))
    assert (await lead(team, number)).lost_reason is None


@pytest.mark.english
async def test_a_typed_time_counts_from_when_it_was_typed(team: Team) -> None:
    """The service was away over midnight."""
    (number,) = await team.has(team.lead(1))
    question = await asked(team, await team.card(number), "⏰ Remind", "✍️ Another time")
    clock = team.town.clock
    assert isinstance(clock, Afternoon)
    clock.set_on(-timedelta(hours=20))
    typed = team.town.ravi.says(team.group, "tomorrow 18:00", reply_to=question)
    clock.set_on(timedelta(hours=20))
    await team.town.world.wait_for(lambda: team.group.by_bot[-1].message_id > typed.message_id)
    (reminder,) = await team.services.reminders.of(UserId(team.town.ravi.id))
    assert reminder.due_at.astimezone(IST) == clock.now().astimezone(IST).replace(
        hour=18, minute=0, second=0, microsecond=0
    )


async def test_where_reactions_are_refused_words_say_that_it_was_noted(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    team.town.api.faults.refuse(400, "Bad Request: REACTION_INVALID", "setMessageReaction", times=1)
    assert (await team.answers(team.town.asha, team.group, "hm", reply_to=card)).text == worded("Noted.")


async def test_notes_need_no_administrator_bot(gathered: Callable[..., AbstractAsyncContextManager[Team]]) -> None:
    async with gathered(bot_role=MemberStatus.MEMBER) as team:
        (number,) = await team.has(team.lead(1))
        card = await team.card(number)
        assert (await team.town.ravi.presses(card, "✋ Claim")).text
        await nods(team, team.town.ravi.says(team.group, "a note", reply_to=card))
        assert (await team.services.claims.claim(number, Person(UserId(5), "Nobody"))).result is ClaimResult.TAKEN


@pytest.mark.parametrize("topic", [lead_codes.PromptKind.VALUE, lead_codes.PromptKind.REASON])
async def test_who_is_shown_the_number_with_won_or_lost_is_asked_too(
    gathered: Callable[..., AbstractAsyncContextManager[Team]], topic: lead_codes.PromptKind
) -> None:
    """On an old card of a lead that nobody has: the press claims it, and its number is no refusal."""
    async with gathered(numbers="claim") as team:
        (number,) = await team.has(team.lead(1))
        card = await team.card(number)
        code = callback_data.encode(lead_codes.AskFor(number, topic))
        answer = await team.town.world.queries.press_data(team.town.ravi, card, code)
        assert "00001" in answer.text
        question = await team.said(team.group, 1)
        assert question.markup.kind == "force_reply"
        assert question.text.startswith({"value": "🏆", "reason": "💔"}[topic.name.lower()])
