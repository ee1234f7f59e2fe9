"""After a buyer was forgotten no answer, and no byte of the files, tells of them; everything else is as before."""

from __future__ import annotations

import asyncio
import random
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.chat.views import lead_codes, list_codes
from bot.chat.views.callback_data import encode
from bot.chat.views.lead_codes import Menu, PromptKind
from bot.commands import backup, exporting, forgetting
from bot.config import Settings
from bot.domain.ids import LeadId
from bot.domain.lead import LostReason, Status
from bot.domain.typed_times import Preset
from tests import databases
from tests.claiming import claimed
from tests.e2e.shop import opened
from tests.e2e.stage import Service, staged
from tests.languages import worded
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.sandbox.simulator.seller import Seller
    from tests.e2e.shop import Shop

CONSONANTS: Final = "bcdfgklmnpqrstvxz"
KINDS: Final = ("W", "B", "P", "WA", "BIZ")


class Secret:
    """A buyer nobody else resembles: by chance, so that no list of forms is a list of what was thought of."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.name, self.family, self.company = self._word(), self._word(), self._word()
        self.mobile, self.other = (f"9{self.chance.randrange(10**9):09}" for _number in range(2))
        self.mails = [f"{self._word()}@{self._word()}.example" for _mail in range(2)]
        self.texts = [self._word() for _text in range(6)]

    def _word(self) -> str:
        return "".join(self.chance.choice(CONSONANTS) + self.chance.choice("aeiou") for _pair in range(5)).capitalize()

    def lead(self, number: int) -> dict[str, Any]:
        spellings = (f"+91-{self.mobile}", f"+91-{self.mobile[:5]}{self.mobile[5:]}")
        return {
            "name": f"{self.name} {self.family}", "company": f"{self.company} & Sons", "country": "IN",
            "mobile": self.chance.choice(spellings), "mobile_alt": f"+91-{self.other}",
            "email": self.mails[0], "email_alt": self.mails[1], "phone": "", "phone_alt": "",
            "address": f"12 {self.name} Street, Surat", "city": "Surat",
            "message": f"{self.texts[number % 3]}: call {self.mobile[:5]} {self.mobile[5:]}",
        }  # fmt: skip

    @property
    def searches(self) -> list[str]:
        return [
            self.name, f"{self.name} {self.family}", self.company, self.mobile, self.mobile[5:], f"+91-{self.mobile}",
            f"0{self.other}", self.mails[0], self.mails[1], self.texts[0],
        ]  # fmt: skip

    def within(self, said: Iterable[str]) -> list[str]:
        """What of them stands in what was said."""
        plain = "\n".join(said).replace("\u2060", "").lower()
        digits = "".join(character for character in plain if character.isdecimal() or character == "\n")
        words = [self.name, self.family, self.company, *self.mails, *self.texts]
        return [one for one in words if one.lower() in plain] + [
            one for one in (self.mobile, self.other) if one in digits
        ]

    def in_files(self, *folders: Path) -> list[str]:
        """FTS5 writes only what tells a word from the one before it; the phone's digits stand backwards."""
        files = [one.read_bytes() for folder in folders for one in folder.iterdir() if one.is_file()]
        whole = b"".join(
            [*files, *(databases.values(folders[0] / "leads.db") if databases.is_postgres() else [])]
        ).lower()
        words = [self.name, self.family, self.company, *(mail.split("@")[0] for mail in self.mails), *self.texts]
        found = [one for one in words if one.lower()[2:].encode() in whole]
        for one in (self.mobile, self.other):
            forms = (one, one[::-1], f"{one[:5]} {one[5:]}")
            found += [one for form in forms if form.encode() in whole]
        return found


def arriving(secret: Secret, seller: Seller) -> None:
    now = seller.clock.now()
    for number in range(12):
        theirs = secret.lead(number) if number % 4 == 1 else {}
        kind = KINDS[number % 5] if theirs else None
        seller.arrive(kind, at=now - timedelta(minutes=200 - number), **theirs)


async def worked_on(shop: Shop, secret: Secret) -> list[LeadId]:
    """What a team does with leads, and asks about them."""
    ravi, asha = shop.town.ravi, shop.town.asha
    [*cards] = [card for card in shop.group.by_bot if secret.name in card.text]
    await claimed(ravi, cards[0])
    ravi.says(shop.group, f"{secret.texts[3]} wants it on Friday", reply_to=cards[0])
    await asha.presses(cards[1], "⏰ Remind")
    await asha.presses(cards[1], "in 1\u00a0h")
    for typed in secret.searches[:3]:
        await shop.asks(ravi, f"/search {typed}", shop.group)
    rows = await told(shop, "SELECT lead_id FROM leads WHERE name LIKE :name", name=f"{secret.name}%")
    async with shop.parts.shared.database.transaction() as connection:
        raw = f'{{"SENDER": "{secret.name} {secret.family}", "TEL": "+91 {secret.mobile[:5]} {secret.mobile[5:]}"'
        columns = "account_id, digest, raw, reason, origin, seen_at"
        await connection.execute(f"INSERT INTO unreadable ({columns}) VALUES (1, 'x', :raw, '', '', 5)", {"raw": raw})
    await until(lambda: has_note(shop))
    return [LeadId(row[0]) for row in rows]


async def has_note(shop: Shop) -> bool:
    return bool(await told(shop, "SELECT 1 FROM notes"))


async def told(shop: Shop, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    async with shop.parts.shared.database.reading() as connection:
        return [tuple(row) for row in await connection.fetch_all(statement, parameters)]


def codes(lead_id: LeadId) -> list[Any]:
    return [
        lead_codes.Claim(lead_id), lead_codes.Release(lead_id), lead_codes.ShowLead(lead_id),
        lead_codes.SendContact(lead_id), lead_codes.ShowNumber(lead_id), lead_codes.ShowHistory(lead_id, 0),
        lead_codes.SetStatus(lead_id, Status.WON), lead_codes.MarkLost(lead_id, LostReason.PRICE),
        lead_codes.OpenMenu(lead_id, Menu.MORE), lead_codes.AskFor(lead_id, PromptKind.NOTE),
        lead_codes.SetReminder(lead_id, Preset.HOUR), lead_codes.Undo(lead_id, 1),
        list_codes.TurnOpenList(1, 0), list_codes.TurnMyList(1, lead_id, 0), list_codes.TurnCallout(1, 0),
    ]  # fmt: skip


async def forgotten(shop: Shop, secret: Secret, *, at_machine: bool) -> None:
    if at_machine:
        settings = Settings.from_values(shop.settings)
        await forgetting.run(settings, secret.other, is_urgent=True, is_sure=True, account="main")
    else:
        question = await shop.asks(shop.boss, f"/forget 0{secret.mobile[:5]}-{secret.mobile[5:]}")
        await shop.boss.presses(question, "Forget, and overwrite now")

    async def is_erased() -> bool:
        return await told(shop, "SELECT 1 FROM seals WHERE erased_at > 0") != []

    await until(is_erased)


OTHERS: Final = "SELECT * FROM all_leads WHERE seal_id IS NULL ORDER BY lead_id"


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.english) for seed in (2, 3, 4))])
async def test_nothing_tells_of_a_forgotten_buyer_and_all_else_is_as_before(tmp_path: Path, seed: int) -> None:
    home, copies, secret = tmp_path / "home", tmp_path / "copies", Secret(seed)
    home.mkdir()
    copies.mkdir()
    async with opened(home, at=time(18), waiting=lambda seller: arriving(secret, seller)) as shop:
        await shop.has_cards(12)
        lead_ids = await worked_on(shop, secret)
        assert len(lead_ids) == 3
        theirs = [one for one in await told(shop, OTHERS) if one[0] not in lead_ids]
        cards = [card for card in shop.cards if not secret.within([card])]
        assert len(secret.in_files(home)) > 6

        await forgotten(shop, secret, at_machine=seed % 2 == 0)
        await until(lambda: not secret.within(shop.cards))

        assert secret.in_files(home) == []
        assert await told(shop, OTHERS) == theirs
        assert [card for card in shop.cards if worded("Erased at the buyer's wish.") not in card] == cards
        await asked_everything(shop, secret, lead_ids)
        await taken_away(shop, copies)
        assert secret.in_files(home, copies) == []
        # IndiaMART sends the day's leads again and again.
        await shop.moves_on(timedelta(hours=25))
        await shop.polls()
        assert len(await told(shop, OTHERS)) == len(theirs)
        assert secret.in_files(home) == []


async def asked_everything(shop: Shop, secret: Secret, lead_ids: list[LeadId]) -> None:
    """Every command, press and inline query; no answer tells more than was typed."""
    asking = [f"/lead {number}" for number in range(1, 13)] + [
        *("/today", "/yesterday", "/week", "/open", "/mine", "/stats", "/stats 7d", "/status", "/help", "/template"),
        *(f"/audit {number}" for number in lead_ids), "/audit ravi", "/start lead_2",
    ]  # fmt: skip
    for typed in asking:
        answer = await shop.asks(shop.boss, typed)
        assert secret.within([answer.html, str(answer.buttons)]) == [], typed
    for sought in secret.searches:
        for typed in (f"/search {sought}", f"/forget {sought}", f"/buyer {sought}"):
            answer = await shop.asks(shop.boss, typed)
            found = secret.within([answer.html, str(answer.buttons)])
            assert [one for one in found if one.lower() not in typed.lower()] == [], typed
            assert answer.body.file is None
        results = (await shop.town.ravi.asks_inline(sought, chat_type="sender")).results
        assert not results
    everything = (await shop.town.ravi.asks_inline("", chat_type="sender")).results
    assert secret.within([str(everything)]) == []
    card = next(card for card in shop.group.by_bot if worded("Erased at the buyer's wish.") in card.text)
    for lead_id in lead_ids:
        for code in codes(lead_id):
            said = await shop.town.world.queries.press_data(shop.boss, card, encode(code))
            assert secret.within([said.text or ""]) == [], code
    await shop.until(lambda: shop.services.sender.is_idle)
    assert secret.within(shop.cards) == []


async def taken_away(shop: Shop, copies: Path) -> None:
    settings = Settings.from_values(shop.settings)
    for name in ("all.jsonl", "all.csv"):
        await exporting.export_file(settings, copies / name, since=None, until=None, force=False)
    if not databases.is_postgres():
        await backup.copy(settings, copies / "copy.db", force=False)


@pytest.mark.english  # no words are looked at
@pytest.mark.parametrize("seed", [21, 22, 23])
async def test_a_service_and_a_command_that_were_killed_in_the_middle_come_to_the_same(
    tmp_path: Path, seed: int
) -> None:
    secret = Secret(seed)
    async with staged(tmp_path / "home", seed=seed) as stage:
        arriving(secret, stage.simulator.seller)
        await stage.service.start()
        await stage.drained()
        number = len(stage.town.group.by_bot)
        others = [row for row in stage.rows(OTHERS) if not str(row).count(secret.name)]
        command = Service(stage.service.folder, stage.service.settings)
        await command.start("forget", secret.mobile, "--now", "--yes")
        await asyncio.sleep(secret.chance.uniform(0, 0.6))  # any moment of it
        await asyncio.gather(command.kill(), stage.service.kill())
        await stage.service.start()
        await stage.is_up()
        await command.start("forget", secret.mobile, "--now", "--yes")
        assert await command.ends() == 0
        await until(lambda: stage.rows("SELECT 1 FROM seals WHERE erased_at > 0 AND leads > 0") != [])
        await until(lambda: not secret.within(stage.town.group.texts))
        assert secret.in_files(tmp_path / "home") == []
        assert stage.rows(OTHERS) == others
        assert len(stage.town.group.by_bot) == number
