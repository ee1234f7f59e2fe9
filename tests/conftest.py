"""For all tests."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from bot import log
from bot.charts import renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long an example takes depends on what else the machine does; speed is measured by tests/bench.
settings.register_profile("leadbell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leadbell")


@pytest.fixture(autouse=True)
def _in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes seconds of the machine: what /stats is followed by is drawn only where that is tested."""
    monkeypatch.setattr(renderer, "has_room", lambda: False)


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
