"""Whose signature a certificate bears that was not accepted: the TLS library does not tell."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bot.network import sessions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.proxies import WayOut

SECONDS: Final = 5.0
_SET: Final = 0x31
_VERSION: Final = 0xA0
_WIDE: Final = 0x1E
_NAMES: Final = (b"\x55\x04\x03", b"\x55\x04\x0a")
"""X.520's common name and organisation."""
_LONGEST: Final = 80


class _ShownError(ssl.SSLError):
    """The certificate was seen, and nothing was sent."""

    def __init__(self, der: bytes) -> None:
        super().__init__()
        self.der = der


class _Look(ssl.SSLObject):
    def do_handshake(self) -> None:
        super().do_handshake()
        raise _ShownError(self.getpeercert(binary_form=True) or b"")


class _Looking(ssl.SSLContext):
    """Trusts everybody, and ends every connection before anything is said."""

    sslobject_class = _Look


async def issuer(way: WayOut, url: str) -> str:
    """The name of who signed the certificate that is shown there; empty if that cannot be found out."""
    context = _Looking(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with (
            asyncio.timeout(SECONDS),
            sessions.session(way, headers={}, ssl=context) as session,
            session.get(url, **sessions.options(way, url)),
        ):
            return ""
    except Exception as error:  # noqa: BLE001 - whatever it is, there is a fault to be told already
        link: BaseException | None = error
    while link is not None and not isinstance(link, _ShownError):
        link = link.__cause__ or link.__context__
    with suppress(ValueError, IndexError, StopIteration):
        return "" if link is None else name(link.der)
    return ""


def name(der: bytes) -> str:
    """The issuer of a certificate (RFC 5280). Raises ValueError, IndexError or StopIteration where it is none."""
    certificate = next(_elements(der))[1]
    fields = [content for tag, content in _elements(next(_elements(certificate))[1]) if tag != _VERSION]
    found: dict[bytes, str] = {}
    for tag, part in _elements(fields[2]):
        for _pair, attribute in _elements(part) if tag == _SET else ():
            (_tag, kind), (encoding, text) = _elements(attribute)
            found[kind] = text.decode("utf-16-be" if encoding == _WIDE else "utf-8", errors="replace")
    said = next((found[kind] for kind in _NAMES if found.get(kind)), "")
    return "".join(sign for sign in said if sign.isprintable())[:_LONGEST].strip()


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each, as X.690 has them."""
    while der:
        tag, length, at = der[0], der[1], 2
        if length & 0x80:
            at += length & 0x7F
            length = int.from_bytes(der[2:at])
        yield tag, der[at : at + length]
        der = der[at + length :]
