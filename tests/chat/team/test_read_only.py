"""The database can only be read: the disk is full, or another program has locked it. Whoever looks something up notices
nothing, and whoever changes something is told at once that it was not done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest

from bot.chat import press
from bot.chat.press import PATIENCE, WRITTEN_WITHIN
from bot.domain.ids import UserId
from bot.sandbox.botapi import MemberStatus
from bot.store.connections import NAP
from bot.team import seen
from tests import databases
from tests.claiming import claimed
from tests.languages import heard

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.chat.team.conftest import Office

    OnlyRead: TypeAlias = Callable[[Office, Path], AbstractAsyncContextManager[None]]


def locked(_office: Office, path: Path) -> AbstractAsyncContextManager[None]:
    """By another program."""
    return databases.locked(path)


def full(office: Office, _path: Path) -> AbstractAsyncContextManager[None]:
    """The disk."""
    return databases.full(office.parts.shared.database)


READ_ONLY = pytest.mark.parametrize("only_read", [locked, full])
LOOKUPS = ["/today", "/search LED", "/search mono", "/lead 1", "/open", "/mine", "/stats", "/status", "/start"]


@pytest.mark.english
@pytest.mark.usefixtures("hurried")
@READ_ONLY
@pytest.mark.parametrize("bot_role", [MemberStatus.ADMINISTRATOR, MemberStatus.MEMBER])
async def test_look_ups_are_answered(
    opens: Callable[..., AbstractAsyncContextManager[Office]],
    only_read: OnlyRead,
    bot_role: MemberStatus,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """That nobody could note who asked is told of a full disk, once, and not where one only had to wait."""
    async with opens(bot_role=bot_role) as office:
        await office.receives(office.lead())
        async with only_read(office, tmp_path / "leads.db"):
            said = [await office.asks(office.town.asha, f"{text}@leadbell_bot", office.group) for text in LOOKUPS]
            assert not [
                one.text for one in said if "went wrong" in one.text or "not done" in one.text or "Sorry" in one.text
            ]
            assert len((await office.town.asha.asks_inline("mono")).results) == 1
    assert [one.name for one in caplog.records].count(seen.__name__) == (only_read is full)


@pytest.mark.usefixtures("hurried")
@READ_ONLY
async def test_a_start_that_could_not_be_kept_is_told_and_may_be_pressed_again(
    office: Office, only_read: OnlyRead, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing that they do next stands for it."""
    asha, known = office.town.asha, office.parts.services.access.seen
    async with only_read(office, tmp_path / "leads.db"):
        await office.asks(asha, "/start", asha.chat)
    assert [one.name for one in caplog.records].count(seen.__name__) == 1
    assert not await known.has_started(UserId(asha.id))
    await office.asks(asha, "/start", asha.chat)
    assert await known.has_started(UserId(asha.id))


@READ_ONLY
async def test_a_claim_that_could_not_be_stored_says_so_and_names_no_path(
    office: Office,
    only_read: OnlyRead,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(press, "WRITTEN_WITHIN", WRITTEN_WITHIN)
    card = await office.receives(office.lead())
    async with only_read(office, tmp_path / "leads.db"):
        answer = await office.town.asha.presses(card, "✋ Claim")
        assert answer.show_alert
        assert heard("not done. Please press again", answer.text)
        assert str(tmp_path) not in answer.text
        assert office.parts.shared.database.name not in answer.text
    await claimed(office.town.ravi, card)


async def test_a_note_that_could_not_be_stored_says_why(office: Office, tmp_path: Path) -> None:
    card = await office.receives(office.lead())
    async with full(office, tmp_path / "leads.db"):
        said = await office.answer(
            office.group, lambda: office.town.asha.says(office.group, "calls at five", reply_to=card)
        )
    assert heard("Leadbell cannot write on its disk", said.text)


def test_what_waits_for_the_database_ends_before_a_press_is_answered() -> None:
    assert WRITTEN_WITHIN + NAP < PATIENCE


async def test_what_went_wrong_after_the_answer_is_said_by_name(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PATIENCE", 0)
    monkeypatch.setattr(press, "WRITTEN_WITHIN", WRITTEN_WITHIN)
    card = await office.receives(office.lead())
    async with locked(office, tmp_path / "leads.db"):
        assert heard("takes a moment", (await office.town.asha.presses(card, "✋ Claim")).text)
        await office.town.world.wait_for(lambda: heard("press again", office.group.last.text))
    assert office.group.last.text.startswith("Asha: ")
    assert office.group.last.reply_to is card
