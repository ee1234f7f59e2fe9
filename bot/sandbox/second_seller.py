"""The demo's second seller: its group, how it joins the service, and how its admin makes its routes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.sandbox.botapi import MemberStatus
from bot.store import accounts, engines
from bot.store.account_settings import By
from bot.team import accounts as team

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.config import Settings
    from bot.sandbox.arrivals import Arrivals
    from bot.sandbox.botapi import BotUser, Chat, HumanUser, Message, World
    from bot.sandbox.simulator.seller import Seller

SHARE: Final = 0.04
"""Of the first seller's hours: what is older than the overlap of two polls would not be fetched any more."""
PATIENCE: Final = 5.0
"""Seconds for which the first leads wait for the bot's answer to each route."""
TOPICS: Final = ("BuyLeads", "Calls")
TYPED: Final = (
    ("Kiran", "BuyLeads", "/route kind:B -> here"),
    ("Kiran", "Calls", "/route kind:P -> here"),
    ("Asha", "General", "/today"),
    ("Kiran", "General", "/route value>1l -> @asha"),
)
"""Who writes what in which topic. The bot knows by name who has written something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondSeller:
    """`settings` are what `leadbell account add` would be told."""

    name: str
    settings: dict[str, str] = field(repr=False)
    bot: BotUser
    group: Chat
    seller: Seller

    async def join(self, files: Settings, clock: Clock) -> None:
        """As `leadbell account add` does it, before the service begins or while it runs."""
        async with engines.database(files.database_url) as database, database.transaction() as connection:
            await accounts.open_account(connection)
            account_id = await team.add(connection, files, self.name)
            await team.change(
                connection, files, account_id, self.settings, by=By(machine="demo"), now=clock.now(), is_new=True
            )

    async def begin(self, world: World, arrivals: Arrivals) -> None:
        """Its routes are made before its first leads come, unless a fault keeps the bot from answering."""
        await world.wait_for(lambda: self.group.by(self.bot), float("inf"))
        for name, topic_name, text in TYPED:
            topic = next(one for one in self.group.topics.values() if one.name == topic_name)
            person = next(one for one in world.people.values() if one.name == name)
            asked = person.says(self.group, text, topic=topic)
            with suppress(TimeoutError):
                await world.wait_for(partial(self._is_answered, asked), PATIENCE)
        arrivals.prepare(SHARE)
        await arrivals.keep_coming()

    def _is_answered(self, asked: Message) -> bool:
        return any(message.message_id > asked.message_id for message in self.group.by(self.bot))


def made(world: World, seller: Seller, admin: HumanUser, member: HumanUser, *, every: str) -> SecondSeller:
    """With the old API, a bot of its own, and a forum. `every` is how often its leads are fetched."""
    bot = world.new_bot("Patel Leads", "patel_leads_bot")
    group = world.add_group("Patel Pumps · Leads", [admin, member], topics=TOPICS, bot_role=None)
    world.set_role(group, bot, MemberStatus.ADMINISTRATOR)
    settings = {
        "TELEGRAM_BOT_TOKEN": bot.token,
        "TELEGRAM_CHAT_ID": str(group.id),
        "TELEGRAM_ADMINS": str(admin.id),
        "INDIAMART_KEY": seller.crm_key,
        "INDIAMART_MOBILE": seller.mobile,
        "POLL_EVERY": every,
        "WORKING_HOURS": "Mon-Sun 00:00-24:00",
    }
    return SecondSeller(name="patel", settings=settings, bot=bot, group=group, seller=seller)
