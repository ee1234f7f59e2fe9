"""What is counted, and the leads behind each number: the count and the list are one question. Read-only.

Sealed leads are neither counted nor listed. "Claimed", "contacted", "won" and "lost" are what was done within a span
and was not undone; "unclaimed", "missed" and the like are how it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import UserId
from bot.domain.lead import MISSED_CALL_SECONDS
from bot.store import standing
from bot.store.positions import position

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection


class Figure(StrEnum):
    CAME = "came"
    """By time of enquiry; its labels are kinds."""
    OPEN = "open"
    """Nobody has claimed it, as `/open` lists them."""
    MISSED = "missed"
    """A missed call that nobody has returned: a status that was set says that somebody did."""
    TO_CALL = "to_call"
    """Claimed, and nobody has called."""
    OVERDUE = "overdue"
    """A reminder has fired, and nothing was done since."""
    REMINDERS = "reminders"
    """A reminder will fire within the span."""
    CLAIMED = "claimed"
    """By who has it then: what a route or an admin gives to somebody is no claim of theirs."""
    CONTACTED = "contacted"
    WON = "won"
    """And it still is."""
    LOST = "lost"
    """And it still is; its labels are reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is counted: in a span, of one person, with one label."""

    since: int = 0
    """Epoch seconds."""
    until: int = 2**33 - 1
    """Does not belong to it any more."""
    person: UserId | None = None
    label: str | None = None


_DONE: Final = """
    FROM changes JOIN leads ON leads.lead_id = changes.lead_id
    WHERE changes.account_id = :account_id AND changes.at >= :since AND changes.at < :until
        AND changes.act <> 'undo' AND NOT EXISTS (
            SELECT 1 FROM changes AS later WHERE later.lead_id = changes.lead_id AND later.undoes = changes.change_id)
"""
_REACHED: Final = "'contacted', 'quoted', 'won', 'lost'"

# Each gives leads, the person to whom it is credited, and a label; a lead may be there more than once, but for those
# that give its position: they are read in that order, from an index.
_QUESTIONS: Final[Mapping[Figure, str]] = {
    Figure.CAME: """
        SELECT lead_id, position, owner_id AS user_id, kind AS label FROM leads
        WHERE account_id = :account_id AND position >= :low AND position < :high
    """,
    Figure.OPEN: f"""
        SELECT lead_id, position, owner_id AS user_id, kind AS label FROM leads
        WHERE account_id = :account_id AND position >= 0 AND {standing.OPEN}
    """,  # noqa: S608 - constants of this module
    Figure.MISSED: f"""
        SELECT lead_id, position, owner_id AS user_id, kind AS label FROM leads
        WHERE account_id = :account_id AND position >= :recent AND {standing.MISSED}
    """,  # noqa: S608 - constants of this module
    Figure.TO_CALL: f"""
        SELECT lead_id, position, owner_id AS user_id, kind AS label FROM leads
        WHERE account_id = :account_id AND position >= 0 AND {standing.TO_CALL}
    """,  # noqa: S608 - constants of this module
    Figure.OVERDUE: f"""
        SELECT leads.lead_id, reminders.user_id, leads.kind AS label
        FROM reminders JOIN leads ON leads.lead_id = reminders.lead_id
        WHERE reminders.account_id = :account_id AND reminders.cancelled_at IS NULL
            AND reminders.fired_at >= :recently AND leads.status NOT IN ('won', 'lost', 'junk')
            AND {standing.MAY_BE_CALLED}
            AND NOT EXISTS (SELECT 1 FROM changes
                WHERE changes.lead_id = reminders.lead_id AND changes.at >= reminders.fired_at)
            AND NOT EXISTS (SELECT 1 FROM notes
                WHERE notes.lead_id = reminders.lead_id AND notes.at >= reminders.fired_at)
            AND NOT EXISTS (SELECT 1 FROM reminders AS later
                WHERE later.lead_id = reminders.lead_id AND later.made_at >= reminders.fired_at)
    """,  # noqa: S608 - constants of this package
    Figure.REMINDERS: f"""
        SELECT leads.lead_id, reminders.user_id, leads.kind AS label
        FROM reminders JOIN leads ON leads.lead_id = reminders.lead_id
        WHERE reminders.account_id = :account_id AND reminders.cancelled_at IS NULL AND reminders.fired_at IS NULL
            AND reminders.due_at >= :since AND reminders.due_at < :until AND {standing.MAY_BE_CALLED}
    """,  # noqa: S608 - constants of this package
    Figure.CLAIMED: f"""
        SELECT leads.lead_id, changes.owner_after AS user_id, leads.kind AS label {_DONE}
            AND changes.owner_before IS NULL AND changes.owner_after = changes.user_id
    """,
    Figure.CONTACTED: f"""
        SELECT leads.lead_id, changes.user_id, leads.kind AS label {_DONE} AND changes.act = 'status'
            AND changes.status_after IN ({_REACHED}) AND changes.status_before NOT IN ({_REACHED})
    """,
    Figure.WON: f"""
        SELECT leads.lead_id, leads.owner_id AS user_id, leads.kind AS label {_DONE} AND leads.status = 'won'
            AND changes.status_after = 'won' AND changes.status_before <> 'won'
    """,
    Figure.LOST: f"""
        SELECT leads.lead_id, leads.owner_id AS user_id, coalesce(leads.lost_reason, '') AS label {_DONE}
            AND leads.status = 'lost' AND changes.status_after = 'lost' AND changes.status_before <> 'lost'
    """,
}


def _statement(template: str) -> dict[Figure, str]:
    these = "(:person IS NULL OR user_id = :person) AND (:label IS NULL OR label = :label)"
    return {
        figure: template.replace("{found}", f"FROM ({question}) AS found WHERE {these}")
        for figure, question in _QUESTIONS.items()
    }


_ONCE: Final = (Figure.CAME, Figure.OPEN, Figure.MISSED, Figure.TO_CALL)
_FOUND: Final = """
    SELECT position FROM leads WHERE +account_id = :account_id AND lead_id IN (SELECT lead_id {found})
        AND position >= :from AND position < :to
"""
_FOUND_ONCE: Final = "SELECT position {found} AND position >= :from AND position < :to"


def _statements(template: str, of_once: str) -> Mapping[Figure, str]:
    once = _statement(of_once)
    return _statement(template) | {figure: once[figure] for figure in _ONCE}


COUNT: Final = _statements(
    """
    SELECT count(*) AS number,
        CAST(coalesce(sum(CASE WHEN status = 'won' THEN won_value END), 0) AS BIGINT) AS won_value
    FROM leads WHERE +account_id = :account_id AND lead_id IN (SELECT lead_id {found})
    """,
    "SELECT count(*) AS number, 0 AS won_value {found}",
)

OLDER: Final = _statements(*(f"{found} ORDER BY position DESC LIMIT :limit" for found in (_FOUND, _FOUND_ONCE)))

NEWER: Final = _statements(*(f"{found} ORDER BY position LIMIT :limit" for found in (_FOUND, _FOUND_ONCE)))

_NUMBERS: Final = ("count(DISTINCT lead_id)", "count(*)")

BY_LABEL: Final = _statements(
    *(f"SELECT label, {number} AS number {{found}} GROUP BY label ORDER BY number DESC, label" for number in _NUMBERS)
)

BY_PERSON: Final = _statements(
    *(
        f"SELECT user_id, {number} AS number {{found}} AND user_id IS NOT NULL"
        " GROUP BY user_id ORDER BY number DESC, user_id"
        for number in _NUMBERS
    )
)

WON_BY: Final = _statement("""
    SELECT owner_id AS user_id, CAST(coalesce(sum(won_value), 0) AS BIGINT) AS won_value
    FROM leads WHERE +account_id = :account_id AND lead_id IN (SELECT lead_id {found}) AND owner_id IS NOT NULL
    GROUP BY owner_id
""")[Figure.WON]


async def count(
    connection: Connection, account_id: AccountId, figure: Figure, counted: Counted, now: datetime
) -> tuple[int, int]:
    """How many leads, and what those that were won brought (rupees): only of what is done, such as `WON`."""
    row = await connection.fetch_one(COUNT[figure], _parameters(account_id, counted, now))
    return (0, 0) if row is None else (row["number"], row["won_value"])


async def places(  # noqa: PLR0913 - a question and a page
    connection: Connection,
    account_id: AccountId,
    figure: Figure,
    counted: Counted,
    now: datetime,
    *,
    low: int,
    high: int,
    limit: int,
    upwards: bool,
) -> list[int]:
    """The positions of the leads behind a number, newest first; as `leads.older` and `leads.newer` cut them."""
    statement = (NEWER if upwards else OLDER)[figure]
    page = {"from": low, "to": high, "limit": limit}
    rows = await connection.fetch_all(statement, _parameters(account_id, counted, now) | page)
    found = [row["position"] for row in rows]
    return found[::-1] if upwards else found


async def by_label(
    connection: Connection, account_id: AccountId, figure: Figure, counted: Counted, now: datetime
) -> list[tuple[str, int]]:
    """The largest first."""
    rows = await connection.fetch_all(BY_LABEL[figure], _parameters(account_id, counted, now))
    return [(row["label"], row["number"]) for row in rows]


async def by_person(
    connection: Connection, account_id: AccountId, figure: Figure, counted: Counted, now: datetime
) -> dict[UserId, int]:
    """The largest first. Two people may have claimed the same lead, one after the other."""
    rows = await connection.fetch_all(BY_PERSON[figure], _parameters(account_id, counted, now))
    return {UserId(row["user_id"]): row["number"] for row in rows}


async def won_by(connection: Connection, account_id: AccountId, counted: Counted, now: datetime) -> dict[UserId, int]:
    """Rupees."""
    rows = await connection.fetch_all(WON_BY, _parameters(account_id, counted, now))
    return {UserId(row["user_id"]): row["won_value"] for row in rows}


def _parameters(account_id: AccountId, counted: Counted, now: datetime) -> dict[str, int | str | None]:
    return {
        "account_id": account_id,
        "since": counted.since,
        "until": counted.until,
        "low": counted.since << 30,
        "high": counted.until << 30,
        "person": counted.person,
        "label": counted.label,
        "recent": position(now - standing.RECENT),
        "recently": to_epoch(now - standing.RECENT),
        "missed": MISSED_CALL_SECONDS,
    }
