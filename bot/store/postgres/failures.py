"""PostgreSQL's errors as sentences: what is wrong, and what to do. Its own text could quote a row, and is kept out."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import errors

from bot.errors import StoreAwayError, StoreBusyError, StoreDamagedError, StoreError, StoreFullError, StoreRefusedError
from bot.i18n import Sentence, _

_AWAY: Final = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.IdleInTransactionSessionTimeout,
    errors.IdleSessionTimeout,
    errors.DatabaseDropped,
)
_REFUSED: Final = (
    *("password authentication failed", "no password supplied", "pg_hba.conf", "does not exist"),
    *("is not permitted to log in", "permission denied for database"),
    *("does not support SSL", "certificate verify failed"),
)
"""What the server says before anybody is let in; no code comes with it."""
_CROWDED: Final = ("too many clients", Sentence("too many connections"), "remaining connection slots")


def translate(error: psycopg.Error, name: str) -> StoreError:
    """The error of our own tree; `name` tells people which database."""
    reason = type(error).__name__
    if isinstance(error, _AWAY):
        return away(name, reason)
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return _not_reached(error, name)
    ours, sentence = _said_of(error)
    return ours(sentence.format(name=name, reason=reason), reason)


def _said_of(error: psycopg.Error) -> tuple[type[StoreError], str]:
    match error:
        case (
            errors.SerializationFailure()
            | errors.DeadlockDetected()
            | errors.LockNotAvailable()
            | errors.QueryCanceled()
            | errors.TooManyConnections()
        ):
            return StoreBusyError, _("The database {name} is busy ({reason}). Try it again in a moment.")
        case errors.ReadOnlySqlTransaction():
            return StoreFullError, _(
                "The database {name} can only be read: it is a standby, or was set so. Let DATABASE_URL name the "
                "server that is written to."
            )
        case errors.InsufficientResources() | errors.DiskFull() | errors.OutOfMemory():
            return StoreFullError, _("The server of the database {name} has no room left ({reason}). Make room there.")
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return StoreDamagedError, _(
                "The database {name} is damaged ({reason}). Go back to the newest backup (pg_restore)."
            )
        case errors.InsufficientPrivilege():
            return StoreError, _(
                "The database {name} refuses its user what Leadbell needs. Let the user of DATABASE_URL own it: ALTER "
                "DATABASE … OWNER TO …."
            )
        case _:
            return StoreError, _("The database {name} failed: {reason}.")


def _not_reached(error: psycopg.Error, name: str) -> StoreError:
    said = " ".join(str(error).split())
    if any(words in said for words in _CROWDED):
        return StoreBusyError(
            _(
                "The database server of {name} takes no more connections. Raise its max_connections, or stop what else "
                "uses it."
            ).format(name=name),
            Sentence("too many connections"),
        )
    if any(words in said for words in _REFUSED):
        return StoreRefusedError(
            _("The database {name} does not let Leadbell in ({reason}).").format(name=name, reason=said),
            "refused",
        )
    return away(name, said)


def away(name: str, reason: str) -> StoreAwayError:
    return StoreAwayError(
        _(
            "The database {name} cannot be reached ({reason}). Look whether the server runs: a service goes on by "
            "itself when it is back."
        ).format(name=name, reason=reason),
        Sentence("not reached"),
    )
