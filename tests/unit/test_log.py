from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from bot import log, redaction
from bot.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "123456789:AAHsecretsecretsecretsecretsecret1"
KEY = "mRyy/Ab1+Cd2=Ef=="
printable = st.text(st.characters(min_codepoint=32, exclude_categories=("C", "Z")), min_size=8, max_size=40)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    levels = {name: logging.getLogger(name).level for name in log._QUIET}
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def formatter(log_format: str, *secrets: str) -> logging.Formatter:
    log.configure("debug", log_format, secrets)
    made = logging.getLogger().handlers[0].formatter
    assert made is not None
    return made


def fail(secret: str) -> None:
    raise KeyError(secret)


def wrap(secret: str) -> None:
    try:
        fail(secret)
    except KeyError as inner:
        raise ValueError(f"https://host/x?key={quote(secret, safe='')}&y={secret}") from inner


def chained(secret: str) -> logging.LogRecord:
    """A record with a secret in its message, its traceback, the cause of that, and its stack."""
    with pytest.raises(ValueError, match="https") as caught:
        wrap(secret)
    trouble = (caught.type, caught.value, caught.tb)
    return logging.LogRecord("bot", 40, "f.py", 1, "failed: %r %s", (secret, [secret]), trouble, sinfo=secret)


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(printable)
@example("abc'\"\\xyz")
@example("पानी🟢café")
@example("%2B%2f+ &?".replace(" ", "_"))
def test_a_secret_never_appears_in_a_line_or_traceback(secret: str) -> None:
    text = formatter("text", secret).format(chained(secret))
    for spelling in (secret, repr(secret)[1:-1], ascii(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)):
        assert spelling not in text
    assert "Traceback" in text


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(printable)
@example("nabcdefgh")
def test_a_secret_never_appears_in_json_and_every_line_is_json(secret: str) -> None:
    line = formatter("json", secret).format(chained(f"\n{secret}".removeprefix("\n")))
    assert "\n" not in line
    read = json.loads(line)
    assert set(read) == {"time", "level", "logger", "message", "exception", "stack"}
    assert not any(secret in read[field] for field in ("message", "exception", "stack"))


@profile(max_examples=60, deadline=None)
@given(printable, st.text(max_size=5), st.text(max_size=5))
def test_a_secret_is_found_in_every_spelling(secret: str, before: str, after: str) -> None:
    redact = Redactor([secret])
    spellings = [
        quote(secret, safe="").lower(),
        quote(secret, safe=":/"),
        quote(quote(secret, safe=""), safe=""),
        json.dumps(secret)[1:-1],
        repr(repr(secret)),
        ascii(secret)[1:-1],
        "".join(f"%{byte:02x}" for byte in secret.encode()),
    ]
    for spelling in spellings:
        assert redact(f"<{spelling}>").count("***") >= 1
        assert spelling not in redact(spelling)
    whole = (before + secret + after).encode(errors="surrogatepass")
    core = base64.b64encode(secret.encode())[4:-8].decode()
    shown = redact(base64.b64encode(whole).decode())
    assert not core or len(core) < 4 or core not in shown


@pytest.mark.parametrize("secret", ["mixed-Case_Key12", "~~~???>>>===", "with a blank"])
def test_a_secret_is_found_also_where_nothing_in_the_text_is_escaped(secret: str) -> None:
    redact = Redactor(["another-key", secret])
    for spelling in (secret, secret.upper(), quote_plus(secret)):
        assert redact(f"<{spelling}>") == "<***>"
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert "***" in redact(encode(f"k={secret};".encode()).decode())
    assert redact("nothing of it") == "nothing of it"


def test_a_secret_of_three_letters_is_left_because_the_log_would_be_unreadable() -> None:
    assert Redactor(["run"])("running") == "running"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"GET https://api.telegram.org/bot{TOKEN}/getMe", "GET https://api.telegram.org/bot***/getMe"),
        (f"https://api.telegram.org/file/bot{TOKEN}/a.jpg", "https://api.telegram.org/file/bot***/a.jpg"),
        ("/bot1000%3Asandbox/getMe", "/bot***/getMe"),
        (f"the token {TOKEN} was refused", "the token *** was refused"),
        (f"/v2/?glusr_crm_key={KEY}&start_time=1", "/v2/?glusr_crm_key=***&start_time=1"),
        (
            "GLUSR_MOBILE/9876543210/GLUSR_MOBILE_KEY/a/b+c==/Start_Time/x/",
            "GLUSR_MOBILE/***/GLUSR_MOBILE_KEY/***/Start_Time/x/",
        ),
        ("GLUSR_MOBILE_KEY/a/b+c==/", "GLUSR_MOBILE_KEY/***/"),
        ("POST /indiamart/abcdefghij-KLMN_opq?x=1 HTTP/1.1", "POST /indiamart/***?x=1 HTTP/1.1"),
        ("/x/bot/indiamart/a_rather_long_module.py, line 3", "/x/bot/indiamart/a_rather_long_module.py, line 3"),
    ],
)
def test_unknown_keys_are_hidden_where_addresses_carry_them(text: str, expected: str) -> None:
    assert Redactor([])(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "+91 90000 00031",
        "+91-9000000021",
        "+919000000001",
        "9000000023",
        "90000 00031",
        "0120-0000001",
        "+27-600000001",
        "09000000023",
        "919000000031",
        "%2B919000000031",
        "asha.testwala@example.com",
        "asha%40example.co.in",
    ],
)
@pytest.mark.parametrize("frame", ["buyer {}", "phone={}", '{{"MOB": "{}"}}', "https://wa.me/{}?text=x", "({})"])
def test_buyers_numbers_and_addresses_are_hidden(text: str, frame: str) -> None:
    shown = Redactor([])(frame.format(text))
    assert text not in shown
    assert "[phone]" in shown or "[e-mail]" in shown


@pytest.mark.parametrize(
    "text",
    [
        "chat -1001234567890",
        "chat -4098765432",
        "-9876543210",
        "lead #1234",
        "QUERY_ID 2640000001",
        "127.0.0.1:8080",
        "[::1]:8080",
        "2026-11-24 02:07:29+05:30",
        "2026-11-24T02:07:29.123+00:00",
        "24-11-2026 09:30:00",
        "1764000000",
        "took 0.123456789 s",
        "20261124020729",
        "user 7123456789",
        "chat 7123456789",
        "topic 12",
        "0x7f9012345678",
        "@BotFather",
        "window 06-Oct-2018",
        "TOTAL 4312",
    ],
)
def test_ids_times_and_ports_stay_readable(text: str) -> None:
    assert Redactor([])(text) == text


def test_a_long_line_is_redacted_in_a_moment() -> None:
    begin = time.process_time()
    for text in (
        "a" * 50_000,
        "9" * 50_000,
        "a.b" * 20_000,
        "%25" * 20_000,
        "\\" * 50_000,
        "+9 " * 20_000,
        "+9" * 20_000,
    ):
        Redactor([TOKEN, KEY])(text)
    assert time.process_time() - begin < 20


def test_a_line_of_text_has_time_level_logger_and_message(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "text")
    logging.getLogger("bot.app").info("connected")
    logging.getLogger("bot.app").debug("not shown")
    line = capsys.readouterr().err
    assert line.endswith(" INFO bot.app: connected\n")
    assert line.count("\n") == 1


def test_libraries_do_not_write_addresses_at_info(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "text")
    for name in ("httpx", "aiohttp.access", "apscheduler.executors.default"):
        logging.getLogger(name).info("noise")
    assert capsys.readouterr().err == ""


def test_warnings_go_to_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json", [KEY])
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"odd {KEY}", stacklevel=1)
    logging.captureWarnings(capture=False)
    read = json.loads(capsys.readouterr().err)
    assert read["logger"] == "py.warnings"
    assert KEY not in read["message"]


def test_what_is_hidden_later_is_kept_out_too() -> None:
    written = formatter("text")
    redaction.hide(["a/later+key=", "xyz"])
    text = "a/later+key= a%2Flater%2Bkey%3D xyz"
    line = logging.LogRecord("bot", logging.INFO, "here.py", 1, text, None, None)
    assert written.format(line).endswith("*** *** xyz")


async def test_what_asyncio_could_not_hand_over_is_logged_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "text", [KEY])
    asyncio.get_running_loop().call_exception_handler({"message": f"lost {KEY}", "exception": ValueError(KEY)})
    shown = capsys.readouterr().err
    assert "ERROR asyncio: lost ***" in shown
    assert KEY not in shown


def test_errors_nobody_caught_are_logged_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "text", [KEY])
    error = ValueError(KEY)
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=lambda: (_ for _ in ()).throw(error))
    thread.start()
    thread.join()
    shown = capsys.readouterr().err
    assert shown.count("CRITICAL bot.log") == 2
    assert KEY not in shown


def test_ctrl_c_leaves_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "text")
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr().err == ""


def test_a_wrong_log_call_shows_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "text", [KEY])
    logging.getLogger("bot").info("%d leads", KEY)
    shown = capsys.readouterr().err
    assert "could not be written (TypeError)" in shown
    assert KEY not in shown


def test_a_broken_pipe_or_missing_stderr_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    closed = io.StringIO()
    closed.close()
    log.configure("info", "text")
    for stream in (Broken(), closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        logging.getLogger("bot").error("to nobody")


def test_a_console_without_emoji_gets_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    console = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", write_through=True)
    monkeypatch.setattr(sys, "stderr", console)
    log.configure("info", "text")
    logging.getLogger("bot").info("🟢 Enquiry")
    assert console.buffer.getvalue().endswith(b"? Enquiry\n")
