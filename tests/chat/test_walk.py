"""A walk through what the bot says, once in each language: every command, button and prompt. Nothing of it is left in
English, and nothing is refused by the sandbox, which is as strict as Telegram.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest

from bot.charts import renderer
from bot.chat.command_table import COMMANDS
from bot.chat.views import callback_data, lead_codes
from bot.clock import to_epoch
from bot.config.keyring import new_key
from bot.domain.ids import UserId
from bot.domain.lead import Kind, Status
from bot.domain.person import Person
from tests import catalogues
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bot.sandbox.botapi.chats import Chat
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import HumanUser
    from tests.chat.conftest import Team

    Gathered = Callable[..., AbstractAsyncContextManager[Team]]

ARGUMENTS: Final = {
    "search": ("", "led", "nothing like this", "kind:XX status:odd since:7x by:nobody value>x country:zz foo:1"),
    "lead": ("", "1", "999"),
    "open": ("", "missed", "x"),
    "digest": ("", "morning", "evening", "week", "x"),
    "stats": ("", "month", "7 odd words", "7"),
    "audit": ("", "1", "ravi", "999"),
    "forget": ("", "90000 99999", "#1"),
    "buyer": ("", "#999"),
    "template": ("", "Hello {name} {odd}", "Hello {name}, {product} {owner}", "kind:ZZ x", "off"),
    "route": ("", "kind:B -> mute", "city:surat -> @nobody", "-> here", "x"),
    "routes": ("", "1"),
    "away": ("", "till fri 10am", "x"),
    "hours": ("", "Mon-Fri 10-18", "x", "off"),
}
ANSWERS: Final = {
    "📝": ("wants a sample",),
    "⏰": ("x", "yesterday 10 am", "tomorrow 10"),
    "🏆": ("x", "85,000"),
    "💔": ("x",),
}
"""By how the question begins; the last one settles it."""
IN_THE_GROUP: Final = frozenset({"today", "settings", "language", "away", "status", "start"})
"""Where more than the place of the answer is another."""
OTHER_LANGUAGE: Final = "L"
OPENED_AGAIN: Final = 8
"""Times that one menu of a message is."""

pytestmark = pytest.mark.english


@dataclass
class Walk:
    team: Team
    said: list[str] = field(default_factory=list)
    pressed: set[tuple[str, str]] = field(default_factory=set)
    opened: Counter[str] = field(default_factory=Counter)
    seen: dict[Chat, int] = field(default_factory=dict)

    async def asks(self, person: HumanUser, room: Chat, words: str) -> None:
        person.says(room, words)
        await self.team.rests()
        await self._presses_all(person, room)

    async def _presses_all(self, person: HumanUser, room: Chat) -> None:
        """Everything that was said since, and each of its buttons unless one like it was pressed."""
        while (at := self.seen.get(room, 0)) < len(room.by_bot):
            message = room.by_bot[at]
            self.seen[room] = at + 1
            self._hears(message)
            await self._answers(person, room, message)
            while (button := self._next(message, room)) is not None:
                reply = await self.team.town.world.queries.press_data(person, message, button)
                self.said.append(reply.text)
                await _are_shown(self.team)
                self._hears(message)

    def _next(self, message: Message, room: Chat) -> str | None:
        """What was not pressed yet; then what opens a menu again, as each choice in one closes it."""
        codes = [str(one["callback_data"]) for one in message.markup.buttons if "callback_data" in one]
        for data in codes:
            kind = re.sub(r"\d+", "", data[1:])
            if kind[:1] != OTHER_LANGUAGE and (room.kind, kind) not in self.pressed:
                self.pressed.add((room.kind, kind))
                return data
        for data in codes:
            if _opens(data) and self.opened[data] < OPENED_AGAIN:
                self.opened[data] += 1
                return data
        return None

    async def _answers(self, person: HumanUser, room: Chat, question: Message) -> None:
        kind = re.sub(r"\d+", "", question.text)
        if question.markup.kind == "force_reply" and ("answer", kind) not in self.pressed:
            self.pressed.add(("answer", kind))
            for words in ANSWERS.get(question.text[:1], ("x", "none")):
                person.says(room, words, reply_to=question)
                await self.team.rests()

    def _hears(self, message: Message) -> None:
        self.said += [message.text, *(label for row in message.buttons for label in row)]


def _opens(data: str) -> bool:
    code = callback_data.decode(data)
    return isinstance(code, lead_codes.OpenMenu) and code.menu is not lead_codes.Menu.NONE


@pytest.mark.no_cover
@pytest.mark.parametrize("language", catalogues.TRANSLATED)
async def test_everything_that_is_said_is_in_the_language(
    gathered: Gathered, language: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "is_there", lambda: False)  # a chart says the same in words
    async with gathered(more={"BOT_LANGUAGE": language, "SECRET_KEY": new_key()}) as team:
        walk, meera = Walk(team), team.meera
        for one in (meera, team.town.asha, team.town.ravi, team.town.vikram):
            one.language_code = language
        meera.joins(team.group)
        await _has_leads(team)
        for command in COMMANDS:
            for words in ARGUMENTS.get(command.name, ("",)):
                await walk.asks(meera, meera.chat, f"/{command.name} {words}".strip())
            if command.name in IN_THE_GROUP:
                await walk.asks(meera, team.group, f"/{command.name}")
        for words in ("led", "/nothing", "#1"):
            await walk.asks(meera, meera.chat, words)
        await walk.asks(team.town.asha, team.group, "/settings")
        await walk.asks(team.town.vikram, team.town.vikram.chat, "/start")
        for query in ("led", "nothing like this"):
            found = await team.town.asha.asks_inline(query, team.group)
            walk.said += [one.title for one in found.results]
    left = sorted(
        {piece for piece in catalogues.english(language) for text in walk.said if piece in text.replace("\u00a0", " ")}
    )
    assert left == [], "\n".join(left)
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []
    assert len(walk.pressed) > 70


async def _are_shown(team: Team) -> None:
    """Until every card shows what can be pressed now."""

    async def is_shown() -> bool:
        await team.rests()
        due = "SELECT 1 FROM outbox WHERE what IN ('card', 'edit') AND due_at <= :now"
        async with team.database.reading() as connection:
            return not await connection.fetch_all(due, {"now": to_epoch(team.services.clock.now())})

    await until(is_shown)


async def _has_leads(team: Team) -> None:
    ravi = Person(UserId(team.town.ravi.id), "Ravi")
    kinds = (Kind.ENQUIRY, Kind.BUYLEAD, Kind.CALL, Kind.WHATSAPP, Kind.CATALOGUE_VIEW)
    rows = [team.lead(n, kind=kinds[n % 5], call_seconds=3 if n % 5 == 2 else None) for n in range(1, 24)]
    lead_ids = await team.has(*rows)
    states = (Status.CONTACTED, Status.QUOTED, Status.WON, Status.LOST, Status.JUNK)
    for lead_id, status in zip(lead_ids[10:], states, strict=False):
        await team.services.claims.set_status(lead_id, status, ravi, is_admin=True)
    await team.services.cards.show(lead_ids[0])
    await team.services.cards.show(lead_ids[12])
    await _are_shown(team)
