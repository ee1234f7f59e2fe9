"""What Prometheus and Grafana are given in `deploy` asks only for numbers that `/metrics` has."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.health.metrics import Metrics
from bot.health.troubles import Troubles

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "leadbell.rules.yaml"
DASHBOARD = DEPLOY / "grafana" / "leadbell.json"
POD = DEPLOY / "kubernetes" / "deployment.yaml"
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def shown() -> set[str]:
    metrics = Metrics(Troubles(Clock()))
    families = [*metrics.registry.collect(), *metrics.of_database.collect()]
    return {family.name + suffix for family in families for suffix in SUFFIXES[family.type]}


@pytest.mark.parametrize("path", [RULES, DASHBOARD], ids=["alerts", "dashboard"])
def test_only_numbers_are_asked_for_that_there_are(path: Path) -> None:
    names = set(re.findall(r"\bleadbell_\w+", path.read_text(encoding="utf-8")))
    assert len(names) > 5
    assert names - shown() == set()


def test_every_panel_asks_for_something() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert [panel["title"] for panel in panels if not all(target["expr"] for target in panel["targets"])] == []


def test_what_keeps_a_process_from_being_ready_keeps_no_press_or_push_from_it() -> None:
    """Kubernetes takes the address of a pod away whose probe fails: then it could never be reached again."""
    probed = re.findall(r"^ +(\w+Probe):\n +httpGet:\n +path: (\S+)$", POD.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: path for name, path in probed if path != "/healthz"} == {}
    assert {name for name, _path in probed} == {"startupProbe", "livenessProbe", "readinessProbe"}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool")
def test_prometheus_understands_the_alerts() -> None:
    subprocess.run(["promtool", "check", "rules", RULES], check=True, capture_output=True)
    subprocess.run(["promtool", "test", "rules", RULES.with_suffix(".test.yaml")], check=True, capture_output=True)
