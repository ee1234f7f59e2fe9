"""A record of every call a bot made, for assertions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Call:
    """`status` is the HTTP status as far as the server got: 0 while it runs, or where no answer was given."""

    method: str
    parameters: dict[str, Any] = field(repr=False)
    at: float
    """Monotonic seconds."""
    status: int = 0
    description: str = ""


class Calls(list[Call]):
    """Oldest first."""

    def of(self, *methods: str) -> list[Call]:
        wanted = {method.lower() for method in methods}
        return [call for call in self if call.method.lower() in wanted]

    def refused(self, status: int = 429) -> list[Call]:
        return [call for call in self if call.status == status]
