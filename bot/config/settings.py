"""The settings as the program uses them: read, checked against each other, never changed.

A frozen dataclass and the functions of `values`: pydantic-settings, which it once was, took 12 MB of the 60 that a bot
at rest may take, and a quarter of the time to the first poll, for what these lines do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from bot.config import addresses, hours, keyring, proxies, values
from bot.config.catalogue import BY_NAME
from bot.config.given import as_text, complete, missing
from bot.config.proxies import Proxy, WayOut
from bot.config.values import BadValueError, Rate, Secret, SecretToMakeError
from bot.domain.plain_text import latin_digits
from bot.domain.sight import Numbers, SightRule
from bot.domain.working_time import Holidays, WorkingHours
from bot.errors import SettingsError
from bot.i18n import LANGUAGES, _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from bot.config.addresses import Listen
    from bot.config.keyring import Keyring
    from bot.domain.digest_times import DigestTime

NO_CHAT: Final = 0
"""The chat id where none is set yet: `leadbell check` helps to find it."""

NO_TOKEN: Final = Secret("")
"""The bot's token where none is set: what only reads and writes leads needs none."""

FLOORS: Final[Mapping[str, timedelta]] = {"v1": timedelta(minutes=15), "v2": timedelta(minutes=5)}
"""The least time between two calls (official for v1, observed for v2)."""

READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "telegram_bot_token": values.bot_token,
    "telegram_chat_id": values.chat_id,
    "telegram_thread_id": values.thread_id,
    "telegram_admins": values.admins,
    "telegram_api_url": addresses.telegram_url,
    "telegram_proxy": proxies.proxy,
    "telegram_group_rate": values.rate,
    "telegram_webhook_url": addresses.url,
    "indiamart_key": values.key,
    "indiamart_mobile": values.mobile,
    "indiamart_api": lambda text: values.choice(text, ("v1", "v2")),
    "indiamart_url": addresses.indiamart_url,
    "indiamart_proxy": proxies.proxy,
    "ssl_cert_file": proxies.certificates,
    "poll_every": values.positive_duration,
    "lookback": values.positive_duration,
    "overlap": values.overlap,
    "push_token": values.push_token,
    "database_url": addresses.database_url,
    "secret_key": keyring.keyring,
    "backup_dir": addresses.at_home,
    "backup_keep": values.number_kept,
    "http_listen": addresses.listen,
    "timezone": values.timezone,
    "working_hours": hours.working_hours,
    "holidays": hours.holidays,
    "escalate_after": values.escalation,
    "digest": hours.digest_times,
    "retention": values.retention,
    "fee_per_year": values.fee,
    "buyleads_per_week": values.count,
    "bot_language": lambda text: values.choice(text, LANGUAGES),
    "numbers": lambda text: Numbers(values.choice(text, tuple(Numbers))),
    "log_level": values.log_level,
    "log_format": lambda text: values.choice(text, ("text", "json")),
}
"""What turns each setting's text into its value, or raises `BadValueError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Made by `load_settings` or `Settings.from_values`; by itself it reads neither environment nor files."""

    telegram_bot_token: Secret
    telegram_chat_id: int
    telegram_thread_id: int | None = None
    telegram_admins: tuple[int, ...] = ()
    telegram_api_url: str
    telegram_proxy: Proxy | None = None
    telegram_group_rate: Rate
    telegram_webhook_url: str | None = None
    indiamart_key: Secret | None = None
    indiamart_mobile: Secret | None = None
    indiamart_api: Literal["v1", "v2"]
    indiamart_url: str
    indiamart_proxy: Proxy | None = None
    ssl_cert_file: Path | None = None
    poll_every: timedelta
    lookback: timedelta
    overlap: timedelta
    push_token: Secret | None = None
    database_url: str = field(repr=False)
    secret_key: Keyring | None = None
    backup_dir: Path | None = None
    backup_keep: int
    http_listen: Listen | None
    timezone: ZoneInfo
    working_hours: WorkingHours
    holidays: Holidays = field(default_factory=Holidays)
    escalate_after: tuple[timedelta, ...]
    digest: tuple[DigestTime, ...]
    fee_per_year: int | None = None
    """Rupees."""
    buyleads_per_week: int | None = None
    bot_language: str
    """Of the group; one of LANGUAGES."""
    numbers: Numbers
    retention: timedelta | None = None
    log_level: Literal["debug", "info", "warning", "error"]
    log_format: Literal["text", "json"]
    texts: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """What it was made of, by name and as it was typed; what is not set is not there."""
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where each of these texts stands, in words."""
    files: Settings | None = field(default=None, repr=False, compare=False)
    """As `of_files` says; None where it is these."""

    @property
    def poll_floor(self) -> timedelta:
        """The least time between two calls."""
        return FLOORS[self.indiamart_api] if addresses.is_indiamart(self.indiamart_url) else self.poll_every

    @property
    def bot_id(self) -> int | None:
        """It stands in front of the token."""
        number = self.telegram_bot_token.get_secret_value().partition(":")[0]
        return int(number) if number else None

    @property
    def telegram_way(self) -> WayOut:
        return WayOut(self.telegram_proxy, self.ssl_cert_file)

    @property
    def indiamart_way(self) -> WayOut:
        return WayOut(self.indiamart_proxy, self.ssl_cert_file)

    @property
    def sight(self) -> SightRule:
        """Who may see a buyer's number."""
        return SightRule(self.numbers, frozenset(self.telegram_admins))

    @property
    def database_file(self) -> Path | None:
        """None where a server has it."""
        return None if addresses.is_postgres(self.database_url) else self.database_path

    @property
    def database_path(self) -> Path:
        return addresses.database_path(self.database_url)

    @property
    def database_name(self) -> str:
        """For people: without who may."""
        file = self.database_file
        return addresses.server_name(self.database_url) if file is None else str(file)

    @property
    def is_chat_known(self) -> bool:
        return self.telegram_chat_id != NO_CHAT

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must not be written to a log; the mobile too, because v1 puts it into addresses."""
        given = (self.telegram_bot_token, self.indiamart_key, self.indiamart_mobile, self.push_token)
        texts = [secret.get_secret_value() for secret in given if secret is not None and secret is not NO_TOKEN]
        texts += addresses.passwords(self.database_url)
        for proxy in (self.telegram_proxy, self.indiamart_proxy):
            texts += () if proxy is None else proxy.secrets
        return (*texts, *(self.secret_key.keys if self.secret_key else ()))

    @classmethod
    def from_values(cls, given: Mapping[str, Any]) -> Self:
        """Settings from these values alone, upper- or lower-case names. Raises SettingsError."""
        texts = {name.upper(): as_text(value) for name, value in given.items()}
        problems = [_("{name} is not a setting.").format(name=name) for name in texts if name not in BY_NAME]
        return cls.build({name: text for name, text in texts.items() if text}, problems)

    @property
    def of_files(self) -> Settings:
        """`main`'s as the files and the environment have them: what all others are made with."""
        return self.files or self

    def of_account(
        self,
        own: Mapping[str, str],
        sources: Mapping[str, str] | None = None,
        optional: frozenset[str] = frozenset(),
    ) -> Self:
        """Those of a further account, where these are `main`'s. Raises SettingsError with every problem.

        The service's settings are `main`'s, and so is the bot where the account has none of its own; nothing else is.
        """
        shared = {name: text for name, text in self.texts.items() if BY_NAME[name].is_service}
        bot = {name: text for name, text in self.texts.items() if name in _INHERITED}
        mine = {name: text for name, text in own.items() if text and not BY_NAME[name].is_service}
        found = {**self.sources, **dict.fromkeys(bot, _("as for main")), **(sources or {})}
        return replace(self.build({**shared, **bot, **mine}, [], optional), sources=found, files=self.of_files)

    def changed(self, own: Mapping[str, str], sources: Mapping[str, str] | None = None) -> Self:
        """The same with these texts in place of others; an empty one takes a setting out. Raises SettingsError.

        What is missing here already may be missing there.
        """
        texts = {name: text for name, text in {**self.texts, **own}.items() if text}
        optional = frozenset(name for name, _sentence in missing(self.texts))
        found = {**self.sources, **(sources or {})}
        return replace(self.build(texts, [], optional), sources=found, files=self.of_files)

    @classmethod
    def build(cls, given: Mapping[str, str], problems: list[str], optional: frozenset[str] = frozenset()) -> Self:
        """Check everything, and raise SettingsError with every problem there is, those found before included.

        A given setting with an empty text is one whose problem is known already.
        `optional` may name TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_ID, INDIAMART_KEY and INDIAMART_MOBILE.
        """
        absent = [sentence for name, sentence in missing(given) if name not in optional]
        read, refused = _read(complete(given))
        if problems or absent or refused:
            raise SettingsError([*problems, *absent, *refused])
        if "TELEGRAM_CHAT_ID" not in given:
            read["telegram_chat_id"] = NO_CHAT
        if "TELEGRAM_BOT_TOKEN" not in given:
            read["telegram_bot_token"] = NO_TOKEN
        return cls(**read, texts={name: text for name, text in given.items() if name in BY_NAME})


_PATHS: Final = frozenset({"database_url", "backup_dir", "ssl_cert_file"})
"""Digits of any script are 0-9 but in a file's name."""
_INHERITED: Final = ("TELEGRAM_BOT_TOKEN",)
"""What an account that has none of its own has from `main`."""


def _read(texts: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The values by attribute, and a sentence for each that is refused."""
    read: dict[str, Any] = {}
    problems: list[str] = []
    for attribute, text in texts.items():
        try:
            read[attribute] = READERS[attribute](text if attribute in _PATHS else latin_digits(text))
        except BadValueError as error:
            problems.append(_sentence(attribute, error))
    api, every, url = (read.get(name) for name in ("indiamart_api", "poll_every", "indiamart_url"))
    if api and every and url and addresses.is_indiamart(url) and every < FLOORS[api]:
        minutes = int(FLOORS[api].total_seconds() // 60)
        refused = BadValueError(_("IndiaMART allows {api} one call in {minutes}m.").format(api=api, minutes=minutes))
        problems.append(_sentence("poll_every", refused))
    if refused_hook := _webhook_problem(read):
        problems.append(_sentence("telegram_webhook_url", BadValueError(refused_hook)))
    if "indiamart_key" not in texts and not addresses.is_postgres(texts.get("database_url", "")):
        problems += unheard_pushes(read)
    if "backup_dir" in texts and addresses.is_postgres(texts.get("database_url", "")):
        problems.append(_sentence("backup_dir", BadValueError(addresses.how_to_back_up())))
    return read, problems


def _webhook_problem(read: Mapping[str, Any]) -> str:
    address, api = read.get("telegram_webhook_url"), read.get("telegram_api_url")
    if address is None:
        return ""
    if _is_deaf(read):
        return _("it leads to HTTP_LISTEN, which is off.")
    return addresses.webhook_problem(address) if api is None or addresses.is_telegram(api) else ""


def unheard_pushes(read: Mapping[str, Any]) -> list[str]:
    """A sentence where nothing listens for IndiaMART's pushes. Without a key no lead could come then, unless another
    process on the same server's database listens.
    """
    if read.get("push_token") is None or not _is_deaf(read):
        return []
    # No good value is shown: the token is not what has to be changed.
    return [_sentence("push_token", SecretToMakeError(_("it leads to HTTP_LISTEN, which is off.")))]


def _is_deaf(read: Mapping[str, Any]) -> bool:
    return "http_listen" in read and read["http_listen"] is None


def problem(name: str, text: str) -> str:
    """Why this text cannot be that setting, as a sentence that begins with its name; empty if it can."""
    return "; ".join(_read({name.lower(): text})[1])


def _sentence(attribute: str, refused: BadValueError) -> str:
    entry = BY_NAME[attribute.upper()]
    if isinstance(refused, SecretToMakeError):
        return _("{name}: {problem}").format(name=entry.name, problem=refused)
    return _("{name}: {problem} A good value: {example}").format(name=entry.name, problem=refused, example=entry.good)
