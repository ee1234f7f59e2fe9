"""`leadbell audit --person`: that a name is unknown and that nothing was shown are told apart."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.clock import Clock
from bot.commands import auditing
from bot.domain.ids import LeadId, UserId
from bot.domain.person import Person
from bot.errors import LeadbellError
from bot.store import accounts, audit, engines, people
from bot.store.audit import Seen
from tests.services.test_erasure import settings

if TYPE_CHECKING:
    from bot.config import Settings

__all__ = ["settings"]

pytestmark = pytest.mark.english  # the command line's words: tests/e2e/test_languages.py


@pytest.fixture
async def seen(settings: Settings) -> Settings:
    """Ravi looked a lead up two days ago, the machine's user asha made an export, of Meera nothing is noted."""
    now = Clock().now()
    async with engines.database(settings.database_url) as database, database.transaction() as connection:
        account_id = await accounts.open_account(connection)
        for number, name in ((5, "Ravi"), (6, "Meera Shah")):
            await people.saw(connection, account_id, Person(UserId(number), name))
        await people.left(connection, account_id, UserId(7), now)
        long_ago = now - timedelta(days=2)
        await audit.note(connection, account_id, Seen.LOOKUP, [LeadId(1)], UserId(5), now=long_ago)
        await audit.note_span(connection, account_id, Seen.EXPORT, low=0, high=9, machine="asha", now=long_ago)
    return settings


async def told(settings: Settings, person: str | None, lead: int | None = None, since: str | None = None) -> bool:
    return await auditing.report(settings, person=person, lead=lead, since=since, account="main")


@pytest.mark.parametrize("name", ["Ravy", "nobody", "999", "@ravy"])
async def test_of_a_name_that_nobody_has_it_is_said_who_is_known(seen: Settings, name: str) -> None:
    with pytest.raises(LeadbellError) as raised:
        await told(seen, name)
    assert str(raised.value) == f"There is nobody named “{name}”. Known are: Meera Shah, Ravi, asha."


async def test_a_slip_beside_a_lead_or_a_time_is_no_all_clear_either(seen: Settings) -> None:
    for lead, since in ((1, None), (None, "3d"), (1, "1h")):
        with pytest.raises(LeadbellError, match="There is nobody named “Ravy”"):
            await told(seen, "Ravy", lead, since)


async def test_where_nobody_was_ever_seen_that_is_said(settings: Settings) -> None:
    with pytest.raises(LeadbellError, match="nobody is known here yet"):
        await told(settings, "ravi")


@pytest.mark.parametrize(
    ("person", "lead", "since", "said"),
    [
        ("shah", None, None, "Nothing is noted of Meera Shah alone, as far as the audit goes back: 400 days."),
        ("ravi", None, "1d", "Nothing of what was asked for is noted."),
        ("shah", 1, None, "Nothing of what was asked for is noted."),
        ("asha", None, "1d", "Nothing of what was asked for is noted."),
        (None, None, "1d", "Nothing of what was asked for is noted."),
        (None, 3, None, "Nobody was shown it, as far as the audit goes back: 400 days."),
    ],
)
async def test_no_more_is_said_to_be_clear_than_was_asked_for(
    seen: Settings,
    capsys: pytest.CaptureFixture[str],
    person: str | None,
    lead: int | None,
    since: str | None,
    said: str,
) -> None:
    async with engines.database(seen.database_url) as database, database.transaction() as connection:
        if lead == 3:  # the export held it
            await connection.execute("DELETE FROM audit")
    assert await told(seen, person, lead, since)
    assert capsys.readouterr().out.startswith(said)


async def test_the_machines_user_and_who_was_shown_something_are_told_as_before(
    seen: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await told(seen, "ravi")
    assert await told(seen, "asha", since="3d")
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" · ")[2] for line in lines] == [
        "Ravi: #1, looked it up",
        "asha at the machine: in an export",
    ]
