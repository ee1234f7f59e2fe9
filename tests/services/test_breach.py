"""Whose data was there to be seen: also of those who were forgotten or erased since."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.clock import Clock
from bot.commands import auditing, backup, exporting, forgetting
from bot.config import Settings
from bot.domain.ids import LeadNumber
from bot.domain.lead import Lead, Origin
from bot.lookup.audit_trail import AuditTrail
from bot.lookup.exports import Exports
from bot.store import accounts, adding, audit, engines, prepared_leads
from tests import databases

if TYPE_CHECKING:
    from pathlib import Path

ASHA: Final = "+919800000001"
BALA: Final = "+919800000002"


class At(Clock):
    """Some time from now."""

    def __init__(self, **by: float) -> None:
        self._by = timedelta(**by)

    def now(self) -> datetime:
        return super().now() + self._by


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Of a database with a lead each of Asha (#1) and Bala (#2)."""
    found = Settings.from_values(
        {
            "TELEGRAM_BOT_TOKEN": "123456789:AAHfiqksKZ8WmR2zSjiQ7_v7r2wXkK9iWfc",
            "TELEGRAM_CHAT_ID": "-1001",
            "INDIAMART_KEY": "k" * 20,
            "DATABASE_URL": databases.new_url(tmp_path / "leads.db"),
        }
    )
    await add(found, "Asha", ASHA)
    await add(found, "Bala", BALA)
    return found


async def add(settings: Settings, name: str, mobile: str, clock: Clock | None = None) -> None:
    now = (clock or At(hours=-1)).now()
    lead = Lead(kind="W", query_id=mobile, enquired_at=now, name=name, mobile=mobile, product="pump")
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        account_id = await accounts.open_account(connection)
        await adding.add(connection, account_id, prepared_leads.of_all([lead]), origin=Origin.PULL, now=now)


async def has_card(settings: Settings, lead_id: int) -> None:
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        await connection.execute(
            "INSERT INTO cards (lead_id, account_id, chat_id, message_id, posted_at, nth) "
            "VALUES (:id, 1, -1, :id, 5, 1)",
            {"id": lead_id},
        )


async def export(settings: Settings, path: Path, clock: Clock | None = None, **span: str) -> None:
    how: dict[str, Any] = {"since": None, "until": None, "force": True} | span
    await exporting.export_file(settings, path, **how, clock=clock)


async def forget(settings: Settings, number: str, *, is_urgent: bool = False, clock: Clock | None = None) -> None:
    assert await forgetting.run(settings, number, is_urgent=is_urgent, is_sure=True, account="main", clock=clock)


async def listed(settings: Settings, capsys: pytest.CaptureFixture[str], since: str = "3d") -> tuple[list[str], str]:
    """The lines of the list, and what is said below it."""
    capsys.readouterr()
    assert await auditing.breach(settings, since=since, account="main")
    said = capsys.readouterr()
    return said.out.splitlines(), said.err


@pytest.mark.parametrize("is_urgent", [False, True])
async def test_who_was_exported_and_then_forgotten_is_counted_and_named_by_number(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, is_urgent: bool
) -> None:
    await export(settings, tmp_path / "all.csv", At(minutes=-5))
    await forget(settings, ASHA, is_urgent=is_urgent)
    assert await listed(settings, capsys) == (
        ["Bala · +919800000002 · #2 · in an export", "#1 · forgotten since · in an export"],
        "1 buyer.\nAnd 1 lead of a buyer who was forgotten since, named by its number alone.\n",
    )


async def test_who_was_looked_up_and_then_forgotten_is_named_with_how(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await forgetting.tell(settings, ASHA, folder=tmp_path, account="main", force=False)
    await forget(settings, ASHA)
    assert (await listed(settings, capsys))[0] == ["#1 · forgotten since · asked for all that is kept"]


async def test_a_card_that_stood_in_the_group_until_its_buyer_was_forgotten_was_in_sight(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await has_card(settings, 1)
    await has_card(settings, 2)
    await forget(settings, ASHA, clock=At(days=-2))
    await forget(settings, BALA, clock=At(days=-5))  # before it began: the card had lost its name
    lines, said = await listed(settings, capsys)
    assert lines == ["#1 · forgotten since · on the card in the group"]
    assert said.startswith("0 buyers.\n")


async def test_who_was_forgotten_before_an_export_was_not_in_it(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await forget(settings, ASHA, clock=At(minutes=-5))
    await export(settings, tmp_path / "all.csv")
    assert await listed(settings, capsys) == (["Bala · +919800000002 · #2 · in an export"], "1 buyer.\n")


async def test_what_was_seen_before_it_began_concerns_nobody_who_was_forgotten(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await export(settings, tmp_path / "all.csv", At(days=-4))
    await forget(settings, ASHA)
    assert await listed(settings, capsys) == ([], "0 buyers.\n")


@pytest.mark.parametrize("hours", [-48, 48])
async def test_an_export_at_a_wrong_clock_is_noted_with_just_what_was_in_it(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], hours: int
) -> None:
    await forget(settings, BALA)
    await export(settings, tmp_path / "all.csv", At(hours=hours))
    await add(settings, "Chitra", "+919800000003", Clock())
    await forget(settings, ASHA)
    lines, _said = await listed(settings, capsys)
    assert lines == ["#1 · forgotten since · in an export"]


@pytest.mark.sqlite
async def test_a_backup_at_a_clock_that_is_behind_is_noted_with_all_that_is_in_it(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await add(settings, "Chitra", "+919800000003", At(hours=20))
    assert await backup.copy(settings, tmp_path / "copy.db", force=False)
    lines, _said = await listed(settings, capsys)
    assert [line.rpartition(" · ")[0][-2:] for line in lines] == ["#1", "#2", "#3"]


async def test_what_comes_while_an_export_is_made_is_in_neither_file_nor_audit(settings: Settings) -> None:
    async with engines.database(settings.database_url) as database:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection)
        exports = Exports(database, account_id, since=None, until=None)
        await exports.note("asha", Clock().now())
        await add(settings, "Chitra", "+919800000003", At(hours=-1))
        names = [one.stored.lead.name async for stretch in exports.stretches() for one in stretch]
        trail = AuditTrail(database, account_id, Clock())
        seen = [len((await trail.of_lead(LeadNumber(number)))[1]) for number in (1, 2, 3)]
    assert (names, seen) == (["Asha", "Bala"], [1, 1, 0])


async def test_what_comes_between_the_note_of_a_backup_and_its_end_is_in_its_audit(settings: Settings) -> None:
    async with engines.database(settings.database_url) as database:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection)
            noted = await audit.note_backup(connection, machine="asha", now=Clock().now())
        await add(settings, "Chitra", "+919800000003", At(hours=1))
        async with database.transaction() as connection:
            await audit.end_backup(connection, noted)
        await add(settings, "Dilip", "+919800000004", At(hours=-1))
        trail = AuditTrail(database, account_id, Clock())
        seen = [len((await trail.of_lead(LeadNumber(number)))[1]) for number in (1, 2, 3, 4)]
    assert seen == [1, 1, 1, 0]


@pytest.mark.parametrize("hours", [-48, 48])
async def test_who_asks_what_is_kept_hears_of_an_export_at_a_wrong_clock_just_where_they_were_in_it(
    settings: Settings, tmp_path: Path, hours: int
) -> None:
    await export(settings, tmp_path / "all.csv", At(hours=hours))
    await add(settings, "Chitra", "+919800000003", Clock())
    for mobile, acts in ((ASHA, ["export"]), ("+919800000003", [])):
        assert await forgetting.tell(settings, mobile, folder=tmp_path, account="main", force=True)
        told = json.loads((tmp_path / "buyer.json").read_bytes()).get("audit", [])
        assert [one["act"] for one in told if one["act"] != "buyer"] == acts
