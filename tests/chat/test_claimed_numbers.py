"""`NUMBERS=claim`: who claims a lead is shown its number, and nobody else but the admins; and the audit says so."""

from __future__ import annotations

import asyncio
import random
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.chat.command_table import COMMANDS
from bot.chat.views import callback_data
from bot.chat.views.callback_data import decode
from bot.chat.views.lead_codes import Claim, SendContact
from bot.delivery.private_cards import PrivateCards
from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.domain.person import Person
from bot.domain.priority import Priority
from bot.store import leads, outbox, people
from bot.store.outbox_messages import MessageKind, OutboxRow
from bot.team.claim_rules import Refusal
from tests.languages import heard, worded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    from bot.domain.lead import Lead
    from bot.sandbox.botapi.chats import Chat
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import HumanUser
    from tests.chat.conftest import Team

    Gathered = Callable[..., AbstractAsyncContextManager[Team]]

ENOUGH = 7
"""Digits in a row that tell a number from others."""


def digits(text: str) -> str:
    values = (unicodedata.numeric(one, -1) for one in text if not one.isascii() or one.isdigit())
    return "".join(str(int(one)) for one in values if one >= 0 and one == int(one))


def tells(text: str, lead: Lead) -> bool:
    """Whether the number or the address of the lead can be read out of it."""
    run = digits(text)
    parts = {one[at : at + ENOUGH] for one in map(digits, lead.phones) for at in range(len(one) - ENOUGH + 1)}
    address = (lead.email or "").partition("@")[0]
    return any(part in run for part in parts) or bool(address and address in text.lower())


def texts(payload: object) -> Iterator[str]:
    """Every text in what a call carries."""
    if isinstance(payload, dict):
        for value in payload.values():
            yield from texts(value)
    elif isinstance(payload, list | tuple):
        for value in payload:
            yield from texts(value)
    elif isinstance(payload, str):
        yield payload


def buyer(team: Team, number: int) -> Lead:
    """Whose number stands in every field that a buyer fills."""
    mobile = f"+9198{7_310_000 + number * 10_007:07}{number % 10}"
    return team.lead(
        number,
        name=f"Buyer {number} {mobile[3:]}",
        mobile=mobile,
        mobile_alt=f"+9187{6_420_000 + number * 10_009:07}{number % 10}",
        email=f"owner.of.shop{number}x@example.com",
        product=f"Pump, call {mobile[3:8]} {mobile[8:]}",
        message=f"Call me on {mobile[3:8]}-{mobile[8:]} or write to owner.of.shop{number}x@example.com",
    )


@dataclass
class Shop:
    """Five people and ten leads; what each person was shown."""

    team: Team
    people: list[HumanUser]
    leads: dict[LeadId, Lead]
    shown: dict[tuple[int, LeadId], str] = field(default_factory=dict)
    """And by what first."""
    owned: set[tuple[int, LeadId]] = field(default_factory=set)
    read: int = 0
    """Calls that were looked at."""
    tried: set[tuple[object, ...]] = field(default_factory=set)
    """Which buttons, where and by whom."""
    owners: dict[LeadId, int | None] = field(default_factory=dict)

    def hears(self, person: HumanUser, payload: object) -> None:
        for text in texts(payload):
            found = [(person.id, lead_id) for lead_id, lead in self.leads.items() if tells(text, lead)]
            self.shown |= dict.fromkeys(found, text) | self.shown

    async def look(self) -> None:
        """At all that the bot has written since, once it has written all."""
        await self.quiet()
        by_id = {one.id: one for one in self.people}
        for call in self.team.town.api.calls[self.read :]:
            to = int(call.parameters.get("chat_id", 0) or 0)
            if to in by_id:
                self.hears(by_id[to], call.parameters)
            elif not call.method.lower().startswith("answer"):
                told = [
                    lead_id for lead_id, lead in self.leads.items() for t in texts(call.parameters) if tells(t, lead)
                ]
                assert not told, (call.method, call.parameters)
        self.read = len(self.team.town.api.calls)
        async with self.team.database.reading() as connection:
            found = await leads.many(connection, self.team.services.account_id, list(self.leads))
        self.owners = {one.lead_id: one.owner_id for one in found}
        self.owned |= {(one.owner_id, one.lead_id) for one in found if one.owner_id is not None}

    async def quiet(self) -> None:
        """Until the bot has said all it has to say. Its pauses between two messages are not waited for."""
        backlog = 1
        for _look in range(500):
            async with self.team.database.transaction() as connection:
                await connection.execute("UPDATE outbox SET due_at = queued_at")
                backlog = (await outbox.waiting(connection, self.team.services.account_id)).rows
            self.team.services.delivery.wake()
            self.team.services.delivery.tidy()  # who waits for a time looks again whether it has come
            if not backlog and self.team.services.sender.is_idle:
                await self.team.services.audit.written()
                return
            self.team.town.clock.ahead += 1
            await asyncio.sleep(0.02)
        raise TimeoutError(backlog)

    async def presses(self, person: HumanUser, message: Message, data: str) -> None:
        self.tried.add(self.kind(person, message, data))
        answer = await person.presses(message, data)
        self.hears(person, answer.text or "")
        await self.look()

    def kind(self, person: HumanUser, message: Message, data: str) -> tuple[object, ...]:
        """Of a press: what, where, and what the presser has to do with the lead."""
        code = decode(data)
        owner = self.owners.get(LeadId(getattr(code, "lead_id", 0)))
        return type(code), message.chat.kind, person.id in self.admins, owner == person.id, owner is None

    async def asks(self, person: HumanUser, words: str, chat_type: str) -> None:
        answer = await person.asks_inline(words, chat_type=chat_type)
        for result in answer.results:
            if chat_type == "sender":
                self.hears(person, [result.title, result.description, result.text, str(result.wire)])
            else:
                assert not any(tells(str(result.wire), lead) for lead in self.leads.values())
        await self.look()

    @property
    def admins(self) -> frozenset[int]:
        return self.team.services.settings.sight.admins

    async def audited(self) -> set[tuple[int, LeadId]]:
        async with self.team.database.reading() as connection:
            rows = await connection.fetch_all("SELECT user_id, lead_id FROM audit")
        return {(row["user_id"], LeadId(row["lead_id"])) for row in rows}


@pytest.fixture
async def shop(gathered: Gathered) -> AsyncIterator[Shop]:
    async with gathered(numbers="claim") as team:
        town = team.town
        kiran, dev = town.world.add_person("Kiran"), town.world.add_person("Dev")
        for one in (kiran, dev):
            one.joins(team.group)
        people = [town.ravi, town.asha, kiran, dev, team.meera]
        for one in (town.ravi, kiran, team.meera):
            await team.answers(one, one.chat, "/start")
        rows = [buyer(team, number) for number in range(1, 11)]
        lead_ids = await team.has(*rows)
        yield Shop(team, people, dict(zip(lead_ids, rows, strict=True)))


def labels(message: Message) -> set[str]:
    return {label for row in message.buttons for label in row}


def press_of(message: Message) -> list[str]:
    return [one["callback_data"] for one in message.markup.buttons if "callback_data" in one]


@pytest.mark.english
async def test_the_claimer_hears_the_number_and_gets_the_card_in_private_until_it_is_released(shop: Shop) -> None:
    team, ravi = shop.team, shop.team.town.ravi
    lead_id = next(iter(shop.leads))
    card = await team.card(lead_id)
    number = shop.leads[lead_id].mobile or ""
    assert [label for row in card.buttons for label in row] == worded(["✋ Claim", "⏰ Remind", "📞 Number", "⋯ More"])
    before = len(ravi.chat.by_bot)
    answer = await ravi.presses(card, "✋ Claim")
    assert number[-5:] in answer.text
    own = await team.said(ravi.chat, before)
    assert tells(own.text, shop.leads[lead_id])
    assert {"💬 WhatsApp", "📋 Copy", "👤 Contact"} <= {label for row in own.buttons for label in row}
    await ravi.presses(card, "⋯ More")
    await team.town.world.wait_for(lambda: any("Release" in label for row in card.buttons for label in row))
    await ravi.presses(card, "🙌 Release")
    await team.town.world.wait_for(lambda: not tells(own.text, shop.leads[lead_id]))
    assert "💬 WhatsApp" not in {label for row in own.buttons for label in row}


async def test_who_leaves_the_group_sees_the_number_no_more(shop: Shop) -> None:
    team, kiran = shop.team, shop.people[2]
    lead_id, lead = next(iter(shop.leads.items()))
    before = len(kiran.chat.by_bot)
    await kiran.presses(await team.card(lead_id), "✋ Claim")
    own = await team.said(kiran.chat, before)
    assert tells(own.text, lead)
    kiran.leaves(team.group)
    while tells(own.text, lead):
        await shop.quiet()


@pytest.mark.parametrize(("is_owner", "has_left", "is_drawn_anew"), [(1, 0, False), (1, 1, True), (0, 0, True)])
async def test_a_card_that_was_on_its_way_to_who_may_not_see_it_any_more_is_masked(
    shop: Shop, *, is_owner: int, has_left: int, is_drawn_anew: bool
) -> None:
    team, now = shop.team, shop.team.services.clock.now()
    account_id, asha, lead_id = team.services.account_id, UserId(team.town.asha.id), next(iter(shop.leads))
    if is_owner:
        await team.services.claims.claim(lead_id, Person(asha, "Asha"))
    private = PrivateCards(
        team.database, account_id, team.services.clock, team.chat.messenger(team.services.settings),
        team.services.settings.sight,
    )  # fmt: skip
    sent = OutboxRow(
        outbox_id=1, what=MessageKind.PRIVATE, turn=Priority.PRESS, chat_id=ChatId(asha), body={"lead_id": lead_id},
        queued_at=now, due_at=now, tries=0,
    )  # fmt: skip
    async with team.database.transaction() as connection:
        if has_left:
            await people.left(connection, account_id, asha, now)
        await private.record(connection, sent, MessageId(77))
        queued = await connection.fetch_all("SELECT body FROM outbox WHERE what = 'private' AND body LIKE '%77%'")
    assert len(queued) == is_drawn_anew


async def test_who_has_not_started_the_bot_hears_the_number_and_how_to_get_more(shop: Shop) -> None:
    lead_id = next(iter(shop.leads))
    card, asha = await shop.team.card(lead_id), shop.team.town.asha
    answer = await asha.presses(card, "✋ Claim")
    assert tells(answer.text, shop.leads[lead_id])
    assert heard("press Start", answer.text)
    assert not asha.chat.by_bot
    refused = await shop.team.town.ravi.presses(card, "📞 Number")
    assert refused.text == worded(f"Asha has #{lead_id}. Only they and the admins are shown its number.")
    again = await asha.presses(card, "📞 Number")
    assert tells(again.text, shop.leads[lead_id])


async def test_an_admin_is_shown_a_number_in_the_group_alone(shop: Shop) -> None:
    lead_id = next(iter(shop.leads))
    card = await shop.team.card(lead_id)
    answer = await shop.team.meera.presses(card, "📞 Number")
    assert tells(answer.text, shop.leads[lead_id])
    refused = await shop.team.town.ravi.presses(card, "📞 Number")
    assert refused.text == worded(f"Claim #{lead_id}, and you are shown its number.")


SAID = (
    *(f"/{one.name}" for one in COMMANDS if one.name != "fetch"),
    *("/search pump", "/search shop", "/search 00", "/week", "/lead {lead}", "/lead_{lead}", "/start lead_{lead}"),
    *("/search by:me", "/search status:open", "/template Hello {name}, about {product}", "/mine", "/open"),
)


@pytest.mark.english  # no words are looked at
@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(2))
async def test_only_who_claimed_and_the_admins_ever_get_a_number_and_the_audit_says_exactly_that(
    shop: Shop, seed: int
) -> None:
    chance, team = random.Random(seed), shop.team
    cards = []
    for lead_id, lead in shop.leads.items():
        cards.append(await team.card(lead_id))
        note = f"also {lead.mobile_alt} or {lead.email}"
        await team.services.notes.add(lead_id, Person(UserId(team.town.asha.id), "Asha"), note)
        await team.services.reminders.add(
            lead_id, Person(UserId(team.town.ravi.id), "Ravi"), team.services.clock.now(), note
        )
    await team.services.reminders.fire()
    await shop.look()
    for person, card in zip(shop.people[:4], cards, strict=False):
        await shop.presses(person, card, next(one for one in press_of(card) if isinstance(decode(one), Claim)))
    for _step in range(120):
        await _act(shop, chance.choice(shop.people), chance)
    await shop.look()
    allowed = shop.owned | {(admin, lead_id) for admin in shop.admins for lead_id in shop.leads}
    assert {one: text for one, text in shop.shown.items() if one not in allowed} == {}
    assert len(shop.shown) > 5
    assert await shop.audited() == set(shop.shown)


async def _act(shop: Shop, person: HumanUser, chance: random.Random) -> None:
    rooms: list[Chat] = [person.chat] if person is shop.team.meera else [person.chat, shop.team.group]
    places = [(one, data) for room in rooms for one in room.by_bot if not one.is_deleted for data in press_of(one)]
    if places and chance.random() < 0.7:
        new = [(one, data) for one, data in places if shop.kind(person, one, data) not in shop.tried]
        await shop.presses(person, *chance.choice(new or places))
        return
    lead_id = chance.choice(list(shop.leads))
    if chance.random() < 0.3:
        await shop.asks(person, chance.choice(["", "pump", "buyer"]), chance.choice(["sender", "group", "private"]))
        return
    said = chance.choice(SAID).replace("{lead}", str(lead_id))
    person.says(chance.choice(rooms), said)
    await shop.look()


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("98732 00071", True),
        ("+91 98732 00071", True),
        ("00071", False),
        ("9873200", False),
        ("98732", False),
        ("owner", False),
        ("owner.of.shop1x@example.com", False),
        ("pump buyer", True),
    ],
)
async def test_a_number_is_found_by_all_of_it_only_and_an_address_not_at_all(
    gathered: Gathered, words: str, *, is_found: bool
) -> None:
    """Else it could be asked for digit by digit, letter by letter."""
    async with gathered(numbers="claim") as team:
        await team.has(buyer(team, 1)._replace(message=None))
        answer = await team.answers(team.town.ravi, team.group, f"/search {words}")
        assert ("/lead_1" in answer.text) is is_found, answer.text


@pytest.mark.english
async def test_admins_ask_who_saw_a_number(shop: Shop) -> None:
    lead_id, (ravi, meera) = next(iter(shop.leads)), (shop.team.town.ravi, shop.team.meera)
    card = await shop.team.card(lead_id)
    await ravi.presses(card, "✋ Claim")
    await shop.look()
    await meera.presses(card, "📞 Number")
    await shop.look()
    answer = await shop.team.answers(meera, meera.chat, f"/audit {lead_id}")
    said = answer.text.splitlines()
    assert said[0] == worded(f"🔍 Who was shown the number of #{lead_id}")
    assert [line.partition(" · ")[2] for line in said[1:]] == worded(
        [
            "Meera: by the button 📞 Number",
            "Ravi: on a card in private",
            "Ravi: by claiming",
        ]
    )
    by_name = await shop.team.answers(meera, meera.chat, "/audit ravi")
    assert f"Ravi: #{lead_id}, by claiming" in by_name.text
    refused = await shop.team.answers(ravi, shop.team.group, f"/audit {lead_id}")
    assert heard("Only admins", refused.text)


@pytest.mark.english
async def test_a_team_that_sees_every_number_is_noted_as_the_team(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    await team.card(lead_id)
    await team.answers(team.town.ravi, team.town.ravi.chat, f"/lead {lead_id}")
    await team.services.audit.written()
    answer = await team.answers(team.meera, team.meera.chat, f"/audit {lead_id}")
    seen = {line.partition(" · ")[2] for line in answer.text.splitlines()[1:]}
    assert seen == {"the team: on the card in the group", "Ravi: looked it up"}


async def test_audit_tells_an_unknown_name_from_one_of_whom_nothing_is_noted(team: Team) -> None:
    meera = team.meera
    slip = await team.answers(meera, meera.chat, "/audit <b>Ravy")
    assert heard("There is nobody named", slip.text)
    assert "“<b>Ravy”" in slip.text
    assert "Meera" in slip.text
    none = await team.answers(meera, meera.chat, "/audit meera")
    assert heard("Nothing is noted of", none.text)


async def test_cards_that_were_posted_with_numbers_are_masked_once_the_group_is_not_to_see_them(shop: Shop) -> None:
    (first, lead), (second, _lead) = list(shop.leads.items())[:2]
    card, deleted = await shop.team.card(first), await shop.team.card(second)
    async with shop.team.database.transaction() as connection:
        await connection.execute("UPDATE cards SET shows_number = 1")
    words = {"chat_id": shop.team.group.id, "message_id": card.message_id, "text": f"As it was: {lead.mobile}"}
    await shop.team.town.call("editMessageText", **words)
    await shop.team.town.call("deleteMessage", chat_id=shop.team.group.id, message_id=deleted.message_id)
    assert tells(card.text, lead)
    shop.read = len(shop.team.town.api.calls)
    await shop.team.services.cards.mask()
    await shop.look()
    assert not tells(card.text, lead)
    assert [one for one in shop.team.group.by_bot if not one.is_deleted] == [card]
    async with shop.team.database.reading() as connection:
        rows = await connection.fetch_all("SELECT shows_number FROM cards")
    assert [row["shows_number"] for row in rows] == [0, 0]


@pytest.mark.english
async def test_a_buyer_who_asked_to_be_left_alone_is_not_called_nor_shown_nor_recalled(team: Team) -> None:
    ravi, asha = team.town.ravi, team.town.asha
    first, second = await team.has(team.lead(1), team.lead(2, mobile="+919000000001"))
    card, other = await team.card(first), await team.card(second)
    later = team.services.clock.now() + timedelta(days=1)
    await team.answers(asha, team.group, "/open")
    await team.services.reminders.add(second, Person(UserId(asha.id), "Asha"), later)
    await ravi.presses(card, "⋯ More")
    await team.town.world.wait_for(lambda: worded("🔕 Do not call") in labels(card))
    asked = await ravi.presses(card, "🔕 Do not call")
    assert heard("ask not to be called", asked.text)
    assert (await ravi.presses(card, "🔕 Do not call")).text == asked.text, "a second tap of the same thumb"
    await team.rests()  # until the bot knows that it was read
    team.town.clock.ahead += 2
    before = len(team.group.by_bot)
    assert (await ravi.presses(card, "🔕 Do not call")).text == worded(
        f"#{first}: do not call. It can be undone for a minute."
    )
    told = await team.said(team.group, before)
    assert told.text.startswith(
        f"🔕 Ravi: the buyer of #{first} asked not to be called. Cancelled:\n⏰ Asha, #{second}, "
    )
    await team.town.world.wait_for(lambda: all(worded("🔕 Do not call") in one.text for one in (card, other)))
    for one in (card, other):
        assert "00001" not in one.text
        assert not {"💬 WhatsApp", "📋 Copy", "👤 Contact", "⏰ Remind", "📞 Number"} & labels(one)
    (third,) = await team.has(team.lead(3, mobile="+919000000001"))
    newest = await team.card(third)
    assert "🔕 Do not call: asked to be left alone" in newest.text
    assert await team.services.reminders.add(third, Person(UserId(asha.id), "Asha"), later) is None
    assert not await team.services.reminders.of(UserId(asha.id))
    old = {"text": "👤 Contact", "callback_data": callback_data.encode(SendContact(first))}
    refused = await team.town.world.queries.press(asha, card, old, 15)
    assert refused.text == worded("This buyer asked not to be called.")
    await ravi.presses(card, "↩️ Undo")
    await team.town.world.wait_for(lambda: all("00001" in one.text for one in (card, other, newest)))
    assert [one.lead_id for one in await team.services.reminders.of(UserId(asha.id))] == [second]
    history = [one.what for one in await team.services.notes.history(first)]
    assert history == ["do_not_call", "undo"]


async def test_who_noted_it_and_admins_take_it_back_later_too(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    ravi, asha, meera = (Person(UserId(one.id), one.name) for one in (team.town.ravi, team.town.asha, team.meera))
    calls = team.services.do_not_call
    assert (await calls.note(lead_id, ravi, is_admin=False)).changed.ok
    assert (await calls.note(lead_id, asha, is_admin=False)).changed.why is Refusal.SAME
    assert (await calls.lift(lead_id, asha, is_admin=False)).why is Refusal.NOTED_BY_ANOTHER
    assert (await calls.lift(lead_id, ravi, is_admin=False)).ok
    assert (await calls.note(lead_id, ravi, is_admin=False)).changed.ok
    assert (await calls.lift(lead_id, meera, is_admin=True)).ok
    assert (await calls.lift(lead_id, meera, is_admin=True)).why is Refusal.SAME
    await team.services.claims.claim(lead_id, asha)
    assert (await calls.note(lead_id, ravi, is_admin=False)).changed.why is Refusal.NOT_YOURS
