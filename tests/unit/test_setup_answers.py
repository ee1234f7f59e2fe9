"""What setup writes into `.env` can be read again, however a secret was given before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.commands.setup.answers import Answers
from bot.config import load_settings

if TYPE_CHECKING:
    from pathlib import Path

OLD = "7100000001:AAEsomeTokenAsBotFatherGivesThem00000000"
NEW = "7100000002:AAEsomeTokenAsBotFatherGivesThem00000000"
REST = "TELEGRAM_CHAT_ID=-1001234567890\nINDIAMART_KEY=some-key-of-ours\n"


@pytest.mark.parametrize(
    ("written", "environ"),
    [
        (f"TELEGRAM_BOT_TOKEN={OLD}", {"TELEGRAM_BOT_TOKEN_FILE": "new"}),
        ("TELEGRAM_BOT_TOKEN_FILE=old", {"TELEGRAM_BOT_TOKEN": NEW}),
    ],
)
def test_a_secret_of_the_environment_takes_the_place_of_its_other_spelling(
    tmp_path: Path, written: str, environ: dict[str, str]
) -> None:
    """What the environment says is written down, and the same secret in both spellings in one file is refused."""
    (tmp_path / "old").write_text(OLD, encoding="utf-8")
    (tmp_path / "new").write_text(NEW, encoding="utf-8")
    (tmp_path / ".env").write_text(f"{written}\n{REST}", encoding="utf-8")
    Answers(environ, tmp_path).adopt_environment()
    assert load_settings({}, tmp_path).settings.telegram_bot_token.get_secret_value() == NEW
    assert Answers({}, tmp_path)["TELEGRAM_BOT_TOKEN"] == NEW
