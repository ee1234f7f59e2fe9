"""/route, /routes, /away, /back and /hours, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.delivery.routing import Routing
from bot.domain.ids import UserId
from bot.domain.lead import Kind, Origin
from bot.domain.priority import Priority
from bot.sandbox.botapi.chats import MemberStatus
from bot.store import adding, outbox, prepared_leads
from bot.store.outbox_messages import Draft, MessageKind
from tests.languages import heard, worded

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bot.domain.lead import Lead
    from bot.sandbox.botapi.messages import Message
    from tests.chat.conftest import Team

    Gathered = Callable[..., AbstractAsyncContextManager[Team]]


async def admin_says(team: Team, text: str) -> Message:
    return await team.answers(team.meera, team.meera.chat, text)


async def known(team: Team) -> None:
    """The bot has seen both act."""
    for person in (team.town.ravi, team.town.asha):
        await team.answers(person, team.group, "/back")


@pytest.mark.english
async def test_an_admin_sends_leads_to_people_in_turn(team: Team) -> None:
    await known(team)
    said = await admin_says(team, "/route kind:B value>1l -> Ravi, @asha_t")
    assert said.text.splitlines()[0] == "✅ kind:B value>1l → Ravi, Asha in turn"
    said = await admin_says(team, "/route city:surat -> mute")
    assert "number 2" in said.text
    listed = await team.answers(team.town.asha, team.group, "/routes")
    assert listed.text.splitlines()[1:] == worded(
        [
            "1. kind:B value>1l → Ravi, Asha in turn · 0 leads this week",
            "2. city:surat → nobody (stored and found only) · 0 leads this week",
            "All others → the group",
        ]
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("kind:XX -> mute", "kinds are"),
        ("valu>500 -> mute", "value>500"),
        ("status:won -> mute", "A new lead has no … status:"),
        ("-> mute", "write a search first"),
        ("kind:B", "behind an arrow"),
        ("kind:B -> nobdy", "nobody called … “nobdy”"),
        ("kind:B -> @asha_x", "Did you mean asha_t?"),
        ("kind:B -> here", "in the group or topic"),
        ("kind:B -> -1009999999", "I am not in that group"),
        ("", "Write a search"),
    ],
)
async def test_what_is_no_route_is_explained(team: Team, typed: str, words: str) -> None:
    await known(team)
    said = await admin_says(team, f"/route {typed}")
    assert all(heard(one, said.text.replace("\u2060", "")) for one in words.split(" … "))
    assert await team.services.routes.all() == []


async def test_only_admins_set_routes(team: Team) -> None:
    said = await team.answers(team.town.asha, team.group, "/route kind:B -> mute")
    assert heard("Only admins", said.text)
    await admin_says(team, "/route kind:B -> mute")
    listed = await admin_says(team, "/routes")
    shown = await team.answers(team.town.asha, team.group, "/routes")
    assert shown.buttons == []
    await team.meera.presses(listed, "1")
    await team.settles()
    assert listed.buttons == worded([["🗑 Delete"], ["🧭 All routes"]])


async def test_routes_are_moved_deleted_and_undone_by_buttons(team: Team) -> None:
    for typed in ("kind:B -> mute", "city:surat -> mute"):
        await admin_says(team, f"/route {typed}")
    listed = await admin_says(team, "/routes")
    await team.meera.presses(listed, "2")
    await team.settles()
    await team.meera.presses(listed, "⬆️ Up")
    await team.settles()
    assert listed.text.splitlines()[1].startswith("1. city:surat")
    await team.meera.presses(listed, "1")
    await team.settles()
    await team.meera.presses(listed, "🗑 Delete")
    await team.settles()
    assert [one.route.query for one in await team.services.routes.all()] == ["kind:B"]
    assert (await team.meera.presses(listed, "↩️ Undo")).text == worded("Undone.")
    assert [one.route.query for one in await team.services.routes.all()] == ["city:surat", "kind:B"]


@pytest.mark.english
async def test_it_says_which_route_would_take_a_lead_and_why(team: Team) -> None:
    await team.has(team.lead(1, kind=Kind.BUYLEAD))
    for typed in ("city:surat -> mute", "kind:B -> mute"):
        await admin_says(team, f"/route {typed}")
    said = await admin_says(team, "/routes 1")
    assert said.text.splitlines() == worded(
        [
            "🔍 Today #1 would go by: kind:B → nobody (stored and found only)",
            "Not by “city:surat”: city does not fit.",
            "When it came no route took it.",
        ]
    )
    listed = await admin_says(team, "/routes")
    await team.meera.presses(listed, "Which would #1 take?")
    await team.settles()
    assert listed.text == said.text


async def test_a_topic_is_named_by_writing_in_it(team: Team) -> None:
    ravi = team.town.ravi
    forum = team.town.world.add_group("Forum", [ravi, team.meera], bot_role=MemberStatus.ADMINISTRATOR, is_forum=True)
    topic = team.town.world.add_topic(forum, "Surat")
    said = await team.answers(team.meera, forum, "/route city:surat -> here", topic=topic)
    assert said.text.startswith(worded("✅ city:surat → Forum"))
    ((route,),) = [[one.route for one in await team.services.routes.all()]]
    assert (route.destination.chat_id, route.destination.thread_id) == (forum.id, topic.thread_id)
    # Whoever is in a route's chat may look up there.
    assert heard("No leads here", (await team.answers(ravi, forum, "/today")).text)


@pytest.mark.english
async def test_somebody_is_away_till_they_say(team: Team) -> None:
    asha = team.town.asha
    said = await team.answers(asha, team.group, "/away till tomorrow 10am")
    assert said.text.startswith("🌴 Asha is away till ")
    assert heard("till /back", (await team.answers(asha, team.group, "/away")).text)
    assert (await team.answers(asha, team.group, "/back")).text == worded("👋 Asha is there again.")
    assert heard("do not understand this time", (await team.answers(asha, team.group, "/away till blue")).text)
    said = await team.answers(asha, team.group, "/hours Mon-Fri 10:00-18:00")
    assert said.text == worded("🕘 Asha is there: Mon-Fri 10:00-18:00")
    assert (await team.answers(asha, team.group, "/hours")).text == said.text
    assert heard("not days and hours", (await team.answers(asha, team.group, "/hours whenever")).text)
    assert heard("working hours of all", (await team.answers(asha, team.group, "/hours off")).text)


async def test_admins_say_it_for_others_and_nobody_else_does(team: Team) -> None:
    await known(team)
    said = await admin_says(team, "/away @asha_t till mon")
    assert "Asha" in said.text
    assert heard("is away", said.text)
    assert heard("Only admins", (await team.answers(team.town.ravi, team.group, "/back @asha_t")).text)
    assert heard("nobody called", (await admin_says(team, "/away @nobody")).text)


@pytest.mark.parametrize("typed", ["/back asha_t", "/back @asha_t now"])
async def test_who_says_back_of_somebody_is_not_back_instead(team: Team, typed: str) -> None:
    await known(team)
    await admin_says(team, "/away")
    await admin_says(team, "/away @asha_t")
    assert (await admin_says(team, typed)).text == worded("For example: /back @ravi, or /back alone.")
    for person in (team.meera, team.town.asha):
        said = await team.services.attendances.of(UserId(person.id))
        assert said is not None
        assert said.away_since is not None


async def test_routes_is_asked_with_a_number_or_alone(team: Team) -> None:
    assert heard("/routes 1234", (await admin_says(team, "/routes kind:B")).text)


async def comes(team: Team, lead: Lead) -> Message:
    """As by a poll; its card."""
    services, now = team.services, team.services.clock.now()
    async with team.database.transaction() as connection:
        ready = prepared_leads.of_all([lead])
        added = await adding.add(connection, services.account_id, ready, origin=Origin.PULL, now=now)
        routing = Routing(services.account_id, services.working)
        await routing.decide(connection, added, now, is_live=True)
        card = Draft(what=MessageKind.CARD, turn=Priority.CARD, lead_id=added[0].lead_id)
        await outbox.add(connection, services.account_id, [card], now)
    services.delivery.wake()
    await team.town.world.wait_for(lambda: card_of(team, lead) is not None)
    found = card_of(team, lead)
    assert found is not None
    return found


def card_of(team: Team, lead: Lead) -> Message | None:
    rooms = [room for room in team.town.world.chats.values() if room.kind != "private"]
    said = (one for room in rooms for one in room.by_bot)
    return next((one for one in said if lead.product and lead.product in one.text), None)


async def test_a_routed_card_is_worked_in_its_topic(team: Team) -> None:
    ravi = team.town.ravi
    forum = team.town.world.add_group("Forum", [ravi, team.meera], bot_role=MemberStatus.ADMINISTRATOR, is_forum=True)
    topic = team.town.world.add_topic(forum, "Surat")
    await team.answers(team.meera, forum, "/route city:surat -> here", topic=topic)
    card = await comes(team, team.lead(1, city="Surat"))
    assert (card.chat, card.thread_id) == (forum, topic.thread_id)
    await ravi.presses(card, "✋ Claim")
    await team.town.world.wait_for(lambda: "✋ Ravi" in card.text)
    ravi.says(forum, "rings back on Monday", reply_to=card, topic=topic)
    await team.town.world.wait_for(lambda: "rings back on Monday" in card.text)
    assert team.group.by_bot == []


@pytest.mark.parametrize("numbers", ["open", "claim"])
async def test_whoever_is_given_a_lead_is_mentioned_on_its_card(gathered: Gathered, numbers: str) -> None:
    async with gathered(numbers=numbers, more={"WORKING_HOURS": "daily 00:00-24:00"}) as team:
        await known(team)
        await admin_says(team, "/route kind:W -> Ravi")
        card = await comes(team, team.lead(1, mobile="+919876512345"))
        assert heard("this one is yours", card.text)
        assert "Ravi" in card.text
        assert str(team.town.ravi.id) in str([one.wire for one in card.body.formatted.entities])
        assert ("98765 12345" in card.text.replace("\u00a0", " ")) is (worded(numbers) == worded("open"))
        assert worded("↩️ Undo") not in str(card.buttons)
        await team.town.ravi.presses(card, "🗣 Contacted")
        await team.town.world.wait_for(lambda: "👉" not in card.text)
