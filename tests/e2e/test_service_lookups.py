"""The team looks its leads up through the running service, and a stranger finds nothing."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.e2e.shop import Shop, opened
from tests.each_language import given_a_language
from tests.languages import heard, worded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.botapi import Message
    from bot.sandbox.simulator.seller import Seller

pytestmark = pytest.mark.asyncio(loop_scope="module")

in_a_language = pytest.fixture(given_a_language, scope="module", autouse=True)

ODD = (
    "'",
    '"',
    '"pump',
    "*",
    "pump*",
    "%",
    "_",
    "\\",
    "(",
    "NEAR(a b)",
    "a AND NOT b",
    "name:pump",
    "^pump",
    "-",
    "+",
    "#",
    "#99999999999999999999",
    "🙏🏽",
    "पा",
    "kind:",
    "kind:ZZ since:99999999d status:what by:",
    "since:-1d",
    "city:'; DROP TABLE leads; --",
    "\u200d",
    "a" * 4000,
    "x " * 1990,
)
OUTSIDE = "only for the members of its sales group"
FIELDS = {
    "name": "Kavitha Ramanathan",
    "company": "Brihaspati Traders",
    "city": "Coimbatore",
    "state": "Tamil Nadu",
    "product": "Submersible Pump",
    "email": "storekeeper@example.com",
    "message": "Urgently wanted for irrigation near Pollachi",
}


def arrive(seller: Seller) -> None:
    """It is six in the evening. Eleven leads of today, one of yesterday; hers is the newest."""
    now = seller.clock.now()
    seller.arrive("B", at=now - timedelta(hours=20), product="Sand Filter")
    for number in range(10):
        seller.arrive(
            "W" if number % 2 else "B",
            at=now - timedelta(hours=12 - number),
            product="LED Clock",
            city="Surat",
            state="Gujarat",
        )
    nothing: dict[str, Any] = dict.fromkeys(
        ("mobile_alt", "phone", "phone_alt", "email_alt", "subject", "category"), ""
    )
    seller.arrive("W", at=now - timedelta(minutes=1), mobile="+91-9000054321", country="IN", **(nothing | FIELDS))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, in_a_language: None) -> AsyncIterator[Shop]:
    """One for all in a language: nothing here changes a lead."""
    async with opened(tmp_path_factory.mktemp("shop"), at=time(18), waiting=arrive) as shop:
        await shop.has_cards(12)
        yield shop


async def asked(shop: Shop, text: str) -> Message:
    """In the group, where the bot may speak faster than to one person."""
    return await shop.asks(shop.town.ravi, text, shop.group)


def hers(shop: Shop) -> str:
    """The number of her lead, as #12."""
    card = next(text for text in shop.cards if FIELDS["name"] in text)
    return card.splitlines()[-1].split()[0]


async def test_odd_words_get_one_answer(shop: Shop) -> None:
    for words in ODD:
        before = len(shop.group.by_bot)
        answer = await asked(shop, f"/search {words}")
        assert answer.text, words
        assert not heard("went wrong", answer.text), words
        await asked(shop, "/lead 1")
        assert len(shop.group.by_bot) == before + 2, words


async def test_today_is_turned_to_its_second_page_and_back(shop: Shop) -> None:
    ravi = shop.town.ravi
    answer = await shop.asks(ravi, "/today", shop.group)
    first = answer.text
    assert worded("11 leads") in first.splitlines()[0]
    assert FIELDS["name"] in first
    assert len([text for row in answer.buttons for text in row if text.startswith("#")]) == 10
    await ravi.presses(answer, "Older")
    await shop.until(lambda: answer.text != first)
    assert len([text for row in answer.buttons for text in row if text.startswith("#")]) == 1
    await ravi.presses(answer, "Newer")
    await shop.until(lambda: answer.text == first)


async def test_yesterday_and_the_week(shop: Shop) -> None:
    yesterday = await asked(shop, "/yesterday")
    assert worded("1 lead") in yesterday.text.splitlines()[0]
    assert "Sand Filter" in yesterday.text
    week = await asked(shop, "/week")
    assert worded("12 leads") in week.text.splitlines()[0]


async def test_a_lead_by_its_number_and_by_a_link(shop: Shop) -> None:
    number = hers(shop)[1:]
    in_group = [await asked(shop, said) for said in (f"/lead {number}", f"/lead_{number}")]
    for answer in (*in_group, await shop.asks(shop.town.asha, f"/start lead_{number}")):
        assert "+91 90000 54321" in answer.text
        assert FIELDS["company"] in answer.text


async def test_how_it_stands(shop: Shop) -> None:
    status = await asked(shop, "/status")
    for words in ("Leadbell ", "IndiaMART API v2", "Last poll", "Next poll", "🗃 12 leads stored", "✅ No trouble"):
        assert heard(words, status.text)
    fetch = await asked(shop, "/fetch")
    assert "IndiaMART" in fetch.text
    help_ = await asked(shop, "/help")
    for command in ("/today", "/yesterday", "/week", "/search", "/lead", "/fetch", "/status"):
        assert command in help_.text


async def test_a_number_is_shown_inline_only_where_nobody_reads_along(shop: Shop) -> None:
    ravi = shop.town.ravi
    alone = await ravi.asks_inline("kavitha", ravi.chat)
    assert "+91 90000 54321" in alone.results[0].text
    assert alone.cache_time == 0
    for where in ({"chat": shop.group}, {"chat_type": "private"}, {}):
        # Other words each time: what Telegram keeps for a while is per person and words, not per chat.
        words = f"kavitha {'rama' if where else 'brihaspati'} {'coimbatore' if 'chat' in where else ''}"
        shown = await ravi.asks_inline(words, **where)
        assert [result.title for result in shown.results] == worded(["Enquiry · Submersible Pump"])
        assert "54321" not in "".join(filter(str.isalnum, shown.results[0].text + shown.results[0].description))
        assert shown.is_personal
        [[button]] = shown.results[0].markup.rows
        assert button["url"] == f"https://t.me/leadbell_bot?start=lead_{hers(shop)[1:]}"


COMMANDS = ("/today", "/yesterday", "/week", "/search kavitha", "/lead 12", "/lead_12", "/status", "/fetch")
GREETINGS = ("/start", "/start lead_12", "/help")


async def test_a_stranger_gets_one_polite_sentence_and_no_data(shop: Shop) -> None:
    for command in (*COMMANDS, *GREETINGS):
        # Another one each time: to one person the bot speaks once a second.
        answer = await shop.asks(shop.town.world.add_person("Somebody"), command)
        assert heard(OUTSIDE, answer.text) or command in GREETINGS
        assert not [value for value in (*FIELDS.values(), "54321", "LED Clock", "Surat") if value in answer.text]
        assert answer.buttons == []


async def test_a_stranger_finds_nothing_inline_and_presses_in_vain(shop: Shop) -> None:
    vikram = shop.town.vikram
    for words in ("", "kavitha", "9000054321"):
        assert (await vikram.asks_inline(words, vikram.chat)).results == ()
    card = next(message for message in shop.group.by_bot if FIELDS["name"] in message.text)
    answer = await shop.town.world.queries.press_data(vikram, card, card.button("Contact")["callback_data"])
    assert heard(OUTSIDE, answer.text)
    assert not [message for message in (*vikram.chat.by_bot, *shop.group.by_bot) if message.body.kind == "contact"]


async def test_a_group_that_is_not_the_teams_gets_nothing(shop: Shop) -> None:
    other = shop.town.world.add_group("Elsewhere", [shop.town.vikram, shop.town.ravi])
    for person in (shop.town.vikram, shop.town.ravi):
        person.says(other, "/today@leadbell_bot")
    await asked(shop, "/lead 1")
    assert other.by_bot == []
