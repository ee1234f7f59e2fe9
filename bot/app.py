"""The one place in which services are built. What starts and stops them is `bot.lifecycle`'s business.

There is one `Shared` in a process. What is an account's own is built in two steps, because leads are fetched before the
chat is there: its `Intake`, and around that, with a messenger, the rest of its `AccountParts`. Tests build the same
with other ends: a clock, a source of leads, a messenger. `own` is what each of an account's services is given first.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.clock import to_epoch
from bot.delivery.alarm import Speaker
from bot.delivery.chats import Chats
from bot.delivery.composer import Composer
from bot.delivery.pacing import BotPace, Pacer
from bot.delivery.parking import Parking
from bot.delivery.sender import Sender
from bot.delivery.worker import OutboxWorker
from bot.domain.ids import ChatId, ChatPlace
from bot.domain.notice import NoticeCode
from bot.domain.working_time import WorkingTime
from bot.health.metrics import Attempts
from bot.health.readiness import AccountAtWork
from bot.health.response_times import ResponseTimes
from bot.health.status import StatusReporter
from bot.health.usual import UsualLeads
from bot.intake.push_inbox import HandingOn, PushInbox
from bot.lookup.audit_trail import AuditTrail
from bot.lookup.buyer_report import BuyerReports
from bot.lookup.digest import DigestReports
from bot.lookup.lists import Lookup
from bot.lookup.stats import Stats
from bot.lookup.worklists import WorkLists
from bot.opening import intake, intake_of_main, lead_source, note_untried, opened, share, sharing, try_key
from bot.services import AccountParts, Intake, Outbound, Services
from bot.store import accounts, beginnings
from bot.team.access import Access
from bot.team.attendance import Attendances
from bot.team.audit import Audit
from bot.team.cards import Cards
from bot.team.charts import Charts
from bot.team.claims import Claims
from bot.team.digests import Digests
from bot.team.do_not_call import DoNotCall
from bot.team.erasure import Erasure
from bot.team.escalation import Escalation
from bot.team.given_leads import GivenLeads
from bot.team.greetings import Templates
from bot.team.notes import Notes
from bot.team.own_settings import OwnSettings
from bot.team.reminders import Reminders
from bot.team.routes import Routes

if TYPE_CHECKING:
    from bot.delivery.messenger import Messenger
    from bot.store.beginnings import Beginning

__all__ = ["build", "intake", "intake_of_main", "lead_source", "opened", "share", "sharing"]


async def build(
    found: Intake, messenger: Messenger, before: AccountParts | None = None, known: Beginning | None = None
) -> AccountParts:
    """Everything around an account's intake, speaking through `messenger`.

    `before` is what served the same account until now: what waits in its sender still goes out, at the same pace.
    `known` is what stands in the database; it is read where nobody has.
    """
    if known is None:
        async with found.shared.database.reading() as connection:
            known = (await beginnings.of(connection, [found.account_id]))[found.account_id]
    settings, shared, poller = found.settings, found.shared, found.poller
    own = found.database, found.account_id, shared.clock
    working = WorkingTime(settings.working_hours, settings.holidays, settings.timezone)
    times = ResponseTimes(found.account_id, working, shared.metrics)
    reports = DigestReports(*own, working, settings.timezone, times=settings.digest)
    out = _outbound(found, messenger, times, reports, None if before is None else before.outbound, known)
    if poller is not None:
        poller.on_stored = out.worker.wake  # not before: it polls while there is no chat yet
    has_push = settings.push_token is not None
    inbox = PushInbox(
        *own,
        ingest=found.ingest,
        faults=found.faults,
        on_stored=out.worker.wake,
        otherwise=HandingOn(shared.database, found.account_id, shared.clock, shared.metrics),
    )
    services = _services(found, out, messenger, working, times, reports, known)
    return AccountParts(
        intake=found,
        outbound=out,
        services=services,
        inbox=inbox if has_push else None,
        at_work=AccountAtWork(
            account_id=found.account_id,
            bot_id=settings.bot_id,
            attempts=out.attempts,
            opens_in=out.opens_in,
            poll_every=None if poller is None or has_push else settings.poll_every,
        ),
        speaker=Speaker(
            messenger=messenger,
            sender=out.sender,
            chats=out.chats,
            admins=tuple(ChatId(admin) for admin in settings.telegram_admins),
        ),
    )


async def begin(parts: AccountParts, known: Beginning) -> None:
    """What an account does once, when a process begins to serve it."""
    if parts.inbox is not None:
        await parts.inbox.resume()
    if known.account.connected_at is None:
        await _greet(parts)
    if known.has_parked:
        await parts.outbound.parking.release()


async def _greet(parts: AccountParts) -> None:
    """At the very first start the group hears that Leadbell is connected, and when it polls."""
    services = parts.services
    facts: dict[str, str | int] = {"api": "push"}
    if services.poller is not None:
        facts = {"api": services.settings.indiamart_api, "next_poll": to_epoch(await services.poller.next_at())}
    async with parts.intake.database.transaction() as connection:
        if await accounts.connect(connection, services.account_id, services.clock.now()):
            await parts.intake.faults.announce(connection, NoticeCode.CONNECTED, facts)


def _outbound(
    found: Intake,
    messenger: Messenger,
    times: ResponseTimes,
    reports: DigestReports,
    before: Outbound | None,
    known: Beginning,
) -> Outbound:
    settings, shared = found.settings, found.shared
    own = found.database, found.account_id, shared.clock
    chats = Chats(*own, ChatPlace(ChatId(settings.telegram_chat_id), settings.telegram_thread_id), known)
    rate = settings.telegram_group_rate
    bot = shared.paces.setdefault(settings.telegram_bot_token, BotPace())
    if before is None:
        pacer = Pacer(*own, calls=rate.calls, span=rate.seconds, bot=bot)
        pacer.take_over(known.sends, known.holds)
        sender = Sender(pacer, shared.clock, shared.troubles)
    else:
        pacer, sender = before.pacer, before.sender
        pacer.change(calls=rate.calls, span=rate.seconds, bot=bot)
    attempts = Attempts()
    composer = Composer(
        *own,
        messenger,
        found.faults,
        shared.metrics,
        attempts,
        escalates=bool(settings.escalate_after),
        rule=settings.sight,
        times=times,
        reports=reports,
    )
    parking = Parking(*own, found.faults, version=shared.version)
    worker = OutboxWorker(
        *own,
        composer,
        chats=chats,
        sender=sender,
        faults=found.faults,
        parking=parking,
        on_queued=partial(shared.outbox.wake, found.account_id),
    )
    return Outbound(
        chats=chats,
        pacer=pacer,
        sender=sender,
        attempts=attempts,
        composer=composer,
        parking=parking,
        worker=worker,
    )


def _services(
    found: Intake,
    out: Outbound,
    messenger: Messenger,
    working: WorkingTime,
    times: ResponseTimes,
    reports: DigestReports,
    known: Beginning,
) -> Services:
    settings, shared, wake = found.settings, found.shared, out.worker.wake
    own = found.database, found.account_id, shared.clock
    stats = Stats(
        *own,
        settings.timezone,
        fee_per_year=settings.fee_per_year,
        buyleads_per_week=settings.buyleads_per_week,
    )
    charts = Charts(stats, working, settings.timezone, messenger)
    access = Access(*own, messenger, chats=out.chats, admins=settings.telegram_admins)
    return Services(
        clock=shared.clock,
        settings=settings,
        account_id=found.account_id,
        access=access,
        attendances=Attendances(*own),
        is_paused=found.is_paused,
        cards=Cards(*own, out.chats, wake),
        charts=charts,
        chats=out.chats,
        audit=Audit(*own, settings.sight, wake),
        audit_trail=AuditTrail(*own),
        claims=Claims(*own, wake, times, settings.sight),
        buyer_reports=BuyerReports(*own),
        erasure=Erasure(
            *own,
            retention=settings.retention,
            timezone=settings.timezone,
            on_queued=wake,
            on_sealed=shared.sealed.set,
        ),
        digest_reports=reports,
        digests=Digests(
            *own,
            times=settings.digest,
            working=working,
            timezone=settings.timezone,
            admins=settings.telegram_admins,
            reports=reports,
            charts=charts,
            on_queued=wake,
            first_looks=known.first_looks,
        ),
        do_not_call=DoNotCall(*own, wake),
        delivery=out.worker,
        escalation=Escalation(
            *own, steps=settings.escalate_after, working=working, admins=settings.telegram_admins, on_queued=wake
        ),
        given_leads=GivenLeads(*own, steps=settings.escalate_after, working=working, on_queued=wake),
        lookup=Lookup(*own, settings.timezone, settings.sight),
        notes=Notes(*own, wake),
        own_settings=OwnSettings(*own, settings),
        poller=found.poller,
        reminders=Reminders(*own, wake),
        report=StatusReporter(
            *own,
            shared.troubles,
            polls=found.poller,
            usual=UsualLeads(found.account_id, working, settings.timezone),
            opens_in=out.opens_in,
            api=None if found.poller is None else settings.indiamart_api,
            has_push=settings.push_token is not None,
            bot_id=settings.bot_id,
        ),
        routes=Routes(*own, settings=settings, chats=out.chats, messenger=messenger, on_chats=access.recheck),
        sender=out.sender,
        stats=stats,
        templates=Templates(*own),
        troubles=shared.troubles,
        try_key=partial(try_key, found),
        note_untried=partial(note_untried, found),
        work=WorkLists(*own),
        working=working,
    )
