"""The words of a message as a bot sent them: parsed, cleaned, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi import entities, refusal
from bot.sandbox.botapi.automatic import annotate
from bot.sandbox.botapi.entities import KINDS, Entity, FormattedText
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.parameters import Parameters

TEXT_UNITS: Final = 4096
CAPTION_UNITS: Final = 1024
_KINDS: Final = frozenset(KINDS.values()) | {
    "expandable_blockquote",
    "text_mention",
    "mention",
    "url",
    "hashtag",
    "bot_command",
}


def text(p: Parameters, *, is_edit: bool = False) -> FormattedText:
    formatted = _read(p.text("text"), p.text("parse_mode"), p.sequence("entities"))
    return _measured(formatted, "MESSAGE_TOO_LONG" if is_edit else "message is too long")


def inner_text(content: dict[str, Any]) -> FormattedText:
    """The text inside an inline result."""
    read = _read(str(content.get("message_text") or ""), str(content.get("parse_mode") or ""), content.get("entities"))
    return _measured(read, "MESSAGE_TOO_LONG")


def caption(p: Parameters) -> FormattedText:
    formatted = _read(p.text("caption"), p.text("parse_mode"), p.sequence("caption_entities"))
    if formatted.units > CAPTION_UNITS:
        raise bad("message caption is too long")
    return formatted


def _measured(formatted: FormattedText, too_long: str) -> FormattedText:
    if not formatted.text:
        raise bad("message text is empty")
    if formatted.units > TEXT_UNITS:
        raise bad(too_long)
    return formatted


def _read(source: str, mode: str, given: list[Any] | None) -> FormattedText:
    if mode.lower() == "html":
        formatted = entities.parse_html(source)
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        found = (_entity(value) for value in given or ())
        end = entities.units(source)
        formatted = FormattedText(source, tuple(e for e in found if 0 <= e.offset < e.end <= end))
    return annotate(entities.clean(formatted))


def _entity(value: Any) -> Entity:
    if not isinstance(value, dict) or value.get("type") not in _KINDS:
        raise refusal.entities("unsupported type of MessageEntity")
    user = value.get("user") or {}
    if value["type"] == "text_mention" and not str(user.get("id", "")).isdecimal():
        raise refusal.entities('Can\'t find field "user"')
    argument = value.get("url") or value.get("language") or value.get("custom_emoji_id") or user.get("id") or ""
    return Entity(str(value["type"]), int(value.get("offset", 0)), int(value.get("length", 0)), str(argument))
