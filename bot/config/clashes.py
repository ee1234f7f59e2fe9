"""What two accounts of one service must not have alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.settings import NO_CHAT
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.config.settings import Settings
    from bot.config.values import Secret


def clashes(mine: Settings, others: Mapping[str, Settings]) -> list[str]:
    """A sentence for each; `others` by the account's name."""
    return [sentence for name, other in others.items() for sentence in _between(mine, other, name)]


def _between(mine: Settings, other: Settings, name: str) -> Iterator[str]:
    is_one_bot = _is_same(mine.telegram_bot_token, other.telegram_bot_token)
    if is_one_bot and mine.telegram_chat_id == other.telegram_chat_id != NO_CHAT:
        yield same_group(name)
    if _is_same(mine.indiamart_key, other.indiamart_key):
        yield _("INDIAMART_KEY: the account {name} has the same key. Each lead would come twice.").format(name=name)
    if _is_same(mine.push_token, other.push_token):
        yield _("PUSH_TOKEN: the account {name} has the same. Each account needs one of its own.").format(name=name)


def same_group(name: str) -> str:
    return _(
        "TELEGRAM_CHAT_ID: the account {name} has this group with the same bot, and nobody could tell whose a lead is. "
        "Give it another group, or a bot of its own."
    ).format(name=name)


def _is_same(one: Secret | None, other: Secret | None) -> bool:
    return one is not None and bool(one.get_secret_value()) and one == other
