"""The parameters of one call, however they came: query, form, multipart or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp.web_request import FileField

from bot.sandbox.botapi.refusal import RefusedError, bad

if TYPE_CHECKING:
    from aiohttp import web

JSON_ERROR = "can't parse JSON object"


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parameters:
    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The empty string where it is missing, as Telegram takes it."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f'invalid value of parameter "{name}" specified') from None

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        return value is True or str(value).lower() in {"true", "1", "yes"}

    def structure(self, name: str) -> Any:
        """A JSON value; None where it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"{JSON_ERROR} of parameter {name}") from None

    def mapping(self, name: str) -> dict[str, Any] | None:
        value = self.structure(name)
        if value is not None and not isinstance(value, dict):
            raise bad(f"object expected as {name}")
        return value

    def sequence(self, name: str) -> list[Any] | None:
        value = self.structure(name)
        if value is not None and not isinstance(value, list):
            raise bad(f"array expected as {name}")
        return value

    def upload(self, name: str) -> Upload | None:
        """A file sent under its own name, or under the name that `attach://` points to."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            name = value.removeprefix("attach://")
        return self.uploads.get(name)


async def read(request: web.Request) -> Parameters:
    values: dict[str, Any] = dict(request.query)
    if request.method == "GET":
        return Parameters(values)
    if request.content_type == "application/json":
        values.update(await _json_body(request))
        return Parameters(values)
    uploads: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, FileField):
            uploads[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            values[name] = value if isinstance(value, str) else bytes(value).decode()
    return Parameters(values, uploads)


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise RefusedError(400, f"Bad Request: {JSON_ERROR}") from None
    if not isinstance(body, dict):
        raise bad("object expected as the request body")
    return body
