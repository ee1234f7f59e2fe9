"""Lasting troubles in plain words, for the admins: what is wrong, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.views import notice_facts, times
from bot.chat.views.group_faults import NO_LEADS
from bot.domain.notice import Fault
from bot.i18n import _, grouped, ngettext

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.chat.views.notice_facts import Facts
    from bot.chat.views.times import Now


def fault(facts: Facts) -> Fault | None:
    """None for one that a later version added."""
    value = str(facts.get("fault"))
    return Fault(value) if value in set(Fault) else None


def is_topic_closed(which: Fault | None, words: str) -> bool:
    """To the outbox every refusal of a chat is the same trouble; to people one of them is not."""
    return which is Fault.CHAT_REFUSED and "topic_closed" in words.lower()


def name(which: Fault | None, words: str = "") -> str:
    """The trouble in a few words, without a full stop. `words` are IndiaMART's or Telegram's own."""
    if is_topic_closed(which, words):
        return _("The topic for leads is closed")
    return {
        None: _("Something is wrong"),
        Fault.WRONG_KEY: _("IndiaMART does not accept the key"),
        Fault.KEY_BLOCKED: _("IndiaMART has blocked the key for a while"),
        Fault.KEY_UNTRIED: _("The IndiaMART key was not tried yet"),
        Fault.KEY_SHARED: _("Another program uses the same IndiaMART key"),
        Fault.NOT_READY: _("IndiaMART does not have the leads ready yet"),
        Fault.REFUSED: _("IndiaMART refuses the times we ask for"),
        Fault.API_DOWN: _("IndiaMART does not answer properly"),
        Fault.NO_CONNECTION: _("IndiaMART cannot be reached"),
        Fault.CLOCK_WRONG: _("The clock of Leadbell's machine is wrong"),
        Fault.CHAT_REFUSED: _("The sales group does not take the bot's messages"),
        Fault.TOPIC_GONE: _("The topic for leads is gone from the group"),
        Fault.UNREADABLE: _("IndiaMART sent rows that could not be read as leads"),
        Fault.DISK: _("The disk of Leadbell's machine is full, or cannot be written"),
        Fault.DATABASE: _("Leadbell's database does not take what comes in"),
        Fault.TELEGRAM: _("Telegram does not give the bot what people write"),
        Fault.BACKUP: _("The nightly backup could not be made"),
        Fault.BOT_SHARED: _("Another program fetches what is written to the bot"),
        Fault.WEBHOOK: _("What is written to the bot goes to another program"),
        Fault.UNDELIVERED: _("Telegram does not reach Leadbell's web address"),
        Fault.MISTAKE: _("Leadbell stumbled over a mistake of its own"),
    }[which]


def _good(which: Fault | None) -> str:
    """How things are once the trouble is over: its own name with "over" before it would be read as the trouble."""
    return {
        None: _("What was wrong is right again"),
        Fault.WRONG_KEY: _("IndiaMART accepts the key again"),
        Fault.KEY_BLOCKED: _("IndiaMART no longer blocks the key"),
        Fault.KEY_UNTRIED: _("The IndiaMART key works"),
        Fault.KEY_SHARED: _("Leadbell has the IndiaMART key to itself again"),
        Fault.NOT_READY: _("IndiaMART has the leads ready now"),
        Fault.REFUSED: _("IndiaMART takes the times we ask for again"),
        Fault.API_DOWN: _("IndiaMART answers properly again"),
        Fault.NO_CONNECTION: _("IndiaMART can be reached again"),
        Fault.CLOCK_WRONG: _("The clock of Leadbell's machine is right again"),
        Fault.CHAT_REFUSED: _("The sales group takes the bot's messages again"),
        Fault.TOPIC_GONE: _("Leads are posted where the settings say again"),
        Fault.UNREADABLE: _("IndiaMART's rows can be read again"),
        Fault.DISK: _("Leadbell can write on its disk again"),
        Fault.DATABASE: _("Leadbell's database takes what comes in again"),
        Fault.TELEGRAM: _("Telegram gives the bot what people write again"),
        Fault.BACKUP: _("The nightly backup is made again"),
        Fault.BOT_SHARED: _("Leadbell has the bot to itself again"),
        Fault.WEBHOOK: _("What is written to the bot comes to Leadbell again"),
        Fault.UNDELIVERED: _("Telegram reaches Leadbell's web address again"),
        Fault.MISTAKE: _("Leadbell goes on without stumbling"),
    }[which]


def started(facts: Facts, now: Now) -> list[str]:
    """A headline, and lines that say what to do."""
    which = fault(facts)
    words = notice_facts.words(facts)
    lines = [
        f"⚠️ {name(which, words)}",
        _details(which, facts),
        advice(which, words),
        _lasting(facts, now),
        _again(which, facts, now),
        _quoted(which, facts),
    ]
    return [line for line in lines if line]


def ended(which: Fault | None, lasted: timedelta | None) -> list[str]:
    head = f"✅ {_good(which)}"
    after = (
        "" if lasted is None or which is Fault.KEY_UNTRIED else _("It lasted {span}.").format(span=times.span(lasted))
    )
    return [line for line in (head, after, _after(which)) if line]


def advice(which: Fault | None, words: str = "") -> str:
    """What to do; nothing is lost meanwhile, and it says so. `words` as above."""
    if is_topic_closed(which, words):
        return _(
            "Please reopen the topic in the group (⋮ → Reopen topic), or make the bot an administrator who may manage "
            "topics: it can write into closed ones. Leads are kept and posted then."
        )
    if which is Fault.API_DOWN and "INDIAMART_URL" in words:
        return _(
            "If INDIAMART_URL is set, please check it, the https:// and what follows the host too, or take it out, and "
            "restart Leadbell. If not, there is nothing to do: Leadbell keeps asking. The leads are fetched later, "
            "nothing is lost. Until then look into the Lead Manager at seller.indiamart.com."
        )
    return {
        None: _("Leadbell's log says more."),
        Fault.WRONG_KEY: _(
            "Make a new one: seller.indiamart.com, Lead Manager → Import/Export Leads → Pull API → Generate key. "
            "Put it into INDIAMART_KEY, take INDIAMART_MOBILE out if you have set it (it goes with the old kind of "
            "key only), and restart Leadbell. The leads of the time between are fetched then."
        ),
        Fault.KEY_BLOCKED: _(
            "This happens after too many calls. Leadbell waits and goes on by itself, the leads are fetched later. "
            "If it comes back, see whether another program uses the same key."
        ),
        Fault.KEY_UNTRIED: _("There is nothing to do: the first poll tries it."),
        Fault.KEY_SHARED: _(
            "Another CRM or a second Leadbell calls with it, so leads come late. "
            "Stop the other one, or make a new key, put it into INDIAMART_KEY and restart Leadbell. Nothing is lost."
        ),
        Fault.NOT_READY: _(
            "IndiaMART prepares older leads first and may take a day. Leadbell asks again by itself, nothing is lost."
        ),
        Fault.REFUSED: _(
            "Please check date and time of Leadbell's machine. If they are right, tell the makers of Leadbell. "
            "Leadbell tries again by itself, the leads are fetched later."
        ),
        Fault.API_DOWN: _(
            "There is nothing to do: Leadbell keeps asking, and fetches the leads later. Nothing is lost. "
            "Until then look into the Lead Manager at seller.indiamart.com."
        ),
        Fault.NO_CONNECTION: _(
            "Please check the internet connection of Leadbell's machine, and its proxy if it has one. If all is well, "
            "IndiaMART may have to allow your public IP address (white-listing): write to lmshelp@indiamart.com. The "
            "leads are fetched later, nothing is lost."
        ),
        Fault.CLOCK_WRONG: _("Please set it to the right time, best by switching automatic time on."),
        Fault.CHAT_REFUSED: _(
            "Please see whether the bot is still a member of the group and may write there, add it again if not, "
            "and check TELEGRAM_CHAT_ID. Leads are kept and posted as soon as the group takes them."
        ),
        Fault.TOPIC_GONE: _(
            "Leads are posted to the group itself now. Put another topic behind TELEGRAM_CHAT_ID "
            "(such as -1001234567890:12), or leave the topic out, and restart Leadbell."
        ),
        Fault.DISK: _(
            "Please make room on the disk of Leadbell's machine, or let Leadbell's user write there again. Nothing can "
            "be stored until then: leads are fetched later, pushes are sent again by IndiaMART for 48 hours, and "
            "look-ups go on."
        ),
        Fault.DATABASE: _(
            "If another program has the file open, close it; if the file is damaged, go back to the newest backup. "
            "Leadbell tries again by itself: leads are fetched later, pushes are sent again by IndiaMART for 48 hours, "
            "and look-ups go on as far as it can be read."
        ),
        Fault.TELEGRAM: _(
            "If the token was revoked, put @BotFather's new one into TELEGRAM_BOT_TOKEN and restart Leadbell. Else it "
            "is the network, and Leadbell tries again by itself. Leads go on being fetched."
        ),
        Fault.BOT_SHARED: _(
            "If it is a second Leadbell, on another machine or with another database, every lead is posted twice, and "
            "each command or press reaches only one of the two. Stop one of them, or give it a bot of its own "
            "(@BotFather, /newbot)."
        ),
        Fault.WEBHOOK: _(
            "Leads are posted, but no button and no command reaches Leadbell. If nothing needs them at that address "
            "any more, run leadbell check in a terminal: it asks before it removes the webhook. Otherwise give "
            "Leadbell a bot of its own (@BotFather, /newbot)."
        ),
        Fault.UNDELIVERED: _(
            "Leads are posted, but buttons and commands wait at Telegram until it reaches the address again. Please "
            "look at what stands in front of Leadbell there (the web server, its certificate, the name in the DNS), "
            "or take TELEGRAM_WEBHOOK_URL out of the settings: then Leadbell asks Telegram by itself."
        ),
        Fault.BACKUP: _(
            "Please look at the folder of BACKUP_DIR: is its disk there, has it room, may Leadbell's user write in it? "
            "The backups before are kept, leads come as usual, and Leadbell tries again every half hour. If the "
            "database is said to be damaged, keep the newest backup safe, and run leadbell check."
        ),
        Fault.MISTAKE: _(
            "It goes on by itself with everything else. Please tell whoever looks after Leadbell where it was; its log "
            "says more, and the next version may know better."
        ),
        Fault.UNREADABLE: _(
            "They are kept as they came. Please look into the Lead Manager at seller.indiamart.com, "
            "so that no enquiry is missed."
        ),
    }[which]


def _details(which: Fault | None, facts: Facts) -> str:
    """How much, or of whom."""
    if account := facts.get("account"):
        return _("It concerns the account {name}.").format(name=account)
    skew, count = notice_facts.length(facts, "skew"), notice_facts.number(facts, "count")
    if which is Fault.CLOCK_WRONG and skew:
        off = times.span(skew)
        is_behind = (notice_facts.number(facts, "skew") or 0) > 0
        return (_("It is {span} behind.") if is_behind else _("It is {span} ahead.")).format(span=off)
    if which is Fault.UNREADABLE and count is not None:
        return ngettext("{n} row is kept.", "{n} rows are kept.", count).format(n=grouped(count))
    return ""


def _lasting(facts: Facts, now: Now) -> str:
    since = notice_facts.moment(facts, "since")
    return "" if since is None else _("Since {when}.").format(when=times.moment(since, now))


def _again(which: Fault | None, facts: Facts, now: Now) -> str:
    """`wait` counts from the start, which is when this was written."""
    wait, since = notice_facts.length(facts, "wait"), notice_facts.moment(facts, "since")
    if not wait:
        return ""
    if which is Fault.KEY_BLOCKED and since is not None:
        return _("Blocked until about {when}.").format(when=times.moment(since + wait, now))
    return _("The next try comes after {span}.").format(span=times.span(wait))


def _quoted(which: Fault | None, facts: Facts) -> str:
    words = notice_facts.words(facts)
    if words and which is Fault.NO_CONNECTION:
        return _("The reason: {words}.").format(words=words)
    if words and which is Fault.WEBHOOK:
        return _("The address is at {words}.").format(words=words)
    if words and which is Fault.UNDELIVERED:
        return _("Telegram says: {words}").format(words=f"“{words}”")
    if words and which is Fault.MISTAKE:
        return _("Where it was: {words}").format(words=words)
    if words and which in {Fault.DISK, Fault.DATABASE, Fault.BACKUP}:
        return _("The machine says: {words}").format(words=f"“{words}”")
    return _("The answer was: {words}").format(words=f"“{words}”") if words else ""


def _after(which: Fault | None) -> str:
    if which in (NO_LEADS | {Fault.KEY_SHARED}) - {Fault.REFUSED}:
        return _("Leads that came meanwhile are being fetched.")
    return _("What waited is being posted.") if which is Fault.CHAT_REFUSED else ""
