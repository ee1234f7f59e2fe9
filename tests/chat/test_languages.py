"""Who is spoken to decides: the group's language, each person's own, and what is said later."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import ChatId, UserId
from bot.domain.person import Person
from bot.i18n import _, speaking
from bot.store.languages import PersonsLanguage
from tests.languages import heard
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from tests.chat.conftest import Team

    Gathered = Callable[..., AbstractAsyncContextManager[Team]]

pytestmark = pytest.mark.english
SILENCED = "🔕 {name}: the buyer of #{number} asked not to be called. Cancelled:"
HINDI = {"BOT_LANGUAGE": "hi"}


def said_in(language: str, english: str) -> str:
    with speaking(language):
        return _(english)


async def test_a_group_is_spoken_to_in_its_language_and_a_person_in_theirs(gathered: Gathered) -> None:
    async with gathered(more=HINDI) as team:
        asha, title = team.town.asha, "✋ What to do next"
        assert said_in("hi", title) in (await team.answers(asha, team.group, "/help")).text
        asha.language_code = "gu"
        private = asha.chat
        assert said_in("gu", title) in (await team.answers(asha, private, "/help")).text
        await team.rests()
        asha.language_code = "fr"
        assert said_in("gu", title) in (await team.answers(asha, private, "/help")).text


@pytest.mark.parametrize("code", ["hi", "kn", None])
async def test_what_a_persons_telegram_is_in_is_not_looked_up_again_for_each_update(
    gathered: Gathered, code: str | None
) -> None:
    statements: list[str] = []
    async with gathered(on_statement=statements.append) as team:
        asha = team.town.asha
        asha.language_code = code
        await team.answers(asha, asha.chat, "/help")
        await team.rests()
        statements.clear()
        await team.answers(asha, asha.chat, "/help")
        assert [one for one in statements if "languages" in one] == []


async def test_what_was_chosen_while_an_older_answer_was_on_its_way_counts(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, known = UserId(team.meera.id), team.chat.accounts.languages
    has_read, may_go_on = asyncio.Event(), asyncio.Event()

    async def slowly(*_asked: Any) -> PersonsLanguage:
        has_read.set()
        await may_go_on.wait()
        return PersonsLanguage("hi", is_chosen=False)

    monkeypatch.setattr("bot.store.languages.get", slowly)
    reading = asyncio.create_task(known.of_person(user))
    await has_read.wait()
    await known.choose(user, "te")
    may_go_on.set()
    await reading
    assert await known.of_person(user) == "te"


async def test_language_changes_what_is_said_in_private_and_its_menu(team: Team) -> None:
    asha, private = team.town.asha, team.town.asha.chat
    asked = await team.answers(asha, private, "/language")
    assert [label for row in asked.buttons for label in row] == [
        "✓ English",
        "हिन्दी",
        "ગુજરાતી",
        "मराठी",
        "தமிழ்",
        "తెలుగు",
    ]
    await asha.presses(asked, "தமிழ்")
    await until(lambda: asked.text == said_in("ta", "I speak English to you now. /language changes it."))
    assert said_in("ta", "✋ What to do next") in (await team.answers(asha, private, "/help")).text
    menus = team.town.world.profile.menus.values()
    await until(
        lambda: any(said_in("ta", "one lead") in str(menu.commands) and "chat_id" in str(menu.scope) for menu in menus)
    )


async def test_the_group_hears_in_its_own_language_what_was_pressed_in_private(gathered: Gathered) -> None:
    async with gathered(more={"BOT_LANGUAGE": "gu"}) as team:
        ravi, (lead_id,) = team.town.ravi, await team.has(team.lead(1))
        await team.chat.accounts.languages.choose(UserId(ravi.id), "hi")
        await team.card(lead_id)
        shown = await team.answers(ravi, ravi.chat, "/lead 1")
        later = team.services.clock.now() + timedelta(days=1)
        await team.services.reminders.add(lead_id, Person(UserId(ravi.id), "Ravi"), later)
        await ravi.presses(shown, said_in("hi", "⋯ More"))
        await team.town.world.wait_for(lambda: said_in("hi", "🔕 Do not call") in str(shown.buttons))
        await ravi.presses(shown, said_in("hi", "🔕 Do not call"))
        await team.rests()  # until the bot knows that it was read
        team.town.clock.ahead += 2
        before = len(team.group.by_bot)
        await ravi.presses(shown, said_in("hi", "🔕 Do not call"))
        told = (await team.said(team.group, before)).text
    assert told.startswith(said_in("gu", SILENCED).format(name="Ravi", number=1))


async def test_what_is_folded_in_private_stays_in_that_persons_language(gathered: Gathered) -> None:
    async with gathered() as team:
        ravi, more, claim = team.town.ravi, said_in("hi", "⋯ More"), said_in("hi", "✋ Claim")
        await team.has(team.lead(1))
        await team.chat.accounts.languages.choose(UserId(ravi.id), "hi")
        shown = await team.answers(ravi, ravi.chat, "/lead 1")
        assert claim in str(shown.buttons)
        await ravi.presses(shown, more)
        await team.town.world.wait_for(lambda: more not in str(shown.buttons))
        await team.rests()
        team.town.clock.ahead += 62
        await team.looks()
        await team.town.world.wait_for(lambda: len(shown.versions) == 2)
        assert claim in str(shown.buttons)
        assert more in str(shown.buttons)


async def test_what_was_chosen_is_kept_and_what_is_said_later_is_in_it(gathered: Gathered) -> None:
    async with gathered() as team:
        await team.chat.accounts.languages.choose(UserId(team.meera.id), "te")
        team.meera.says(team.meera.chat, "/start")
        await team.rests()
        assert await team.chat.accounts.languages.of_chat(ChatId(team.meera.id), "en") == "te"
        async with team.database.reading() as connection:
            (row,) = await connection.fetch_all("SELECT language, is_chosen FROM languages")
        assert tuple(row) == ("te", 1)


async def test_in_the_group_admins_alone_change_its_language(team: Team) -> None:
    refused = await team.answers(team.town.asha, team.group, "/language")
    assert heard("Only admins", refused.text)
    team.meera.joins(team.group)
    asked = await team.answers(team.meera, team.group, "/language")
    await team.meera.presses(asked, "ગુજરાતી")
    await until(lambda: asked.text == said_in("gu", "In a few seconds I speak English in this group."))
    found = await team.services.own_settings.all_()
    assert found["BOT_LANGUAGE"].text == "gu"


@pytest.mark.usefixtures("all_menus")
@pytest.mark.parametrize("language", ["hi", "ta"])
async def test_menus_are_there_in_each_language_and_the_groups_own(gathered: Gathered, language: str) -> None:
    async with gathered(more={"BOT_LANGUAGE": language}) as team:
        menus = team.town.world.profile.menus.values()
        await until(lambda: any(str(team.group.id) in str(menu.scope) for menu in menus))
        words = said_in(language, "my leads, by next reminder")
        assert {menu.language for menu in menus if words in str(menu.commands)} == {"", language}
