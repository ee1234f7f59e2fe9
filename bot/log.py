"""Logging to stderr, as text or JSON lines. Nothing secret passes: keys, tokens, buyers' numbers and addresses."""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from bot.domain import budgets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import tzinfo
    from types import TracebackType

STARS: Final = "***"
SHORTEST: Final = 4
"""A shorter text is no secret, and hiding it would make the log unreadable."""

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

_COLON: Final = r"(?::|%(?:25){0,4}3A)"
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # Bot API addresses, and a bot token anywhere else.
        (rf"(/(?:file/)?bot)\d+{_COLON}[^\s/?'\"]+", rf"\1{STARS}"),
        (rf"(?<!\w)\d{{6,}}{_COLON}[\w-]{{30,}}", STARS),
        # v2's query and v1's path; v1's key may hold slashes where somebody did not encode it.
        (r"(glusr_crm_key(?:=|%(?:25){0,4}3D))[^\s&'\"]+", rf"\1{STARS}"),
        (r"(glusr_mobile_key(?:/|%(?:25){0,4}2F))\S+?(?=/Start_Time|/?[\s'\"<>)]|/?$)", rf"\1{STARS}"),
        (r"(glusr_mobile(?:/|%(?:25){0,4}2F))[^\s/'\"]+", rf"\1{STARS}"),
        # The push address; a traceback's file below a folder of that name stays.
        (r"(/indiamart/)(?![\w-]+\.py\b)[\w.~%-]{16,}", rf"\1{STARS}"),
        # Buyers. Chat ids (-100…), lead numbers, times, ports and "user 123…" stay.
        (r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", "[e-mail]"),
        (r"(?:\+|%2B)[1-9](?:[ ().-]{0,2}\d){7,14}", "[phone]"),
        (r"(?<![\w.-])(?<!user )(?<!chat )(?:0|(?:00)?91[ -]?)?[6-9]\d{4}[ -]?\d{5}(?![\w.]\d|\w)", "[phone]"),
        (r"(?<![\w.-])0\d{2,4}[ -]\d{6,8}(?!\w)", "[phone]"),
    )
)


class Redactor:
    """Takes secrets out of a text, however they are spelled: plain, percent-encoded, escaped, in base64."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
        # Each character in any of its ways, so that mixtures match too.
        spellings = [pattern for secret in known for pattern in ("".join(map(_spelled, secret)), *_base64(secret))]
        self._secrets = re.compile("|".join(spellings), re.IGNORECASE) if spellings else None

    def __call__(self, text: str) -> str:
        if self._secrets is not None:
            text = self._secrets.sub(STARS, text)
        for secret in _HIDDEN:
            if secret in text:
                text = text.replace(secret, STARS)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


_HIDDEN: Final = set[str]()


def hide(secrets: Iterable[str]) -> None:
    """These must not appear any more either: of an account that is taken up while the process runs, or a key that is
    typed. Of thousands; so they are looked for as they are and as addresses and JSON have them, not in every mixture.
    """
    for secret in secrets:
        if len(secret) >= SHORTEST:
            _HIDDEN.update((secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]))


def _spelled(character: str) -> str:
    """A pattern for all ways to write it.

    Repeated escaping is followed a few times over; without a bound, a line of backslashes takes minutes.
    """
    raw = character.encode(errors="surrogatepass")
    percent = "".join(f"%(?:25){{0,4}}{byte:02x}" for byte in raw)
    number = ord(character)
    escaped = rf"\\{{1,16}}(?:x{number:02x}|u{number:04x}|U{number:08x})"
    plain = re.escape(character) if character.isalnum() else rf"\\{{0,16}}{re.escape(character)}"
    ways = [plain, percent, escaped, f"&#(?:{number}|x{number:x});"]
    if number > 0xFFFF:
        pair = character.encode("utf-16-be")
        ways.append("".join(rf"\\{{1,16}}u{pair[i : i + 2].hex()}" for i in (0, 2)))
    ways += _SHORTHANDS.get(character, [])
    return f"(?:{'|'.join(ways)})"


_SHORTHANDS: Final = {
    " ": [r"\+"],
    "\n": [r"\\{1,16}n"],
    "\r": [r"\\{1,16}r"],
    "\t": [r"\\{1,16}t"],
    "&": ["&amp;"],
    "<": ["&lt;"],
    ">": ["&gt;"],
    '"': ["&quot;"],
}


def _base64(secret: str) -> list[str]:
    """Patterns for the secret inside a longer text in base64, at each of its three alignments.

    The first and last letters depend on the neighbours and are left out.
    """
    raw = secret.encode(errors="surrogatepass")
    patterns = []
    for shift in range(3):
        first = -(-shift * 8 // 6)
        last = (shift + len(raw)) * 8 // 6
        letters = base64.b64encode(b"\0" * shift + raw).decode()[first:last]
        if len(letters) >= 8:
            patterns.append("".join(_LETTERS.get(letter, letter) for letter in letters))
    return patterns


_LETTERS: Final = {"+": r"(?:[+-]|%2B)", "/": r"(?:[/_]|%2F)"}


class _Text(logging.Formatter):
    """`2026-01-03 18:14:00+05:30 INFO bot.app: connected`; the machine's own time where no zone is given."""

    def __init__(self, redact: Redactor, zone: tzinfo | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redact = redact
        self._zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - logging's
        return datetime.fromtimestamp(record.created, UTC).astimezone(self._zone).isoformat(" ", "seconds")

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Json(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, and exception and stack where there is one."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redact(record.getMessage()),
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
