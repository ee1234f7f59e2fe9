from __future__ import annotations

import contextlib
import sys
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Listen, Rate, addresses, hours, values
from bot.config.values import BadValueError

counts = st.integers(0, 23)


@given(counts, counts, counts, counts)
def test_a_length_of_time_is_the_sum_of_its_parts(days: int, hour: int, minutes: int, seconds: int) -> None:
    expected = timedelta(days=days, hours=hour, minutes=minutes, seconds=seconds)
    assert values.duration(f"{days}d{hour}h {minutes}m{seconds}s") == expected


@given(st.text(alphabet="0123456789.smhd -", max_size=12) | st.text(max_size=40))
def test_any_text_is_a_length_of_time_within_a_year_or_refused_with_a_sentence(text: str) -> None:
    length, problem = timedelta(), "."
    try:
        length = values.duration(text)
    except BadValueError as refused:
        problem = str(refused)
    assert timedelta() <= length <= values.LONGEST
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("text", "seconds"), [("15m", 900), ("24H", 86400), ("0.2s", 0.2), ("1h30m", 5400), ("15 min", 900), ("0", 0)]
)
def test_lengths_of_time_as_people_write_them(text: str, seconds: float) -> None:
    assert values.duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "5ms", "-5m", "1e5s", "m", "366d", "999999999d", "5m!"])
def test_nonsense_is_no_length_of_time(text: str) -> None:
    with pytest.raises(BadValueError):
        values.duration(text)


@pytest.mark.parametrize(("text", "months"), [("18mo", 18), ("18m", 18), ("12 M", 12), ("18 months", 18), ("12mo", 12)])
def test_a_retention_is_months_at_least(text: str, months: int) -> None:
    assert values.retention(text) == timedelta(days=30 * months)


@pytest.mark.parametrize("text", ["11m", "11mo", "300d", "1w", "0", "soon"])
def test_a_retention_under_twelve_months_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        values.retention(text)


@pytest.mark.parametrize(
    ("text", "chat", "thread"),
    [
        ("-1001234567890", -1001234567890, None),
        ("-4012345", -4012345, None),
        ("-1001234567890:12", -1001234567890, 12),
        ("-1001234567890:1", -1001234567890, None),
        ("−1001234567890", -1001234567890, None),
    ],
)
def test_a_chat_id_may_name_a_topic_and_general_is_none(text: str, chat: int, thread: int | None) -> None:
    assert (values.chat_id(text), values.thread_id(text)) == (chat, thread)


@pytest.mark.parametrize("text", ["123456", "@salesgroup", "-0", "-12:0", "-12:x", "", "-" + "9" * 40])
def test_what_is_no_group_id_is_refused(text: str) -> None:
    assert values.thread_id(text) is None
    with pytest.raises(BadValueError, match="negative"):
        values.chat_id(text)


@pytest.mark.parametrize("text", ["9876543210", "+91 98765 43210", "+91-9876543210", "09876543210", "0091 9876543210"])
def test_a_mobile_becomes_ten_digits(text: str) -> None:
    assert values.mobile(text).get_secret_value() == "9876543210"


@pytest.mark.parametrize("text", ["987654321", "98765432101", "+27600000001", "call me"])
def test_what_is_no_indian_mobile_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        values.mobile(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:8080", Listen("127.0.0.1", 8080)),
        ("0.0.0.0:80", Listen("0.0.0.0", 80)),  # noqa: S104 - what compose sets
        ("[::1]:8080", Listen("::1", 8080)),
        ("localhost:0", Listen("localhost", 0)),
        ("8080", Listen("127.0.0.1", 8080)),
        ("off", None),
        ("OFF", None),
    ],
)
def test_an_address_to_listen_on(text: str, expected: Listen | None) -> None:
    assert addresses.listen(text) == expected


@pytest.mark.parametrize("text", ["::1:8080", "[zz]:80", "host", "host:70000", "http://host:80", ":"])
def test_what_cannot_be_listened_on_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        addresses.listen(text)


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ravi")
    monkeypatch.setenv("USERPROFILE", "/home/ravi")
    assert addresses.database_path(addresses.database_url("sqlite:///~/leads.db")) == Path("/home/ravi/leads.db")


def test_a_home_that_nobody_knows_is_refused() -> None:
    with pytest.raises(values.BadValueError, match="whole path"):
        addresses.database_url("sqlite:///~nobody-of-that-name/leads.db")


@pytest.mark.parametrize("text", ["sqlite:///folder/", "sqlite:///a\nb.db", "sqlite:///a\x00b.db"])
def test_what_can_be_no_file_is_no_database(text: str) -> None:
    with pytest.raises(values.BadValueError):
        addresses.database_url(text)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_what_sqlite_lays_beside_a_database_lies_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link.db").symlink_to("disk/leads.db")
    assert addresses.beside(tmp_path / "link.db", "-wal") == (tmp_path / "disk" / "leads.db-wal").resolve()
    assert addresses.beside(Path("leads.db"), "-wal") == Path("leads.db-wal")


@pytest.mark.parametrize("path", ["/bot", "/bot/", "/file/bot", "/proxy/bot", "/bot12345:secret-token"])
def test_a_bot_api_address_is_taken_without_bot_only(path: str) -> None:
    with pytest.raises(values.BadValueError, match="leave out /bot") as refused:
        addresses.telegram_url(f"https://telegram.example{path}")
    assert "secret" not in str(refused.value)


def test_a_bot_api_server_may_stand_below_a_path() -> None:
    assert addresses.telegram_url("https://example.com/bots-of-ours/api/") == "https://example.com/bots-of-ours/api"


@pytest.mark.parametrize("hosts", ["h", "h:5433", "one,two", "one:5432,two:5433", "[::1]:5432,two"])
def test_a_database_is_on_one_server_or_on_whichever_of_several_is_written_to(hosts: str) -> None:
    address = f"postgresql://u:p%40ss@{hosts}/db?target_session_attrs=read-write"
    assert addresses.database_url(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:p%40s%2Fs%23@db/na%40me",
        "postgresql://u%40server:p@db/name",
        "postgresql://u@db/name?password=p@ss&sslmode=require",
        "postgresql:///name?host=/run/postgresql&user=u@server",
    ],
)
def test_an_at_sign_is_taken_where_it_is_written_as_libpq_reads_it(address: str) -> None:
    assert addresses.database_url(address) == address


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("postgresql://u:p%40ss@h/db", {"p%40ss", "p@ss"}),
        ("postgresql://u@h/db?password=a%2Fb&sslmode=require&sslpassword=c", {"a%2Fb", "a/b", "c"}),
        ("postgresql://u@h/db", set()),
        ("sqlite:///a:b@c.db", set()),
    ],
)
def test_a_password_of_the_database_is_known_wherever_it_stands(address: str, known: set[str]) -> None:
    assert set(addresses.passwords(address)) == known


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u:p@db.example:5433/leads", "leads on db.example:5433"),
        ("postgresql://u@one,two:5433/leads?target_session_attrs=read-write", "leads on one,two:5433"),
        ("postgresql://u@/leads", "leads on this machine"),
        ("postgresql:///leads?host=/run/postgresql", "leads on this machine"),
        ("postgresql://u@%2Frun%2Fpostgresql/leads", "leads on this machine"),
        ("postgresql:///leads?host=db.example&port=5433&password=secret", "leads on db.example:5433"),
        ("postgresql://u@db/other?dbname=leads", "leads on db"),
    ],
)
def test_a_server_is_named_by_its_database_and_host_alone(address: str, said: str) -> None:
    assert addresses.server_name(address) == said


@pytest.mark.parametrize(
    "text",
    [
        "mysql://h/db",
        "postgresql://u@h",
        "postgresql://u@h:x/db",
        "postgresql://u:p%zz@h/db",
        "postgresql://u:pa@ss@db/name",  # libpq would ask for the host ss@db, and say so
        "postgresql://u:p@ss@word@db/name",
        "postgresql://u@server:p@db/name",
        "postgresql://u@one,u@two/name",
        "postgresql://u:12/ss@db/name",  # and here for the database ss@db/name
        "postgresql://u:p@db/na@me",
        "postgresql://u:p#ss@db/name",
        "postgresql://u@db/name?password=a#b",  # libpq knows no #, and takes all of it
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "leads.db",
    ],
)
def test_a_database_is_a_file_of_sqlite_or_has_a_name_on_a_server(text: str) -> None:
    with pytest.raises(BadValueError):
        addresses.database_url(text)


@pytest.mark.parametrize(
    "text",
    ["api.telegram.org", "ftp://host", "https://", "https://h?x=1", "https://u:p@host", "https://h:99999", "http://[x"],
)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        addresses.url(text)


def test_a_web_address_loses_its_trailing_slash_and_keeps_its_path() -> None:
    assert addresses.url("http://localhost:8081/bots/") == "http://localhost:8081/bots"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://mapi.indiamart.com", True),
        ("https://MAPI.IndiaMART.com./x", True),
        ("https://indiamart.com.example.org", False),
        ("http://127.0.0.1:8080", False),
        ("https://notindiamart.com", False),
    ],
)
def test_indiamarts_own_host_is_told_from_others(address: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert addresses.is_indiamart(address) is expected


def test_indiamarts_own_host_is_asked_over_https_only() -> None:
    with pytest.raises(BadValueError, match="https"):
        addresses.indiamart_url("http://mapi.indiamart.com")


def test_a_rate_is_calls_in_seconds() -> None:
    assert values.rate("20/60") == Rate(20, 60.0)
    assert values.rate(" 5 / 0.5s ") == Rate(5, 0.5)


@pytest.mark.parametrize("text", ["0/60", "20/0", "20", "a/b", "-1/60", "20/60/1"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        values.rate(text)


def test_admins_are_numbers_each_once() -> None:
    assert values.admins("12, 34;12 56") == (12, 34, 56)
    with pytest.raises(BadValueError):
        values.admins("@ravi")


def test_escalation_has_one_or_two_steps_or_none() -> None:
    assert values.escalation("10m,30m") == (timedelta(minutes=10), timedelta(minutes=30))
    assert values.escalation("1h") == (timedelta(hours=1),)
    assert values.escalation("Off") == ()


@pytest.mark.parametrize("text", ["30m,10m", "10m,10m", "1m,2m,3m", "soon", ",", "10m,0s"])
def test_escalation_steps_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        values.escalation(text)


def test_a_push_token_is_long_and_not_our_example() -> None:
    assert values.push_token("abcdefgh-IJKLMN_0").get_secret_value() == "abcdefgh-IJKLMN_0"
    for text in ("short", "has blanks in it and is long", "k7Qw2ZpX9mB4tR8sVn3d"):
        with pytest.raises(BadValueError, match="token_urlsafe"):
            values.push_token(text)


def test_working_hours_differ_by_day() -> None:
    read = hours.working_hours("Mon-Fri 09:30-19:00, Sat 10:00-14:00")
    assert read.on(4) == ((time(9, 30), time(19)),)
    assert read.on(5) == ((time(10), time(14)),)
    assert read.on(6) == ()


@pytest.mark.parametrize(
    ("text", "weekday", "expected"),
    [
        ("Sat-Mon 9-17", 6, ((time(9), time(17)),)),
        ("Mon, Wed, Fri 10:00-18:00", 2, ((time(10), time(18)),)),
        ("Mon 9:30-13:00; 14:00-19:00", 0, ((time(9, 30), time(13)), (time(14), time(19)))),
        ("9.30am - 7pm", 6, ((time(9, 30), time(19)),)),
        ("Monday to Friday 12am–12pm", 1, ((time(0), time(12)),)),
        ("daily 00:00-24:00", 3, ((time(0), time.max),)),
        ("Mon 9-12, Mon 11-15", 0, ((time(9), time(15)),)),
        ("10am-1pm, 2-6pm", 0, ((time(10), time(13)), (time(14), time(18)))),
        ("9:30-1pm, 1.30-7.15 pm", 0, ((time(9, 30), time(13)), (time(13, 30), time(19, 15)))),
        ("Mon 7-15, Tue 7-11", 1, ((time(7), time(11)),)),
        ("06-12, 05:00-07:00", 0, ((time(5), time(12)),)),
        ("9-12, 5-7 am", 0, ((time(5), time(7)), (time(9), time(12)))),
        ("7-6pm", 0, ((time(7), time(18)),)),
    ],
)
def test_working_hours_as_people_write_them(text: str, weekday: int, expected: tuple[tuple[time, time], ...]) -> None:
    assert hours.working_hours(text).on(weekday) == expected


@pytest.mark.parametrize("text", ["", "Mon", "Monkey 9-10", "Mon 19:00-09:30", "Mon 25:00-26:00", "Mon 13pm-14pm", "x"])
def test_what_is_no_working_hours_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        hours.working_hours(text)


@pytest.mark.parametrize("text", ["Mon-Sat 9-12, 2-6", "10am-1pm, 2-6", "9-13, 2:30-8", "Mon-Sat 9-12, Sat 3-9", "2-6"])
def test_hours_that_may_be_in_the_night_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadValueError, match="Write for example 14:00-18:00 or 2pm-6pm"):
        hours.working_hours(text)


@given(st.text(max_size=60))
def test_any_text_is_working_hours_and_holidays_or_refused(text: str) -> None:
    for read in (hours.working_hours, hours.holidays, addresses.listen, addresses.url, values.chat_id, values.timezone):
        with contextlib.suppress(BadValueError):
            assert read(text) != ""


def test_holidays_are_dates_and_the_national_ones() -> None:
    read = hours.holidays("IN, 2026-11-08; 25-12-2026")
    assert read.national
    assert read.dates == (date(2026, 11, 8), date(2026, 12, 25))
    assert date(2031, 8, 15) in read
    assert date(2026, 11, 9) not in read
    with pytest.raises(BadValueError):
        hours.holidays("Diwali")


def test_an_unknown_time_zone_gets_the_nearest_known_one() -> None:
    with pytest.raises(BadValueError, match="Asia/Kolkata"):
        values.timezone("Asia/Kolkatta")


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("http://127.0.0.1:8081/bot", True),
        ("http://[::1]:8081", True),
        ("http://localhost", True),
        ("https://mapi.indiamart.com", False),
        ("http://10.0.0.5", False),
        ("http://localhost.example.com", False),
        ("", False),
    ],
)
def test_only_this_machine_is_reached_without_a_proxy(address: str, *, is_here: bool) -> None:
    assert addresses.is_loopback(address) is is_here


@pytest.mark.parametrize(("text", "number"), [("7", 7), (" 1 ", 1), ("1000", 1000)])
def test_so_many_backups_are_kept(text: str, number: int) -> None:
    assert values.number_kept(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "1001", "seven", "7d", "७", "1.5"])
def test_what_is_no_number_of_backups_is_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="is not a number from 1 to 1000"):
        values.number_kept(text)


def test_a_folder_may_be_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert addresses.at_home("~/safe") == tmp_path / "safe"
