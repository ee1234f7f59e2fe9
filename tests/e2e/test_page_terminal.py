"""The demo's group as text."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.terminal import Terminal, rich_text

GROUP = -1001


def message(**fields: Any) -> dict[str, Any]:
    sender = {"id": 7, "name": "Leadbell", "is_bot": True}
    return {"chat_id": GROUP, "message_id": 1, "from": sender, "date": 1_700_000_000, "html": "", **fields}


def shown(*events: dict[str, Any]) -> str:
    stream = io.StringIO()
    terminal = Terminal(stream, width=80)
    for event in events:
        terminal.show(event)
    return stream.getvalue()


def test_a_card_shows_its_text_and_its_buttons() -> None:
    keyboard = [[{"text": "✋ Claim", "style": "success"}, {"text": "More"}], [{"text": "Remind"}]]
    card = message(html="🟢 <b>Enquiry</b> · A &amp; B\n<blockquote>please call</blockquote>", keyboard=keyboard)
    text = shown({"type": "message", "message": card})
    for part in ("Leadbell", "🟢 Enquiry · A & B", "please call", "[ ✋ Claim ]  [ More ]", "[ Remind ]"):
        assert part in text


def test_an_edit_says_that_the_card_changed() -> None:
    card = message(html="won by Ravi", edit_date=1_700_000_060)
    assert "changed" in shown({"type": "edited", "message": card})


def test_private_chats_are_not_shown() -> None:
    assert shown({"type": "message", "message": message(chat_id=12, html="secret")}) == ""


def test_what_happens_behind_the_scenes_is_told() -> None:
    assert "flood, 17 s" in shown({"type": "notice", "text": "refused: flood, 17 s"})


def test_attachments_are_named() -> None:
    card = message(
        contact={"name": "Asha", "phone": "+91 90000 00031"},
        document={"name": "leads.csv", "url": "/x", "size": 3},
        photo={"url": "/y", "caption_html": "<i>this week</i>"},
        reply_to={"message_id": 3, "from_name": "Ravi", "text": "which\none?"},
    )
    text = shown({"type": "message", "message": card})
    for part in ("Asha +91 90000 00031", "leads.csv", "[picture]", "this week", "Ravi: which one?"):
        assert part in text


@pytest.mark.parametrize("name", ["\x1b[31mred", "a\x07b", "a\u202eb", "[bold]x[/bold]", "\x9b2J"])
def test_a_name_cannot_steer_the_terminal(name: str) -> None:
    text = shown({"type": "message", "message": message(html=name, **{"from": {"id": 1, "name": name}})})
    assert not set(text) & {"\x1b", "\x07", "\u202e", "\x9b"}
    assert "[bold]" in text or "[bold]" not in name


@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    rich_text(text)
