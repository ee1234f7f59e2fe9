"""The settings as the program uses them: read, checked against each other, never changed."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config import hours, values
from bot.config.catalogue import BY_NAME, ENTRIES
from bot.config.hours import Holidays, WorkingHours
from bot.config.values import Listen, Rate, Refused, ToBeMade
from bot.errors import SettingsError
from bot.i18n import _

NO_CHAT: Final = 0
"""The chat id where none is set yet: `leadbell check` helps to find it."""

FLOORS: Final[Mapping[str, timedelta]] = {"v1": timedelta(minutes=15), "v2": timedelta(minutes=5)}
"""The least time between two calls (official for v1, observed for v2)."""


class Settings(BaseSettings):
    """Made by `load_settings` or `Settings.from_values`; by itself it reads neither environment nor files."""

    model_config = SettingsConfigDict(frozen=True, validate_default=False, hide_input_in_errors=True)

    telegram_bot_token: Annotated[SecretStr, PlainValidator(values.bot_token)]
    telegram_chat_id: Annotated[int, PlainValidator(lambda text: text if text == NO_CHAT else values.chat_id(text))]
    telegram_thread_id: Annotated[int | None, PlainValidator(values.thread_id)] = None
    telegram_admins: Annotated[tuple[int, ...], PlainValidator(values.admins)] = ()
    telegram_api_url: Annotated[str, PlainValidator(values.url)]
    telegram_group_rate: Annotated[Rate, PlainValidator(values.rate)]
    indiamart_key: Annotated[SecretStr | None, PlainValidator(values.key)] = None
    indiamart_mobile: Annotated[SecretStr | None, PlainValidator(values.mobile)] = None
    indiamart_api: Annotated[Literal["v1", "v2"], PlainValidator(values.api)]
    indiamart_url: Annotated[str, PlainValidator(values.indiamart_url)]
    poll_every: Annotated[timedelta, PlainValidator(values.positive_duration)]
    lookback: Annotated[timedelta, PlainValidator(values.positive_duration)]
    overlap: Annotated[timedelta, PlainValidator(values.overlap)]
    push_token: Annotated[SecretStr | None, PlainValidator(values.push_token)] = None
    database_url: Annotated[str, PlainValidator(values.database_url)]
    http_listen: Annotated[Listen | None, PlainValidator(values.listen)]
    timezone: Annotated[ZoneInfo, PlainValidator(values.timezone)]
    working_hours: Annotated[WorkingHours, PlainValidator(hours.working_hours)]
    holidays: Annotated[Holidays, PlainValidator(hours.holidays)] = Holidays()
    escalate_after: Annotated[tuple[timedelta, ...], PlainValidator(values.escalation)]
    log_level: Annotated[Literal["debug", "info", "warning", "error"], PlainValidator(values.log_level)]
    log_format: Annotated[Literal["text", "json"], PlainValidator(values.log_format)]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed in: the layers are merged beforehand, and the demo must not see the machine's."""
        return (init_settings,)

    @field_validator("poll_every")
    @classmethod
    def _not_below_the_floor(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        api, address = info.data.get("indiamart_api"), info.data.get("indiamart_url")
        if api is None or address is None or not values.is_indiamart(address) or value >= FLOORS[api]:
            return value
        minutes = int(FLOORS[api].total_seconds() // 60)
        raise Refused(_("IndiaMART allows {api} one call in {minutes}m.").format(api=api, minutes=minutes))

    @property
    def poll_floor(self) -> timedelta:
        """The least time between two calls."""
        return FLOORS[self.indiamart_api] if values.is_indiamart(self.indiamart_url) else self.poll_every

    @property
    def database_path(self) -> Path:
        return values.database_path(self.database_url)

    @property
    def is_chat_known(self) -> bool:
        return self.telegram_chat_id != NO_CHAT

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must not be written to a log; the mobile too, because v1 puts it into addresses."""
        given = (self.telegram_bot_token, self.indiamart_key, self.indiamart_mobile, self.push_token)
        return tuple(secret.get_secret_value() for secret in given if secret is not None)

    @classmethod
    def from_values(cls, given: Mapping[str, Any]) -> Self:
        """Settings from these values alone, upper- or lower-case names. Raises SettingsError."""
        texts = {name.upper(): as_text(value) for name, value in given.items()}
        problems = [_("{name} is not a setting.").format(name=name) for name in texts if name not in BY_NAME]
        return cls.build({name: text for name, text in texts.items() if text}, problems)

    @classmethod
    def build(cls, given: Mapping[str, str], problems: list[str], optional: frozenset[str] = frozenset()) -> Self:
        """Check everything, and raise SettingsError with every problem there is, those found before included.

        A given setting with an empty text is one whose problem is known already.
        `optional` may name TELEGRAM_CHAT_ID, INDIAMART_KEY and INDIAMART_MOBILE.
        """
        absent = [sentence for name, sentence in missing(given) if name not in optional]
        texts: dict[str, Any] = complete(given)
        if "TELEGRAM_CHAT_ID" not in given:
            texts["telegram_chat_id"] = NO_CHAT
        try:
            settings = cls(**texts)
        except ValidationError as error:
            found = [_sentence(detail) for detail in error.errors() if detail["type"] != "missing"]
            raise SettingsError([*problems, *absent, *found]) from None
        if problems or absent:
            raise SettingsError([*problems, *absent])
        return settings


def missing(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each setting that is needed and not there, with the sentence that says so."""
    for entry in ENTRIES:
        if entry.required and entry.name not in given:
            yield entry.name, _absent(entry.name, entry.meaning.replace("`", ""))
    if "INDIAMART_KEY" not in given and "PUSH_TOKEN" not in given:
        yield "INDIAMART_KEY", _absent("INDIAMART_KEY", _("IndiaMART's key, unless PUSH_TOKEN is set"))
    if given.get("INDIAMART_API", "").strip().lower() == "v1" and "INDIAMART_MOBILE" not in given:
        yield "INDIAMART_MOBILE", _absent("INDIAMART_MOBILE", _("v1 needs the registered mobile number"))


def complete(given: Mapping[str, str]) -> dict[str, str]:
    """What is given and the defaults for the rest, by attribute."""
    texts = {entry.attribute: given.get(entry.name, entry.default) for entry in ENTRIES}
    texts["indiamart_api"] = texts["indiamart_api"] or ("v1" if texts["indiamart_mobile"] else "v2")
    texts["poll_every"] = texts["poll_every"] or ("15m" if texts["indiamart_api"].strip().lower() == "v1" else "5m")
    texts["telegram_thread_id"] = texts["telegram_chat_id"]
    return {attribute: text for attribute, text in texts.items() if text}


def as_text(value: object) -> str:
    """A value from TOML or code as it would be typed into .env."""
    if value is None or value is False:
        return "" if value is None else "off"
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(as_text(item) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value).strip()


def _absent(name: str, meaning: str) -> str:
    return _("{name} is missing: {meaning}. A good value: {example}").format(
        name=name, meaning=meaning, example=BY_NAME[name].good
    )


def _sentence(detail: ErrorDetails) -> str:
    entry = BY_NAME[str(detail["loc"][0]).upper()]
    error = detail.get("ctx", {}).get("error")
    problem = str(error) if isinstance(error, Refused) else _("it cannot be read.")
    if isinstance(error, ToBeMade):
        return _("{name}: {problem}").format(name=entry.name, problem=problem)
    return _("{name}: {problem} A good value: {example}").format(name=entry.name, problem=problem, example=entry.good)
