"""What `leadbell check` says of a webhook: another program's, Leadbell's own, and one of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot import app
from bot.clock import Clock
from bot.store import webhooks
from tests.e2e.test_check import reported, stand
from tests.languages import heard, plain, worded

if TYPE_CHECKING:
    from tests.e2e.test_check import Stand

__all__ = ["stand"]

OWN = "Make Leadbell a bot of its own: send /newbot to @BotFather, and use that token."


@pytest.mark.parametrize(
    ("answer", "said", "is_left"),
    [
        (None, "Run this in a terminal to remove it", True),
        (False, "The webhook at crm.example stays. " + OWN, True),
        (True, "The webhook at crm.example is removed.", False),
    ],
)
async def test_a_webhook_of_another_program_goes_only_if_a_person_says_so(
    stand: Stand,
    capsys: pytest.CaptureFixture[str],
    answer: bool | None,  # noqa: FBT001 - a table's column
    said: str,
    is_left: bool,  # noqa: FBT001
) -> None:
    stand.world.updates.webhook = "https://crm.example/hook/secret-word"
    asked: list[str] = []

    async def ask(text: str) -> bool:
        asked.append(text)
        return bool(answer)

    is_well = await reported(stand.loaded(), ask=None if answer is None else ask)
    out = capsys.readouterr().out
    assert heard(said, out)
    assert "secret-word" not in out + "".join(asked)
    assert (is_well, bool(stand.world.updates.webhook)) == (not is_left, is_left)
    assert all(heard("that program hears nothing from this bot any more", text) for text in asked)


HOOK = "https://leads.example.com"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("", "Telegram brings updates to leads.example.com (TELEGRAM_WEBHOOK_URL)."),
        ("Failed to resolve host: Name or service not known", "Its name is not known in the DNS."),
        ("SSL error {error:0A000086:certificate verify failed}", "Its certificate is not one that Telegram trusts"),
        ("Wrong response from the webhook: 404 Not Found", "see that the address leads to HTTP_LISTEN"),
        ("Wrong response from the webhook: 502 Bad Gateway", "Leadbell behind it may not run"),
        ("Connection timed out", "its port is open to the internet"),
    ],
)
async def test_what_keeps_telegram_from_our_webhook_is_said_in_words(
    stand: Stand, capsys: pytest.CaptureFixture[str], error: str, said: str
) -> None:
    updates = stand.world.updates
    updates.webhook = f"{HOOK}/telegram/{stand.world.bot.id}"
    updates.hook.last_error = error
    stand.world.people[next(iter(stand.world.people))].starts()
    assert await reported(stand.loaded(TELEGRAM_WEBHOOK_URL=HOOK, HTTP_LISTEN="8080")) is not bool(error)
    out = capsys.readouterr().out
    assert heard(said, out)
    assert not error or (f"“{error}”" in out and worded("1 update waits") in plain(out))
    assert updates.webhook


async def test_a_webhook_of_ours_that_is_not_wanted_any_more_is_no_trouble(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, address = stand.loaded().settings, f"{HOOK}/telegram/{stand.world.bot.id}"
    async with app.opened(settings, Clock()) as intake, intake.shared.database.transaction() as connection:
        await webhooks.note(connection, stand.world.bot.id, address, Clock().now())
    stand.world.updates.webhook = address
    assert await reported(stand.loaded())
    assert heard("Leadbell's own of before. It is removed when Leadbell starts.", capsys.readouterr().out)
