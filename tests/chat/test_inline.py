from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.languages import worded

if TYPE_CHECKING:
    from tests.chat.conftest import Team


async def test_without_words_the_newest_leads_come_first(team: Team) -> None:
    await team.has(team.lead(1), team.lead(2, product="Solar Inverter"))
    answer = await team.town.asha.asks_inline("", team.town.asha.chat)
    assert "Solar Inverter" in answer.results[0].title
    assert len(answer.results) == 2


async def test_words_search(team: Team) -> None:
    await team.has(team.lead(1), team.lead(2, product="Solar Inverter"))
    answer = await team.town.asha.asks_inline("inverter", team.town.asha.chat)
    assert [result.title for result in answer.results] == [worded("Enquiry · Solar Inverter")]


async def test_alone_with_the_bot_the_number_is_shown_and_nothing_is_cached(team: Team) -> None:
    await team.has(team.lead(31))
    answer = await team.town.asha.asks_inline("", team.town.asha.chat)
    assert "+91 90000 00031" in answer.results[0].text
    assert "+91 90000 00031" in answer.results[0].description
    assert (answer.cache_time, answer.is_personal) == (0, True)


async def test_where_others_read_along_the_number_is_masked(team: Team) -> None:
    await team.has(team.lead(31, query_id="77", message="Call 90000-00031 or 090000 00031 please", email="a@b.example"))
    for chat_type in ("group", "supergroup", "private", "channel", None):
        answer = await team.town.asha.asks_inline(f"clock {chat_type}"[:5], chat_type=chat_type)
        result = answer.results[0]
        seen = f"{result.title} {result.description} {result.text} {result.wire}"
        assert "+91 90••• •••31" in result.description
        assert "00031" not in seen.replace("-", "").replace(" ", "")
        assert (answer.cache_time, answer.is_personal) == (30, True)


@pytest.mark.english
async def test_a_result_has_one_button_that_opens_the_lead(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    answer = await team.town.asha.asks_inline("", team.group)
    (button,) = answer.results[0].markup.buttons
    assert button == {"text": "Open", "url": f"https://t.me/leadbell_bot?start=lead_{number}"}


async def test_results_are_paged(team: Team) -> None:
    await team.has(*(team.lead(number) for number in range(1, 46)))
    titles: list[str] = []
    offset, pages = "", 0
    while pages < 9:
        answer = await team.town.asha.asks_inline("", team.group, offset=offset)
        titles += [result.id for result in answer.results]
        pages, offset = pages + 1, answer.next_offset
        if not offset:
            break
    assert len(titles) == len(set(titles)) == 45


async def test_strangers_find_nothing(team: Team) -> None:
    await team.has(team.lead(1))
    answer = await team.town.vikram.asks_inline("", team.town.vikram.chat)
    assert answer.results == ()
    assert answer.is_personal


async def test_who_finds_nothing_is_told_how_to_widen(team: Team) -> None:
    answer = await team.town.asha.asks_inline("parrot", team.group)
    assert answer.results == ()
    assert answer.button is not None


@pytest.mark.english
async def test_a_filter_that_is_not_understood_is_named_inline_too(team: Team) -> None:
    answer = await team.town.asha.asks_inline("kind:XX", team.group)
    assert answer.button is not None
    assert answer.button["text"] == worded("I do not understand “kind:XX”: kinds are W, B, P, WA, BIZ.")


async def test_odd_offsets_and_words_are_survived(team: Team) -> None:
    await team.has(team.lead(1))
    for words, offset in (("", "x"), ("", "9" * 30), ("", "²"), ('"*%', ""), ("🦜", "")):
        await team.town.asha.asks_inline(words, team.group, offset=offset)
