"""What two accounts of one service must not have alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.settings import NO_CHAT
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.config.settings import Settings
    from bot.config.values import Secret

    Mark = tuple[str, ...]

CHAT, KEY, PUSH = "TELEGRAM_CHAT_ID", "INDIAMART_KEY", "PUSH_TOKEN"


class Taken:
    """What the accounts that are put here have, found without a look at each of them."""

    def __init__(self) -> None:
        self._holders: dict[Mark, dict[int, str]] = {}
        self._marks: dict[int, list[Mark]] = {}

    def put(self, account_id: int, name: str, settings: Settings) -> None:
        """In the place of what it had."""
        self.remove(account_id)
        self._marks[account_id] = list(_marks(settings))
        for mark in self._marks[account_id]:
            self._holders.setdefault(mark, {})[account_id] = name

    def remove(self, account_id: int) -> None:
        for mark in self._marks.pop(account_id, ()):
            del self._holders[mark][account_id]
            if not self._holders[mark]:
                del self._holders[mark]

    def clashes(self, settings: Settings, before: int | None = None) -> list[str]:
        """A sentence for each; only with accounts whose id is below `before`, where one is given."""
        return [
            _sentence(mark[0], name)
            for mark in _marks(settings)
            for account_id, name in self._holders.get(mark, {}).items()
            if before is None or account_id < before
        ]


def clashes(mine: Settings, others: Mapping[str, Settings]) -> list[str]:
    """`others` by the account's name."""
    taken = Taken()
    for number, (name, other) in enumerate(others.items()):
        taken.put(number, name, other)
    return taken.clashes(mine)


def _marks(settings: Settings) -> Iterator[Mark]:
    token, chat_id = settings.telegram_bot_token.get_secret_value(), settings.telegram_chat_id
    if token and chat_id != NO_CHAT:
        yield CHAT, token, str(chat_id)
    for name, secret in ((KEY, settings.indiamart_key), (PUSH, settings.push_token)):
        yield from _mark(name, secret)


def _mark(name: str, secret: Secret | None) -> Iterator[Mark]:
    if secret is not None:
        yield name, secret.get_secret_value()


def _sentence(setting: str, name: str) -> str:
    return {
        CHAT: same_group(name),
        KEY: _("INDIAMART_KEY: the account {name} has the same key. Each lead would come twice.").format(name=name),
        PUSH: _("PUSH_TOKEN: the account {name} has the same. Each account needs one of its own.").format(name=name),
    }[setting]


def same_group(name: str) -> str:
    return _(
        "TELEGRAM_CHAT_ID: the account {name} has this group with the same bot, and nobody could tell whose a lead is. "
        "Give it another group, or a bot of its own."
    ).format(name=name)
