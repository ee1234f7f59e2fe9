"""The database can only be read: the disk is full, or another program has locked it. Whoever looks something up notices
nothing, and whoever changes something is told at once that it was not done.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.chat import press
from bot.chat.press import PATIENCE, WRITTEN_WITHIN
from bot.sandbox.botapi import MemberStatus
from bot.store.connections import NAP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from tests.chat.team.conftest import Office


@asynccontextmanager
async def locked(office: Office) -> AsyncIterator[None]:
    """By another program."""
    path = office.parts.shared.database.path
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # as soon as nobody of the service writes
    yield
    other.close()


@asynccontextmanager
async def full(office: Office) -> AsyncIterator[None]:
    """As a full disk, or one that turned read-only."""
    async with office.parts.shared.database.transaction() as connection:
        await connection.execute("PRAGMA query_only = ON")
    yield
    await connection.execute("PRAGMA query_only = OFF")  # no transaction begins before


READ_ONLY = pytest.mark.parametrize("only_read", [locked, full])
LOOKUPS = ["/today", "/search LED", "/search mono", "/lead 1", "/open", "/mine", "/stats", "/status", "/start"]


@READ_ONLY
@pytest.mark.parametrize("bot_role", [MemberStatus.ADMINISTRATOR, MemberStatus.MEMBER])
async def test_look_ups_are_answered(
    opens: Callable[..., AbstractAsyncContextManager[Office]],
    only_read: Callable[[Office], AbstractAsyncContextManager[None]],
    bot_role: MemberStatus,
) -> None:
    async with opens(bot_role=bot_role) as office:
        await office.receives(office.lead())
        async with only_read(office):
            said = [await office.asks(office.town.asha, f"{text}@leadbell_bot", office.group) for text in LOOKUPS]
            assert not [
                one.text for one in said if "went wrong" in one.text or "not done" in one.text or "Sorry" in one.text
            ]
            assert len((await office.town.asha.asks_inline("mono")).results) == 1


@READ_ONLY
async def test_a_claim_that_could_not_be_stored_says_so_and_names_no_path(
    office: Office,
    only_read: Callable[[Office], AbstractAsyncContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(press, "WRITTEN_WITHIN", WRITTEN_WITHIN)
    card = await office.receives(office.lead())
    async with only_read(office):
        answer = await office.town.asha.presses(card, "✋ Claim")
        assert answer.show_alert
        assert "not done. Please press again" in answer.text
        assert str(office.parts.shared.database.path.parent) not in answer.text
    assert "is yours" in (await office.town.ravi.presses(card, "✋ Claim")).text


async def test_a_note_that_could_not_be_stored_says_why(office: Office) -> None:
    card = await office.receives(office.lead())
    async with full(office):
        said = await office.answer(
            office.group, lambda: office.town.asha.says(office.group, "calls at five", reply_to=card)
        )
    assert said.text.startswith("Leadbell cannot write on its disk")


def test_what_waits_for_the_database_ends_before_a_press_is_answered() -> None:
    assert WRITTEN_WITHIN + NAP < PATIENCE


async def test_what_went_wrong_after_the_answer_is_said_by_name(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PATIENCE", 0)
    monkeypatch.setattr(press, "WRITTEN_WITHIN", WRITTEN_WITHIN)
    card = await office.receives(office.lead())
    async with locked(office):
        assert "takes a moment" in (await office.town.asha.presses(card, "✋ Claim")).text
        await office.town.world.wait_for(lambda: "press again" in office.group.last.text)
    assert office.group.last.text.startswith("Asha: ")
    assert office.group.last.reply_to is card
