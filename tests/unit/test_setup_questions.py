"""What is pasted in the wrong place is known before anybody is asked, and what is right is taken."""

from __future__ import annotations

import pytest

from bot.commands.setup.questions import KEY, OFFERED, TOKEN, token, what_is_wrong
from bot.config.catalogue import BY_NAME
from bot.sandbox.simulator.server import API_KEY, CRM_KEY

GOOD = "7100000001:AAEsomeTokenAsBotFatherGivesThem00000000"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (TOKEN, "-1001234567890", "That is a chat's id."),
        (TOKEN, "@leadbell_bot", "That is the bot's name."),
        (TOKEN, "https://t.me/leadbell_bot", "That is the bot's name."),
        (TOKEN, "+91 90000 00031", "That is a phone number."),
        (TOKEN, "7100000001:", "That is only the token's beginning."),
        (TOKEN, "mRyyAb1Cd2Ef3Gh4", "That looks like IndiaMART's key"),
        (TOKEN, "hello there", "it does not look like a bot token"),
        (KEY, GOOD, "That is the bot's token."),
        (KEY, "9000000031", "That is a phone number."),
        (KEY, "091-90000 00031", "it does not look like a key"),
        (KEY, "https://mapi.indiamart.com/", "it is a web address"),
    ],
)
def test_what_is_pasted_in_the_wrong_place_is_called_what_it_is(name: str, text: str, said: str) -> None:
    assert said in what_is_wrong(name, text)


@pytest.mark.parametrize(("name", "text"), [(TOKEN, GOOD), (KEY, API_KEY), (KEY, CRM_KEY), (KEY, "mRyyAb1Cd2Ef3Gh4")])
def test_what_is_right_is_taken(name: str, text: str) -> None:
    assert what_is_wrong(name, text) == ""


@pytest.mark.parametrize("text", [GOOD, f" {GOOD} ", f"Use this token to access the HTTP API: {GOOD} Keep it secure."])
def test_the_token_is_found_in_what_botfather_writes(text: str) -> None:
    assert token(text) == GOOD


@pytest.mark.parametrize("offered", OFFERED)
def test_what_is_offered_is_a_setting_whose_default_is_good(offered: object) -> None:
    name, default = offered.name, offered.default  # type: ignore[attr-defined]
    assert name in BY_NAME
    assert not default or what_is_wrong(name, default) == ""
