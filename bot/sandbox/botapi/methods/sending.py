"""New messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi import keyboards, wording
from bot.sandbox.botapi.chats import GENERAL
from bot.sandbox.botapi.messages import Body, Message
from bot.sandbox.botapi.methods.files import received
from bot.sandbox.botapi.parameters import Parameters
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.method_context import MethodContext

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


def send_message(context: MethodContext, p: Parameters) -> dict[str, Any]:
    return _post(context, p, Body(formatted=wording.text(p))).wire


def send_contact(context: MethodContext, p: Parameters) -> dict[str, Any]:
    contact = contact_fields(p.values)
    return _post(context, p, Body("contact", fields=contact)).wire


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


def send_photo(context: MethodContext, p: Parameters) -> dict[str, Any]:
    body = Body("photo", wording.caption(p), received(context, p, "photo"))
    return _post(context, p, body).wire


def send_document(context: MethodContext, p: Parameters) -> dict[str, Any]:
    body = Body("document", wording.caption(p), received(context, p, "document"))
    return _post(context, p, body).wire


def send_chat_action(context: MethodContext, p: Parameters) -> bool:
    values = p.values if p.integer("message_thread_id") != GENERAL else p.values | {"message_thread_id": None}
    context.destination(Parameters(values))  # General's own number is taken here, and here only
    if p.text("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    return True


def copy_message(context: MethodContext, p: Parameters) -> dict[str, Any]:
    return {"message_id": _post(context, p, _source(context, p, "copy").body).message_id}


def forward_message(context: MethodContext, p: Parameters) -> dict[str, Any]:
    source = _source(context, p, "forward")
    origin = {"type": "user", "sender_user": source.sender.wire, "date": int(source.date.timestamp())}
    return {**_post(context, p, source.body).wire, "forward_origin": origin}


def _source(context: MethodContext, p: Parameters, verb: str) -> Message:
    chat = context.chat(Parameters({"chat_id": p.text("from_chat_id")}))
    message = chat.find(p.integer("message_id"))
    if message is None:
        raise bad(f"message to {verb} not found")
    return message


def _post(context: MethodContext, p: Parameters, body: Body) -> Message:
    markup = keyboards.read(p.mapping("reply_markup"))
    where = context.destination(p)
    context.spend(where.chat)
    preview = p.mapping("link_preview_options") or {}
    return context.world.post(
        where.chat,
        context.bot,
        body,
        markup,
        thread_id=where.thread_id,
        reply_to=where.reply_to,
        is_silent=p.flag("disable_notification"),
        has_preview=not preview.get("is_disabled"),
    )
