"""`leadbell import`, `export` and `backup` as somebody types them, beside the service, and killed in the middle."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import chdir, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.config.addresses import server_name
from tests import databases, programs
from tests.bench.corpus import Corpus
from tests.e2e.stage import inherited, staged
from tests.e2e.test_crashes import full_disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.english  # the command line's words: tests/e2e/test_languages.py

ALL = "SELECT identity, kind, query_id, enquired_at, name, mobile, email, city, message, quantity FROM leads ORDER BY 1"
BACKUP = pytest.param(("backup", "copy.db"), marks=pytest.mark.sqlite)
"""A server has its own tools for it."""
SECRET = re.compile(r"90000\d{5}|@example\.com")


def checked(code: int, said: str, complained: str) -> tuple[int, str, str]:
    """Which never are a traceback, nor quote a buyer."""
    assert "Traceback" not in complained
    assert SECRET.search(said + complained) is None
    return code, said, complained


@dataclass
class Shop:
    """A folder without any settings, and `leadbell` in it."""

    folder: Path

    def url(self, name: str = "leadbell.db") -> str:
        """Of a database, as a setting."""
        return databases.url(self.folder / name) if databases.is_postgres() else f"sqlite:///{name}"

    def called(self, name: str = "leadbell.db") -> str:
        """What people are told of it."""
        return server_name(self.url(name)) if databases.is_postgres() else name

    def environment(self, **more: str) -> dict[str, str]:
        return inherited() | self.settings(**more)

    def settings(self, **more: str) -> dict[str, str]:
        return ({"DATABASE_URL": self.url()} if databases.is_postgres() else {}) | more

    def start(self, *words: str, before: Callable[[], object] | None = None, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            preexec_fn=before,  # noqa: PLW1509 - no thread runs beside a test that gives one
        )

    def run(self, *words: str, **more: str) -> tuple[int, str, str]:
        """Exit code, what it said, and its complaints; in this process, which saves the start of one."""
        with chdir(self.folder):
            done = CliRunner(env=self.settings(**more)).invoke(main, words, prog_name="leadbell")
        return checked(done.exit_code, done.stdout, done.stderr)

    def run_apart(self, *words: str, before: Callable[[], object] | None = None, **more: str) -> tuple[int, str, str]:
        """The same in a process of its own."""
        if programs.forks is not None and before is None:
            return checked(*programs.forks.run(words, self.folder, self.environment(**more)))
        process = self.start(*words, before=before, **more)
        said, complained = process.communicate(timeout=60)
        return checked(process.returncode, said, complained)

    def leads(self, name: str = "leadbell.db", statement: str = ALL) -> list[tuple[Any, ...]]:
        return databases.by_hand(self.folder / name, statement)

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir() if not path.name.startswith("leadbell.db")}

    def write(self, count: int, name: str = "leads.jsonl") -> None:
        rows = Corpus().rows(count)
        (self.folder / name).write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path, logging_as_it_was: None) -> Shop:
    return Shop(tmp_path)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_leads_move_from_one_database_to_another(shop: Shop, suffix: str) -> None:
    shop.write(300)
    stored = f"Stored in {shop.called()}.\n"
    assert shop.run("import", "leads.jsonl") == (0, f"300 rows: 300 new, 0 known, 0 left out. {stored}", "")
    assert shop.run("export", f"all.{suffix}") == (0, f"all.{suffix}: 300 leads.\n", "")
    code, said, _complaints = shop.run("import", f"all.{suffix}", DATABASE_URL=shop.url("other.db"))
    assert (code, said.startswith("300 rows: 300 new, 0 known, 0 left out.")) == (0, True)
    assert shop.leads("other.db") == shop.leads()
    code, said, _complaints = shop.run("import", f"all.{suffix}")
    assert (code, said.startswith("300 rows: 0 new, 300 known, 0 left out.")) == (0, True)
    assert "‘status’" in said.lower()
    assert said.endswith(f"Nothing is new in {shop.called()}.\n")
    assert shop.names() - {"other.db"} == {"leads.jsonl", f"all.{suffix}"}


def test_the_audit_tells_of_exports_and_backups_by_the_machines_user(shop: Shop) -> None:
    shop.write(3)
    shop.run("import", "leads.jsonl")
    assert shop.run("audit") == (0, "Nobody was shown a number, as far as the audit goes back: 400 days.\n", "")
    shop.run("export", "all.csv", LOGNAME="asha")
    shop.run("export", "old.csv", "--until", "2001-01-01", LOGNAME="asha")
    if not databases.is_postgres():
        shop.run("backup", "copy.db", LOGNAME="asha")
    ways = ["export"] if databases.is_postgres() else ["backup", "export"]
    for words in (["--lead", "1"], ["--lead", "2", "--person", "asha", "--since", "1h"]):
        code, said, complained = shop.run("audit", *words)
        lines = [line.partition(" · ")[2] for line in said.splitlines()]
        assert (code, complained) == (0, "")
        assert lines == [f"asha at the machine: in a{'n' * (way == 'export')} {way}" for way in ways]
    assert len(shop.run("audit")[1].splitlines()) == 1 + len(ways)
    assert shop.run("audit", "--lead", "99")[2] == "There is no lead #99.\n"
    assert shop.run("audit", "--account", "other")[2] == "There is no account other. There are: main.\n"


def test_bad_rows_are_named_and_left_out_and_the_file_counts_as_read(shop: Shop) -> None:
    shop.write(2)
    with (shop.folder / "leads.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(f'{{"phone number": "900000003{number}"\n' for number in range(25))
    code, said, complained = shop.run("import", "leads.jsonl")
    assert (code, said) == (
        0,
        f"27 rows: 2 new, 0 known, 25 left out (see lines 3, 4, 5, 6, 7 …). Stored in {shop.called()}.\n",
    )
    lines = complained.splitlines()
    assert (lines[0], lines[19]) == ("line 3: it is not JSON", "line 22: it is not JSON")
    assert lines[20:] == ["and 5 more: it is not JSON"]
    assert shop.run("import", "leads.jsonl", "--strict")[0] == 1


def test_a_document_that_breaks_off_is_kept_up_to_there_and_is_no_success(shop: Shop) -> None:
    (shop.folder / "leads.json").write_text(json.dumps(list(Corpus().rows(50)))[:-20], encoding="utf-8")
    code, said, complained = shop.run("import", "leads.json")
    assert (code, said) == (1, f"49 rows: 49 new, 0 known, 0 left out. Stored in {shop.called()}.\n")
    assert "leads.json: from row 50 on it is not JSON" in complained


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["import", "none.csv"], "none.csv cannot be read (No such file"),
        (["import", "leads.doc"], "only .csv, .xlsx, .xls, .ods, .json and .jsonl are read"),
        (["import", "other.csv"], "no row of it reads like a heading"),
        pytest.param(["export", "all.csv"], "There is no database leadbell.db yet", marks=pytest.mark.sqlite),
        (["export", "all.pdf"], "leads are written as .csv, .xlsx or .jsonl"),
        (["export", "all.csv", "--since", "soon"], "--since: “soon” is no day"),
        (["export", "all.csv", "--since", "2026-01-02", "--until", "2026-01-01"], "--since is later than --until"),
        pytest.param(["backup", "copy.db"], "There is no database leadbell.db yet", marks=pytest.mark.sqlite),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_makes_no_database(shop: Shop, words: list[str], sentence: str) -> None:
    (shop.folder / "other.csv").write_text("Colour\nred\n", encoding="utf-8")
    (shop.folder / "leads.doc").write_text("x", encoding="utf-8")
    code, said, complained = shop.run(*words)
    assert (code, said) == (1, "")
    assert sentence in complained
    assert len(complained.splitlines()) == 1
    assert {path.name for path in shop.folder.iterdir()} == {"other.csv", "leads.doc"}


def test_an_export_has_the_days_that_were_asked_for(shop: Shop) -> None:
    shop.write(10_000 // 8)  # 30 s apart: half a day, to 31 January, 17:30 in India
    shop.run("import", "leads.jsonl")
    whole = shop.run("export", "a.csv", "--since", "2026-01-31", "--until", "2026-01-31")
    none = shop.run("export", "b.csv", "--until", "2026-01-30")
    part = shop.run("export", "c.csv", "--since", "2026-01-31", TIMEZONE="UTC")
    assert [said for _code, said, _complaints in (whole, none, part)] == [
        "a.csv: 1,250 leads.\n",
        "b.csv: 0 leads.\n",
        "c.csv: 1,250 leads.\n",
    ]


@pytest.mark.parametrize("words", [("export", "all.csv"), BACKUP])
def test_an_export_and_a_backup_replace_a_file_only_with_force(shop: Shop, words: tuple[str, str]) -> None:
    shop.write(5)
    shop.run("import", "leads.jsonl")
    (shop.folder / words[1]).write_text("precious", encoding="utf-8")
    code, _said, complained = shop.run(*words)
    assert (code, "--force" in complained) == (1, True)
    assert (shop.folder / words[1]).read_text(encoding="utf-8") == "precious"
    assert shop.run(*words, "--force")[0] == 0
    assert words == ("export", "all.csv") or len(shop.leads("copy.db")) == 5


@pytest.mark.sqlite
def test_a_backup_never_overwrites_the_database(shop: Shop) -> None:
    shop.write(5)
    shop.run("import", "leads.jsonl")
    for name in ("leadbell.db", "./leadbell.db", str(shop.folder / "leadbell.db"), "leadbell.db-wal"):
        code, _said, complained = shop.run("backup", name, "--force")
        assert (code, "the running database itself" in complained) == (1, True)
    assert len(shop.leads()) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="limits as POSIX has them")
@pytest.mark.parametrize("words", [("export", "all.jsonl"), ("export", "all.csv"), BACKUP])
def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(shop: Shop, words: tuple[str, ...]) -> None:
    shop.write(2_000)
    shop.run("import", "leads.jsonl")
    code, _said, complained = shop.run_apart(*words, before=partial(full_disk, 345_000))
    assert code == 1
    assert "cannot be written" in complained
    assert shop.names() == {"leads.jsonl"}


AT_WORK = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'leadbell'
"""
FEW = 1_500
"""Leads: enough for an export, which goes on row by row."""
AMOUNTS = (5_000, 20_000, 80_000, 240_000)
"""Leads. A machine may be so fast that too much is done before the command is held; then it gets more to do."""


def stopped_amid(
    shop: Shop, *words: str, by: int, done: Callable[[], float], **more: str
) -> tuple[int, str, str] | None:
    """Held still once it has begun, then sent the signal; None if it was more than half done by then.

    `done` says how much of it is done, from 0 to 1.
    """
    # A shell has SIGINT ignored in what it runs in the background; SIGTERM ends that, too.
    is_heeded = signal.SIG_DFL if by == signal.SIGINT else signal.SIG_IGN
    process = shop.start(*words, before=partial(signal.signal, signal.SIGINT, is_heeded), **more)
    while done() <= 0 and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    is_amid = process.poll() is None and 0 < done() < 0.5
    process.send_signal(by if is_amid else signal.SIGKILL)
    process.send_signal(signal.SIGCONT)
    said, complained = process.communicate(timeout=30)
    assert "Traceback" not in complained
    return (process.returncode, said, complained) if is_amid else None


@pytest.mark.no_cover
@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_import_that_was_stopped_keeps_what_it_had_and_is_finished_by_the_next(shop: Shop, number: int) -> None:
    def stopped(count: int) -> bool:
        database = f"{count}.db"
        url = shop.url(database)

        def stored() -> int:
            return int(shop.leads(database, "SELECT count(*) FROM leads")[0][0])

        shop.write(1)
        shop.run("import", "leads.jsonl", DATABASE_URL=url)
        shop.write(count)
        ended = stopped_amid(
            shop, "import", "leads.jsonl", by=number, done=lambda: (stored() - 1) / count, DATABASE_URL=url
        )
        if ended is None:
            return False
        while databases.is_postgres() and shop.leads(database, AT_WORK) != [(0,)]:
            time.sleep(0.001)  # the server ends what the killed one had begun
        before = stored()
        assert 1 < before < count
        if number != signal.SIGKILL:
            said = f"{before:,} rows: {before - 1:,} new, 1 known, 0 left out. Stored in {shop.called(database)}.\n"
            kept = "Stopped. What was stored stays; run it again, and it goes on from there.\n"
            assert ended == (1, said, kept)
        again = shop.run("import", "leads.jsonl", DATABASE_URL=url)[1]
        words = f"{count:,} rows: {count - before:,} new, {before:,} known, 0 left out."
        assert again == f"{words} Stored in {shop.called(database)}.\n"
        return True

    assert any(map(stopped, AMOUNTS))


@pytest.mark.no_cover
@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("name", "growing", "whole"),
    [
        ("all.csv", "all.csv.part", "whole.csv"),
        ("all.xlsx", "all.xlsx.part-sheet", "leads.jsonl"),  # the sheet, about as large, before it is packed
        ("all.xlsx", "all.xlsx.part", "whole.xlsx"),
    ],
)
def test_an_export_that_was_stopped_leaves_nothing_half(shop: Shop, name: str, growing: str, whole: str) -> None:
    scratch = shop.folder / "scratch"
    scratch.mkdir()

    def size(pattern: str) -> int:
        with suppress(FileNotFoundError):  # renamed meanwhile
            return sum(path.stat().st_size for path in shop.folder.glob(pattern))
        return 0

    def stopped(count: int) -> bool:
        shop.write(count)
        shop.run("import", "leads.jsonl")
        shop.run("export", f"whole{name[3:]}", "--force")
        total = size(whole)
        ended = stopped_amid(
            shop, "export", name, by=signal.SIGTERM, done=lambda: size(growing) / total, TMPDIR=str(scratch)
        )
        if ended is None:
            shutil.rmtree(scratch)
            scratch.mkdir()
            (shop.folder / name).unlink(missing_ok=True)
            return False
        assert ended == (1, "", f"Stopped. {name} was not written. Run it again.\n")
        assert shop.names() == {"leads.jsonl", "scratch", f"whole{name[3:]}"}
        assert list(scratch.iterdir()) == []
        return True

    assert any(map(stopped, (FEW, *AMOUNTS)))


async def test_all_of_it_goes_on_beside_the_service(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        shop = Shop(tmp_path)
        await stage.service.start()
        await stage.is_up()
        stage.simulator.seller.arrive_many(20)
        shop.write(6_000)
        url = stage.service.settings["DATABASE_URL"]

        async def run(*words: str) -> tuple[int, str, str]:
            return await asyncio.to_thread(lambda: shop.run_apart(*words, DATABASE_URL=url))

        imported = asyncio.create_task(run("import", "leads.jsonl"))
        while not imported.done():
            stage.simulator.seller.arrive()
            await asyncio.sleep(0.5)
        code, said, _complaints = await imported
        assert (code, "6,000 new" in said) == (0, True)
        await stage.drained()
        arrived = len(stage.expected)
        assert stage.lost == set()
        assert stage.rows("SELECT count(*) FROM leads WHERE origin = 'import'") == [(6_000,)]
        assert sum(stage.shown.values()) == arrived
        code, said, _complaints = await run("export", "all.csv")
        assert (code, said) == (0, f"all.csv: {6_000 + arrived:,} leads.\n")
        if not databases.is_postgres():
            assert (await run("backup", "copy.db"))[0] == 0
            assert len(shop.leads("copy.db")) == 6_000 + arrived
        assert await stage.service.stop() == 0
        assert "Traceback" not in stage.service.log


def test_only_what_is_needed_of_the_settings_has_to_be_there_but_bad_ones_are_said(shop: Shop) -> None:
    shop.write(1)
    code, _said, complained = shop.run("import", "leads.jsonl", TIMEZONE="Mars")
    assert (code, "TIMEZONE" in complained, "TELEGRAM" in complained) == (2, True, False)


@pytest.mark.sqlite  # a server lets others write beside, and waits ten seconds for a row
async def test_a_busy_database_is_a_sentence(shop: Shop) -> None:
    shop.write(5)
    await asyncio.to_thread(shop.run, "import", "leads.jsonl")
    shop.write(9)
    async with databases.locked(shop.folder / "leadbell.db"):
        code, _said, complained = await asyncio.to_thread(shop.run, "import", "leads.jsonl")
    assert (code, "is in use by another program" in complained) == (1, True)
