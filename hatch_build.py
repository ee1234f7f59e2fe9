"""Compiles the catalogues into a wheel. A checkout, and `pip install -e`, read them as they are (`bot/i18n.py`)."""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledCatalogues(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        compiled = runpy.run_path(str(Path(self.root, "bot", "i18n.py")))["compiled"]
        self._made = tempfile.TemporaryDirectory()
        for source in sorted(Path(self.root, "bot", "locale").glob("*/LC_MESSAGES/*.po")):
            place = source.relative_to(self.root).with_suffix(".mo")
            made = Path(self._made.name, place)
            made.parent.mkdir(parents=True)
            made.write_bytes(compiled(source))
            build_data["force_include"][str(made)] = place.as_posix()
