"""Whether two processes have the same settings for `main`, told without keeping any: a mark of each setting's text.

The token and SECRET_KEY cannot be guessed, and their marks tell nothing of them. All others are made with these two:
who reads the marks cannot try phone numbers on them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Final

from bot.config.catalogue import BY_NAME

if TYPE_CHECKING:
    from bot.config.settings import Settings

UNGUESSABLE: Final = ("TELEGRAM_BOT_TOKEN", "SECRET_KEY")
LENGTH: Final = 16


def made(files: Settings) -> str:
    """As the files and the environment have them."""
    texts = files.of_files.texts
    key = "\0".join(texts.get(name, "") for name in UNGUESSABLE).encode()
    found = {name: _mark(b"leadbell", texts[name]) for name in UNGUESSABLE if name in texts}
    names = [name for name in texts if name not in found and name in BY_NAME and not BY_NAME[name].is_service]
    return json.dumps(found | {name: _mark(key, texts[name]) for name in names}, sort_keys=True)


def differing(mine: str, theirs: str) -> list[str]:
    """Names of settings. Where the unguessable ones differ, nothing can be said of the others."""
    one, other = json.loads(mine), json.loads(theirs)
    unlike = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    return [name for name in UNGUESSABLE if name in unlike] or unlike


def _mark(key: bytes, text: str) -> str:
    return hmac.digest(key, text.strip().encode(), hashlib.sha256).hex()[:LENGTH]
