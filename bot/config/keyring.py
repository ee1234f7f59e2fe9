"""The keys of `SECRET_KEY`: the first encrypts, each decrypts, so that it can be changed. Where what they encrypted is
kept is `bot.store.secrets`' business.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bot.config.catalogue import BY_NAME
from bot.config.values import SecretToMakeError
from bot.i18n import _

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

BYTES: Final = 32
HOW_TO_MAKE: Final = 'python -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'


@dataclass(frozen=True, repr=False)
class Keyring:
    """Needs at least one key. `cryptography` is loaded with the first text, not before."""

    keys: tuple[str, ...]

    def encrypt(self, text: str) -> str:
        return self._fernets[0].encrypt(text.encode()).decode()

    def decrypt(self, ciphertext: str) -> tuple[int, str] | None:
        """Which key did it, counted from 1, and the text; None where none does."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

        for place, fernet in enumerate(self._fernets, start=1):
            try:
                return place, fernet.decrypt(ciphertext.encode()).decode()
            except InvalidToken:
                continue
        return None

    @cached_property
    def _fernets(self) -> list[Fernet]:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - as above

        return [Fernet(key) for key in self.keys]

    def __repr__(self) -> str:
        return "Keyring('***')"


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(BYTES)).decode()


def keyring(text: str) -> Keyring:
    keys = [part for part in re.split(r"[,;\s]+", text) if part]
    if not keys or not all(_is_key(key) for key in keys):
        raise SecretToMakeError(
            _(
                "it must be a Fernet key, or several with commas between, the newest first: 44 letters, digits, - and "
                "_, and not our example. To make one: {command}."
            ).format(command=HOW_TO_MAKE)
        )
    return Keyring(tuple(keys))


def _is_key(text: str) -> bool:
    try:
        return (
            len(base64.b64decode(text, altchars=b"-_", validate=True)) == BYTES
            and text != BY_NAME["SECRET_KEY"].example
        )
    except ValueError:
        return False
