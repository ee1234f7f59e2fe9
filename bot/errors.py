"""Every error Leadbell raises on purpose. What a user sees is the error's own sentence, with the next step in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LeadbellError(Exception):
    """Something a person can act on: its text is a whole sentence and is shown as it is."""


class SettingsError(LeadbellError):
    """The settings cannot be used. Holds every problem at once, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreError(LeadbellError):
    """The database cannot be used. Its text may name a folder; `reason` does not, nor anything that is stored."""

    def __init__(self, sentence: str = "", reason: str = "") -> None:
        super().__init__(sentence)
        self.reason = reason


class SchemaTooNewError(StoreError):
    """The database was written by a newer Leadbell."""


class StoreRefusedError(StoreError):
    """DATABASE_URL, or what it leads to, has to be put right by somebody."""

    @property
    def problems(self) -> list[str]:
        """As SettingsError has them."""
        return [f"DATABASE_URL: {self}"]


class StoreBusyError(StoreError):
    """Another process holds the database; the same call may pass later."""


class StoreAwayError(StoreBusyError):
    """The database server cannot be reached; the same call may pass when it is back."""


class NotHeldError(StoreError):
    """Another process has taken over the bot: what this one still wanted to do is that one's to do."""


class StoreFullError(StoreError):
    """The disk is full or the file cannot be written; the same call may pass after somebody acts."""


class StoreDamagedError(StoreError):
    """The file is not a database, or a damaged one."""


class StoreGoneError(StoreError):
    """The file at the database's path is not the one that was opened: what is written now nobody will ever find."""


class NoSecretKeyError(LeadbellError):
    """What is secret can be neither stored nor read without the key of SECRET_KEY that is missing."""


class CrowdedError(LeadbellError):
    """So much waits to be said in a chat that no more is taken."""


class DeliveryTrouble(StrEnum):
    """Whose trouble a failed delivery is, and so what to do about it."""

    FLOOD = "flood"
    """Telegram asked to wait; this chat only."""
    MOVED = "moved"
    """The group became a supergroup with another id."""
    CHAT = "chat"
    """The chat refuses the bot (removed, no rights, not found): keep the queue, tell the admins."""
    TOPIC = "topic"
    """The forum topic is gone: post to the group itself."""
    MESSAGE = "message"
    """This message's own fault (entities, length, a button): send it as plain text."""
    MISSING = "missing"
    """The message to be edited, deleted or pointed at is gone."""
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    """The bot token is wrong or was revoked."""
    TEMPORARY = "temporary"
    """Telegram or the network failed; try again. The message may have arrived all the same."""


@dataclass
class DeliveryError(LeadbellError):
    """A call to Telegram failed.

    `retry_after` is in seconds and set for FLOOD; `moved_to` is the new chat id and set for MOVED.
    """

    trouble: DeliveryTrouble
    description: str
    retry_after: float | None = None
    moved_to: int | None = None
    is_of_the_way: bool = False
    """No answer came at all: the trouble is the network's, as far as one can tell."""

    def __str__(self) -> str:
        return f"{self.trouble.value}: {self.description}" if self.description else self.trouble.value

    @property
    def permanent(self) -> bool:
        """Whether trying the same message again cannot help."""
        return self.trouble in {DeliveryTrouble.MESSAGE, DeliveryTrouble.MISSING}
