"""`python -m bot.charts.draw`: reads charts as JSON, writes PNGs, ends. Nothing else of the program is loaded."""

from __future__ import annotations

import json
import struct
import sys
import warnings
from io import BytesIO
from typing import Any, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg

from bot.charts import plots

FAMILIES: Final = (
    "Noto Sans",
    "Noto Sans Devanagari",
    "Noto Sans Gujarati",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "DejaVu Sans",
)
"""What one has no letter for, the next one may have. DejaVu Sans comes with matplotlib."""


def main() -> None:
    warnings.simplefilter("ignore")
    charts = json.load(sys.stdin)
    known = {font.name for font in font_manager.fontManager.ttflist}
    families: list[str] = [name for name in FAMILIES if name in known]
    mpl.rcParams.update({"font.family": families, "font.size": plots.SIZE, "axes.unicode_minus": False})
    letters = _letters(families)
    for chart in charts:
        png = _drawn(chart) if set(_words(chart)) <= letters else b""
        sys.stdout.buffer.write(struct.pack(">I", len(png)) + png)
    sys.stdout.buffer.flush()


def _letters(families: list[str]) -> set[str]:
    """All that can be written. Joiners and the like need no picture of their own."""
    found = set(" \n\u00a0\u200c\u200d")
    for name in families:
        path = font_manager.findfont(font_manager.FontProperties(family=[name]))
        found |= set(map(chr, font_manager.get_font(path).get_charmap()))
    return found


def _words(chart: dict[str, Any]) -> str:
    series = (one["name"] for one in chart["series"])
    ticks = (name for _at, name in chart["ticks"])
    return "".join(
        [chart["title"], chart["subtitle"], chart["empty"], *chart["labels"], *series, *chart["notes"], *ticks]
    )


def _drawn(chart: dict[str, Any]) -> bytes:
    figure = plots.figure(chart)
    FigureCanvasAgg(figure)
    written = BytesIO()
    figure.savefig(written, format="png", dpi=plots.DPI, facecolor=plots.PAPER, edgecolor=plots.EDGE)
    return written.getvalue()


if __name__ == "__main__":
    main()
