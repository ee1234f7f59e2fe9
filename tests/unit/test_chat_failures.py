from __future__ import annotations

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

import bot.chat  # noqa: F401 - sets how python-telegram-bot tells times, before it is imported
from bot.chat.errors import is_unchanged, translate
from bot.errors import Trouble

ROWS = [
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Trouble.CHAT),
    (Forbidden("Forbidden: bot was blocked by the user"), Trouble.CHAT),
    (BadRequest("Can't parse entities: unsupported start tag"), Trouble.MESSAGE),
    (BadRequest("Message is too long"), Trouble.MESSAGE),
    (BadRequest("MESSAGE_TOO_LONG"), Trouble.MESSAGE),
    (BadRequest("Message text is empty"), Trouble.MESSAGE),
    (BadRequest("Text must be non-empty"), Trouble.MESSAGE),
    (BadRequest("Button_data_invalid"), Trouble.MESSAGE),
    (BadRequest("BUTTON_URL_INVALID"), Trouble.MESSAGE),
    (BadRequest("Inline keyboard button URL 'x' is invalid: wrong HTTP URL"), Trouble.MESSAGE),
    (BadRequest("Message thread not found"), Trouble.TOPIC),
    (BadRequest("Message to edit not found"), Trouble.MISSING),
    (BadRequest("Message can't be edited"), Trouble.MISSING),
    (BadRequest("Message to delete not found"), Trouble.MISSING),
    (BadRequest("MESSAGE_ID_INVALID"), Trouble.MISSING),
    (BadRequest("Chat not found"), Trouble.CHAT),
    (BadRequest("Not enough rights to send text messages to the chat"), Trouble.CHAT),
    (BadRequest("TOPIC_CLOSED"), Trouble.CHAT),
    (BadRequest("Something nobody has seen before"), Trouble.CHAT),
    (InvalidToken("The token `123456:secret` was rejected by the server."), Trouble.TOKEN),
    (TimedOut(), Trouble.TEMPORARY),
    (NetworkError("Bad Gateway (502)"), Trouble.TEMPORARY),
    (NetworkError("Request Entity Too Large (413)"), Trouble.MESSAGE),
    (NetworkError("Request Entity Too Large"), Trouble.MESSAGE),
    (Conflict("Conflict: terminated by other getUpdates request"), Trouble.TEMPORARY),
    (TelegramError("Invalid server response"), Trouble.TEMPORARY),
]


@pytest.mark.parametrize(("error", "trouble"), ROWS, ids=lambda value: str(value)[:40])
def test_every_error_has_one_meaning(error: TelegramError, trouble: Trouble) -> None:
    assert translate(error).trouble is trouble


def test_a_flood_says_how_long_to_wait() -> None:
    found = translate(RetryAfter(17))
    assert (found.trouble, found.retry_after) == (Trouble.FLOOD, 17.0)


def test_a_moved_chat_says_where_it_went() -> None:
    found = translate(ChatMigrated(-100200300))
    assert (found.trouble, found.moved_to) == (Trouble.MOVED, -100200300)


def test_the_token_in_the_librarys_own_text_is_not_passed_on() -> None:
    assert "secret" not in str(translate(InvalidToken("The token `123456:secret` was rejected by the server.")))


def test_only_a_bad_request_can_say_that_nothing_changed() -> None:
    words = "Message is not modified: specified new message content is the same"
    assert is_unchanged(BadRequest(words))
    assert not is_unchanged(NetworkError(words))


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (TimedOut("Timed out"), True),
        (NetworkError("No answer: Connection refused"), True),
        (NetworkError("Bad Gateway"), False),
        (NetworkError("Internal Server Error (500)"), False),
        (NetworkError("The answer is not the Bot API's"), False),
        (BadRequest("chat not found"), False),
        (Forbidden("bot was kicked"), False),
        (RetryAfter(5), False),
    ],
)
def test_whether_an_answer_came_at_all_is_known(error: TelegramError, is_so: bool) -> None:  # noqa: FBT001 - a table's column
    assert translate(error).is_of_the_way is is_so
