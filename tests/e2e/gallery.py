"""Everything people read, once each, in the running demo: what the looks are measured on, and shown from.

In whatever language is spoken: buttons and questions are found by what they are in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from bot.chat.views import changes
from bot.domain.lead import Kind, Status
from bot.i18n import _, ngettext
from bot.sandbox.botapi.town import WoundClock
from tests.clocks import until_next

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.botapi import Chat, HumanUser, Message
    from bot.sandbox.demo import DemoWorld
    from bot.services import Services

PATIENCE = 20.0
A_MINUTE = 62
"""Seconds after which the group's calls of a minute are forgotten."""
LOOK_UPS = (
    "/today", "/open", "/open missed", "/mine", "/stats", "/help", "/status", "/search solar",
    "/digest morning", "/digest evening", "/digest week",
)  # fmt: skip
LONG = {
    "name": "Venkatasubramanian Lakshminarayanan Krishnamoorthy",
    "company": "Shri Balaji Renewable Energy Systems & Solutions Private Limited",
    "mobile": "+91-9000077701",
    "mobile_alt": "+91-9000077702",
    "email": "venkatasubramanian.lakshminarayanan@example.com",
    "city": "Thiruvananthapuram",
    "state": "Kerala",
    "pincode": "695000",
    "product": "550 W Mono PERC Half Cut Bifacial Solar Module with 25 Years Warranty",
    "message": "We need 120 nos of 550 W modules for our new site. Delivery within 12 days, payment after 30 days.\n\n"
    * 5,
    "quantity": "1200",
    "unit": "piece",
    "order_value": "Rs. 1,00,00,000 - 2,40,00,000",
    "requirement": "Reselling and own business use",
}
WORKED = {"order_value": "Rs. 80,000 - 1.2 Lakh", "quantity": "12"}
CALL = {
    "name": "Ramesh Test",
    "mobile": "+91-9000077703",
    "receiver_mobile": "8040000001",
    "city": "Surat",
    "state": "Gujarat",
    "pincode": "395000",
    "country": "IN",
}
BUYLEAD = {
    "name": "Asha Testwala",
    "company": "Testwala & Sons",
    "mobile": "+91-9000077704",
    "mobile_alt": "",
    "phone": "",
    "email": "asha.testwala@example.com",
    "email_alt": "",
    "city": "Ernakulam",
    "state": "Kerala",
    "pincode": "683000",
    "quantity": "500",
    "unit": "piece",
    "order_value": "Rs. 1,00,000 - 2,40,000",
    "requirement": "Business use",
}

LEADS: dict[str, tuple[str, dict[str, Any]]] = {
    "new": (Kind.BUYLEAD, BUYLEAD),
    "long": (Kind.ENQUIRY, LONG),
    "call": (Kind.CALL, CALL | {"call_seconds": 105}),
    "missed": (Kind.CALL, CALL | {"mobile": "+91-9000077705", "call_seconds": 3}),
    "again": (Kind.WHATSAPP, {"mobile": BUYLEAD["mobile"], "message": "Price please"}),
    "claimed": (Kind.ENQUIRY, WORKED),
    "won": (Kind.ENQUIRY, WORKED),
    "lost": (Kind.ENQUIRY, WORKED),
}
MENUS = {
    "more": ("new", "Asha", "⋯ More"),
    "more-claimed": ("claimed", "Ravi", "⋯ More"),
    "more-won": ("won", "Ravi", "⋯ More"),
    "more-lost": ("lost", "Asha", "⋯ More"),
    "remind": ("missed", "Asha", "⏰ Remind"),
}
"""What is opened: under which card, by whom. Ravi is an admin, and has the names of those a lead can be given to."""

VALUE_ASKED = "🏆 Reply with the order value of {lead} in rupees, {name}."
TIME_ASKED = "⏰ Reply with when to remind you of {lead}, {name}."
NOTE_ASKED = "📝 Reply with your note on {lead}, {name}."
UNCLAIMED = "{n} lead is still unclaimed", "{n} leads are still unclaimed"
MISSED = "{n} missed call: nobody has called back", "{n} missed calls: nobody has called back"
GAP = re.compile(r"\{\w+\}")


class HurriedClock(WoundClock):
    """The time of day is wound on as well, from noon: the one clock of the servers and of the service."""

    def __init__(self) -> None:
        super().__init__()
        self._noon = until_next(time(12), super().now())

    def now(self) -> datetime:
        return super().now() + self._noon + timedelta(seconds=self.ahead)


@dataclass
class Gallery:
    demo: DemoWorld
    services: Services
    clock: HurriedClock
    shown: dict[str, Message] = field(default_factory=dict)
    """By what it is."""

    @property
    def group(self) -> Chat:
        return next(chat for chat in self.demo.world.chats.values() if chat.person is None)

    def person(self, name: str) -> HumanUser:
        return next(one for one in self.demo.world.people.values() if one.name == name)

    async def hang(self) -> None:
        await self.arrive()
        await self._worked()
        for text in LOOK_UPS:
            await self.passes(A_MINUTE)
            self.shown[text] = await self.answers("Asha", text)
        await self._dues()
        await self._asked()

    async def passes(self, seconds: float) -> None:
        """So much later; whoever waits for it looks at the clock again."""
        self.clock.ahead += seconds
        self.services.delivery.wake()
        self.services.sender.tidy()

    async def until(self, condition: Any) -> None:
        await self.demo.world.wait_for(condition, PATIENCE)

    async def answers(self, name: str, text: str, reply_to: Message | None = None) -> Message:
        said = self.person(name).says(self.group, text, reply_to=reply_to)
        await self.until(lambda: self._after(said))
        return self._after(said)[0]

    def _after(self, said: Message) -> list[Message]:
        return [one for one in self.group.by_bot if one.reply_to is said or one.message_id > said.message_id]

    async def arrive(self) -> None:
        """All leads with one poll, and a card for each."""
        assert self.services.poller is not None
        simulator, seller = self.demo.simulator, self.demo.simulator.seller
        await self.services.poller.fetch_now()
        await simulator.called(len(simulator.calls) + 1)  # or else it would come with a poll that is a minute overdue
        ids = {}
        for name, (kind, changed) in LEADS.items():
            record = replace(seller.leads.lead(self.clock.now(), kind), **changed)
            seller.add(record)
            ids[name] = record.query_id
        while missing := [name for name in ids if not self._card(ids[name])]:
            await self.passes(A_MINUTE)
            # Less than half of a minute's calls are for cards.
            await self.until(lambda missing=missing: any(self._card(ids[name]) for name in missing))
        self.shown |= {name: self._card(query_id)[0] for name, query_id in ids.items()}

    def _card(self, query_id: str) -> list[Message]:
        return [one for one in self.group.by_bot if one.text.endswith(f" {query_id}")]

    async def _worked(self) -> None:
        ravi = self.person("Ravi")
        for name in ("claimed", "won", "lost"):
            await self.passes(A_MINUTE)
            await ravi.presses(self.shown[name], _("✋ Claim"))
            await self.until(lambda name=name: "✋ Ravi" in self.shown[name].text)
        won, lost = self.shown["won"], self.shown["lost"]
        await ravi.presses(won, changes.status_label(Status.WON))
        await self.until(lambda: _("💰 Order value") in str(won.buttons))
        await ravi.presses(won, _("💰 Order value"))
        await self.until(lambda: self._saying(VALUE_ASKED))
        ravi.says(self.group, "85,000", reply_to=self._saying(VALUE_ASKED)[0])
        await self.until(lambda: "₹85,000" in won.text)
        await self.passes(A_MINUTE)
        await ravi.presses(lost, changes.status_label(Status.LOST))
        await self.until(lambda: changes.status_label(Status.LOST) in lost.text)

    async def _dues(self) -> None:
        """What comes by itself: a reminder after an hour, and before that a callout."""
        asha, card = self.person("Asha"), self.shown["claimed"]
        await self.passes(A_MINUTE)
        await asha.presses(card, _("⏰ Remind"))
        await asha.presses(card, _("✍️ Another time"))
        await self.until(lambda: self._saying(TIME_ASKED))
        self.shown["set"] = await self.answers("Asha", "call on friday at 4", reply_to=self._saying(TIME_ASKED)[0])
        await self.passes(A_MINUTE)
        await asha.presses(card, _("⏰ Remind"))
        await asha.presses(card, _("in 1\u00a0h"))
        await self.passes(11 * 60)
        await self.services.escalation.look()
        await self.until(lambda: self._saying(*UNCLAIMED))
        self.shown["missed-callout"] = self._saying(*MISSED)[-1]
        self.shown["callout"] = self._saying(*UNCLAIMED)[-1]
        await self.passes(60 * 60)
        await self.services.reminders.fire()
        await self.until(lambda: self._saying("⏰ Asha"))
        self.shown["reminder"] = self._saying("⏰ Asha")[-1]

    async def _asked(self) -> None:
        await self.passes(A_MINUTE)
        ravi, card = self.person("Ravi"), self.shown["long"]
        await ravi.presses(card, _("⋯ More"))
        await self.until(lambda: _("📝 Note") in str(card.buttons))
        await ravi.presses(card, _("📝 Note"))
        await self.until(lambda: self._saying(NOTE_ASKED))
        self.shown["question"] = self._saying(NOTE_ASKED)[0]
        ravi.says(self.group, "wants 120 nos, delivery within 12 days", reply_to=card)
        await self.until(lambda: "📝 Ravi" in card.text)

    async def unfold(self) -> dict[str, Message]:
        """Every menu there is; they fold by themselves after a minute."""
        shown = {}
        for what, (name, who, button) in MENUS.items():
            card = shown[what] = self.shown[name]
            await self.person(who).presses(card, _(button))
            await self.until(lambda card=card: _("‹ Back") in str(card.buttons))
        return shown

    def _saying(self, singular: str, plural: str = "") -> list[Message]:
        """Messages with this sentence, whatever stands in its gaps."""
        sentences = [_(singular)] if not plural else [ngettext(singular, plural, n) for n in (1, 2)]
        wanted = re.compile("|".join(".*".join(map(re.escape, GAP.split(one))) for one in sentences))
        return [one for one in self.group.by_bot if wanted.search(one.text)]
