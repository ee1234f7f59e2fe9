"""Logging to stderr, as text or JSON lines. Nothing secret passes: keys, tokens, buyers' numbers and addresses."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot import tracebacks
from bot.domain import budgets
from bot.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import tzinfo
    from types import TracebackType

_QUIET: Final = {
    "aiohttp.access": logging.WARNING,
    "aiohttp.server": logging.CRITICAL,  # a traceback for everything that is no HTTP; what we fail at is told by us
    "aiosqlite": logging.INFO,
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "telegram": logging.INFO,
    "telegram.ext": logging.INFO,
}
"""The least level of the libraries we use: at their own they are noisy, or write whole addresses."""


class _Formatter(logging.Formatter):
    """What exceptions say for themselves stays out, in their tracebacks and where a library put them into its words."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's
        return "" if ei[1] is None else tracebacks.told(ei[1])

    def said(self, record: logging.LogRecord) -> str:
        """Its message."""
        error = record.exc_info[1] if record.exc_info else None
        return record.getMessage() if error is None else tracebacks.without_words(record.getMessage(), error)


class _Text(_Formatter):
    """`2026-01-03 18:14:00+05:30 INFO bot.app: connected`; the machine's own time where no zone is given."""

    def __init__(self, redact: Redactor, zone: tzinfo | None) -> None:
        super().__init__()
        self._redact = redact
        self._zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - logging's
        return datetime.fromtimestamp(record.created, UTC).astimezone(self._zone).isoformat(" ", "seconds")

    def format(self, record: logging.LogRecord) -> str:
        lines = [f"{self.formatTime(record)} {record.levelname} {record.name}: {self.said(record)}"]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        if record.stack_info:
            lines.append(self.formatStack(record.stack_info))
        return self._redact("\n".join(filter(None, lines)))


class _Json(_Formatter):
    """One object a line: time (UTC), level, logger, message, and exception and stack where there is one."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redact(self.said(record)),
        }
        if record.exc_info:
            line["exception"] = self._redact(self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = self._redact(self.formatStack(record.stack_info))
        return json.dumps(line, ensure_ascii=False)


class _Stderr(logging.Handler):
    """Writes to whatever sys.stderr is at the moment; a closed or full one is no reason to stop."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001 - a wrong log call must not stop the service
            line = f"A log line from {record.name} could not be written ({type(error).__name__})."
        try:
            # Windows' legacy consoles lack emoji, and under pythonw there is no stderr at all.
            sys.stderr.write(_encodable(line) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):
            return


def _encodable(line: str) -> str:
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    return line.encode(encoding, "replace").decode(encoding)


class LogOnce:
    """Says a trouble when it starts, not each time it is met: `over()` when it has passed."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._said = ""

    def say(self, sentence: str) -> None:
        if sentence != self._said:
            self._logger.error("%s", sentence)
        self._said = sentence

    def over(self) -> None:
        self._said = ""


class LogSeldom:
    """Says what strangers can cause at will at most once a minute, and then how often it was."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._logger = logger
        self._clock = clock
        self._said_at = float("-inf")
        self._unsaid = 0

    def say(self, sentence: str, *facts: object) -> None:
        """As `logging.Logger.warning`."""
        self._unsaid += 1
        now = self._clock()
        if now - self._said_at < budgets.LOG_SECONDS:
            return
        often = f"{sentence} ({self._unsaid} times)" if self._unsaid > 1 else sentence
        self._logger.warning(often, *facts)
        self._said_at, self._unsaid = now, 0


def origin(error: BaseException) -> str:
    """What kind of error it is and where it was raised, without its text, which may quote a buyer."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    kind = type(error).__name__
    if trace is None:
        return kind
    code = trace.tb_frame.f_code
    return f"{kind} in {code.co_qualname} at {Path(code.co_filename).name}:{trace.tb_lineno}"


def configure(level: str, log_format: str, secrets: Iterable[str] = (), zone: tzinfo | None = None) -> None:
    """Send everything to stderr, redacted: log records, warnings, and exceptions nobody caught.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        log_format: `text` or `json`.
        secrets: the exact texts that must never appear.
        zone: of the times in `text`; the machine's own if None.
    """
    redact = Redactor(secrets)
    handler = _Stderr()
    handler.setFormatter(_Json(redact) if log_format == "json" else _Text(redact, zone))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("Nobody caught this error", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is None:
        return
    trouble = (args.exc_type, args.exc_value, args.exc_traceback)
    logging.getLogger(__name__).error("An error had nowhere to go: %s", args.err_msg or "", exc_info=trouble)
