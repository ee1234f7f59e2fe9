"""What two accounts of one service must not have alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.settings import NO_CHAT
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.config.settings import Settings

    Mark = tuple[str, ...]

TOKEN, CHAT, KEY, PUSH = "TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "INDIAMART_KEY", "PUSH_TOKEN"


class Taken:
    """What the accounts that are put here have, found without a look at each of them."""

    def __init__(self) -> None:
        self._holders: dict[Mark, dict[int, str]] = {}
        self._marks: dict[int, list[Mark]] = {}

    def put(self, account_id: int, name: str, settings: Settings) -> None:
        """In the place of what it had. Without a name it is not told whose it is."""
        self._put(account_id, name, _marks(settings))

    def put_texts(self, account_id: int, name: str, texts: Mapping[str, str], chat_id: int) -> None:
        """The same without making settings of what was typed."""
        self._put(account_id, name, _marks_of(texts, chat_id))

    def _put(self, account_id: int, name: str, marks: Iterable[Mark]) -> None:
        self.remove(account_id)
        self._marks[account_id] = list(marks)
        for mark in self._marks[account_id]:
            self._holders.setdefault(mark, {})[account_id] = name

    def remove(self, account_id: int) -> None:
        for mark in self._marks.pop(account_id, ()):
            del self._holders[mark][account_id]
            if not self._holders[mark]:
                del self._holders[mark]

    def clashes(self, settings: Settings, before: int | None = None) -> list[str]:
        """A sentence for each; only with accounts whose id is below `before`, where one is given."""
        return self._clashes(_marks(settings), before)

    def clashes_of_texts(self, texts: Mapping[str, str], chat_id: int) -> list[str]:
        return self._clashes(_marks_of(texts, chat_id))

    def _clashes(self, marks: Iterable[Mark], before: int | None = None) -> list[str]:
        return [
            _sentence(mark[0], name)
            for mark in marks
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
    given = {TOKEN: settings.telegram_bot_token, KEY: settings.indiamart_key, PUSH: settings.push_token}
    texts = {name: secret.get_secret_value() for name, secret in given.items() if secret is not None}
    return _marks_of(texts, settings.telegram_chat_id)


def _marks_of(texts: Mapping[str, str], chat_id: int) -> Iterator[Mark]:
    if texts.get(TOKEN) and chat_id != NO_CHAT:
        yield CHAT, texts[TOKEN], str(chat_id)
    for name in (KEY, PUSH):
        if texts.get(name):
            yield name, texts[name]


def _sentence(setting: str, name: str) -> str:
    who = _("the account {name}").format(name=name) if name else _("another account")
    words = {
        CHAT: _(
            "TELEGRAM_CHAT_ID: {who} has this group with the same bot, and nobody could tell whose a lead is. Give it "
            "another group, or a bot of its own."
        ),
        KEY: _("INDIAMART_KEY: {who} has the same key. Each lead would come twice."),
        PUSH: _("PUSH_TOKEN: {who} has the same. Each account needs one of its own."),
    }
    return words[setting].format(who=who)
