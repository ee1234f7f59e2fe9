"""One bot, two sellers with the same buyers: whatever people do, nothing of one reaches who is in the other's team."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import app
from bot.chat.command_table import COMMANDS
from bot.domain.ids import UserId
from bot.domain.person import Person
from bot.intake.push_inbox import PushInbox
from bot.store import outbox
from bot.web import push
from tests.chat.test_claimed_numbers import press_of, texts
from tests.chat.test_due_messages import call_out
from tests.store.own_rows import kept_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.domain.ids import LeadId
    from bot.sandbox.botapi.chats import Chat
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import HumanUser
    from bot.sandbox.botapi.town import Town
    from tests.chat.conftest import Team

LEADS = 5
PUSHED = {"UNIQUE_QUERY_ID": "777", "QUERY_TYPE": "W", "SENDER_NAME": "Asha", "SENDER_MOBILE": "+91-9000000001"}
MARKS = {"sharma": "sharmamark", "gupta": "guptamark"}
"""A word that stands in every text of one's leads, notes and reminders, and nowhere else."""
PASSING = {"sends", "outbox", "notices", "cards", "views"}
"""What changes by itself while messages go out and menus fold, or is written down behind."""


@dataclass
class Both:
    """Ravi is in Sharma's team, Vikram in Gupta's, Asha in both; Meera is Sharma's admin, and Nobody in no team."""

    teams: dict[str, Team]
    nobody: HumanUser
    leads: dict[str, list[LeadId]]
    path: Path
    """What stands for the database."""
    read: int = 0
    """Calls that were looked at."""
    heard: set[tuple[int, str]] = field(default_factory=set)
    """Who heard which mark: that something is heard at all."""

    @property
    def town(self) -> Town:
        return self.teams["sharma"].town

    def members(self) -> dict[HumanUser, set[str]]:
        ravi, asha, vikram = self.town.ravi, self.town.asha, self.town.vikram
        meera = self.teams["sharma"].meera
        return {ravi: {"sharma"}, asha: {"sharma", "gupta"}, vikram: {"gupta"}, meera: {"sharma"}, self.nobody: set()}

    def rooms(self, person: HumanUser) -> list[Chat]:
        groups = [team.group for name, team in self.teams.items() if name in self.members()[person]]
        return [person.chat, *groups] if person is not self.teams["sharma"].meera else [person.chat]

    def hears(self, room: Chat, payload: object) -> None:
        found = {name for name, mark in MARKS.items() for text in texts(payload) if mark in text.lower()}
        groups = {team.group.id: {name} for name, team in self.teams.items()}
        allowed = groups | {person.chat.id: names for person, names in self.members().items()}
        assert found <= allowed[room.id], (room.title, payload)
        assert len(found) < 2, ("of two accounts at once", payload)
        self.heard |= {(room.id, name) for name in found}

    async def look(self) -> None:
        """At all that the bot has written since, once it has written all."""
        await self.quiet()
        rooms = {one.id: one for person in self.members() for one in self.rooms(person)}
        for call in self.town.api.calls[self.read :]:
            if (to := int(call.parameters.get("chat_id", 0) or 0)) in rooms:
                self.hears(rooms[to], call.parameters)
            elif not call.method.lower().startswith("answer"):
                assert not any(mark in text.lower() for mark in MARKS.values() for text in texts(call.parameters))
        self.read = len(self.town.api.calls)

    async def quiet(self) -> None:
        """Until the bot has said all it has to say. Its pauses between two messages are not waited for."""
        backlog = 1
        for _look in range(500):
            backlog = 0
            for team in self.teams.values():
                async with team.database.transaction() as connection:
                    await connection.execute("UPDATE outbox SET due_at = queued_at")
                    backlog += (await outbox.waiting(connection, team.services.account_id)).rows
                team.services.delivery.wake()
            if not backlog and all(team.services.sender.is_idle for team in self.teams.values()):
                await self.teams["sharma"].rests()
                for team in self.teams.values():
                    await team.services.audit.written()
                return
            self.town.clock.ahead += 1
            await asyncio.sleep(0.02)
        raise TimeoutError(backlog)

    def kept(self, name: str) -> dict[str, list[tuple[object, ...]]]:
        team = self.teams[name]
        with kept_at(self.path) as kept:
            found = kept.rows(team.services.account_id)
        return {table: own for table, own in found.items() if table not in PASSING}


@pytest.fixture
async def both(team: Team, tmp_path: Path) -> AsyncIterator[Both]:
    town = team.town
    async with team.beside("Gupta Tools", town.asha, town.vikram) as other:
        teams = {"sharma": team, "gupta": other}
        found = {}
        for name, one in teams.items():
            alike = [one.lead(number, product=f"Pump {MARKS[name]}", message=MARKS[name]) for number in range(LEADS)]
            found[name] = await one.has(*alike)
        both = Both(teams, town.world.add_person("Nobody"), found, tmp_path / "leads.db")
        for person in both.members():
            await both.look()
            person.says(person.chat, "/start")
        await both.look()
        yield both


SAID = (
    *(f"/{one.name}" for one in COMMANDS if one.name not in {"fetch", "forget", "buyer", "settings"}),
    *("/search pump", "/search 00001", "/search sharmam", "/search guptam", "/search kind:w", "/week"),
    *("/lead {lead}", "/lead_{lead}", "/lead {number}", "/start lead_{number}", "/start lead_1_{lead}"),
    *("/start note_{lead}", "/search by:me", "pump", "90000 00001", "/audit {number}", "/buyer 90000 00001"),
)


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_people_do_nothing_of_one_account_reaches_the_other(both: Both, seed: int) -> None:
    chance = random.Random(seed)
    for name, team in both.teams.items():
        asha = Person(UserId(both.town.asha.id), "Asha")
        for lead_id in both.leads[name]:
            await team.card(lead_id)
            await team.services.notes.add(lead_id, asha, f"note {MARKS[name]}")
            await team.services.reminders.add(lead_id, asha, team.services.clock.now(), MARKS[name])
        await team.services.reminders.fire()
        await call_out(team, both.leads[name])
    for person in (both.town.ravi, both.town.vikram):
        person.says(person.chat, "/today")
    await both.look()
    for _step in range(60):
        person = chance.choice(list(both.members()))
        strange = both.teams.keys() - both.members()[person]
        before = {name: both.kept(name) for name in strange}
        did = await _act(both, person, chance)
        await both.look()
        for name in strange:
            changed = {table for table, found in both.kept(name).items() if found != before[name][table]}
            assert not changed, (person.name, did)
    own = {(team.group.id, name) for name, team in both.teams.items()}
    assert own | {(both.town.ravi.chat.id, "sharma"), (both.town.vikram.chat.id, "gupta")} <= both.heard


async def _act(both: Both, person: HumanUser, chance: random.Random) -> str:
    """Something they can do: any button that stands anywhere, under any message of theirs, too. What it was."""
    own = [(one, data) for room in both.rooms(person) for one in _standing(room) for data in press_of(one)]
    every = [data for name in both.teams for one in _standing(both.teams[name].group) for data in press_of(one)]
    if own and chance.random() < 0.6:
        message, data = chance.choice(own)
        if chance.random() < 0.5:
            data = chance.choice(every)
        answer = await both.town.world.queries.press_data(person, message, data)
        both.hears(message.chat, answer.text or "")
        return f"{data} in {message.chat.title}"
    if chance.random() < 0.3:
        words, room = chance.choice(["", "pump", "sharmam", "guptam"]), chance.choice(both.rooms(person))
        for result in (await person.asks_inline(words, room)).results:
            both.hears(person.chat, [result.title, result.description, result.text, str(result.wire)])
        return f"{words} inline"
    lead_id = chance.choice([one for found in both.leads.values() for one in found])
    said = chance.choice(SAID).replace("{lead}", str(lead_id)).replace("{number}", str(chance.randrange(LEADS) + 1))
    person.says(chance.choice(both.rooms(person)), said)
    return said


def _standing(room: Chat) -> list[Message]:
    return [one for one in room.by_bot if not one.is_deleted]


async def test_what_is_pushed_to_one_address_is_its_accounts_alone(both: Both) -> None:
    addresses = push.PushAddresses()
    for name, team in both.teams.items():
        services, shared = team.services, team.shared
        intake = await app.intake(services.settings, shared, None, services.account_id)
        inbox = PushInbox(
            team.database, services.account_id, services.clock, ingest=intake.ingest, faults=intake.faults,
            on_stored=lambda: None,
        )  # fmt: skip
        addresses.put(services.account_id, f"token-of-{name}", inbox)
    server = TestServer(web.Application())
    server.app.add_routes(push.routes(addresses, both.teams["sharma"].shared.refusals))
    async with server:
        for name, status in (("sharma", 200), ("gupta", 200), ("nobody", 404)):
            before = {one: both.kept(one) for one in both.teams}
            body = json.dumps({"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": PUSHED}).encode()
            async with both.town.http.post(server.make_url(f"/indiamart/token-of-{name}"), data=body) as response:
                assert response.status == status
            changed = {one for one in both.teams if both.kept(one)["all_leads"] != before[one]["all_leads"]}
            assert changed == {name} & both.teams.keys()
