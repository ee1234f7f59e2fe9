"""What is asked in words, and what each answer has to be like. A further setting is a row of `OFFERED`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.chat.check_line import CheckLine
from bot.commands.setup.dialogue import Question
from bot.config.catalogue import BY_NAME
from bot.config.settings import problem
from bot.domain import hour_words
from bot.i18n import N_, NAMES, _

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.commands.setup.dialogue import Dialogue

TOKEN: Final = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - a setting's name
CHAT: Final = "TELEGRAM_CHAT_ID"
ADMINS: Final = "TELEGRAM_ADMINS"
KEY: Final = "INDIAMART_KEY"
MOBILE: Final = "INDIAMART_MOBILE"
API: Final = "INDIAMART_API"
PUSH: Final = "PUSH_TOKEN"
LANGUAGE: Final = "BOT_LANGUAGE"

ASK_TOKEN: Final = Question(
    text=N_(
        "The bot's token. In Telegram open @BotFather, send /newbot, choose a name, and copy here what it gives you"
    )
)
ASK_WAY: Final = Question(
    text=N_("How do leads come from IndiaMART?"),
    choices=(
        (
            "1",
            N_("with a Pull API key: seller.indiamart.com, Lead Manager, Import/Export Leads, Pull API, Generate key"),
        ),
        ("2", N_("with the old CRM key, which goes with a registered mobile number")),
        ("3", N_("IndiaMART calls a web address of yours (push only)")),
    ),
    default="1",
)
ASK_KEY: Final = Question(text=N_("IndiaMART's key"))
ASK_MOBILE: Final = Question(text=N_("The mobile number registered with IndiaMART"))


ASK_LANGUAGE: Final = Question(
    text=N_("In which language does the bot speak in the group? In private each person chooses their own by /language"),
    choices=tuple(NAMES.items()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedSetting:
    """A setting that has a good value without being asked for."""

    name: str
    label: str
    text: str
    shown: str = ""
    """What goes without it, where the setting has no default."""

    @property
    def default(self) -> str:
        return BY_NAME[self.name].default

    def in_words(self, value: str) -> str:
        """What it is, or would be, as people read it."""
        said = value or self.default
        return hour_words.in_words(said) if self.name in hour_words.SETTINGS else said

    def question(self, value: str) -> Question:
        return Question(text=_(self.text), default=self.in_words(value), may_be_empty=not self.default)


OFFERED: Final = (
    OfferedSetting(
        name="WORKING_HOURS",
        label=N_("working hours"),
        text=N_("When does the team work? Unclaimed leads are called out then"),
    ),
    OfferedSetting(
        name="HOLIDAYS",
        label=N_("days off"),
        text=N_("Days off: dates, and IN for India's national holidays"),
        shown=N_("none"),
    ),
    OfferedSetting(
        name="DIGEST",
        label=N_("how it stands, told at"),
        text=N_("When does the group hear how it stands? A day and a time for the week's; off for never"),
    ),
    OfferedSetting(
        name="FEE_PER_YEAR",
        label=N_("IndiaMART's fee a year"),
        text=N_("What do you pay IndiaMART a year, such as 75,000? /stats then says what a lead and an order cost"),
        shown=N_("not said"),
    ),
    OfferedSetting(
        name="BUYLEADS_PER_WEEK",
        label=N_("BuyLeads a week"),
        text=N_("How many BuyLeads does your plan give you a week? /stats then says how many are left"),
        shown=N_("not said"),
    ),
    OfferedSetting(
        name="BACKUP_DIR",
        label=N_("nightly backup to"),
        text=N_("A folder for a checked backup every night, best on another disk"),
        shown=N_("none"),
    ),
)

_A_CHAT: Final = r"-\d+", lambda: _("That is a chat's id.")
_A_BOT: Final = r"@\w+|https?://t\.me/\w+", lambda: _("That is the bot's name.")
_A_TOKEN: Final = r"\d{6,}:[\w-]{30,}", lambda: _("That is the bot's token.")
_A_PHONE: Final = r"(\+?91|0)?[ -]?[6-9]\d{4}[ -]?\d{5}", lambda: _("That is a phone number.")
_HALF: Final = r"\d+:?", lambda: _("That is only the token's beginning.")
_A_KEY: Final = r"[A-Za-z0-9+/=_-]{12,64}", lambda: _("That looks like IndiaMART's key, or like half a token.")
_ALIKE: Final[dict[str, tuple[tuple[str, Callable[[], str]], ...]]] = {
    TOKEN: (_A_CHAT, _A_BOT, _A_PHONE, _HALF, _A_KEY),
    KEY: (_A_CHAT, _A_BOT, _A_TOKEN, _A_PHONE),
}
"""What is pasted in the wrong place. A key that is none costs a call, and the next is minutes away."""
_INSIDE: Final = re.compile(r"(?<![\w:-])\d{6,}:[\w-]{30,}(?![\w-])", re.ASCII)


async def answered(dialogue: Dialogue, name: str, question: Question) -> str:
    """Asked until it can be the setting, or is empty where that may be."""
    while True:
        text = (await dialogue.ask(question)).strip()
        said = what_is_wrong(name, text) if text else ""
        if not said:
            return text
        dialogue.show(CheckLine(False, said))


def token(text: str) -> str:
    """Also out of the whole message that @BotFather sends."""
    found = set(_INSIDE.findall(text))
    return found.pop() if len(found) == 1 else text.strip()


def what_is_wrong(name: str, text: str) -> str:
    """Why this cannot be the setting; empty if it can."""
    alike = next((words() for pattern, words in _ALIKE.get(name, ()) if re.fullmatch(pattern, text, re.ASCII)), "")
    said = problem(name, text)
    return " ".join(filter(None, [alike, said])) if said or name == KEY else ""
