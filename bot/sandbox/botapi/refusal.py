"""What the Bot API says when it refuses: the exact codes and words, in one place."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """A call is answered with `{"ok": false}`; `parameters` is what stands beside the description."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body if self.parameters is None else {**body, "parameters": self.parameters}


def bad(description: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: {description}")


def forbidden(description: str) -> RefusedError:
    return RefusedError(403, f"Forbidden: {description}")


def flood(retry_after: int) -> RefusedError:
    """`retry_after` is in whole seconds."""
    return RefusedError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def migrated(new_chat_id: int) -> RefusedError:
    return RefusedError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


def conflict(by: str | None = None) -> RefusedError:
    other = "other getUpdates request; make sure that only one bot instance is running"
    return RefusedError(409, f"Conflict: terminated by {by or other}")


def webhook_is_set() -> RefusedError:
    return RefusedError(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )


def entities(problem: str) -> RefusedError:
    return bad(f"can't parse entities: {problem}")
