"""Messages as they lie in a chat, and as a bot gets them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bot.clock import to_epoch
from bot.sandbox.botapi import markup
from bot.sandbox.botapi.entities import NO_TEXT, FormattedText
from bot.sandbox.botapi.keyboards import NO_MARKUP, Button, ReplyMarkup

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.botapi.chats import Chat
    from bot.sandbox.botapi.people import User

BodyKind = Literal["text", "photo", "document", "contact", "service"]


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    name: str
    mime: str
    data: bytes = field(repr=False)
    bot_id: int = 0
    """Whose it is: another bot cannot use its id."""
    width: int = 1
    height: int = 1

    @property
    def wire(self) -> dict[str, Any]:
        return {"file_id": self.file_id, "file_unique_id": f"u{self.file_id}", "file_size": len(self.data)}


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says. `fields` are those of a contact, or of a service message."""

    kind: BodyKind = "text"
    formatted: FormattedText = NO_TEXT
    file: StoredFile | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def wire(self) -> dict[str, Any]:
        if self.kind == "contact":
            return {"contact": self.fields}
        if self.kind == "service":
            return dict(self.fields)
        return self._file_wire() | self._text_wire()

    def _text_wire(self) -> dict[str, Any]:
        name, entities = ("text", "entities") if self.kind == "text" else ("caption", "caption_entities")
        if not self.formatted.text:
            return {}
        found = [entity.wire for entity in self.formatted.entities]
        return {name: self.formatted.text} | ({entities: found} if found else {})

    def _file_wire(self) -> dict[str, Any]:
        if self.file is None:
            return {}
        if self.kind == "photo":
            return {"photo": [{**self.file.wire, "width": self.file.width, "height": self.file.height}]}
        return {"document": {**self.file.wire, "file_name": self.file.name, "mime_type": self.file.mime}}


@dataclass(frozen=True, slots=True)
class MessageVersion:
    """A message as it was before an edit."""

    body: Body
    markup: ReplyMarkup
    until: datetime

    @property
    def text(self) -> str:
        return self.body.formatted.text

    @property
    def html(self) -> str:
        return markup.telegram_html(self.body.formatted)


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    chat: Chat
    message_id: int
    date: datetime
    body: Body
    sender: User
    is_own: bool = False
    """Whether a bot sent it."""
    markup: ReplyMarkup = NO_MARKUP
    thread_id: int | None = None
    reply_to: Message | None = None
    sender_chat: Chat | None = None
    via_bot: User | None = None
    inline_message_id: str | None = None
    edit_date: datetime | None = None
    versions: list[MessageVersion] = field(default_factory=list)
    """What it was before each edit, oldest first."""
    reaction: str = ""
    is_deleted: bool = False
    is_inaccessible: bool = False
    """Whether a bot whose button is pressed is told only where it stands (Bot API: InaccessibleMessage)."""
    is_automatic_forward: bool = False
    """A channel's post, in the group where it is discussed."""
    is_silent: bool = False
    has_preview: bool = True

    @property
    def text(self) -> str:
        return self.body.formatted.text

    @property
    def html(self) -> str:
        """Telegram's HTML, without the links Telegram found by itself."""
        return markup.telegram_html(self.body.formatted)

    @property
    def buttons(self) -> list[list[str]]:
        """The buttons' words, row by row."""
        return [[button["text"] for button in row] for row in self.markup.rows]

    def button(self, wanted: str) -> Button:
        """The button whose text or data is `wanted`, else the only one whose text contains it. A blank is a blank."""
        buttons, wanted = self.markup.buttons, _blanks(wanted)
        exact = [b for b in buttons if wanted in {_blanks(b["text"]), b.get("callback_data")}]
        found = exact or [b for b in buttons if wanted in _blanks(b["text"])]
        if len(found) == 1 or exact:
            return found[0]
        raise LookupError(f"{len(found)} buttons say {wanted!r}; there are {self.buttons}")

    def change(self, body: Body, markup: ReplyMarkup, now: datetime) -> None:
        self.versions.append(MessageVersion(self.body, self.markup, now))
        self.body, self.markup, self.edit_date = body, markup, now

    @property
    def wire(self) -> dict[str, Any]:
        wire = self._plain_wire()
        answered = self.reply_to or self._topic_message
        if answered is not None and not answered.is_deleted:
            wire["reply_to_message"] = answered._plain_wire()  # noqa: SLF001 - its own class; replies do not nest (Bot API)
        return wire

    @property
    def pressed_wire(self) -> dict[str, Any]:
        """As it comes with a press."""
        where = {"chat": self.chat.wire, "message_id": self.message_id, "date": 0}
        return where if self.is_inaccessible else self.wire

    @property
    def _topic_message(self) -> Message | None:
        topic = self.chat.topics.get(self.thread_id or 0)
        return None if topic is None or topic.first is self else topic.first

    @property
    def _thread(self) -> int | None:
        """Outside topics, answers in a supergroup are a thread of their own, which may not be sent back."""
        if self.thread_id is not None or self.reply_to is None or self.chat.kind != "supergroup":
            return self.thread_id
        root = self.reply_to
        while root.reply_to is not None:
            root = root.reply_to
        return root.message_id

    def _plain_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {
            "message_id": self.message_id,
            "from": self.sender.wire,
            "chat": self.chat.wire,
            "date": to_epoch(self.date),
            **self.body.wire,
        }
        return wire | self._optional_wire()

    def _optional_wire(self) -> dict[str, Any]:
        optional: dict[str, Any] = {
            "edit_date": None if self.edit_date is None else to_epoch(self.edit_date),
            "message_thread_id": self._thread,
            "is_topic_message": True if self.thread_id is not None else None,
            "is_automatic_forward": self.is_automatic_forward or None,
            "sender_chat": None if self.sender_chat is None else self.sender_chat.wire,
            "via_bot": None if self.via_bot is None else self.via_bot.wire,
            "reply_markup": self.markup.wire,
        }
        return {name: value for name, value in optional.items() if value is not None}


def _blanks(text: str) -> str:
    """Those that keep words on one line look like any other."""
    return text.replace("\u00a0", " ")
