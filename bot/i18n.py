"""Words that people read: which language they are in, and gettext's look-up in it.

The language belongs to the piece of work in hand (a handler, a message that is sent, a command line): `speaking` sets
it, `_` and its siblings look it up each time. What is said at import time is marked by `N_`, given to `_` later.

A checkout is read from its catalogues (`.po`) as they are now: nothing has to be compiled, nothing can be out of date.
A wheel has only what was compiled of them (`.mo`).
"""

from __future__ import annotations

import gettext as _gettext
import os
import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """That of the machine's messages, by LC_ALL, LC_MESSAGES or LANG; English where it is none of ours."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    found = re.split(r"[_.@-]", named)[0].lower()
    return found if found in LANGUAGES else ENGLISH


def _(message: str) -> str:
    return _catalogue(_spoken.get()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    return _catalogue(_spoken.get()).ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """For a word that means two things in English and is two words elsewhere."""
    return _catalogue(_spoken.get()).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks what is translated when it is shown, by `_`."""
    return message


@lru_cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    folder = _CATALOGUES / language / "LC_MESSAGES"
    if language == ENGLISH:
        return _gettext.NullTranslations()
    if (source := folder / "leadbell.po").exists():
        return _gettext.GNUTranslations(BytesIO(compiled(source)))
    return _gettext.GNUTranslations(BytesIO((folder / "leadbell.mo").read_bytes()))


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
    return f" ({reason.strip()})" if reason.strip() else ""
