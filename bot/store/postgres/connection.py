"""The seam's `Connection` over psycopg, and how a connection to the server is made.

Parameters are bound here, not by the server (`AsyncClientCursor`): so no type has to be guessed, and the planner sees
the values.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from psycopg import AsyncClientCursor, AsyncConnection, OperationalError, ProgrammingError, conninfo
from psycopg.adapt import Dumper, Loader

from bot.errors import StoreError, StoreRefusedError
from bot.i18n import _
from bot.store.connections import NONE, unheard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

    from psycopg.abc import AdaptContext, Buffer

    from bot.store.connections import OnStatement, Parameters, Row

AT_ONCE: Final = 200
"""Rows that go to the server in one piece."""

WAYS: Final[dict[str, int | str]] = {
    "connect_timeout": 10,
    # A server that is cut off is noticed in 15 seconds: before another process may take over what this one holds.
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
    "application_name": "leadbell",
    "client_encoding": "utf8",
}
"""How the server is spoken to, where the address does not say it otherwise."""

LIMITS: Final = """
    SET lock_timeout = '10s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '15s'
"""
"""No transaction waits, works or lies about for longer; `forget` and migrations take their time."""

_PLACES: Final = re.compile(
    r"""
    (?P<kept> '(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | :: )
    | (?P<left> \b[a-z_]\w*(?:\.\w+)? ) \s+ IS \s+ (?: :(?P<same>[a-z_]\w*) | (?P<column>[a-z_]\w*\.\w+) )
    | :(?P<name>[a-z_]\w*)
    | (?P<percent>%)
    """,
    re.VERBOSE | re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def translated(statement: str) -> str:
    """`:name` as psycopg has it; what stands in quotes, and casts, stay. `column IS :name`, SQLite's word for equal or
    both NULL, becomes what an index serves: the planner sees which of the two it is.
    """
    return _PLACES.sub(_place, statement)


def _place(found: re.Match[str]) -> str:
    if found["same"]:
        value = f"%({found['same']})s"
        return f"({found['left']} = {value} OR ({found['left']} IS NULL AND {value} IS NULL))"
    if found["column"]:
        return f"{found['left']} IS NOT DISTINCT FROM {found['column']}"
    if found["name"]:
        return f"%({found['name']})s"
    return "%%" if found["percent"] else found["kept"].replace("%", "%%")


class PostgresRow:
    """As `sqlite3.Row`: by name and by place, in the order of the columns."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: Sequence[Any]) -> None:
        self._places = places
        self._values = tuple(values)

    def __getitem__(self, key: int | str | slice, /) -> Any:
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PostgresRow) and (self._values, [*self._places]) == (other._values, [*other._places])

    def __hash__(self) -> int:
        return hash(self._values)

    def keys(self) -> list[str]:
        return list(self._places)


def by_name(cursor: Any) -> Callable[[Sequence[Any]], PostgresRow]:
    places = {column.name: place for place, column in enumerate(cursor.description or ())}
    return lambda values: PostgresRow(places, values)


class _Flag(Dumper):
    """Tables hold 0 and 1."""

    def dump(self, obj: bool) -> Buffer:  # noqa: FBT001 - as it is defined there
        return b"1" if obj else b"0"

    quote = dump


class _Number(Loader):
    """A sum of whole numbers is `numeric`."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdecimal() else float(text)


def adapt(opened: AdaptContext) -> None:
    """Values come and go as they do with SQLite."""
    opened.adapters.register_dumper(bool, _Flag)
    opened.adapters.register_loader("numeric", _Number)


def address(url: str) -> str:
    """With all that is not said in it."""
    said = conninfo.conninfo_to_dict(url)
    return conninfo.make_conninfo(url, **{name: value for name, value in WAYS.items() if name not in said})


def name_of(url: str) -> str:
    """For people: where the database is, without who may. Raises StoreRefusedError."""
    try:
        said = conninfo.conninfo_to_dict(url)
    except ProgrammingError:  # its text may quote the password
        raise StoreRefusedError(
            _(
                "it must be postgresql://user:password@host/name. What stands in the password is written as in any web "
                "address: %40 for @, %2F for /."
            )
        ) from None
    port = f":{said['port']}" if said.get("port") else ""
    return f"{said.get('dbname') or said.get('user') or ''} on {said.get('host') or 'this machine'}{port}"


class PostgresConnection:
    """Each statement is one trip to the server; what begins the transaction goes with the first."""

    is_postgres: Final = True

    def __init__(
        self,
        driver: AsyncConnection[Any],
        on_statement: OnStatement = unheard,
        *,
        begin: str = "",
        anew: Callable[[], Awaitable[AsyncConnection[Any]]] | None = None,
    ) -> None:
        """`anew` is another way to the server, where this one has broken since it was used last."""
        self.driver = driver
        self._on_statement = on_statement
        self._begin = begin
        self._anew = anew

    @property
    def has_begun(self) -> bool:
        return not self._begin

    async def fetch_all(self, statement: str, parameters: Parameters = NONE) -> list[Row]:
        self._on_statement(statement)
        cursor = await self._executed(translated(statement), parameters)
        return await cursor.fetchall() if cursor.description else []

    async def fetch_one(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        return next(iter(await self.fetch_all(statement, parameters)), None)

    async def execute(self, statement: str, parameters: Parameters = NONE) -> None:
        await self.fetch_all(statement, parameters)

    async def execute_many(self, statement: str, rows: Iterable[Parameters]) -> None:
        self._on_statement(statement)
        ours, binding = translated(statement), self._cursor()
        bound = [binding.mogrify(ours, row) for row in rows]
        for first in range(0, len(bound), AT_ONCE):
            await self._executed("; ".join(bound[first : first + AT_ONCE]))

    async def _executed(self, query: str, parameters: Parameters | None = None) -> AsyncClientCursor[Any]:
        """The cursor stands at what came of the query's last statement."""
        begin, self._begin = self._begin, ""
        cursor = self._cursor()
        try:
            await cursor.execute(begin + query, parameters)
        except OperationalError:
            # The server was restarted, or the way to it cut, while nobody used it: nothing has begun.
            if not begin or self._anew is None or not self.driver.closed:
                raise
            self.driver, self._anew, self._begin = await self._anew(), None, begin
            return await self._executed(query, parameters)
        while cursor.nextset():
            pass
        return cursor

    def _cursor(self) -> AsyncClientCursor[Any]:
        return AsyncClientCursor(self.driver, row_factory=by_name)


async def connect(url: str) -> AsyncConnection[Any]:
    """Transactions are begun and ended by statements of ours."""
    opened = await AsyncConnection.connect(address(url), autocommit=True)
    try:
        adapt(opened)
        await opened.execute(LIMITS)
    except BaseException:
        await opened.close()
        raise
    return opened


async def refuse_pooler(opened: AsyncConnection[Any], url: str, name: str) -> None:
    """One that hands sessions on after each transaction: locks, limits and what a reading sees are a session's.

    Raises StoreError. A pooler tells another number than the server's own; of its sessions the one that was used last
    is given out first.
    """
    number = await _session(opened)
    if number == opened.info.backend_pid:
        return
    other = await connect(url)
    try:
        is_shared = await _session(other) == number
    finally:
        await other.close()
    if is_shared:
        raise StoreError(
            _(
                "The way to the database {name} leads through a pooler that hands sessions on after each transaction. "
                "Give it pool_mode = session, or let DATABASE_URL name the server's own port (docs/postgres.md)."
            ).format(name=name)
        )


async def _session(opened: AsyncConnection[Any]) -> int:
    """Its number at the server."""
    row = await (await opened.execute("SELECT pg_backend_pid()")).fetchone()
    return int(row[0]) if row else 0
