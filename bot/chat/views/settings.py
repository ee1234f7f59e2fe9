"""The settings that admins change in the chat. A further one is a row of `ROWS`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import telegram
from telegram.constants import MessageEntityType

from bot.chat.views import times
from bot.chat.views.buttons import evenly, keyboard, pressed
from bot.chat.views.message import RenderedMessage
from bot.chat.views.setting_codes import ChangeSetting, SettingStep
from bot.chat.views.text import bold, escaped, line, shorten
from bot.config.catalogue import BY_NAME
from bot.domain import hour_words
from bot.i18n import N_, NAMES, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.views.buttons import Row
    from bot.chat.views.message import Button
    from bot.chat.views.times import Now
    from bot.config.catalogue import Setting
    from bot.domain.ids import AccountId
    from bot.team.own_settings import LatestChange, ShownSetting

_LONGEST: Final = 80
"""UTF-16 units of a value among others."""
_WHOLE: Final = 2000
"""The same of one that is shown alone."""
_A_ROW: Final = 2
_LINK: Final = re.compile(r"https?://t\.me/\w+\?start=set_([0-9]{1,12})_([0-9]{1,3})", re.ASCII)
SURE_OF_TEXT, SURE_OF_NONE, SURE_OF_FILES = range(3)
"""What somebody is sure of: the text that stands in the message, none, or what the files say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSetting:
    name: str
    label: str
    presets: tuple[tuple[str, str], ...] = ()
    """What stands on a button, and the text it sets; an empty one is none."""
    is_tried: bool = False
    """At IndiaMART, before it is set."""

    @property
    def entry(self) -> Setting:
        return BY_NAME[self.name]

    @property
    def none(self) -> str | None:
        """What it is set to by "none"; None where it always has a value: the default would come back."""
        if self.name in MAY_BE_OFF:
            return _OFF[1]
        return None if self.entry.required or self.entry.default else ""


_NONE: Final = (N_("None"), "")
_OFF: Final = (N_("Off"), "off")
MAY_BE_OFF: Final = frozenset({"DIGEST", "ESCALATE_AFTER"})
_NUMBERED: Final = {
    1: ChatSetting(name="INDIAMART_KEY", label=N_("🔑 IndiaMART key"), is_tried=True),
    2: ChatSetting(name="INDIAMART_MOBILE", label=N_("📱 Old key's mobile"), presets=(_NONE,)),
    3: ChatSetting(
        name="WORKING_HOURS",
        label=N_("🕘 Working hours"),
        presets=(("Mon-Sat 09:30-19:00",) * 2, ("Mon-Fri 10:00-18:00",) * 2),
    ),
    4: ChatSetting(name="HOLIDAYS", label=N_("🏖 Days off"), presets=((N_("India's"), "IN"), _NONE)),
    5: ChatSetting(
        name="ESCALATE_AFTER",
        label=N_("⏫ Call out after"),
        presets=(("10m, 30m", "10m,30m"), ("5m, 15m", "5m,15m"), _OFF),
    ),
    6: ChatSetting(name="DIGEST", label=N_("📋 Digest"), presets=(_OFF,)),
    7: ChatSetting(
        name="BOT_LANGUAGE",
        label=N_("🗣 Language"),
        presets=tuple((name, one) for one, name in NAMES.items()),
    ),
    8: ChatSetting(name="FEE_PER_YEAR", label=N_("💰 Fee a year"), presets=(_NONE,)),
    9: ChatSetting(name="BUYLEADS_PER_WEEK", label=N_("🎟 BuyLeads a week"), presets=(_NONE,)),
    10: ChatSetting(name="TELEGRAM_ADMINS", label=N_("👮 Admins")),
    11: ChatSetting(
        name="RETENTION", label=N_("🧹 Erase after"), presets=(_NONE, ("18mo", "18mo"), (N_("2 years"), "2y"))
    ),
}
"""A number is never given to another setting: buttons live as long as messages."""

ROWS: Final = {number: row for number, row in _NUMBERED.items() if row.name in BY_NAME}


def overview(shown: Mapping[str, ShownSetting], account_id: AccountId) -> RenderedMessage:
    lines = [bold("⚙️ " + _("Settings"))]
    lines += [escaped(f"{_(row.label)}: {_value(row, shown)}") for row in ROWS.values()]
    open_ = [
        pressed(_(row.label), ChangeSetting(account_id, number, SettingStep.SHOW, 0)) for number, row in ROWS.items()
    ]
    return RenderedMessage("\n".join(lines), keyboard(evenly(open_, _A_ROW)))


def one(
    number: int, shown: Mapping[str, ShownSetting], latest: LatestChange | None, account_id: AccountId, now: Now
) -> RenderedMessage:
    row = ROWS[number]
    found = shown.get(row.name)
    lines = [
        bold(_(row.label)),
        escaped(_(row.entry.meaning).replace("`", "")),
        "",
        bold(_value(row, shown, whole=True)),
    ]
    if found is not None and found.source:
        lines.append(escaped(_("It stands in: {source}").format(source=_(found.source))))
    if latest is not None:
        lines.append(escaped(_changed(latest, now)))

    def button(label: str, step: SettingStep, value: int = 0) -> Button:
        return pressed(label, ChangeSetting(account_id, number, step, value))

    presets = [
        button(in_words(row.name, _(label)), SettingStep.PUT, at) for at, (label, _text) in enumerate(row.presets)
    ]
    more: Row = [button(_("✍️ Type it"), SettingStep.ASK)]
    if found is not None and found.is_own:
        more.append(button(_("↺ As before it was set here"), SettingStep.CLEAR))
    if latest is not None:
        more.append(button(_("↩️ Undo"), SettingStep.UNDO, latest.change_id))
    rows = [*evenly(presets, _A_ROW), *evenly(more, _A_ROW), [button(_("‹ Back"), SettingStep.LIST)]]
    return RenderedMessage("\n".join(lines), keyboard(rows))


def _changed(latest: LatestChange, now: Now) -> str:
    when = times.moment(latest.at, now)
    if not latest.by:
        return _("Last changed in the files, seen {when}").format(when=when)
    return _("Last changed by {name}, {when}").format(name=shorten(line(latest.by), _LONGEST), when=when)


def _value(row: ChatSetting, shown: Mapping[str, ShownSetting], *, whole: bool = False) -> str:
    found = shown.get(row.name)
    if found is None:
        return in_words(row.name, row.entry.cell.replace("`", "")) if row.entry.default else _("none")
    if row.entry.secret:
        return _("set")
    said = in_words(row.name, found.text)
    return shorten(said, _WHOLE) if whole else shorten(line(said), _LONGEST)


def in_words(name: str, text: str) -> str:
    """What a setting is kept as, as people read it."""
    if name == "BOT_LANGUAGE":
        return NAMES.get(text, text)
    if name in MAY_BE_OFF and text == _OFF[1]:
        return _(_OFF[0])
    return hour_words.in_words(text) if name in hour_words.SETTINGS else text


def saved(number: int, change_id: int | None, account_id: AccountId, *said: str) -> RenderedMessage:
    """`change_id` is None where it was so already."""
    words = _("It counts in a few seconds.") if change_id is not None else _("It was so already.")
    undo = [] if change_id is None else [_undo(number, change_id, account_id)]
    back = pressed(_("‹ Settings"), ChangeSetting(account_id, number, SettingStep.LIST, 0))
    return RenderedMessage(
        "\n".join([bold("✅ " + _(ROWS[number].label)), *map(escaped, said), escaped(words)]), keyboard([[*undo, back]])
    )


def _undo(number: int, change_id: int, account_id: AccountId) -> Button:
    return pressed(_("↩️ Undo"), ChangeSetting(account_id, number, SettingStep.UNDO, change_id))


def sure(number: int, text: str | None, why: str, account_id: AccountId) -> RenderedMessage:
    """The text to be set stands in this message, letter by letter."""
    kind = SURE_OF_FILES if text is None else SURE_OF_TEXT if text else SURE_OF_NONE
    yes = pressed(_("Yes, change it"), ChangeSetting(account_id, number, SettingStep.SURE, kind), "danger")
    no = pressed(_("No"), ChangeSetting(account_id, number, SettingStep.SHOW, 0))
    shown = [f"<pre>{escaped(text)}</pre>"] if text else []
    return RenderedMessage("\n".join([bold(_(ROWS[number].label)), *shown, escaped(why)]), keyboard([[yes, no]]))


def text_in(message: object) -> str:
    """What `sure` asked about."""
    if not isinstance(message, telegram.Message):
        return ""
    return next(iter(message.parse_entities([MessageEntityType.PRE]).values()), "")


def question(number: int, account_id: AccountId, bot_name: str, *before: str) -> RenderedMessage:
    """`before` says what was wrong with the last answer."""
    row = ROWS[number]
    link = f'<a href="https://t.me/{bot_name}?start=set_{account_id:d}_{number:d}">{escaped(_(row.label))}</a>'
    lines = [*map(escaped, before), _("Reply with the new value of {setting}.").format(setting=link)]
    if row.entry.secret:
        lines.append(escaped(_("Your message is deleted once it is read.")))
    elif row.none is not None:
        lines.append(escaped(_("“none” takes it out.")))
    placeholder = shorten(in_words(row.name, row.entry.example or row.entry.default), 64)
    return RenderedMessage("\n".join(lines), {"force_reply": True, "input_field_placeholder": placeholder})


def asked(message: telegram.Message | None) -> tuple[int, int] | None:
    """The account and the setting that a question of ours asks for. Whether it is ours was asked before."""
    for entity in () if message is None else message.entities:
        found = _LINK.fullmatch(entity.url or "") if entity.type == MessageEntityType.TEXT_LINK else None
        if found is not None:
            return int(found[1]), int(found[2])
    return None
