"""Telegram's HTML, read as Telegram reads it: text and entities, or the same complaint at the same byte."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.sandbox.botapi import refusal

KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE: Final = re.compile(
    r"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})(?![0-9a-fA-F])|#(?P<decimal>[0-9]{1,7})(?![0-9])|(?P<name>lt|gt|amp|quot)(?![A-Za-z]));?"
)
_BLANK: Final = " \t\r\n\v\0"
"""What ends a tag's name; TDLib's `is_space`. A no-break space belongs to the name."""
_TAG: Final = re.compile(rf"<([^{_BLANK}>]*)")
_TAG_END: Final = re.compile(rf"[{_BLANK}]*/?>")
_END_TAG: Final = re.compile(rf"</([^{_BLANK}>]*)[{_BLANK}]*>")
_ATTRIBUTE: Final = re.compile(
    rf"""[{_BLANK}]*(?P<name>[^{_BLANK}=>/"']+)(?:[{_BLANK}]*=[{_BLANK}]*(?:"(?P<double>[^"]*)(?:"|\Z)|'(?P<single>[^']*)(?:'|\Z)|(?P<token>[A-Za-z0-9.-]+)(?=[{_BLANK}>])))?""",
)
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\u2028-\u202e\u206a-\u206f\u00ad]")
_WEB: Final = re.compile(r"(?:https?|tg|tonsite)://\S+|mailto:\S+@\S+", re.IGNORECASE)
_BARE_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?")


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning; offset and length in UTF-16 units."""

    kind: str
    offset: int
    length: int
    argument: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length

    @property
    def wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"type": self.kind, "offset": self.offset, "length": self.length}
        field = {"text_link": "url", "pre": "language", "custom_emoji": "custom_emoji_id"}.get(self.kind)
        if field and self.argument:
            wire[field] = self.argument
        if self.kind == "text_mention":
            wire["user"] = {"id": int(self.argument), "is_bot": False, "first_name": ""}
        return wire


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str = ""
    entities: tuple[Entity, ...] = ()

    @property
    def units(self) -> int:
        return units(self.text)


NO_TEXT: Final = FormattedText()


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    position: int


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(source: str) -> FormattedText:
    """Text and entities exactly as written; `clean` does what a sent message goes through afterwards."""
    return _HtmlReader(source).read()


def clean(formatted: FormattedText) -> FormattedText:
    """Without control characters and outer blanks, which Telegram drops from what is sent."""
    text = _UNWANTED.sub(lambda match: "" if match[0] == "\r" else " ", formatted.text)
    if len(text) != len(formatted.text):
        return clean(_without_returns(formatted))
    cut = units(text) - units(text.lstrip())
    text = text.strip()
    end = units(text)
    shifted = (
        replace(e, offset=max(0, e.offset - cut), length=min(end, e.end - cut) - max(0, e.offset - cut))
        for e in formatted.entities
    )
    return FormattedText(text, tuple(e for e in shifted if e.length > 0))


def _without_returns(formatted: FormattedText) -> FormattedText:
    points = formatted.text.encode("utf-16-le", "surrogatepass")
    dropped = [at // 2 for at in range(0, len(points), 2) if points[at : at + 2] == b"\r\0"]

    def moved(offset: int) -> int:
        return offset - sum(at < offset for at in dropped)

    entities = (replace(e, offset=moved(e.offset), length=moved(e.end) - moved(e.offset)) for e in formatted.entities)
    return FormattedText(formatted.text.replace("\r", ""), tuple(entities))


def unescape(text: str) -> str:
    """The four named references Telegram knows, and numeric ones. Anything else stays as it is."""
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match["name"]:
        return _NAMED[match["name"]]
    code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
    is_sound = 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_sound else match[0]


class _HtmlReader:
    """One pass over the source: `at` walks it, `opened` is the stack of tags not closed yet."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.offset = 0
        self.opened: list[_Open] = []
        self.found: list[Entity] = []

    def read(self) -> FormattedText:
        while self.at < len(self.source):
            begin = self.source.find("<", self.at)
            self._text(self.source[self.at :] if begin < 0 else self.source[self.at : begin])
            if begin < 0:
                break
            self.at = begin
            self._tag()
        if self.opened:
            raise refusal.entities(f'Can\'t find end tag corresponding to start tag "{self.opened[-1].tag}"')
        return FormattedText("".join(self.pieces), _ordered(self.found))

    def _text(self, raw: str) -> None:
        text = unescape(raw)
        self.pieces.append(text)
        self.length += len(text)
        self.offset += units(text)
        self.at += len(raw)

    def _tag(self) -> None:
        if self.source.startswith("</", self.at):
            self._end_tag()
        else:
            self._start_tag()

    def _start_tag(self) -> None:
        begin = self.at
        match = _TAG.match(self.source, begin)
        tag = match[1].lower() if match else ""
        self.at = begin + 1 + len(tag)
        if self.at >= len(self.source):
            raise self._complaint("Unclosed start tag", begin)
        if tag not in KINDS:
            raise self._complaint(f'Unsupported start tag "{tag}"', begin)
        argument = self._argument(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise self._complaint('Tag "span" must have class "tg-spoiler"', begin)
        self.opened.append(_Open(tag, argument, self.offset, self.length))

    def _argument(self, tag: str, begin: int) -> str:
        argument = ""
        while not (end := _TAG_END.match(self.source, self.at)):
            match = _ATTRIBUTE.match(self.source, self.at)
            if match is None and self.source[self.at :].strip(_BLANK):
                raise self._complaint(f'Empty attribute name in the tag "{tag}"', begin)
            if match is None or match.end() >= len(self.source):
                raise self._complaint(f'Unclosed start tag "{tag}"', begin)
            self.at = match.end()
            value = next((v for v in match.group("double", "single", "token") if v is not None), "")
            argument = _meaning(tag, match["name"], unescape(value)) or argument
        self.at = end.end()
        return argument

    def _end_tag(self) -> None:
        begin = self.at
        match = _END_TAG.match(self.source, begin)
        if not self.opened:
            raise self._complaint("Unexpected end tag", begin)
        if match is None:
            raise self._complaint("Unclosed end tag", begin)
        opened = self.opened.pop()
        if match[1] and match[1] != opened.tag:
            complaint = self._complaint("Unmatched end tag", begin).description.removeprefix("Bad Request: ")
            raise refusal.bad(f'{complaint}, expected "</{opened.tag}>", found "</{match[1]}>"')
        self.at = match.end()
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind, argument = KINDS[opened.tag], opened.argument
        if opened.tag == "a":
            kind, argument = _link(argument or "".join(self.pieces)[opened.position :])
        elif opened.tag == "blockquote" and argument:
            kind, argument = "expandable_blockquote", ""
        elif opened.tag == "span":
            argument = ""
        if kind:
            self._add(Entity(kind, opened.offset, self.offset - opened.offset, argument))

    def _add(self, entity: Entity) -> None:
        inner = self.found[-1] if self.found else None
        is_wrapped = inner is not None and (inner.offset, inner.length) == (entity.offset, entity.length)
        if inner and is_wrapped and entity.kind == "pre" and inner.kind == "code" and inner.argument:
            self.found[-1] = replace(inner, kind="pre")
            return
        self.found.append(entity)

    def _complaint(self, words: str, position: int) -> refusal.RefusedError:
        byte = len(self.source[:position].encode(errors="surrogatepass"))
        return refusal.entities(f"{words} at byte offset {byte}")


def _meaning(tag: str, attribute: str, value: str) -> str:
    known = {
        ("a", "href"): value,
        ("tg-emoji", "emoji-id"): value,
        ("blockquote", "expandable"): "1",
        ("code", "class"): value.removeprefix("language-") if value.startswith("language-") else "",
        ("span", "class"): value.removeprefix("tg-") if value.startswith("tg-") else "",
    }
    return known.get((tag, attribute), "")


def _link(target: str) -> tuple[str, str]:
    """The kind and argument of an `<a>`; no kind where Telegram would drop the link and keep its text."""
    user = re.fullmatch(r"tg://user/?\?id=(\d+)", target)
    if user:
        return "text_mention", user[1]
    if _WEB.fullmatch(target):
        return "text_link", target
    return ("text_link", f"http://{target}") if _BARE_HOST.fullmatch(target) else ("", "")


def _ordered(found: list[Entity]) -> tuple[Entity, ...]:
    """Outer before inner; nothing inside code or pre."""
    solid = [e for e in found if e.kind in {"code", "pre"}]
    kept = [
        e
        for e in found
        if e in solid or not any(s.offset <= e.offset and e.end <= s.end and s.length > e.length for s in solid)
    ]
    return tuple(sorted(kept, key=lambda e: (e.offset, -e.length)))
