"""No account's rows are read or changed with another's number: every function of the store is called to see it.

Each is called with one account's number, with its own ids and with the other's, in a database of both and in one that
never knew the other. Answers, and what is changed, have to be the same; and of the other's rows nothing may change.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import pkgutil
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot import store
from bot.store import sealing
from bot.store.sqlite import SqliteDatabase
from tests import databases
from tests.store.own_rows import kept_at, kept_by, kept_in_file
from tests.store.tried import AsDatabase, tried
from tests.store.two_accounts_calls import World, arguments, made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.store.own_rows import Kept

PROCESS: Final = {
    "accounts.add": "makes an account",
    "accounts.named": "finds an account by its name",
    "accounts.open_account": "makes an account, or finds it by its name",
    "accounts.revision": "tells the service that some account changed",
    "account_health.all_of": "how the accounts do that the service is asked about",
    "account_health.totals": "the service's metrics count all together",
    "account_settings.of_main": "of main, whose settings stand in files",
    "account_settings.follow_files": "of main, whose settings stand in files",
    "account_settings.listed": "the service reads which accounts it has to serve",
    **dict.fromkeys(
        ("audit.note_backup", "audit.end_backup"), "a backup takes what all accounts have, and each has it in its audit"
    ),
    **dict.fromkeys(
        ("brought_updates.keep", "brought_updates.taken", "brought_updates.waiting"), "a bot may be several accounts'"
    ),
    "beginnings.of": "what the accounts begin with that the service is asked about",
    "cards.accounts_showing_numbers": "which accounts have something due",
    "chats.all_moves": "the service finds whose chat one is",
    "languages.get": "what language a person chose, or their Telegram is in",
    "languages.choose": "the same",
    "languages.guess": "the same",
    "chosen_accounts.get": "which of their accounts answers a person in private",
    "erasing.accounts_at_work": "which accounts have something due",
    "erasing.reseal": "after a restore, of all accounts, each by itself",
    "erasing.sweep": "the index is one file's, whose gaps hold words of all",
    "escalations.due_accounts": "which accounts have something due",
    "escalations.look_anew": "all that a process begins to serve are looked at anew",
    "faults.accounts_to_tell": "which accounts have something due",
    "faults.is_open": "the machine is not ready while any account has a fault that only a restart mends",
    "forgetting.purge": "the index is one file's, whose gaps hold words of all",
    **{
        f"holds.{name}": "which process has which bot, which may be several accounts'"
        for name in ("all_of", "is_served", "keep", "let_all_go", "let_go", "name", "take")
    },
    "lead_routes.accounts_waiting": "which accounts have something due",
    "leads.account_of": "whose lead a button names, before it is known which account is meant",
    "outbox.waiting_chats": "which accounts have something due",
    "people.accounts_of": "which accounts a person may choose from",
    "pushes.accounts_waiting": "which accounts have something due",
    "reminders.due_accounts": "which accounts have something due",
    "retention.known_times": "the machine's clock is judged by all that was noted",
    "retention.note_passed": "the machine's clock is judged by all that was noted",
    "retention.prune": "what grew old goes, whose it may be",
    "routes.all_chats": "the service finds whose chat one is",
    "row_accounts.of_callout": "whose callout a button names, before it is known which account is meant",
    "row_accounts.of_reminder": "whose reminder a button names, before it is known which account is meant",
    "runs.all_of": "processes at work on the file",
    "runs.beat": "processes at work on the file", "runs.end": "processes at work on the file",
    "runs.latest_beat": "processes at work on the file", "runs.start": "processes at work on the file",
    "seals.key": "the file has one key to make marks with", "seals.keys": "the file has one key to make marks with",
    "secrets.places": "SECRET_KEY is the service's", "secrets.renew": "SECRET_KEY is the service's",
    "views.account_of": "whose list a button names, before it is known which account is meant",
    "webhooks.forget": "a bot may be several accounts'", "webhooks.note": "a bot may be several accounts'",
    "webhooks.noted": "a bot may be several accounts'", "webhooks.settle": "a bot may be several accounts'",
}  # fmt: skip
"""What is truly the process's, and why."""
REFUSED: Final = frozenset({"lead_routes.add"})
"""Called for a lead that has such a row."""
OF_FILES: Final = frozenset(
    {"backup", "connections", "copies", "copying", "database", "locks", "mending", "migrate", "pages", "restore",
     "salvage", "salvaged_tables", "soundness", "write_behind"}
)  # fmt: skip
"""Modules about whole database files, whatever stands in them."""


def public() -> dict[str, Callable[..., Any]]:
    """Every function of the store that is handed a connection or a database."""
    found: dict[str, Callable[..., Any]] = {}
    for name in sorted(one.name for one in pkgutil.iter_modules(store.__path__)):
        module = importlib.import_module(f"bot.store.{name}")
        for own, function in inspect.getmembers(module, inspect.isfunction):
            takes = inspect.signature(function).parameters
            is_ours = function.__module__ == module.__name__ and not own.startswith("_") and name not in OF_FILES
            if is_ours and takes.keys() & {"connection", "database"}:
                found[f"{name}.{own}"] = function
    return found


FUNCTIONS: Final = public()
OF_ACCOUNT: Final = sorted(FUNCTIONS.keys() - PROCESS.keys())


def takes_account(function: Callable[..., Any]) -> bool:
    """By itself, or in what says which leads are looked at."""
    kinds = (function.__globals__.get(kind) for kind in function.__annotations__.values())
    in_another = any("account_id" in getattr(kind, "__dataclass_fields__", {}) for kind in kinds)
    return in_another or "account_id" in inspect.signature(function).parameters


def test_every_function_takes_the_account_or_is_known_to_be_the_processs() -> None:
    assert {name for name, one in FUNCTIONS.items() if not takes_account(one)} == PROCESS.keys(), (
        "A function of the store takes `account_id` behind `connection`, and its statements compare it. If it is truly "
        "about all accounts, say why in PROCESS (tests/store/test_store_isolation.py)."
    )


def statements() -> dict[str, str]:
    """By module and constant; PostgreSQL's siblings ask for the same."""

    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict | tuple | list):
            return [text for one in (value.values() if isinstance(value, dict) else value) for text in texts(one)]
        return []

    return {
        f"{name}.{constant} {number}": text
        for name in sorted({one.partition(".")[0] for one in FUNCTIONS})
        for constant, value in vars(importlib.import_module(f"bot.store.{name}")).items()
        for number, text in enumerate(texts(value))
        if re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b", text)
        and not constant.startswith("_")
        and not constant.endswith("_POSTGRES")
    }


OTHERWISE: Final = ("beginnings.", "retention.", "removal.", "exports.LEAD_COLUMNS", "leads.LEAD_COLUMNS",
                    "sealing.THESE", "seals.OWN_SEAL")  # fmt: skip
"""Many begin at once, pruning is all accounts', removing takes a table after the other, and the others are parts of
statements.
"""
OF_ALL: Final = frozenset({
    "account_health.LEADS", "account_health.PARKED", "routes.ALL_CHATS", "account_settings.LISTED",
    "account_settings.ROWS", "accounts.ADD", "accounts.NAMED", "accounts.OPEN", "audit.END_BACKUP", "audit.NOTE_BACKUP",
    "buyers.LAST_ID",
    "chats.ALL_MOVES", "erasing.ACCOUNTS", "erasing.AT_WORK", "erasing.SWEPT", "erasing.UNSWEPT", "escalations.DUE",
    "escalations.LOOK_ANEW", "escalations.LOOK_ANEW_AT", "faults.IS_OPEN", "faults.LASTING", "holds.IS_SERVED",
    "lead_routes.ACCOUNTS",
    "leads.ACCOUNT_OF", "outbox.ALL_ADDRESSES", "people.ACCOUNTS", "pushes.WAITING_ACCOUNTS", "reminders.DUE",
    "row_accounts.OF_CALLOUT", "row_accounts.OF_REMINDER", "secrets.ALL", "secrets.CHANGES",
    "secrets.RENEW_CHANGE", "views.ACCOUNT_OF",
})  # fmt: skip
"""Statements of the process's functions; and the last buyer's number, from which the next counts on."""


INDEX: Final = frozenset({"lead_search", "lead_portions"})
"""Whose words are whose is told by the leads' positions."""


def test_every_statement_compares_the_account(both: World) -> None:
    with kept_at(both.path) as kept:
        names = "|".join([*kept.tables.keys() - INDEX, "leads"])
    found = {
        name.partition(" ")[0]
        for name, text in statements().items()
        if re.search(rf"\b(FROM|JOIN|INTO|UPDATE)\s+({names})\b", text)
        and not re.search(r":account_id|\{these\}|\{table\}", text)
        and not name.startswith(OTHERWISE)
    }
    assert found == OF_ALL, "a statement on an account's table names :account_id, or is said in OF_ALL to be about all"


SHORT: Final = frozenset({"sealing.STATEMENTS", "odd_bodies.SEARCHES"})
"""Twenty rows of an account's pushes, and the searches of ninety days, are looked at where a buyer is sealed."""


@pytest.mark.sqlite  # how a server goes about it depends on how many rows there are
def test_no_statement_of_an_account_walks_through_the_rows_of_all(both: World) -> None:
    """Else it takes the longer, the more others have, and tells of that."""
    parts = {"these": sealing.THESE, "table": "notes", "reasons": "'x'", "cleared": "name = NULL", "own_seal": "1"}
    walked = set()
    with closing(sqlite3.connect(both.path)) as opened:
        owned = {*kept_by(opened).tables, "all_leads", "later", "audit"}
        for name, text in statements().items():
            for part, filled in parts.items():
                text = text.replace(f"{{{part}}}", filled)  # noqa: PLW2901 - the same statement
            if "{" in text or name.startswith(OTHERWISE):
                continue
            given = dict.fromkeys(re.findall(r":(\w+)", text))
            steps = " ".join(row[3] for row in opened.execute(f"EXPLAIN QUERY PLAN {text}", given))
            if owned & set(re.findall(r"\bSCAN (\w+)", steps)):
                walked.add(name.partition(" ")[0])
    assert walked - SHORT <= OF_ALL


@dataclass
class Outcome:
    answer: object = None
    error: str = ""
    mine: object = None
    theirs: object = None
    strangers: object = None

    def look(self, kept: Kept, world: World) -> None:
        """At what was changed."""
        self.mine, self.theirs = kept.rows(world.account_id), kept.rows(world.other_id)
        self.strangers = kept.strangers()


async def outcome(
    path: Path, function: Callable[..., Any], world: World, given: dict[str, Any], *, is_backwards: bool = False
) -> Outcome:
    """What comes of the call in this database."""
    found = Outcome()
    is_about_all = "database" in inspect.signature(function).parameters
    if is_about_all and not databases.is_postgres():
        copy = path.with_name(f"copy-{path.name}")
        shutil.copy(path, copy)
        async with SqliteDatabase(copy) as database:
            found.answer = await _answer(function, database, given)
        with kept_in_file(copy) as kept:
            found.look(kept, world)
        return found
    with tried(path) as connection:
        connection.is_backwards = is_backwards
        try:
            found.answer = await _answer(function, AsDatabase(connection) if is_about_all else connection, given)
        except Exception as error:  # noqa: BLE001 - both databases have to raise the same
            found.error = f"{type(error).__name__}: {error}"
            connection.take_back()
        if connection.has_changed():
            found.look(connection.kept, world)
    return found


async def _answer(function: Callable[..., Any], to: object, given: dict[str, Any]) -> object:
    called = function(to, **given)
    answer = [one async for one in called] if inspect.isasyncgenfunction(function) else await called
    if isinstance(answer, dict | set | frozenset):
        return sorted(map(repr, answer.items() if isinstance(answer, dict) else answer))
    return repr(answer)


def kept(path: Path, account_id: int) -> object:
    with kept_at(path) as found:
        return found.rows(account_id)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", OF_ACCOUNT)
async def test_nobody_reads_or_changes_anothers_rows(both: World, name: str) -> None:
    function, sides = FUNCTIONS[name], (both.account_id, both.other_id)
    tried: list[object] = []
    for of, leads_of in itertools.product(sides, sides):
        given = arguments(function, both, of, leads_of)
        if given in tried:
            continue
        tried.append(given)
        beside, alone = (
            await outcome(both.path, function, both, given, is_backwards=True),
            await outcome(both.alone, function, both, given),
        )
        assert (beside.answer, beside.error) == (alone.answer, alone.error)
        assert beside.mine == alone.mine
        assert not beside.strangers
        assert beside.theirs is None or beside.theirs == kept(both.path, both.other_id)
        assert not beside.error or name in REFUSED or both.other_id in (of, leads_of)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> World:
    return made(tmp_path_factory.mktemp("both"))


def test_both_accounts_have_a_row_in_every_table(both: World) -> None:
    """Else a function may do what it likes with that table here."""
    with kept_at(both.path) as found:
        for account_id in (both.account_id, both.other_id):
            assert [table for table, own in found.rows(account_id).items() if not own] == []
