"""Bytes as text: UTF-8 first, then what the sender says it is, then Windows' cp1252, which old programs write."""

from __future__ import annotations

import codecs
import json
from email.message import Message
from typing import Final

LENIENT: Final = "leadbell.cp1252"
"""The error handler that reads as cp1252 what is not UTF-8, byte by byte: one old row costs the others nothing."""
_MOST_ODD: Final = 100_000
"""Stretches that are not UTF-8, each of which is looked at by itself: a text with more of them is none of UTF-8."""
_EDGES: Final = "\ufeff\0 \t\r\n"


def text_of(content: bytes | bytearray, charset: str | None = None) -> str:
    """Never raises. `charset` is what the sender declared, if anything; it counts where the bytes are not UTF-8."""
    found = json.detect_encoding(content)  # UTF-16 and UTF-32 show in the first bytes, with a mark or without
    if not found.startswith("utf-8"):
        return content.decode(found, "replace").strip(_EDGES)
    try:
        return content.decode("utf-8").strip(_EDGES)
    except UnicodeDecodeError:
        return _declared(content, charset).strip(_EDGES)


def charset(content_type: str) -> str | None:
    """What the header of that name says, if anything."""
    header = Message()
    header["Content-Type"] = content_type.replace("\r", "").replace("\n", "")
    return header.get_content_charset()


def _declared(content: bytes | bytearray, named: str | None) -> str:
    try:
        known = codecs.lookup(named or "utf-8").name
        # Latin-1 is what people say, and cp1252 what they write: its 0x80 to 0x9f are no control characters.
        if known in {"utf-8", "ascii", "iso8859-1", "cp1252"}:
            return _lenient(content)
        return content.decode(known, "replace")
    except (LookupError, ValueError):
        return _lenient(content)


def _lenient(content: bytes | bytearray) -> str:
    if content.decode("utf-8", "replace").count("\ufffd") > _MOST_ODD:
        return content.decode("cp1252", "replace")
    return content.decode("utf-8", LENIENT)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Of the bytes that are not UTF-8; the five that cp1252 leaves open become replacement characters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(LENIENT, _as_cp1252)
