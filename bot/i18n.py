"""Words that people read: which language they are in, and gettext's look-up in it.

The language belongs to the piece of work in hand (a handler, a message that is sent, a command line): `speaking` sets
it, `_` and its siblings look it up each time. What is said at import time is marked by `N_`, given to `_` later.

A checkout is read from its catalogues (`.po`) as they are now: nothing has to be compiled, nothing can be out of date.
A wheel has only what was compiled of them (`.mo`). The tests compile a checkout's too, since each of the processes that
they start would: what is older than its `.po` is not read.
"""

from __future__ import annotations

import errno
import gettext as _gettext
import json
import os
import re
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENGLISH: Final = "en"
NAMES: Final = {
    ENGLISH: "English", "hi": "हिन्दी", "gu": "ગુજરાતી", "mr": "मराठी", "ta": "தமிழ்", "te": "తెలుగు",
}  # fmt: skip
"""As those who speak it call it."""
LANGUAGES: Final = tuple(NAMES)
PAGE_FONTS: Final = (
    'system-ui,"Noto Sans Devanagari","Noto Sans Gujarati","Noto Sans Tamil","Noto Sans Telugu",sans-serif'
)
"""CSS, for a page in any of them. Left to itself a browser on Linux takes another script's font for some of Tamil."""
_CATALOGUES: Final = Path(__file__).parent / "locale"
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def language() -> str:
    """What is spoken here: one of LANGUAGES."""
    return _spoken.get()


def locale() -> str:
    """Babel's name for it."""
    return f"{_spoken.get()}_IN"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """For this piece of work and the tasks that it starts."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def machines_language() -> str:
    """That of the machine's messages, by the names that gettext reads; English where it is none of ours."""
    named = next(filter(None, map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))), "")
    wished = (re.split(r"[_.@-]", one)[0].lower() for one in named.split(":"))
    return next((one for one in wished if one in LANGUAGES), ENGLISH)


@contextmanager
def told_to_libraries() -> Iterator[None]:
    """What click says by itself is in the machine's language too: it asks gettext, which finds our catalogue so."""
    with ExitStack() as stack:
        folder, name = _CATALOGUES, machines_language()
        source = uncompiled(folder / name / "LC_MESSAGES")
        if source is not None:  # gettext itself reads only what is compiled
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="leadbell-")))
            (folder / name / "LC_MESSAGES").mkdir(parents=True)
            (folder / name / "LC_MESSAGES" / "leadbell.mo").write_bytes(compiled(source))
        _gettext.bindtextdomain("leadbell", str(folder))
        _gettext.textdomain("leadbell")
        yield


def _(message: str) -> str:
    return _catalogue(_spoken.get()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    return _catalogue(_spoken.get()).ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """For a word that means two things in English and is two words elsewhere."""
    return _catalogue(_spoken.get()).pgettext(context, message)


@lru_cache(4096)
def _grouped(number: int, locale: str) -> str:
    from babel.numbers import format_decimal  # noqa: PLC0415 - `leadbell --help` need not wait for it

    return str(format_decimal(number, locale=locale, numbering_system="latn"))


def grouped(number: int) -> str:
    """As it is written in the language spoken here, in the digits 0-9."""
    return _grouped(number, locale())


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks what is translated when it is shown, by `_`."""
    return message


@lru_cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    folder = _CATALOGUES / language / "LC_MESSAGES"
    if language == ENGLISH:
        return _gettext.NullTranslations()
    if (source := uncompiled(folder)) is not None:
        return _gettext.GNUTranslations(BytesIO(compiled(source)))
    return _gettext.GNUTranslations(BytesIO((folder / "leadbell.mo").read_bytes()))


def uncompiled(folder: Path) -> Path | None:
    """The catalogue, where nothing newer was made of it."""
    source, made = folder / "leadbell.po", folder / "leadbell.mo"
    if not source.exists() or (made.exists() and made.stat().st_mtime_ns > source.stat().st_mtime_ns):
        return None
    return source


@lru_cache
def compiled(source: Path) -> bytes:
    """A catalogue as gettext reads it, without what is not translated yet: English stands there."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only a checkout and the making of a wheel need it
    from babel.messages.pofile import read_po  # noqa: PLC0415

    into = BytesIO()
    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    for entry in list(catalogue):
        if entry.id and entry.pluralizable and not all(entry.string or ()):
            catalogue.delete(entry.id, entry.context)
    write_mo(into, catalogue)
    return into.getvalue()


def in_brackets(reason: str) -> str:
    """With a blank before them, to be written behind a word; nothing where there is no reason."""
    words = shown(reason).strip()
    return f" ({words})" if words else ""


class Sentence(str):
    """A sentence that is kept, and shown later to somebody of another language: its words in English with blanks, and
    what stands in them. By itself, as in a log, it reads in English.
    """

    __slots__ = ("facts", "message")

    def __new__(cls, message: str, **facts: str | int) -> Self:
        made = super().__new__(cls, message.format(**facts))
        made.message, made.facts = message, facts
        return made

    message: str
    facts: Mapping[str, str | int]


def kept(words: str) -> str:
    """As it is stored. What others said (IndiaMART, Telegram, a machine) is stored as they said it."""
    if not isinstance(words, Sentence):
        return words
    facts = {name: kept(one) if isinstance(one, str) else one for name, one in words.facts.items()}
    return json.dumps([words.message, facts], ensure_ascii=False)


def shown(words: str) -> str:
    """What is kept, or will be, in the language spoken here; what others said as they said it."""
    sentence = words if isinstance(words, Sentence) else _read(words)
    if sentence is None:
        return words
    facts = {name: shown(one) if isinstance(one, str) else one for name, one in sentence.facts.items()}
    return _(sentence.message).format(**facts)


def _read(words: str) -> Sentence | None:
    if not words.startswith('["'):
        return None
    try:
        message, facts = json.loads(words)
        return Sentence(message, **facts)
    except (ValueError, TypeError, LookupError, AttributeError):  # whoever said it, it was not `kept`
        return None


_OF_THE_SYSTEM: Final = {
    errno.ECONNREFUSED: N_("Connection refused"),
    errno.ECONNRESET: N_("Connection reset by peer"),
    errno.ETIMEDOUT: N_("Connection timed out"),
    errno.EHOSTUNREACH: N_("No route to host"),
    errno.ENETUNREACH: N_("Network is unreachable"),
    errno.EADDRINUSE: N_("Address already in use"),
    errno.ENOENT: N_("No such file or directory"),
    errno.EACCES: N_("Permission denied"),
    errno.EPERM: N_("Operation not permitted"),
    errno.EROFS: N_("Read-only file system"),
    errno.ENOSPC: N_("No space left on device"),
    errno.EIO: N_("Input/output error"),
}
"""What it says oftenest, as it says it."""


def systems(error: OSError) -> str:
    """The system's own words for what failed."""
    known = _OF_THE_SYSTEM.get(error.errno or 0)
    return error.strerror or type(error).__name__ if known is None else Sentence(known)
