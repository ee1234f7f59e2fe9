"""What libraries would keep in memory for a bot that never uses it: a quarter of what one at rest takes.

Both are done before `telegram` is imported, so that what is set free is used again by what comes after.
"""

from __future__ import annotations

import gc
import importlib
import sys
from types import ModuleType
from typing import Any, Final

from babel import localedata

HTTPX: Final = "httpx"

LOCALES: Final = ("root", "en", "en_001", "en_IN")
"""English as it is written in India, and what it inherits from, the most general first."""

SHOWN: Final = frozenset(
    {
        "locale_id",
        "months",
        "days",
        "eras",
        "date_formats",
        "default_numbering_system",
        "numbering_systems",
        "number_symbols",
        "decimal_formats",
        "territories",
        "plural_form",
        "ordinal_form",
        "week_data",
        "character_order",
    }
)
"""What is needed of a language to write dates, numbers and countries."""


def leave_out() -> None:
    if "telegram" in sys.modules:
        return
    _leave_out_httpx()
    _leave_out_names()
    gc.collect()


def _leave_out_httpx() -> None:
    """python-telegram-bot imports httpx for its default transport, and ours is aiohttp: 4 MB, and a tenth of a second.

    Whoever does use it in this process gets the real one.
    """
    if HTTPX not in sys.modules:
        sys.modules[HTTPX] = _Unloaded(HTTPX)


def _leave_out_names() -> None:
    """Babel knows what every currency, unit and language is called: 3 MB."""
    for name in LOCALES:
        known = localedata.load(name)
        for part in known.keys() - SHOWN:
            known[part] = {}


class _Unloaded(ModuleType):
    """Stands for httpx until something is really asked of it. These three the library names in annotations."""

    Proxy = URL = AsyncClient = object

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        del sys.modules[HTTPX]
        real = importlib.import_module(HTTPX)
        self.__dict__.update(real.__dict__)
        return getattr(real, name)
