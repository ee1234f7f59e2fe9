"""New messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi import keyboards, wording
from bot.sandbox.botapi.messages import Body, Message
from bot.sandbox.botapi.methods.files import received
from bot.sandbox.botapi.parameters import Parameters
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.desk import Desk

VCARD_BYTES: Final = 2048
_ACTIONS: Final = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    },
)


def send_message(desk: Desk, p: Parameters) -> dict[str, Any]:
    return _post(desk, p, Body(formatted=wording.text(p))).wire


def send_contact(desk: Desk, p: Parameters) -> dict[str, Any]:
    contact = contact_fields(p.values)
    return _post(desk, p, Body("contact", fields=contact)).wire


def contact_fields(values: dict[str, Any]) -> dict[str, Any]:
    """A contact's fields, checked; also of the contact inside an inline result."""
    if not values.get("phone_number"):
        raise bad("phone number must be non-empty")
    if not values.get("first_name"):
        raise bad("first name must be non-empty")
    if len(str(values.get("vcard") or "").encode()) > VCARD_BYTES:
        raise bad("CONTACT_VCARD_TOO_LONG")
    names = ("phone_number", "first_name", "last_name", "vcard")
    return {name: str(values[name]) for name in names if values.get(name)}


def send_photo(desk: Desk, p: Parameters) -> dict[str, Any]:
    body = Body("photo", wording.caption(p), received(desk, p, "photo"))
    return _post(desk, p, body).wire


def send_document(desk: Desk, p: Parameters) -> dict[str, Any]:
    body = Body("document", wording.caption(p), received(desk, p, "document"))
    return _post(desk, p, body).wire


def send_chat_action(desk: Desk, p: Parameters) -> bool:
    desk.destination(p)
    if p.text("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    return True


def copy_message(desk: Desk, p: Parameters) -> dict[str, Any]:
    return {"message_id": _post(desk, p, _source(desk, p, "copy").body).message_id}


def forward_message(desk: Desk, p: Parameters) -> dict[str, Any]:
    source = _source(desk, p, "forward")
    origin = {"type": "user", "sender_user": source.sender.wire, "date": int(source.date.timestamp())}
    return {**_post(desk, p, source.body).wire, "forward_origin": origin}


def _source(desk: Desk, p: Parameters, verb: str) -> Message:
    chat = desk.chat(Parameters({"chat_id": p.text("from_chat_id")}))
    message = chat.find(p.integer("message_id"))
    if message is None:
        raise bad(f"message to {verb} not found")
    return message


def _post(desk: Desk, p: Parameters, body: Body) -> Message:
    markup = keyboards.read(p.mapping("reply_markup"))
    where = desk.destination(p)
    desk.spend(where.chat)
    preview = p.mapping("link_preview_options") or {}
    return desk.world.post(
        where.chat,
        desk.world.bot,
        body,
        markup,
        thread_id=where.thread_id,
        reply_to=where.reply_to,
        is_silent=p.flag("disable_notification"),
        has_preview=not preview.get("is_disabled"),
    )
