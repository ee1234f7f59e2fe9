"""Forms, as browsers and scripts send them: `application/x-www-form-urlencoded` and `multipart/form-data`.

What is in them tells what they are. A Content-Type only helps where it names a boundary: many senders set a wrong one.
"""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from bot.indiamart import column_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Decode = Callable[[bytes], str]

MOST_FIELDS: Final = 5_000
"""More than any form has; parsing stops there."""
_BYTES: Final = "latin-1"
"""One character per byte, there and back."""
_BOUNDARY: Final = re.compile(rb"\s*--([^\r\n]{1,200})\r?\n")
_NAME: Final = re.compile(r"([^\[\]]*)((?:\[[^\[\]]*\])*)")
_KEY: Final = re.compile(r"\[([^\[\]]*)\]")


def read(body: bytes, decode: Decode) -> dict[str, Any] | None:
    """The fields by their names, those of `a[b]` within each other; None where it is no form.

    `decode` makes text of a field's bytes. Never raises.
    """
    parts = _parts(body)
    fields = _pairs(body) if parts is None else parts
    if not fields:
        return None
    return _nested((decode(name), decode(value)) for name, value in fields)


def _pairs(body: bytes) -> list[tuple[bytes, bytes]]:
    """`a=1&b=2`. What is not escaped is taken as it is."""
    text = body.strip().decode(_BYTES)
    try:
        found = parse_qsl(_joined(text), keep_blank_values=True, encoding=_BYTES, max_num_fields=MOST_FIELDS)
    except ValueError:  # too many fields
        return []
    return [(name.encode(_BYTES), value.encode(_BYTES)) for name, value in found]


def _joined(text: str) -> str:
    """With a `&` in a value, as in `COMPANY=Rao & Sons`, escaped: what follows it has no `=` and is no field's name."""
    first, *others = text.split("&")
    fields = [[first]]
    for part in others:
        if "=" in part or not part.strip("+ ") or column_names.field(part) is not None:
            fields.append([part])
        else:
            fields[-1].append(part)
    return "&".join(map("%26".join, fields))


def _parts(body: bytes) -> list[tuple[bytes, bytes]] | None:
    """The parts of a multipart body; None where it does not begin as one does."""
    begins = _BOUNDARY.match(body)
    if begins is None:
        return None
    boundary = begins[1].strip().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/form-data; boundary="%b"\r\n\r\n' % boundary
    message = BytesParser(policy=policy.compat32).parsebytes(head + body.lstrip())
    found: list[tuple[bytes, bytes]] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = part.get_param("name", "", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            found.append((name.encode(errors="surrogateescape"), value))
    return found


def _nested(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`RESPONSE[SENDER_NAME]` as PHP and jQuery write it. Of two fields of one name the first that says anything."""
    found: dict[str, Any] = {}
    for name, value in fields:
        whole = _NAME.fullmatch(name)
        keys = [name] if whole is None else [whole[1], *_KEY.findall(whole[2])]
        place: Any = found
        for key in keys[:-1]:
            place = place.setdefault(key, {}) if isinstance(place, dict) else None
        if isinstance(place, dict) and not place.get(keys[-1]):
            place[keys[-1]] = value
    return found
