"""Keyboards under messages, checked as strictly as Telegram checks them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.botapi.refusal import RefusedError, bad

MAX_BUTTONS: Final = 100
ACTIONS: Final = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_STYLES: Final = frozenset({"primary", "success", "danger"})
_URL: Final = re.compile(r"https?://[^\s/?#.]+(?:\.[^\s/?#.]+)*(?::\d+)?(?:[/?#]\S*)?|tg://\S+", re.IGNORECASE)

Button = dict[str, Any]
Rows = list[list[Button]]


@dataclass(frozen=True, slots=True)
class ReplyMarkup:
    """A checked `reply_markup`. `kind` is its one tell-tale field, `rows` are those of an inline keyboard."""

    kind: str = ""
    rows: tuple[tuple[Button, ...], ...] = ()
    placeholder: str = ""
    is_selective: bool = False

    @property
    def wire(self) -> dict[str, Any] | None:
        """Only inline keyboards come back inside messages."""
        return {"inline_keyboard": [list(row) for row in self.rows]} if self.rows else None

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.rows for button in row)


NO_MARKUP: Final = ReplyMarkup()


def read(value: dict[str, Any] | None) -> ReplyMarkup:
    if not value:
        return NO_MARKUP
    if "inline_keyboard" in value:
        return ReplyMarkup("inline_keyboard", _rows(value["inline_keyboard"]))
    if value.get("force_reply"):
        placeholder = str(value.get("input_field_placeholder") or "")
        if len(placeholder) > 64:
            raise bad("input field placeholder is too long")
        return ReplyMarkup("force_reply", placeholder=placeholder, is_selective=bool(value.get("selective")))
    kind = next((name for name in ("keyboard", "remove_keyboard") if name in value), None)
    if kind is None:
        raise bad("can't parse reply markup: unknown type of reply markup")
    return ReplyMarkup(kind)


def _rows(value: Any) -> tuple[tuple[Button, ...], ...]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise _unreadable('Field "inline_keyboard" must be an Array of Arrays')
    rows = tuple(tuple(_button(button) for button in row) for row in value if row)
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad("reply markup is too long")
    return rows


def _button(value: Any) -> Button:
    if not isinstance(value, dict):
        raise _unreadable("Inline keyboard button must be an Object")
    if not isinstance(value.get("text"), str):
        raise _unreadable('Can\'t find field "text"')
    if not value["text"].strip():
        raise bad("keyboard button text must be non-empty")
    actions = [name for name in ACTIONS if value.get(name) is not None]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _unreadable("Exactly one action must be used for a button")
    if value.get("style") is not None and value["style"] not in _STYLES:
        raise _unreadable("Invalid button style specified")
    _check_action(actions[0], value[actions[0]])
    return dict(value)


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data" and not _is_between(str(value).encode(errors="surrogatepass"), 1, 64):
        raise bad("BUTTON_DATA_INVALID")
    if action == "url" and not _URL.fullmatch(str(value)):
        raise bad("BUTTON_URL_INVALID")
    if action == "copy_text" and not (isinstance(value, dict) and _is_between(str(value.get("text") or ""), 1, 256)):
        raise bad("BUTTON_COPY_TEXT_INVALID")


def _is_between(value: str | bytes, least: int, most: int) -> bool:
    return least <= len(value) <= most


def _unreadable(problem: str) -> RefusedError:
    return bad(f"can't parse inline keyboard button: {problem}")
