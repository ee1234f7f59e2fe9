"""Whose signature a certificate bears that was not accepted: the TLS library does not tell."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Final

from bot.network import sessions

if TYPE_CHECKING:
    from bot.config.proxies import WayOut

SECONDS: Final = 5.0
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
    try:
        return "" if link is None else name(link.der)
    except ValueError:
        return ""


def name(der: bytes) -> str:
    """The issuer of a certificate. Raises ValueError where it is none."""
    from cryptography import x509  # noqa: PLC0415 - needed only after a fault

    signer = x509.load_der_x509_certificate(der).issuer
    common = signer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    told = [*common, *signer.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)]
    said = next((str(one.value) for one in told if one.value), "")
    return "".join(sign for sign in said if sign.isprintable())[:_LONGEST].strip()
