"""What is asked of a person, and what they chose: whose leads they see, who is in several teams, and their language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.chat.views import text
from bot.chat.views.buttons import evenly, keyboard, pressed
from bot.chat.views.message import RenderedMessage
from bot.chat.views.setting_codes import ChooseAccount, SetLanguage
from bot.i18n import NAMES, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.ids import AccountId

MOST: Final = 50
"""Buttons; Telegram takes 100."""
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Choice:
    account_id: AccountId
    title: str
    """Of the group; empty where Telegram did not tell."""

    @property
    def name(self) -> str:
        shown = text.shorten(text.line(self.title), _LONGEST)
        return shown or _("group {number}").format(number=self.account_id)


def question(found: Sequence[Choice], *, chosen: AccountId | None) -> RenderedMessage:
    rows = [
        [pressed(f"✓ {one.name}" if one.account_id == chosen else one.name, ChooseAccount(one.account_id))]
        for one in found[:MOST]
    ]
    words = _("You are in several teams. Whose leads shall I show you here, and in look-ups from other chats?")
    return RenderedMessage(text.escaped(words), keyboard(rows))


def languages(spoken: str, *, is_group: bool) -> RenderedMessage:
    """By the names that their speakers give them: whoever asks may not read this one."""
    labels = [
        pressed(f"✓ {name}" if one == spoken else name, SetLanguage(number, is_group))
        for number, (one, name) in enumerate(NAMES.items())
    ]
    words = _("In which language shall I speak here, in the group?") if is_group else _("Which language shall I speak?")
    return RenderedMessage(text.escaped(words), keyboard(evenly(labels, 2)))


def language_chosen(*, is_group: bool) -> RenderedMessage:
    if is_group:
        # Translators: name your own language instead of English.
        words = _("In a few seconds I speak English in this group.")
    else:
        # Translators: name your own language instead of English.
        words = _("I speak English to you now. /language changes it.")
    return RenderedMessage(text.escaped(words))


def chosen(one: Choice) -> RenderedMessage:
    words = _("Here and in look-ups from other chats I show you the leads of “{name}”. /account changes that.")
    return RenderedMessage(text.escaped(words.format(name=one.name)))
