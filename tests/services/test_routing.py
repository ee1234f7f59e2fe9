"""Where new leads go, and who is given them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.card import Lateness
from bot.domain.ids import ChatId, ChatPlace, LeadId, UserId
from bot.domain.lead import Kind, Lead
from bot.domain.notice import NoticeCode
from bot.domain.person import Person
from bot.domain.routes import Destination, DestinationKind, RouteReason
from bot.errors import DeliveryError, DeliveryTrouble
from bot.files.rows import LeadRow
from bot.intake.imports import Imports
from bot.store import attendance, lead_routes, people, routes
from tests.services.fast_time import in_fast_time
from tests.services.world import GROUP

if TYPE_CHECKING:
    from bot.domain.routes import RoutedLead
    from tests.services.world import World

BODIES = "SELECT thread_id, body FROM outbox ORDER BY coalesce(thread_id, 0)"
RAVI, ASHA = UserId(101), UserId(102)
SURAT = Destination(kind=DestinationKind.PLACE, thread_id=40, title="Surat")
EXPORT = Destination(kind=DestinationKind.PLACE, chat_id=ChatId(-2002), title="Export")
MUTE = Destination(kind=DestinationKind.MUTE)
BOTH = Destination(kind=DestinationKind.PEOPLE, user_ids=(RAVI, ASHA))


def lead(query_id: str, **fields: Any) -> Lead:
    return Lead(**{"kind": Kind.BUYLEAD, "query_id": query_id, "mobile": f"+9190000{query_id:0>5}"} | fields)


async def route(world: World, *known: tuple[str, Destination]) -> list[int]:
    """In this order, each behind what is there."""
    async with world.database.transaction() as connection:
        before = [one.route_id for one in await routes.live(connection, world.account_id)]
        added = [await routes.add(connection, world.account_id, query, to) for query, to in known]
        now = world.clock.now()
        await routes.arrange(
            connection, world.account_id, before + added, changed=added[-1], act=routes.ADDED, user_id=RAVI, now=now
        )
        for user_id, name in ((RAVI, "Ravi"), (ASHA, "Asha")):
            await people.saw(connection, world.account_id, Person(user_id, name), at_home=now)
    await world.chats.follow_routes()
    return added


async def decided(world: World, query_id: str) -> RoutedLead | None:
    ((lead_id,),) = await world.rows(f"SELECT lead_id FROM leads WHERE query_id = '{query_id}'")
    async with world.database.reading() as connection:
        return await lead_routes.get(connection, world.account_id, lead_id)


async def owner(world: World, query_id: str) -> int | None:
    ((found,),) = await world.rows(f"SELECT owner_id FROM leads WHERE query_id = '{query_id}'")
    return None if found is None else int(found)


@in_fast_time
async def test_the_first_route_that_matches_says_where_a_lead_goes(world: World) -> None:
    first, second = await route(world, ("city:surat", SURAT), ("country:AE", EXPORT))
    await world.bring(
        lead("1", city="Surat", country="AE"), lead("2", city="Mumbai", country="AE"), lead("3", city="Mumbai")
    )
    await world.post_all()
    places = {card.stored.lead.query_id: one.place for one in world.chat.posted for card in [one.what]}  # type: ignore[union-attr]
    assert places == {"1": ChatPlace(GROUP.chat_id, 40), "2": ChatPlace(ChatId(-2002)), "3": GROUP}
    assert [one and one.route_id for one in [await decided(world, n) for n in "123"]] == [first, second, None]


@in_fast_time
async def test_a_muted_lead_is_stored_and_posted_where_somebody_asks_for_it(world: World) -> None:
    await route(world, ("kind:BIZ", MUTE))
    await world.bring(lead("1", kind=Kind.CATALOGUE_VIEW))
    await world.post_all()
    assert world.chat.cards == []
    ((lead_id,),) = await world.rows("SELECT lead_id FROM leads")
    await world.cards.show(lead_id)
    await world.post_all()
    assert [one.place for one in world.chat.posted] == [GROUP]


async def test_a_route_that_lost_its_words_with_a_forgotten_buyer_takes_no_lead(world: World) -> None:
    _, second = await route(world, ("90000 77123", MUTE), ("city:surat", SURAT))
    await world.bring(lead("1", mobile="+919000077123"))
    await world.services.erasure.seal_of_lead(LeadId(1), is_urgent=True)
    await world.bring(lead("2", city="Surat"), lead("3"))
    assert [one and one.route_id for one in [await decided(world, n) for n in "23"]] == [second, None]
    assert [one.route.query for one in await world.services.routes.all()] == ["", "city:surat"]


@in_fast_time
async def test_what_is_about_a_lead_goes_to_where_its_card_stands(world: World) -> None:
    (first,) = await route(world, ("city:surat", EXPORT))
    await world.bring(lead("1", city="Surat"))
    await world.post_all()
    async with world.database.transaction() as connection:  # from now on Surat's leads go elsewhere
        await routes.arrange(
            connection,
            world.account_id,
            [],
            changed=first,
            act=routes.DELETED,
            user_id=RAVI,
            now=world.clock.now(),
        )
    ((lead_id,),) = await world.rows("SELECT lead_id FROM leads")
    await world.cards.show(lead_id)
    await world.services.claims.claim(lead_id, Person(RAVI, "Ravi"))
    await world.services.reminders.add(lead_id, Person(RAVI, "Ravi"), world.clock.now() - timedelta(minutes=1))
    await world.services.reminders.fire()
    await world.post_all()
    assert {one.place for one in world.chat.posted} == {ChatPlace(ChatId(-2002))}
    assert {one.place for _message, one in world.chat.edited} == {ChatPlace(ChatId(-2002))}
    posted = await world.cards.posted(lead_id)
    assert posted is not None
    assert posted.place == ChatPlace(ChatId(-2002))


async def test_unclaimed_leads_are_called_out_where_their_cards_stand(world: World) -> None:
    await route(world, ("city:surat", SURAT))
    await world.bring(lead("1", city="Surat"), lead("2"), lead("3"))
    async with world.database.transaction() as connection:
        found = [row["lead_id"] for row in await connection.fetch_all("SELECT lead_id FROM leads ORDER BY lead_id")]
        assert await lead_routes.together(connection, world.account_id, found) == [[found[0]], found[1:]]


@in_fast_time
async def test_a_burst_for_a_topic_is_listed_in_that_topic(world: World) -> None:
    await route(world, ("city:surat", SURAT))
    await world.bring(*[lead(str(n), city="Surat" if n % 2 else "Pune") for n in range(60)])
    await world.post_all()
    places = {one.place for one in world.chat.posted}
    assert places == {GROUP, ChatPlace(GROUP.chat_id, 40)}
    for one in world.chat.posted:
        shown = one.what.leads if hasattr(one.what, "leads") else [one.what.stored]  # type: ignore[union-attr]
        assert {each.lead.city for each in shown} == {"Surat" if one.place.thread_id == 40 else "Pune"}


@in_fast_time
async def test_a_deleted_topic_falls_back_to_general_and_is_told_once(world: World) -> None:
    await route(world, ("city:surat", SURAT))

    def refuse(place: ChatPlace, _what: Any, _plain: object) -> Exception | None:
        return DeliveryError(DeliveryTrouble.TOPIC, "thread not found") if place.thread_id == 40 else None

    world.chat.refuse = refuse
    await world.bring(lead("1", city="Surat"), lead("2", city="Surat"))
    await world.post_all()
    assert {one.place for one in world.chat.posted if one.place.chat_id < 0} == {ChatPlace(GROUP.chat_id)}
    assert len([one for one in world.chat.posted if one.place.chat_id > 0]) == 1
    again = await world.again()
    await again.bring(lead("3", city="Surat"))
    await again.post_all()
    assert again.chat.refused == 0


@in_fast_time
async def test_a_closed_topic_waits_and_the_others_go_on(world: World) -> None:
    await route(world, ("city:surat", SURAT))
    is_closed = [True]

    def refuse(place: ChatPlace, _what: Any, _plain: object) -> Exception | None:
        shut = is_closed[0] and place.thread_id == 40
        return DeliveryError(DeliveryTrouble.CHAT, "Bad Request: TOPIC_CLOSED") if shut else None

    world.chat.refuse = refuse
    await world.bring(lead("1", city="Surat"), lead("2"))
    await world.post_all(3600)
    assert len(world.chat.cards) == 1
    ((code, words),) = ((one.code, one.facts["message"]) for one in world.chat.notices)
    assert (code, words) == (NoticeCode.ROUTE_REFUSED, "Bad Request: TOPIC_CLOSED")
    is_closed[0] = False
    await world.post_all()
    to_group = [one for one in world.chat.posted if one.place.chat_id < 0]
    assert [one.place.thread_id for one in to_group] == [GROUP.thread_id, 40]
    assert [card.late_reason for card in world.chat.cards] == [None, Lateness.TELEGRAM]
    is_closed[0] = True
    await world.bring(lead("3", city="Surat"))
    await world.post_all(60)
    assert len(world.chat.notices) == 2  # it is news again


@in_fast_time
async def test_a_route_s_chat_that_refuses_the_bot_keeps_its_queue_and_holds_nobody_up(world: World) -> None:
    await route(world, ("country:AE", EXPORT))
    world.chat.refuse = lambda place, _what, _plain: (
        DeliveryError(DeliveryTrouble.CHAT, "bot was kicked") if place.chat_id == -2002 else None
    )
    await world.bring(lead("1", country="AE"), lead("2"))
    await world.post_all(60)
    assert [card.stored.lead.query_id for card in world.chat.cards] == ["2"]
    assert len([one for one in world.chat.posted if one.place.chat_id > 0]) == 1
    assert await world.rows("SELECT chat_id, what FROM outbox") == [(-2002, "card")]


@in_fast_time
async def test_the_admins_hear_of_a_route_s_chat_also_where_telegram_failed_just_before(world: World) -> None:
    await route(world, ("country:AE", EXPORT))
    answers = [DeliveryError(DeliveryTrouble.TEMPORARY, "Bad Gateway")]
    kicked = DeliveryError(DeliveryTrouble.CHAT, "bot was kicked")
    world.chat.refuse = lambda place, _what, _plain: (
        None if place.chat_id != -2002 else answers.pop() if answers else kicked
    )
    await world.bring(lead("1", country="AE"))
    await world.post_all(3600)
    assert [one.code for one in world.chat.notices] == [NoticeCode.ROUTE_REFUSED]


async def test_leads_of_the_past_and_of_files_are_given_to_nobody_but_topics_hold(world: World) -> None:
    await route(world, ("city:surat", SURAT), ("kind:B", BOTH))
    async with world.database.transaction() as connection:
        await world.ingest.old(connection, [lead("1", city="Surat"), lead("2"), lead("3", kind=Kind.ENQUIRY)])
    await Imports(world.database, world.account_id, world.clock).take(
        [LeadRow(lead("4")), LeadRow(lead("5", city="Surat"))]
    )
    found = {n: await decided(world, n) for n in "12345"}
    assert {n: one and one.reason for n, one in found.items()} == {
        "1": RouteReason.PLACE, "2": RouteReason.OLD, "3": None, "4": RouteReason.OLD, "5": RouteReason.PLACE,
    }  # fmt: skip
    assert await world.rows("SELECT count(*) FROM leads WHERE owner_id IS NOT NULL") == [(0,)]
    lists = [(thread_id, len(json.loads(body)["lead_ids"])) for thread_id, body in await world.rows(BODIES)]
    assert lists == [(None, 2), (40, 1)]


async def test_a_lead_is_given_to_whoever_has_the_fewest_then_to_who_waited_longest(world: World) -> None:
    await route(world, ("kind:B", BOTH))
    for n in range(1, 6):
        await world.bring(lead(str(n)))
    assert [await owner(world, str(n)) for n in range(1, 6)] == [RAVI, ASHA, RAVI, ASHA, RAVI]
    changes = await world.rows("SELECT act, user_id, owner_after, status_after FROM changes ORDER BY change_id LIMIT 1")
    assert changes == [("give", 0, RAVI, "claimed")]


async def test_a_returning_buyer_goes_to_who_had_them(world: World) -> None:
    await route(world, ("kind:B", BOTH))
    await world.bring(lead("1", mobile="+919000000001"))
    await world.bring(lead("2", mobile="+919000000001"))
    await world.bring(lead("3", mobile="+919000000003"), lead("4", mobile="+919000000003"))
    assert [await owner(world, n) for n in "1234"] == [RAVI, RAVI, ASHA, ASHA]
    routed = await decided(world, "2")
    assert routed is not None
    assert routed.reason is RouteReason.KNOWN


@pytest.mark.parametrize("case", ["away", "hours", "left", "closed"])
async def test_who_is_not_there_is_given_nothing(world: World, case: str) -> None:
    await route(world, ("kind:B", BOTH))
    now = world.clock.now()
    async with world.database.transaction() as connection:
        if case == "away":
            until_ = now + timedelta(hours=1)
            await attendance.away(connection, world.account_id, RAVI, until=until_, set_by=RAVI, now=now)
        elif case == "hours":
            await attendance.set_hours(connection, world.account_id, RAVI, "Mon-Sat 01:00-02:00", set_by=RAVI, now=now)
        elif case == "left":
            await people.left(connection, world.account_id, RAVI, now)
    if case == "closed":
        world.clock.pass_(hours=12)
    await world.bring(lead("1"))
    routed = await decided(world, "1")
    assert routed is not None
    assert (routed.given_to, routed.reason) == (
        (None, RouteReason.NOBODY) if case == "closed" else (ASHA, RouteReason.TURN)
    )
    world.clock.pass_(hours=12 if case == "closed" else 1.25)
    await world.bring(lead("2"))
    assert await owner(world, "2") == (RAVI if case in {"away", "closed"} else ASHA)


async def test_hours_that_would_be_asked_back_now_are_those_of_all(world: World) -> None:
    await route(world, ("kind:B", BOTH))
    async with world.database.transaction() as connection:
        now = world.clock.now()
        await attendance.set_hours(connection, world.account_id, RAVI, "Mon-Sat 9-12, 2-6", set_by=RAVI, now=now)
    await world.bring(lead("1"))
    assert await owner(world, "1") == RAVI


@in_fast_time
async def test_whoever_pressed_start_has_the_card_in_private_too(world: World) -> None:
    await route(world, ("kind:B", BOTH))
    async with world.database.transaction() as connection:
        await people.started(connection, world.account_id, RAVI, world.clock.now())
    await world.bring(lead("1"), lead("2"))
    await world.post_all()
    where = [(one.place.chat_id, card.stored.lead.query_id) for one in world.chat.posted for card in [one.what]]  # type: ignore[union-attr]
    assert sorted(where) == sorted([(GROUP.chat_id, "1"), (GROUP.chat_id, "2"), (RAVI, "1")])


@in_fast_time
async def test_a_burst_s_lists_name_whom_their_leads_were_given_to(world: World) -> None:
    await route(world, ("kind:B", BOTH))
    await world.bring(*[lead(str(n)) for n in range(30)])
    await world.post_all()
    assert [{one.user_id for one in listing.given_to} for listing in world.chat.listings] == [{RAVI, ASHA}] * 2
