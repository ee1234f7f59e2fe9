"""For all tests."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from bot import log, redaction
from bot.charts import renderer
from bot.i18n import ENGLISH
from tests import catalogues, databases, languages

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long an example takes depends on what else the machine does; speed is measured by tests/bench.
settings.register_profile("leadbell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leadbell")
settings.register_profile("postgres", settings.get_profile("leadbell"), max_examples=15)
"""What many inputs come to is tried on SQLite; on a server each is a hundred times as far away."""

# A shell starts what runs in the background deaf to Ctrl+C, and so would be each program that a test starts and stops.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


HERE = Path(__file__).parent
ENGINES = ("sqlite", "postgres")
NO_STORE = (
    *("web/test_botapi_", "web/test_simulator_", "web/test_indiamart_client", "web/test_way_out"),
    *("e2e/test_page_", "e2e/test_demo_process", "e2e/test_eight_weeks"),  # the demo has a file, always
    *("e2e/test_setup", "e2e/test_install", "e2e/test_early_stop", "e2e/test_import_sheets", "e2e/test_languages"),
)
"""These tests say nothing of where leads are kept, and are not run once more on a server."""
_SERVER = ExitStack()
_NO_TABLE = SimpleNamespace(params={})


def pytest_addoption(parser: pytest.Parser) -> None:
    chosen = os.environ.get("TESTS_OF_LEADBELL_ENGINE", ENGINES[0])
    parser.addoption("--engine", choices=ENGINES, default=chosen, help="where the tests keep their leads")
    parser.addoption("--language", choices=languages.CHOICES, default="en", help="what the group is spoken to in")


def pytest_configure(config: pytest.Config) -> None:
    """One server for the whole run, and catalogues that are compiled: xdist's workers are told by the environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        catalogues.compile_all()
    if config.getoption("--engine") == "postgres" and not databases.is_postgres():
        from tests import postgres  # noqa: PLC0415 - an extra's

        os.environ[databases.SERVER] = str(_SERVER.enter_context(postgres.server()).folder)
        _SERVER.callback(os.environ.pop, databases.SERVER)
        databases.make_template()
    if databases.is_postgres():
        settings.load_profile("postgres")


def pytest_unconfigure() -> None:
    databases.take_hands_off()
    _SERVER.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    language = config.getoption("--language")
    is_other = language not in {ENGLISH, languages.EACH, languages.ALL}
    other = "sqlite" if databases.is_postgres() else "postgres"
    items[:] = [one for one in items if not (_is_in_another_language(one) and one.get_closest_marker("english"))]
    for item in items:
        if item.get_closest_marker(other):
            item.add_marker(pytest.mark.skip(reason=f"about {other} alone"))
        elif databases.is_postgres() and item.path.relative_to(HERE).as_posix().startswith(NO_STORE):
            item.add_marker(pytest.mark.skip(reason="says nothing of where leads are kept"))
        if item.get_closest_marker("browser") or _is_of_chance(item) or _is_in_another_language(item):
            item.add_marker(pytest.mark.no_cover)
        if is_other and item.get_closest_marker("english"):
            item.add_marker(pytest.mark.skip(reason="about English words, or none, or sets its languages itself"))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Measures a `no_cover` test in truth not at all: pytest-cov stops one of the two that it starts in each of xdist's
    workers, and the other goes on.
    """
    if not item.get_closest_marker("no_cover") or not item.config.pluginmanager.hasplugin("_cov"):
        return (yield)
    traced, in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(traced)
        threading.settrace(in_threads)


def _is_in_another_language(item: pytest.Item) -> bool:
    """With `--language all`; the lines are those that it reaches in English."""
    return str(getattr(item, "callspec", _NO_TABLE).params.get("in_a_language", ENGLISH)) != ENGLISH


def _is_of_chance(item: pytest.Item) -> bool:
    """Measuring more than doubles what a test costs, and one of many examples reaches no line that others do not."""
    return is_hypothesis_test(getattr(item, "obj", None)) or "seed" in getattr(item, "callspec", _NO_TABLE).params


@pytest.fixture(autouse=True)
def _given_back() -> Iterator[None]:
    """What a whole module uses was taken before, and stays."""
    kept = databases.used()
    yield
    databases.give_back(kept)


@pytest.fixture(autouse=True)
def _in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes seconds of the machine: what /stats is followed by is drawn only where that is tested."""
    monkeypatch.setattr(renderer, "has_room", lambda: False)


@pytest.fixture(autouse=True)
def _nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process hides its accounts' secrets until it ends: a test's are words of another's, such as "another"."""
    monkeypatch.setattr(redaction, "HIDDEN", {})


@pytest.fixture
def logging_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command configures the whole process."""
    for name in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in log._QUIET}
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
