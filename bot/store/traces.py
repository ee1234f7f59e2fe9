"""What else tells of a buyer, where no column names the lead: raw bodies that are no leads, and what was searched for.

Looked for in Python: there are few such rows, and a number is written in many ways.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from bot.domain import masking, phones
from bot.store.connections import listed
from bot.store.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from bot.domain.ids import AccountId
    from bot.domain.lead import Lead, StoredLead
    from bot.store.database import Connection

NATIONAL: Final = 10
"""Last digits by which a number is told, however its country is written."""
LEAST_DIGITS: Final = 5
"""Of a number that somebody searched for: fewer find nothing."""
LEAST_LETTERS: Final = 3
WHOLE_NAME: Final = 6
"""Letters of a name that tells of its bearer by itself."""
_RUN: Final = re.compile(r"\d(?:[\s().+/-]{0,3}\d){4,}")
_WORD: Final = re.compile(r"\w+")

UNREADABLE: Final = "SELECT * FROM unreadable WHERE account_id = :account_id ORDER BY unreadable_id"
PUSHES: Final = "SELECT * FROM pushes WHERE account_id = :account_id AND reason IS NOT NULL ORDER BY push_id"
VIEWS: Final = "SELECT view_id, query FROM views WHERE account_id = :account_id"
KEEP: Final = """
    INSERT INTO sealed_rows (seal_id, body)
    SELECT seal_id, value FROM json_each(:bodies) JOIN seals ON seal_id = :seal_id AND account_id = :account_id
"""
REMOVE: Final = {
    table: f"""
    DELETE FROM {table}
    WHERE {key} IN (SELECT CAST(value AS BIGINT) FROM json_each(:keys)) AND +account_id = :account_id
    """  # noqa: S608 - names of ours
    for table, key in (("unreadable", "unreadable_id"), ("pushes", "push_id"), ("views", "view_id"))
}


class Traces:
    """Of some leads."""

    def __init__(self, found: Sequence[StoredLead]) -> None:
        of = [one.lead for one in found]
        self._numbers = {digits for lead in of for one in lead.phones if len(digits := phones.digits(one)) >= NATIONAL}
        self._mails = {one.casefold() for lead in of for one in (lead.email, lead.email_alt) if one}
        self._names = {name for lead in of if len(name := _plain(lead.name)) >= WHOLE_NAME}
        self._words = {word for lead in of for text in (lead.name, lead.company, lead.email, lead.email_alt)
                       for word in _words(text)}  # fmt: skip
        self._messages = [_plain(lead.message) for lead in of if lead.message]
        self.query_ids: set[str] = set()

    def are_in(self, text: str) -> bool:
        """Whether a raw text tells of one of the buyers."""
        plain = _plain(text)
        if any(one in plain for one in (*self._mails, *self._names)):
            return True
        runs = list(_runs(plain))
        return any(number[-NATIONAL:] in run for number in self._numbers for run in runs) or any(
            query_id in runs for query_id in self.query_ids
        )

    def are_sought(self, query: str) -> bool:
        """Whether it searches for what tells of one of them. Rather too often: the view is then only too old."""
        plain = _plain(query)
        numbers = [run.lstrip("0") for run in _runs(plain)]
        if any(run in number or number[-NATIONAL:] in run for number in self._numbers for run in numbers if run):
            return True
        typed = [word for word in _words(plain) if len(word) >= LEAST_LETTERS]
        return any(known.startswith(word) for word in typed for known in self._words) or (
            bool(plain) and any(plain in message for message in self._messages)
        )

    def harmless(self, one: StoredLead) -> tuple[str | None, str | None]:
        """Product and city, where they tell nothing of the buyer: they are counted."""
        return _harmless(one.lead.product, one.lead), _harmless(one.lead.city, one.lead)

    async def take_out(self, connection: Connection, account_id: AccountId, seal_id: int | None) -> None:
        """Out of the tables, and into `sealed_rows` but for the views; without a seal's number nowhere."""
        parameters = {"account_id": account_id}
        views = await connection.fetch_all(VIEWS, parameters)
        await _remove(
            connection, account_id, "views", (row["view_id"] for row in views if self.are_sought(_sought(row["query"])))
        )
        unreadable, pushes = await self.raw(connection, account_id)
        if seal_id is not None:
            bodies = [json.dumps({"table": "unreadable", "row": row}) for row in unreadable]
            bodies += [json.dumps({"table": "pushes", "row": row}) for row in pushes]
            await connection.execute(KEEP, parameters | {"seal_id": seal_id, "bodies": listed(bodies)})
        await _remove(connection, account_id, "unreadable", (row["unreadable_id"] for row in unreadable))
        await _remove(connection, account_id, "pushes", (row["push_id"] for row in pushes))

    async def raw(
        self, connection: Connection, account_id: AccountId
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Rows and pushed bodies that are no leads, and tell of one of the buyers."""
        parameters = {"account_id": account_id}
        unreadable = [row for row in await connection.fetch_all(UNREADABLE, parameters) if self.are_in(row["raw"])]
        pushes = [row for row in await connection.fetch_all(PUSHES, parameters) if self.are_in(_text(row["body"]))]
        return list(map(dict, unreadable)), list(map(_written, pushes))


async def _remove(connection: Connection, account_id: AccountId, table: str, keys: Iterable[int]) -> None:
    await connection.execute(REMOVE[table], {"account_id": account_id, "keys": listed(keys)})


def _written(row: Any) -> dict[str, Any]:
    return dict(row) | {"body": bytes(row["body"]).decode(errors="backslashreplace")}


def _text(body: bytes) -> str:
    """As it came, and as a form would mean it."""
    text = body.decode(errors="replace")
    return f"{text} {unquote_plus(text)}"


def _sought(query: str) -> str:
    """The words of a view; see `bot.lookup.lists`."""
    try:
        words = json.loads(query).get("words", "")
    except (ValueError, AttributeError):
        return query
    return words if isinstance(words, str) else query


def _plain(text: str | None) -> str:
    return phones.tidied(fold(text or "").casefold())


def _words(text: str | None) -> list[str]:
    return _WORD.findall(_plain(text))


def _runs(plain: str) -> Iterator[str]:
    for found in _RUN.finditer(plain):
        yield phones.digits(found[0])


def _harmless(text: str | None, lead: Lead) -> str | None:
    if not text or masking.words(text, lead.phones) != text:
        return None
    own = {word for one in (lead.name, lead.company) for word in _words(one) if len(word) >= LEAST_LETTERS}
    return None if own & set(_words(text)) else text
