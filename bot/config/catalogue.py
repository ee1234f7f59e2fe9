"""Every setting: its name, default, meaning and a good value. docs/settings.md and .env.example come from here."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

from bot.i18n import ENGLISH, N_, _


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    name: str
    meaning: str
    """Translated when shown. Markdown; goes into docs/settings.md and, without its backticks, into .env.example."""
    default: str = ""
    """As it would be typed. Empty: nothing, or worked out from other settings."""
    shown: str = ""
    """The default in docs/settings.md, where `default` alone would mislead."""
    example: str = ""
    secret: bool = False
    required: bool = False
    is_service: bool = False
    """The process's own, the same for every account. All others are an account's."""

    @property
    def good(self) -> str:
        """A good value, as one would write it."""
        return f"{self.name}={self.example or self.default}"

    @property
    def attribute(self) -> str:
        return self.name.lower()

    @property
    def owner(self) -> str:
        return "the service" if self.is_service else "an account"

    @property
    def cell(self) -> str:
        """The default as the table shows it."""
        return _(self.shown) if self.shown else (f"`{self.default}`" if self.default else _("none"))


ENTRIES: Final = (
    Setting(
        name="TELEGRAM_BOT_TOKEN",
        meaning=N_("the bot's token, from @BotFather"),
        shown=N_("required"),
        example="123456789:AAH-the-rest-of-what-BotFather-gave-you",
        secret=True,
        required=True,
    ),
    Setting(
        name="TELEGRAM_CHAT_ID",
        meaning=N_(
            "the sales group: a negative number, `-100…:12` for topic 12 of a forum group. "
            "`leadbell setup` finds it, for a further account `leadbell account add NAME`"
        ),
        shown=N_("required"),
        example="-1001234567890",
        required=True,
    ),
    Setting(
        name="TELEGRAM_ADMINS",
        meaning=N_("user ids, comma separated: they are told about faults and may change settings"),
        example="123456789,987654321",
    ),
    Setting(
        name="TELEGRAM_API_URL",
        meaning=N_("the Bot API server, if you host your own"),
        default="https://api.telegram.org",
        is_service=True,
    ),
    Setting(
        name="TELEGRAM_PROXY",
        meaning=N_(
            "the proxy on the way to Telegram: `http://`, `https://` or `socks5://` (which needs "
            "`sh install.sh --with socks`), with user and password if need be; `off` for none"
        ),
        shown=N_("`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`"),
        example="http://user:password@proxy.example:3128",
        secret=True,
        is_service=True,
    ),
    Setting(
        name="TELEGRAM_GROUP_RATE",
        meaning=N_("at most so many messages per so many seconds in one group"),
        default="20/60",
    ),
    Setting(
        name="TELEGRAM_WEBHOOK_URL",
        meaning=N_(
            "a public `https://` address that leads to `HTTP_LISTEN` and may carry a path: Telegram then calls "
            "`<address>/telegram/<bot's id>` in place of being asked (docs/webhook.md)"
        ),
        example="https://leads.example.com",
        is_service=True,
    ),
    Setting(
        name="INDIAMART_KEY",
        meaning=N_("the CRM key (v1) or Pull API key (v2); only with `PUSH_TOKEN` may it be left out"),
        shown=N_("required unless push only"),
        example="mRyyAb1Cd2Ef3Gh4",
        secret=True,
    ),
    Setting(
        name="INDIAMART_MOBILE",
        meaning=N_("the mobile number registered with IndiaMART; setting it selects v1"),
        example="9876543210",
        secret=True,
    ),
    Setting(
        name="INDIAMART_API",
        meaning=N_("`v1` (mobile and CRM key) or `v2` (Pull API key)"),
        shown=N_("`v1` if a mobile is set, else `v2`"),
        example="v2",
    ),
    Setting(
        name="INDIAMART_URL",
        meaning=N_("where IndiaMART is asked; another host is for simulators and proxies"),
        default="https://mapi.indiamart.com",
        is_service=True,
    ),
    Setting(
        name="INDIAMART_PROXY",
        meaning=N_("the same on the way to IndiaMART"),
        shown=N_("as `TELEGRAM_PROXY`"),
        example="socks5://user:password@proxy.example:1080",
        secret=True,
        is_service=True,
    ),
    Setting(
        name="SSL_CERT_FILE",
        meaning=N_("a file of certificates (PEM) to trust besides the machine's own, such as a company proxy's"),
        example="/etc/ssl/certs/office-proxy.pem",
        is_service=True,
    ),
    Setting(
        name="POLL_EVERY",
        meaning=N_("how often IndiaMART is asked; it allows v1 every 15 minutes and v2 every 5, not more often"),
        shown=N_("v1 `15m`, v2 `5m`"),
        example="15m",
    ),
    Setting(name="LOOKBACK", meaning=N_("how far back the very first poll reaches"), default="24h"),
    Setting(name="OVERLAP", meaning=N_("each poll starts this long before the end of the last one"), default="20m"),
    Setting(
        name="PUSH_TOKEN",
        meaning=N_("switches on `POST /indiamart/<token>` for IndiaMART's Push API; at least 16 letters and digits"),
        example="k7Qw2ZpX9mB4tR8sVn3d",
        secret=True,
    ),
    Setting(
        name="DATABASE_URL",
        meaning=N_(
            "where the leads are kept: a file, or `postgresql://user:password@host/name` (which needs "
            "`sh install.sh --with postgres`)"
        ),
        default="sqlite:///leadbell.db",
        secret=True,
        is_service=True,
    ),
    Setting(
        name="SECRET_KEY",
        meaning=N_(
            "encrypts keys and tokens that are kept in the database; needed for a second account. Several, comma "
            "separated: the first encrypts, each decrypts"
        ),
        example="bGVhZGJlbGwtZXhhbXBsZS1rZXktbmV2ZXItdXNlIQ8=",
        secret=True,
        is_service=True,
    ),
    Setting(
        name="BACKUP_DIR",
        meaning=N_(
            "a folder of its own for a checked backup every night at 03:00; it has to be there, best on another disk"
        ),
        example="/mnt/safe/leadbell",
        is_service=True,
    ),
    Setting(name="BACKUP_KEEP", meaning=N_("how many of these are kept"), default="7", is_service=True),
    Setting(
        name="HTTP_LISTEN",
        meaning=N_("address for health, metrics and push; `off` for none"),
        default="127.0.0.1:8080",
        is_service=True,
    ),
    Setting(name="TIMEZONE", meaning=N_("how times are shown; IndiaMART itself is always IST"), default="Asia/Kolkata"),
    Setting(
        name="WORKING_HOURS",
        meaning=N_("when unclaimed leads are called out, such as `Mon-Fri 09:30-19:00, Sat 10:00-14:00`"),
        default="Mon-Sat 09:30-19:00",
    ),
    Setting(
        name="HOLIDAYS",
        meaning=N_("days off: dates, comma separated, and `IN` for India's national holidays"),
        example="IN,2026-11-08",
    ),
    Setting(
        name="ESCALATE_AFTER",
        meaning=N_(
            "unclaimed that long in working hours: the group is told, then also the admins; of a missed call that "
            "nobody has returned, after 5m at the latest; `off` for never"
        ),
        default="10m,30m",
    ),
    Setting(
        name="BOT_LANGUAGE",
        meaning=N_(
            "the language of the group: `en`, `hi` (Hindi), `gu` (Gujarati), `mr` (Marathi), `ta` (Tamil) or `te` "
            "(Telugu); in private chats each person's own, which `/language` changes"
        ),
        default=ENGLISH,
        example="hi",
    ),
    Setting(
        name="DIGEST",
        meaning=N_(
            "when the group and the admins hear how it stands: times of day, and a day with a time for the week's; "
            "`19:00 admins` is for them alone, `19:00 group` for the group alone; `off` for never"
        ),
        default="09:15, 19:00, Mon 09:30",
    ),
    Setting(
        name="FEE_PER_YEAR",
        meaning=N_("what IndiaMART costs you a year, in rupees: `/stats` then says what a lead and an order cost"),
        example="75,000",
    ),
    Setting(
        name="BUYLEADS_PER_WEEK",
        meaning=N_("how many BuyLeads your plan gives you a week: `/stats` then says how many are left"),
        example="25",
    ),
    Setting(
        name="NUMBERS",
        meaning=N_(
            "`open`: the cards show buyers' numbers; `claim`: whoever claims a lead is shown its number, and admins are"
        ),
        default="open",
        example="claim",
    ),
    Setting(
        name="RETENTION",
        meaning=N_(
            "leads that nobody has touched for so long are erased, such as `18mo` (months; `18m` is the "
            "same here) or `2y`; 12mo at least"
        ),
        example="18mo",
    ),
    Setting(name="LOG_LEVEL", meaning=N_("`debug`, `info`, `warning` or `error`"), default="info", is_service=True),
    Setting(name="LOG_FORMAT", meaning=N_("`text`, or `json` for one object a line"), default="text", is_service=True),
)

BY_NAME: Final = {entry.name: entry for entry in ENTRIES}


def file_name(name: str) -> str:
    """The setting that names a file with this secret in it."""
    return f"{name}_FILE"


def other_spelling(name: str) -> str | None:
    """A secret is set by itself or by its file's name, and never by both; None for what is no secret."""
    bare = name.removesuffix(file_name(""))
    if bare not in BY_NAME or not BY_NAME[bare].secret:
        return None
    return bare if bare != name else file_name(name)


def known_names() -> frozenset[str]:
    """Every name that is read, the `_FILE` spellings included."""
    return frozenset(BY_NAME) | {file_name(entry.name) for entry in ENTRIES if entry.secret}


def settings_table() -> str:
    """The table of docs/settings.md."""
    head = ["| name | of | default | meaning |", "|---|---|---|---|"]
    rows = (f"| `{entry.name}` | {entry.owner} | {entry.cell} | {entry.meaning} |" for entry in ENTRIES)
    return "\n".join([*head, *rows]) + "\n"


def env_example() -> str:
    """The text of .env.example: what is required stands open, everything else is commented out."""
    head = (
        "# Leadbell's settings. leadbell setup writes them by asking. Or copy this file to .env and\n"
        "# fill in the three lines that do not begin with #; everything else may stay as it is. A\n"
        "# secret can also be kept in a file of its own: TELEGRAM_BOT_TOKEN_FILE=/run/secrets/token\n"
        "# in place of TELEGRAM_BOT_TOKEN."
    )
    return "\n\n".join([head, *(_example(entry) for entry in ENTRIES)]) + "\n"


def _example(entry: Setting) -> str:
    comment = textwrap.fill(
        entry.meaning.replace("`", ""), 90, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )
    if entry.required or entry.name == "INDIAMART_KEY":
        return f"{comment}\n# for example {entry.good}\n{entry.name}="
    return f"{comment}\n# {entry.good}"
