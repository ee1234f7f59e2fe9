from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from bot.config import NO_CHAT, LoadedSettings, Settings, env_example, load_settings, settings_table
from bot.config.catalogue import BY_NAME, ENTRIES
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.config.catalogue import Setting

TOKEN = "1000:sandbox-token"
ENOUGH = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_CHAT_ID": "-1001234567890", "INDIAMART_KEY": "key-of-the-test"}
OWN_HOST = {"INDIAMART_URL": "http://127.0.0.1:9"}


def problems(environ: dict[str, str], folder: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, folder)
    return caught.value.problems


def settings(**more: str) -> Settings:
    return Settings.from_values({**ENOUGH, **more})


def test_three_values_are_enough_and_the_rest_has_defaults(tmp_path: Path) -> None:
    loaded = load_settings(ENOUGH, tmp_path)
    assert loaded.warnings == ()
    assert loaded.settings.indiamart_api == "v2"
    assert loaded.settings.poll_every == loaded.settings.poll_floor == timedelta(minutes=5)
    assert loaded.settings.database_path == Path("leadbell.db")
    assert loaded.settings.timezone.key == "Asia/Kolkata"
    assert loaded.settings.http_listen is not None
    assert loaded.settings.telegram_admins == ()


def test_settings_cannot_be_changed_and_do_not_show_secrets() -> None:
    made = settings(PUSH_TOKEN="abcdefghijklmnop", INDIAMART_MOBILE="9876543210")
    with pytest.raises(FrozenInstanceError):
        made.lookback = timedelta()  # type: ignore[misc]  # this is what must fail
    assert not any(secret in repr(made) for secret in made.secrets)
    assert made.secrets == (TOKEN, "key-of-the-test", "9876543210", "abcdefghijklmnop")


def test_a_mobile_selects_v1_and_its_pace() -> None:
    made = settings(INDIAMART_MOBILE="+91 98765 43210")
    assert (made.indiamart_api, made.poll_every, made.poll_floor) == (
        "v1",
        timedelta(minutes=15),
        timedelta(minutes=15),
    )


def test_a_mobile_may_be_kept_with_v2() -> None:
    assert settings(INDIAMART_MOBILE="9876543210", INDIAMART_API="v2").poll_floor == timedelta(minutes=5)


def test_polling_below_the_floor_is_refused_on_indiamarts_own_host(tmp_path: Path) -> None:
    (problem,) = problems({**ENOUGH, "POLL_EVERY": "4m"}, tmp_path)
    assert "one call in 5m" in problem
    (problem,) = problems({**ENOUGH, "POLL_EVERY": "5m", "INDIAMART_MOBILE": "9876543210"}, tmp_path)
    assert "one call in 15m" in problem


def test_on_another_host_any_pace_is_taken_and_is_the_floor() -> None:
    assert settings(POLL_EVERY="0.2s", **OWN_HOST).poll_floor == timedelta(seconds=0.2)


def test_the_environment_wins_over_env_file_and_that_over_toml(tmp_path: Path) -> None:
    (tmp_path / "leadbell.toml").write_text('LOOKBACK = "1h"\noverlap = "1m"\nlog_level = "debug"\n')
    (tmp_path / ".env").write_text("LOOKBACK=2h\nexport OVERLAP='2m' # two\n")
    made = load_settings({**ENOUGH, "LOOKBACK": "3h"}, tmp_path).settings
    assert (made.lookback, made.overlap, made.log_level) == (timedelta(hours=3), timedelta(minutes=2), "debug")


def test_toml_takes_its_own_kinds_of_value_and_sections(tmp_path: Path) -> None:
    (tmp_path / "leadbell.toml").write_text(
        "telegram_chat_id = -4012\nescalate_after = false\nholidays = [2026-11-08, 'IN']\n[telegram]\nadmins = [1, 2]\n"
    )
    made = load_settings({"TELEGRAM_BOT_TOKEN": TOKEN, "INDIAMART_KEY": "some-key"}, tmp_path).settings
    assert (made.telegram_chat_id, made.telegram_admins, made.escalate_after) == (-4012, (1, 2), ())
    assert made.holidays.national
    assert len(made.holidays.dates) == 1


def test_empty_values_count_as_not_set_and_uncover_the_layer_below(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOOKBACK=2h\n")
    assert load_settings({**ENOUGH, "LOOKBACK": " "}, tmp_path).settings.lookback == timedelta(hours=2)


def test_quotes_that_docker_leaves_in_place_are_taken_off(tmp_path: Path) -> None:
    assert load_settings({**ENOUGH, "LOOKBACK": '"2h"'}, tmp_path).settings.lookback == timedelta(hours=2)


@pytest.mark.parametrize(
    "text",
    ["2h # as agreed", "2h\t# as agreed", '"2h" # as agreed', "'2h'  # it's \"agreed\"", " 2h #", "2h   #2"],
)
def test_a_comment_behind_a_value_is_left_out(tmp_path: Path, text: str) -> None:
    """systemd's EnvironmentFile and `docker run --env-file` hand it on."""
    assert load_settings({**ENOUGH, "LOOKBACK": text}, tmp_path).settings.lookback == timedelta(hours=2)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
@pytest.mark.parametrize("written", ["{} # as agreed", '"{}"  # as agreed', "'{}' #", '  {}\t# it\'s "agreed"'])
def test_every_setting_is_taken_without_its_comment_wherever_it_stands(
    tmp_path: Path, entry: Setting, written: str
) -> None:
    bare = {
        "SSL_CERT_FILE": "office.pem",
        "PUSH_TOKEN": "a-token-of-the-test-1",
        "SECRET_KEY": "MDEy" * 10 + "MDE=",
    }.get(entry.name) or entry.good.split("=", 1)[1]
    trustme.CA().cert_pem.write_to_path(tmp_path / "office.pem")
    bare = bare.replace("office.pem", str(tmp_path / "office.pem"))
    others = {name: text for name, text in ENOUGH.items() if name != entry.name}
    wanted = load_settings(others | {entry.name: bare}, tmp_path).settings
    assert load_settings(others | {entry.name: written.format(bare)}, tmp_path).settings == wanted
    (tmp_path / ".env").write_text(f"{entry.name}={written.format(bare)}\n", encoding="utf-8")
    assert load_settings(others, tmp_path).settings == wanted


@pytest.mark.parametrize("text", ['"mRyyAb1Cd2', "mRyyAb1Cd2'"])
def test_a_quotation_mark_that_is_left_over_is_no_part_of_a_key(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="a quotation mark is left over"):
        load_settings(ENOUGH | {"INDIAMART_KEY": text}, tmp_path)


def test_a_database_does_not_get_a_comment_into_its_name(tmp_path: Path) -> None:
    made = load_settings({**ENOUGH, "DATABASE_URL": "sqlite:///leads.db # the file"}, tmp_path).settings
    assert made.database_url == "sqlite:///leads.db"


def test_a_hash_within_a_value_stays(tmp_path: Path) -> None:
    made = load_settings(
        {**ENOUGH, "DATABASE_URL": "sqlite:///a#b.db", "INDIAMART_KEY": "ab#cd+/=="}, tmp_path
    ).settings
    assert made.database_url == "sqlite:///a#b.db"
    assert made.indiamart_key is not None
    assert made.indiamart_key.get_secret_value() == "ab#cd+/=="


def test_what_stands_in_quotes_is_taken_as_it_is(tmp_path: Path) -> None:
    made = load_settings({**ENOUGH, "DATABASE_URL": '"sqlite:///a #1.db"'}, tmp_path).settings
    assert made.database_url == "sqlite:///a #1.db"


def test_a_value_that_is_only_a_comment_is_not_set(tmp_path: Path) -> None:
    assert load_settings({**ENOUGH, "LOOKBACK": "# 2h"}, tmp_path).settings.lookback == timedelta(hours=24)


@pytest.mark.parametrize(
    "content",
    [f'"{TOKEN}"\n'.encode(), f"'{TOKEN}'".encode(), f"{TOKEN} # the bot\r\n".encode(), TOKEN.encode("utf-16")],
)
def test_a_secret_file_is_read_as_people_write_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    environ = {**ENOUGH, "TELEGRAM_BOT_TOKEN": "", "TELEGRAM_BOT_TOKEN_FILE": "token"}
    assert load_settings(environ, tmp_path).settings.telegram_bot_token.get_secret_value() == TOKEN


def test_a_file_saved_as_utf_16_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("LOOKBACK=2h\r\n".encode("utf-16"))
    assert load_settings(ENOUGH, tmp_path).settings.lookback == timedelta(hours=2)


def test_a_file_saved_by_windows_notepad_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfLOOKBACK=2h\r\nOVERLAP=1m\r\n")
    made = load_settings(ENOUGH, tmp_path).settings
    assert (made.lookback, made.overlap) == (timedelta(hours=2), timedelta(minutes=1))


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    environ = {**ENOUGH, "TELEGRAM_BOT_TOKEN": "", "TELEGRAM_BOT_TOKEN_FILE": "token"}
    assert load_settings(environ, tmp_path).settings.telegram_bot_token.get_secret_value() == TOKEN


def test_an_address_with_a_password_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("postgresql://leadbell:letters@db/leadbell\n")
    settings = load_settings({**ENOUGH, "DATABASE_URL_FILE": "address"}, tmp_path).settings
    assert settings.database_url == "postgresql://leadbell:letters@db/leadbell"
    assert "letters" in settings.secrets


def test_a_missing_secret_file_is_one_problem_and_its_name_is_not_repeated(tmp_path: Path) -> None:
    environ = {**ENOUGH, "TELEGRAM_BOT_TOKEN": "", "TELEGRAM_BOT_TOKEN_FILE": TOKEN}
    (problem,) = problems(environ, tmp_path)
    assert problem.startswith("TELEGRAM_BOT_TOKEN_FILE")
    assert "sandbox-token" not in problem


def test_a_secret_and_its_file_together_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("other-key")
    (problem,) = problems({**ENOUGH, "INDIAMART_KEY_FILE": "key"}, tmp_path)
    assert "INDIAMART_KEY and INDIAMART_KEY_FILE" in problem


def test_a_secret_file_wins_over_a_value_in_a_lower_layer(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("INDIAMART_KEY=older-key\n")
    (tmp_path / "key").write_text("newer-key")
    environ = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_CHAT_ID": "-40", "INDIAMART_KEY_FILE": "key"}
    made = load_settings(environ, tmp_path).settings
    assert made.indiamart_key is not None
    assert made.indiamart_key.get_secret_value() == "newer-key"


def test_every_problem_is_told_at_once_with_a_good_value(tmp_path: Path) -> None:
    found = problems(
        {"TELEGRAM_CHAT_ID": "12", "INDIAMART_API": "v1", "LOOKBACK": "24", "TIMEZONE": "Mars", "HTTP_LISTEN": "x"},
        tmp_path,
    )
    names = {problem.split(":")[0].split(" ")[0] for problem in found}
    assert names == {
        "TELEGRAM_BOT_TOKEN", "INDIAMART_KEY", "INDIAMART_MOBILE", "TELEGRAM_CHAT_ID", "LOOKBACK", "TIMEZONE",
        "HTTP_LISTEN",
    }  # fmt: skip
    assert all(re.search(r"A good value: [A-Z_]+=\S", problem) for problem in found)


def test_broken_files_are_problems_with_their_line_not_tracebacks(tmp_path: Path) -> None:
    (tmp_path / "leadbell.toml").write_text("a = = 1\n")
    (tmp_path / ".env").write_text('LOOKBACK=2h\n\n"bad line\n')
    found = problems(ENOUGH, tmp_path)
    assert any("line 1" in problem and "leadbell.toml" in problem for problem in found)
    assert any("Line 3 of .env" in problem for problem in found)


def test_files_that_are_no_text_are_problems(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("LOOKBACK=2h # für später".encode("cp1252"))
    (tmp_path / "leadbell.toml").mkdir()
    found = problems(ENOUGH, tmp_path)
    assert any("UTF-8" in problem for problem in found)
    assert any("leadbell.toml" in problem for problem in found)


def test_push_alone_needs_no_key() -> None:
    made = Settings.from_values({**ENOUGH, "INDIAMART_KEY": "", "PUSH_TOKEN": "abcdefghijklmnop"})
    assert made.indiamart_key is None


def test_a_misspelt_name_is_reported_with_the_nearest_known_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("POLL_EVRY=5m\nSOMETHING_ELSE=1\n")
    environ = {**ENOUGH, "TELEGRAM_ADMIN": "1", "LEADBELL_PUSH_TOKEN": "x", "INDIAMART_KEY_FIL": "x", "POLL_EVRY": "1"}
    warnings = load_settings(environ, tmp_path).warnings
    meant = {"POLL_EVRY": "POLL_EVERY", "TELEGRAM_ADMIN": "TELEGRAM_ADMINS", "LEADBELL_PUSH_TOKEN": "PUSH_TOKEN",
             "INDIAMART_KEY_FIL": "INDIAMART_KEY_FILE"}  # fmt: skip
    assert len(warnings) == len(meant)
    for name, known in meant.items():
        assert any(w.startswith(f"{name} in ") and w.endswith(f"Did you mean {known}?") for w in warnings)


def test_a_misspelt_name_is_told_beside_the_missing_one(tmp_path: Path) -> None:
    found = problems({**ENOUGH, "TELEGRAM_BOT_TOKEN": "", "TELEGRAM_TOKEN": TOKEN}, tmp_path)
    assert any("Did you mean TELEGRAM_BOT_TOKEN?" in problem for problem in found)


def test_check_may_start_without_chat_and_key_and_says_what_is_missing(tmp_path: Path) -> None:
    optional = frozenset({"TELEGRAM_CHAT_ID", "INDIAMART_KEY"})
    loaded = load_settings({"TELEGRAM_BOT_TOKEN": TOKEN}, tmp_path, optional=optional)
    assert loaded.settings.telegram_chat_id == NO_CHAT
    assert not loaded.settings.is_chat_known
    assert [warning.split()[0] for warning in loaded.warnings] == ["TELEGRAM_CHAT_ID", "INDIAMART_KEY"]


def test_a_wrong_chat_id_is_a_problem_also_where_it_is_optional(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load_settings({**ENOUGH, "TELEGRAM_CHAT_ID": "0"}, tmp_path, optional=frozenset({"TELEGRAM_CHAT_ID"}))


def test_given_values_are_taken_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LOOKBACK=2h\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OVERLAP", "1m")
    made = Settings.from_values({name.lower(): value for name, value in ENOUGH.items()})
    assert (made.lookback, made.overlap) == (timedelta(hours=24), timedelta(minutes=20))
    with pytest.raises(SettingsError, match="POLL_EVRY is not a setting"):
        settings(POLL_EVRY="5m")


@given(
    st.sampled_from([entry.name for entry in ENTRIES]), st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
)
def test_any_value_is_taken_or_refused_in_our_own_words(name: str, text: str) -> None:
    said = ""
    try:
        settings(**{name: text})
    except SettingsError as error:
        said = str(error) or "nothing at all"
    assert "cannot be read" not in said
    assert "nothing at all" not in said


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=25, max_size=60))
def test_a_long_value_is_never_repeated_in_a_problem(text: str) -> None:
    secret = f"{text}\x07"
    for name in ("TELEGRAM_BOT_TOKEN", "INDIAMART_KEY", "PUSH_TOKEN", "TELEGRAM_CHAT_ID", "TIMEZONE", "POLL_EVERY"):
        with pytest.raises(SettingsError) as caught:
            settings(**{name: secret})
        assert text not in str(caught.value)


def test_no_push_token_is_proposed_that_would_be_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        settings(PUSH_TOKEN="short")
    assert BY_NAME["PUSH_TOKEN"].example not in str(caught.value)
    assert "secrets.token_urlsafe" in str(caught.value)


def test_env_example_is_what_the_table_of_settings_makes() -> None:
    assert Path(__file__).parents[2].joinpath(".env.example").read_text(encoding="utf-8") == env_example()


def test_env_example_with_everything_switched_on_is_a_good_file(tmp_path: Path) -> None:
    text = re.sub(r"^# (?:for example )?([A-Z_]+=)", r"\1", env_example(), flags=re.MULTILINE)
    text = re.sub(
        r"^(?:PUSH_TOKEN|SECRET_KEY|SSL_CERT_FILE)=.*$", "", text, flags=re.MULTILINE
    )  # no good ones can be printed
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    loaded = load_settings({}, tmp_path)
    assert isinstance(loaded, LoadedSettings)
    assert loaded.warnings == ()


def test_the_table_names_every_setting_and_the_settings_have_every_entry() -> None:
    rows = settings_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [entry.name for entry in ENTRIES]
    made = {one.name for one in fields(Settings)} - {"telegram_thread_id", "texts", "sources", "files"}
    assert {entry.attribute for entry in ENTRIES} == made


def test_what_only_moves_leads_needs_neither_token_nor_chat_nor_key(tmp_path: Path) -> None:
    optional = frozenset({"TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "INDIAMART_KEY", "INDIAMART_MOBILE"})
    made = load_settings({}, tmp_path, optional=optional).settings
    assert (made.database_path, made.secrets, made.is_chat_known) == (Path("leadbell.db"), (), False)
    with pytest.raises(SettingsError) as caught:
        load_settings({"TELEGRAM_BOT_TOKEN": "nonsense"}, tmp_path, optional=optional)
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["TELEGRAM_BOT_TOKEN"]


DEAF = {"TELEGRAM_BOT_TOKEN": f"123456789:{'A' * 35}", "TELEGRAM_CHAT_ID": "-1", "HTTP_LISTEN": "off"}
UNHEARD = "PUSH_TOKEN: it leads to HTTP_LISTEN, which is off."


def test_leads_that_only_come_by_push_need_somebody_who_listens() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_values({**DEAF, "PUSH_TOKEN": "p" * 40})
    assert refused.value.problems == [UNHEARD]
    main = Settings.from_values({**DEAF, "INDIAMART_KEY": "some-key-of-ours"})
    with pytest.raises(SettingsError) as refused:
        main.of_account({"TELEGRAM_CHAT_ID": "-2", "PUSH_TOKEN": "p" * 40})
    assert refused.value.problems == [UNHEARD]


@pytest.mark.parametrize(
    "more", [{"INDIAMART_KEY": "some-key-of-ours"}, {"DATABASE_URL": "postgresql://leadbell@db/leads"}]
)
def test_pushes_that_nobody_hears_are_told_where_leads_may_come_otherwise(tmp_path: Path, more: dict[str, str]) -> None:
    """They are pulled too, or another process on the same server listens."""
    assert load_settings({**DEAF, "PUSH_TOKEN": "p" * 40, **more}, tmp_path).warnings == (UNHEARD,)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TELEGRAM_WEBHOOK_URL": "https://leads.example.com/shop/"}, ""),
        ({"TELEGRAM_WEBHOOK_URL": "https://leads.example.com:8443"}, ""),
        ({"TELEGRAM_WEBHOOK_URL": "http://10.0.0.5:81", "TELEGRAM_API_URL": "http://10.0.0.4:8081"}, ""),
        ({"TELEGRAM_WEBHOOK_URL": "leads.example.com"}, "it is not a web address"),
        ({"TELEGRAM_WEBHOOK_URL": "https://leads.example.com?key=1"}, "it is not a web address"),
        ({"TELEGRAM_WEBHOOK_URL": "http://leads.example.com"}, "Telegram calls https:// only"),
        ({"TELEGRAM_WEBHOOK_URL": "https://leads.example.com:8080"}, "Telegram calls the ports 443, 80, 88 and 8443"),
        ({"TELEGRAM_WEBHOOK_URL": "https://localhost"}, "Telegram cannot reach this machine by that name"),
        ({"TELEGRAM_WEBHOOK_URL": "https://leads.example.com", "HTTP_LISTEN": "off"}, "HTTP_LISTEN, which is off"),
    ],
)
def test_a_webhooks_address_is_one_that_telegram_calls(changed: dict[str, str], said: str) -> None:
    given = {**ENOUGH, **changed}
    if not said:
        assert Settings.from_values(given).telegram_webhook_url == changed["TELEGRAM_WEBHOOK_URL"].rstrip("/")
        return
    with pytest.raises(SettingsError) as refused:
        Settings.from_values(given)
    (problem,) = refused.value.problems
    assert problem.startswith("TELEGRAM_WEBHOOK_URL: ")
    assert said in problem
