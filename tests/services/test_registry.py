"""Accounts come, change, rest and go while the others go on."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bot import app
from bot.domain.ids import AccountId, ChatId, UserId
from bot.domain.lead import Origin
from bot.domain.notice import NoticeCode
from bot.domain.sight import BLIND, Sight
from bot.errors import StoreError
from bot.health.readiness import Readiness, UnreadyReason
from bot.indiamart.answer import Outcome
from bot.store import accounts, routes, sealing
from tests.services.many import Town, group, in_town, key
from tests.services.played import failed, lead, leads_answer
from tests.services.test_routing import EXPORT, RAVI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.services import AccountParts
    from tests.services.played import RecordingChat

OTHER_TOKEN = "7100000002:AAEinvented-for-another-0123456789abc"


def posted(chat: RecordingChat) -> list[str | None]:
    return [card.stored.lead.query_id for card in chat.cards]


def told_of_broken(town: Town) -> list[object]:
    """The accounts that main's admins were told of."""
    chat = town.chat(1)
    told = [one.what for one in chat.posted if one.what in chat.notices and one.place.chat_id == 77]
    return [one.facts["account"] for one in told if one.code is NoticeCode.ACCOUNT_BROKEN]


class Said(logging.Handler):
    """What is logged meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        logger = logging.getLogger(name)
        level = logger.level
        logger.setLevel(logging.INFO)
        logger.addHandler(self)
        yield
        logger.removeHandler(self)
        logger.setLevel(level)


@in_town
async def test_an_account_that_is_added_is_served_within_five_seconds(town: Town) -> None:
    async with town.open():
        town.seller(key(2)).answers.append(leads_answer(lead("21")))
        await town.add(2)
        await asyncio.sleep(4)
        assert posted(town.chat(2)) == ["21"]
        assert [one.code for one in town.chat(2).notices] == [NoticeCode.CONNECTED]
        assert town.chat(1).cards == []


@in_town
async def test_accounts_that_are_there_at_the_start_are_served_before_the_bot_hears_anybody(town: Town) -> None:
    await town.rows("SELECT 1")
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
    town.__post_init__()
    async with town.open():
        (bot,) = town.bots.values()
        assert set(bot.attached) == {1, 2}


@in_town
async def test_changed_settings_are_taken_up_and_nobody_else_is_rebuilt(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await town.add(3)
        await asyncio.sleep(4)
        second, third = town.parts(2), town.parts(3)
        await town.change(2, POLL_EVERY="30m")
        await asyncio.sleep(4)
        assert town.parts(2) is not second
        assert town.parts(2).intake.settings.poll_every == timedelta(minutes=30)
        assert town.parts(3) is third
        assert town.parts(1).account_id in town.bots[next(iter(town.bots))].attached
        assert len(town.seller(key(2)).windows) == 1  # the call budget outlives the change


@in_town
async def test_who_is_no_admin_any_more_is_shown_no_number_in_private_any_more(town: Town) -> None:
    meera, ravi = UserId(5), UserId(6)
    async with town.open():
        await town.add(2, NUMBERS="claim", TELEGRAM_ADMINS=f"{meera},{ravi}")
        await asyncio.sleep(4)
        town.seller(key(2)).answers.append(leads_answer(lead("21")))
        await asyncio.sleep(400)
        lead_id = town.chat(2).cards[0].stored.lead_id
        for admin in (meera, ravi):
            await town.parts(2).services.audit.post_privately(lead_id, admin)
        await asyncio.sleep(4)
        sights = town.chat(2).sights
        assert sights[-2:] == [Sight(frozenset({lead_id}))] * 2
        number = len(sights)
        await town.change(2, TELEGRAM_ADMINS=str(ravi))
        await asyncio.sleep(8)
        edited = [message.place.chat_id for _message_id, message in town.chat(2).edited]
        assert edited == [ChatId(meera)]
        assert sights[number:] == [BLIND]


@in_town
async def test_a_message_in_flight_is_finished_by_those_who_began_it(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        reached, go_on, chat = asyncio.Event(), asyncio.Event(), town.chat(2)
        post = chat.post_card

        async def slowly(*arguments: object, **options: object) -> object:
            reached.set()
            await go_on.wait()
            return await post(*arguments, **options)  # type: ignore[arg-type]

        chat.post_card = slowly  # type: ignore[method-assign, assignment]  # Telegram takes its time
        town.seller(key(2)).answers.append(leads_answer(lead("21"), lead("22")))
        await reached.wait()
        await town.change(2, ESCALATE_AFTER="off")
        await asyncio.sleep(2)
        go_on.set()
        await asyncio.sleep(30)
        assert sorted(str(one) for one in posted(chat)) == ["21", "22"]
        assert town.parts(2).intake.settings.escalate_after == ()


@in_town
async def test_what_telegram_answers_after_seconds_is_not_sent_again_by_who_comes_next(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        reached, chat = asyncio.Event(), town.chat(2)
        post = chat.post_card

        async def slowly(*arguments: object, **options: object) -> object:
            message = await post(*arguments, **options)  # type: ignore[arg-type]
            reached.set()
            await asyncio.sleep(9)
            return message

        chat.post_card = slowly  # type: ignore[method-assign, assignment]
        town.seller(key(2)).answers.append(leads_answer(lead("21")))
        await reached.wait()
        await town.change(2, ESCALATE_AFTER="off")
        await asyncio.sleep(40)
        assert posted(chat) == ["21"]
        assert town.parts(2).intake.settings.escalate_after == ()


@in_town
async def test_an_account_goes_on_whose_change_failed_and_was_taken_back(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        before = town.parts(2)
        with patch("bot.serving.app.build", side_effect=StoreError("the disk is full")):
            await town.change(2, ESCALATE_AFTER="off")
            await asyncio.sleep(4)
            await town.change(2, ESCALATE_AFTER="")
            await asyncio.sleep(4)
        town.seller(key(2)).answers.append(leads_answer(lead("21")))
        await asyncio.sleep(400)
        assert town.parts(2).intake.settings == before.intake.settings
        assert posted(town.chat(2)) == ["21"]


@in_town
async def test_a_route_that_is_set_while_its_account_is_rebuilt_has_a_chat_of_the_account(town: Town) -> None:
    build = app.build

    async def slowly(*arguments: Any) -> AccountParts:
        parts = await build(*arguments)
        if parts.account_id == AccountId(2):
            async with town.shared.database.transaction() as connection:
                now = town.clock.now()
                route_id = await routes.add(connection, parts.account_id, "kind:B", EXPORT)
                await routes.arrange(
                    connection, parts.account_id, [route_id], changed=route_id, act=routes.ADDED, user_id=RAVI, now=now
                )
        return parts

    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        with patch("bot.serving.app.build", slowly):
            await town.change(2, ESCALATE_AFTER="off")
            await asyncio.sleep(4)
        assert town.parts(2).services.access.is_home(EXPORT.chat_id or ChatId(0))


@in_town
async def test_a_call_in_flight_is_still_taken_in_when_its_account_is_rebuilt(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        seller, reached, go_on = town.seller(key(2)), asyncio.Event(), asyncio.Event()
        fetch = seller.fetch

        async def hangs(window: object) -> object:
            reached.set()
            await go_on.wait()
            return await fetch(window)

        seller.fetch = hangs  # type: ignore[method-assign]  # IndiaMART takes its time
        seller.answers.append(leads_answer(lead("21")))
        await reached.wait()
        await town.change(2, ESCALATE_AFTER="off")
        await asyncio.sleep(4)
        go_on.set()
        await asyncio.sleep(10)
        assert posted(town.chat(2)) == ["21"]


@in_town
async def test_a_paused_account_polls_and_posts_nothing_until_it_goes_on(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        async with town.shared.database.transaction() as connection:
            await accounts.pause(connection, AccountId(2), town.clock.now())
        await asyncio.sleep(4)
        assert town.parts(2).is_paused
        calls = len(town.seller(key(2)).windows)
        async with town.parts(2).intake.ingest.committing(town.shared.database) as connection:
            await town.parts(2).intake.ingest.fresh(connection, [lead("21")], origin=Origin.PUSH)
        town.parts(2).services.delivery.wake()
        await asyncio.sleep(60)
        assert len(town.seller(key(2)).windows) == calls
        assert posted(town.chat(2)) == []
        async with town.shared.database.transaction() as connection:
            await accounts.resume(connection, AccountId(2))
        await asyncio.sleep(4)
        assert posted(town.chat(2)) == ["21"]
        assert len(town.seller(key(2)).windows) > calls


@in_town
async def test_an_account_that_is_removed_is_served_no_more_and_its_own_bot_ends(town: Town) -> None:
    async with town.open():
        await town.add(2, TELEGRAM_BOT_TOKEN=OTHER_TOKEN)
        await asyncio.sleep(4)
        bot = town.bots[OTHER_TOKEN]
        async with town.shared.database.transaction() as connection:
            await accounts.remove(connection, AccountId(2), town.clock.now())
        await asyncio.sleep(4)
        calls = len(town.seller(key(2)).windows)
        await asyncio.sleep(60)
        assert len(town.seller(key(2)).windows) == calls
        assert AccountId(2) not in town.registry.accounts
        assert not bot.attached
        async with town.shared.database.reading() as connection:
            assert await accounts.is_let_go(connection, AccountId(2))


@in_town
async def test_what_admins_set_in_the_chat_counts_within_five_seconds(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        for number, text in ((1, "IN"), (2, "2026-11-08")):
            own = town.parts(number).services.own_settings
            change_id = await own.put("HOLIDAYS", text, UserId(5))
            assert change_id is not None
            await asyncio.sleep(4)
            assert town.parts(number).intake.settings.texts["HOLIDAYS"] == text
            change = await town.parts(number).services.own_settings.change(change_id)
            assert change is not None
            await own.put("HOLIDAYS", change.before, UserId(5))
            await asyncio.sleep(4)
            assert "HOLIDAYS" not in town.parts(number).intake.settings.texts


@in_town
async def test_an_account_that_gets_a_bot_of_its_own_speaks_through_it(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        await town.change(2, TELEGRAM_BOT_TOKEN=OTHER_TOKEN)
        await asyncio.sleep(4)
        town.seller(key(2)).respond = lambda _window: leads_answer(lead("21"))
        await asyncio.sleep(30)
        assert posted(town.chat(2, OTHER_TOKEN)) == ["21"]
        assert [set(bot.attached) for bot in town.bots.values()] == [{1}, {2}]


@in_town
async def test_a_broken_account_is_told_to_the_admins_of_main_once_and_holds_up_nobody(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await town.add(3)
        await asyncio.sleep(4)
        async with town.shared.database.transaction() as connection:
            await connection.execute("UPDATE account_settings SET value = 'x' WHERE account_id = 2 AND is_secret = 1")
            await accounts.changed(connection, AccountId(2))
        town.seller(key(3)).respond = lambda _window: leads_answer(lead("31"))
        await asyncio.sleep(30)
        assert told_of_broken(town) == ["shop-2"]
        assert town.registry.broken == ["shop-2"]
        assert posted(town.chat(3)) == ["31"]
        await town.change(2, INDIAMART_KEY="another-key")
        await asyncio.sleep(4)
        assert town.registry.broken == []


@in_town
async def test_two_accounts_with_one_group_or_key_are_not_served_both(town: Town) -> None:
    async with town.open():
        await town.add(2, TELEGRAM_CHAT_ID=str(group(1)), INDIAMART_KEY=key(1))
        await asyncio.sleep(4)
        assert town.registry.broken == ["shop-2"]
        assert set(town.registry.accounts) == {1}
        await town.add(3, INDIAMART_KEY="a-key-of-two")
        await town.add(4, INDIAMART_KEY="a-key-of-two")
        await asyncio.sleep(4)
        assert town.registry.broken == ["shop-2", "shop-4"]
        await town.change(3, INDIAMART_KEY="another")  # and so it is free
        await asyncio.sleep(4)
        assert town.registry.broken == ["shop-2"]
        assert set(town.registry.accounts) == {1, 3, 4}


@in_town
async def test_what_main_is_changed_to_from_the_chat_counts_and_others_have_its_bot(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        await town.change(1, TELEGRAM_BOT_TOKEN=OTHER_TOKEN)
        await asyncio.sleep(4)
        assert set(town.bots[OTHER_TOKEN].attached) == {1, 2}


@in_town
async def test_one_that_fails_keeps_no_other_from_its_lead(town: Town) -> None:
    async with town.open():
        for number in (2, 3):
            await town.add(number)
        town.seller(key(2)).respond = lambda _window: failed(Outcome.BAD_KEY)
        town.seller(key(3)).respond = lambda _window: leads_answer(lead("31"))
        await asyncio.sleep(4)
        assert posted(town.chat(3)) == ["31"]


@in_town
async def test_the_service_is_ready_while_one_account_is_and_names_those_that_are_not(town: Town) -> None:
    shared, registry = town.shared, town.registry
    readiness = Readiness(
        shared.database,
        shared.clock,
        shared.troubles,
        shared.watchdog,
        accounts=lambda: [parts.at_work for parts in registry.at_work],
        broken=lambda: registry.broken,
    )
    await town.add(2)
    await town.add(3, INDIAMART_KEY=key(1))  # which is main's
    town.seller(key(2)).respond = lambda _window: failed(Outcome.BAD_KEY)
    async with town.open():
        await asyncio.sleep(4)
        found = await readiness.report()
        assert found.reasons == []
        assert found.accounts == {"shop-2": [UnreadyReason.NO_POLL_YET], "shop-3": [UnreadyReason.SETTINGS]}
        town.seller(key(1)).respond = lambda _window: failed(Outcome.BAD_KEY)
        await asyncio.sleep(20)
        found = await readiness.report()
        assert found.reasons == [UnreadyReason.POLLS_FAIL, UnreadyReason.NO_POLL_YET]
        assert set(found.accounts) == {"main", "shop-2", "shop-3"}


@in_town
async def test_what_several_accounts_forget_writes_the_file_anew_once(town: Town) -> None:
    written = 0
    write_anew = town.shared.database.write_anew

    async def counted() -> None:
        nonlocal written
        written += 1
        await write_anew()

    town.shared.database.write_anew = counted  # type: ignore[method-assign]
    for number in (2, 3):
        await town.add(number)
        town.seller(key(number)).answers.append(leads_answer(lead(str(number))))
    async with town.open():
        await asyncio.sleep(4)
        found = await town.rows("SELECT account_id, buyer_id FROM buyers ORDER BY account_id")
        async with town.shared.database.transaction() as connection:
            for account_id, buyer_id in found:
                await sealing.seal_buyers(connection, account_id, [buyer_id], at=town.clock.now(), is_urgent=True)
        await asyncio.sleep(70)
        assert [account_id for account_id, _buyer in found] == [2, 3]
        assert await town.rows("SELECT count(*) FROM seals WHERE erased_at IS NULL") == [(0,)]
        assert written == 1


@in_town
async def test_an_account_that_is_paused_while_it_is_set_up_is_nobodys_trouble(town: Town) -> None:
    said = Said()
    async with town.open():
        with said.of("bot.registry"):
            async with town.shared.database.transaction() as connection:
                assert await accounts.add(connection, "shop-2") == 2
                await accounts.pause(connection, AccountId(2), town.clock.now())
            await asyncio.sleep(4)
            await town.change(2, TELEGRAM_CHAT_ID=str(group(2)), POLL_EVERY="10s")  # its key is still missing
            await asyncio.sleep(4)
        assert [record.levelno for record in said.records] == [logging.INFO]
        assert town.registry.broken == []
        assert told_of_broken(town) == []
        async with town.shared.database.transaction() as connection:
            await accounts.resume(connection, AccountId(2))
        await asyncio.sleep(4)
        assert town.registry.broken == ["shop-2"]
        assert told_of_broken(town) == ["shop-2"]
        await town.change(2, INDIAMART_KEY=key(2))
        await asyncio.sleep(4)
        assert town.registry.broken == []
        assert not town.parts(2).is_paused


@in_town
async def test_an_account_without_a_chat_yet_is_warned_of_once(town: Town) -> None:
    said = Said()
    async with town.open():
        with said.of("bot.registry"):
            await town.add(2, TELEGRAM_CHAT_ID="")
            await asyncio.sleep(4)
            await town.change(2, RETENTION="3y")
            await asyncio.sleep(4)
        assert [record.levelno for record in said.records] == [logging.WARNING]
        assert told_of_broken(town) == ["shop-2"]


@in_town
async def test_a_broken_account_that_is_served_still_can_be_paused(town: Town) -> None:
    async with town.open():
        await town.add(2)
        await asyncio.sleep(4)
        async with town.shared.database.transaction() as connection:
            await connection.execute("UPDATE account_settings SET value = 'x' WHERE account_id = 2 AND is_secret = 1")
            await accounts.pause(connection, AccountId(2), town.clock.now())
        await asyncio.sleep(4)
        assert town.parts(2).is_paused
        asked = len(town.seller(key(2)).windows)
        await asyncio.sleep(60)
        assert len(town.seller(key(2)).windows) == asked
        async with town.shared.database.transaction() as connection:
            await accounts.resume(connection, AccountId(2))
        await asyncio.sleep(30)
        assert not town.parts(2).is_paused
        assert len(town.seller(key(2)).windows) > asked
