"""For all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does; speed is measured by tests/bench.
settings.register_profile("leadbell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leadbell")
