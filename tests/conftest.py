"""For all tests."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes depends on what else the machine does; speed is measured by tests/bench.
settings.register_profile("leadbell", deadline=None)
settings.load_profile("leadbell")
