"""Files: taken in with photos and documents, handed out again."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi.messages import StoredFile
from bot.sandbox.botapi.refusal import RefusedError, bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.method_context import MethodContext
    from bot.sandbox.botapi.parameters import Parameters

MEGABYTE: Final = 1024 * 1024
PHOTO_BYTES: Final = 10 * MEGABYTE
DOCUMENT_BYTES: Final = 50 * MEGABYTE
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"


def get_file(context: MethodContext, p: Parameters) -> dict[str, Any]:
    file = context.file(p.text("file_id"))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    return {**file.wire, "file_path": f"files/{file.file_id}/{file.name}"}


def received(context: MethodContext, p: Parameters, kind: str) -> StoredFile:
    """The file a call brings along, or names by its id. Addresses are not fetched here."""
    upload = p.upload(kind)
    if upload is None:
        known = context.file(p.text(kind))
        if known is None:
            raise bad(
                "wrong remote file identifier specified" if p.text(kind) else f"there is no {kind} in the request"
            )
        return known
    if not upload.data:
        raise bad("file must be non-empty")
    if len(upload.data) > (PHOTO_BYTES if kind == "photo" else DOCUMENT_BYTES):
        raise RefusedError(413, "Request Entity Too Large")
    width, height = _size(upload.data) if kind == "photo" else (1, 1)
    return context.world.keep_file(StoredFile("", upload.name, upload.mime, upload.data, context.bot.id, width, height))


def _size(data: bytes) -> tuple[int, int]:
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data.startswith(_JPEG):
        return _jpeg_size(data)
    raise bad("IMAGE_PROCESS_FAILED")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + length
    raise bad("IMAGE_PROCESS_FAILED")
