from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

import pytest
import trustme

from bot.config import load_settings, proxies
from bot.config.extras import Extra, how_to_add
from bot.config.proxies import Proxy
from bot.config.values import BadValueError
from bot.errors import SettingsError
from bot.redaction import Redactor

if TYPE_CHECKING:
    from pathlib import Path

    from bot.config import Settings

ENOUGH = {
    "TELEGRAM_BOT_TOKEN": "1000:sandbox-token",
    "TELEGRAM_CHAT_ID": "-1001234567890",
    "INDIAMART_KEY": "key-of-the-test",
}
HOME, OTHER = Proxy("http", "proxy.shop", 3128), Proxy("socks5", "other.shop", 1080)


def loaded(folder: Path, dotenv: str = "", **environ: str) -> Settings:
    (folder / ".env").write_text(dotenv, encoding="utf-8")
    found = load_settings(ENOUGH | environ, folder)
    assert found.warnings == ()
    return found.settings


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("http://proxy.shop:3128", HOME),
        ("proxy.shop:3128", HOME),
        ("HTTP://Proxy.Shop:3128/", HOME),
        ("http://proxy.shop", Proxy("http", "proxy.shop", 80)),
        ("https://proxy.shop", Proxy("https", "proxy.shop", 443)),
        ("socks5://other.shop", OTHER),
        ("socks5h://other.shop:1080", OTHER),
        ("http://ravi:p%40ss%2F%231@proxy.shop:3128", Proxy("http", "proxy.shop", 3128, "ravi", "p@ss/#1")),
        ("http://ravi:p@ss@proxy.shop:3128", Proxy("http", "proxy.shop", 3128, "ravi", "p@ss")),
        ("http://ravi@proxy.shop:3128", Proxy("http", "proxy.shop", 3128, "ravi")),
        ("http://[2001:db8::1]:3128", Proxy("http", "2001:db8::1", 3128)),
        ("off", None),
        ("None", None),
    ],
)
def test_a_proxy_is_read_as_it_is_usually_written(text: str, proxy: Proxy | None) -> None:
    assert proxies.proxy(text) == proxy


def test_a_place_is_told_as_one_would_type_it() -> None:
    assert [one.place for one in (HOME, Proxy("http", "2001:db8::1", 3128))] == [
        "proxy.shop:3128",
        "[2001:db8::1]:3128",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "socks4://proxy.shop:1080",
        "ftp://proxy.shop",
        "http://",
        "http://proxy.shop:99999",
        "http://proxy.shop:0",
        "http://proxy shop:3128",
        "http://proxy.shop:3128/path",
        "http://ravi:sec/ret@proxy.shop:3128",
        "http://ravi:sec#ret@proxy.shop:3128",
        "http://[not-an-address",
        "http://a%3Ab:secret@proxy.shop:3128",
        "socks5://ravi:" + "s" * 256 + "@proxy.shop:3128",
    ],
)
def test_what_is_no_proxy_is_refused_without_its_password(text: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, TELEGRAM_PROXY=text)
    (problem,) = caught.value.problems
    assert problem.startswith("TELEGRAM_PROXY: ")
    assert [word for word in ("sec", "ret@", "sss") if word in problem.replace("user:password", "")] == []


def test_a_socks_proxy_without_its_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp_socks", None)
    sentence = f"a SOCKS proxy needs one more package. Run: {how_to_add(Extra.SOCKS)}"
    for name in ("TELEGRAM_PROXY", "INDIAMART_PROXY", "ALL_PROXY"):
        with pytest.raises(SettingsError) as caught:
            loaded(tmp_path, **{name: "socks5://proxy.shop:1080"})
        assert caught.value.problems == [f"{name}: {sentence}"]


def test_telegram_and_indiamart_go_apart(tmp_path: Path) -> None:
    found = loaded(tmp_path, TELEGRAM_PROXY="socks5://other.shop", INDIAMART_PROXY="http://proxy.shop:3128")
    assert (found.telegram_way.proxy, found.indiamart_way.proxy) == (OTHER, HOME)
    found = loaded(tmp_path, TELEGRAM_PROXY="off", HTTPS_PROXY="http://proxy.shop:3128")
    assert (found.telegram_way.proxy, found.indiamart_way.proxy) == (None, HOME)


@pytest.mark.parametrize(
    ("around", "telegram", "indiamart"),
    [
        ({"HTTPS_PROXY": "http://proxy.shop:3128"}, HOME, HOME),
        ({"https_proxy": "proxy.shop:3128"}, HOME, HOME),
        ({"ALL_PROXY": "socks5://other.shop"}, OTHER, OTHER),
        ({"HTTPS_PROXY": "http://proxy.shop:3128", "ALL_PROXY": "socks5://other.shop"}, HOME, HOME),
        ({"HTTP_PROXY": "http://proxy.shop:3128"}, None, None),
        ({"HTTP_PROXY": "http://proxy.shop:3128", "INDIAMART_URL": "http://simulator.shop"}, None, HOME),
        ({"ALL_PROXY": "http://proxy.shop:3128", "INDIAMART_URL": "http://127.0.0.1:8001"}, HOME, None),
        ({"ALL_PROXY": "http://proxy.shop:3128", "NO_PROXY": "telegram.org, localhost"}, None, HOME),
        ({"ALL_PROXY": "http://proxy.shop:3128", "no_proxy": ".indiamart.com"}, HOME, None),
        ({"ALL_PROXY": "http://proxy.shop:3128", "NO_PROXY": "*.indiamart.com:443"}, HOME, None),
        ({"ALL_PROXY": "http://proxy.shop:3128", "NO_PROXY": "mart.com,mapi.indiamart.com:8443"}, HOME, HOME),
        ({"ALL_PROXY": "http://proxy.shop:3128", "NO_PROXY": "*"}, None, None),
        (
            {"ALL_PROXY": "http://proxy.shop:3128", "NO_PROXY": "10.0.0.0/8", "INDIAMART_URL": "http://10.1.2.3"},
            *(HOME, None),
        ),
        ({"HTTPS_PROXY": ""}, None, None),
    ],
)
@pytest.mark.parametrize("is_in_file", [False, True])
def test_what_all_programs_use_counts_also_from_the_env_file(
    tmp_path: Path, around: dict[str, str], telegram: Proxy | None, indiamart: Proxy | None, *, is_in_file: bool
) -> None:
    if is_in_file:
        found = loaded(tmp_path, "".join(f"{name}={text}\n" for name, text in around.items()))
    else:
        found = loaded(tmp_path, **around)
    assert (found.telegram_way.proxy, found.indiamart_way.proxy) == (telegram, indiamart)


@pytest.mark.parametrize(("system", "proxy"), [("Windows", HOME), ("Darwin", HOME), ("Linux", None)])
def test_what_windows_and_macos_keep_elsewhere_counts_where_nothing_else_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, proxy: Proxy | None
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    # Python's own look at the system looks at its environment first.
    monkeypatch.setenv("https_proxy", "http://proxy.shop:3128")
    assert loaded(tmp_path).telegram_way.proxy == proxy
    assert loaded(tmp_path, ALL_PROXY="socks5://other.shop").telegram_way.proxy == OTHER


def test_the_environment_wins_over_the_file_and_our_own_names_over_both(tmp_path: Path) -> None:
    found = loaded(
        tmp_path, "HTTPS_PROXY=http://other.shop:1\nTELEGRAM_PROXY=other.shop:2\n", HTTPS_PROXY="proxy.shop:3128"
    )
    assert (found.telegram_way.proxy, found.indiamart_way.proxy) == (Proxy("http", "other.shop", 2), HOME)


def test_a_proxy_of_all_programs_that_cannot_be_used_is_told_by_its_own_name_and_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, HTTPS_PROXY="socks4://ravi:secret@proxy.shop")
    (problem,) = caught.value.problems
    assert problem.startswith("HTTPS_PROXY: proxies of the kinds")
    assert "secret" not in problem
    found = loaded(tmp_path, HTTPS_PROXY="socks4://x", TELEGRAM_PROXY="off", INDIAMART_PROXY="off")
    assert (found.telegram_proxy, found.indiamart_proxy) == (None, None)


def test_a_proxys_password_is_a_secret_of_the_log_and_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "proxy").write_text("http://ravi:p%40ss-word@proxy.shop:3128\n", encoding="utf-8")
    found = loaded(tmp_path, INDIAMART_PROXY_FILE="proxy")
    assert found.indiamart_way.proxy == Proxy("http", "proxy.shop", 3128, "ravi", "p@ss-word")
    redact = Redactor(found.secrets)
    for spelling in ("p@ss-word", "p%40ss-word", "cmF2aTpwQHNzLXdvcmQ="):
        assert spelling not in redact(f"Proxy-Authorization: Basic {spelling} from proxy.shop")
    assert "p@ss" not in repr(found)


def test_certificates_are_a_file_that_holds_some(tmp_path: Path) -> None:
    good, bad = tmp_path / "office.pem", tmp_path / "bad.pem"
    trustme.CA().cert_pem.write_to_path(good)
    bad.write_text("no certificate", encoding="utf-8")
    found = loaded(tmp_path, f"SSL_CERT_FILE={good}  # the office proxy's\n", SSL_CERT_FILE="")
    assert found.telegram_way.certificates == found.indiamart_way.certificates == good
    for path in (bad, tmp_path, tmp_path / "none.pem"):
        with pytest.raises(BadValueError, match="no file with certificates"):
            proxies.certificates(str(path))
