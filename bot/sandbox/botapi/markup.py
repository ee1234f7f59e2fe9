"""Text and entities as HTML: safe to show in the page, and to compare in tests."""

from __future__ import annotations

import itertools
import re
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.sandbox.botapi.entities import Entity, FormattedText

_TAGS: Final = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_SAFE_LINK: Final = re.compile(r"(?:https?://|tg://|mailto:)[^\s]+", re.IGNORECASE)


def telegram_html(formatted: FormattedText) -> str:
    """As a bot would have written it; what Telegram finds by itself is left out."""
    return _render(formatted, {e: _own_tags(e) for e in formatted.entities})


def page_html(formatted: FormattedText) -> str:
    """For the browser: links open apart, numbers and mentions are marked."""
    points = formatted.text.encode("utf-16-le", "surrogatepass")
    tags: dict[Entity, tuple[str, str] | None] = {}
    for entity in formatted.entities:
        covered = points[entity.offset * 2 : entity.end * 2].decode("utf-16-le", "replace")
        tags[entity] = _page_tags(entity, covered)
    return _render(formatted, tags)


def _own_tags(entity: Entity) -> tuple[str, str] | None:
    if entity.kind == "text_link":
        return _anchor(entity.argument)
    if entity.kind == "text_mention":
        return _anchor(f"tg://user?id={entity.argument}") if entity.argument.isdecimal() else None
    if entity.kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    tag = _TAGS.get(entity.kind)
    return None if tag is None else (f"<{tag}>", f"</{tag}>")


def _page_tags(entity: Entity, covered: str) -> tuple[str, str] | None:
    apart = ' target="_blank" rel="noopener noreferrer"'
    if entity.kind == "text_link":
        return _anchor(entity.argument, apart)
    if entity.kind == "url":
        return _anchor(covered if "://" in covered else f"https://{covered}", apart)
    if entity.kind == "email":
        return _anchor(f"mailto:{covered}")
    if entity.kind == "phone_number":
        return f'<a href="tel:+{re.sub(r"[^0-9]", "", covered)}">', "</a>"
    if entity.kind in {"mention", "text_mention", "bot_command", "hashtag"}:
        return f'<span class="{entity.kind.replace("text_", "").replace("bot_", "")}">', "</span>"
    return _own_tags(entity)


def _anchor(target: str, attributes: str = "") -> tuple[str, str] | None:
    if not _SAFE_LINK.fullmatch(target):
        return None
    return f'<a href="{escape(target)}"{attributes}>', "</a>"


def _render(formatted: FormattedText, tags: dict[Entity, tuple[str, str] | None]) -> str:
    """Entities may overlap crosswise: one that would is closed and opened again."""
    points = formatted.text.encode("utf-16-le", "surrogatepass")
    shown = [(e, pair) for e in formatted.entities if (pair := tags[e]) is not None and e.length > 0]
    borders = sorted({0, len(points) // 2, *(e.offset for e, _ in shown), *(e.end for e, _ in shown)})
    pieces: list[str] = []
    opened: list[tuple[Entity, tuple[str, str]]] = []
    for start, stop in itertools.pairwise(borders):
        wanted = [item for item in shown if item[0].offset <= start and stop <= item[0].end]
        opened = _switch(opened, wanted, pieces)
        text = points[start * 2 : stop * 2].decode("utf-16-le", "replace")
        pieces.append(escape(text))
    _switch(opened, [], pieces)
    return "".join(pieces)


def _switch(
    opened: list[tuple[Entity, tuple[str, str]]],
    wanted: list[tuple[Entity, tuple[str, str]]],
    pieces: list[str],
) -> list[tuple[Entity, tuple[str, str]]]:
    """Close and open so that exactly `wanted` is open; what stays open stays at the bottom."""
    kept: list[tuple[Entity, tuple[str, str]]] = []
    for item in opened:
        if item not in wanted:
            break
        kept.append(item)
    pieces.extend(pair[1] for _, pair in reversed(opened[len(kept) :]))
    fresh = [item for item in wanted if item not in kept]
    pieces.extend(pair[0] for _, pair in fresh)
    return kept + fresh
