"""Settings as nobody means them: whatever is typed, pasted or left behind is taken or refused in a sentence."""

from __future__ import annotations

from typing import Final

import pytest

from bot.config.addresses import is_host
from bot.config.settings import READERS, problem

LONG = "9" * 5000
TOO_LONG_A_NAME = "ü" * 64
ODD: Final = (
    LONG, f"{LONG}m", f"{LONG}:abcdefgh12", f"1/{LONG}", f"-100:{LONG}", f"09:{LONG}", f"{LONG} lakh", f"{LONG}-01-01",
    "a..b:80", f"{'a' * 64}:80", "https://a..b", f"https://{TOO_LONG_A_NAME}.example", "https://a\\b",
    f"http://{'a' * 64}:3128", f"socks5://{TOO_LONG_A_NAME}:80", "http://[::1", "~nobody-of-that-name/x",
    "sqlite:///~nobody-of-that-name/x", f"postgresql://u@h:{LONG}/x", "a\0b", "\ud800", "1e999", "nan",
)  # fmt: skip
"""What somebody may type, paste or leave behind."""


@pytest.mark.parametrize("name", [name.upper() for name in READERS])
def test_whatever_is_typed_is_taken_or_refused_in_a_sentence(name: str) -> None:
    for text in ODD:
        said = problem(name, text)
        assert said == "" or said.startswith(f"{name}: "), text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HTTP_LISTEN", "a..b:80"),
        ("HTTP_LISTEN", f"{'a' * 64}:80"),
        ("INDIAMART_URL", f"https://{TOO_LONG_A_NAME}.example"),
        ("TELEGRAM_API_URL", "https://a..b"),
        ("TELEGRAM_WEBHOOK_URL", "https://a\\b"),
        ("INDIAMART_PROXY", f"http://{'a' * 64}:3128"),
        ("SSL_CERT_FILE", "~nobody-of-that-name/x"),
        ("BACKUP_KEEP", LONG),
        ("BUYLEADS_PER_WEEK", LONG),
        ("TELEGRAM_BOT_TOKEN", f"{LONG}:abcdefgh12"),
    ],
)
def test_what_nothing_could_be_done_with_is_refused(name: str, text: str) -> None:
    assert problem(name, text).startswith(f"{name}: ")


@pytest.mark.parametrize(
    "host", ["localhost", "mapi.indiamart.com", "mapi.indiamart.com.", "दुकान.example", "127.0.0.1", "::1"]
)
def test_hosts_that_can_be_asked_for_are_taken(host: str) -> None:
    assert is_host(host)
