"""What is kept about a buyer as a page that anybody can read, and as JSON that a program can."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any, Final

from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLE: Final = (
    "body{font:15px/1.4 system-ui,sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse;margin:.5em 0}"
    "th,td{border:1px solid #bbb;padding:.2em .5em;text-align:left;vertical-align:top}td{overflow-wrap:anywhere}"
)


def as_json(kept: Mapping[str, Any]) -> bytes:
    return json.dumps(kept, ensure_ascii=False, indent=2).encode()


def as_page(kept: Mapping[str, Any], title: str) -> bytes:
    sections = "".join(f"<h2>{html.escape(_heading(name))}</h2>{_drawn(value)}" for name, value in kept.items())
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{html.escape(title)}</h1>{sections}</body></html>"
    )
    return page.encode()


def _heading(table: str) -> str:
    return {
        "contacts": _("What the buyer is known by"),
        "do_not_call": _("Asked not to be called"),
        "leads": _("Enquiries, with the rows as IndiaMART sent them"),
        "cards": _("Messages in the group"),
        "private_cards": _("Messages in private chats"),
        "changes": _("What the team did"),
        "notes": _("What the team wrote"),
        "reminders": _("Reminders"),
        "audit": _("Who was shown the number"),
        "outbox": _("Messages on their way"),
        "parked": _("Messages put aside"),
        "unreadable": _("Rows that could not be read"),
        "pushes": _("Pushed bodies that could not be read"),
    }.get(table, table)


def _drawn(value: Any) -> str:
    if isinstance(value, dict):
        rows = (f"<tr><th>{html.escape(str(name))}</th><td>{_drawn(one)}</td></tr>" for name, one in value.items())
        return f"<table>{''.join(rows)}</table>"
    if isinstance(value, list):
        return "".join(map(_drawn, value)) if any(isinstance(one, dict) for one in value) else _drawn(", ".join(value))
    return html.escape(str(value))
