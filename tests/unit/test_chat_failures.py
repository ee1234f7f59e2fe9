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
from bot.errors import DeliveryTrouble

ROWS = [
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), DeliveryTrouble.CHAT),
    (Forbidden("Forbidden: bot was blocked by the user"), DeliveryTrouble.CHAT),
    (BadRequest("Can't parse entities: unsupported start tag"), DeliveryTrouble.MESSAGE),
    (BadRequest("Message is too long"), DeliveryTrouble.MESSAGE),
    (BadRequest("MESSAGE_TOO_LONG"), DeliveryTrouble.MESSAGE),
    (BadRequest("Message text is empty"), DeliveryTrouble.MESSAGE),
    (BadRequest("Text must be non-empty"), DeliveryTrouble.MESSAGE),
    (BadRequest("Button_data_invalid"), DeliveryTrouble.MESSAGE),
    (BadRequest("BUTTON_URL_INVALID"), DeliveryTrouble.MESSAGE),
    (BadRequest("Inline keyboard button URL 'x' is invalid: wrong HTTP URL"), DeliveryTrouble.MESSAGE),
    (BadRequest("Message thread not found"), DeliveryTrouble.TOPIC),
    (BadRequest("Message to edit not found"), DeliveryTrouble.MISSING),
    (BadRequest("Message can't be edited"), DeliveryTrouble.MISSING),
    (BadRequest("Message to delete not found"), DeliveryTrouble.MISSING),
    (BadRequest("MESSAGE_ID_INVALID"), DeliveryTrouble.MISSING),
    (BadRequest("Message to be replied not found"), DeliveryTrouble.MISSING),
    (BadRequest("Chat not found"), DeliveryTrouble.CHAT),
    (BadRequest("Not enough rights to send text messages to the chat"), DeliveryTrouble.CHAT),
    (BadRequest("TOPIC_CLOSED"), DeliveryTrouble.CHAT),
    (BadRequest("Something nobody has seen before"), DeliveryTrouble.CHAT),
    (InvalidToken("The token `123456:secret` was rejected by the server."), DeliveryTrouble.TOKEN),
    (TimedOut(), DeliveryTrouble.TEMPORARY),
    (NetworkError("Bad Gateway (502)"), DeliveryTrouble.TEMPORARY),
    (NetworkError("Request Entity Too Large (413)"), DeliveryTrouble.MESSAGE),
    (NetworkError("Request Entity Too Large"), DeliveryTrouble.MESSAGE),
    (Conflict("Conflict: terminated by other getUpdates request"), DeliveryTrouble.TEMPORARY),
    (TelegramError("Invalid server response"), DeliveryTrouble.TEMPORARY),
]


@pytest.mark.parametrize(("error", "trouble"), ROWS, ids=lambda value: str(value)[:40])
def test_every_error_has_one_meaning(error: TelegramError, trouble: DeliveryTrouble) -> None:
    assert translate(error).trouble is trouble


def test_a_flood_says_how_long_to_wait() -> None:
    found = translate(RetryAfter(17))
    assert (found.trouble, found.retry_after) == (DeliveryTrouble.FLOOD, 17.0)


def test_a_moved_chat_says_where_it_went() -> None:
    found = translate(ChatMigrated(-100200300))
    assert (found.trouble, found.moved_to) == (DeliveryTrouble.MOVED, -100200300)


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
