"""One reader per kind of setting: text in, value out. Each refuses with a sentence that never repeats a secret."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.config.catalogue import BY_NAME
from bot.domain import durations, money
from bot.i18n import _

LONGEST: Final = timedelta(days=365)
"""No setting reaches further: IndiaMART keeps leads for 365 days (observed)."""

LEAST_RETENTION: Final = timedelta(days=12 * 30)
"""Twelve months in the project's one set of units."""

MOST_KEPT: Final = 1000

DEAREST: Final = 10**9
"""Rupees: a hundred crore."""
MOST_BUYLEADS: Final = 10_000

_RATE: Final = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6}(?:\.\d{1,6})?)\s*s?", re.ASCII)
_CHAT: Final = re.compile(r"(-[1-9]\d{0,15})(?::([1-9]\d{0,9}))?", re.ASCII)
_TOKEN: Final = re.compile(r"\d{1,16}:[\w-]{8,}", re.ASCII)
_PUSH_TOKEN: Final = re.compile(r"[\w.~-]{16,}", re.ASCII)
_MOBILE: Final = re.compile(r"(?:\+?91|0091|0)?([1-9]\d{9})", re.ASCII)
_DASHES: Final = str.maketrans("‐‑‒–—−", "------")
_BARE_MONTHS: Final = re.compile(r"(?<=\d)\s*m\s*$", re.IGNORECASE | re.ASCII)
_ECHO: Final = 24
OFF: Final = frozenset({"off", "none", "no", "false"})
_SHORTEST_KEY: Final = 4


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that shows itself to nobody who does not ask for it."""

    _text: str

    def get_secret_value(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret('***')"


class BadValueError(ValueError):
    """Why a value cannot be used, as a sentence for the person who typed it."""


class SecretToMakeError(BadValueError):
    """A refusal that says how to make a good value: one that is printed here would be known to everybody."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any span of `seconds`."""

    calls: int
    seconds: float


def quoted(text: str) -> str:
    """What was typed, unless it is long enough to be a secret that landed in the wrong place."""
    return f"“{text}”" if len(text) <= _ECHO and text.isprintable() else _("what is given")


def items(text: str) -> list[str]:
    """The parts of a list, separated by commas or semicolons."""
    return [part.strip() for part in re.split(r"[,;]", text.translate(_DASHES)) if part.strip()]


def duration(text: str) -> timedelta:
    """`15m`, `24h`, `20d`, `0.2s`, `1h30m`; the one bare number that needs no unit is `0`."""
    length = _length(text)
    if length > LONGEST:
        raise BadValueError(_("{text} is longer than 365d.").format(text=quoted(text.strip())))
    return length


def _length(text: str) -> timedelta:
    cleaned = text.strip()
    length = durations.read(cleaned)
    if isinstance(length, durations.DurationProblem):
        raise BadValueError(durations.refusal(length, quoted(cleaned)))
    return length


def positive_duration(text: str) -> timedelta:
    length = duration(text)
    if not length:
        raise BadValueError(_("it must be longer than nothing."))
    return length


def retention(text: str) -> timedelta:
    """`18mo`, `2y`. Nobody means minutes here: `18m` is months, too."""
    length = _length(_BARE_MONTHS.sub("mo", text))
    if length < LEAST_RETENTION:
        raise BadValueError(_("{text} is shorter than 12mo (months).").format(text=quoted(text.strip())))
    return length


def fee(text: str) -> int:
    """Whole rupees, as people write money: `75,000`, `75k`, `1.2 lakh`."""
    least, most = money.rupees(text) or (None, None)
    if least is None or least != most or not 0 < least <= DEAREST:
        raise BadValueError(_("{text} is no sum of money in rupees.").format(text=quoted(text.strip())))
    return least


def count(text: str) -> int:
    number = _whole(text.replace(",", ""), MOST_BUYLEADS)
    if number is None:
        raise BadValueError(
            _("{text} is no number from 1 to {most}.").format(text=quoted(text.strip()), most=MOST_BUYLEADS)
        )
    return number


def _whole(text: str, most: int) -> int | None:
    """None for what is no number from 1 to `most`. One of thousands of digits is not even read by Python."""
    digits = text.strip().lstrip("0")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(most)):
        return None
    return int(digits) if int(digits) <= most else None


def overlap(text: str) -> timedelta:
    length = duration(text)
    if length > timedelta(hours=12):
        raise BadValueError(_("{text} is too long: 12h at most.").format(text=quoted(text)))
    return length


def escalation(text: str) -> tuple[timedelta, ...]:
    """One or two lengths of time, the shorter first; empty for `off`."""
    if text.strip().lower() in {"off", "never", "no", "false", "0"}:
        return ()
    steps = tuple(positive_duration(part) for part in items(text))
    if not 1 <= len(steps) <= 2 or list(steps) != sorted(set(steps)):
        raise BadValueError(_("give one or two lengths of time, the shorter first, or off."))
    return steps


def chat_id(text: str) -> int:
    return _chat(text)[0]


def thread_id(text: str) -> int | None:
    """The forum topic in a chat id. What is wrong with the text is `chat_id`'s to say.

    Topic 1 is General, which Telegram wants without a thread id (Bot API).
    """
    try:
        thread = _chat(text)[1]
    except BadValueError:
        return None
    return None if thread == 1 else thread


def _chat(text: str) -> tuple[int, int | None]:
    cleaned = text.translate(_DASHES).replace(" ", "")
    match = _CHAT.fullmatch(cleaned)
    if match:
        return int(match[1]), int(match[2]) if match[2] else None
    if cleaned.isascii() and cleaned.isdecimal():
        raise BadValueError(_("a group's id is negative, this one is not."))
    raise BadValueError(_("a group's id is a negative number."))


def admins(text: str) -> tuple[int, ...]:
    """User ids, each once."""
    ids = [part for piece in items(text) for part in piece.split()]
    if not all(re.fullmatch(r"[1-9]\d{0,15}", part, re.ASCII) for part in ids):
        raise BadValueError(_("it takes the numbers of people, comma separated, not names or groups."))
    return tuple(dict.fromkeys(int(part) for part in ids))


def rate(text: str) -> Rate:
    match = _RATE.fullmatch(text.strip())
    if match is None or not int(match[1]) or not float(match[2]):
        raise BadValueError(_("{text} is not a number of messages / a number of seconds.").format(text=quoted(text)))
    return Rate(int(match[1]), float(match[2]))


def bot_token(text: str) -> Secret:
    if _TOKEN.fullmatch(text) is None:
        raise BadValueError(
            _("it does not look like a bot token: digits, a colon, then letters and digits. Copy it whole.")
        )
    return Secret(text)


def key(text: str) -> Secret:
    if len(text) < _SHORTEST_KEY or not text.isprintable() or any(character.isspace() for character in text):
        raise BadValueError(_("it does not look like a key: it is too short, or blanks are in it. Copy it whole."))
    if "://" in text:
        raise BadValueError(_("it is a web address. Give only the key."))
    if {text[0], text[-1]} & {'"', "'"}:
        raise BadValueError(_("a quotation mark is left over at one end. Copy only the key."))
    return Secret(text)


def mobile(text: str) -> Secret:
    """Ten digits, as v1 wants them in its address (2018 document)."""
    match = _MOBILE.fullmatch(re.sub(r"[\s().-]", "", text.translate(_DASHES)))
    if match is None:
        raise BadValueError(_("it is not an Indian mobile number of ten digits."))
    return Secret(match[1])


def push_token(text: str) -> Secret:
    if _PUSH_TOKEN.fullmatch(text) is None or text == BY_NAME["PUSH_TOKEN"].example:
        raise SecretToMakeError(
            _(
                "it must be at least 16 letters, digits, - or _, hard to guess, and not our example. To make one: "
                'python -c "import secrets; print(secrets.token_urlsafe(24))".'
            )
        )
    return Secret(text)


def timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text.strip())
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        pass
    known = zoneinfo.available_timezones()
    if not known:
        raise BadValueError(_("this machine has no list of time zones. Run: pip install tzdata."))
    raise BadValueError(_("{text} is not a time zone.").format(text=quoted(text)) + _near_zone(text, known))


def _near_zone(text: str, known: set[str]) -> str:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - needed only after a mistake

    match = process.extractOne(text, sorted(known), scorer=fuzz.ratio, score_cutoff=70)
    return "" if match is None else " " + _("Did you mean {name}?").format(name=match[0])


def choice(text: str, allowed: tuple[str, ...]) -> str:
    cleaned = text.strip().lower()
    if cleaned not in allowed:
        raise BadValueError(_("{text} is not one of: {names}.").format(text=quoted(text), names=", ".join(allowed)))
    return cleaned


def log_level(text: str) -> str:
    return choice("warning" if text.strip().lower() == "warn" else text, ("debug", "info", "warning", "error"))


def number_kept(text: str) -> int:
    number = _whole(text, MOST_KEPT)
    if number is None:
        raise BadValueError(_("{text} is not a number from 1 to 1000.").format(text=quoted(text)))
    return number
