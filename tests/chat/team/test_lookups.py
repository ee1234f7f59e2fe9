"""Commands that look something up, in private and in the group."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.domain.lead import Kind
from tests.languages import heard, worded

if TYPE_CHECKING:
    from tests.chat.team.conftest import Office


async def test_today_counts_and_lists_the_newest_first(office: Office) -> None:
    await office.keeps(*office.leads(3), office.lead("9", kind=Kind.BUYLEAD, mobile="+919000011111"))
    answer = await office.asks(office.town.asha, "/today")
    assert re.search(r"\b4\b", answer.text.splitlines()[0])
    assert [int(n) for n in re.findall(r"/lead_(\d+)", answer.text)] == [4, 3, 2, 1]
    assert worded("Enquiry") in answer.text
    assert heard("BuyLead", answer.text)


async def test_yesterdays_leads_are_not_todays(office: Office) -> None:
    await office.keeps(office.lead("1"), office.lead("2", enquired_at=office.clock.now() - timedelta(days=1)))
    today = await office.asks(office.town.asha, "/today")
    yesterday = await office.asks(office.town.asha, "/yesterday")
    week = await office.asks(office.town.asha, "/week")
    assert "/lead_2" in today.text
    assert "/lead_1" not in today.text
    assert "/lead_1" in yesterday.text
    assert "/lead_2" not in yesterday.text
    assert "/lead_1" in week.text
    assert "/lead_2" in week.text


async def test_pages_are_turned_in_place(office: Office) -> None:
    await office.keeps(*office.leads(23))
    first = await office.asks(office.town.asha, "/today")
    assert [int(n) for n in re.findall(r"/lead_(\d+)", first.text)] == list(range(23, 13, -1))
    await office.town.asha.presses(first, "Older ›")
    assert [int(n) for n in re.findall(r"/lead_(\d+)", first.text)] == list(range(13, 3, -1))
    await office.town.asha.presses(first, "Older ›")
    assert [int(n) for n in re.findall(r"/lead_(\d+)", first.text)] == [3, 2, 1]
    assert "Older ›" not in str(first.buttons)
    await office.town.asha.presses(first, "‹ Newer")
    await office.town.asha.presses(first, "‹ Newer")
    assert [int(n) for n in re.findall(r"/lead_(\d+)", first.text)] == list(range(23, 13, -1))
    assert "‹ Newer" not in str(first.buttons)
    assert len(office.town.asha.chat.by_bot) == 1


async def test_a_page_turned_after_midnight_stays_the_same_day(office: Office) -> None:
    await office.keeps(*office.leads(12))
    page = await office.asks(office.town.asha, "/today")
    office.clock.ahead = timedelta(hours=12)
    await office.town.asha.presses(page, "Older ›")
    assert [int(n) for n in re.findall(r"/lead_(\d+)", page.text)] == [2, 1]


@pytest.mark.parametrize(
    "words",
    ["asha", "TESTWALA", "ernakulam kerala", "mono perc", "example.com", "+91-90000 00031", "9000000031", "00031",
     "2640000001", "#1", "1", "kind:W city:ernakulam since:7d status:open", "asha kind:w"],
)  # fmt: skip
async def test_a_lead_is_found_by(office: Office, words: str) -> None:
    await office.keeps(office.lead())
    assert "/lead_1" in (await office.asks(office.town.asha, f"/search {words}")).text


async def test_devanagari_is_found_as_it_is_written(office: Office) -> None:
    await office.keeps(office.lead(message="पानी का पंप"))
    assert "/lead_1" in (await office.asks(office.town.asha, "/search पानी")).text
    assert "/lead_1" not in (await office.asks(office.town.asha, "/search पाना")).text


ODD = ["'", '"', '"""', "*", "%", "_", "%%%", "🙂", "a" * 4000, "* OR 1=1 --", "kind:", "since:yesterdayish", "NEAR(",
       "-", "\\", "<b>", "&lt;", "{0}", "{name}", "%s", "\u202e", "()", "since:99999999d", "AND OR NOT", "lead_",
       "99999999999999999999999", "#", "^", ":", 'city:"', "०१२"]  # fmt: skip


@pytest.mark.english
@pytest.mark.no_cover
@pytest.mark.parametrize("words", ODD)
async def test_odd_words_find_nothing_or_something_and_always_get_one_answer(office: Office, words: str) -> None:
    await office.keeps(office.lead())
    answer = await office.asks(office.town.asha, f"/search {words}")
    assert answer.text
    assert "went wrong" not in answer.text
    assert len(office.town.asha.chat.by_bot) == 1


async def test_nothing_found_says_how_to_widen_the_search(office: Office) -> None:
    await office.keeps(office.lead())
    answer = await office.asks(office.town.asha, "/search turbine since:soon status:maybe")
    assert "since:soon" in answer.text
    assert "status:maybe" in answer.text
    assert "/lead_" not in answer.text


@pytest.mark.parametrize("command", ["/today", "/yesterday", "/week"])
async def test_an_empty_period_is_said(office: Office, command: str) -> None:
    answer = await office.asks(office.town.asha, command)
    assert answer.text
    assert "went wrong" not in answer.text


@pytest.mark.parametrize("command", ["/lead 1", "/lead #1", "/lead_1", "/LEAD 1"])
async def test_a_lead_by_its_number(office: Office, command: str) -> None:
    await office.keeps(office.lead())
    answer = await office.asks(office.town.asha, command)
    assert "Asha Testwala" in answer.text
    assert worded("👤 Contact") in str(answer.buttons)


@pytest.mark.parametrize(
    "command", ["/lead", "/lead abc", "/lead -1", "/lead 0", "/lead 7", "/lead_0", f"/lead_{'9' * 19}",
                f"/lead {'9' * 40}", "/lead ७"],
)  # fmt: skip
async def test_a_number_that_is_no_leads_is_said_so(office: Office, command: str) -> None:
    await office.keeps(office.lead())
    answer = await office.asks(office.town.asha, command)
    assert "Asha" not in answer.text
    assert "went wrong" not in answer.text


async def test_commands_work_in_the_group_as_a_reply(office: Office) -> None:
    await office.keeps(office.lead())
    asked: list[object] = []
    answer = await office.answer(
        office.group, lambda: asked.append(office.town.asha.says(office.group, "/today@leadbell_bot"))
    )
    assert answer.reply_to is asked[0]
    assert "/lead_1" in answer.text


async def test_another_bots_command_in_the_group_is_left_alone(office: Office) -> None:
    for text in ("/today@other_bot", "/weather", "/weather@other_bot", "just talking", "call +91 90000 00031"):
        assert await office.is_silent(office.group, partial(office.town.asha.says, office.group, text))


async def test_a_command_as_a_reply_in_a_plain_group_is_answered(office: Office) -> None:
    """A reply outside forums carries a thread id of its own, which may not be sent back."""
    card = await office.receives(office.lead())
    answer = await office.answer(office.group, lambda: office.town.asha.says(office.group, "/today", reply_to=card))
    assert "/lead_1" in answer.text
