"""Which lead, list or account a message, a button or a link of ours names: by an id that is one among all accounts'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import telegram

from bot.chat.views import LIST, prompts, settings
from bot.chat.views.callback_data import decode
from bot.chat.views.lead_codes import Menu, OpenMenu, SetReminder, ShowHistory
from bot.domain.ids import LeadId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram import Update

    from bot.chat.views.callback_data import Code

_LINK: Final = re.compile(r"(?:note|ask|remind|won|lost|lead_[0-9]{1,19})_([0-9]{1,18})")
"""What a link to the bot carries: `views/prompts.py` and `inline.py`."""
_LIST: Final = re.compile(rf"{LIST}_([0-9]{{1,18}})")
_START: Final = "/start "
NAMES_ACCOUNT: Final = ("account_id", "lead_id", "view_id", "callout_id", "reminder_id")
"""Fields of a button's code that say whose it is: of the account itself, or of a row whose number no other account has.
The first that it has counts.
"""


def lead_in(message: object) -> LeadId | None:
    """The lead that a message of ours shows whole, by its own buttons; None for a list and for any other message."""
    return next((LeadId(code.lead_id) for code in _codes(message) if isinstance(code, OpenMenu)), None)


def is_shown(message: object) -> bool:
    """Whether Telegram tells us what stands in it: of one that is gone or out of reach it tells the ids alone, and
    neither text nor buttons say what it is.
    """
    # The library reads it as a whole message also then, one that is empty.
    return isinstance(message, telegram.MaybeInaccessibleMessage) and message.is_accessible


def unfolded_in(message: object) -> Menu | None:
    """What is unfolded under a showing, by its own buttons; None where Telegram does not show them."""
    if not is_shown(message):
        return None
    kinds = {type(code) for code in _codes(message)}
    if OpenMenu not in kinds:
        return Menu.NONE
    return Menu.REMIND if SetReminder in kinds else Menu.MORE if ShowHistory in kinds else Menu.NONE


def _codes(message: object) -> Iterator[Code | None]:
    if isinstance(message, telegram.Message) and message.reply_markup is not None:
        for row in message.reply_markup.inline_keyboard:
            yield from (decode(_data(one)) for one in row)


def _data(button: telegram.InlineKeyboardButton) -> str | None:
    return button.callback_data if isinstance(button.callback_data, str) else None


def list_in_link(payload: str) -> int | None:
    """The number of a remembered view."""
    found = _LIST.fullmatch(payload)
    return None if found is None else int(found[1])


def in_link(payload: str) -> LeadId | None:
    found = _LINK.fullmatch(payload)
    return None if found is None else LeadId(int(found[1]))


def pressed(update: Update) -> tuple[str, int] | None:
    """(what it is an id of, the id) by which a press says whose it is: see `NAMES_ACCOUNT`."""
    code = None if update.callback_query is None else decode(update.callback_query.data)
    return next(((name, getattr(code, name)) for name in NAMES_ACCOUNT if hasattr(code, name)), None)


def named(update: Update) -> LeadId | None:
    """By the buttons beside one that was pressed; by a link, or by what is replied to."""
    query, message = update.callback_query, update.message
    if query is not None:
        return next(_leads(query.message), None)
    if message is None:
        return None
    if (payload := _payload(message)) is not None:
        return in_link(payload)
    replied = message.reply_to_message
    asked = None if replied is None else prompts.asked(replied)
    return next(_leads(replied), None) if asked is None else LeadId(asked[1])


def named_view(update: Update) -> int | None:
    """The list that a link opens."""
    payload = None if update.message is None else _payload(update.message)
    return None if payload is None else list_in_link(payload)


def _payload(message: telegram.Message) -> str | None:
    """What a link to the bot carries."""
    text = message.text or ""
    return text[len(_START) :].strip() if text.startswith(_START) else None


def named_account(update: Update) -> int | None:
    """By a question of one account's that is answered."""
    asked = None if update.message is None else settings.asked(update.message.reply_to_message)
    return None if asked is None else asked[0]


def _leads(message: object) -> Iterator[LeadId]:
    found = (getattr(code, "lead_id", None) for code in _codes(message))
    return (LeadId(one) for one in found if one is not None)
