"""Two sellers in one service, each with a bot of its own: asked, and with webhooks. What ails one, ails that only."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.config.keyring import keyring, new_key
from bot.sandbox.botapi import MemberStatus
from bot.store import account_settings, accounts
from bot.store.account_settings import By
from tests.claiming import claimed
from tests.e2e.shop import prepared
from tests.languages import heard, spoken, worded
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox.botapi.chats import Chat
    from bot.sandbox.botapi.people import BotUser
    from tests.e2e.shop import Shop

PUSH = "gupta-push-token-0123456789"


@dataclass
class Pair:
    shop: Shop
    bot: BotUser
    """Gupta's."""
    group: Chat
    address: str

    async def pushes(self, query_id: str, product: str) -> None:
        lead = {"UNIQUE_QUERY_ID": query_id, "QUERY_TYPE": "W", "SENDER_NAME": "A Buyer", "QUERY_PRODUCT_NAME": product}
        row = lead | {"QUERY_TIME": "2024-01-03 18:14:00", "SENDER_MOBILE": "+91-9000000099"}
        url = f"{self.address}/indiamart/{PUSH}"
        async with self.shop.town.http.post(url, data=json.dumps({"CODE": 200, "RESPONSE": row})) as answer:
            assert answer.status == 200

    def told(self, bot: BotUser | None = None) -> list[str]:
        """What the boss, admin of both, has heard of that bot."""
        room = self.shop.boss.chat_with(bot or self.shop.town.world.bot)
        return [text for text in room.texts if text.startswith(("⚠️", "✅"))]


@asynccontextmanager
async def opened(path: Path, *, has_webhook: bool) -> AsyncIterator[Pair]:
    port, key = free_port(), new_key()
    address = f"http://127.0.0.1:{port}"
    hook = address if has_webhook else ""
    async with prepared(path, SECRET_KEY=key, HTTP_LISTEN=f"127.0.0.1:{port}", TELEGRAM_WEBHOOK_URL=hook) as shop:
        town = shop.town
        bot = town.world.new_bot("Gupta", "gupta_bot")
        group = town.world.add_group("Gupta Tools", [town.vikram, town.asha], bot_role=None)
        town.world.add_bot(group, town.vikram, MemberStatus.ADMINISTRATOR, bot)
        async with shop.serving():
            await _add(shop, key, TELEGRAM_BOT_TOKEN=bot.token, TELEGRAM_CHAT_ID=str(group.id), PUSH_TOKEN=PUSH)
            await until(lambda: any(heard("is connected", text) for text in group.texts))
            await until(lambda: bool(bot.updates.webhook) or bot.updates.has_poller)
            shop.boss.starts(bot=bot)
            yield Pair(shop, bot, group, address)


async def _add(shop: Shop, key: str, **settings: Any) -> None:
    given = settings | {"TELEGRAM_ADMINS": str(shop.boss.id), "DIGEST": "off", "TELEGRAM_GROUP_RATE": "1000/1"}
    given["BOT_LANGUAGE"] = spoken()
    async with shop.parts.shared.database.transaction() as connection:
        account_id = await accounts.add(connection, "gupta")
        assert account_id is not None
        for name, text in given.items():
            await account_settings.put(
                connection, account_id, name, text, by=By(), keyring=keyring(key), now=shop.clock.now()
            )


@pytest.mark.parametrize("has_webhook", [False, True], ids=["asked", "webhook"])
async def test_leads_claims_and_look_ups_of_each_are_its_own(tmp_path: Path, *, has_webhook: bool) -> None:
    async with opened(tmp_path, has_webhook=has_webhook) as pair:
        shop, town = pair.shop, pair.shop.town
        shop.simulator.seller.arrive()
        await shop.has_cards(1)
        await pair.pushes("2640000777", "Drill Machine")
        await until(lambda: any("Drill Machine" in text for text in pair.group.texts))
        assert not any("Drill Machine" in text for text in shop.group.texts)
        (card,) = (message for message in pair.group.by_bot if "Drill Machine" in message.text)
        await claimed(town.vikram, card)
        room = town.asha.chat_with(pair.bot)
        assert "Drill Machine" in (await shop.asks(town.asha, "/lead 1", room)).text
        assert "Drill Machine" not in (await shop.asks(town.asha, "/lead 1")).text
        assert (not town.api.calls.of("getUpdates")) is has_webhook


@pytest.mark.usefixtures("asks_again_soon")
async def test_what_ails_one_bot_is_told_to_its_admins_and_mains_and_the_other_goes_on(tmp_path: Path) -> None:
    async with opened(tmp_path, has_webhook=False) as pair:
        shop = pair.shop
        await shop.asks(shop.boss, "/help", shop.boss.chat_with(pair.bot))
        pair.bot.updates.webhook = "https://crm.example/hook"
        pair.bot.updates.terminate("setWebhook request")
        await until(lambda: pair.told() and pair.told(pair.bot))
        assert worded("It concerns the account gupta.") in pair.told()[0]
        assert not heard("concerns", pair.told(pair.bot)[0])
        assert heard("IndiaMART leads come here", (await shop.asks(shop.boss, "/help")).text)
        assert not heard("goes to another program", (await shop.asks(shop.boss, "/status")).text)
        pair.bot.updates.webhook = ""
        await until(lambda: len(pair.told()) == len(pair.told(pair.bot)) == 2)
        assert pair.told()[1].startswith("✅")
