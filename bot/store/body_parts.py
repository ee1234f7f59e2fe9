"""What of a kept body tells of some buyers, and what is left of it without that: one body may hold hundreds of rows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    Tells = Callable[[str], bool]

_DEEPEST: Final = 20
"""Of what stands within each other."""
_OBJECT: Final = re.compile(r"\{[^{}]*\}")
"""A row, in what is no JSON as a whole."""


_HALF: Final = re.compile(r"[\ud800-\udfff]")


class BodyParts(NamedTuple):
    theirs: str
    """The rows, as JSON; the whole text, where all of it is theirs, or it cannot be taken apart."""
    rest: str
    """Empty where no other row is left."""


def parted(text: str, tells: Tells) -> BodyParts:
    """`tells` whether a text is about them. Of a text that is not, nothing is theirs."""
    if not tells(text):
        return BodyParts("", text)
    parts = _of_json(text, tells) or _of_broken(text, tells)
    return BodyParts(text, "") if parts is None or tells(parts.rest) else parts


def _of_json(text: str, tells: Tells) -> BodyParts | None:
    """What is in no list is one row."""
    sorting = _Sorting(tells)
    try:
        rest = _written(sorting.without(json.loads(text), _DEEPEST))
    except (ValueError, RecursionError):
        return None
    if not sorting.theirs or not sorting.others:
        return BodyParts(text, "")
    return BodyParts(_written(sorting.theirs), rest)


def _of_broken(text: str, tells: Tells) -> BodyParts | None:
    """What was cut off, or has a row that is no JSON: rows are flat."""
    rows = _OBJECT.findall(text)
    theirs = [row for row in rows if tells(row)]
    if not theirs or len(theirs) == len(rows):
        return None
    rest = _OBJECT.sub(lambda found: "{}" if tells(found[0]) else found[0], text)
    return BodyParts(f"[{', '.join(theirs)}]", rest)


@dataclass(slots=True)
class _Sorting:
    """Goes through what stands within each other, whatever it is called."""

    tells: Tells
    theirs: list[Any] = field(default_factory=list)
    others: int = 0
    """Rows that are not theirs."""

    def without(self, value: Any, depth: int) -> Any:
        """The same without their rows."""
        if depth == 0:
            raise ValueError("too deep to be taken apart")
        if isinstance(value, list):
            return [one for row in value for one in self._row(row, depth)]
        if isinstance(value, dict):
            if _is_numbered(value):
                return self.without(list(value.values()), depth)
            return {name: self.without(one, depth - 1) for name, one in value.items()}
        inside = _inside(value)
        return value if inside is None else _written(self.without(inside, depth - 1))

    def _row(self, row: Any, depth: int) -> list[Any]:
        """What is left of it: itself, nothing, or what wrapped others."""
        if not self.tells(_written(row)):
            self.others += 1
            return [row]
        within = _Sorting(self.tells)
        left = within.without(row, depth - 1)
        if not within.others or self.tells(_written(left)):
            self.theirs.append(row)
            return []
        self.theirs += within.theirs
        self.others += within.others
        return [left]


def _inside(value: Any) -> Any:
    """JSON as a text in JSON; None for any other text."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _is_numbered(value: dict[str, Any]) -> bool:
    """A form's way to write an array."""
    return len(value) > 1 and all(isinstance(one, dict) for one in value.values())


def _written(value: Any) -> str:
    """As people read it, but for halves of characters, which nothing could keep."""
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if _HALF.search(text) else text
