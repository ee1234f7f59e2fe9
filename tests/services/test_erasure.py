"""Forgetting at the command line and by age, and telling what is kept."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pytest

from bot.clock import Clock
from bot.commands import auditing, backup, forgetting, importing
from bot.config import Settings
from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Lead, Origin
from bot.domain.person import Person
from bot.errors import LeadbellError
from bot.lookup.audit_trail import AuditTrail
from bot.store import accounts, adding, audit, engines, people, prepared_leads, pushes
from bot.store.audit import Seen
from bot.team.erasure import Erasure, contact
from tests import databases

if TYPE_CHECKING:
    from pathlib import Path

NUMBER: Final = "+919000077123"
INDIA: Final = ZoneInfo("Asia/Kolkata")


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Of a database with two leads of one buyer, and one of another."""
    found = Settings.from_values(
        {
            "TELEGRAM_BOT_TOKEN": "123456789:AAHfiqksKZ8WmR2zSjiQ7_v7r2wXkK9iWfc",
            "TELEGRAM_CHAT_ID": "-1001",
            "INDIAMART_KEY": "k" * 20,
            "DATABASE_URL": databases.new_url(tmp_path / "leads.db"),
        }
    )
    rows = [
        Lead(kind="W", query_id=str(n), enquired_at=Clock().now(), name="Quillonxa", mobile=NUMBER, product="pump")
        for n in range(2)
    ]
    rows.append(Lead(kind="W", query_id="9", enquired_at=Clock().now(), name="Asha", mobile="+919800000001"))
    async with engines.database(found.database_url) as database, database.transaction() as connection:
        account_id = await accounts.open_account(connection)
        await adding.add(
            connection, account_id, prepared_leads.of_all(rows), origin=Origin.PULL, now=Clock().now()
        )  # fmt: skip
    return found


async def rows(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    async with engines.database(settings.database_url) as database, database.reading() as connection:
        return [tuple(row) for row in await connection.fetch_all(statement)]


def is_in_file(settings: Settings) -> bool:
    """Of a server's files nobody here knows."""
    return not databases.is_postgres() and b"uillonxa" in settings.database_path.read_bytes()


async def forget(settings: Settings, typed: str = NUMBER, **how: Any) -> bool:
    wishes: dict[str, Any] = {"is_urgent": False, "is_sure": True, "account": "main"} | how
    return await forgetting.run(settings, typed, **wishes)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("90000 77123", NUMBER), ("+91-9000077123", NUMBER), ("0091 90000 77123", NUMBER),
        ("Asha@Example.com ", "asha@example.com"), ("asha", None), ("12", None), ("", None), ("a b@c", None),
        ("#12", "#12"), ("#", None),
    ],
)  # fmt: skip
def test_a_buyer_is_named_by_number_or_address(typed: str, meant: str | None) -> None:
    assert contact(typed) == meant


async def test_the_command_says_what_it_did(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert await forget(settings)
    assert "2 leads are forgotten. What was kept of them is overwritten in 12 months." in capsys.readouterr().out
    assert await rows(settings, "SELECT name FROM leads") == [("Asha",)]
    assert await forget(settings)
    assert "Nothing is kept about +91 90••• •••23." in capsys.readouterr().out


async def test_the_command_asks_and_where_nobody_answers_nothing_is_changed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert not await forget(settings, is_sure=False)
    assert "- 2 leads (#1, #2)." in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(LeadbellError, match="Nothing was changed"):
        await forget(settings, is_sure=False)
    assert await rows(settings, "SELECT count(*) FROM leads") == [(3,)]
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert await forget(settings, is_sure=False)
    assert await rows(settings, "SELECT count(*) FROM leads") == [(1,)]


async def test_who_has_no_lead_is_forgotten_where_a_row_that_could_not_be_read_tells_of_them(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        account_id = await accounts.open_account(connection)
        body = b"call Quillonxa, 98765 00011"
        await pushes.keep(connection, account_id, body, reason="no lead in it", now=Clock().now())
    assert await forget(settings, "9876500011", is_urgent=True)
    said = capsys.readouterr().out
    assert "1 row that could not be read is forgotten." in said
    assert "Nothing is kept" not in said
    assert [bytes(body) for (body,) in await rows(settings, "SELECT body FROM pushes")] == [b""]
    assert databases.is_postgres() or b"98765 00011" not in settings.database_path.read_bytes()


async def test_an_earlier_wish_can_be_hurried(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    await forget(settings)
    assert await rows(settings, "SELECT count(*) > 0 FROM sealed_rows") == [(1,)]
    await forget(settings, is_urgent=True)
    where = "The server's own copies" if databases.is_postgres() else "Nothing of it is left in the database's files."
    assert where in capsys.readouterr().out
    assert await rows(settings, "SELECT count(*) FROM sealed_rows") == [(0,)]
    assert not is_in_file(settings)


def another_programs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE sales (number)")


@pytest.mark.sqlite
async def test_the_command_names_each_copy_whatever_it_is_called(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nightly = tmp_path / "disk"
    nightly.mkdir()
    settings = replace(settings, backup_dir=nightly)
    before = [tmp_path / name for name in ("leads.db.before-0021", "leads.salvaged.db", "monday")]
    before += [tmp_path / "leads.db.replaced-2026-11-28-030005", nightly / "leads-2026-11-29.db"]
    for path in before:
        await backup.copy(settings, path, force=False)
    before[3].write_bytes(b"damaged from its first byte on")
    for folder in (tmp_path, nightly):
        another_programs(folder / "sales.db")
        (folder / "notes.db").write_text("no database")
    capsys.readouterr()
    await forget(settings)
    named = [line.partition(" may still hold")[0] for line in capsys.readouterr().out.splitlines() if " may " in line]
    assert sorted(named) == sorted(map(str, before))


@pytest.mark.sqlite
async def test_a_damaged_copy_is_named_and_another_service_on_its_database_is_not(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await backup.copy(settings, tmp_path / "monday.db", force=False)
    with (tmp_path / "monday.db").open("r+b") as file:
        file.truncate(150)
    await backup.copy(settings, tmp_path / "other.db", force=False)
    async with engines.database(f"sqlite:///{tmp_path / 'other.db'}"):
        await forget(settings)
    said = capsys.readouterr().out
    assert "monday.db may still hold their data" in said
    assert "other.db may" not in said


@pytest.mark.sqlite
async def test_the_command_says_that_it_could_not_look_among_the_backups(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await forget(replace(settings, backup_dir=tmp_path / "unplugged"))
    assert f"{tmp_path / 'unplugged'} cannot be read (" in capsys.readouterr().out


async def enquires(settings: Settings, query_id: str, *, after: timedelta = timedelta(), **fields: Any) -> None:
    """Later than any wish until then."""
    given: dict[str, Any] = {"name": "Quillonxa", "mobile": NUMBER, "email": "Z@example.com"}
    lead = Lead(kind="W", query_id=query_id, enquired_at=Clock().now() + after, **(given | fields))
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        account_id = await accounts.open_account(connection)
        await adding.add(connection, account_id, prepared_leads.of_all([lead]), origin=Origin.PULL, now=Clock().now())


OPEN: Final = "SELECT DISTINCT leads FROM seals JOIN sealed_rows ON sealed_rows.seal_id = seals.seal_id ORDER BY leads"
"""Seals, told by how many leads they took, of which something is kept."""


@pytest.mark.parametrize("typed", [NUMBER, "z@EXAMPLE.com"])
async def test_every_earlier_wish_is_hurried_by_whichever_contact(settings: Settings, typed: str) -> None:
    await enquires(settings, "5")
    await forget(settings)
    await enquires(settings, "6", after=timedelta(hours=1))
    await forget(settings)
    assert await rows(settings, OPEN) == [(1,), (3,)]
    await forget(settings, typed, is_urgent=True)
    assert await rows(settings, "SELECT count(*) FROM sealed_rows") == [(0,)]
    assert not is_in_file(settings)


async def test_who_only_wrote_of_the_number_does_not_go_with_it(settings: Settings) -> None:
    await enquires(settings, "7", mobile="+919800000007", email=None, message=f"sent by {NUMBER}")
    await forget(settings, "9800000007")
    await forget(settings)
    assert await rows(settings, OPEN) == [(1,), (2,)]
    await forget(settings, is_urgent=True)
    assert await rows(settings, OPEN) == [(1,)]


async def test_an_earlier_wish_of_who_has_no_contact_is_hurried_by_the_lead(settings: Settings) -> None:
    await enquires(settings, "8", mobile=None, email=None)
    await forget(settings, "#4")
    assert await rows(settings, OPEN) == [(1,)]
    await forget(settings, "#4", is_urgent=True)
    assert await rows(settings, OPEN) == []


async def test_a_wish_that_does_not_wait_takes_the_earlier_ones_with_it(settings: Settings) -> None:
    await forget(settings)
    await enquires(settings, "6", after=timedelta(hours=1))
    async with engines.database(settings.database_url) as database:
        erasure = Erasure(database, 1, Later(timedelta(0)), retention=None, timezone=INDIA)  # type: ignore[arg-type]
        assert await erasure.seal_of_lead(LeadId(4), is_urgent=True) == 1
        await erasure.erase()
    assert await rows(settings, OPEN) == []
    assert not is_in_file(settings)


async def test_what_is_no_number_and_an_account_that_is_not_there_are_refused(settings: Settings) -> None:
    with pytest.raises(LeadbellError, match="no phone number, no e-mail address and no lead"):
        await forget(settings, "asha")
    with pytest.raises(LeadbellError, match="There is no account other"):
        await forget(settings, account="other")


async def test_a_buyer_without_a_number_is_found_by_address(settings: Settings) -> None:
    mail = Lead(kind="W", query_id="5", enquired_at=Clock().now(), name="Zyrbat", email="Z@example.com")
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        account_id = await accounts.open_account(connection)
        await adding.add(connection, account_id, prepared_leads.of_all([mail]), origin=Origin.PULL, now=Clock().now())
    await forget(settings, "z@EXAMPLE.com")
    assert await rows(settings, "SELECT count(*) FROM leads WHERE name = 'Zyrbat'") == [(0,)]


async def test_a_buyer_without_number_and_address_is_named_by_a_lead(settings: Settings) -> None:
    await forget(settings, "#3")
    assert await rows(settings, "SELECT name FROM leads") == [("Quillonxa",), ("Quillonxa",)]


@pytest.mark.parametrize("heading", ["QUERY_TYPE,UNIQUE_QUERY_ID", "UNIQUE_QUERY_ID"])
async def test_a_file_brings_no_forgotten_buyer_back_and_says_so(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], heading: str
) -> None:
    await forget(settings)
    kind = "W," if "," in heading else ""
    old = tmp_path / "old.csv"
    rows_of = [f"{kind}0,Quillonxa,9000077123,2026-01-05 10:00", f"{kind}77,Asha,9800000001,2026-01-05 10:00"]
    old.write_text("\n".join([f"{heading},SENDER_NAME,SENDER_MOBILE,QUERY_TIME", *rows_of]), encoding="utf-8")
    capsys.readouterr()
    assert await importing.import_file(settings, old)
    assert "1 new, 0 known, 0 left out, 1 not taken, because they were erased" in capsys.readouterr().out
    assert await rows(settings, "SELECT name FROM leads ORDER BY lead_id") == [("Asha",), ("Asha",)]


async def test_what_was_handed_on_with_a_forgotten_buyers_lead_is_taken_in_for_the_others(settings: Settings) -> None:
    body = json.dumps([{"UNIQUE_QUERY_ID": "77", "SENDER_MOBILE": NUMBER}, {"UNIQUE_QUERY_ID": "78"}]).encode()
    async with engines.database(settings.database_url) as database:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection)
            now = Clock().now()
            await pushes.keep(connection, account_id, body, reason=pushes.HANDED_ON, now=now)
            await pushes.keep(connection, account_id, body + b" ", reason="no lead", now=now)
        await forget(settings)
        async with database.reading() as connection:
            kept = await pushes.pending(connection, account_id, are_handed_on=True)
            others = await connection.fetch_all("SELECT body FROM pushes WHERE reason = 'no lead'")
    rest = b'[{"UNIQUE_QUERY_ID": "78"}]'
    assert ([one.body for one in kept], [bytes(one["body"]) for one in others]) == ([rest], [rest])


async def test_the_files_of_a_buyer_are_written_for_the_owner_alone(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    how: dict[str, Any] = {"folder": tmp_path, "account": "main", "force": False}
    assert await forgetting.tell(settings, NUMBER, **how)
    assert len(json.loads((tmp_path / "buyer.json").read_bytes())["leads"]) == 2
    assert b"Quillonxa" in (tmp_path / "buyer.html").read_bytes()
    assert "buyer.html" in capsys.readouterr().out
    with pytest.raises(LeadbellError, match="Add --force to replace it, or move it away first"):
        await forgetting.tell(settings, NUMBER, **how)  # their names are no choice of whoever asks
    ((machine,),) = await rows(settings, "SELECT DISTINCT machine FROM audit WHERE act = 'buyer'")
    assert machine == auditing.machine_user()


@pytest.mark.parametrize("name", ["buyer.html", "buyer.json"])
async def test_neither_file_of_a_buyer_is_written_where_one_is_in_the_way(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(LeadbellError, match=name):
        await forgetting.tell(settings, NUMBER, folder=tmp_path, account="main", force=False)
    assert [(one.name, one.read_text()) for one in tmp_path.glob("*buyer*")] == [(name, "mine")]


async def test_a_breach_lists_whose_data_was_there_to_be_seen(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        await connection.execute(
            "INSERT INTO cards (lead_id, account_id, chat_id, message_id, posted_at, nth) VALUES (1, 1, -1, 1, 5, 1)"
        )
    assert await auditing.breach(settings, since="3d", account="main")
    said = capsys.readouterr()
    assert said.out == "Quillonxa · +919000077123 · #1 · on the card in the group\n"
    assert said.err == "1 buyer.\n"
    with pytest.raises(LeadbellError, match="--breach needs --since"):
        await auditing.breach(settings, since=None, account="main")


@pytest.mark.parametrize("name", ["", " ", "@", " @ "])
async def test_an_audit_of_nobody_by_name_says_that_a_name_is_needed(settings: Settings, name: str) -> None:
    with pytest.raises(LeadbellError, match="--person needs a name"):
        await auditing.report(settings, person=name, lead=None, since=None, account="main")
    async with engines.database(settings.database_url) as database:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection)
            await people.saw(connection, account_id, Person(UserId(5), "Ravi"))
            await audit.note(connection, account_id, Seen.LOOKUP, [LeadId(1)], UserId(5), now=Clock().now())
        trail = AuditTrail(database, account_id, Clock())
        assert await trail.of_person(name) == []
        assert [one.name for one in await trail.of_person("@ravi")] == ["Ravi"]


class Later(Clock):
    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        return (super().now() + self._by).astimezone(INDIA).replace(hour=4)


@pytest.mark.parametrize(("days", "left"), [(500, 3), (600, 0)])
async def test_what_nobody_touched_for_as_long_as_retention_says_is_erased(
    settings: Settings, days: int, left: int
) -> None:
    clock = Later(timedelta(days=days))
    async with engines.database(settings.database_url) as database:
        erasure = Erasure(database, 1, clock, retention=timedelta(days=540), timezone=INDIA)  # type: ignore[arg-type]
        await erasure.age(clock.now(), Clock().now() - timedelta(days=30))
    assert await rows(settings, "SELECT count(*) FROM leads") == [(left,)]
    assert is_in_file(settings) == (bool(left) and not databases.is_postgres())
    assert await rows(settings, "SELECT count(*) FROM buyers") == [(2 if left else 0,)]


@pytest.mark.parametrize(("days", "is_left"), [(300, True), (400, False)])
async def test_without_retention_what_was_sealed_is_overwritten_after_a_year(
    settings: Settings, days: int, *, is_left: bool
) -> None:
    await forget(settings)
    clock = Later(timedelta(days=days))
    async with engines.database(settings.database_url) as database:
        erasure = Erasure(database, 1, clock, retention=None, timezone=INDIA)  # type: ignore[arg-type]
        await erasure.age(clock.now(), Clock().now() - timedelta(days=30))
    assert is_in_file(settings) == (is_left and not databases.is_postgres())
    assert await rows(settings, "SELECT count(*) > 0 FROM sealed_rows") == [(is_left,)]
    assert await rows(settings, "SELECT count(*) FROM leads") == [(1,)]
