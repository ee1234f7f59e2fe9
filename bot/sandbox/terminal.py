"""The demo's group as text, for a machine without a browser: the page's own events, one readable card each."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final, TextIO

from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType
    from rich.text import Text

_STYLES: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strike",
    "a": "blue underline",
    "code": "cyan",
    "pre": "cyan",
    "blockquote": "dim",
    "tg-spoiler": "reverse",
}
_BUTTON_STYLES: Final = {"primary": "bold blue", "success": "bold green", "danger": "bold red"}
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Anything but a line break that could move the cursor, or turn the text round."""


class Terminal:
    """Writes to `stream`; colours only where that is a terminal."""

    def __init__(self, stream: TextIO, *, width: int | None = None) -> None:
        from rich.console import Console  # noqa: PLC0415 - slow to import, and only the demo without a browser wants it

        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a Windows console may not know every emoji
        self._console = Console(file=stream, width=width, highlight=False, emoji=False, markup=False)

    def show(self, event: Mapping[str, Any]) -> None:
        """One event as the chat page gets it; what is not for the whole group is left out."""
        kind = event["type"]
        if kind in {"message", "edited"}:
            self._show_message(event["message"], is_edit=kind == "edited")
        elif kind == "notice":
            self._console.print(plain(event["text"]), style="yellow")

    def _show_message(self, message: Mapping[str, Any], *, is_edit: bool) -> None:
        if message["chat_id"] < 0:
            self._console.print(card(message, is_edit=is_edit))


def card(message: Mapping[str, Any], *, is_edit: bool = False) -> RenderableType:
    """One message in a frame: who, when, the text, what is attached, the buttons."""
    from rich.console import Group  # noqa: PLC0415 - as above
    from rich.panel import Panel  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    sender = message.get("from") or {}
    parts: list[RenderableType] = [
        *_attachments(message),
        *_body(message),
        *map(_buttons, message.get("keyboard") or []),
    ]
    return Panel(
        Group(*parts),
        title=Text(plain(sender.get("name", "")), style="bold"),
        subtitle=Text(_when(message, is_edit=is_edit), style="dim"),
        title_align="left",
        subtitle_align="right",
        border_style="green" if sender.get("is_bot") else "blue",
    )


def plain(text: str) -> str:
    """Without the characters that could steer a terminal: names come from strangers."""
    return _CONTROL.sub("", text)


def rich_text(html: str) -> Text:
    """A message's HTML as styled text; tags that are not known are dropped, their content stays."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text


class _Reader(HTMLParser):
    def __init__(self) -> None:
        from rich.text import Text  # noqa: PLC0415 - as above

        super().__init__(convert_charrefs=True)
        self.text = Text()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        if tag == "br":
            self.text.append("\n")
            return
        if tag == "blockquote":
            self._break_line()
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.reverse()
            self._open.remove(tag)
            self._open.reverse()

    def handle_data(self, data: str) -> None:
        styles = [_STYLES[tag] for tag in self._open if tag in _STYLES]
        self.text.append(plain(data), style=" ".join(styles))

    def _break_line(self) -> None:
        if self.text.plain and not self.text.plain.endswith("\n"):
            self.text.append("\n")


def _body(message: Mapping[str, Any]) -> list[Text]:
    photo = message.get("photo") or {}
    html = photo.get("caption_html") or message.get("html") or ""
    return [rich_text(html)] if html else []


def _attachments(message: Mapping[str, Any]) -> list[str]:
    lines = []
    if reply := message.get("reply_to"):
        text = " ".join(plain(reply.get("text") or "").split())[:80]
        lines.append(f"↩ {plain(reply.get('from_name') or '')}: {text}")
    if message.get("photo"):
        lines.append(_("[picture]"))
    if document := message.get("document"):
        lines.append(_("[file {name}]").format(name=plain(document["name"])))
    if contact := message.get("contact"):
        lines.append(f"👤 {plain(contact['name'])} {plain(contact['phone'])}")
    return lines


def _buttons(row: list[Mapping[str, Any]]) -> Text:
    from rich.text import Text  # noqa: PLC0415 - as above

    labels = [Text(f"[ {plain(button['text'])} ]", _BUTTON_STYLES.get(button.get("style") or "", "")) for button in row]
    return Text("  ").join(labels)


def _when(message: Mapping[str, Any], *, is_edit: bool) -> str:
    moment = datetime.fromtimestamp(message.get("edit_date") or message["date"]).astimezone()
    time = f"{moment:%H:%M}"
    return _("changed {time}").format(time=time) if is_edit else time
