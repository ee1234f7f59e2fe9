"""The way out as the settings name it: proxies, which may ask for a password, and certificates to trust."""

from __future__ import annotations

import importlib.util
import ipaddress
import platform
import re
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit

from bot.config.addresses import at_home, is_host, is_loopback
from bot.config.extras import Extra, how_to_add
from bot.config.values import OFF, BadValueError, SecretToMakeError
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AROUND: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
"""What other programs use too: it counts where no setting of our own says otherwise."""
_PORTS: Final = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_LONGEST_SOCKS: Final = 255
"""Bytes of a user or a password (RFC 1929)."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Its `repr` holds neither user nor password."""

    scheme: str
    """`http`, `https` or `socks5`."""
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """How people are told of it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_socks(self) -> bool:
        return self.scheme == "socks5"

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.password, f"{self.user}:{self.password}") if self.password else ()


@dataclass(frozen=True, slots=True)
class WayOut:
    """How one peer is reached."""

    proxy: Proxy | None = None
    certificates: Path | None = None
    """Trusted besides the machine's own."""


def proxy(text: str) -> Proxy | None:
    """None for `off`: straight, whatever the environment says. An address without a scheme is one of `http://`."""
    cleaned = text.strip()
    if cleaned.lower() in OFF:
        return None
    parts = _split(cleaned if "://" in cleaned else f"http://{cleaned}")
    if parts.scheme not in _PORTS:
        raise BadValueError(_("proxies of the kinds http://, https:// and socks5:// are understood, and off for none."))
    is_socks = parts.scheme.startswith("socks")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if ":" in user or (is_socks and max(len(user.encode()), len(password.encode())) > _LONGEST_SOCKS):
        raise BadValueError(_("no proxy takes such a user name or password."))
    if is_socks and importlib.util.find_spec("aiohttp_socks") is None:
        words = _("a SOCKS proxy needs one more package. Run: {command}")
        raise SecretToMakeError(words.format(command=how_to_add(Extra.SOCKS)))
    scheme = "socks5" if is_socks else parts.scheme
    return Proxy(scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme], user, password)


def _split(text: str) -> SplitResult:
    refused = BadValueError(
        _(
            "it is not the address of a proxy, such as http://user:password@host:3128. In a password write / as %2F, "
            "? as %3F, # as %23, @ as %40 and % as %25."
        )
    )
    try:
        parts = urlsplit(text)
        is_whole = parts.port != 0 and not (parts.path.strip("/") or parts.query or parts.fragment)
    except ValueError:
        raise refused from None
    if not (is_whole and parts.hostname and is_host(parts.hostname)) or re.search(r"\s", text):
        raise refused
    return parts


def certificates(text: str) -> Path:
    """A file with certificates in PEM."""
    path = at_home(text)
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise BadValueError(_("it names no file with certificates (PEM) that can be read.")) from error
    return path


def named(around: Mapping[str, str], address: str) -> str | None:
    """Which of `AROUND` says how this address is reached; None if it is reached straight."""
    try:
        parts = urlsplit(address)
        where = (parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0))
    except ValueError:
        return None  # the address itself is refused
    if is_loopback(address) or _is_excepted(*where, around.get("NO_PROXY", "")):
        return None
    return next((name for name in (f"{parts.scheme.upper()}_PROXY", "ALL_PROXY") if around.get(name)), None)


def _is_excepted(host: str, port: int, exceptions: str) -> bool:
    """Whether NO_PROXY has it: names with everything below them, `name:port`, addresses, networks, or `*`."""
    for entry in exceptions.lower().replace(",", " ").split():
        bare = entry.removesuffix(f":{port}").lstrip("*").lstrip(".")
        if entry == "*" or host == bare or (bare and host.endswith(f".{bare}")) or _is_inside(host, bare):
            return True
    return False


def _is_inside(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def of_the_system() -> dict[str, str]:
    """Windows and macOS keep proxies outside of the environment too."""
    if platform.system() not in {"Windows", "Darwin"}:
        return {}
    from urllib.request import getproxies  # noqa: PLC0415 - only there

    return {f"{scheme.upper()}_PROXY": address for scheme, address in getproxies().items()}
