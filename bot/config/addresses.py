"""Readers of settings that say where something is: web addresses, the database's file, where to listen."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.config.values import OFF, BadValueError, quoted
from bot.i18n import _

_NO_BYTE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LISTEN: Final = re.compile(r"(?:(\[[0-9A-Fa-f:.%\w]+\]|[\w.-]+):)?(\d{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listen:
    host: str
    port: int


def url(text: str) -> str:
    """An http(s) address without its trailing slash."""
    cleaned = text.strip().rstrip("/")
    if not _is_web_address(cleaned):
        raise BadValueError(_("it is not a web address that begins with https:// or http://."))
    if "@" in urlsplit(cleaned).netloc:
        raise BadValueError(_("an address with a user name or password in it is not taken: it would show up in logs."))
    return cleaned


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        return False
    return usable and is_host(parts.hostname or "") and re.search(r"[\s?#\\]", text) is None


def is_host(name: str) -> bool:
    """Whether it can be asked for at all: no part of a name is empty or longer than 63 letters, as it travels."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return True


def is_indiamart(address: str) -> bool:
    """Whether the host is IndiaMART's own."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    return host == "indiamart.com" or host.endswith(".indiamart.com")


def is_telegram(address: str) -> bool:
    """Whether the host is Telegram's own."""
    return (urlsplit(address).hostname or "").rstrip(".") == "api.telegram.org"


WEBHOOK_PORTS: Final = (443, 80, 88, 8443)


def webhook_problem(address: str) -> str:
    """Why Telegram's own servers would not call it; empty if they would."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        return _("Telegram calls https:// only.")
    if (parts.port or 443) not in WEBHOOK_PORTS:
        return _("Telegram calls the ports 443, 80, 88 and 8443 only.")
    return _("Telegram cannot reach this machine by that name.") if is_loopback(address) else ""


def is_loopback(address: str) -> bool:
    """Whether the host is this machine: no proxy leads there, whatever the environment says."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def telegram_url(text: str) -> str:
    """Where `/bot<token>/getMe` is to be found below. Taken with the `/bot` that the library adds it is a mistake."""
    cleaned = url(text)
    if re.search(r"/(?:file/)?bot[^/]*$", urlsplit(cleaned).path):
        raise BadValueError(_("leave out /bot and what stands behind it: Leadbell adds that."))
    return cleaned


def indiamart_url(text: str) -> str:
    cleaned = url(text)
    if is_indiamart(cleaned) and urlsplit(cleaned).scheme != "https":
        raise BadValueError(_("use https:// here: the key travels in the address."))
    return cleaned


def database_url(text: str) -> str:
    """`sqlite:///relative`, `sqlite:////absolute` or `sqlite:///~/at-home`; or PostgreSQL's."""
    if is_postgres(text):
        return _postgres_url(text.strip())
    scheme, colon, path = text.strip().partition(":///")
    if not colon or scheme.lower() != "sqlite":
        raise BadValueError(
            _(
                "write sqlite:///file, sqlite:////folder/file for an absolute path, or "
                "postgresql://user:password@host/name."
            )
        )
    is_file = bool(path.strip("/")) and not path.endswith(("/", "\\")) and path.isprintable()
    if not is_file or "?" in path or path == ":memory:":
        raise BadValueError(_("it must name a file, and nothing else: leads that are kept in memory would be lost."))
    database_path(f"sqlite:///{path}")  # a home that is not known is told now
    return f"sqlite:///{path}"


def is_postgres(address: str) -> bool:
    return address.strip().lower().startswith(("postgresql://", "postgres://"))


def server_name(address: str) -> str:
    """For people: PostgreSQL's database and its host, without who may. What stands behind the `?` counts, as it does
    for libpq; a host that is a folder holds the server's socket.
    """
    parts = urlsplit(address)
    behind = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    database = behind.get("dbname") or unquote(parts.path.strip("/"))
    host = behind.get("host") or parts.netloc.rpartition("@")[2]
    if not host or unquote(host).startswith("/"):
        return _("{database} on this machine").format(database=database)
    port = f":{behind['port']}" if "port" in behind and ":" not in host else ""
    return _("{database} on {host}").format(database=database, host=host + port)


def passwords(address: str) -> list[str]:
    """As they stand in the address, and as they are."""
    if not is_postgres(address):
        return []
    parts = urlsplit(address)
    behind = (one.partition("=") for one in parts.query.split("&"))
    written = [parts.password, *(value for name, _equals, value in behind if name in {"password", "sslpassword"})]
    return [form for one in written if one for form in (one, unquote(one))]


def how_to_back_up() -> str:
    return _(
        "PostgreSQL has its own tools for backups: pg_dump -Fc -f leadbell.dump DATABASE_URL, and to bring one back, "
        "with Leadbell stopped and into an empty database, pg_restore -d DATABASE_URL leadbell.dump."
    )


def _postgres_url(text: str) -> str:
    """Several hosts, as for a failover, are taken: `postgresql://user@one,two:5433/name?target_session_attrs=…`."""
    try:
        parts = urlsplit(text)
        hosts = parts.netloc.rpartition("@")[2].split(",")
        ports = [urlsplit(f"//{host}").port for host in hosts]
        is_whole = bool(parts.path.strip("/")) and all(port is None or port > 0 for port in ports)
        is_whole = is_whole and not _NO_BYTE.search(text) and _is_read_alike(text, parts)
    except ValueError:
        is_whole = False
    if not is_whole or not text.isprintable():
        raise BadValueError(
            _(
                "it must be postgresql://user:password@host/name. What stands in the password is written as in any web "
                "address: %40 for @, %2F for /."
            )
        )
    return text


def _is_read_alike(text: str, parts: SplitResult) -> bool:
    """By us and by libpq, for which the first @ ends the password and # is a letter as any other. Else the rest of a
    password would be taken for a host or a database, and said.
    """
    return parts.netloc.count("@") <= 1 and "@" not in parts.path and "#" not in text


def database_path(address: str) -> Path:
    """The file that `database_url` names. `~` is the home of whoever runs Leadbell, as in a shell.

    Raises BadValueError where the machine knows no home for them.
    """
    return at_home(address.partition(":///")[2])


def at_home(text: str) -> Path:
    """Whether it is there is not asked: a disk may come later."""
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise BadValueError(_("this machine does not know a home folder for ~. Write the whole path.")) from error


def led_to(path: Path) -> Path:
    """What a link leads to. One that leads round in a circle stays as it is: whoever opens it hears so."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError up to Python 3.12
        return path


def beside(database: Path, ending: str) -> Path:
    """SQLite's own file (`-wal`), which lies beside the database itself, whatever link leads there."""
    real = led_to(database) if _is_link(database) else database  # else as people wrote it
    return real.with_name(real.name + ending)


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # its folder may not be entered: up to Python 3.13
        return False


def listen(text: str) -> Listen | None:
    """`host:port`, `[::1]:8080`, a bare port on this machine; None for `off`."""
    cleaned = text.strip()
    if cleaned.lower() in OFF:
        return None
    match = _LISTEN.fullmatch(cleaned)
    if match is None or int(match[2]) > 65535 or not _is_to_listen_on(match[1] or ""):
        raise BadValueError(_("{text} is not host:port (IPv6 as [::1]:8080) or off.").format(text=quoted(cleaned)))
    return Listen((match[1] or "127.0.0.1").strip("[]"), int(match[2]))


def _is_to_listen_on(text: str) -> bool:
    if not text.startswith("["):
        return is_host(text)
    try:
        ipaddress.IPv6Address(text.strip("[]"))
    except ValueError:
        return False
    return True
