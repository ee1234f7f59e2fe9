"""What is given for settings, as texts: what is missing, and what stands for what was left out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.config.catalogue import BY_NAME, ENTRIES
from bot.config.values import Secret
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def missing(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each setting that is needed and not there, with the sentence that says so."""
    for entry in ENTRIES:
        if entry.required and entry.name not in given:
            yield entry.name, _absent(entry.name, _(entry.meaning).replace("`", ""))
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
    return value.get_secret_value() if isinstance(value, Secret) else str(value).strip()


def _absent(name: str, meaning: str) -> str:
    return _("{name} is missing: {meaning}. A good value: {example}").format(
        name=name, meaning=meaning, example=BY_NAME[name].good
    )
