"""Pushed bodies as they were before they were compressed."""

from __future__ import annotations

import zlib
from typing import Final

from bot.domain import budgets

_GZIP_OR_ZLIB: Final = 47


class UnpackedTooLargeError(Exception):
    """A packed body unpacks to over 256 KB."""


def unpacked(body: bytes) -> bytes:
    """A compressed body as it was before, whatever its headers say; any other as it is."""
    content, rest = b"", body
    while rest:
        unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
        try:
            content += unpacker.decompress(rest, budgets.PUSHED_BYTES + 1 - len(content))
        except zlib.error:
            return content or body
        if len(content) > budgets.PUSHED_BYTES:
            raise UnpackedTooLargeError
        if not unpacker.eof:
            return body
        rest = unpacker.unused_data
    return content
