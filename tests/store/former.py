"""Databases of every earlier version: of the former line (1 to 10) and the present one; a row in every table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.store.migrate import FORMER, add_functions, former_migrations, migrations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DUMPS: Final = Path(__file__).parent / "dumps"
VERSIONS: Final = range(1, FORMER + 1)
LATER: Final = range(FORMER + 1, migrations()[-1][0])
"""Of the present line, but for the newest."""

ROWS: Final = {
    1: (
        "INSERT INTO buyers (buyer_id, account_id, created_at) VALUES (2, 1, 1704285850)",
        """INSERT INTO leads (lead_id, account_id, identity, position, kind, stored_at, route, buyer_id, name, city,
            email, raw, batch)
        VALUES (7, 1, 'P:9', 1829962996122648583, 'P', 1704285850, 'push', 2, 'मोहन', 'Surat',
            'm@b.example', '{}', 3)""",
    ),
    2: (
        "INSERT INTO pushes (push_id, account_id, received_at, body, reason) VALUES (4, 1, 5, x'00ff', 'no row')",
        "INSERT INTO pushes (push_id, account_id, received_at, body) VALUES (9, 1, 6, x'01')",
        "DELETE FROM pushes WHERE push_id = 9",
        "INSERT INTO runs (run_id, started_at, beat_at) VALUES (2, 1704285840.5, 1704285841.5)",
        "UPDATE accounts SET live_from = 1704199440",
    ),
    3: (
        "UPDATE leads SET status = 'won', won_value = 5000 WHERE lead_id = 1",
        """INSERT INTO changes (change_id, account_id, lead_id, at, user_id, act, owner_after, status_before,
            status_after)
        VALUES (1, 1, 1, 1704285960, 77, 'claim', 77, 'new', 'claimed')""",
        """INSERT INTO changes (change_id, account_id, lead_id, at, user_id, act, undoes, status_before, status_after)
        VALUES (2, 1, 1, 1704285961, 77, 'undo', 1, 'claimed', 'new')""",
        """INSERT INTO notes (note_id, account_id, lead_id, user_id, at, text, chat_id, message_id)
        VALUES (1, 1, 1, 77, 1704285962, 'wants a price', -1001, 6), (2, 1, 7, 77, 1704285963, 'later', NULL, NULL)""",
        "UPDATE cards SET edited_at = 1704285964",
        "UPDATE outbox SET revision = 2",
    ),
    4: (
        """INSERT INTO reminders (reminder_id, account_id, lead_id, user_id, text, made_at, due_at, fired_at)
        VALUES (3, 1, 1, 77, 'call', 1704285965, 1704289565, NULL), (5, 1, 7, 77, '', 5, 6, 6)""",
        "DELETE FROM reminders WHERE reminder_id = 5",
        "INSERT INTO callouts (callout_id, account_id, step, made_at) VALUES (1, 1, 'group', 1704286500)",
        "INSERT INTO callout_leads (callout_id, place, lead_id) VALUES (1, 0, 7)",
        "INSERT INTO escalations (lead_id, account_id, clock_at, group_callout) VALUES (7, 1, 1704285850, 1)",
        "INSERT INTO templates (account_id, kind, text, user_id, saved_at) VALUES (1, 'W', 'Namaste {name}', 77, 5)",
    ),
    5: (
        """INSERT INTO parked (parked_id, account_id, turn, what, lead_id, body, queued_at, reason, version, parked_at)
        VALUES (1, 1, 2, 'card', 404, '{}', 5, 'lead_missing', '0.1.0', 6)""",
    ),
    6: ("INSERT INTO passed (passed_id, until) VALUES (1, 1704285900)", "UPDATE pushes SET digest = 'd1'"),
    7: ("INSERT INTO field_names (account_id, name, seen_at) VALUES (1, 'QUERY_MOOD', 1704285901)",),
    8: (
        """INSERT INTO push_log (push_log_id, account_id, received_at, result, number, lead_id)
        VALUES (1, 1, 1704285850, 'stored', 1, 7)""",
    ),
    9: ("UPDATE leads SET member_since = '2014' WHERE lead_id = 1",),
    10: ("INSERT INTO notices (account_id, kind, began_at, told, held) VALUES (1, 'unreadable', 1704285850, 3, 2)",),
}


def former(path: Path, version: int, *statements: str, rows: Mapping[int, Sequence[str]] = ROWS) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript((DUMPS / "former" / "0001.sql").read_text(encoding="utf-8"))
        for number, script in former_migrations()[:version]:
            if number > 1:
                connection.executescript(script)
            for statement in rows.get(number, ()):
                connection.execute(statement)
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version:d}")
    return path


def earlier(path: Path, version: int) -> Path:
    """Of any version before today's."""
    if version <= FORMER:
        return former(path, version)
    dumped, dump = max(
        (FORMER + int(dump.stem), dump) for dump in DUMPS.glob("*.sql") if FORMER + int(dump.stem) <= version
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        add_functions(connection)
        connection.executescript(dump.read_text(encoding="utf-8"))
        for number, script in migrations():
            if dumped < number <= version:
                connection.executescript(script)
        connection.execute(f"PRAGMA user_version = {version:d}")
    return path
