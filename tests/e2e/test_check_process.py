"""`leadbell check` as somebody types it: a line for each thing, an exit code, and nothing secret."""

from __future__ import annotations

import base64
import re
import ssl
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import trustme

from bot.clock import Clock
from bot.config.keyring import Keyring
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.server import CRM_KEY, MOBILE
from bot.store import account_settings, accounts
from bot.store.account_settings import By
from tests import databases
from tests.e2e.stage import Stage, staged
from tests.proxies import http_proxy, socks_proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.english  # the command line's words: tests/e2e/test_languages.py

V1 = {"INDIAMART_MOBILE": MOBILE, "INDIAMART_KEY": CRM_KEY}
NOWHERE = "http://127.0.0.1:9"
OTHER_TOKEN = "7100000001:AAEsomeOtherTokenThatIsNotThisBots00000"


def secrets(stage: Stage) -> set[str]:
    settings = stage.service.settings
    found = {settings[name] for name in ("TELEGRAM_BOT_TOKEN", "INDIAMART_KEY")} | {stage.town.world.bot.token, MOBILE}
    for record in stage.simulator.seller.records:
        found |= {text for text in (record.name, record.mobile, record.mobile[-10:], record.email) if text}
    return found | {quote(secret, safe="") for secret in found}


NO_ADMIN = [
    (
        "note   No admin is set: nobody may use /settings, /route, /forget or /buyer, and only the group hears of "
        "faults. To have one, run leadbell setup: it asks for one."
    )
]


async def checked(stage: Stage) -> tuple[int, list[str]]:
    """Exit code and its own lines; fails where a secret is in anything it said."""
    await stage.service.start("check")
    code = await stage.service.ends()
    assert [secret for secret in secrets(stage) if secret in stage.service.log] == []
    assert "Traceback" not in stage.service.log
    return code, [line for line in stage.service.log.splitlines() if line.startswith(("ok ", "to do ", "note "))]


@pytest.mark.parametrize("settings", [{}, V1], ids=["v2", "v1"])
async def test_all_is_well(tmp_path: Path, settings: dict[str, str]) -> None:
    async with staged(tmp_path, settings | {"LOG_LEVEL": "debug"}) as stage:
        stage.simulator.seller.arrive_many(3)
        code, lines = await checked(stage)
        assert (code, len(lines)) == (0, 8)
        assert [line for line in lines if not line.startswith("ok ")] == NO_ADMIN


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"TELEGRAM_BOT_TOKEN": OTHER_TOKEN}, "Copy it again from @BotFather"),
        ({"TELEGRAM_CHAT_ID": "-100777"}, "The bot is not in the group -100777"),
        ({"TELEGRAM_API_URL": NOWHERE}, "Telegram cannot be reached"),
        ({"INDIAMART_KEY": "some/other+key=="}, "IndiaMART refuses the key"),
        ({"INDIAMART_KEY": "some/other+key==", "INDIAMART_MOBILE": MOBILE}, "IndiaMART refuses the key"),
        ({"INDIAMART_URL": NOWHERE}, "IndiaMART cannot be reached"),
    ],
)
async def test_one_wrong_setting_is_one_line(tmp_path: Path, changes: dict[str, str], advice: str) -> None:
    async with staged(tmp_path, changes | {"LOG_LEVEL": "debug"}) as stage:
        code, lines = await checked(stage)
        wrong = [line for line in lines if line.startswith("to do ")]
        assert (code, len(wrong)) == (1, 1)
        assert advice in wrong[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda stage: stage.simulator.faults.queue(SimulatorFault.SERVER_ERROR),
        lambda stage: stage.simulator.faults.queue(SimulatorFault.RESET),
        lambda stage: stage.simulator.faults.queue(SimulatorFault.HTML_PAGE),
        lambda stage: stage.town.api.faults.server_error(times=None),
        lambda stage: stage.town.api.faults.server_error(times=None, is_html=True),
        lambda stage: stage.town.api.faults.reset(times=None),
    ],
    ids=["indiamart 500", "indiamart reset", "indiamart html", "telegram 502", "telegram html", "telegram reset"],
)
async def test_a_bad_answer_is_a_line_too(tmp_path: Path, spoil: Callable[[Stage], None]) -> None:
    async with staged(tmp_path, V1 | {"LOG_LEVEL": "debug"}) as stage:
        stage.simulator.seller.arrive_many(3)
        spoil(stage)
        code, lines = await checked(stage)
        assert (code, len([line for line in lines if line.startswith("to do ")])) == (1, 1)


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_the_way_out_may_lead_through_a_proxy_for_each(tmp_path: Path, kind: str) -> None:
    opened = {"http": http_proxy, "socks5": socks_proxy}[kind]
    async with (
        staged(tmp_path, {"LOG_LEVEL": "debug"}) as stage,
        opened(stage.town.api.url, user="shop", password="pass-of-telegram") as telegram,
        opened(stage.simulator.url, user="shop", password="pass-of-indiamart") as indiamart,
    ):
        stage.service.settings |= {
            "TELEGRAM_PROXY": f"{kind}://shop:pass-of-telegram@{telegram.place}",
            "INDIAMART_PROXY": f"{kind}://shop:pass-of-indiamart@{indiamart.place}",
        }
        code, lines = await checked(stage)
        assert (code, [line for line in lines if not line.startswith("ok ")]) == (0, NO_ADMIN)
        assert f"ok     The way to IndiaMART leads through the proxy {indiamart.place}." in lines
        asked = {f"http://{place}" for place in telegram.asked}, {f"http://{place}" for place in indiamart.asked}
        assert asked == ({stage.town.api.url}, {stage.simulator.url})
        assert "pass-of" not in stage.service.log


async def test_who_bars_the_way_is_named_with_what_it_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "HTTPS_PROXY=http://shop:wrong-pass@127.0.0.1:9  # of the office\n", encoding="utf-8"
    )
    async with (
        staged(tmp_path, {"LOG_LEVEL": "debug"}) as stage,
        http_proxy(stage.town.api.url, user="shop", password="right-pass") as middle,
    ):
        stage.service.settings |= {
            "TELEGRAM_API_URL": "https://telegram.invalid",
            "TELEGRAM_PROXY": f"http://shop:other-pass@{middle.place}",
            "INDIAMART_URL": "https://indiamart.invalid",
        }
        code, lines = await checked(stage)
        wrong = [line for line in lines if line.startswith("to do ")]
        assert (code, len(wrong)) == (1, 2)
        assert f"the proxy {middle.place} answered 407: it does not take the user and password" in wrong[0]
        assert "the proxy 127.0.0.1:9 cannot be reached (Connection refused)" in wrong[1]
        assert [word for word in ("-pass", "InvalidURL", "Client") if word in stage.service.log] == []


async def test_certificates_named_in_the_env_file_are_trusted_on_both_ways(tmp_path: Path) -> None:
    authority, context = trustme.CA(organization_name="Office Proxy Ltd"), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "office.pem")
    async with (
        staged(tmp_path) as stage,
        http_proxy(stage.town.api.url, tls=context) as telegram,
        http_proxy(stage.simulator.url, tls=context) as indiamart,
    ):
        stage.service.settings |= {
            "TELEGRAM_PROXY": f"https://{telegram.place}",
            "INDIAMART_PROXY": f"https://{indiamart.place}",
        }
        code, lines = await checked(stage)
        wrong = [line for line in lines if line.startswith("to do ")]
        assert (code, len(wrong)) == (1, 2)
        for line in wrong:
            assert re.search(r"the certificate of 127\.0\.0\.1 is signed by .*Office Proxy Ltd.*does not trust", line)
        (tmp_path / ".env").write_text("SSL_CERT_FILE=office.pem # of the office\n", encoding="utf-8")
        (tmp_path / ".env").chmod(0o600)
        await stage.service.start("check")
        assert await stage.service.ends() == 0


async def test_a_running_service_says_who_bars_the_way_too(tmp_path: Path) -> None:
    async with (
        staged(tmp_path, {"LOG_LEVEL": "debug"}) as stage,
        http_proxy(stage.town.api.url, user="shop", password="right-pass") as telegram,
        socks_proxy(stage.simulator.url, refusal=2) as indiamart,
    ):
        stage.service.settings |= {
            "TELEGRAM_PROXY": f"http://shop:other-pass@{telegram.place}",
            "INDIAMART_PROXY": f"socks5://{indiamart.place}",
        }
        await stage.service.start()
        refused = f"the proxy {telegram.place} answered 407: it does not take the user and password"
        await stage.service.says(f"Telegram cannot be reached ({refused})")
        await stage.service.says(f"the proxy {indiamart.place} refused: it lets nobody through to 127.0.0.1")
        assert await stage.service.stop() == 0
        assert [word for word in ("-pass", "Client", "ProxyError") if word in stage.service.log] == []


async def test_bad_settings_are_all_told_without_their_values(tmp_path: Path) -> None:
    changes = {"INDIAMART_KEY": "bad key with blanks", "TELEGRAM_BOT_TOKEN": "nonsense-token", "POLL_EVERY": "often"}
    async with staged(tmp_path, changes) as stage:
        await stage.service.start("check")
        assert await stage.service.ends() == 2
        said = stage.service.log
        assert all(name in said for name in ("TELEGRAM_BOT_TOKEN", "POLL_EVERY"))
        assert "nonsense-token" not in said
        assert "bad key" not in said


async def test_which_key_decrypts_what_is_said_and_the_next_start_changes_it(tmp_path: Path) -> None:
    old, new = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))
    async with staged(tmp_path) as stage:
        async with databases.opened(stage.service.database) as database, database.transaction() as connection:
            account_id = await accounts.open_account(connection, "surat")
            keyring, now = Keyring((old,)), Clock().now()
            await account_settings.put(
                connection, account_id, "INDIAMART_KEY", "abcd1234", by=By(), keyring=keyring, now=now
            )
            await accounts.pause(connection, account_id, now)
        for keys, code, words in (
            (new, 1, "to do  No key of SECRET_KEY decrypts: INDIAMART_KEY of surat."),
            (f"{new},{old}", 0, "ok     Key 2 of SECRET_KEY decrypts: INDIAMART_KEY of surat."),
        ):
            stage.service.settings["SECRET_KEY"] = keys
            found, lines = await checked(stage)
            assert (found, sum(line.startswith(words) for line in lines)) == (code, 1)
        await stage.service.start()
        await stage.is_up()
        assert await stage.service.stop() == 0
        stage.service.settings["SECRET_KEY"] = new
        code, lines = await checked(stage)
        assert (code, "ok     The first key of SECRET_KEY decrypts: INDIAMART_KEY of surat." in lines) == (0, True)
