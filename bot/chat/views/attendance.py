"""What is said to who is away, back, or there at hours of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.views import changes, text, times
from bot.chat.views.message import RenderedMessage, said
from bot.domain.hour_words import in_words
from bot.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.views.times import Now


def away(name: str, until: datetime | None, now: Now) -> RenderedMessage:
    who = changes.name(name)
    if until is None:
        return said("🌴 " + _("{name} is away and is given no leads till /back.").format(name=who))
    when = times.moment(until, now)
    return said("🌴 " + _("{name} is away till {when} and is given no leads till then.").format(name=who, when=when))


def back(name: str) -> RenderedMessage:
    return said("👋 " + _("{name} is there again.").format(name=changes.name(name)))


def hours(name: str, typed: str | None) -> RenderedMessage:
    if typed is None:
        return said("🕘 " + _("{name} is there in the working hours of all.").format(name=changes.name(name)))
    return said("🕘 " + _("{name} is there: {hours}").format(name=changes.name(name), hours=text.line(in_words(typed))))
