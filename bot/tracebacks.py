"""Exceptions as the log has them: where, of what kind, and what caused them. Of their words only our own: those of a
database, a parser or Telegram quote what they failed at, and so a buyer.
"""

from __future__ import annotations

import errno
import textwrap
import traceback
from typing import TYPE_CHECKING, Final

from bot.errors import DeliveryError, LeadbellError

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDEST: Final = 15
"""Of a group so many are told; the others are mostly the same."""
_CAUSE: Final = "The above exception was the direct cause of the following exception:"
_CONTEXT: Final = "During handling of the above exception, another exception occurred:"


def told(error: BaseException) -> str:
    """As Python prints it, what came first at the top; in place of a foreign error's words its code, if it has one."""
    return "\n".join(_lines(error, set()))


def without_words(text: str, error: BaseException) -> str:
    """A message that was made with the error in it, as asyncio makes them, has only the error's kind."""
    for one in _all_of(error):
        if _words(one) is None:
            text = text.replace(repr(one), f"{type(one).__name__}()")
    return text


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    chain = _chain(error, seen)
    for one, becomes in reversed(chain):
        yield from _alone(one, seen)
        if becomes:
            yield f"\n{becomes}\n"


def _chain(error: BaseException, seen: set[int]) -> list[tuple[BaseException, str]]:
    """The error, what it came of, and so on; each with how it led to the one before it. Chains can be rings."""
    found: list[tuple[BaseException, str]] = []
    one: BaseException | None = error
    becomes = ""
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        found.append((one, becomes))
        one, becomes = _origin(one)
    return found


def _origin(error: BaseException) -> tuple[BaseException | None, str]:
    if error.__cause__ is not None:
        return error.__cause__, _CAUSE
    return (None, "") if error.__suppress_context__ else (error.__context__, _CONTEXT)


def _alone(error: BaseException, seen: set[int]) -> Iterator[str]:
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield _name(error)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions[:WIDEST]:
            yield textwrap.indent("\n".join(_lines(inner, seen)), "  | ")
        if len(error.exceptions) > WIDEST:
            yield f"  | and {len(error.exceptions) - WIDEST} more"


def _name(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    words = _words(error)
    if words is not None:
        return f"{name}: {words}" if words else name
    code = _code(error)
    return f"{name} ({code})" if code else name


def _words(error: BaseException) -> str | None:
    """None where they are not ours."""
    if isinstance(error, DeliveryError):
        return error.trouble.value  # what it is described by is Telegram's, which reads a message and quotes it
    return str(error) if isinstance(error, LeadbellError) else None


def _code(error: BaseException) -> str | None:
    """Of the system, SQLite or PostgreSQL."""
    if isinstance(error, OSError) and isinstance(error.errno, int):
        return errno.errorcode.get(error.errno, str(error.errno))
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return code if isinstance(code, str) else None


def _all_of(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [came for came in (one.__cause__, one.__context__) if came is not None]
            waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
