"""/settings: what admins change without the machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.chat.views import settings as views
from bot.chat.views.callback_data import encode
from bot.chat.views.setting_codes import ChangeSetting, SettingStep
from bot.clock import Clock
from bot.config.keyring import new_key
from bot.domain.ids import UserId
from bot.sandbox.botapi.entities import FormattedText
from bot.sandbox.botapi.messages import Body, StoredFile
from bot.sandbox.simulator.server import API_KEY, Simulator
from bot.store import account_settings, accounts, faults
from tests.chat.conftest import gather
from tests.languages import heard, worded
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.config import Settings
    from bot.sandbox.botapi.messages import Message
    from tests.chat.conftest import Team

HOURS, DAYS_OFF, ADMINS, RETENTION = "🕘 Working hours", "🏖 Days off", "👮 Admins", "🧹 Erase after"
KEY = "🔑 IndiaMART key"


async def opened(team: Team, label: str) -> Message:
    """The one message of /settings, at this setting."""
    message = await team.answers(team.meera, team.meera.chat, "/settings")
    await press(team, message, label)
    return message


async def press(team: Team, message: Message, label: str) -> str:
    answer = await team.meera.presses(message, label)
    await team.settles()
    return answer.text or ""


async def asks(team: Team, label: str) -> Message:
    """The question for a new value."""
    before = len(team.meera.chat.by_bot) + 1
    message = await opened(team, label)
    await team.meera.presses(message, "✍️ Type it")
    return await team.said(team.meera.chat, before)


async def types(team: Team, label: str, text: str) -> Message:
    """What is said to this in reply to the question."""
    return await team.answers(team.meera, team.meera.chat, text, reply_to=await asks(team, label))


async def captions(team: Team, label: str, text: str) -> Message:
    """The same, typed below a picture."""
    asked, before = await asks(team, label), len(team.meera.chat.by_bot)
    picture = StoredFile("x", "x.png", "image/png", b"1", team.town.world.bot.id)
    body = Body(kind="photo", formatted=FormattedText(text), file=picture)
    team.town.world.post(team.meera.chat, team.meera, body, reply_to=asked)
    return await team.said(team.meera.chat, before)


async def is_open(team: Team, fault: str) -> bool:
    async with team.database.reading() as connection:
        return await faults.is_open(connection, fault)


async def stored(team: Team) -> Settings:
    """What a service would make of the account now."""
    own = team.services.settings
    async with team.database.reading() as connection:
        found = await account_settings.listed(connection, own.of_files.secret_key)
    return next(one for one in found if one.account_id == team.services.account_id).settings(own)


async def test_a_line_of_the_settings_file_may_be_typed_as_it_stands_there(team: Team) -> None:
    """`leadbell check` and the docs show them so."""
    said = await types(team, DAYS_OFF, "HOLIDAYS = IN,2026-11-09")
    assert said.text.startswith(f"✅ {worded(DAYS_OFF)}")
    assert (await stored(team)).texts["HOLIDAYS"] == "IN,2026-11-09"


@pytest.mark.english
async def test_what_stands_below_a_picture_is_an_answer_as_any(team: Team) -> None:
    """It was read as nothing, and nothing took the setting away."""
    taken = await captions(team, DAYS_OFF, "2026-11-09")
    assert taken.text.startswith("✅ 🏖 Days off")
    assert (await stored(team)).texts["HOLIDAYS"] == "2026-11-09"
    again = await captions(team, DAYS_OFF, "the day after")
    assert not again.text.startswith("✅")
    assert (await stored(team)).texts["HOLIDAYS"] == "2026-11-09"
    picture = await captions(team, RETENTION, "400d")
    assert worded("Are you sure?") in picture.text


@pytest.mark.english
async def test_each_setting_says_what_it_is_and_where_it_comes_from(team: Team) -> None:
    message = await team.answers(team.meera, team.meera.chat, "/settings")
    assert f"{HOURS}: Mon-Sat 09:30-19:00" in message.text
    assert f"{ADMINS}: {team.meera.id}" in message.text
    await press(team, message, DAYS_OFF)
    assert worded("days off: dates") in message.text
    await press(team, message, "India's")
    assert message.text.startswith("✅ 🏖 Days off\nIN")
    assert (await stored(team)).texts["HOLIDAYS"] == "IN"
    await press(team, message, "‹ Settings")
    await press(team, message, DAYS_OFF)
    assert worded("It stands in: the chat") in message.text
    assert worded("Last changed by Meera, 3:0") in message.text
    await press(team, message, "‹ Back")
    assert f"{DAYS_OFF}: IN" in message.text


@pytest.mark.english
async def test_what_is_typed_is_checked_as_at_start_and_asked_for_again(team: Team) -> None:
    refused = await types(team, HOURS, "always")
    assert "WORKING_HOURS" in refused.text
    said = await team.answers(team.meera, team.meera.chat, "Mon-Fri 10:00-18:00", reply_to=refused)
    assert said.text.startswith(f"✅ {HOURS}")
    assert (await stored(team)).texts["WORKING_HOURS"] == "Mon-Fri 10:00-18:00"


async def test_a_change_is_undone_unless_another_came_since(team: Team) -> None:
    first = await types(team, DAYS_OFF, "2026-11-08")
    second = await types(team, DAYS_OFF, "IN")
    assert heard("changed again since", await press(team, first, "↩️ Undo"))
    await press(team, second, "↩️ Undo")
    assert (await stored(team)).texts["HOLIDAYS"] == "2026-11-08"
    message = await opened(team, DAYS_OFF)
    await press(team, message, "↺ As before it was set here")
    assert "HOLIDAYS" not in (await stored(team)).texts
    await press(team, message, "↩️ Undo")
    assert (await stored(team)).texts["HOLIDAYS"] == "2026-11-08"


async def test_none_takes_a_setting_out(team: Team) -> None:
    await types(team, DAYS_OFF, "IN")
    await types(team, DAYS_OFF, "none")
    assert "HOLIDAYS" not in (await stored(team)).texts


async def test_nobody_stops_being_an_admin_without_being_asked(team: Team) -> None:
    message = await types(team, ADMINS, "77, 78")
    assert heard("after that you are no admin", message.text)
    await press(team, message, "No")
    assert (await stored(team)).telegram_admins == (team.meera.id,)
    message = await types(team, ADMINS, "none")
    assert heard("After that nobody is an admin", message.text)
    message = await types(team, ADMINS, "77, 78")
    await press(team, message, "Yes, change it")
    assert (await stored(team)).telegram_admins == (77, 78)
    message = await types(team, ADMINS, f"77 {team.meera.id}")
    assert message.text.startswith("✅")


async def test_a_yes_to_what_telegram_does_not_show_us_any_more_changes_nothing(team: Team) -> None:
    """What was typed stands in the message alone; none of it is not "none"."""
    gone = {"chat": team.meera.chat.wire, "message_id": 5, "date": 0}
    number = next(number for number, row in views.ROWS.items() if row.name == "TELEGRAM_ADMINS")
    code = encode(ChangeSetting(team.services.account_id, number, SettingStep.SURE, 0))
    pressed = {"id": "99", "from": team.meera.wire, "chat_instance": "1", "data": code, "message": gone}
    team.town.world.updates.put("callback_query", pressed)
    calls = team.town.api.calls
    await team.town.world.wait_for(lambda: calls.of("answerCallbackQuery"))
    assert heard("button is old", calls.of("answerCallbackQuery")[0].parameters["text"])
    assert (await stored(team)).telegram_admins == (team.meera.id,)


async def test_what_begins_to_erase_is_asked_back(team: Team) -> None:
    message = await opened(team, RETENTION)
    await press(team, message, "18mo")
    assert heard("which cannot be undone", message.text)
    assert (await stored(team)).retention is None
    await press(team, message, "Yes, change it")
    assert (await stored(team)).retention == timedelta(days=18 * 30)


async def test_only_admins_in_private_see_and_press_them(team: Team) -> None:
    ravi, meera, services = team.town.ravi, team.meera, team.services
    assert heard("Only admins", (await team.answers(ravi, team.group, "/settings")).text)
    meera.joins(team.group)
    in_group = await team.answers(meera, team.group, "/settings")
    assert heard("private chat", in_group.text)
    code = encode(ChangeSetting(services.account_id, 4, SettingStep.PUT, 0))
    for person, words in ((ravi, "Only admins"), (meera, "private chat")):
        answer = await team.town.world.queries.press(person, in_group, {"text": "", "callback_data": code}, 15)
        assert heard(words, (answer.text or ""))
    assert "HOLIDAYS" not in (await stored(team)).texts


@pytest.mark.english
async def test_a_question_and_a_button_stay_the_accounts_they_were_made_for(team: Team) -> None:
    """Meera is an admin of one and a member of the other; what she is shown is the other's meanwhile."""
    question = await asks(team, DAYS_OFF)
    message = await team.answers(team.meera, team.meera.chat, "/settings")
    async with team.beside("Surat", team.meera) as surat:
        await surat.chat.accounts.choose(UserId(team.meera.id), surat.services.account_id)
        await press(team, message, DAYS_OFF)
        assert worded("days off: dates") in message.text
        told = await team.answers(team.meera, team.meera.chat, "IN", reply_to=question)
        assert told.text.startswith(f"✅ {DAYS_OFF}")
        assert (await stored(team)).texts["HOLIDAYS"] == "IN"
        assert heard("Only admins", (await team.answers(team.meera, team.meera.chat, "/settings")).text)


@pytest.fixture
async def pulling(tmp_path: Path) -> AsyncIterator[tuple[Team, Simulator]]:
    """An account whose key is IndiaMART's no more."""
    async with Simulator(Clock(), floor=timedelta(milliseconds=1)) as simulator:
        given = {
            "INDIAMART_URL": simulator.url,
            "INDIAMART_KEY": "the-former-key",
            "POLL_EVERY": "0.001s",
            "SECRET_KEY": new_key(),
        }
        async with gather(tmp_path, more=given) as team:
            yield team, simulator


async def may_call(team: Team) -> None:
    """Until IndiaMART may be called again: calls are remembered by the second."""
    async with team.database.reading() as connection:
        called_at = (await accounts.get(connection, team.services.account_id)).last_call_at
    assert called_at is not None
    await until(lambda: team.services.clock.now() > called_at)


@pytest.mark.english
async def test_a_key_is_tried_before_it_is_set_and_what_was_typed_is_deleted(pulling: tuple[Team, Simulator]) -> None:
    team, simulator = pulling
    question = await asks(team, KEY)
    refused = await team.answers(team.meera, team.meera.chat, "wrong-key-1234", reply_to=question)
    assert heard("IndiaMART refuses the key", refused.text)
    assert (await stored(team)).texts["INDIAMART_KEY"] == "the-former-key"
    simulator.seller.arrive()
    await may_call(team)
    said = await team.answers(team.meera, team.meera.chat, API_KEY, reply_to=refused)
    assert said.text.startswith(f"✅ {KEY}\nIndiaMART: the key works: 1 lead")
    await team.settles()
    assert (await stored(team)).texts["INDIAMART_KEY"] == API_KEY
    assert not any(API_KEY in one.text or "wrong-key" in one.text for one in team.meera.chat.messages)
    await press(team, said, "↩️ Undo")
    assert (await stored(team)).texts["INDIAMART_KEY"] == "the-former-key"


@pytest.mark.english
async def test_a_key_that_cannot_be_tried_now_is_kept_and_tried_by_the_next_poll(
    pulling: tuple[Team, Simulator],
) -> None:
    team, _simulator = pulling
    async with team.database.transaction() as connection:
        await accounts.hold(connection, team.services.account_id, team.services.clock.now() + timedelta(hours=1))
    said = await types(team, KEY, API_KEY)
    assert said.text.startswith(f"✅ {KEY}\nIndiaMART was called a short while ago")
    await until(lambda: is_open(team, "key_untried"))
    assert (await stored(team)).texts["INDIAMART_KEY"] == API_KEY


async def test_without_secret_key_nobody_is_asked_to_type_a_key(team: Team) -> None:
    said = await asks(team, KEY)
    assert heard("SECRET_KEY is not set", said.text)
    assert said.markup.kind != "force_reply"


async def test_what_is_typed_next_is_the_answer_also_where_it_is_no_reply(pulling: tuple[Team, Simulator]) -> None:
    """Apps forget that it was to be one, and a key was searched for, and said again."""
    team, _simulator = pulling
    chat = team.meera.chat
    await asks(team, KEY)
    said = await team.answers(team.meera, chat, API_KEY)
    assert said.text.startswith(f"✅ {worded(KEY)}\n")
    await team.settles()
    assert not any(API_KEY in one.text for one in chat.messages)
    assert heard("Nothing matches", (await team.answers(team.meera, chat, "solar")).text)


@pytest.mark.parametrize("is_reply", [True, False])
async def test_a_key_does_not_stay_in_the_chat_of_an_account_that_was_paused(
    pulling: tuple[Team, Simulator], *, is_reply: bool
) -> None:
    team, _simulator = pulling
    chat = team.meera.chat
    question = await asks(team, KEY)
    team.chat.attach(replace(team.services, is_paused=True))
    said = await team.answers(team.meera, chat, API_KEY, reply_to=question if is_reply else None)
    assert heard("paused", said.text)
    await team.settles()
    assert not any(API_KEY in one.text for one in chat.messages)
    assert (await stored(team)).texts["INDIAMART_KEY"] == "the-former-key"


async def test_a_key_of_who_may_not_set_it_any_more_does_not_stay_either(pulling: tuple[Team, Simulator]) -> None:
    team, _simulator = pulling
    question = await asks(team, KEY)
    async with team.beside("Surat", team.meera):
        team.chat.detach(team.services.account_id)
        said = await team.answers(team.meera, team.meera.chat, API_KEY, reply_to=question)
        assert heard("Only admins", said.text)
        await team.settles()
        assert not any(API_KEY in one.text for one in team.meera.chat.messages)


@pytest.mark.parametrize(
    ("label", "typed", "kept"),
    [
        ("📋 Digest", "none", "off"),
        ("⏫ Call out after", "off", "off"),
        (DAYS_OFF, "none", ""),
        (DAYS_OFF, "off", ""),
        (HOURS, "none", None),
        (HOURS, "off", None),
        ("🗣 Language", "none", None),
    ],
)
async def test_none_is_none_and_never_the_default(team: Team, label: str, typed: str, kept: str | None) -> None:
    name = next(row.name for row in views.ROWS.values() if row.label == label)
    said = await types(team, label, typed)
    assert (said.markup.kind == "force_reply") == (kept is None)
    if kept is not None:
        assert (await stored(team)).texts.get(name, "") == kept
    assert heard("“none” takes it out.", (await asks(team, label)).text) == (kept is not None)


async def test_who_does_something_else_answers_no_setting_any_more(team: Team) -> None:
    chat = team.meera.chat
    await asks(team, DAYS_OFF)
    await team.answers(team.meera, chat, "/today")
    assert heard("Nothing matches", (await team.answers(team.meera, chat, "IN")).text)
    again = await team.answers(team.meera, chat, "no date", reply_to=await asks(team, DAYS_OFF))
    assert again.markup.kind == "force_reply"
    assert (await team.answers(team.meera, chat, "IN")).text.startswith(f"✅ {worded(DAYS_OFF)}")


@pytest.mark.parametrize("command", ["/today", "/settings"])
async def test_what_is_asked_in_the_group_takes_no_question_away_that_stands_in_private(
    pulling: tuple[Team, Simulator], command: str
) -> None:
    """Else a key that is typed next is searched for, and said again."""
    team, _simulator = pulling
    chat = team.meera.chat
    await asks(team, KEY)
    await team.answers(team.meera, team.group, command)
    said = await team.answers(team.meera, chat, API_KEY)
    assert said.text.startswith(f"✅ {worded(KEY)}\n")
    await team.settles()
    assert not any(API_KEY in one.text for one in chat.messages)


async def test_a_button_in_the_group_takes_no_question_away_that_stands_in_private(
    pulling: tuple[Team, Simulator],
) -> None:
    team, _simulator = pulling
    chat, (lead_id,) = team.meera.chat, await team.has(team.lead(1))
    card = await team.card(lead_id)
    await asks(team, KEY)
    await team.meera.presses(card, "✋ Claim")
    said = await team.answers(team.meera, chat, API_KEY)
    assert said.text.startswith(f"✅ {worded(KEY)}\n")
