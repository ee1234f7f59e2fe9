"""What a try of IndiaMART's key came to, in words, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.check_line import CheckLine
from bot.chat.views import times
from bot.i18n import _, grouped, in_brackets, ngettext
from bot.indiamart.answer import Outcome

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.config import Settings
    from bot.indiamart.answer import Answer
    from bot.intake.key_check import KeyCheckResult

_FINE: Final = frozenset({Outcome.LEADS.value, Outcome.NOTHING.value})


def key_line(tried: KeyCheckResult, settings: Settings, now: datetime) -> CheckLine:
    """Whether the key works; or why it was not tried, and when it can be."""
    zone = settings.timezone
    if tried.answer is None:
        called = "" if tried.called_at is None else _when(tried.called_at, now, zone)
        return _not_tried(tried, called, zone)
    if not tried.works:
        return CheckLine(False, advice(tried.answer))
    n = tried.answer.rows
    if tried.answer.outcome is Outcome.NOT_READY:
        text = _("IndiaMART: the key works. It is new, and IndiaMART still prepares its leads{message}.")
        return CheckLine(True, text.format(message=in_brackets(tried.answer.message)))
    if not n:
        return CheckLine(True, _("IndiaMART: the key works: no leads so far."))
    many = ngettext("{n} lead", "{n} leads", n).format(n=grouped(n))
    if tried.newest is None:
        return CheckLine(True, _("IndiaMART: the key works: {leads}.").format(leads=many))
    when = _when(tried.newest, now, zone)
    return CheckLine(True, _("IndiaMART: the key works: {leads}, the newest {when}.").format(leads=many, when=when))


def _not_tried(tried: KeyCheckResult, called: str, zone: ZoneInfo) -> CheckLine:
    if tried.not_before is not None:
        text = _("IndiaMART was called a short while ago{called}; the key can be tried from {when}.")
        return CheckLine(
            True, text.format(called=in_brackets(called), when=_plain(times.clock(tried.not_before, zone)))
        )
    if tried.last_outcome is None:
        return CheckLine(
            True, _("IndiaMART: the key was not tried, because a running service is about to poll with it.")
        )
    if tried.last_outcome in _FINE:
        text = _("IndiaMART: the key works: a running service polled with it {called}. It was not tried besides.")
        return CheckLine(True, text.format(called=called))
    text = _("IndiaMART: a running service polled {called}, and failed: /status in the group says why.")
    return CheckLine(False, text.format(called=called))


def _when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`yesterday 6:02 pm`."""
    clock = _plain(times.clock(at, zone))
    days = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    if days == 0:
        return _("today {clock}").format(clock=clock)
    if days == 1:
        return _("yesterday {clock}").format(clock=clock)
    return _plain(times.moment(at, times.Now(now, zone)))


def _plain(text: str) -> str:
    """With ordinary blanks: what is kept together on a phone may be an odd sign on a terminal."""
    return text.replace("\u00a0", " ")


def advice(answer: Answer) -> str:
    advice = {
        Outcome.BAD_KEY: _(
            "IndiaMART refuses the key{message}. Make a new one: seller.indiamart.com, Lead Manager, Import/Export "
            "Leads, Pull API, Generate key; put it into INDIAMART_KEY, and take INDIAMART_MOBILE out if you have set "
            "it (it goes with the old kind of key only)."
        ),
        Outcome.NO_CONNECTION: _(
            "IndiaMART does not take connections from here. Your public IP address may need white-listing: write to "
            "lmshelp@indiamart.com."
        ),
        Outcome.UNREACHABLE: _(
            "IndiaMART cannot be reached{message}. Check the internet connection, or what is named there; "
            "INDIAMART_PROXY, SSL_CERT_FILE and INDIAMART_URL say which way is taken."
        ),
        Outcome.TOO_SOON: _("IndiaMART says that another program calls with the same key{message}."),
        Outcome.BLOCKED: _("IndiaMART has blocked the key for 15 minutes{message}. Try again then."),
    }
    template = advice.get(
        answer.outcome, _("IndiaMART did not answer as it should{message}. Leadbell will go on trying.")
    )
    return template.format(message=in_brackets(answer.message))
