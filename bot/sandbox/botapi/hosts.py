"""Which requests the sandbox lets in: those that name this machine by a name it was given.

The demo asks nobody who they are. Without this, a page of any site could act in it through its visitor's browser, once
that site's name was pointed to this machine (DNS rebinding).
"""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp.typedefs import Handler, Middleware

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ELSEWHERE: Final = ("192.0.2.1", "10.255.255.255", "172.31.255.255", "192.168.255.255")
"""Addresses in other networks: which of our own leads to each is asked, and nothing is sent."""


def admits(names: Iterable[str]) -> Middleware:
    """A middleware: 403 where Host or Origin is neither local, nor one of `names`, nor the address that was reached."""
    known = LOCAL | {_canonical(name) for name in names}

    @web.middleware
    async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = [request.headers.get("Host", "")]
        if "Origin" in request.headers:
            asked.append(request.headers["Origin"].partition("://")[2])
        if not all(_name(one) in known | {_reached(request)} for one in asked):
            raise web.HTTPForbidden(text=_refusal())
        return await handler(request)

    return admit


def _refusal() -> str:
    return _(
        "This demo answers only under localhost, the addresses of its machine and the names it was started with. "
        "To open it under another name, start it with --host or --name."
    )


def _name(host: str) -> str:
    """Without the port; empty for what is no host."""
    try:
        return _canonical(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return ""


def _canonical(name: str) -> str:
    name = name.strip("[]").rstrip(".").lower()
    with suppress(ValueError):
        address = ip_address(name)
        mapped = getattr(address, "ipv4_mapped", None)
        return str(mapped or address)
    return name


def _reached(request: web.Request) -> str:
    """The address of this machine on which the request came in."""
    found = None if request.transport is None else request.transport.get_extra_info("sockname")
    return _canonical(str(found[0])) if found else ""


def is_wildcard(host: str) -> bool:
    """Whether it stands for all addresses of the machine."""
    return _canonical(host) in {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound


def in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def own_addresses() -> list[str]:
    """Under which others in the network may reach this machine."""
    found = {_towards(address) for address in _ELSEWHERE}
    with suppress(OSError):
        found |= {str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return sorted(one for one in found if one and not ip_address(one).is_loopback)


def _towards(address: str) -> str:
    """Empty where no network leads there."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((address, 9))
        return str(probe.getsockname()[0])
    return ""
