"""Who may: what Telegram tells, what was seen, and how long either is believed."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.delivery.messenger import Membership
from bot.domain import budgets
from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.domain.person import Person
from bot.domain.routes import Destination, DestinationKind
from bot.errors import DeliveryTrouble
from bot.store import accounts, beginnings, outbox, people
from bot.team.access import WAITED, Access, Role
from tests.services.played import lead, trouble
from tests.services.world import ADMIN, GROUP, World
from tests.waiting import until

if TYPE_CHECKING:
    from bot.store.beginnings import Beginning

RAVI = UserId(5)
PERSON = Person(RAVI, "Ravi", "ravi")
HOME = GROUP.chat_id


@pytest.fixture
def access(world: World) -> Access:
    return world.services.access


@pytest.mark.parametrize(
    ("standing", "role"),
    [(Membership.IN, Role.MEMBER), (Membership.OUT, Role.STRANGER), (Membership.UNKNOWN, Role.STRANGER)],
)
async def test_telegram_tells_who_is_a_member(world: World, access: Access, standing: Membership, role: Role) -> None:
    world.chat.standings[RAVI] = standing
    assert await access.role(RAVI) is role


async def test_admins_of_the_settings_need_not_be_in_the_group(world: World, access: Access) -> None:
    world.chat.standings[UserId(ADMIN)] = Membership.OUT
    assert await access.role(UserId(ADMIN)) is Role.ADMIN
    assert world.chat.asked == []


async def test_a_membership_is_believed_for_five_minutes(world: World, access: Access) -> None:
    world.chat.standings[RAVI] = Membership.IN
    await access.role(RAVI)
    world.chat.standings[RAVI] = Membership.OUT
    world.clock.pass_(minutes=4, seconds=59)
    assert await access.role(RAVI) is Role.MEMBER
    assert len(world.chat.asked) == 1
    world.clock.pass_(seconds=1)
    assert await access.role(RAVI) is Role.STRANGER


async def test_who_left_while_nobody_was_there_to_see_it_is_not_of_the_team(world: World, access: Access) -> None:
    await access.seen.saw(PERSON, HOME)
    world.chat.standings |= {RAVI: Membership.OUT, UserId(6): Membership.OUT}
    assert await access.role(RAVI) is Role.STRANGER
    async with world.database.reading() as connection:
        assert await people.has_left(connection, world.account_id, RAVI)
        assert await people.present(connection, world.account_id) == []
    assert await access.role(UserId(6)) is Role.STRANGER
    assert await world.rows("SELECT user_id FROM people") == [(RAVI,)], "a stranger leaves no trace"


async def test_leaving_revokes_at_once_and_joining_lets_in_again(world: World, access: Access) -> None:
    world.chat.standings[RAVI] = Membership.IN
    await access.seen.saw(PERSON, HOME)
    assert await access.role(RAVI) is Role.MEMBER
    await access.left(RAVI, HOME)
    assert await access.role(RAVI) is Role.STRANGER
    await access.joined(PERSON)
    assert await access.role(RAVI) is Role.MEMBER


async def test_whoever_leaves_while_telegram_is_being_asked_is_out(world: World, access: Access) -> None:
    async def standing(_chat_id: ChatId, _user_id: UserId) -> Membership:
        await access.left(RAVI, HOME)
        return Membership.IN

    world.chat.standing = standing  # type: ignore[method-assign,assignment]  # the answer crosses the leaving
    assert await access.role(RAVI) is Role.STRANGER
    assert await access.role(RAVI) is Role.STRANGER


async def test_where_telegram_does_not_tell_those_seen_within_a_day_count(world: World, access: Access) -> None:
    assert await access.role(RAVI) is Role.STRANGER
    await access.seen.saw(PERSON, HOME)
    assert await access.role(RAVI) is Role.MEMBER
    world.clock.pass_(hours=23, minutes=59)
    assert await access.role(RAVI) is Role.MEMBER
    world.clock.pass_(minutes=1)
    assert await access.role(RAVI) is Role.STRANGER


async def test_acting_elsewhere_makes_nobody_a_member(world: World, access: Access) -> None:
    await access.seen.saw(PERSON, ChatId(-999))
    await access.seen.saw(PERSON, None)
    assert await access.role(RAVI) is Role.STRANGER


async def test_where_telegram_does_not_tell_leaving_revokes_and_joining_counts_as_seen(
    world: World, access: Access
) -> None:
    await access.seen.saw(PERSON, HOME)
    await access.left(RAVI, HOME)
    world.clock.pass_(minutes=6)
    assert await access.role(RAVI) is Role.STRANGER
    await access.joined(PERSON)
    world.clock.pass_(minutes=6)
    assert await access.role(RAVI) is Role.MEMBER


async def test_a_late_update_of_somebody_who_has_just_left_does_not_let_them_in(world: World, access: Access) -> None:
    await access.seen.saw(PERSON, HOME)
    await access.left(RAVI, HOME)
    await access.seen.saw(PERSON, HOME)
    world.clock.pass_(minutes=6)
    assert await access.role(RAVI) is Role.STRANGER


@pytest.mark.parametrize("acted_before", [True, False])
async def test_whoever_left_stays_out_whatever_is_heard_of_them_and_after_a_restart(
    world: World, access: Access, *, acted_before: bool
) -> None:
    if acted_before:
        await access.seen.saw(PERSON, HOME)
    await access.left(RAVI, HOME)
    world.clock.pass_(hours=2)
    await access.seen.saw(PERSON, HOME)
    assert await access.role(RAVI) is Role.STRANGER
    again = (await world.again()).services.access
    await again.seen.saw(PERSON, HOME)
    assert await again.role(RAVI) is Role.STRANGER
    await again.joined(PERSON)
    world.clock.pass_(minutes=6)
    assert await again.role(RAVI) is Role.MEMBER


@pytest.fixture
async def surat(world: World) -> ChatId:
    """Another group, which a route leads to."""
    to = Destination(kind=DestinationKind.PLACE, chat_id=ChatId(-2002), title="Surat")
    await world.services.routes.add("city:surat", to, Person(UserId(ADMIN), "Meera"))
    return ChatId(-2002)


UNTOLD = [Membership.UNKNOWN, trouble(DeliveryTrouble.TEMPORARY), trouble(DeliveryTrouble.CHAT)]


@pytest.mark.parametrize("told", UNTOLD)
async def test_who_leaves_a_routes_group_stays_in_the_accounts_own_where_telegram_does_not_tell(
    world: World, access: Access, surat: ChatId, told: Membership | Exception
) -> None:
    await access.seen.saw(PERSON, HOME)
    world.chat.standings_in = {HOME: told, surat: Membership.IN}
    assert await access.role(RAVI) is Role.MEMBER
    await access.left(RAVI, surat)
    assert await access.role(RAVI) is Role.MEMBER
    world.chat.standings_in = {HOME: told, surat: Membership.OUT}
    world.clock.pass_(minutes=6)
    assert await access.role(RAVI) is Role.MEMBER
    again = (await world.again()).services.access
    assert await again.role(RAVI) is Role.MEMBER
    await again.left(RAVI, HOME)
    assert await again.role(RAVI) is Role.STRANGER


async def test_who_was_seen_in_a_routes_group_only_is_out_once_they_left_it_and_in_once_they_act_in_the_own(
    world: World, access: Access, surat: ChatId
) -> None:
    await access.seen.saw(PERSON, surat)
    world.chat.standings_in = {HOME: Membership.UNKNOWN, surat: Membership.IN}
    assert await access.role(RAVI) is Role.MEMBER
    await access.left(RAVI, surat)
    assert await access.role(RAVI) is Role.STRANGER
    await access.seen.saw(PERSON, HOME)
    assert await access.role(RAVI) is Role.MEMBER


async def test_who_leaves_one_chat_and_is_in_another_by_telegrams_word_is_in(
    world: World, access: Access, surat: ChatId
) -> None:
    world.chat.standings_in = {HOME: Membership.OUT, surat: Membership.IN}
    await access.left(RAVI, HOME)
    assert await access.role(RAVI) is Role.MEMBER
    world.chat.standings_in = {HOME: Membership.IN, surat: Membership.IN}  # the left one may not know it yet
    await access.left(RAVI, surat)
    assert await access.role(RAVI) is Role.MEMBER
    world.chat.standings_in = {HOME: Membership.OUT, surat: Membership.IN}
    await access.left(RAVI, surat)
    assert await access.role(RAVI) is Role.STRANGER
    assert await world.rows("SELECT 1 FROM people WHERE left_at IS NOT NULL")


async def test_who_comes_back_while_telegram_is_asked_of_the_other_chats_is_in(
    world: World, access: Access, surat: ChatId
) -> None:
    async def standing(_chat_id: ChatId, _user_id: UserId) -> Membership:
        await access.joined(PERSON)
        return Membership.OUT

    world.chat.standing = standing  # type: ignore[method-assign,assignment]  # the answer crosses the joining
    await access.left(RAVI, surat)
    assert await access.role(RAVI) is Role.MEMBER
    assert not await world.rows("SELECT 1 FROM people WHERE left_at IS NOT NULL")


async def test_telegrams_own_word_undoes_a_leaving(world: World, access: Access) -> None:
    await access.seen.saw(PERSON, HOME)
    await access.left(RAVI, HOME)
    world.clock.pass_(minutes=6)
    world.chat.standings[RAVI] = Membership.IN
    assert await access.role(RAVI) is Role.MEMBER
    world.clock.pass_(minutes=6)
    world.chat.standings[RAVI] = Membership.UNKNOWN
    await access.seen.saw(PERSON, HOME)
    assert await access.role(RAVI) is Role.MEMBER


@pytest.mark.parametrize("kind", [DeliveryTrouble.TEMPORARY, DeliveryTrouble.CHAT, DeliveryTrouble.FLOOD])
async def test_whoever_was_known_stays_so_while_telegram_fails(
    world: World, access: Access, kind: DeliveryTrouble
) -> None:
    world.chat.standings[RAVI] = Membership.IN
    world.chat.standings[UserId(6)] = Membership.OUT
    await access.role(RAVI)
    await access.role(UserId(6))
    world.clock.pass_(minutes=10)
    world.chat.standings = {RAVI: trouble(kind), UserId(6): trouble(kind), UserId(7): trouble(kind)}
    assert await access.role(RAVI) is Role.MEMBER
    assert await access.role(UserId(6)) is Role.STRANGER
    assert await access.role(UserId(7)) is Role.STRANGER
    world.clock.pass_(hours=24)
    assert await access.role(RAVI) is Role.STRANGER


@pytest.mark.parametrize("has_left", [False, True])
async def test_whoever_was_known_waits_for_no_slow_telegram(world: World, access: Access, *, has_left: bool) -> None:
    world.chat.standings[RAVI] = Membership.IN
    assert await access.role(RAVI) is Role.MEMBER
    world.clock.pass_(minutes=6)
    answered = asyncio.Event()

    async def standing(_chat_id: ChatId, _user_id: UserId) -> Membership:
        await answered.wait()
        return Membership.OUT

    world.chat.standing = standing  # type: ignore[method-assign,assignment]  # it takes its time
    assert await access.role(RAVI) is Role.MEMBER
    leaving = asyncio.create_task(access.left(RAVI, HOME)) if has_left else None
    if leaving is not None:
        await until(lambda: not access.is_known(RAVI))
        assert await access.role(RAVI) is Role.STRANGER
    answered.set()
    await until(lambda: not access.is_known(RAVI))
    assert await access.role(RAVI) is Role.STRANGER
    if leaving is not None:
        await leaving


async def test_who_was_no_member_yesterday_waits_for_telegrams_word(world: World, access: Access) -> None:
    world.chat.standings[RAVI] = Membership.IN
    assert await access.role(RAVI) is Role.MEMBER
    world.clock.pass_(hours=25)

    async def standing(_chat_id: ChatId, _user_id: UserId) -> Membership:
        await asyncio.sleep(WAITED * 2)
        return Membership.OUT

    world.chat.standing = standing  # type: ignore[method-assign,assignment]  # longer than a member of today waits
    assert await access.role(RAVI) is Role.STRANGER


async def test_the_group_itself_may_look_up_under_every_id_it_had(world: World, access: Access) -> None:
    await world.chats.moved(HOME, ChatId(-2))
    await world.chats.moved(ChatId(-2), ChatId(-3))
    for chat_id in (HOME, ChatId(-2), ChatId(-3)):
        assert access.anonymous(chat_id) is Role.ANONYMOUS
        assert access.is_home(chat_id)
    assert access.anonymous(ChatId(-4)) is Role.STRANGER
    assert world.chats.place.chat_id == -3


async def test_start_and_block_are_remembered(access: Access) -> None:
    await access.seen.saw(PERSON, None)
    assert not await access.seen.has_started(RAVI)
    await access.started(PERSON)
    assert await access.seen.has_started(RAVI)
    await access.seen.stopped(RAVI)
    assert not await access.seen.has_started(RAVI)


async def test_who_takes_a_block_back_sees_no_number_that_was_to_be_masked_meanwhile(world: World) -> None:
    world = await world.again(NUMBERS="claim")
    access = world.services.access
    await world.bring(lead("1"))
    await access.started(PERSON)
    await world.services.claims.claim(LeadId(1), PERSON)
    await world.post_all()
    (shown,) = await world.rows("SELECT message_id FROM private_cards")
    await access.seen.stopped(RAVI)
    await world.services.claims.release(LeadId(1), PERSON, is_admin=False)
    async with world.database.transaction() as connection:  # as when Telegram refused it for a day
        await outbox.discard(connection, world.account_id, ChatId(RAVI), world.clock.now() + timedelta(days=1))
    assert await private_rows(world) == []
    await access.started(PERSON)
    assert await private_rows(world) == [{"lead_id": 1, "message_id": shown[0]}]


async def private_rows(world: World) -> list[dict[str, int]]:
    return [json.loads(body) for (body,) in await world.rows("SELECT body FROM outbox WHERE what = 'private'")]


async def test_who_pressed_start_before_they_were_in_the_team_pressed_it_for_this_account_too(world: World) -> None:
    async with world.database.transaction() as connection:
        other = await accounts.add(connection, "other")
        assert other is not None
        await people.saw(connection, other, PERSON)
        await people.started(connection, other, RAVI, world.clock.now())
    seen = world.services.access.seen
    await seen.saw(PERSON, HOME)
    assert not await seen.has_started(RAVI), "that is another bot's"
    world = await world.again()
    seen = world.services.access.seen
    seen.of_same_bot = lambda: [world.account_id, other]
    await seen.saw(PERSON, HOME)
    assert await seen.has_started(RAVI)


async def test_who_acted_in_a_former_chat_of_the_account_is_no_member_of_the_new_one(world: World) -> None:
    world.chat.standings[RAVI] = Membership.UNKNOWN
    await world.services.access.follow_settings(await begun(world), 7)
    await world.services.access.seen.saw(PERSON, HOME)
    await world.services.access.follow_settings(await begun(world), 7)
    assert await world.services.access.role(RAVI) is Role.MEMBER
    world = await world.again(TELEGRAM_CHAT_ID="-1009")
    await world.services.access.follow_settings(await begun(world), 7)
    world.chat.standings[RAVI] = Membership.UNKNOWN
    assert await world.services.access.role(RAVI) is Role.STRANGER


async def test_another_bot_takes_no_message_for_one_of_the_former(world: World) -> None:
    """In private chats and small groups each counts for itself: its first messages have numbers that were given."""
    world = await world.again(NUMBERS="claim")
    access = world.services.access
    await access.follow_settings(await begun(world), 7)
    await access.started(PERSON)
    await world.bring(lead("1"))
    await world.services.claims.claim(LeadId(1), PERSON)
    await world.post_all()
    ((message_id,),) = await world.rows("SELECT message_id FROM cards")
    noted = (HOME, MessageId(99))
    assert await world.services.notes.add(LeadId(1), PERSON, "rings back", message=noted)
    await access.follow_settings(await begun(world), 8)
    assert await world.services.work.lead_of_card(HOME, message_id) is None
    assert await world.rows("SELECT 1 FROM private_cards") == []
    assert not await access.seen.has_started(RAVI)
    assert await world.services.notes.add(LeadId(1), PERSON, "wants ten", message=noted)


async def test_a_group_that_became_a_supergroup_is_the_same_chat(world: World) -> None:
    await world.services.access.follow_settings(await begun(world), 7)
    await world.services.access.seen.saw(PERSON, HOME)
    await world.chats.moved(HOME, ChatId(-1009))
    await world.services.access.follow_settings(await begun(world), 7)
    world.chat.standings[RAVI] = Membership.UNKNOWN
    assert await world.services.access.role(RAVI) is Role.MEMBER


async def begun(world: World) -> Beginning:
    async with world.database.reading() as connection:
        return (await beginnings.of(connection, [world.account_id]))[world.account_id]


async def test_a_contact_is_posted_under_a_card_once(world: World) -> None:
    cards = world.services.cards
    await world.bring(lead("1"))
    assert not await cards.claim_contact(LeadId(1))  # it has no card yet
    await world.post_all(5)
    claims = await asyncio.gather(*(cards.claim_contact(LeadId(1)) for _press in range(5)))
    assert sorted(claims) == [False] * 4 + [True]
    cards.release_contact(LeadId(1))
    assert await cards.claim_contact(LeadId(1))
    again = (await world.again()).services.cards  # it was never sent
    assert await again.claim_contact(LeadId(1))
    await again.contact_posted(LeadId(1))
    assert not await again.claim_contact(LeadId(1))


async def test_strangers_leave_no_trace_after_a_while_and_members_do(world: World, access: Access) -> None:
    world.chat.standings |= {RAVI: Membership.IN} | {UserId(1000 + number): Membership.OUT for number in range(2_000)}
    for user_id in world.chat.standings:
        await access.role(user_id)
    access.tidy()
    assert len(access.remembered) == 1 + budgets.STRANGERS_ASKED
    world.clock.pass_(minutes=6)
    access.tidy()
    assert set(access.remembered) == {RAVI}


async def test_of_many_strangers_telegram_is_asked_about_some_and_of_members_about_all(
    world: World, access: Access
) -> None:
    seen, unseen = UserId(7), UserId(8)
    await access.seen.saw(Person(seen, "Asha"), HOME)
    world.chat.standings |= {seen: Membership.IN, unseen: Membership.IN}
    for number in range(2_000):
        world.chat.standings[UserId(1000 + number)] = Membership.OUT
        assert await access.role(UserId(1000 + number)) is Role.STRANGER
    assert len(world.chat.asked) == budgets.STRANGERS_ASKED
    assert await access.role(seen) is Role.MEMBER
    assert await access.role(unseen) is Role.STRANGER
    world.clock.pass_(minutes=1)
    assert await access.role(unseen) is Role.MEMBER


async def test_members_nobody_has_seen_yet_use_up_nothing_of_what_is_for_strangers(
    world: World, access: Access
) -> None:
    for number in range(3 * budgets.STRANGERS_ASKED):
        world.chat.standings[UserId(1000 + number)] = Membership.IN
        assert await access.role(UserId(1000 + number)) is Role.MEMBER


async def test_telegram_is_asked_once_for_all_that_one_person_does_meanwhile(world: World, access: Access) -> None:
    world.chat.standings[RAVI] = Membership.IN
    assert set(await asyncio.gather(*(access.role(RAVI) for _update in range(20)))) == {Role.MEMBER}
    assert len(world.chat.asked) == 1


async def test_strangers_crowd_no_member_out_of_what_is_remembered(
    world: World, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.team.access.MOST_REMEMBERED", 20)
    world.chat.standings |= {RAVI: Membership.IN} | {UserId(1000 + number): Membership.OUT for number in range(50)}
    for user_id in world.chat.standings:
        await access.role(user_id)
    assert len(access.remembered) <= 20
    assert access.is_known(RAVI)


async def test_start_is_written_down_once_and_again_after_the_bot_was_blocked(world: World, access: Access) -> None:
    await access.seen.saw(PERSON, None)
    await access.started(PERSON)
    async with world.database.transaction() as connection:
        await connection.execute("UPDATE people SET started_at = NULL")
    await access.started(PERSON)
    assert not await access.seen.has_started(RAVI)  # nothing was written
    await access.seen.stopped(RAVI)
    await access.started(PERSON)
    assert await access.seen.has_started(RAVI)
