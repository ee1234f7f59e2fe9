"""Messages that are answered by a reply: questions, and what is said of one lead. What a reply is about stands in a
link of the message's own text, so that it is understood after a restart too, and nobody else can write one: what
strangers wrote is never a link in our messages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from telegram.constants import MessageEntityType

from bot.chat.views import text
from bot.chat.views.lead_codes import PromptKind
from bot.chat.views.message import RenderedMessage
from bot.chat.views.text import escaped
from bot.i18n import _

if TYPE_CHECKING:
    import telegram

    from bot.domain.ids import LeadId, LeadNumber
    from bot.domain.lead import StoredLead
    from bot.domain.person import Person

_WORDS: Final = {PromptKind.NOTE: "ask", PromptKind.TIME: "remind", PromptKind.VALUE: "won", PromptKind.REASON: "lost"}
_NOTED: Final = "note"
"""In a message that asks for nothing: what is said to it is a note all the same."""
_TOPICS: Final = {word: topic for topic, word in _WORDS.items()} | {_NOTED: PromptKind.NOTE}
_LINK: Final = re.compile(r"https?://t\.me/\w+\?start=([a-z]+)_([0-9]{1,18})", re.ASCII)
_NAME: Final = 60


def prompt(topic: PromptKind, stored: StoredLead, person: Person, bot_name: str, before: str = "") -> RenderedMessage:
    """`before` says what was wrong with the last answer."""
    asked = escaped(_question(topic)).format(
        name=mention(person), lead=_link(_WORDS[topic], stored.lead_id, stored.number, bot_name)
    )
    said = "\n".join(filter(None, (escaped(before), asked)))
    return RenderedMessage(
        said, {"force_reply": True, "selective": True, "input_field_placeholder": _placeholder(topic)}
    )  # fmt: skip


def link(lead_id: LeadId, number: LeadNumber, bot_name: str) -> str:
    """HTML. A reply to the message it stands in is a note; whoever taps it sees the lead in private."""
    return _link(_NOTED, lead_id, number, bot_name)


def _link(word: str, lead_id: LeadId, number: LeadNumber, bot_name: str) -> str:
    # Read back as a button is, and so by what is one lead's of all accounts'.
    return f'<a href="https://t.me/{bot_name}?start={word}_{lead_id:d}">#{number:d}</a>'


def mention(person: Person) -> str:
    """HTML. It rings also where the group is muted."""
    return f'<a href="tg://user?id={person.user_id:d}">{escaped(text.shorten(_called(person), _NAME))}</a>'


def _called(person: Person) -> str:
    return text.line(person.name) or _("colleague")


def _question(topic: PromptKind) -> str:
    return {
        PromptKind.NOTE: _("📝 Reply with your note on {lead}, {name}."),
        PromptKind.TIME: _("⏰ Reply with when to remind you of {lead}, {name}."),
        PromptKind.VALUE: _("🏆 Reply with the order value of {lead} in rupees, {name}."),
        PromptKind.REASON: _("💔 Reply with why {lead} was lost, {name}."),
    }[topic]


def _placeholder(topic: PromptKind) -> str:
    return {
        PromptKind.NOTE: _("Your note"),
        PromptKind.TIME: _("fri 4pm, tomorrow 10, in 2 hours, kal 10 baje"),
        PromptKind.VALUE: _("50,000 or 1.5 lakh"),
        PromptKind.REASON: _("Reason"),
    }[topic]


def asked(message: telegram.Message) -> tuple[PromptKind, int] | None:
    """What a reply to one of our messages is about; None for any other. Whether it is ours was asked before."""
    found = _found(message)
    return None if found is None else (_TOPICS[found[0]], found[1])


def is_question(message: telegram.Message) -> bool:
    """Whether it only asks: with the answer nobody needs it any more."""
    found = _found(message)
    return found is not None and found[0] != _NOTED


def _found(message: telegram.Message) -> tuple[str, int] | None:
    for entity in message.entities:
        found = _LINK.fullmatch(entity.url or "") if entity.type == MessageEntityType.TEXT_LINK else None
        if found is not None and found[1] in _TOPICS:
            return found[1], int(found[2])
    return None
