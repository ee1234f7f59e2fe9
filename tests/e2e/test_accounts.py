"""`leadbell account`, as somebody types it, between the sandbox's Telegram and IndiaMART's simulator."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.clock import Clock
from bot.commands import check, exporting, terminal
from bot.commands.accounts import adding, changing, removing
from bot.config.keyring import new_key
from bot.errors import LeadbellError, SettingsError
from bot.sandbox.botapi import MemberStatus
from bot.sandbox.simulator.server import API_KEY, MOBILE
from bot.store import accounts, engines, runs
from tests.e2e.test_check import Stand, standing
from tests.store.conftest import Shelf, make_lead

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.chat.check_line import CheckLine
    from bot.commands.setup.dialogue import Question
    from bot.config import Settings
    from bot.sandbox.botapi import Chat

pytestmark = pytest.mark.english  # the command line's words: tests/e2e/test_languages.py

MAIN_KEY = "key-of-main"
REMOVED = "Nothing is left of the account surat."


@dataclass
class Typist:
    """Answers by what is asked."""

    answers: dict[str, list[str]]
    said: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        self.said.append(text)

    def show(self, line: CheckLine) -> None:
        self.said.append(line.text)

    async def ask(self, question: Question) -> str:
        return self._next(question.text, question.default)

    async def confirm(self, text: str, *, default: bool = True) -> bool:
        return self._next(text, "y" if default else "n") == "y"

    def _next(self, text: str, default: str) -> str:
        self.said.append(text)
        for words, waiting in self.answers.items():
            if words in text and waiting:
                if waiting[0] == "^C":
                    raise KeyboardInterrupt
                return waiting.pop(0) or default
        return default


@dataclass
class Shop:
    stand: Stand
    group: Chat
    files: Settings

    @property
    def words(self) -> list[str]:
        return [f"TELEGRAM_CHAT_ID={self.group.id}", f"INDIAMART_KEY={API_KEY}", "POLL_EVERY=1s"]

    async def shelf(self, name: str = "surat") -> Shelf:
        async with engines.database(self.files.database_url) as database, database.reading() as connection:
            account_id = await accounts.named(connection, name)
        assert account_id is not None
        return Shelf(database, account_id)

    async def settings(self, name: str = "surat") -> Settings:
        return await terminal.settings_of(self.files, name)


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    """`main` is set up; the group of Surat has the same bot in it."""
    monkeypatch.chdir(tmp_path)
    async with standing(tmp_path) as stand:
        group = stand.world.add_group("Surat", [], kind="supergroup", bot_role=MemberStatus.ADMINISTRATOR)
        yield Shop(stand, group, stand.loaded(SECRET_KEY=new_key(), INDIAMART_KEY=MAIN_KEY).settings)


async def test_an_account_is_added_with_one_line_and_all_of_it_is_tried(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await adding.add(shop.files, "surat", shop.words)
    said = capsys.readouterr().out
    assert "Leads go to the group “Surat”" in said
    assert "the key works" in said
    made = await shop.settings()
    assert (made.telegram_chat_id, made.indiamart_url) == (shop.group.id, shop.stand.simulator.url)
    await changing.tell_all(shop.files)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["main", "surat"]
    await changing.show(shop.files, "surat")
    shown = capsys.readouterr().out
    assert "INDIAMART_KEY=***  # the command line" in shown
    assert "TELEGRAM_BOT_TOKEN=***  # as for main" in shown
    assert "# HOLIDAYS=" in shown
    assert API_KEY not in shown


async def test_what_cannot_be_an_account_is_told_whole_and_nothing_is_kept(shop: Shop) -> None:
    with pytest.raises(SettingsError) as caught:
        await adding.add(shop.files, "surat", ["HOLIDAY=IN", "LOG_LEVEL=debug", "FEE", "WORKING_HOURS=always"])
    assert [one.split(" ")[0] for one in caught.value.problems] == ["HOLIDAY", "LOG_LEVEL", "“FEE”", "WORKING_HOURS:"]
    assert "Did you mean HOLIDAYS?" in caught.value.problems[0]
    with pytest.raises(SettingsError) as caught:
        await adding.add(shop.files, "surat", [f"TELEGRAM_CHAT_ID={shop.files.telegram_chat_id}"])
    assert [one.split(" ")[0] for one in caught.value.problems] == ["INDIAMART_KEY", "TELEGRAM_CHAT_ID:"]
    with pytest.raises(LeadbellError, match="There is no account surat"):
        await shop.settings()


async def test_what_is_missing_is_asked_for_and_each_answer_tried(shop: Shop) -> None:
    main_group = str(shop.files.telegram_chat_id)
    await as_served(shop)
    typist = Typist(
        {
            "The group's number": [main_group, "-1999", str(shop.group.id)],
            "admins": [""],
            "IndiaMART's key": ["wrong-key-of-surat", API_KEY],
            "go on": ["n"],
        }
    )
    assert await adding.add(shop.files, "surat", ["POLL_EVERY=0.01s"], dialogue=typist)
    said = "\n".join(typist.said)
    assert "the account main has this group" in said
    assert "The bot is not in the group -1999" in said
    assert "IndiaMART refuses the key" in said
    assert "Leads go to the group “Surat”" in said
    assert (await shop.settings()).telegram_chat_id == shop.group.id


async def test_an_interrupted_add_is_gone_on_with(shop: Shop) -> None:
    first = Typist({"The group's number": [str(shop.group.id)], "How do leads come": ["^C"]})
    await as_served(shop)
    with pytest.raises(KeyboardInterrupt):
        await adding.add(shop.files, "surat", ["HOLIDAYS=IN"], dialogue=first)
    with pytest.raises(LeadbellError):
        await shop.settings()
    again = Typist({"IndiaMART's key": [API_KEY]})
    assert await adding.add(shop.files, "surat", ["POLL_EVERY=1s"], dialogue=again)
    assert "The group's number" not in again.said
    made = await shop.settings()
    assert (made.telegram_chat_id, made.texts["HOLIDAYS"]) == (shop.group.id, "IN")
    with pytest.raises(LeadbellError, match="There is an account surat already"):
        await adding.add(shop.files, "surat", shop.words)


async def test_an_add_that_was_interrupted_at_the_admins_asks_for_them_again(shop: Shop) -> None:
    first = Typist({"The group's number": [str(shop.group.id)], "group's admins": ["^C"]})
    await as_served(shop)
    with pytest.raises(KeyboardInterrupt):
        await adding.add(shop.files, "surat", ["POLL_EVERY=1s"], dialogue=first)
    again = Typist({"group's admins": ["777"], "Look again": ["n"], "IndiaMART's key": [API_KEY]})
    await adding.add(shop.files, "surat", [], dialogue=again)
    assert "The group's number" not in again.said
    assert (await shop.settings()).telegram_admins == (777,)


@pytest.mark.parametrize(("answer", "admins"), [("y", 1), ("n", 0)])
async def test_who_presses_the_card_of_a_new_account_can_become_its_admin(
    shop: Shop, capsys: pytest.CaptureFixture[str], answer: str, admins: int
) -> None:
    world = shop.stand.world
    asha = world.add_person("Asha", has_started=True)
    world.set_role(shop.group, asha, MemberStatus.MEMBER, by=asha)

    async def presses() -> None:
        await world.wait_for(lambda: shop.group.by_bot)
        card = shop.group.by_bot[-1]
        await asha.presses(card, card.buttons[0][0])

    typist = Typist({"IndiaMART's key": [API_KEY], "be an admin of Leadbell": [answer]})
    words = [f"TELEGRAM_CHAT_ID={shop.group.id}", "POLL_EVERY=1s"]
    pressing = asyncio.create_task(presses())
    assert await adding.add(shop.files, "surat", words, dialogue=typist)
    await pressing
    assert (await shop.settings()).telegram_admins == (asha.id,) * admins
    advice = "leadbell account set surat TELEGRAM_ADMINS=NUMBER"
    assert (advice in "\n".join(typist.said)) is (admins == 0)
    capsys.readouterr()
    loaded = shop.stand.loaded(SECRET_KEY=shop.files.texts["SECRET_KEY"], INDIAMART_KEY=MAIN_KEY)
    await check.report(loaded, account="surat")
    assert (advice in capsys.readouterr().out) is (admins == 0)


async def test_an_interrupted_add_may_change_the_api(shop: Shop) -> None:
    first = Typist({"The group's number": [str(shop.group.id)], "How do leads come": ["^C"]})
    await as_served(shop)
    with pytest.raises(KeyboardInterrupt):
        await adding.add(shop.files, "surat", ["INDIAMART_API=v1", f"INDIAMART_MOBILE={MOBILE}"], dialogue=first)
    again = Typist({"How do leads come": ["1"], "IndiaMART's key": [API_KEY]})
    assert await adding.add(shop.files, "surat", ["POLL_EVERY=1s"], dialogue=again)
    made = await shop.settings()
    assert (made.indiamart_api, made.indiamart_mobile) == ("v2", None)


async def as_served(shop: Shop) -> None:
    """A service says that it is at work."""
    async with engines.database(shop.files.database_url) as database, database.transaction() as connection:
        await runs.start(connection, Clock().now().timestamp())


async def test_a_setting_is_set_taken_out_and_refused(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    await adding.add(shop.files, "surat", shop.words)
    assert await changing.change(shop.files, "surat", ["HOLIDAYS=IN", "escalate_after=off"])
    made = await shop.settings()
    assert (made.texts["HOLIDAYS"], made.escalate_after) == ("IN", ())
    await changing.change(shop.files, "surat", ["HOLIDAYS="])
    assert "HOLIDAYS" not in (await shop.settings()).texts
    capsys.readouterr()
    await changing.change(shop.files, "surat", ["HOLIDAYS="])
    assert "it was so already" in capsys.readouterr().out
    with pytest.raises(SettingsError, match="INDIAMART_KEY is missing"):
        await changing.change(shop.files, "surat", ["INDIAMART_KEY="])
    with pytest.raises(LeadbellError, match="There is no account pune"):
        await changing.change(shop.files, "pune", ["HOLIDAYS=IN"])


async def test_a_setting_of_main_counts_until_the_file_is_changed(shop: Shop) -> None:
    await as_served(shop)
    await changing.change(shop.files, "main", ["HOLIDAYS=2026-11-08"])
    assert (await shop.settings("main")).texts["HOLIDAYS"] == "2026-11-08"
    later = shop.stand.loaded(HOLIDAYS="IN", SECRET_KEY=shop.files.texts["SECRET_KEY"]).settings
    assert (await terminal.settings_of(later, "main")).texts["HOLIDAYS"] == "IN"


async def test_check_goes_through_all_accounts_or_the_one_that_is_named(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    await adding.add(shop.files, "surat", shop.words)
    await changing.pause(shop.files, "surat")
    capsys.readouterr()
    loaded = shop.stand.loaded(SECRET_KEY=shop.files.texts["SECRET_KEY"], INDIAMART_KEY=MAIN_KEY)
    await check.report(loaded)
    said = capsys.readouterr().out
    assert "Leads go to the group “Sharma Sales”" in said
    assert said.splitlines()[-2:] == ["The account surat:", "ok     It is paused."]
    await changing.pause(shop.files, "surat", ends=True)
    capsys.readouterr()
    await check.report(loaded, account="surat")
    said = capsys.readouterr().out
    assert "Sharma Sales" not in said
    assert "Leads go to the group “Surat”" in said
    assert "the command line: " in said
    with pytest.raises(LeadbellError, match=r"There is no account pune\. There are: main, surat"):
        await check.report(loaded, account="pune")


async def filled(shop: Shop, *names: str) -> None:
    async with engines.database(shop.files.database_url) as database:
        for name in names:
            async with database.reading() as connection:
                account_id = await accounts.named(connection, name)
            assert account_id is not None
            await Shelf(database, account_id).add(make_lead(f"of-{name}"))


async def test_an_export_is_of_the_account_that_is_named(shop: Shop, tmp_path: Path) -> None:
    await adding.add(shop.files, "surat", shop.words)
    await filled(shop, "main", "surat")
    for name in ("main", "surat"):
        path = tmp_path / f"{name}.csv"
        assert await exporting.export_file(shop.files, path, since=None, until=None, force=False, account=name)
        assert ids(path) == [f"of-{name}"]


def ids(path: Path) -> list[str]:
    return re.findall(r"of-\w+", path.read_text(encoding="utf-8"))


async def test_remove_exports_first_erases_and_leaves_the_others(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await adding.add(shop.files, "surat", shop.words)
    await filled(shop, "main", "surat")
    path = tmp_path / "out.csv"
    assert await removing.remove(shop.files, "surat", path=path, is_sure=True)
    assert ids(path) == ["of-surat"]
    assert REMOVED in capsys.readouterr().out
    with pytest.raises(LeadbellError, match=r"There is no account surat. There are: main\."):
        await changing.show(shop.files, "surat")
    async with engines.database(shop.files.database_url) as database, database.reading() as connection:
        rows = await connection.fetch_all("SELECT query_id FROM all_leads")
    assert [row["query_id"] for row in rows] == ["of-main"]
    with pytest.raises(LeadbellError, match="main is what the files describe"):
        await removing.remove(shop.files, "main", path=path, is_sure=True)


async def test_remove_waits_until_the_running_service_lets_go(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await adding.add(shop.files, "surat", shop.words)
    shelf = await shop.shelf()
    await as_served(shop)
    task = asyncio.create_task(removing.remove(shop.files, "surat", path=tmp_path / "out.csv", is_sure=True))
    async with engines.database(shop.files.database_url) as database:
        is_removed = False
        while not is_removed:
            async with database.reading() as connection:
                row = await connection.fetch_one("SELECT removed_at FROM accounts WHERE name = 'surat'")
            assert row is not None
            is_removed = row["removed_at"] is not None
            await asyncio.sleep(0.01)
        assert not task.done()
        await filled(shop, "surat")  # of a call that was on its way
        async with database.transaction() as connection:
            await accounts.let_go(connection, shelf.account_id, Clock().now())
    assert await task
    assert ids(tmp_path / "out.csv") == ["of-surat"]
    assert REMOVED in capsys.readouterr().out


async def test_a_removal_that_was_killed_before_its_export_writes_it(shop: Shop, tmp_path: Path) -> None:
    await adding.add(shop.files, "surat", shop.words)
    await filled(shop, "surat")
    shelf = await shop.shelf()
    async with engines.database(shop.files.database_url) as database, database.transaction() as connection:
        await accounts.remove(connection, shelf.account_id, Clock().now())
    (tmp_path / "out.csv").write_text("of another day")
    with pytest.raises(LeadbellError, match=r"out\.csv is there already\. Name another file with --export"):
        await removing.remove(shop.files, "surat", path=tmp_path / "out.csv", is_sure=True)
    assert await removing.remove(shop.files, "surat", path=tmp_path / "other.csv", is_sure=True)
    assert ids(tmp_path / "other.csv") == ["of-surat"]
    assert (tmp_path / "out.csv").read_text() == "of another day"


@pytest.mark.parametrize("name", ["there.csv", "none/out.csv", "out.pdf"])
async def test_a_file_that_cannot_be_written_is_said_before_anything_is_changed(
    shop: Shop, tmp_path: Path, name: str
) -> None:
    await adding.add(shop.files, "surat", shop.words)
    (tmp_path / "there.csv").touch()
    with pytest.raises(LeadbellError):
        await removing.remove(shop.files, "surat", path=tmp_path / name, is_sure=True)
    assert await changing.show(shop.files, "surat")


async def test_the_file_of_a_removal_is_called_as_the_account_is(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await adding.add(shop.files, "पुणे shop/2", shop.words)
    assert await removing.remove(shop.files, "पुणे shop/2", path=None, is_sure=True)
    assert list(tmp_path.glob("leadbell-पुणे-shop-2-*.csv"))


async def test_a_removal_that_was_killed_goes_on_without_a_second_question_or_file(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await adding.add(shop.files, "surat", shop.words)
    shelf = await shop.shelf()
    async with engines.database(shop.files.database_url) as database, database.transaction() as connection:
        await accounts.remove(connection, shelf.account_id, Clock().now())
    capsys.readouterr()
    await changing.tell_all(shop.files)
    assert "is being removed" in capsys.readouterr().out
    assert await removing.remove(shop.files, "surat", path=tmp_path / "out.csv", is_sure=False)
    assert not (tmp_path / "out.csv").exists()
    assert REMOVED in capsys.readouterr().out
