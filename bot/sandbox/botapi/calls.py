"""A record of every call a bot made, for assertions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class BotApiCall:
    """`status` is the HTTP status as far as the server got: 0 while it runs, or where no answer was given."""

    method: str
    parameters: dict[str, Any] = field(repr=False)
    at: float
    """Monotonic seconds."""
    status: int = 0
    description: str = ""


class BotApiCalls(list[BotApiCall]):
    """Oldest first."""

    def of(self, *methods: str) -> list[BotApiCall]:
        wanted = {method.lower() for method in methods}
        return [call for call in self if call.method.lower() in wanted]

    def refused(self, status: int = 429) -> list[BotApiCall]:
        return [call for call in self if call.status == status]
