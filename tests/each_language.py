"""`--language` for a suite of tests: its conftest.py takes this hook and this fixture as its own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from bot.i18n import ENGLISH, LANGUAGES
from bot.sandbox.botapi.messages import Message
from tests import languages
from tests.languages import heard, speak, spoken, worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.botapi.keyboards import Button

_by_label = Message.button


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A row of a table that is marked `english` is kept out of the other languages by tests/conftest.py."""
    is_english = metafunc.definition.get_closest_marker("english") is not None
    if metafunc.config.getoption("--language") == languages.ALL and not is_english:
        metafunc.parametrize("in_a_language", LANGUAGES, indirect=True)


def given_a_language(request: pytest.FixtureRequest) -> Iterator[None]:
    """A button is named by its English label, or words of it, in every language, as `worded` and `heard` name what is
    read.
    """
    is_english = request.node.get_closest_marker("english") is not None
    asked = ENGLISH if is_english else request.config.getoption("--language")
    speak(getattr(request, "param", asked), request.node.nodeid)
    with pytest.MonkeyPatch.context() as patch:
        if spoken() != ENGLISH:
            patch.setattr(Message, "button", _button)
        yield
    speak(ENGLISH, "")


in_a_language = pytest.fixture(given_a_language, autouse=True)


def _button(message: Message, wanted: str) -> Button:
    named = [button for button in message.markup.buttons if heard(wanted, button["text"])]
    for label in (worded(wanted), *(button["text"] for button in named[:1] if len(named) == 1)):
        with contextlib.suppress(LookupError):
            return _by_label(message, label)
    return _by_label(message, wanted)
