from __future__ import annotations

import asyncio
import gc
import json
import logging
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from bot import __version__, cli
from bot.commands import exit_codes
from bot.commands.entry import Commands
from bot.config import Settings
from bot.errors import LeadbellError, StoreBusyError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.config import LoadedSettings

ENOUGH = {
    "TELEGRAM_BOT_TOKEN": "1000:sandbox-token",
    "TELEGRAM_CHAT_ID": "-1001234567890",
    "INDIAMART_KEY": "key-of-the-test",
}


class Service(Commands):
    """Does nothing, and ends as it is told."""

    def __init__(self, ending: BaseException | None = None, *, healthy: bool = True) -> None:
        self.ending = ending
        self.healthy = healthy
        self.given: list[object] = []
        self.is_card_wanted = False
        self.account: str | None = None

    async def run(self, settings: Settings) -> None:
        self._end(settings)

    async def demo(self, *, port: int | None, host: str, names: tuple[str, ...]) -> None:
        self._end((port, host, names))

    async def check(self, loaded: LoadedSettings, *, post: bool, account: str | None) -> bool:
        self.account = account
        self.is_card_wanted = post
        self._end(loaded)
        return self.healthy

    async def setup(self, *, web: bool) -> bool:
        self._end(web)
        return self.healthy

    async def backfill(self, settings: Settings, *, days: int, account: str) -> None:
        self._end((settings.timezone.key, days, account))

    async def import_leads(
        self, settings: Settings, path: Path, *, columns: Sequence[str], dry: bool, strict: bool, account: str
    ) -> bool:
        self._end((settings.database_url, path.name, *columns, dry, strict, account))
        return self.healthy

    async def export_leads(
        self, settings: Settings, path: Path, *, since: str | None, until: str | None, force: bool, account: str
    ) -> bool:
        self._end((settings.timezone.key, path.name, since, until, force, account))
        return self.healthy

    async def backup(self, settings: Settings, path: Path, *, force: bool) -> bool:
        self._end((settings.database_url, path.name, force))
        return self.healthy

    async def audit(
        self, settings: Settings, *, person: str | None, lead: int | None, since: str | None, account: str
    ) -> bool:
        self._end((settings.database_url, person, lead, since, account))
        return self.healthy

    async def restore(self, settings: Settings, path: Path) -> bool:
        self._end((settings.database_url, path.name))
        return self.healthy

    async def salvage(self, settings: Settings, path: Path, *, force: bool) -> bool:
        self._end((settings.database_url, path.name, force))
        return self.healthy

    def _end(self, given: object) -> None:
        self.given.append(given)
        if self.ending is not None:
            raise self.ending


@pytest.fixture(autouse=True)
def _in_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logging_as_it_was: None) -> None:
    """No test may read a `.env` that lies about."""
    monkeypatch.chdir(tmp_path)


def invoke(*words: str, service: Service | None = None, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(cli.main, words, obj=service or Service())


def test_help_names_the_commands() -> None:
    shown = invoke("--help")
    assert shown.exit_code == 0
    assert all(word in shown.output for word in ("run", "demo", "check", "leadbell demo"))


@pytest.mark.parametrize("words", [("--version",), ("--version", "--verbose"), ("--verbose", "--version")])
def test_the_version_is_shown(words: tuple[str, ...]) -> None:
    shown = invoke(*words)
    assert shown.output.startswith(f"leadbell, version {__version__}\n")
    assert ("Python: " in shown.output) == ("--verbose" in words)


def test_a_bug_report_has_versions_and_neither_secrets_nor_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://ravi:geheim@db.example/shop")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", ENOUGH["TELEGRAM_BOT_TOKEN"])
    shown = invoke("--version", "--verbose").output
    assert "engine: postgresql\n" in shown
    assert "aiohttp " in shown
    assert re.search(r"^SQLite: 3\.", shown, re.MULTILINE)
    assert re.search("/|ravi|geheim|db.example|sandbox-token|pytest", shown) is None


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'aiohttp', 'dotenv', 'telegram', 'phonenumbers', 'openpyxl'}"
    code = f"import sys, bot.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_service_loads_no_spreadsheets() -> None:
    heavy = "{'openpyxl', 'bot.commands.exporting', 'bot.commands.backup', 'bot.files'}"
    code = f"import sys, bot.commands.run; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_python_dash_m_bot_is_leadbell() -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "leadbell,")


@pytest.mark.parametrize("command", ["run", "check"])
def test_bad_settings_end_with_two_and_every_problem(command: str) -> None:
    service = Service()
    shown = invoke(command, service=service, LOOKBACK="24", TIMEZONE="Mars")
    assert shown.exit_code == 2
    assert all(name in shown.stderr for name in ("TELEGRAM_BOT_TOKEN", "LOOKBACK", "TIMEZONE"))
    assert "Traceback" not in shown.output
    assert service.given == []


def test_run_starts_the_service_and_tells_the_warnings() -> None:
    service = Service()
    shown = invoke("run", service=service, **ENOUGH, TELEGRAM_ADMIN="1")
    assert shown.exit_code == 0
    assert "Did you mean TELEGRAM_ADMINS?" in shown.stderr
    assert len(service.given) == 1


def test_with_json_the_warnings_are_objects_too() -> None:
    shown = invoke("run", service=Service(), **ENOUGH, TELEGRAM_ADMIN="1", LOG_FORMAT="json")
    said = [json.loads(line)["message"] for line in shown.stderr.splitlines()]
    assert [one.endswith("Did you mean TELEGRAM_ADMINS?") for one in said] == [True]


@pytest.mark.parametrize("words", [["export", "a.csv"], ["backfill", "--days", "3"], ["backup", "a.db"], ["audit"]])
def test_every_command_tells_a_name_that_is_no_setting(words: list[str]) -> None:
    shown = invoke(*words, service=None, **ENOUGH, LEADBELL_DATABASE_ULR="sqlite:///a.db")
    assert "Did you mean DATABASE_URL?" in shown.stderr
    assert "Did you mean" not in shown.stdout


def test_ctrl_c_before_it_has_begun_leaves_nothing_unsaid(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A coroutine that is never awaited would be warned of: that is an error in the tests."""

    def interrupted(_platform: str, _urls: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exit_codes, "loop_for", interrupted)
    assert exit_codes.finish(Service().run(Settings.from_values(ENOUGH))) is None
    gc.collect()
    assert capsys.readouterr().err == "Stopped.\n"


def test_ctrl_c_ends_without_a_traceback() -> None:
    shown = invoke("run", service=Service(KeyboardInterrupt()), **ENOUGH)
    assert (shown.exit_code, shown.stderr) == (0, "Stopped.\n")


@pytest.mark.parametrize(
    "error",
    [
        LeadbellError("Do this."),
        StoreBusyError("Do this."),
        ExceptionGroup("tasks", [ValueError(), LeadbellError("Do this.")]),
    ],
)
def test_an_error_somebody_can_act_on_is_its_sentence(error: Exception) -> None:
    shown = invoke("run", service=Service(error), **ENOUGH)
    assert (shown.exit_code, shown.stderr) == (1, "Do this.\n")


def test_a_fault_of_our_own_is_logged_without_its_words_and_summed_up() -> None:
    shown = invoke("run", service=Service(RuntimeError("at key-of-the-test")), **ENOUGH)
    assert shown.exit_code == 1
    assert "\nRuntimeError\nLeadbell stopped" in shown.stderr  # with its place, and none of its words
    assert "key-of-the-test" not in shown.output
    assert shown.stderr.splitlines()[-1].startswith("Leadbell stopped because of a fault of its own (RuntimeError).")


def test_the_demo_needs_no_settings_and_ignores_bad_ones() -> None:
    service = Service()
    assert invoke("demo", "--port", "8090", service=service, TELEGRAM_CHAT_ID="nonsense").exit_code == 0
    assert invoke("demo", service=service).exit_code == 0
    assert invoke("demo", "--host", "0.0.0.0", "--name", "192.168.1.9", service=service).exit_code == 0  # noqa: S104
    assert service.given == [(8090, "127.0.0.1", ()), (None, "127.0.0.1", ()), (None, "0.0.0.0", ("192.168.1.9",))]  # noqa: S104


@pytest.mark.parametrize(("healthy", "code"), [(True, 0), (False, 1)])
def test_check_ends_with_what_it_found(healthy: bool, code: int) -> None:  # noqa: FBT001 - a table's column
    assert invoke("check", service=Service(healthy=healthy), **ENOUGH).exit_code == code


def test_a_test_card_is_posted_only_where_it_is_asked_for() -> None:
    plain, posting = Service(), Service()
    invoke("check", service=plain, **ENOUGH)
    invoke("check", "--post", service=posting, **ENOUGH)
    assert (plain.is_card_wanted, posting.is_card_wanted) == (False, True)


@pytest.mark.parametrize(("words", "is_web"), [(["setup"], False), (["setup", "--web"], True)])
def test_setup_needs_no_settings(words: list[str], is_web: bool) -> None:  # noqa: FBT001 - a table's column
    service = Service()
    assert invoke(*words, service=service).exit_code == 0
    assert service.given == [is_web]


def test_check_starts_with_a_token_alone_to_find_the_chat() -> None:
    service = Service()
    assert invoke("check", service=service, TELEGRAM_BOT_TOKEN="1000:sandbox-token").exit_code == 0
    (loaded,) = service.given
    assert not loaded.settings.is_chat_known  # type: ignore[attr-defined]  # a Loaded


def test_check_with_a_chat_wants_the_key_too() -> None:
    shown = invoke("check", TELEGRAM_BOT_TOKEN="1000:sandbox-token", TELEGRAM_CHAT_ID="-40")
    assert shown.exit_code == 2
    assert "INDIAMART_KEY" in shown.stderr


def test_a_broken_off_check_is_no_success() -> None:
    assert invoke("check", service=Service(KeyboardInterrupt()), **ENOUGH).exit_code == 1


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["import", "leads.csv"], ("sqlite:///leadbell.db", "leads.csv", False, False, "main")),
        (
            ["import", "--map", "Who=name", "--map", "No=mobile", "--dry-run", "--strict", "leads.csv"],
            ("sqlite:///leadbell.db", "leads.csv", "Who=name", "No=mobile", True, True, "main"),
        ),
        (["export", "all.xlsx"], ("Asia/Kolkata", "all.xlsx", None, None, False, "main")),
        (
            ["export", "all.csv", "--since", "30d", "--until", "2026-01-31", "--force"],
            ("Asia/Kolkata", "all.csv", "30d", "2026-01-31", True, "main"),
        ),
        (["backup", "copy.db", "--force"], ("sqlite:///leadbell.db", "copy.db", True)),
        (["restore", "copy.db"], ("sqlite:///leadbell.db", "copy.db")),
        (["salvage", "copy.db"], ("sqlite:///leadbell.db", "copy.db", False)),
    ],
)
def test_files_move_without_any_account(words: list[str], given: object) -> None:
    service = Service()
    shown = invoke(*words, service=service)
    assert (shown.exit_code, shown.output) == (0, "")
    assert service.given == [given]


@pytest.mark.parametrize("command", ["import", "export", "backup", "restore", "salvage"])
def test_a_transfer_that_was_broken_off_is_no_success(command: str) -> None:
    shown = invoke(command, "leads.csv", service=Service(KeyboardInterrupt()))
    assert (shown.exit_code, shown.stderr) == (1, "Stopped.\n")


@pytest.mark.parametrize("words", [["backfill", "--days", "3"], ["import", "a.csv"], ["export", "a.csv"]])
def test_beside_a_progress_bar_only_faults_are_logged_in_the_accounts_time(words: list[str]) -> None:
    class Logging(Service):
        def _end(self, given: object) -> None:
            self.given.append(given)
            logging.getLogger("bot.test").warning("said in words already")
            logging.getLogger("bot.test").error("a fault")

    shown = invoke(*words, service=Logging(), **ENOUGH, TIMEZONE="Asia/Kolkata", LOG_LEVEL="info")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+05:30 ERROR bot\.test: a fault\n", shown.stderr)


def test_import_and_export_say_what_of_the_teams_work_travels() -> None:
    assert "Remarks become notes; status and owner are not read" in " ".join(invoke("import", "--help").output.split())
    assert "oldest first" in " ".join(invoke("export", "--help").output.split())


@pytest.mark.parametrize(
    ("platform", "urls", "loop"),
    [
        ("linux", ["postgresql://leadbell@h/leadbell"], None),
        ("win32", ["sqlite:///leadbell.db"], None),
        ("win32", ["postgresql://leadbell@h/leadbell"], asyncio.SelectorEventLoop),
        ("win32", ["sqlite:///leadbell.db", "postgres://leadbell@h/leadbell"], asyncio.SelectorEventLoop),
    ],
)
def test_psycopg_has_the_event_loop_that_it_needs_on_windows(platform: str, urls: list[str], loop: object) -> None:
    assert exit_codes.loop_for(platform, urls) is loop
