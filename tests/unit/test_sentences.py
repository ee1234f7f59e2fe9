"""Sentences that are kept and shown later, to somebody of another language; and the system's own words."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.chat.views import faults
from bot.chat.views.times import Now
from bot.config.proxies import WayOut
from bot.domain.notice import Fault
from bot.i18n import LANGUAGES, Sentence, _, kept, shown, speaking, systems
from bot.network import failures
from tests import catalogues
from tests.unit.test_render_digest import ZONE
from tests.unit.test_render_text import NOW

if TYPE_CHECKING:
    from bot.chat.views.notice_facts import Facts

REASONS = (
    aiohttp.ConnectionTimeoutError(),
    TimeoutError(),
    aiohttp.ServerDisconnectedError(),
    ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", REASONS)
async def test_why_indiamart_was_not_reached_is_told_in_the_readers_language(error: Exception, language: str) -> None:
    words = await failures.words(error, WayOut(), "https://mapi.indiamart.com/x")
    for message in (words, kept(words)):  # at once, and from the database
        facts: Facts = {"fault": Fault.NO_CONNECTION.value, "message": message}
        with speaking(language):
            said = faults.started(facts, Now(NOW, ZONE))[-1]
            assert said == _("The reason: {words}.").format(words=shown(words))
        assert (str(words) in said) == (language == "en")


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_a_sentence_within_a_sentence_is_told_with_it(language: str) -> None:
    inner = Sentence("it lets nobody through to {host}", host="example.com")
    words = kept(Sentence("the proxy {proxy} answered {code}: {why}", proxy="proxy:3128", code=403, why=inner))
    with speaking(language):
        said = shown(words)
        assert shown(inner) in said
    assert "proxy:3128" in said
    assert "answered" not in said


@pytest.mark.parametrize(
    "words", ["", "Bad Request", "[]", '["x"]', '["{a}", {}]', '["x", 1]', '["', '{"a": 1}', '["x", {"message": "y"}]']
)
def test_what_others_said_is_shown_as_they_said_it(words: str) -> None:
    assert kept(words) == words
    with speaking("hi"):
        assert shown(words) == words


def test_the_systems_usual_words_are_known_and_others_told_as_they_are() -> None:
    with speaking("ta"):
        assert shown(systems(OSError(errno.ENOSPC, "No space left on device"))) == _("No space left on device")
        assert shown(systems(OSError(errno.EXDEV, "Invalid cross-device link"))) == "Invalid cross-device link"
        assert shown(systems(OSError())) == "OSError"
